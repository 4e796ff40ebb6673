//! Double reports (双报到): units and members to communities.

mod end;
mod list;
mod record;

use baiying_proto::v1 as pb;
use clap::ArgGroup;

use crate::app::App;
use crate::error::CliError;
use crate::ids;

/// The verbs of `in-place double-report`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Record(record::Args),
    End(end::Args),
    List(list::Args),
}

/// Runs one of them.
pub(super) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Record(args) => record::run(app, args).await,
        Command::End(args) => end::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
    }
}

/// Who reports, to whom, on what basis.
#[derive(Debug, Clone, clap::Args)]
#[command(group = ArgGroup::new("subject").required(true).args(["unit", "person"]))]
pub(crate) struct ReportArgs {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    person: Option<u32>,
    #[arg(long, value_name = "CODE")]
    community: String,
    #[arg(long, value_name = "BASIS", value_parser = ["workplace", "residence", "linked"])]
    basis: String,
}

impl ReportArgs {
    fn subject(&self) -> pb::DoubleReportSubject {
        use pb::double_report_subject::Who;
        let who = match (&self.unit, self.person) {
            (Some(unit), _) => Who::UnitCode(unit.clone()),
            (None, person) => Who::PersonId(person.unwrap_or_default()),
        };
        pb::DoubleReportSubject { who: Some(who) }
    }
}

/// Who reports, as people read it.
fn subject(subject: Option<&pb::DoubleReportSubject>) -> String {
    use pb::double_report_subject::Who;
    match subject.and_then(|subject| subject.who.as_ref()) {
        Some(Who::UnitCode(code)) => code.clone(),
        Some(Who::PersonId(person)) => format!("P{person}"),
        None => String::new(),
    }
}
