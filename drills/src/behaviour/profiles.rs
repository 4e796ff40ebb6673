//! The profiles that ship (`drills/behaviour/`): how people behave by day, at night, in a typhoon, when the gateways fail, and with a
//! roster that nobody kept. A profile is a file of [`BehaviourParameters`]; what it leaves out is the default.

use super::BehaviourParameters;

/// Every profile that ships, by its name, compiled in.
pub const PROFILES: [(&str, &str); 5] = [
    ("day", include_str!("../../behaviour/day.toml")),
    ("dead-numbers", include_str!("../../behaviour/dead-numbers.toml")),
    ("night", include_str!("../../behaviour/night.toml")),
    ("outage", include_str!("../../behaviour/outage.toml")),
    ("typhoon", include_str!("../../behaviour/typhoon.toml")),
];

impl BehaviourParameters {
    /// Reads a profile.
    ///
    /// # Errors
    /// It is no TOML, or has a key that is none of the model's.
    pub fn read(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
    /// The profile of this name that ships.
    pub fn profile(name: &str) -> Option<Self> {
        let (_, text) = PROFILES.iter().find(|(other, _)| *other == name)?;
        Some(Self::read(text).expect("a profile that ships is good"))
    }
}
