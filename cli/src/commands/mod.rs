//! One folder a noun, one file a verb: the arguments of the command and its work.

pub(crate) mod board;
pub(crate) mod branch;
pub(crate) mod calendar;
pub(crate) mod command;
pub(crate) mod completions;
pub(crate) mod drill;
pub(crate) mod duty;
pub(crate) mod events;
pub(crate) mod field;
pub(crate) mod import;
pub(crate) mod in_place;
pub(crate) mod leave;
pub(crate) mod muster;
pub(crate) mod order;
pub(crate) mod org;
pub(crate) mod pages;
pub(crate) mod person;
pub(crate) mod plan;
pub(crate) mod post;
pub(crate) mod readiness;
pub(crate) mod reinforcement;
pub(crate) mod report;
pub(crate) mod response;
pub(crate) mod roster;
pub(crate) mod spot_check;
pub(crate) mod status;
pub(crate) mod team;
pub(crate) mod units;
pub(crate) mod watch;

/// A call that changes nothing, repeatable.
macro_rules! call {
    ($client:expr, $service:ident.$method:ident, $request:expr) => {
        || {
            let mut service = $client.$service();
            let request = $request.clone();
            async move { service.$method(request).await }
        }
    };
}

/// A call that changes something, repeatable under its context.
macro_rules! change {
    ($client:expr, $service:ident.$method:ident, $request:expr) => {
        |context| {
            let mut service = $client.$service();
            let mut request = $request.clone();
            request.context = Some(context);
            async move { service.$method(request).await }
        }
    };
}

pub(crate) use {call, change};
