//! The edge: `baiying.v1` over tonic. Takes requests apart, hands commands to the engine, shows what is published.
//!
//! No rule lives here. What is refused here is malformed; everything else the core decides.

mod admin;
mod attempts;
mod branch;
mod command;
mod convert;
mod duty;
mod exercise;
mod field;
mod in_place;
pub mod listen;
mod mask;
mod order;
mod org;
mod page;
mod patience;
mod plan;
mod post;
mod readiness;
pub mod refusal;
mod reinforcement;
mod response;
mod roster;
mod server;
mod situation;
mod submit;
mod team;
mod timeline;
mod view;
mod watch;

pub use attempts::Attempts;
pub use server::{AdminContext, ApiContext, admin_router, api_router, api_routes};
pub(crate) use watch::describe::event as describe;
