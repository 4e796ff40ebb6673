//! What is activated: the options that `response activate` and `response rehearse` share, so that what was rehearsed can be
//! activated by changing one word.

use baiying_proto::v1 as pb;

use super::approval::ApprovalArgs;
use super::asked::AskedArgs;
use super::orders::OrdersArgs;
use crate::app::App;
use crate::error::CliError;
use crate::i18n::tr;

/// Everything an activation says.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct ActivationArgs {
    #[command(flatten)]
    pub(super) asked: AskedArgs,
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    pub(super) approval: ApprovalArgs,
    #[arg(long, requires = "requested_by")]
    pub(super) provisional: bool,
    #[command(flatten)]
    orders: OrdersArgs,
}

impl ActivationArgs {
    /// As the wire has it.
    ///
    /// # Errors
    /// Options that do not go together.
    pub(super) fn request(&self, app: &App) -> Result<pb::ActivateResponseRequest, CliError> {
        let Self {
            asked,
            reason,
            approval,
            provisional,
            orders,
        } = self.clone();
        let (order, plan_orders) = orders.orders(app)?;
        // The plan's orders name the event to everybody who reads them.
        if plan_orders.is_some() && asked.event.is_none() {
            return Err(CliError::Usage(tr!(app.lang, "usage.by_plan_needs_event")));
        }
        Ok(pb::ActivateResponseRequest {
            context: None,
            plan: asked.plan,
            event: asked.event.unwrap_or_default(),
            jurisdiction_code: asked.jurisdiction.unwrap_or_default(),
            level: asked.level,
            scope_codes: asked.scope,
            reason: reason.unwrap_or_default(),
            basis: asked.basis.unwrap_or_default(),
            order,
            approval: approval.approval(),
            provisional,
            plan_orders,
        })
    }
}
