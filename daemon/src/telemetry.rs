//! Logs, metrics and traces. All of it may fail without anybody else noticing: sending happens in a runtime of its own, what
//! cannot be sent is dropped. Nothing is recorded per person.

pub mod metrics;

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{MetricExporter, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::config::{LogConfig, LogFormat, TelemetryConfig};

/// How long an export, and the last one at the end, may take.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(3);

/// Keeps telemetry going; [`Telemetry::stop`] sends what is left.
pub struct Telemetry {
    exporting: Option<Exporting>,
}

struct Exporting {
    traces: SdkTracerProvider,
    metrics: SdkMeterProvider,
    runtime: tokio::runtime::Runtime,
}

/// Starts logging, and exporting if an endpoint is set.
///
/// # Errors
/// When the filter or the endpoint cannot be understood.
pub fn start(log: &LogConfig, config: &TelemetryConfig) -> anyhow::Result<Telemetry> {
    let filter = EnvFilter::try_new(&log.filter)?;
    let exporting = config
        .otlp_endpoint
        .as_deref()
        .map(|endpoint| exporting(endpoint, config))
        .transpose()?;
    let traces = exporting.as_ref().map(|exporting| {
        // Without this filter the export's own h2 events would be exported again, for ever.
        let own = EnvFilter::new("info,h2=off,hyper=off,tonic=off,tower=off,opentelemetry=off");
        tracing_opentelemetry::layer()
            .with_tracer(exporting.traces.tracer("baiyingd"))
            .with_filter(own)
    });
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match log.format {
        LogFormat::Pretty => lines.with_target(false).with_filter(filter).boxed(),
        LogFormat::Json => lines.json().with_filter(filter).boxed(),
    };
    tracing_subscriber::registry().with(lines).with(traces).try_init()?;
    Ok(Telemetry { exporting })
}

fn exporting(endpoint: &str, config: &TelemetryConfig) -> anyhow::Result<Exporting> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("telemetry")
        .enable_all()
        .build()?;
    let _inside = runtime.enter();
    let resource = Resource::builder()
        .with_service_name("baiyingd")
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let spans = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(EXPORT_TIMEOUT)
        .build()?;
    let traces = SdkTracerProvider::builder()
        .with_resource(resource.clone())
        .with_batch_exporter(spans)
        .build();
    let exporter = MetricExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(EXPORT_TIMEOUT)
        .build()?;
    let reader = PeriodicReader::builder(exporter)
        .with_interval(Duration::from_millis(config.interval_ms.max(1000)))
        .build();
    let metrics = SdkMeterProvider::builder()
        .with_resource(resource)
        .with_reader(reader)
        .build();
    opentelemetry::global::set_meter_provider(metrics.clone());
    drop(_inside);
    Ok(Exporting {
        traces,
        metrics,
        runtime,
    })
}

impl Telemetry {
    /// Sends what is left, for a few seconds at most; after the journal is closed.
    pub fn stop(self) {
        let Some(Exporting {
            traces,
            metrics,
            runtime,
        }) = self.exporting
        else {
            return;
        };
        let (done, wait) = std::sync::mpsc::sync_channel(1);
        std::thread::spawn(move || {
            let _ = traces.shutdown_with_timeout(EXPORT_TIMEOUT);
            let _ = metrics.shutdown_with_timeout(EXPORT_TIMEOUT);
            let _ = done.send(());
        });
        let _ = wait.recv_timeout(EXPORT_TIMEOUT);
        runtime.shutdown_background();
    }
}
