//! What a journal's writer was answered, and may rely on from then on; as lines of text between two processes.

use anyhow::Context as _;
use baiying_journal::Head;

use crate::work::Said;

/// A commit that was answered as durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acked {
    /// Its last record.
    pub sequence: u64,
    /// Its last event.
    pub revision: u64,
    /// Hash of its last record, in hexadecimal digits.
    pub hash: String,
}

/// Everything that was answered so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promised {
    /// Commits, in order.
    pub acked: Vec<Acked>,
    /// What ends at or before this revision need not be kept.
    pub droppable: u64,
    /// Everything that was asked for was done.
    pub closed: bool,
}

impl Promised {
    /// Takes in what was said.
    pub fn hear(&mut self, said: Said) {
        match said {
            // What was opened counts: it was found there, so it must stay.
            Said::Opened(head) | Said::Acked(head) => self.push(Acked::of(&head)),
            Said::Truncating(revision) => self.droppable = self.droppable.max(revision),
            Said::Closed => self.closed = true,
        }
    }

    fn push(&mut self, acked: Acked) {
        if self.acked.last() != Some(&acked) && acked.sequence > 0 {
            self.acked.push(acked);
        }
    }

    /// Takes in one line of the workload's standard output.
    ///
    /// # Errors
    /// If it is none.
    pub fn hear_line(&mut self, line: &str) -> anyhow::Result<()> {
        let words: Vec<_> = line.split_whitespace().collect();
        match words[..] {
            ["opened" | "acked", sequence, revision, hash] => self.push(Acked {
                sequence: sequence.parse().with_context(|| line.to_owned())?,
                revision: revision.parse().with_context(|| line.to_owned())?,
                hash: hash.to_owned(),
            }),
            ["truncating", revision] => {
                self.droppable = self.droppable.max(revision.parse().with_context(|| line.to_owned())?);
            }
            ["closed"] => self.closed = true,
            ["begin"] | ["failed", ..] => {}
            _ => anyhow::bail!("the workload said {line:?}"),
        }
        Ok(())
    }

    /// Takes in the workload's standard output; a last line that was cut off by a kill was never heard.
    ///
    /// # Errors
    /// If it holds something else.
    pub fn hear_all(&mut self, stdout: &str) -> anyhow::Result<()> {
        stdout
            .split_inclusive('\n')
            .filter_map(|line| line.strip_suffix('\n'))
            .try_for_each(|line| self.hear_line(line))
    }
}

impl Acked {
    /// Of a head.
    #[must_use]
    pub fn of(head: &Head) -> Self {
        Self {
            sequence: head.sequence,
            revision: head.revision,
            hash: hex(&head.hash),
        }
    }
}

/// In hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What was said, as a line.
#[must_use]
pub fn line(said: Said) -> String {
    let ended = |head: Head| format!("{} {} {}", head.sequence, head.revision, hex(&head.hash));
    match said {
        Said::Opened(head) => format!("opened {}", ended(head)),
        Said::Acked(head) => format!("acked {}", ended(head)),
        Said::Truncating(revision) => format!("truncating {revision}"),
        Said::Closed => "closed".to_owned(),
    }
}
