//! Temporary Party branches in the policy file.

use baiying_core::org::UnitKind;
use baiying_core::policy::BranchPolicy;
use baiying_core::word;
use serde::Deserialize;

/// As written in the file; what is left out has its default.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct BranchConfig {
    approver_kinds: Vec<String>,
    agency_committees: Vec<String>,
    strength_ms: u64,
    members_warn: u32,
    length_warn_days: u32,
    idle_days: u32,
}

impl Default for BranchConfig {
    fn default() -> Self {
        let BranchPolicy {
            approver_kinds,
            agency_committees,
            strength_ms,
            members_warn,
            length_warn_days,
            idle_days,
        } = BranchPolicy::default();
        Self {
            approver_kinds: approver_kinds
                .into_iter()
                .map(|kind| word::of(&UnitKind::ALL, kind).to_owned())
                .collect(),
            agency_committees: agency_committees.iter().map(ToString::to_string).collect(),
            strength_ms,
            members_warn,
            length_warn_days,
            idle_days,
        }
    }
}

impl TryFrom<BranchConfig> for BranchPolicy {
    type Error = String;

    fn try_from(config: BranchConfig) -> Result<Self, String> {
        let BranchConfig {
            approver_kinds,
            agency_committees,
            strength_ms,
            members_warn,
            length_warn_days,
            idle_days,
        } = config;
        let allowed = Self::default().approver_kinds;
        let kind = |text: &String| {
            word::parse(&UnitKind::ALL, text)
                .filter(|kind| allowed.contains(kind))
                .ok_or_else(|| {
                    let words: Vec<_> = allowed.iter().map(|kind| word::of(&UnitKind::ALL, *kind)).collect();
                    format!("branch.approver_kinds: {text:?} is not one of {}", words.join(", "))
                })
        };
        if strength_ms == 0 {
            return Err("branch.strength_ms: there is no time to do anything; 24 hours are 86400000".to_owned());
        }
        if let Some(code) = agency_committees.iter().find(|code| code.trim().is_empty()) {
            return Err(format!("branch.agency_committees: {code:?} is no code of a unit"));
        }
        Ok(Self {
            approver_kinds: approver_kinds.iter().map(kind).collect::<Result<_, _>>()?,
            agency_committees: agency_committees.into_iter().map(Into::into).collect(),
            strength_ms,
            members_warn,
            length_warn_days,
            idle_days,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_has_its_default_and_what_is_wrong_is_named() {
        let read = |text: &str| {
            let config: BranchConfig = toml::from_str(text).expect("it parses");
            BranchPolicy::try_from(config)
        };
        assert_eq!(read(""), Ok(BranchPolicy::default()));
        let fewer = BranchPolicy {
            members_warn: 30,
            ..BranchPolicy::default()
        };
        assert_eq!(read("members_warn = 30"), Ok(fewer));
        for (text, named) in [
            ("approver_kinds = [\"village\"]", "branch.approver_kinds: \"village\""),
            ("strength_ms = 0", "branch.strength_ms"),
            ("agency_committees = [\" \"]", "branch.agency_committees"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.starts_with(named), "{error}");
        }
    }
}
