//! Peer: what one would build instead: PostgreSQL with a table of people and a ledger with a row for each order and person.
//!
//! As it is installed: `fsync` and `synchronous_commit` on, so that an answer means what ours means. Kept lean in its favour: no audit
//! trail, no idempotency keys, no second index on the ledger, and `COPY` checks nothing of what an import of ours does. Before each run
//! the ledger is emptied, and what is timed begins right after a checkpoint. Acknowledgements are tried with several numbers of sessions,
//! with and without room in the pages for the new version of a row (HOT updates): the best counts.

mod listen;
mod pgbench;
mod server;

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_postgres::Client;

use pgbench::{Load, Meanwhile, pgbench};
use server::Server;

use crate::report::{Report, Row, Unit};
use crate::restart::Redone;
use crate::scale::Scale;

/// Sessions at most that a server is asked to hold: each is a process.
const SESSIONS: usize = 1000;
/// Cities, over which the board counts, as ours does at the root.
const CITIES: usize = 14;
/// Sessions that acknowledge single rows, and rows of each try.
const SINGLE: [(usize, usize); 5] = [(1, 5_000), (16, 20_000), (64, 30_000), (128, 30_000), (256, 30_000)];
/// Sessions that acknowledge in batches.
const BATCHED: [usize; 2] = [8, 16];
/// How full pages are made (fillfactor): as shipped, and with room for the new version of every row in its page.
const FILL: [usize; 2] = [100, 50];
/// Boards asked for that do not count, so that everything is read and planned once; and boards that do.
const WARM_UP: usize = 50;
const BOARDS: usize = 600;
/// Orders at most that a run of boards takes, each acknowledged for a minute: a slow board needs more than one.
const ROUNDS: usize = 4;

const SCHEMA: &str = "
    CREATE TABLE people (
        person_id integer PRIMARY KEY, city_id integer NOT NULL, unit_id integer NOT NULL, name text NOT NULL, phone text NOT NULL);
    CREATE TABLE orders (
        order_id integer PRIMARY KEY, text text NOT NULL, issued_at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE ledger (
        order_id integer NOT NULL, person_id integer NOT NULL, city_id integer NOT NULL, status text NOT NULL, acked_at timestamptz,
        PRIMARY KEY (order_id, person_id));";

const ACK: &str = "\\set i :i + 1
\\set person :client_id * :share + :i
UPDATE ledger SET status = 'acknowledged', acked_at = now() WHERE order_id = :order AND person_id = :person;
";
const ACK_BATCH: &str = "\\set from :client_id * :share + :i * :batch + 1
\\set to :from + :batch - 1
\\set i :i + 1
UPDATE ledger SET status = 'acknowledged', acked_at = now()
 WHERE order_id = :order AND person_id = ANY (ARRAY(SELECT generate_series(:from::integer, :to::integer)));
";
const BOARD: &str = "SELECT city_id, status, count(*) FROM ledger WHERE order_id = $1 GROUP BY city_id, status";

/// A setting under which acknowledgements were tried, and what it came to.
struct Tried {
    clients: usize,
    fill: usize,
    /// Acknowledgements a second, of each run.
    rates: Vec<f64>,
    average_ms: f64,
    rows: usize,
}

impl Tried {
    fn median(&self) -> f64 {
        Row::other("", "", Unit::PerSecond, self.rates.clone()).median()
    }
}

/// The best of the settings, and all of them in words.
fn best(tried: Vec<Tried>) -> Option<(Tried, String)> {
    let all = tried.chunks(FILL.len()).map(|fills| {
        let rates = fills.iter().map(|one| Unit::PerSecond.number(one.median()));
        let rates = rates.collect::<Vec<_>>().join(" and ");
        format!("{}: {rates}", fills.first().map_or(0, |one| one.clients))
    });
    let all = format!(
        "Tried: sessions, and acks a second with fillfactor {} and {}. {}",
        FILL[0],
        FILL[1],
        all.collect::<Vec<_>>().join("; ")
    );
    let best = tried
        .into_iter()
        .max_by(|one, other| one.median().total_cmp(&other.median()))?;
    Some((best, all))
}

struct Bench<'a> {
    server: Server,
    people: usize,
    /// The last order; each run of acknowledgements has one of its own.
    order: usize,
    /// Of the ledger, where it is best for single acknowledgements.
    fill: usize,
    scale: &'a Scale,
}

impl Bench<'_> {
    async fn timed(client: &Client, sql: &str) -> anyhow::Result<f64> {
        let since = Instant::now();
        client.batch_execute(sql).await?;
        Ok(since.elapsed().as_secs_f64() * 1000.0)
    }

    /// An empty ledger, whose pages are filled so far.
    async fn empty(&self, fill: usize) -> anyhow::Result<()> {
        let sql = format!("TRUNCATE ledger; ALTER TABLE ledger SET (fillfactor = {fill})");
        Ok(self.server.connect().await?.batch_execute(&sql).await?)
    }

    /// A new order with a row for everybody; how long the rows took, in milliseconds.
    async fn issue(&mut self) -> anyhow::Result<f64> {
        self.order += 1;
        let order = self.order;
        let client = self.server.connect().await?;
        let sql = format!(
            "BEGIN; INSERT INTO orders VALUES ({order}, '请立即回令并到集结点报到。'); \
             INSERT INTO ledger SELECT {order}, person_id, city_id, 'pending', NULL FROM people; COMMIT"
        );
        Self::timed(&client, &sql).await
    }

    /// Statistics and a checkpoint, so that neither falls into what is timed next.
    async fn settle(&self) -> anyhow::Result<()> {
        // With the statistics of before, a new order looks empty, and a batch reads all of it for every statement.
        let sql = ["ANALYZE ledger", "CHECKPOINT"];
        let client = self.server.connect().await?;
        for sql in sql {
            client.batch_execute(sql).await?;
        }
        Ok(())
    }

    /// One order in a ledger that holds nothing else.
    async fn one_order(&mut self, fill: usize) -> anyhow::Result<()> {
        self.empty(fill).await?;
        self.issue().await?;
        self.settle().await
    }

    /// Rows of an order, each acknowledged once: single rows or batches, over some connections.
    fn load<'b>(&self, script: &'b str, order: usize, clients: usize, count: usize, batch: usize) -> Load<'b> {
        let each = (count.min(self.people) / batch / clients).max(1);
        Load {
            script,
            clients,
            transactions: each,
            rate: None,
            variables: vec![("order", order), ("share", each * batch), ("batch", batch), ("i", 0)],
        }
    }

    async fn copy(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let client = self.server.connect().await?;
        client.batch_execute(SCHEMA).await?;
        let rows = self.server.file("people.tsv");
        let text: String = (1..=self.people)
            .map(|person| {
                let (city, unit) = (person % CITIES + 1, person % 1500 + 1);
                format!("{person}\t{city}\t{unit}\t姓名{person}\t139{person:08}\n")
            })
            .collect();
        std::fs::write(&rows, text)?;
        let mut times = Vec::new();
        for _ in 0..self.scale.slow_runs() {
            client.batch_execute("TRUNCATE people").await?;
            client.batch_execute("CHECKPOINT").await?;
            times.push(Self::timed(&client, &format!("COPY people FROM '{}'", rows.display())).await?);
        }
        client.batch_execute("ANALYZE people").await?;
        let what = format!("PostgreSQL: COPY of {} people", self.people);
        report.push(
            Row::other("pg.copy", what, Unit::Milliseconds, times)
                .how("read by the server from a file; one transaction"),
        );
        Ok(())
    }

    async fn insert(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let mut times = Vec::new();
        for _ in 0..self.scale.slow_runs() {
            self.empty(FILL[0]).await?;
            self.settle().await?;
            times.push(self.issue().await?);
        }
        let what = format!("PostgreSQL: INSERT … SELECT of {} ledger rows", self.people);
        report.push(
            Row::other("pg.insert", what, Unit::Milliseconds, times)
                .how("into an empty ledger, one transaction with the order's own row"),
        );
        Ok(())
    }

    /// Acknowledges some rows under each number of sessions and both ways to fill pages.
    async fn tries(&mut self, script: &str, sessions: &[(usize, usize)], batch: usize) -> anyhow::Result<Vec<Tried>> {
        let mut tried = Vec::new();
        for (&(clients, count), fill) in sessions.iter().flat_map(|one| FILL.map(|fill| (one, fill))) {
            let mut one = Tried {
                clients,
                fill,
                rates: Vec::new(),
                average_ms: 0.0,
                rows: 0,
            };
            for _ in 0..self.scale.slow_runs() {
                self.one_order(fill).await?;
                let load = self.load(script, self.order, clients, count, batch);
                let result = pgbench(&self.server, "ack", &load).await?;
                one.rows = result.transactions * batch;
                let acked = self.acked().await?;
                anyhow::ensure!(
                    acked == one.rows,
                    "{acked} rows were acknowledged instead of {}",
                    one.rows
                );
                one.rates.push(result.per_second * batch as f64);
                one.average_ms = one.average_ms.max(result.average_ms);
            }
            tried.push(one);
        }
        Ok(tried)
    }

    async fn acks(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let sessions = SINGLE.map(|(clients, count)| (clients, self.scale.of(count, clients)));
        let tried = self.tries(ACK, &sessions, 1).await?;
        if let Some((best, all)) = best(tried) {
            self.fill = best.fill;
            let what = format!(
                "PostgreSQL: single-row ack UPDATEs, a commit each, {} at a time: the best of what was tried",
                best.clients
            );
            report.push(
                Row::other("pg.ack", what, Unit::PerSecond, best.rates)
                    .note(format!("{:.1} ms on average", best.average_ms))
                    .how(format!("pgbench, prepared, {} rows, each once. {all}", best.rows)),
            );
        }
        for (id, batch) in [("pg.batch.100", 100), ("pg.batch.1000", 1000)] {
            let batch = batch.min(self.people);
            let sessions = BATCHED.map(|clients| (clients.min(self.people / batch), self.people));
            let tried = self.tries(ACK_BATCH, &sessions, batch).await?;
            let Some((best, all)) = best(tried) else { continue };
            let what = format!(
                "PostgreSQL: acks, {batch} rows in an UPDATE … = ANY, {} at a time: the best of what was tried",
                best.clients
            );
            report.push(
                Row::other(id, what, Unit::PerSecond, best.rates)
                    .how(format!("pgbench, prepared, {} rows, each once. {all}", best.rows)),
            );
        }
        Ok(())
    }

    /// Rows of the last order that are acknowledged.
    async fn acked(&self) -> anyhow::Result<usize> {
        let sql = "SELECT count(*) FROM ledger WHERE order_id = $1 AND status = 'acknowledged'";
        let order = i32::try_from(self.order)?;
        let count: i64 = self.server.connect().await?.query_one(sql, &[&order]).await?.get(0);
        Ok(usize::try_from(count)?)
    }

    /// Asks for boards as our own are asked for, by a client like ours, while acknowledgements arrive: how long each took; how many
    /// were asked for and acknowledged in a second.
    async fn boards(&mut self, wanted: usize) -> anyhow::Result<(Vec<Duration>, f64, f64)> {
        self.one_order(self.fill).await?;
        let client = self.server.connect().await?;
        let (query, order) = (client.prepare(BOARD).await?, i32::try_from(self.order)?);
        let mut acks = self.load(ACK, self.order, 16, self.people, 1);
        acks.rate = Some(5_000);
        let mut acks = Meanwhile::begin(&self.server, "paced", &acks)?;
        let begun = Instant::now();
        let mut took = Vec::with_capacity(WARM_UP + wanted);
        let mut ticks = interval(Duration::from_millis(10));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while acks.runs()? && took.len() < WARM_UP + wanted {
            ticks.tick().await;
            let since = Instant::now();
            client.query(&query, &[&order]).await?;
            took.push(since.elapsed());
        }
        let seconds = begun.elapsed().as_secs_f64();
        let asked = took.len() as f64 / seconds;
        drop(acks);
        let acked = self.acked().await? as f64 / seconds;
        Ok((took.split_off(WARM_UP.min(took.len() / 2)), asked, acked))
    }

    async fn board(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let quantile = |took: &[Duration], share: f64| {
            let at = (took.len() as f64 * share).ceil() as usize;
            took.get(at.saturating_sub(1))
                .map_or(f64::NAN, |took| took.as_secs_f64() * 1000.0)
        };
        let (mut p99, mut p50, mut count) = (Vec::new(), 0.0_f64, 0);
        let (mut slowest_pace, mut rate) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..self.scale.slow_runs() {
            let mut took = Vec::with_capacity(BOARDS);
            for _ in 0..ROUNDS {
                if took.len() < BOARDS {
                    let (more, asked, acked) = self.boards(BOARDS - took.len()).await?;
                    took.extend(more);
                    (slowest_pace, rate) = (slowest_pace.min(asked), rate.min(acked));
                }
            }
            took.sort_unstable();
            p99.push(quantile(&took, 0.99));
            p50 = p50.max(quantile(&took, 0.5));
            count += took.len();
        }
        let what = format!(
            "PostgreSQL: counts by city and status over {} rows while 5,000 acks/s are asked for: p99",
            self.people
        );
        report.push(
            Row::other("pg.board", what, Unit::Milliseconds, p99)
                .note(format!(
                    "p50 {p50:.1} ms, at {rate:.0} acks/s, {count} boards, {slowest_pace:.0} a second"
                ))
                .how(format!(
                    "a prepared query, asked for 100 times a second if it keeps up, by one session of a client like ours; the first \
                     {WARM_UP} of an order do not count; pgbench acknowledges in 16 sessions"
                )),
        );
        Ok(())
    }

    async fn notify(&self, report: &mut Report) -> anyhow::Result<()> {
        let sessions = self.scale.of(SESSIONS, 20);
        let times = listen::measure(&self.server, sessions, self.scale.runs).await?;
        let what = format!("PostgreSQL: NOTIFY to {sessions} sessions that LISTEN: last session has it");
        report.push(
            Row::other("pg.notify", what, Unit::Milliseconds, times).how(
                "300 bytes; a session is a process of the server, so 10,000 of them are not what anybody would run",
            ),
        );
        Ok(())
    }

    /// Where a start after a kill would begin to redo now, and bytes of log from there on.
    async fn to_redo(&self) -> anyhow::Result<(String, i64)> {
        let sql = "SELECT redo_lsn::text, pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::bigint \
                   FROM pg_control_checkpoint()";
        let row = self.server.connect().await?.query_one(sql, &[]).await?;
        Ok((row.get(0), row.get(1)))
    }

    /// Starts after kill -9 with about so many acknowledgements since the last checkpoint, and nothing else; orders are issued before it.
    async fn redo(&mut self, id: &str, acks: u64, report: &mut Report) -> anyhow::Result<()> {
        let (acks, batch) = (usize::try_from(acks)?, 100.min(self.people));
        let mut times = Vec::new();
        let (mut done, mut redone) = (0, 0);
        for _ in 0..self.scale.slow_runs() {
            self.empty(self.fill).await?;
            let orders = acks.div_ceil(self.people);
            for _ in 0..orders {
                self.issue().await?;
            }
            self.settle().await?;
            let (from, _) = self.to_redo().await?;
            done = 0;
            for order in self.order - orders + 1..=self.order {
                let load = self.load(ACK_BATCH, order, 1, acks - done, batch);
                done += pgbench(&self.server, "facts", &load).await?.transactions * batch;
            }
            let (still, bytes) = self.to_redo().await?;
            anyhow::ensure!(
                from == still,
                "PostgreSQL made a checkpoint by itself: less is left to redo"
            );
            redone = bytes;
            times.push(self.server.kill_and_start().await?);
        }
        let what = format!("PostgreSQL: restart after kill -9 with {done} acks since the last checkpoint");
        report.push(
            Row::other(id, what, Unit::Milliseconds, times)
                .note(format!("{} MB of log redone", redone / 1_000_000))
                .how(format!(
                    "from starting the process to the first session; the orders issued before the checkpoint, {batch} acks a commit: \
                     nothing else is redone"
                )),
        );
        Ok(())
    }

    async fn stop(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let mut times = Vec::new();
        for _ in 0..self.scale.slow_runs() {
            times.push(self.server.stop_and_start().await?);
        }
        report.push(
            Row::other(
                "pg.stop",
                "PostgreSQL: restart after a fast stop",
                Unit::Milliseconds,
                times,
            )
            .how("as by pg_ctl stop -m fast, which ends with a checkpoint; from starting the process to the first session, nothing redone"),
        );
        Ok(())
    }
}

/// Measures everything on an instance of our own.
pub(crate) async fn measure(people: usize, redone: Redone, scale: &Scale, report: &mut Report) -> anyhow::Result<()> {
    let sessions = scale.of(SESSIONS, 300);
    let mut bench = Bench {
        server: Server::start(&scale.dir, sessions + 100).await?,
        people,
        order: 0,
        fill: FILL[0],
        scale,
    };
    eprintln!("bench: {}", bench.server.about);
    report.peer(&bench.server.about);
    bench.copy(report).await?;
    bench.insert(report).await?;
    bench.acks(report).await?;
    bench.board(report).await?;
    bench.notify(report).await?;
    bench.redo("pg.redo.all", redone.all, report).await?;
    bench.redo("pg.redo.tail", redone.tail, report).await?;
    bench.stop(report).await
}
