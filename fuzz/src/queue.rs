//! The files of a field device: damage is told or passed over, and what was queued is never lost by reading, adding or sending.

use std::cell::OnceCell;

use baiying_cli::fuzzing::{self, Files};
use tempfile::TempDir;

use crate::input::Input;

const BATCHES_MAX: usize = 4;

/// Files of one device, then records of the log.
pub fn queue(data: &[u8]) {
    thread_local! {
        static DIR: OnceCell<TempDir> = const { OnceCell::new() };
    }
    let mut input = Input(data);
    let mut files = Files::default();
    let flags = input.byte();
    if flags & 1 != 0 {
        files.key = Some(input.piece());
    }
    if flags & 2 != 0 {
        files.device = Some(input.piece());
    }
    for _ in 0..usize::from(flags >> 2) % (BATCHES_MAX + 1) {
        let (kind, number) = (input.byte(), input.byte());
        let number = if number == u8::MAX { u64::MAX } else { u64::from(number) };
        files.batches.push((number, kind, input.piece()));
    }
    while !input.is_empty() && files.log.len() < 32 {
        let framed = input.byte() & 1 == 1;
        files.log.push((framed, input.piece()));
    }
    DIR.with(|dir| {
        let dir = dir.get_or_init(|| tempfile::tempdir().expect("a temporary directory"));
        fuzzing::queue(dir.path(), &files);
    });
}
