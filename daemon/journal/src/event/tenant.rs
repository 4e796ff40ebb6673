//! The tenant.

use baiying_core::event::{Event, Tenant};
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::bytes32;

pub(super) fn encode(tenant: &Tenant) -> Kind {
    let Tenant {
        name,
        synthetic,
        identity_salt,
    } = tenant;
    Kind::TenantInitialized(pb::TenantInitialized {
        name: name.to_string(),
        synthetic: *synthetic,
        identity_salt: identity_salt.to_vec(),
    })
}

pub(super) fn decode(message: pb::TenantInitialized) -> Result<Event, EventError> {
    let pb::TenantInitialized {
        name,
        synthetic,
        identity_salt,
    } = message;
    let identity_salt = bytes32("tenant.identity_salt", &identity_salt)?;
    Ok(Event::TenantInitialized(Tenant {
        name: name.into(),
        synthetic,
        identity_salt,
    }))
}
