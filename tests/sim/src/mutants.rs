//! The list of mutations: ways to break the product on purpose, kept in `tests/mutations/mutations.toml`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

/// One way to break the product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutation {
    /// What it is called.
    pub name: String,
    /// What it breaks.
    pub breaks: String,
    /// Where, from the root of the repository.
    pub file: String,
    /// What stands there, exactly once.
    pub find: String,
    /// What stands there instead.
    pub replace: String,
    /// Who is to catch it: `sim`, or a package and a filter of its tests.
    pub by: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    mutation: Vec<Mutation>,
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The kept list.
///
/// # Errors
/// If it cannot be read.
pub fn list(root: &Path) -> anyhow::Result<Vec<Mutation>> {
    let path = root.join("tests/mutations/mutations.toml");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(toml::from_str::<List>(&text)?.mutation)
}

impl Mutation {
    /// The file, broken.
    ///
    /// # Errors
    /// If what is to be replaced does not stand there exactly once.
    pub fn apply(&self, root: &Path) -> anyhow::Result<String> {
        let path = root.join(&self.file);
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let found = text.matches(&self.find).count();
        anyhow::ensure!(
            found == 1,
            "{}: {:?} stands {found} times in {}, not once: adapt tests/mutations/mutations.toml",
            self.name,
            self.find.trim(),
            self.file
        );
        anyhow::ensure!(self.find != self.replace, "{} changes nothing", self.name);
        Ok(text.replace(&self.find, &self.replace))
    }
}
