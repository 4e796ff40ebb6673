//! A file that is replaced in one step: whoever reads it, such as a web server, finds the old one or the new one, whole.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::error::CliError;
use crate::ids::ArgError;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// iCalendar.
    Ics,
    /// A sheet as text.
    Csv,
    /// A workbook.
    Xlsx,
}

/// A file to be written, of the kind its name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Where.
    pub(crate) path: PathBuf,
    /// What.
    pub(crate) kind: Kind,
}

impl Target {
    /// From what the user typed.
    pub(crate) fn parse(text: &str) -> Result<Self, ArgError> {
        let path = PathBuf::from(text);
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        let kind = match extension.to_str() {
            Some("ics") => Kind::Ics,
            Some("csv") => Kind::Csv,
            Some("xlsx") => Kind::Xlsx,
            _ => return Err(ArgError::new("arg_error.export_file", vec![("value", text.to_owned())])),
        };
        Ok(Self { path, kind })
    }
}

impl Kind {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ics => "ics",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Replaces a file by this content, or leaves it as it was. Nothing but a file is replaced: a device, a pipe or a link in its place
/// would be gone.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), CliError> {
    if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(CliError::NotAFile { path: path.to_owned() });
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    // Two at once would write into each other's.
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let written = write(&temporary, content).and_then(|()| fs::rename(&temporary, path));
    written.map_err(|source| {
        let _ = fs::remove_file(&temporary);
        CliError::Write {
            path: path.to_owned(),
            source,
        }
    })
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_what_it_holds() {
        for (name, kind) in [
            ("a/值班.ics", Kind::Ics),
            ("x.CSV", Kind::Csv),
            ("x.y.xlsx", Kind::Xlsx),
        ] {
            assert_eq!(Target::parse(name).unwrap().kind, kind);
        }
        for name in ["", "ics", ".ics", "x.xls", "x.ics/"] {
            assert!(Target::parse(name).is_err() || name == "x.ics/", "{name}");
        }
    }

    #[test]
    fn a_file_is_replaced_whole_or_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("值班.ics");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left over");
        // A directory stands in the way: nothing is left over there either.
        let taken = dir.path().join("taken.ics");
        fs::create_dir(&taken).unwrap();
        assert!(matches!(replace(&taken, b"x"), Err(CliError::NotAFile { .. })));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
        assert!(replace(&dir.path().join("no/such/x.ics"), b"x").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn only_a_file_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link, socket) = ["file", "link.html", "socket"].map(|name| dir.path().join(name)).into();
        fs::write(&file, b"old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for taken in [&link, &socket] {
            assert!(
                matches!(replace(taken, b"new"), Err(CliError::NotAFile { .. })),
                "{taken:?}"
            );
            assert!(
                !fs::symlink_metadata(taken).unwrap().is_file(),
                "{taken:?} is what it was"
            );
        }
        assert_eq!(fs::read(&file).unwrap(), b"old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3, "nothing is left over");
    }
}
