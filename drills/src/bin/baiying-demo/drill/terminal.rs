//! The command line, as somebody would type it: what is typed is shown, and what it prints.

use std::io::Write as _;
use std::os::fd::AsFd as _;
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;
use baiying_drills::process::{Daemon, program};
use serde_json::Value;

use crate::board::Language;

/// `baiying`, pointed at the daemon of the demo.
pub(super) struct Terminal {
    pub(super) language: Language,
    server: String,
    admin: String,
}

/// A command that runs beside; ended when dropped.
pub(super) struct Beside(Child);

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Terminal {
    pub(super) fn new(language: Language, daemon: &Daemon) -> Self {
        Self {
            language,
            server: daemon.api.clone(),
            admin: daemon.admin.clone(),
        }
    }

    pub(super) fn say(&self, chinese: &str, english: &str) {
        eprintln!("{}", self.language.pick(chinese, english));
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("baiying"));
        command
            .args(arguments)
            .env("BAIYING_SERVER", &self.server)
            .env("BAIYING_ADMIN", &self.admin)
            .env("BAIYING_LANG", self.language.pick("zh-CN", "en"))
            .env("BAIYING_ACTOR", "district:duty-desk")
            .env_remove("BAIYING_CONFIG")
            .stdin(Stdio::null());
        command
    }

    fn show(arguments: &[&str]) {
        let quoted = |word: &&str| {
            if word.contains(' ') {
                format!("\"{word}\"")
            } else {
                (*word).to_owned()
            }
        };
        let words: Vec<String> = arguments.iter().map(quoted).collect();
        eprintln!("   $ baiying {}", words.join(" "));
    }

    /// Types a command, and shows what it prints.
    pub(super) fn types(&self, arguments: &[&str]) -> anyhow::Result<()> {
        Self::show(arguments);
        let output = self.command(arguments).output().context("baiying cannot be run")?;
        std::io::stderr().write_all(&output.stdout)?;
        std::io::stderr().write_all(&output.stderr)?;
        anyhow::ensure!(
            output.status.success(),
            "baiying {arguments:?} ended with {}",
            output.status
        );
        Ok(())
    }

    /// Types a command that goes on beside everything else; what it prints comes in between.
    pub(super) fn leaves_running(&self, arguments: &[&str]) -> anyhow::Result<Beside> {
        Self::show(&[arguments, &["&"]].concat());
        let here = Stdio::from(std::io::stderr().as_fd().try_clone_to_owned()?);
        let child = self.command(arguments).stdout(here).spawn();
        Ok(Beside(child.context("baiying cannot be run")?))
    }

    /// Asks without showing it; the answer as a document.
    pub(super) fn asks(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let output = self.command(&[&["-o", "json"], arguments].concat()).output()?;
        let told = || format!("baiying {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        anyhow::ensure!(output.status.success(), "{}", told());
        serde_json::from_slice(&output.stdout).with_context(told)
    }

    /// Whether it has a command.
    pub(super) fn knows(&self, noun: &str, verb: &str) -> bool {
        let output = self.command(&[noun, verb, "--help"]).output();
        output.is_ok_and(|output| output.status.success())
    }
}
