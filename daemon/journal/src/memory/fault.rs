//! The ways in which an append can go wrong on demand.

/// What becomes of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is written, and the answer is lost.
    UnknownWritten,
    /// It is not written, and neither is that known.
    UnknownNotWritten,
    /// There is no room for it.
    Full,
    /// It fails, and the handle with it.
    Error,
}
