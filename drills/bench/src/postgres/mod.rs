//! Peer: what one would build instead: PostgreSQL with a table of people and a ledger with a row for each order and person.
//!
//! As it is installed: `fsync` and `synchronous_commit` on, so that an answer means what ours means. Kept lean in its favour: no audit
//! trail, no idempotency keys, no second index on the ledger, and `COPY` checks nothing of what an import of ours does.

mod listen;
mod pgbench;
mod server;

use tokio::time::Instant;
use tokio_postgres::Client;

use pgbench::{Load, pgbench};
use server::Server;

use crate::report::{Report, Row, Unit};
use crate::scale::Scale;

/// Sessions at most that a server is asked to hold: each is a process.
const SESSIONS: usize = 1000;
/// Cities, over which the board counts, as ours does at the root.
const CITIES: usize = 14;
/// Rows of the ledger that are updated before the server is killed, as many as ours has facts at a restart.
const FACTS: usize = 1_000_000;

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
const BOARD: &str = "SELECT city_id, status, count(*) FROM ledger WHERE order_id = :order GROUP BY city_id, status;
";

struct Bench<'a> {
    server: Server,
    people: usize,
    /// The last order; each run of acknowledgements has one of its own.
    order: usize,
    scale: &'a Scale,
}

impl Bench<'_> {
    async fn timed(client: &Client, sql: &str) -> anyhow::Result<f64> {
        let since = Instant::now();
        client.batch_execute(sql).await?;
        Ok(since.elapsed().as_secs_f64() * 1000.0)
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
        let took_ms = Self::timed(&client, &sql).await?;
        // With the statistics of before, the new order looks empty, and a batch reads all of it for every statement.
        client.batch_execute("ANALYZE ledger").await?;
        Ok(took_ms)
    }

    /// Everybody acknowledged once, or as many as there is time for: single rows or batches, over some connections.
    fn load<'b>(&self, script: &'b str, clients: usize, count: usize, batch: usize) -> Load<'b> {
        let each = (count / batch / clients).max(1);
        Load {
            script,
            clients,
            transactions: each,
            rate: None,
            variables: vec![
                ("order", self.order),
                ("share", each * batch),
                ("batch", batch),
                ("i", 0),
            ],
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
            times.push(self.issue().await?);
        }
        let client = self.server.connect().await?;
        client.batch_execute("VACUUM ANALYZE ledger").await?;
        let what = format!("PostgreSQL: INSERT … SELECT of {} ledger rows", self.people);
        report.push(
            Row::other("pg.insert", what, Unit::Milliseconds, times).how("one transaction with the order's own row"),
        );
        Ok(())
    }

    async fn acks(&mut self, report: &mut Report) -> anyhow::Result<()> {
        for (id, clients, count) in [
            ("pg.ack.1", 1, 5_000),
            ("pg.ack.16", 16, 20_000),
            ("pg.ack.64", 64, 40_000),
        ] {
            let count = self.scale.of(count, 64).min(self.people);
            let mut results = Vec::new();
            for _ in 0..self.scale.runs {
                self.issue().await?;
                let load = self.load(ACK, clients, count, 1);
                let result = pgbench(&self.server, "ack", &load).await?;
                self.expect_acked(result.transactions).await?;
                results.push(result);
            }
            let average = results.iter().map(|result| result.average_ms).fold(0.0, f64::max);
            let what = format!("PostgreSQL: single-row ack UPDATEs, a commit each, {clients} at a time");
            let rates = results.iter().map(|result| result.per_second).collect();
            report.push(
                Row::other(id, what, Unit::PerSecond, rates)
                    .note(format!("{average:.1} ms on average"))
                    .how(format!(
                        "pgbench, prepared, {} rows, each once",
                        results[0].transactions
                    )),
            );
        }
        for (id, batch) in [("pg.batch.100", 100), ("pg.batch.1000", 1000)] {
            let clients = if self.people < 8 * batch { 1 } else { 8 };
            let batch = batch.min(self.people);
            let mut rates = Vec::new();
            let mut rows = 0;
            for _ in 0..self.scale.runs {
                self.issue().await?;
                let load = self.load(ACK_BATCH, clients, self.people, batch);
                let result = pgbench(&self.server, "batch", &load).await?;
                rates.push(result.per_second * batch as f64);
                rows = result.transactions * batch;
                self.expect_acked(rows).await?;
            }
            let what = format!("PostgreSQL: acks, {batch} rows in an UPDATE … = ANY, {clients} at a time");
            report.push(Row::other(id, what, Unit::PerSecond, rates).how(format!(
                "pgbench, prepared, {rows} rows, each once; statistics made anew before"
            )));
        }
        Ok(())
    }

    /// That a load did what it is taken for.
    async fn expect_acked(&self, rows: usize) -> anyhow::Result<()> {
        let sql = "SELECT count(*) FROM ledger WHERE order_id = $1 AND status = 'acknowledged'";
        let order = i32::try_from(self.order)?;
        let count: i64 = self.server.connect().await?.query_one(sql, &[&order]).await?.get(0);
        anyhow::ensure!(count == rows as i64, "{count} rows were acknowledged instead of {rows}");
        Ok(())
    }

    async fn board(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let (mut p99, mut p50, mut rate, mut count) = (Vec::new(), 0.0_f64, f64::INFINITY, 0);
        for _ in 0..self.scale.slow_runs() {
            self.issue().await?;
            let seconds = self.scale.of(6, 1);
            let mut acks = self.load(ACK, 16, (5_000 * seconds).min(self.people), 1);
            acks.rate = Some(5_000);
            let board = Load {
                script: BOARD,
                clients: 1,
                transactions: self.scale.of(50, 5),
                rate: None,
                variables: vec![("order", self.order)],
            };
            let (acks, board) = tokio::try_join!(
                pgbench(&self.server, "paced", &acks),
                pgbench(&self.server, "board", &board)
            )?;
            p99.push(board.quantile_ms(0.99));
            p50 = p50.max(board.quantile_ms(0.5));
            rate = rate.min(acks.per_second);
            count += board.transactions;
        }
        let what = format!(
            "PostgreSQL: counts by city and status over {} rows while 5,000 acks/s are asked for: p99",
            self.people
        );
        report.push(
            Row::other("pg.board", what, Unit::Milliseconds, p99)
                .note(format!("p50 {p50:.1} ms, at {rate:.0} acks/s, {count} boards"))
                .how("pgbench, one session that asks again and again, 16 that acknowledge"),
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

    async fn recovery(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let facts = self.scale.of(FACTS, 1000);
        let mut times = Vec::new();
        for _ in 0..self.scale.slow_runs() {
            self.server.connect().await?.batch_execute("CHECKPOINT").await?;
            let mut done = 0;
            while done < facts {
                self.issue().await?;
                let load = self.load(ACK_BATCH, 1, self.people, 100.min(self.people));
                done += pgbench(&self.server, "facts", &load).await?.transactions * 100.min(self.people);
            }
            times.push(self.server.kill_and_start().await?);
        }
        let what = format!("PostgreSQL: restart after kill -9 with {facts} acks since the last checkpoint");
        report.push(
            Row::other("pg.recovery", what, Unit::Milliseconds, times)
                .how("from starting the process to the first connection: redo of the log"),
        );
        Ok(())
    }
}

/// Measures everything on an instance of our own.
pub(crate) async fn measure(people: usize, scale: &Scale, report: &mut Report) -> anyhow::Result<()> {
    let sessions = scale.of(SESSIONS, 20);
    let mut bench = Bench {
        server: Server::start(&scale.dir, sessions + 100).await?,
        people,
        order: 0,
        scale,
    };
    eprintln!("bench: {}", bench.server.about);
    bench.copy(report).await?;
    bench.insert(report).await?;
    bench.acks(report).await?;
    bench.board(report).await?;
    bench.notify(report).await?;
    bench.recovery(report).await
}
