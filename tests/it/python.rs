//! A gRPC client that nobody here wrote: Python's grpcio, over reflection, in a virtual environment of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use baiying_e2e::Site;

fn do_it(command: &mut Command) -> anyhow::Result<String> {
    let output = command
        .output()
        .with_context(|| format!("cannot run {command:?}; python3 with venv is needed (deploy/setup.sh)"))?;
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    anyhow::ensure!(
        output.status.success(),
        "{command:?}: {}\n{stdout}\n{stderr}",
        output.status
    );
    Ok(stdout.into_owned())
}

#[tokio::test]
async fn a_stranger_client_does_the_main_job() -> anyhow::Result<()> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
    let requirements = sources.join("requirements.txt");
    let wanted = fs::read(&requirements)?;
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python");
    let (python, done) = (venv.join("bin").join("python"), venv.join("installed.txt"));
    // Made once; anew when other versions are wanted, or when making it was interrupted.
    if fs::read(&done).ok().as_ref() != Some(&wanted) {
        do_it(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
        do_it(Command::new(&python).args(install).arg(&requirements))?;
        fs::write(&done, &wanted)?;
    }
    let site = Site::start()?;
    let (api, admin) = site.daemon.addresses();
    let printed = do_it(Command::new(&python).arg(sources.join("journey.py")).args([api, admin]))?;
    let told: serde_json::Value = serde_json::from_str(&printed)?;
    let status = site.admin()?.status().await?;
    anyhow::ensure!(told["state_hash"] == status.state_hash, "{told}");
    Ok(())
}
