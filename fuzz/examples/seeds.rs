//! Writes the first inputs of every target to `corpus/`, for a fuzzer to start from: `cargo run -p baiying-fuzz --example seeds`.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (target, _) in baiying_fuzz::TARGETS {
        std::fs::create_dir_all(corpus.join(target))?;
        for (name, bytes) in baiying_fuzz::seeds::of(target) {
            std::fs::write(corpus.join(target).join(name), bytes)?;
        }
    }
    Ok(())
}
