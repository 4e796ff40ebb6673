//! `baiyingd`: parse, run, exit.

use std::process::ExitCode;

use baiyingd::commands::{backup, journal, restore, serve, synth};
use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// 百应：应急动员调度守护进程 · Baiying: emergency mobilization and dispatch daemon
#[derive(Parser)]
#[command(name = "baiyingd", version, after_help = HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const HELP: &str = "\
退出码 / Exit codes: 0 done · 1 failed · 2 wrong usage · 64 wrong configuration · 65 the journal cannot be trusted
            70 an invariant was broken, nothing was written after it · 74 the journal failed while running
每个原因代码都有说明页（中英文）/ every reason has a page: deploy/docs/errors/<REASON>.md";

#[derive(Subcommand)]
enum Command {
    /// 运行守护进程 · Run the daemon
    Serve(serve::Args),
    /// 打印生效的配置 · Print the configuration in force and exit
    Config(serve::Args),
    /// 检查没有守护进程在用的日志 · Look into a journal that no daemon has open
    #[command(subcommand)]
    Journal(journal::Command),
    /// 在线备份 · Take a consistent copy of a running daemon's journal
    Backup(backup::Args),
    /// 从备份恢复并证明状态一致 · Make a data directory from a backup, and prove that it has the same state
    Restore(restore::Args),
    /// 生成虚构数据（人员均为虚构）· Write a synthetic district as the files that `baiying … import` reads
    Synth(synth::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => serve::run(&args),
        Command::Config(args) => serve::print_config(&args),
        Command::Journal(command) => journal::run(&command),
        Command::Backup(args) => backup::run(&args),
        Command::Restore(args) => restore::run(&args),
        Command::Synth(args) => synth::run(&args),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("baiyingd: {error:#}");
        if let Some(reason) = baiyingd::commands::reason(&error) {
            eprintln!("  {reason}: deploy/docs/errors/{reason}.md");
        }
        ExitCode::from(baiyingd::commands::exit_code(&error))
    })
}
