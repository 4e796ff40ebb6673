//! Units by code or by what people call them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::super::grid::plain;

/// A unit the daemon knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit {
    /// Its code.
    pub(crate) code: String,
    /// 名称
    pub(crate) name: String,
    /// Code of the unit above; empty for the root.
    pub(crate) parent: String,
}

/// What a text means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    /// This unit.
    One(&'a Unit),
    /// One of these; nobody knows which.
    Several(Vec<&'a Unit>),
    /// None; these are called something like it.
    None(Vec<&'a Unit>),
}

/// All units.
#[derive(Debug, Clone, Default)]
pub(crate) struct Units {
    by_code: BTreeMap<String, Unit>,
    by_name: BTreeMap<String, Vec<String>>,
    /// What texts were found to mean under a unit: rosters repeat the same few in every row.
    known: RefCell<BTreeMap<(String, String), Known>>,
}

/// An answer, as codes.
#[derive(Debug, Clone)]
enum Known {
    One(String),
    Several(Vec<String>),
    None(Vec<String>),
}

/// How many units are offered for one that is not known.
const OFFERED: usize = 3;

impl Units {
    /// Of a list.
    pub(crate) fn new(units: impl IntoIterator<Item = Unit>) -> Self {
        let mut all = Self::default();
        for unit in units {
            all.by_name.entry(tidy(&unit.name)).or_default().push(unit.code.clone());
            all.by_code.insert(unit.code.clone(), unit);
        }
        all
    }

    /// By its code.
    pub(crate) fn get(&self, code: &str) -> Option<&Unit> {
        self.by_code.get(code)
    }

    /// Whether a unit is this one or under it.
    pub(crate) fn is_within(&self, code: &str, top: &str) -> bool {
        let mut seen = 0;
        let mut at = code;
        while let Some(unit) = self.by_code.get(at) {
            if at == top {
                return true;
            }
            seen += 1;
            if seen > self.by_code.len() {
                return false;
            }
            at = &unit.parent;
        }
        false
    }

    /// Whether there are units under this one.
    pub(crate) fn has_parts(&self, code: &str) -> bool {
        self.by_code.values().any(|unit| unit.parent == code)
    }

    /// By code, by name, or by the end of a name that only one has. Units under `top` come first.
    pub(crate) fn find(&self, text: &str, top: &str) -> Found<'_> {
        let key = (text.to_owned(), top.to_owned());
        let known = self.known.borrow().get(&key).cloned();
        let units = |codes: &[String]| codes.iter().filter_map(|code| self.by_code.get(code)).collect();
        if let Some(known) = known {
            match &known {
                Known::One(code) => {
                    if let Some(unit) = self.by_code.get(code) {
                        return Found::One(unit);
                    }
                }
                Known::Several(codes) => return Found::Several(units(codes)),
                Known::None(codes) => return Found::None(units(codes)),
            }
        }
        let found = self.look_up(text, top);
        let codes = |units: &[&Unit]| units.iter().map(|unit| unit.code.clone()).collect();
        let answer = match &found {
            Found::One(unit) => Known::One(unit.code.clone()),
            Found::Several(units) => Known::Several(codes(units)),
            Found::None(units) => Known::None(codes(units)),
        };
        self.known.borrow_mut().insert(key, answer);
        found
    }

    fn look_up(&self, text: &str, top: &str) -> Found<'_> {
        let text = tidy(text);
        if let Some(unit) = self.by_code.get(&text) {
            return Found::One(unit);
        }
        if let Some(codes) = self.by_name.get(&text) {
            return self.choose(codes.iter(), top);
        }
        // 应急管理局 for 高明区应急管理局, and 佛山市高明区应急管理局 for it as well.
        let long_enough = text.chars().count() >= 2;
        let ends: Vec<&String> = self
            .by_name
            .iter()
            .filter(|(name, _)| {
                long_enough && (name.ends_with(&text) || (text.ends_with(name.as_str()) && name.chars().count() >= 4))
            })
            .flat_map(|(_, codes)| codes)
            .collect();
        if ends.is_empty() {
            return Found::None(self.near(&text));
        }
        self.choose(ends.into_iter(), top)
    }

    fn choose<'a>(&'a self, codes: impl Iterator<Item = &'a String>, top: &str) -> Found<'a> {
        let all: Vec<&Unit> = codes.filter_map(|code| self.by_code.get(code)).collect();
        let own: Vec<&Unit> = all
            .iter()
            .copied()
            .filter(|unit| self.is_within(&unit.code, top))
            .collect();
        match (own.as_slice(), all.as_slice()) {
            ([one], _) | ([], [one]) => Found::One(one),
            ([], _) => Found::Several(all),
            _ => Found::Several(own),
        }
    }

    /// The unit whose name a title holds, if it holds one more of which than of any other.
    pub(super) fn in_title(&self, title: &str, top: &str) -> Option<&Unit> {
        let title = tidy(title);
        // 应急管理局机关应急队花名册: without what follows, the end of a name.
        let head = TITLES
            .iter()
            .filter_map(|word| title.find(word))
            .min()
            .map(|end| &title[..end]);
        if let Some(head) = head.filter(|head| !head.is_empty())
            && let Found::One(unit) = self.find(head, top)
        {
            return Some(unit);
        }
        let mut held: Vec<&Unit> = self
            .by_code
            .values()
            .filter(|unit| unit.code != top && unit.name.chars().count() >= 4 && title.contains(&tidy(&unit.name)))
            .filter(|unit| self.is_within(&unit.code, top))
            .collect();
        held.sort_by_key(|unit| std::cmp::Reverse(unit.name.len()));
        match held.as_slice() {
            [first, second, ..] if first.name.len() == second.name.len() => None,
            [first, ..] => Some(first),
            [] => None,
        }
    }

    fn near(&self, text: &str) -> Vec<&Unit> {
        let letters: BTreeSet<char> = text.chars().collect();
        let mut scored: Vec<(usize, &Unit)> = self
            .by_code
            .values()
            .map(|unit| {
                let name: BTreeSet<char> = unit.name.chars().collect();
                let common = letters.intersection(&name).count();
                (common * 2000 / (letters.len() + name.len()).max(1), unit)
            })
            .filter(|(score, _)| *score >= 500)
            .collect();
        scored.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| x.code.cmp(&y.code)));
        scored.into_iter().take(OFFERED).map(|(_, unit)| unit).collect()
    }
}

/// What follows the unit's name in a title.
const TITLES: [&str; 12] = [
    "机关应急",
    "应急队",
    "应急支援",
    "应急人员",
    "在编在岗",
    "干部职工",
    "工作人员",
    "人员花名册",
    "人员名单",
    "人员信息",
    "花名册",
    "名单",
];

/// A name without spaces, numbers in front (1.应急局) and counts behind (应急局(12人)).
fn tidy(text: &str) -> String {
    let text: String = plain(text).chars().filter(|c| !c.is_whitespace()).collect();
    let bare = text.trim_end_matches(')');
    let bare = match bare.rsplit_once('(') {
        Some((head, count))
            if bare.len() < text.len() && !head.is_empty() && count.contains(|c: char| c.is_ascii_digit()) =>
        {
            head
        }
        _ => &text,
    };
    // A code stays as it is.
    if bare.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
        return bare.to_owned();
    }
    bare.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '、' | '-' | '_'))
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units() -> Units {
        let unit = |code: &str, name: &str, parent: &str| Unit {
            code: code.into(),
            name: name.into(),
            parent: parent.into(),
        };
        Units::new([
            unit("4406", "佛山市", ""),
            unit("440608", "高明区", "4406"),
            unit("440608-A01", "高明区应急管理局", "440608"),
            unit("440608-A02", "高明区水利局", "440608"),
            unit("440608-A03", "高明区气象局", "440608"),
            unit("440607-A01", "三水区应急管理局", "4406"),
            unit("440607-A09", "三水区档案局", "4406"),
        ])
    }

    fn code(found: Found<'_>) -> String {
        match found {
            Found::One(unit) => unit.code.clone(),
            Found::Several(units) => format!("several {}", units.len()),
            Found::None(near) => format!(
                "none, {}",
                near.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join(" ")
            ),
        }
    }

    #[test]
    fn units_are_known_by_code_name_and_the_end_of_a_name() {
        let units = units();
        let find = |text: &str| code(units.find(text, "440608"));
        for way in [
            "440608-A01",
            "高明区应急管理局",
            " 高明区 应急管理局　",
            "应急管理局",
            "佛山市高明区应急管理局",
            "1.应急管理局",
            "应急管理局(37人)",
        ] {
            assert_eq!(find(way), "440608-A01", "{way}");
        }
        assert_eq!(find("档案局"), "440607-A09", "nobody under the top is called so");
        assert_eq!(code(units.find("应急管理局", "4406")), "several 2");
        assert_eq!(find("高明区水务局"), "none, 高明区水利局 高明区 高明区气象局");
        assert_eq!(find("x"), "none, ");
        for again in ["应急管理局", "高明区水务局"] {
            let at_once = Units {
                known: RefCell::default(),
                ..units.clone()
            };
            assert_eq!(
                units.find(again, "440608"),
                at_once.find(again, "440608"),
                "{again} asked again"
            );
        }
    }

    #[test]
    fn titles_name_units() {
        let units = units();
        let title = |text: &str| units.in_title(text, "440608").map(|unit| unit.code.clone());
        assert_eq!(title("水利局机关应急队花名册").as_deref(), Some("440608-A02"));
        assert_eq!(title("2026年佛山市高明区水利局干部登记").as_deref(), Some("440608-A02"));
        assert_eq!(title("全区花名册"), None);
    }
}
