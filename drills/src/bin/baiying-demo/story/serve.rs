//! After the story: the daemon keeps serving, with commands worth trying.

use std::path::Path;

use baiying_drills::process::{Daemon, program};

use super::teller::Teller;

/// Until Ctrl-C. Takes both responses, the order of the board, the branch, and the state before the end.
pub(super) async fn until_ctrl_c(
    teller: &Teller,
    daemon: &Daemon,
    files: &Path,
    ((typhoon, outbreak), order, branch, before): ((u32, u32), u32, u32, u64),
) -> anyhow::Result<()> {
    let bin = program("baiying");
    teller.say(
        "\n守护进程仍在运行，可在另一个终端试试（Ctrl-C 结束）：",
        "\nThe daemon keeps serving; try in another terminal (Ctrl-C ends):",
    );
    eprintln!("  export BAIYING_SERVER={} BAIYING_ADMIN={}", daemon.api, daemon.admin);
    for line in [
        "status --state-hash".to_owned(),
        format!("response show R{typhoon}"),
        format!("response show R{typhoon} --at r{before}"),
        format!("response timeline R{typhoon}"),
        format!(
            "response export R{typhoon} --format html --out {}",
            files.join("review.html").display()
        ),
        format!("command tree --at r{before}"),
        format!("board --response R{typhoon}"),
        format!("order show O{order}"),
        format!("order rows O{order} --bucket absent"),
        "reinforcement show Z1".to_owned(),
        format!("branch show B{branch}"),
        format!("in-place windows --response R{outbreak}"),
        "events --since 0 --limit 20".to_owned(),
        format!(
            "person import {}   # 再导一遍：没有变化 / again: nothing changes",
            files.join("people.csv").display()
        ),
    ] {
        eprintln!("  {} {line}", bin.display());
    }
    tokio::signal::ctrl_c().await?;
    eprintln!();
    Ok(())
}
