//! `make demo`: a typhoon in Gaoming, with an epidemic on top of it, told on the terminal, through the real daemon and the public API.
//! `make demo DRILL=1`: a drill there, in compressed time, through the real command line.

mod board;
mod drill;
mod story;

use std::process::ExitCode;

use board::Language;

fn main() -> ExitCode {
    let (mut once, mut is_drill) = (false, false);
    let mut language = Language::Chinese;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--once" => once = true,
            "--drill" => is_drill = true,
            "--lang" => match arguments.next().as_deref() {
                Some("en") => language = Language::English,
                Some("zh-CN") => language = Language::Chinese,
                _ => return usage(),
            },
            _ => return usage(),
        }
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("baiying-demo: {error}");
            return ExitCode::FAILURE;
        }
    };
    let told = runtime.block_on(async {
        if is_drill {
            drill::tell(once, language).await
        } else {
            story::tell(once, language).await
        }
    });
    match told {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("baiying-demo: the board does not add up");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("baiying-demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: baiying-demo [--drill] [--once] [--lang zh-CN|en]");
    ExitCode::from(2)
}
