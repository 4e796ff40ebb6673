//! The journal of a running daemon, by way of a backup: any backend, and nothing that is not durable.

use anyhow::Context as _;
use baiying_core::event::Entry;
use baiying_journal::assemble::Assembler;
use baiying_journal::event::decode;
use baiying_proto::v1;

use crate::Admin;

/// Magic, version and two zeros in front of the records.
const HEADER: usize = 8;

/// Every entry ever journaled, in order.
///
/// # Errors
/// If the backup is not whole.
pub async fn entries(admin: &Admin) -> anyhow::Result<Vec<Entry>> {
    let mut stream = admin.client().backup(v1::BackupRequest {}).await?.into_inner();
    let mut bytes = Vec::new();
    while let Some(message) = stream.message().await? {
        bytes.extend_from_slice(&message.chunk);
    }
    let mut rest = bytes.get(HEADER..).context("a backup has a header")?;
    let mut assembler: Option<Assembler> = None;
    let mut entries = Vec::new();
    loop {
        let (length, after) = rest.split_first_chunk::<4>().context("the backup is cut off")?;
        let length = u32::from_le_bytes(*length) as usize;
        if length == 0 {
            return Ok(entries);
        }
        let record = after.get(..length).context("the backup is cut off")?;
        rest = &after[length..];
        let assembler = match &mut assembler {
            Some(assembler) => assembler,
            none => none.insert(Assembler::starting_with(record)?),
        };
        if let Some(commit) = assembler.accept(&record.to_vec().into())? {
            entries.extend(decode(&commit.payload)?);
        }
    }
}
