//! What goes out with a switch: one order of the user's own, the plan's orders, or nothing.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::order::draft::DraftArgs;
use crate::error::CliError;
use crate::i18n::tr;
use crate::ids;

/// What goes out when a response is activated or approved.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct OrdersArgs {
    #[arg(long)]
    call_out: bool,
    #[arg(long, conflicts_with = "call_out")]
    by_plan: bool,
    #[command(flatten)]
    draft: DraftArgs,
}

/// An order of the user's own, or the plan's.
type Orders = (Option<pb::OrderDraft>, Option<pb::PlanOrders>);

impl OrdersArgs {
    /// As the wire has it.
    ///
    /// # Errors
    /// An option is missing, or has no effect: with the plan's orders only the muster points can be chosen.
    pub(super) fn orders(&self, app: &App) -> Result<Orders, CliError> {
        let Self {
            call_out,
            by_plan,
            draft,
        } = self;
        if *call_out {
            if let Some(missing) = draft.first_missing() {
                return Err(CliError::Usage(tr!(app.lang, "usage.call_out_needs", option = missing)));
            }
            return Ok((Some(draft.draft()), None));
        }
        let mut others = draft.clone();
        let muster_point_codes = std::mem::take(&mut others.muster);
        if let Some(given) = others.first_given() {
            return Err(CliError::Usage(tr!(app.lang, "usage.needs_call_out", option = given)));
        }
        if *by_plan {
            return Ok((None, Some(pb::PlanOrders { muster_point_codes })));
        }
        if !muster_point_codes.is_empty() {
            return Err(CliError::Usage(tr!(
                app.lang,
                "usage.needs_orders",
                option = "--muster"
            )));
        }
        Ok((None, None))
    }
}

/// What goes out when a level changes.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct PlanOrdersArgs {
    #[arg(long)]
    by_plan: bool,
    #[arg(long, value_name = "M", value_parser = ids::muster_point, num_args = 1.., value_delimiter = ',')]
    #[arg(requires = "by_plan")]
    muster: Vec<String>,
}

impl PlanOrdersArgs {
    /// As the wire has it.
    pub(super) fn orders(&self) -> Option<pb::PlanOrders> {
        self.by_plan.then(|| pb::PlanOrders {
            muster_point_codes: self.muster.clone(),
        })
    }
}
