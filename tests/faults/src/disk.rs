//! A disk as a power loss finds it: what was made durable is there, and of the rest whatever the model says.
//!
//! Fed with the calls of a trace. Rules: `fsync` and `fdatasync` make durable what was written to the file before they began, its
//! length included; a new, renamed or removed name is durable once its directory was synced, and not before;
//! `sync_file_range` makes nothing durable, since it leaves out the length and the drive's cache; a sector of 512 bytes is
//! written whole or not at all.

mod crash;
mod follow;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub use crash::{Image, Model};

use crate::pages::Pages;

/// Files and directories below a root that existed before, durable.
#[derive(Debug, Clone)]
pub struct Disk {
    root: PathBuf,
    nodes: Vec<Node>,
    descriptors: BTreeMap<i64, usize>,
    opened: Vec<Opened>,
    /// Changes that are waited for: the call that syncs, its node, and what it covers.
    syncs: BTreeMap<usize, (usize, Vec<u64>)>,
    /// Changes under way: the call and its change.
    under_way: BTreeMap<usize, (usize, u64)>,
    next: u64,
    version: u64,
}

#[derive(Debug, Clone)]
struct Opened {
    node: usize,
    offset: u64,
    append: bool,
    synced_at_once: bool,
}

/// A file or a directory: what of it is durable, and what happened since.
#[derive(Debug, Clone)]
enum Node {
    File {
        durable: Pages,
        since: Vec<Change<FileChange>>,
    },
    Dir {
        durable: BTreeMap<String, usize>,
        since: Vec<Change<DirChange>>,
    },
}

#[derive(Debug, Clone)]
struct Change<C> {
    id: u64,
    what: C,
    /// The call has returned.
    done: bool,
    /// Synced, but something before it is not.
    durable: bool,
}

#[derive(Debug, Clone)]
enum FileChange {
    Write {
        at: u64,
        bytes: Vec<u8>,
    },
    SetLen(u64),
    /// At least so long; the rest zeros.
    Lengthen(u64),
    Zero {
        at: u64,
        len: u64,
    },
}

#[derive(Debug, Clone)]
enum DirChange {
    Link { name: String, node: usize },
    Unlink { name: String },
    Rename { from: String, to: String, node: usize },
}

impl FileChange {
    fn apply(&self, pages: &mut Pages) {
        match self {
            Self::Write { at, bytes } => pages.write(*at, bytes),
            Self::SetLen(len) => pages.set_len(*len),
            Self::Lengthen(len) => pages.set_len((*len).max(pages.len())),
            Self::Zero { at, len } => pages.zero(*at, *len),
        }
    }
}

impl DirChange {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        match self {
            Self::Link { name, node } => {
                names.insert(name.clone(), *node);
            }
            Self::Unlink { name } => {
                names.remove(name);
            }
            Self::Rename { from, to, node } => {
                if names.get(from) == Some(node) {
                    names.remove(from);
                }
                names.insert(to.clone(), *node);
            }
        }
    }
}

/// Takes into what is durable the changes that are, up to the first that is not.
fn settle<C>(since: &mut Vec<Change<C>>, covered: &[u64], mut apply: impl FnMut(&C)) {
    for change in since.iter_mut() {
        change.durable |= covered.binary_search(&change.id).is_ok();
    }
    let settled = since.iter().take_while(|change| change.durable).count();
    since.drain(..settled).for_each(|change| apply(&change.what));
}

impl Node {
    fn done(&self) -> Vec<u64> {
        match self {
            Self::File { since, .. } => since
                .iter()
                .filter(|change| change.done)
                .map(|change| change.id)
                .collect(),
            Self::Dir { since, .. } => since.iter().map(|change| change.id).collect(),
        }
    }

    fn settle(&mut self, covered: &[u64]) {
        match self {
            Self::File { durable, since } => settle(since, covered, |change| change.apply(durable)),
            Self::Dir { durable, since } => settle(since, covered, |change| change.apply(durable)),
        }
    }

    /// As programs see it.
    fn len(&self) -> u64 {
        match self {
            Self::Dir { .. } => 0,
            Self::File { durable, since } => since.iter().fold(durable.len(), |len, change| match &change.what {
                FileChange::Write { at, bytes } => len.max(at + bytes.len() as u64),
                FileChange::SetLen(len) => *len,
                FileChange::Lengthen(wanted) => len.max(*wanted),
                FileChange::Zero { .. } => len,
            }),
        }
    }
}

impl Disk {
    /// What is below `root` now, all of it durable.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn load(root: &Path) -> anyhow::Result<Self> {
        let mut disk = Self {
            root: root.to_owned(),
            nodes: Vec::new(),
            descriptors: BTreeMap::new(),
            opened: Vec::new(),
            syncs: BTreeMap::new(),
            under_way: BTreeMap::new(),
            next: 0,
            version: 0,
        };
        disk.load_dir(root)?;
        Ok(disk)
    }

    fn load_dir(&mut self, dir: &Path) -> anyhow::Result<usize> {
        let index = self.add_dir();
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let node = if entry.file_type()?.is_dir() {
                self.load_dir(&entry.path())?
            } else {
                let durable = Pages::read(&entry.path())?;
                self.nodes.push(Node::File {
                    durable,
                    since: Vec::new(),
                });
                self.nodes.len() - 1
            };
            if let Node::Dir { durable, .. } = &mut self.nodes[index] {
                durable.insert(entry.file_name().to_string_lossy().into_owned(), node);
            }
        }
        Ok(index)
    }

    fn add_dir(&mut self) -> usize {
        self.nodes.push(Node::Dir {
            durable: BTreeMap::new(),
            since: Vec::new(),
        });
        self.nodes.len() - 1
    }

    /// Counts what changed anything, so that equal disks are not tried twice.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The process that was followed is gone, and another may be followed: what was written is still to be seen, and still not
    /// durable if it was not synced. A write that was under way never happened; nobody waits for a sync any more.
    pub fn killed(&mut self) {
        for (node, id) in std::mem::take(&mut self.under_way).into_values() {
            self.never_written(node, id);
        }
        self.syncs.clear();
        self.descriptors.clear();
        self.opened.clear();
        self.version += 1;
    }

    fn never_written(&mut self, node: usize, id: u64) {
        if let Node::File { durable, since } = &mut self.nodes[node] {
            since.retain(|change| change.id != id);
            settle(since, &[], |change| change.apply(durable));
        }
    }

    fn names(&self, dir: usize) -> anyhow::Result<BTreeMap<String, usize>> {
        match &self.nodes[dir] {
            Node::Dir { durable, since } => {
                let mut names = durable.clone();
                since.iter().for_each(|change| change.what.apply(&mut names));
                Ok(names)
            }
            Node::File { .. } => anyhow::bail!("a file is used as a directory"),
        }
    }

    fn change_file(&mut self, node: usize, what: FileChange, done: bool) -> anyhow::Result<u64> {
        self.next += 1;
        self.version += 1;
        let id = self.next;
        match &mut self.nodes[node] {
            Node::File { since, .. } => since.push(Change {
                id,
                what,
                done,
                durable: false,
            }),
            Node::Dir { .. } => anyhow::bail!("a directory is written like a file"),
        }
        Ok(id)
    }

    fn change_dir(&mut self, dir: usize, what: DirChange) -> anyhow::Result<()> {
        self.next += 1;
        self.version += 1;
        let id = self.next;
        match &mut self.nodes[dir] {
            Node::Dir { since, .. } => since.push(Change {
                id,
                what,
                done: true,
                durable: false,
            }),
            Node::File { .. } => anyhow::bail!("a file is used as a directory"),
        }
        Ok(())
    }
}
