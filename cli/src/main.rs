//! The binary `baiying`: hands the command line to the library and turns the outcome into an exit code. No logic here.

use std::process::ExitCode;

fn main() -> ExitCode {
    baiying_cli::main()
}
