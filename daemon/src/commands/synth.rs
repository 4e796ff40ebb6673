//! `baiyingd synth`: a district that nobody lives in.

use std::path::PathBuf;
use std::process::ExitCode;

use baiying_drills::synth::{District, SynthOptions, write};
use clap::ValueEnum;

/// Which district.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Which {
    /// Gaoming: 1 district, 456 grids, 60 agencies, about 10,000 staff
    Gaoming,
    /// Liaoning: 18,248 units, 139,000 + 165,000 people
    Liaoning,
}

/// What to write, and where.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// 哪个地区 · Which district
    #[arg(value_enum)]
    district: Which,
    /// 输出目录 · Directory to write divisions.csv, people.csv, teams.csv and muster.csv into
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// 随机种子：相同种子生成相同文件 · The same seed gives the same files
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// 故意弄脏的人员行比例 · Share of people's rows to damage, 0 to 1; DIRTY.csv says which
    #[arg(long, default_value_t = 0.0)]
    dirty: f64,
}

/// Writes the files.
///
/// # Errors
/// When they cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let district = match args.district {
        Which::Gaoming => District::Gaoming,
        Which::Liaoning => District::Liaoning,
    };
    let options = SynthOptions {
        seed: args.seed,
        dirty: args.dirty,
        ..SynthOptions::default()
    };
    let report = write(district, &options, &args.out)?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(ExitCode::SUCCESS)
}
