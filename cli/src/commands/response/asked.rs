//! Which response is meant: the options that `response activate`, `response rehearse` and `response request` share.

use crate::app::App;
use crate::i18n::{tr, word};
use crate::ids;

/// Which response.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct AskedArgs {
    #[arg(long, value_name = "PLAN")]
    pub(super) plan: String,
    #[arg(long, value_name = "LEVEL", value_parser = ids::level)]
    pub(super) level: u32,
    #[arg(long, value_name = "CODE", num_args = 1.., value_delimiter = ',')]
    pub(super) scope: Vec<String>,
    #[arg(long, value_name = "NAME")]
    pub(super) event: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub(super) jurisdiction: Option<String>,
    #[arg(long, value_name = "NUMBER")]
    pub(super) basis: Option<String>,
}

impl AskedArgs {
    /// The areas covered, in words.
    pub(super) fn scope_text(&self, app: &App) -> String {
        if self.scope.is_empty() {
            return tr!(app.lang, "confirm.whole");
        }
        crate::text::line(&self.scope.join(", "))
    }
    /// Plan, level and areas as the texts name them.
    pub(super) fn words(&self, app: &App) -> [String; 3] {
        let plan = word(app.lang, "plan", &self.plan);
        [plan, ids::level_text(app.lang, self.level), self.scope_text(app)]
    }
}
