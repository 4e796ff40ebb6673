//! Whom an organization appoints, as options of several verbs.

use baiying_proto::v1 as pb;

use crate::ids;

/// Secretary, deputy, committee.
#[derive(Debug, clap::Args)]
pub(super) struct Officers {
    #[arg(long, value_name = "P", value_parser = ids::person)]
    secretary: u32,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    deputy: Option<u32>,
    #[arg(long, value_name = "P", value_parser = ids::person, num_args = 1.., value_delimiter = ',')]
    committee: Vec<u32>,
}

impl Officers {
    /// As the wire has them.
    pub(super) fn message(self) -> pb::BranchOfficers {
        pb::BranchOfficers {
            secretary_id: self.secretary,
            deputy_id: self.deputy.unwrap_or_default(),
            committee_ids: self.committee,
        }
    }
}
