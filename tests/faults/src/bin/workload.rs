//! Appends to a journal and says what was answered as durable: `baiying-faults-workload <backend> <directory> <seed> <script>`.
//!
//! Ends with 0 if all of the script was done, 3 if the journal stopped with an error (its reason on standard output, the rest on
//! standard error), 4 if standard output is gone.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use baiying_faults::work::{self, Ended};

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [backend, dir, seed, script] = &arguments[..] else {
        anyhow::bail!("expected: <backend> <directory> <seed> <script>");
    };
    let (backend, dir, steps) = (backend.parse()?, PathBuf::from(dir), work::steps(script)?);
    let seed = seed.parse().with_context(|| format!("{seed:?} is no seed"))?;
    // From here on the calls are the journal's and not the loader's.
    if std::io::stdout().write_all(b"begin\n").is_err() {
        return Ok(ExitCode::from(4));
    }
    Ok(match work::run(backend, &dir, seed, &steps, work::print) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Ended::Mute(_)) => ExitCode::from(4),
        Err(Ended::Journal(error)) => {
            let _ = std::io::stdout().write_all(format!("failed {}\n", error.reason()).as_bytes());
            let _ = writeln!(std::io::stderr(), "{:#}", anyhow::Error::from(error));
            ExitCode::from(3)
        }
    })
}
