//! Compiles the schemas with a compiler written in Rust, so that no system `protoc` is needed.

use prost::Message;

/// The public API, one file an aggregate.
const API: &[&str] = &[
    "baiying/v1/common.proto",
    "baiying/v1/org.proto",
    "baiying/v1/roster.proto",
    "baiying/v1/team.proto",
    "baiying/v1/duty.proto",
    "baiying/v1/readiness.proto",
    "baiying/v1/response.proto",
    "baiying/v1/order.proto",
    "baiying/v1/field.proto",
    "baiying/v1/watch.proto",
    "baiying/v1/admin.proto",
    "baiying/v1/plan.proto",
    "baiying/v1/post.proto",
    "baiying/v1/situation.proto",
    "baiying/v1/branch.proto",
    "baiying/v1/exercise.proto",
    "baiying/v1/action.proto",
    "baiying/v1/reinforcement.proto",
    "baiying/v1/in_place.proto",
    "baiying/v1/command.proto",
];
/// What is stored.
const JOURNAL: &[&str] = &["baiying/journal/v1/batch.proto"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = std::path::PathBuf::from(std::env::var("OUT_DIR")?);
    let api = protox::compile(API, ["."])?;
    std::fs::write(out.join("baiying_v1.bin"), api.encode_to_vec())?;
    tonic_prost_build::configure().bytes(".").compile_fds(api)?;
    let journal = protox::compile(JOURNAL, ["."])?;
    tonic_prost_build::configure()
        .build_client(false)
        .build_server(false)
        .compile_fds(journal)?;
    println!("cargo::rerun-if-changed=baiying");
    Ok(())
}
