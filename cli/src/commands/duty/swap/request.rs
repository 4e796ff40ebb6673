//! `duty swap request`: somebody asks to give a shift away, for another one or as a favour.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::duty::{self, POSITIONS};
use crate::output::json as documents;
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "P", value_parser = ids::person)]
    person: u32,
    #[arg(long, value_name = "CODE")]
    unit: String,
    #[arg(long, value_name = "POSITION", value_parser = POSITIONS, default_value = "officer")]
    position: String,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    at: i64,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    with: u32,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    return_at: Option<i64>,
    #[arg(long, value_name = "CODE", requires = "return_at")]
    return_unit: Option<String>,
    #[arg(long, value_name = "POSITION", value_parser = POSITIONS, requires = "return_at")]
    return_position: Option<String>,
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Args {
    /// The shift taken in return is in the same unit and position unless something else is said.
    fn request(self) -> pb::RequestSwapRequest {
        let takes = self.return_at.map(|at_unix_ms| pb::ShiftRef {
            unit_code: self.return_unit.unwrap_or_else(|| self.unit.clone()),
            position: self.return_position.unwrap_or_else(|| self.position.clone()),
            at_unix_ms,
        });
        pb::RequestSwapRequest {
            context: None,
            person_id: self.person,
            gives: Some(pb::ShiftRef {
                unit_code: self.unit,
                position: self.position,
                at_unix_ms: self.at,
            }),
            with_person_id: self.with,
            takes,
            reason: self.reason.unwrap_or_default(),
        }
    }
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = args.request();
    let answer = app.mutate(change!(client, duty.request_swap, request)).await?;
    app.emit(
        || {
            let more = json!({ "swap_id": answer.swap_id, "person_id": request.person_id,
                "with_person_id": request.with_person_id });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let with = duty::person(request.with_person_id);
            tr!(app.lang, "duty.swap_requested", id = answer.swap_id, with = with) + "\n"
        },
    )?;
    Ok(exit::OK)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(return_unit: Option<&str>) -> Args {
        Args {
            person: 1,
            unit: "A".into(),
            position: "lead".into(),
            at: 5,
            with: 2,
            return_at: return_unit.map(|_| 7),
            return_unit: return_unit.filter(|unit| !unit.is_empty()).map(str::to_owned),
            return_position: None,
            reason: None,
        }
    }

    #[test]
    fn what_is_taken_in_return_is_like_what_is_given() {
        assert_eq!(args(None).request().takes, None, "a favour");
        let takes = |unit: &str| pb::ShiftRef {
            unit_code: unit.into(),
            position: "lead".into(),
            at_unix_ms: 7,
        };
        assert_eq!(args(Some("")).request().takes, Some(takes("A")));
        assert_eq!(args(Some("B")).request().takes, Some(takes("B")));
        assert_eq!(args(Some("B")).request().gives.unwrap().unit_code, "A");
    }
}
