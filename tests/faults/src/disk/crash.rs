//! What is left after the power is gone, or the process.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::{Change, DirChange, Disk, FileChange, Node};
use crate::pages::Pages;

const SECTOR: u64 = 512;

/// What happens to that which was never synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// The process is gone and the machine lives on: all of it is there, and of what was being written any part.
    Killed,
    /// All data is there, but no file is longer than it was when it was last synced.
    LengthLost,
    /// None of it is there.
    OnlySynced,
    /// A random part of it is there, some writes in part.
    Random(u64),
}

/// A tree of files.
#[derive(Debug, Clone)]
pub enum Image {
    /// A file.
    File(Pages),
    /// A directory.
    Dir(BTreeMap<String, Image>),
}

impl Image {
    /// Writes it to a directory that does not exist yet.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn save(&self, path: &Path) -> std::io::Result<()> {
        match self {
            Self::File(pages) => pages.save(path),
            Self::Dir(names) => {
                fs::create_dir(path)?;
                names.iter().try_for_each(|(name, image)| image.save(&path.join(name)))
            }
        }
    }
}

impl Disk {
    /// What the next start finds.
    #[must_use]
    pub fn crash(&self, model: Model) -> Image {
        let seed = match model {
            Model::Random(seed) => seed,
            Model::Killed | Model::LengthLost | Model::OnlySynced => 0,
        };
        let mut random = ChaCha8Rng::seed_from_u64(seed ^ self.version.rotate_left(32));
        let mut dice = Dice {
            keep: [0.1, 0.5, 0.9][random.random_range(0..3)],
            in_order: random.random_bool(0.5),
            random,
        };
        let mut files = BTreeMap::new();
        self.image(0, model, &mut dice, &mut files)
    }

    fn image(&self, node: usize, model: Model, dice: &mut Dice, files: &mut BTreeMap<usize, Pages>) -> Image {
        match &self.nodes[node] {
            Node::File { durable, since } => {
                let pages = files.entry(node).or_insert_with(|| file(durable, since, model, dice));
                Image::File(pages.clone())
            }
            Node::Dir { durable, since } => {
                let names = names(durable, since, model, dice);
                let images = names
                    .into_iter()
                    .map(|(name, node)| (name, self.image(node, model, dice, files)));
                Image::Dir(images.collect())
            }
        }
    }
}

struct Dice {
    random: ChaCha8Rng,
    keep: f64,
    /// Names as a file system with a log keeps them: what happened later is there only with all before it.
    in_order: bool,
}

fn names(
    durable: &BTreeMap<String, usize>,
    since: &[Change<DirChange>],
    model: Model,
    dice: &mut Dice,
) -> BTreeMap<String, usize> {
    let mut names = durable.clone();
    for change in since {
        let kept = match model {
            Model::Killed | Model::LengthLost => true,
            Model::OnlySynced => change.durable,
            Model::Random(_) => change.durable || dice.random.random_bool(dice.keep),
        };
        if kept {
            change.what.apply(&mut names);
        } else if dice.in_order && matches!(model, Model::Random(_)) {
            break;
        }
    }
    names
}

fn file(durable: &Pages, since: &[Change<FileChange>], model: Model, dice: &mut Dice) -> Pages {
    let mut synced = durable.clone();
    for change in since.iter().filter(|change| change.durable) {
        change.what.apply(&mut synced);
    }
    let mut all = durable.clone();
    for change in since {
        if change.done || model != Model::Killed {
            change.what.apply(&mut all);
        } else {
            part(&change.what, &mut all, crate::pages::PAGE as u64, dice);
        }
    }
    match model {
        Model::Killed => all,
        Model::OnlySynced => synced,
        Model::LengthLost => {
            let len = all.len();
            all.set_len(len.min(synced.len()));
            all.lengthen_from(&synced);
            all
        }
        Model::Random(_) => {
            let mut some = durable.clone();
            for change in since {
                if change.durable {
                    change.what.apply(&mut some);
                } else if dice.random.random_bool(dice.keep) {
                    if dice.random.random_bool(0.3) {
                        part(&change.what, &mut some, SECTOR, dice);
                    } else {
                        change.what.apply(&mut some);
                    }
                }
            }
            match dice.random.random_range(0..4) {
                // The length arrived, and some of the data did not.
                0 => some.set_len(all.len()),
                // Some of the data arrived, and the length did not.
                1 => some.set_len(synced.len()),
                _ => {}
            }
            some
        }
    }
}

/// A write in part: each unit of it is there or not. Anything else is there or not.
fn part(change: &FileChange, pages: &mut Pages, unit: u64, dice: &mut Dice) {
    match change {
        FileChange::Write { at, bytes } => {
            let mut from = 0;
            while from < bytes.len() as u64 {
                let to = ((at + from) / unit * unit + unit - at).min(bytes.len() as u64);
                if dice.random.random_bool(0.5) {
                    pages.write(at + from, &bytes[from as usize..to as usize]);
                } else if unit != SECTOR {
                    // A killed process stops writing; it leaves nothing out.
                    return;
                }
                from = to;
            }
        }
        FileChange::SetLen(_) | FileChange::Lengthen(_) | FileChange::Zero { .. } => {
            if dice.random.random_bool(0.5) {
                change.apply(pages);
            }
        }
    }
}
