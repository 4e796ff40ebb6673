//! What happened in a world, as a hash and, when asked for, as lines.

use std::fmt::{Debug, Write as _};

/// Two runs of a seed have the same hash, or the world is not deterministic.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    hash: u64,
    lines: Option<Vec<String>>,
}

impl Trace {
    /// A trace; with its lines, if they are wanted.
    pub(crate) fn new(wants_lines: bool) -> Self {
        Self {
            hash: 0xcbf2_9ce4_8422_2325,
            lines: wants_lines.then(Vec::new),
        }
    }

    /// Notes what happened. `numbers` go into the hash, the text is made only when lines are wanted.
    pub(crate) fn note(&mut self, at: i64, numbers: &[u64], text: impl FnOnce() -> String) {
        for number in [at.cast_unsigned()].iter().chain(numbers) {
            self.bytes(&number.to_le_bytes());
        }
        if let Some(lines) = &mut self.lines {
            lines.push(format!(
                "{:>12.3} {}",
                (at - crate::world::START) as f64 / 1000.0,
                text()
            ));
        }
    }

    /// Folds bytes into the hash.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// The hash so far, and the lines.
    pub(crate) fn finish(self) -> (u64, Vec<String>) {
        (self.hash, self.lines.unwrap_or_default())
    }
}

/// A number for a value: the same for the same content, on every machine.
pub(crate) fn digest(value: &impl Debug) -> u64 {
    let mut trace = Trace::new(false);
    write!(trace, "{value:?}").expect("a hash takes everything");
    trace.hash
}

impl std::fmt::Write for Trace {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.bytes(text.as_bytes());
        Ok(())
    }
}
