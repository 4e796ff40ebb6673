//! Reinforcement (增援): towns ask, the organization department allocates, agencies answer.

mod accept;
mod approve;
mod assign;
mod decline;
mod links;
pub(crate) mod list;
mod propose;
mod request;
mod show;
mod withdraw;

use crate::app::App;
use crate::error::CliError;

/// The verbs of `reinforcement`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Request(request::Args),
    List(list::Args),
    Show(show::Args),
    Propose(propose::Args),
    Approve(approve::Args),
    Accept(accept::Args),
    Decline(decline::Args),
    Assign(assign::Args),
    Withdraw(withdraw::Args),
    #[command(subcommand)]
    Links(links::Command),
}

/// Runs one of them.
pub(crate) async fn run(app: &App, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Request(args) => request::run(app, args).await,
        Command::List(args) => list::run(app, args).await,
        Command::Show(args) => show::run(app, args).await,
        Command::Propose(args) => propose::run(app, args).await,
        Command::Approve(args) => approve::run(app, args).await,
        Command::Accept(args) => accept::run(app, args).await,
        Command::Decline(args) => decline::run(app, args).await,
        Command::Assign(args) => assign::run(app, args).await,
        Command::Withdraw(args) => withdraw::run(app, args).await,
        Command::Links(command) => links::run(app, command).await,
    }
}

/// A name and a number: `boat=3`, `440608-A07=5`.
fn number_of(text: &str) -> Result<(String, u32), crate::ids::ArgError> {
    let error = || crate::ids::ArgError::new("arg_error.number_of", vec![("value", text.to_owned())]);
    let (name, number) = text.rsplit_once('=').ok_or_else(error)?;
    let number = number.trim().parse().map_err(|_| error())?;
    match name.trim() {
        "" => Err(error()),
        name => Ok((name.to_owned(), number)),
    }
}

#[cfg(test)]
mod tests {
    use super::number_of;

    #[test]
    fn a_number_is_given_behind_its_name() {
        assert_eq!(number_of("boat=3").ok(), Some(("boat".to_owned(), 3)));
        assert_eq!(number_of(" 440608-A07 = 5").ok(), Some(("440608-A07".to_owned(), 5)));
        for bad in ["", "boat", "=3", "boat=", "boat=-1", "boat=x"] {
            assert!(number_of(bad).is_err(), "{bad}");
        }
    }
}
