//! Load under hostility at full size: 10,000 streams, and clients that do what no client should. Prints a Markdown table and exits
//! with 1 if something did not hold. `--scale 0.05` makes a smoke run of it; `--only NAME` runs one scenario.

use std::process::ExitCode;

use baiying_drills::load::hostile::{
    BigMessages, FileLimit, Floods, NonReaders, Reconnect, Row, SlowHello, SmallFrames, big_messages, file_limit,
    floods, non_readers, reconnect, slow_hello, small_frames,
};
use baiying_drills::synth::{District, SynthData, SynthOptions, rows};

const SCENARIOS: [&str; 7] = [
    "non-readers",
    "small-frames",
    "reconnect",
    "slow-hello",
    "big-messages",
    "file-limit",
    "floods",
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (mut scale, mut only) = (1.0, None);
    for pair in arguments.chunks(2) {
        match pair {
            [key, value] if key == "--scale" => match value.parse::<f64>() {
                Ok(share) if share > 0.0 && share <= 1.0 => scale = share,
                Ok(_) | Err(_) => return usage(),
            },
            [key, value] if key == "--only" && SCENARIOS.contains(&value.as_str()) => only = Some(value.clone()),
            _ => return usage(),
        }
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("baiying-hostile: {error}");
            return ExitCode::FAILURE;
        }
    };
    let district = rows(
        District::Gaoming,
        &SynthOptions {
            scale: 0.2,
            ..SynthOptions::default()
        },
    );
    println!("| scenario | what is to hold | held | measured |");
    println!("|---|---|---|---|");
    let mut all_held = true;
    for name in SCENARIOS {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        eprintln!("hostile: {name}");
        match runtime.block_on(scenario(name, &district, scale)) {
            Ok(rows) => {
                for Row { what, held, measured } in rows {
                    all_held &= held;
                    println!(
                        "| {name} | {what} | {} | {measured} |",
                        if held { "yes" } else { "**no**" }
                    );
                }
            }
            Err(error) => {
                all_held = false;
                println!("| {name} | it runs | **no** | {error:#} |");
            }
        }
    }
    if all_held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn usage() -> ExitCode {
    eprintln!(
        "usage: baiying-hostile [--scale SHARE] [--only {}]",
        SCENARIOS.join("|")
    );
    ExitCode::from(2)
}

/// One scenario, at a share of its full size.
async fn scenario(name: &str, district: &SynthData, scale: f64) -> anyhow::Result<Vec<Row>> {
    let share = |full: usize| ((full as f64 * scale) as usize).max(1);
    match name {
        "non-readers" => {
            let options = NonReaders {
                healthy: share(9_900),
                per_connection: 99,
                silent: share(100).max(2),
                orders: 60,
                text_bytes: 1_500,
                window: 16_384,
                stalled_stream_ms: 5_000,
                keepalive_ms: (20_000, 10_000),
            };
            non_readers(district, &options).await
        }
        "small-frames" => {
            let options = SmallFrames {
                healthy: share(5_000),
                reports: share(10_000),
                abusers: share(20),
            };
            small_frames(district, &options).await
        }
        "reconnect" => {
            let options = Reconnect {
                leads: share(10_000),
                kills: 3,
            };
            reconnect(district, &options).await
        }
        "slow-hello" => {
            let options = SlowHello {
                healthy: share(5_000),
                silent: share(8_000),
                endless_headers: share(1_000),
                unused_calls: share(200),
                connections: share(6_000).max(200) as u64,
                hello_ms: 10_000,
                call_ms: 20_000,
                keepalive_ms: (20_000, 10_000),
            };
            slow_hello(district, &options).await
        }
        "big-messages" => {
            let options = BigMessages {
                healthy: share(5_000),
                announcers: share(100),
                calls: 100,
                sent: share(50),
            };
            big_messages(district, &options).await
        }
        "file-limit" => {
            let options = FileLimit {
                files: 256,
                healthy: 100,
                connections: 1_000,
            };
            file_limit(district, &options).await
        }
        _ => {
            let options = Floods {
                healthy: share(5_000),
                connections: share(20),
                frames: share(200_000),
                write_stall_ms: 5_000,
            };
            floods(district, &options).await
        }
    }
}
