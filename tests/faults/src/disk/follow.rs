//! Following a trace: which file a descriptor is, and what each call did to it.

use std::path::{Component, Path};

use anyhow::Context as _;

use super::{DirChange, Disk, FileChange, Node, Opened};
use crate::trace::{Call, Event, Trace};

impl Disk {
    /// Takes in one event of a trace.
    ///
    /// # Errors
    /// If a call does something to our files that the model does not know.
    pub fn follow(&mut self, trace: &Trace, event: Event) -> anyhow::Result<()> {
        let (index, call) = match event {
            Event::Enter(index) | Event::Exit(index) => (index, &trace.calls[index]),
        };
        let followed = match event {
            Event::Enter(_) => self.enter(index, call),
            Event::Exit(_) => self.exit(index, call),
        };
        followed.with_context(|| format!("call {index}: {}", call.name))
    }

    /// The open file of a call whose first argument is its descriptor, if it is one of ours.
    fn ours(&self, call: &Call) -> Option<usize> {
        let descriptor = call.number(0).ok()?;
        self.descriptors.get(&descriptor).copied()
    }

    /// A mapping of one of ours, through which it can be changed.
    fn maps_ours(&self, call: &Call) -> bool {
        let is_shared = call.argument(3).contains("MAP_SHARED") && call.argument(2).contains("PROT_WRITE");
        let descriptor = call.number(4).unwrap_or(-1);
        is_shared && self.descriptors.contains_key(&descriptor)
    }

    fn enter(&mut self, index: usize, call: &Call) -> anyhow::Result<()> {
        let Some(open) = self.ours(call) else {
            return Ok(());
        };
        let Opened {
            node, offset, append, ..
        } = self.opened[open];
        match call.name.as_str() {
            "write" | "writev" | "pwrite64" | "pwritev" => {
                let at = match call.name.as_str() {
                    "pwrite64" | "pwritev" => call.number(3)? as u64,
                    _ if append => self.nodes[node].len(),
                    _ => offset,
                };
                let bytes = call.bytes(1)?;
                let id = self.change_file(node, FileChange::Write { at, bytes }, false)?;
                self.under_way.insert(index, (node, id));
            }
            "fsync" | "fdatasync" => {
                let covered = self.nodes[node].done();
                self.syncs.insert(index, (node, covered));
            }
            "close" => {
                self.descriptors.remove(&call.number(0)?);
            }
            _ => {}
        }
        Ok(())
    }

    fn exit(&mut self, index: usize, call: &Call) -> anyhow::Result<()> {
        if let Some((node, id)) = self.under_way.remove(&index) {
            return self.written(call, node, id);
        }
        if let Some((node, covered)) = self.syncs.remove(&index) {
            if call.succeeded() {
                self.nodes[node].settle(&covered);
                self.version += 1;
            }
            return Ok(());
        }
        if !call.succeeded() {
            return Ok(());
        }
        let returned = call.returned.unwrap_or_default();
        match call.name.as_str() {
            "openat" => self.open(call, returned),
            "rename" | "renameat" | "renameat2" => self.rename(call),
            "unlink" | "rmdir" => self.unlink("AT_FDCWD", &call.text(0)?),
            "unlinkat" => self.unlink(call.argument(0), &call.text(1)?),
            "mkdir" => self.mkdir("AT_FDCWD", &call.text(0)?),
            "mkdirat" => self.mkdir(call.argument(0), &call.text(1)?),
            "open" | "creat" | "truncate" | "chdir" => {
                let path = call.text(0)?;
                anyhow::ensure!(
                    !Path::new(&path).starts_with(&self.root),
                    "{} of {path} is not in the model",
                    call.name
                );
                self.descriptors.remove(&returned);
                Ok(())
            }
            "mmap" => {
                anyhow::ensure!(
                    !self.maps_ours(call),
                    "a file changed through memory is not in the model"
                );
                Ok(())
            }
            "sync" | "syncfs" | "io_uring_setup" | "link" | "linkat" | "symlink" | "symlinkat" | "openat2" => {
                anyhow::bail!("{} is not in the model", call.name)
            }
            _ => match self.ours(call) {
                Some(open) => self.on_open_file(call, open, returned),
                // A descriptor of something else in the place of an old one of ours.
                None => {
                    if matches!(call.name.as_str(), "dup2" | "dup3") {
                        self.descriptors.remove(&returned);
                    }
                    Ok(())
                }
            },
        }
    }

    /// A write came back: what of it was written, and whether that is durable at once.
    fn written(&mut self, call: &Call, node: usize, id: u64) -> anyhow::Result<()> {
        let returned = call.returned.unwrap_or(-1);
        if returned < 0 {
            self.never_written(node, id);
            return Ok(());
        }
        let Node::File { since, .. } = &mut self.nodes[node] else {
            anyhow::bail!("a directory is written like a file");
        };
        for change in since.iter_mut().filter(|change| change.id == id) {
            change.done = true;
            if let FileChange::Write { bytes, .. } = &mut change.what {
                bytes.truncate(returned as usize);
            }
        }
        if let Some(open) = self.ours(call) {
            if call.name.starts_with("write") {
                self.opened[open].offset += returned as u64;
            }
            if self.opened[open].synced_at_once {
                self.nodes[node].settle(&[id]);
            }
        }
        self.version += 1;
        Ok(())
    }

    fn on_open_file(&mut self, call: &Call, open: usize, returned: i64) -> anyhow::Result<()> {
        let node = self.opened[open].node;
        match call.name.as_str() {
            "ftruncate" => {
                let len = call.number(1)? as u64;
                self.change_file(node, FileChange::SetLen(len), true)?;
            }
            "fallocate" => {
                let (mode, at, len) = (call.argument(1), call.number(2)? as u64, call.number(3)? as u64);
                let keeps = mode.contains("FALLOC_FL_KEEP_SIZE");
                if mode.contains("PUNCH_HOLE") || mode.contains("ZERO_RANGE") {
                    self.change_file(node, FileChange::Zero { at, len }, true)?;
                } else {
                    anyhow::ensure!(
                        mode == "0" || mode == "FALLOC_FL_KEEP_SIZE",
                        "{mode} is not in the model"
                    );
                }
                if !keeps {
                    self.change_file(node, FileChange::Lengthen(at + len), true)?;
                }
            }
            "dup" | "dup2" | "dup3" => {
                self.descriptors.insert(returned, open);
            }
            "fcntl" => {
                if call.argument(1).starts_with("F_DUPFD") {
                    self.descriptors.insert(returned, open);
                }
            }
            "lseek" => self.opened[open].offset = returned as u64,
            "read" | "readv" => self.opened[open].offset += returned as u64,
            // Leaves out the length and the drive's cache.
            "sync_file_range" => {}
            "close" => {}
            other => anyhow::bail!("{other} is not in the model"),
        }
        Ok(())
    }

    fn open(&mut self, call: &Call, descriptor: i64) -> anyhow::Result<()> {
        self.descriptors.remove(&descriptor);
        let Some((dir, name)) = self.locate(call.argument(0), &call.text(1)?)? else {
            return Ok(());
        };
        let flags = call.argument(2);
        let known = match name.as_str() {
            "" => Some(dir),
            name => self.names(dir)?.get(name).copied(),
        };
        let node = match known {
            Some(node) => {
                if flags.contains("O_TRUNC") && self.nodes[node].len() > 0 {
                    self.change_file(node, FileChange::SetLen(0), true)?;
                }
                node
            }
            None => {
                anyhow::ensure!(flags.contains("O_CREAT"), "{name} was opened and never made");
                let node = self.nodes.len();
                self.nodes.push(Node::File {
                    durable: crate::pages::Pages::default(),
                    since: Vec::new(),
                });
                self.change_dir(dir, DirChange::Link { name, node })?;
                node
            }
        };
        self.descriptors.insert(descriptor, self.opened.len());
        self.opened.push(Opened {
            node,
            offset: 0,
            append: flags.contains("O_APPEND"),
            synced_at_once: flags.contains("O_DSYNC") || flags.contains("O_SYNC"),
        });
        Ok(())
    }

    fn rename(&mut self, call: &Call) -> anyhow::Result<()> {
        let (from, to) = match call.name.as_str() {
            "rename" => (("AT_FDCWD", call.text(0)?), ("AT_FDCWD", call.text(1)?)),
            _ => ((call.argument(0), call.text(1)?), (call.argument(2), call.text(3)?)),
        };
        let (from, to) = (self.locate(from.0, &from.1)?, self.locate(to.0, &to.1)?);
        let ((from_dir, from), (to_dir, to)) = match (from, to) {
            (None, None) => return Ok(()),
            (Some(from), Some(to)) => (from, to),
            _ => anyhow::bail!("a rename from or to elsewhere is not in the model"),
        };
        anyhow::ensure!(
            from_dir == to_dir,
            "a rename from one directory to another is not in the model"
        );
        let node = *self
            .names(from_dir)?
            .get(&from)
            .with_context(|| format!("{from} was renamed and never made"))?;
        self.change_dir(from_dir, DirChange::Rename { from, to, node })
    }

    fn unlink(&mut self, at: &str, path: &str) -> anyhow::Result<()> {
        match self.locate(at, path)? {
            Some((dir, name)) => self.change_dir(dir, DirChange::Unlink { name }),
            None => Ok(()),
        }
    }

    fn mkdir(&mut self, at: &str, path: &str) -> anyhow::Result<()> {
        let Some((dir, name)) = self.locate(at, path)? else {
            return Ok(());
        };
        let node = self.add_dir();
        self.change_dir(dir, DirChange::Link { name, node })
    }

    /// The directory and the name in it, if the path is below our root. The name is empty for the root itself.
    fn locate(&self, at: &str, path: &str) -> anyhow::Result<Option<(usize, String)>> {
        let path = Path::new(path);
        let (mut dir, rest) = if path.is_absolute() {
            match path.strip_prefix(&self.root) {
                Ok(rest) => (0, rest),
                Err(_) => return Ok(None),
            }
        } else {
            let open = at.parse().ok().and_then(|at: i64| self.descriptors.get(&at));
            match open {
                Some(open) => (self.opened[*open].node, path),
                // Programs under test are given whole paths: this one is relative to something else.
                None => return Ok(None),
            }
        };
        let mut names = Vec::new();
        for component in rest.components() {
            match component {
                Component::Normal(name) => names.push(name.to_string_lossy().into_owned()),
                Component::CurDir => {}
                Component::Prefix(_) | Component::RootDir | Component::ParentDir => {
                    anyhow::bail!("{component:?} in a path is not in the model")
                }
            }
        }
        let last = names.pop().unwrap_or_default();
        for name in names {
            let found = self.names(dir)?.get(&name).copied();
            dir = found.with_context(|| format!("the directory {name} was never made"))?;
        }
        Ok(Some((dir, last)))
    }
}
