//! What strace recorded, call by call: when each began and ended, and with what.

use std::collections::BTreeMap;

use anyhow::Context as _;

/// One system call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its name.
    pub name: String,
    /// As strace writes them, strings in hexadecimal digits.
    pub arguments: Vec<String>,
    /// What it returned; below 0 if it failed, nothing if it never did.
    pub returned: Option<i64>,
}

/// Where in the order of things a call begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The call of this index begins.
    Enter(usize),
    /// It ends.
    Exit(usize),
}

/// A whole record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// All calls.
    pub calls: Vec<Call>,
    /// In the order they happened.
    pub events: Vec<Event>,
}

impl Trace {
    /// Reads what `strace -f -xx -o` wrote.
    ///
    /// # Errors
    /// If it wrote something else.
    pub fn read(log: &str) -> anyhow::Result<Self> {
        let mut trace = Self::default();
        let mut unfinished: BTreeMap<&str, (usize, String)> = BTreeMap::new();
        for line in log.lines() {
            let (thread, rest) = line.split_once(' ').with_context(|| short(line))?;
            let rest = rest.trim_start();
            if rest.starts_with("+++") || rest.starts_with("---") {
                continue;
            }
            if let Some(resumed) = rest.strip_prefix("<... ") {
                let (_, tail) = resumed.split_once(" resumed>").with_context(|| short(line))?;
                let Some((index, mut text)) = unfinished.remove(thread) else {
                    anyhow::bail!("resumed and never begun: {}", short(line));
                };
                text.push_str(tail);
                trace.calls[index] = Call::read(&text)?;
                trace.events.push(Event::Exit(index));
                continue;
            }
            let index = trace.calls.len();
            trace.events.push(Event::Enter(index));
            // Cut off by a kill, strace writes both.
            let begun = rest.find("<unfinished ...>");
            if let Some(at) = begun {
                trace.calls.push(Call::read(&rest[..at])?);
                unfinished.insert(thread, (index, rest[..at].to_owned()));
            } else {
                trace.calls.push(Call::read(rest)?);
                trace.events.push(Event::Exit(index));
            }
        }
        Ok(trace)
    }
}

fn short(line: &str) -> String {
    format!("strace wrote {:?}", line.chars().take(200).collect::<String>())
}

impl Call {
    fn read(text: &str) -> anyhow::Result<Self> {
        let (name, rest) = text.split_once('(').with_context(|| short(text))?;
        let (arguments, returned) = match rest.rfind(" = ") {
            Some(at) => (rest[..at].trim_end(), number(&rest[at + 3..])),
            None => (rest, None),
        };
        let arguments = arguments.strip_suffix(')').unwrap_or(arguments);
        Ok(Self {
            name: name.to_owned(),
            arguments: split(arguments),
            returned,
        })
    }

    /// An argument; empty if strace did not get to it.
    #[must_use]
    pub fn argument(&self, index: usize) -> &str {
        self.arguments.get(index).map_or("", String::as_str)
    }

    /// An argument that is a number.
    ///
    /// # Errors
    /// If it is none.
    pub fn number(&self, index: usize) -> anyhow::Result<i64> {
        number(self.argument(index)).with_context(|| format!("argument {index} of {} is no number", self.name))
    }

    /// The bytes of an argument that is a string or a list of buffers.
    ///
    /// # Errors
    /// If strace cut it short.
    pub fn bytes(&self, index: usize) -> anyhow::Result<Vec<u8>> {
        let text = self.argument(index);
        anyhow::ensure!(!text.contains("\"..."), "strace cut a string short: {}", short(text));
        let mut bytes = Vec::with_capacity(text.len() / 4);
        for quoted in text.split('"').skip(1).step_by(2) {
            for digits in quoted.split("\\x").skip(1) {
                bytes.push(u8::from_str_radix(digits, 16).with_context(|| short(quoted))?);
            }
        }
        Ok(bytes)
    }

    /// An argument that is a path.
    ///
    /// # Errors
    /// If it is none.
    pub fn text(&self, index: usize) -> anyhow::Result<String> {
        Ok(String::from_utf8(self.bytes(index)?)?)
    }

    /// It was carried out.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.returned.is_some_and(|returned| returned >= 0)
    }
}

fn number(text: &str) -> Option<i64> {
    let word = text.split_whitespace().next()?;
    match word.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => word.parse().ok(),
    }
}

/// At the commas that are in no string and no bracket.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0_i32, false);
    for (at, letter) in text.bytes().enumerate() {
        match letter {
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth -= 1,
            b',' if !quoted && depth == 0 => {
                parts.push(text[start..at].trim().to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    let last = text[start..].trim();
    if !last.is_empty() {
        parts.push(last.to_owned());
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read() {
        let log = r#"7  openat(AT_FDCWD, "\x2f\x61", O_RDWR|O_CREAT, 0666) = 3
7  pwrite64(3, "\x01\x02", 2, 512 <unfinished ...>
8  fsync(3)                          = -1 EIO (Input/output error) (INJECTED)
7  <... pwrite64 resumed>)           = 2
7  writev(4, [{iov_base="\x61\x62", iov_len=2}, {iov_base="\x63", iov_len=1}], 2) = 3
8  write(1, "\x0a", 1 <unfinished ...>
7  +++ killed by SIGKILL +++
"#;
        let trace = Trace::read(log).unwrap();
        let [open, write, sync, writev, last] = &trace.calls[..] else {
            panic!("{trace:?}")
        };
        assert_eq!((open.text(1).unwrap(), open.returned), ("/a".to_owned(), Some(3)));
        assert_eq!(open.argument(2), "O_RDWR|O_CREAT");
        assert_eq!((write.bytes(1).unwrap(), write.number(3).unwrap()), (vec![1, 2], 512));
        assert_eq!((sync.returned, sync.succeeded()), (Some(-1), false));
        assert_eq!(writev.bytes(1).unwrap(), b"abc");
        assert_eq!((last.returned, last.bytes(1).unwrap()), (None, vec![10]));
        use Event::{Enter, Exit};
        let order = [
            Enter(0),
            Exit(0),
            Enter(1),
            Enter(2),
            Exit(2),
            Exit(1),
            Enter(3),
            Exit(3),
            Enter(4),
        ];
        assert_eq!(trace.events, order);
    }
}
