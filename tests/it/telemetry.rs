//! Telemetry: a collector gets metrics and spans, and nothing in them is about a person.

use std::sync::{Arc, Mutex};

use baiying_drills::process::Daemon;
use baiying_e2e::{small, wait};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{ExportMetricsServiceRequest, ExportMetricsServiceResponse};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use tonic::{Request, Response, Status};

/// A collector that keeps what it was sent, as text.
#[derive(Clone, Default)]
struct Collector {
    metrics: Arc<Mutex<String>>,
    spans: Arc<Mutex<String>>,
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        self.metrics
            .lock()
            .expect("kept")
            .push_str(&format!("{:?}", request.get_ref()));
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.spans
            .lock()
            .expect("kept")
            .push_str(&format!("{:?}", request.get_ref()));
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_gets_metrics_and_spans_and_no_people() -> anyhow::Result<()> {
    let collector = Collector::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let serving = tonic::transport::Server::builder()
        .add_service(MetricsServiceServer::new(collector.clone()))
        .add_service(TraceServiceServer::new(collector.clone()))
        .serve_with_incoming(tokio_stream::wrappers::TcpListenerStream::new(listener));
    tokio::spawn(serving);

    let dir = tempfile::tempdir()?;
    let config = dir.path().join("baiyingd.toml");
    std::fs::write(
        &config,
        format!("[telemetry]\notlp_endpoint = \"{endpoint}\"\ninterval_ms = 1000\n"),
    )?;
    let config = config.display().to_string();
    let mut daemon = Daemon::start(&dir.path().join("data"), &["--config", &config, "--synthetic"])?;
    baiying_drills::load::import_all(&daemon.api, &small::district(), "test").await?;
    // A client of another protocol is turned away, and counted.
    let address = daemon.addresses().0.to_owned();
    std::io::Write::write_all(&mut std::net::TcpStream::connect(address)?, b"GET / HTTP/1.1\r\n\r\n")?;
    wait::until("metrics and spans", async || {
        let metrics = [
            "baiying.engine.commands",
            "baiying.connections.turned_away",
            "not_http2",
        ]
        .iter()
        .all(|name| collector.metrics.lock().expect("kept").contains(name));
        Ok((metrics && collector.spans.lock().expect("kept").contains("\"commit\"")).then_some(()))
    })
    .await?;
    let sent = format!(
        "{}{}",
        collector.metrics.lock().expect("kept"),
        collector.spans.lock().expect("kept")
    );
    for person in &small::district().people {
        anyhow::ensure!(
            !sent.contains(&person.id_number) && !sent.contains(&person.name),
            "a person is in it"
        );
    }
    anyhow::ensure!(daemon.stop()?.success(), "it stops as always");
    Ok(())
}
