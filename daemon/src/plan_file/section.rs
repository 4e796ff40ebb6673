//! One section of a plan's file: values are taken out by key, and what is left over is not a key of it.

use baiying_core::calendar::Minute;
use baiying_core::plan::{PlanFault, PlanProblem};
use toml::{Table, Value};

/// Problems as they are found.
pub(super) type Problems = Vec<PlanProblem>;

/// A section, with its key and the keys that were asked for.
pub(super) struct Section {
    key: String,
    table: Table,
    asked: Vec<&'static str>,
}

pub(super) fn add(problems: &mut Problems, key: impl Into<Box<str>>, value: &str, fault: PlanFault) {
    problems.push(PlanProblem {
        key: key.into(),
        value: value.into(),
        fault,
    });
}

/// A value as it may be shown: short, and not a whole section.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.chars().take(60).collect(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Datetime(instant) => instant.to_string(),
        Value::Array(_) | Value::Table(_) => String::new(),
    }
}

impl Section {
    pub(super) fn new(key: impl Into<String>, table: Table) -> Self {
        Self {
            key: key.into(),
            table,
            asked: Vec::new(),
        }
    }
    /// The whole key of one of its keys.
    pub(super) fn key(&self, name: &str) -> String {
        if self.key.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.key)
        }
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.asked.push(name);
        self.table.remove(name)
    }
    fn read<T>(
        &mut self,
        name: &'static str,
        expected: &'static str,
        problems: &mut Problems,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(name)?;
        let known = read(&value);
        if known.is_none() {
            add(problems, self.key(name), &shown(&value), PlanFault::WrongType(expected));
        }
        known
    }

    pub(super) fn text(&mut self, name: &'static str, problems: &mut Problems) -> Option<Box<str>> {
        self.read(name, "text", problems, |value| value.as_str().map(Into::into))
    }
    pub(super) fn flag(&mut self, name: &'static str, problems: &mut Problems) -> Option<bool> {
        self.read(name, "boolean", problems, Value::as_bool)
    }
    /// A number of units of so many milliseconds.
    pub(super) fn ms(&mut self, name: &'static str, unit_ms: u64, problems: &mut Problems) -> Option<u64> {
        self.read(name, "integer", problems, |value| {
            let number = u64::try_from(value.as_integer()?).ok()?;
            number.checked_mul(unit_ms)
        })
    }
    /// A time of the day; empty: none.
    pub(super) fn minute(&mut self, name: &'static str, problems: &mut Problems) -> Option<Option<Minute>> {
        self.read(name, "time", problems, |value| match value.as_str()? {
            "" => Some(None),
            text => text.parse().ok().map(Some),
        })
    }
    pub(super) fn list(&mut self, name: &'static str, problems: &mut Problems) -> Option<Vec<Value>> {
        self.read(name, "list", problems, |value| value.as_array().cloned())
    }
    pub(super) fn texts(&mut self, name: &'static str, problems: &mut Problems) -> Option<Vec<Box<str>>> {
        let list = self.list(name, problems)?;
        let mut texts = Vec::with_capacity(list.len());
        for (index, value) in list.iter().enumerate() {
            match value.as_str() {
                Some(text) => texts.push(text.into()),
                None => {
                    let key = self.key(&format!("{name}[{index}]"));
                    add(problems, key, &shown(value), PlanFault::WrongType("text"));
                }
            }
        }
        Some(if texts.len() == list.len() { texts } else { Vec::new() })
    }
    /// Words of a vocabulary.
    pub(super) fn words<T: Copy>(
        &mut self,
        name: &'static str,
        table: &[(T, &'static str)],
        problems: &mut Problems,
    ) -> Option<Vec<T>> {
        let texts = self.texts(name, problems)?;
        let mut words = Vec::with_capacity(texts.len());
        for (index, text) in texts.iter().enumerate() {
            let key = self.key(&format!("{name}[{index}]"));
            words.extend(word(key, text, table, problems));
        }
        // With one that is none, the places of the others say nothing.
        Some(if words.len() == texts.len() { words } else { Vec::new() })
    }
    pub(super) fn section(&mut self, name: &'static str, problems: &mut Problems) -> Option<Self> {
        let table = self.read(name, "section", problems, |value| value.as_table().cloned())?;
        Some(Self::new(self.key(name), table))
    }
    /// What is left over is no key of this section.
    pub(super) fn finish(self, problems: &mut Problems) {
        let known = self.asked.join(", ");
        for name in self.table.keys() {
            let fault = PlanFault::UnknownKey(known.as_str().into());
            add(problems, self.key(name), "", fault);
        }
    }
}

/// A word of a vocabulary.
pub(super) fn word<T: Copy>(
    key: String,
    text: &str,
    table: &[(T, &'static str)],
    problems: &mut Problems,
) -> Option<T> {
    let known = baiying_core::word::parse(table, text);
    if known.is_none() {
        let all = baiying_core::word::all(table);
        add(problems, key, text, PlanFault::NotOneOf(all.into()));
    }
    known
}
