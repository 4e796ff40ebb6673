//! What can be wrong with a stored batch.

/// Why a payload is not a batch of entries. Names the field, never its value: it may be somebody's own data.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EventError {
    /// It is not a message of the schema at all.
    #[error("the payload is not a batch of this schema")]
    Malformed(#[from] prost::DecodeError),
    /// Something every such message has is not there; or it was written by a newer release.
    #[error("{field} is missing, or of a kind that only a newer release knows")]
    Missing {
        /// Which field.
        field: &'static str,
    },
    /// A value this release does not know.
    #[error(
        "{field} has the value {value}, which this release does not know; use the release that wrote it or a newer one"
    )]
    Unknown {
        /// Which field.
        field: &'static str,
        /// The number of the value.
        value: i32,
    },
    /// A value that was never written.
    #[error("{field} is not valid: {problem}")]
    Invalid {
        /// Which field.
        field: &'static str,
        /// In what way.
        problem: &'static str,
    },
}

impl EventError {
    /// The stable name of this kind of failure.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Malformed(_) | Self::Missing { .. } | Self::Invalid { .. } => "JOURNAL_EVENT_DAMAGED",
            Self::Unknown { .. } => "JOURNAL_EVENT_UNKNOWN",
        }
    }
}
