//! The machine: what it is, for the heading; and as many open files as it allows.

use crate::scale::Scale;

/// Raises the limit of open files to what is allowed: ten thousand sockets have two ends. Children inherit it.
pub(crate) fn raise_file_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Where it cannot be raised, the section that needs it says so.
    let _ = setrlimit(Resource::Nofile, limit);
}

fn after(file: &str, key: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.trim_start_matches([':', ' ', '\t']).trim().to_owned())
}

/// One line that says where and how much was measured.
pub(crate) fn about(scale: &Scale) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let model = after("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let kilobytes = after("/proc/meminfo", "MemTotal").and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    let memory = kilobytes.map_or(String::new(), |kb| format!(", {} GB", kb / 1_000_000));
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let share = if scale.share < 1.0 {
        format!(", at {} of the size", scale.share)
    } else {
        String::new()
    };
    format!(
        "{cores} cores ({model}){memory}, Linux {}; clients on the same machine, medians of {} runs or {} of what is slow{share}.",
        kernel.trim(),
        scale.runs,
        scale.slow_runs()
    )
}
