//! One section of a plan's or a scenario's file: values are taken out by key, and what is left over is not a key of it.

use baiying_core::calendar::Minute;
use baiying_core::plan::{PlanFault, PlanProblem};
use toml::{Table, Value};

/// Problems as they are found.
pub(crate) type Problems = Vec<PlanProblem>;

/// A section, with its key and the keys that were asked for.
pub(crate) struct Section {
    key: String,
    table: Table,
    asked: Vec<&'static str>,
}

pub(crate) fn add(problems: &mut Problems, key: impl Into<Box<str>>, value: &str, fault: PlanFault) {
    problems.push(PlanProblem {
        key: key.into(),
        value: value.into(),
        fault,
    });
}

/// The whole file; what is no TOML is told with its line.
pub(crate) fn parse(text: &str, bytes_max: usize) -> Result<Table, (u32, PlanProblem)> {
    let problem = |fault| PlanProblem {
        key: "".into(),
        value: "".into(),
        fault,
    };
    if text.len() > bytes_max {
        return Err((0, problem(PlanFault::TooLong(bytes_max as u64))));
    }
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text
            .get(..start)
            .map_or(0, |before| before.matches('\n').count() as u32 + 1);
        let message = error.message().trim().replace('\n', "; ");
        (line, problem(PlanFault::Unreadable(message.into())))
    })
}

/// Whether a problem is at a key or above it.
pub(crate) fn covers(above: &str, key: &str) -> bool {
    let rest = key.strip_prefix(above);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// What is needed and is not there is a problem, once; something harmless stands for it.
pub(crate) fn needed(value: Option<Box<str>>, key: &str, harmless: &str, problems: &mut Problems) -> Box<str> {
    value.unwrap_or_else(|| {
        missing(key, problems);
        harmless.into()
    })
}

pub(crate) fn missing(key: &str, problems: &mut Problems) {
    if !problems.iter().any(|problem| *problem.key == *key) {
        add(problems, key, "", PlanFault::Missing);
    }
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
    pub(crate) fn new(key: impl Into<String>, table: Table) -> Self {
        Self {
            key: key.into(),
            table,
            asked: Vec::new(),
        }
    }
    /// The whole key of one of its keys.
    pub(crate) fn key(&self, name: &str) -> String {
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

    pub(crate) fn text(&mut self, name: &'static str, problems: &mut Problems) -> Option<Box<str>> {
        self.read(name, "text", problems, |value| value.as_str().map(Into::into))
    }
    pub(crate) fn flag(&mut self, name: &'static str, problems: &mut Problems) -> Option<bool> {
        self.read(name, "boolean", problems, Value::as_bool)
    }
    pub(crate) fn number(&mut self, name: &'static str, problems: &mut Problems) -> Option<u32> {
        self.read(name, "integer", problems, |value| {
            u32::try_from(value.as_integer()?).ok()
        })
    }
    /// A share in percent, with one decimal place at most, in ‰.
    pub(crate) fn share(&mut self, name: &'static str, problems: &mut Problems) -> Option<u32> {
        self.read(name, "percent", problems, |value| match value {
            Value::Integer(whole) => u32::try_from(*whole).ok()?.checked_mul(10),
            Value::Float(percent) => {
                // As it is written: a decimal has no exact double, and its shortest text has the digits of the file.
                let text = percent.to_string();
                let (whole, tenths) = text.split_once('.').unwrap_or((&text, "0"));
                let tenths = (tenths.len() == 1).then(|| tenths.parse::<u32>().ok())??;
                whole.parse::<u32>().ok()?.checked_mul(10)?.checked_add(tenths)
            }
            Value::String(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => None,
        })
    }
    /// A word of a vocabulary.
    pub(crate) fn word<T: Copy>(
        &mut self,
        name: &'static str,
        table: &[(T, &'static str)],
        problems: &mut Problems,
    ) -> Option<T> {
        let text = self.text(name, problems)?;
        word(self.key(name), &text, table, problems)
    }
    /// Whether there is such a key.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }
    /// A number of units of so many milliseconds.
    pub(crate) fn ms(&mut self, name: &'static str, unit_ms: u64, problems: &mut Problems) -> Option<u64> {
        self.read(name, "integer", problems, |value| {
            let number = u64::try_from(value.as_integer()?).ok()?;
            number.checked_mul(unit_ms)
        })
    }
    /// A time of the day; empty: none.
    pub(crate) fn minute(&mut self, name: &'static str, problems: &mut Problems) -> Option<Option<Minute>> {
        self.read(name, "time", problems, |value| match value.as_str()? {
            "" => Some(None),
            text => text.parse().ok().map(Some),
        })
    }
    pub(crate) fn list(&mut self, name: &'static str, problems: &mut Problems) -> Option<Vec<Value>> {
        self.read(name, "list", problems, |value| value.as_array().cloned())
    }
    pub(crate) fn texts(&mut self, name: &'static str, problems: &mut Problems) -> Option<Vec<Box<str>>> {
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
    pub(crate) fn words<T: Copy>(
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
    pub(crate) fn section(&mut self, name: &'static str, problems: &mut Problems) -> Option<Self> {
        let table = self.read(name, "section", problems, |value| value.as_table().cloned())?;
        Some(Self::new(self.key(name), table))
    }
    /// What is left over is no key of this section.
    pub(crate) fn finish(self, problems: &mut Problems) {
        let known = self.asked.join(", ");
        for name in self.table.keys() {
            let fault = PlanFault::UnknownKey(known.as_str().into());
            add(problems, self.key(name), "", fault);
        }
    }
}

/// A word of a vocabulary.
pub(crate) fn word<T: Copy>(
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
