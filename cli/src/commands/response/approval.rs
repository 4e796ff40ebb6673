//! Who stands for a decision on a level: the options that activation and changes of level share.

use baiying_proto::v1 as pb;

use crate::ids;

/// Who asks, and who approves.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct ApprovalArgs {
    #[arg(long, value_name = "P", value_parser = ids::person)]
    pub(super) requested_by: Option<u32>,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    pub(super) approved_by: Option<u32>,
}

impl ApprovalArgs {
    /// As the wire has it. Who is needed depends on the plan: the daemon says so.
    pub(super) fn approval(&self) -> Option<pb::Approval> {
        let Self {
            requested_by,
            approved_by,
        } = *self;
        (requested_by.is_some() || approved_by.is_some()).then(|| pb::Approval {
            requested_by_id: requested_by.unwrap_or_default(),
            approved_by_id: approved_by.unwrap_or_default(),
        })
    }
}
