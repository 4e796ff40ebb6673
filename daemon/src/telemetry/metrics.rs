//! Every metric's name, unit and meaning. No label names a person, an order or a unit.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge, Histogram, UpDownCounter};

const COMMITS: &str = "baiying.engine.commits";
const COMMANDS: &str = "baiying.engine.commands";
const BATCH: &str = "baiying.engine.batch.commands";
const DISK_FREE: &str = "baiying.disk.free";
const FIELD_STREAMS: &str = "baiying.field.streams";
const FIELD_STREAMS_BEHIND: &str = "baiying.field.streams.behind";
const FIELD_STREAMS_STALLED: &str = "baiying.field.streams.stalled";
const CONNECTIONS: &str = "baiying.connections";
const TURNED_AWAY: &str = "baiying.connections.turned_away";
const READINESS_GAPS: &str = "baiying.readiness.gaps";
const READINESS_CAME_UP: &str = "baiying.readiness.gaps.came_up";
const SCHEDULE_SILENT: &str = "baiying.schedule.silent";
const TEAMS_SHORT: &str = "baiying.teams.short";
const SHORTFALLS: &str = "baiying.teams.shortfalls";
const REPORTS_OVERDUE: &str = "baiying.situation.overdue";
const REPORTS_MISSED: &str = "baiying.situation.missed";

struct Instruments {
    commits: Counter<u64>,
    commands: Counter<u64>,
    batch: Histogram<u64>,
    disk_free: Gauge<u64>,
    field_streams: UpDownCounter<i64>,
    field_streams_behind: UpDownCounter<i64>,
    field_streams_stalled: Counter<u64>,
    connections: UpDownCounter<i64>,
    turned_away: Counter<u64>,
    readiness_gaps: Gauge<u64>,
    readiness_came_up: Counter<u64>,
    schedule_silent: Counter<u64>,
    teams_short: Gauge<u64>,
    shortfalls: Counter<u64>,
    reports_overdue: Gauge<u64>,
    reports_missed: Counter<u64>,
}

// Made at first use: after the exporter, if there is one, was set.
static INSTRUMENTS: LazyLock<Instruments> = LazyLock::new(|| {
    let meter = opentelemetry::global::meter("baiyingd");
    Instruments {
        commits: meter
            .u64_counter(COMMITS)
            .with_description("group commits decided")
            .build(),
        commands: meter
            .u64_counter(COMMANDS)
            .with_unit("{command}")
            .with_description("commands decided, by kind and outcome")
            .build(),
        batch: meter
            .u64_histogram(BATCH)
            .with_unit("{command}")
            .with_description("commands decided together")
            .build(),
        disk_free: meter
            .u64_gauge(DISK_FREE)
            .with_unit("By")
            .with_description("free space where the journal is")
            .build(),
        field_streams: meter
            .i64_up_down_counter(FIELD_STREAMS)
            .with_unit("{stream}")
            .with_description("streams of field leads that are open")
            .build(),
        field_streams_behind: meter
            .i64_up_down_counter(FIELD_STREAMS_BEHIND)
            .with_unit("{stream}")
            .with_description("streams of field leads whose reader does not take what waits for it")
            .build(),
        field_streams_stalled: meter
            .u64_counter(FIELD_STREAMS_STALLED)
            .with_unit("{stream}")
            .with_description("streams of field leads that were ended because their reader took nothing for too long")
            .build(),
        connections: meter
            .i64_up_down_counter(CONNECTIONS)
            .with_unit("{connection}")
            .with_description("connections that have said hello and are open")
            .build(),
        turned_away: meter
            .u64_counter(TURNED_AWAY)
            .with_unit("{connection}")
            .with_description("connections turned away or cut, and times that accepting had to wait, by reason")
            .build(),
        readiness_gaps: meter
            .u64_gauge(READINESS_GAPS)
            .with_unit("{unit}")
            .with_description("units that the last daily evaluation found unready, by kind of gap")
            .build(),
        readiness_came_up: meter
            .u64_counter(READINESS_CAME_UP)
            .with_unit("{gap}")
            .with_description("gaps that a daily evaluation found and the one before did not, by kind")
            .build(),
        schedule_silent: meter
            .u64_counter(SCHEDULE_SILENT)
            .with_unit("{minute}")
            .with_description("minutes in which the scheduler was silent and somebody else did its work")
            .build(),
        teams_short: meter
            .u64_gauge(TEAMS_SHORT)
            .with_unit("{unit}")
            .with_description("units whose agency team is short and not waived (20 % rule)")
            .build(),
        shortfalls: meter
            .u64_counter(SHORTFALLS)
            .with_unit("{unit}")
            .with_description("units whose agency team has fallen short")
            .build(),
        reports_overdue: meter
            .u64_gauge(REPORTS_OVERDUE)
            .with_unit("{clock}")
            .with_description("clocks that wait for a situation report that is late")
            .build(),
        reports_missed: meter
            .u64_counter(REPORTS_MISSED)
            .with_unit("{deadline}")
            .with_description("deadlines of situation reports that passed with nothing said")
            .build(),
    }
});

/// A group commit of so many commands.
pub fn batch(commands: usize) {
    INSTRUMENTS.commits.add(1, &[]);
    INSTRUMENTS.batch.record(commands as u64, &[]);
}

/// A command was decided on: `outcome` is accepted, rejected or repeated.
pub fn command(kind: &'static str, outcome: &'static str) {
    INSTRUMENTS
        .commands
        .add(1, &[KeyValue::new("kind", kind), KeyValue::new("outcome", outcome)]);
}

/// So many bytes are free on the journal's disk.
pub fn disk_free(bytes: u64) {
    INSTRUMENTS.disk_free.record(bytes, &[]);
}

/// Counts a field stream until it is dropped.
pub struct OpenStream(Arc<AtomicUsize>);

/// A field stream was opened.
pub fn field_stream_opened(streams: &Arc<AtomicUsize>) -> OpenStream {
    streams.fetch_add(1, Ordering::Relaxed);
    INSTRUMENTS.field_streams.add(1, &[]);
    OpenStream(Arc::clone(streams))
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
        INSTRUMENTS.field_streams.add(-1, &[]);
    }
}

/// Counts a field stream whose reader is behind until it is dropped.
pub struct BehindStream;

/// A field stream has more waiting than it may.
pub fn field_stream_behind() -> BehindStream {
    INSTRUMENTS.field_streams_behind.add(1, &[]);
    BehindStream
}

impl Drop for BehindStream {
    fn drop(&mut self) {
        INSTRUMENTS.field_streams_behind.add(-1, &[]);
    }
}

/// A field stream was ended because its reader took nothing for too long.
pub fn field_stream_stalled() {
    INSTRUMENTS.field_streams_stalled.add(1, &[]);
}

/// Counts a connection until it is dropped.
pub struct OpenConnection;

/// A connection said hello.
pub fn connection_opened() -> OpenConnection {
    INSTRUMENTS.connections.add(1, &[]);
    OpenConnection
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        INSTRUMENTS.connections.add(-1, &[]);
    }
}

/// A connection was not let in or was cut, or accepting had to wait.
pub fn connection_turned_away(why: &'static str) {
    INSTRUMENTS.turned_away.add(1, &[KeyValue::new("reason", why)]);
}

/// So many units have a gap of this kind.
pub fn readiness_gaps(kind: &'static str, units: u64) {
    INSTRUMENTS.readiness_gaps.record(units, &[KeyValue::new("kind", kind)]);
}

/// A gap came up in a unit.
pub fn readiness_gap_came_up(kind: &'static str) {
    INSTRUMENTS.readiness_came_up.add(1, &[KeyValue::new("kind", kind)]);
}

/// The scheduler was silent for too long.
pub fn schedule_silent() {
    INSTRUMENTS.schedule_silent.add(1, &[]);
}

/// So many units are short now, and so many have fallen short since this was last said.
pub fn teams_short(now: usize, new: u64) {
    INSTRUMENTS.teams_short.record(now as u64, &[]);
    INSTRUMENTS.shortfalls.add(new, &[]);
}

/// So many clocks wait for a late situation report now, and so many deadlines were missed since this was last said.
pub fn situation_reports(overdue: usize, new: u64) {
    INSTRUMENTS.reports_overdue.record(overdue as u64, &[]);
    INSTRUMENTS.reports_missed.add(new, &[]);
}
