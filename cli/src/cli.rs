//! The command line's shape: global options, the nouns, and which command runs. Texts are put on by `help`.

use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::app::App;
use crate::client::Target;
use crate::commands;
use crate::error::CliError;
use crate::i18n::Lang;
use crate::ids::{self, ArgError};
use crate::output::{Format, Ui};
use crate::when;

/// One command line.
#[derive(Debug, Parser)]
#[command(name = "baiying", version, disable_help_flag = true, disable_version_flag = true)]
#[command(
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Global {
    /// The daemon's public listener.
    #[arg(
        long,
        global = true,
        env = "BAIYING_SERVER",
        default_value = "http://127.0.0.1:7440",
        value_name = "URL"
    )]
    #[arg(value_parser = server)]
    pub(crate) server: Target,
    /// The daemon's admin listener.
    #[arg(
        long,
        global = true,
        env = "BAIYING_ADMIN",
        default_value = "http://127.0.0.1:7441",
        value_name = "URL"
    )]
    #[arg(value_parser = server)]
    pub(crate) admin: Target,
    /// Language.
    #[arg(
        long,
        global = true,
        env = "BAIYING_LANG",
        default_value = "zh-CN",
        value_enum,
        value_name = "LANG"
    )]
    pub(crate) lang: Lang,
    /// Table or JSON.
    #[arg(
        long,
        short = 'o',
        global = true,
        default_value = "table",
        value_enum,
        value_name = "FORMAT"
    )]
    pub(crate) output: Format,
    /// The exercise that the command is said to.
    #[arg(long, global = true, value_name = "Y", value_parser = ids::exercise)]
    pub(crate) exercise: Option<u32>,
    /// Who asks.
    #[arg(long, global = true, env = "BAIYING_ACTOR", value_name = "ACTOR")]
    pub(crate) actor: Option<String>,
    /// Key of a change, for a safe repeat.
    #[arg(long, global = true, value_name = "ID", value_parser = request_id)]
    pub(crate) request_id: Option<String>,
    /// Do not ask.
    #[arg(long, short = 'y', global = true)]
    pub(crate) yes: bool,
    /// For one try.
    #[arg(long, global = true, value_name = "DURATION", value_parser = timeout)]
    pub(crate) timeout: Option<Duration>,
    /// Help.
    #[arg(long, short = 'h', global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// Version.
    #[arg(long, short = 'V', action = clap::ArgAction::Version)]
    version: Option<bool>,
}

fn server(text: &str) -> Result<Target, ArgError> {
    Target::parse(text)
}

fn request_id(text: &str) -> Result<String, ArgError> {
    if text.is_empty() || text.len() > 64 {
        return Err(ArgError::new("arg_error.request_id", vec![("value", text.to_owned())]));
    }
    Ok(text.to_owned())
}

fn timeout(text: &str) -> Result<Duration, ArgError> {
    match when::duration_ms(text)? {
        0 => Err(ArgError::new("arg_error.duration", vec![("value", text.to_owned())])),
        ms => Ok(Duration::from_millis(ms)),
    }
}

/// The nouns.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(subcommand)]
    Org(commands::org::Command),
    #[command(subcommand)]
    Muster(commands::muster::Command),
    #[command(subcommand)]
    Person(commands::person::Command),
    #[command(subcommand)]
    Team(commands::team::Command),
    #[command(subcommand)]
    Roster(commands::roster::Command),
    #[command(subcommand)]
    Response(commands::response::Command),
    #[command(subcommand)]
    Command(commands::command::Command),
    #[command(subcommand)]
    Order(commands::order::Command),
    #[command(subcommand)]
    Field(commands::field::Command),
    #[command(subcommand)]
    Leave(commands::leave::Command),
    #[command(subcommand)]
    SpotCheck(commands::spot_check::Command),
    Readiness(commands::readiness::Args),
    #[command(subcommand)]
    Calendar(commands::calendar::Command),
    #[command(subcommand)]
    Duty(commands::duty::Command),
    #[command(subcommand)]
    Plan(commands::plan::Command),
    #[command(subcommand)]
    Drill(commands::drill::Command),
    #[command(subcommand)]
    Post(commands::post::Command),
    #[command(subcommand)]
    Report(commands::report::Command),
    #[command(subcommand)]
    Branch(commands::branch::Command),
    #[command(subcommand)]
    Reinforcement(commands::reinforcement::Command),
    #[command(subcommand)]
    InPlace(commands::in_place::Command),
    Board(commands::board::Args),
    Events(commands::events::Args),
    Status(commands::status::Args),
    Completions(commands::completions::Args),
}

/// Runs one command.
pub(crate) async fn dispatch(cli: Cli, lang: Lang, ui: Ui) -> Result<u8, CliError> {
    let app = App::new(&cli.global, lang, ui);
    match cli.command {
        Command::Org(command) => commands::org::run(&app, command).await,
        Command::Muster(command) => commands::muster::run(&app, command).await,
        Command::Person(command) => commands::person::run(&app, command).await,
        Command::Team(command) => commands::team::run(&app, command).await,
        Command::Roster(command) => commands::roster::run(&app, command).await,
        Command::Response(command) => commands::response::run(&app, command).await,
        Command::Command(command) => commands::command::run(&app, command).await,
        Command::Order(command) => commands::order::run(&app, command).await,
        Command::Field(command) => commands::field::run(&app, command).await,
        Command::Leave(command) => commands::leave::run(&app, command).await,
        Command::SpotCheck(command) => commands::spot_check::run(&app, command).await,
        Command::Readiness(args) => commands::readiness::run(&app, args).await,
        Command::Calendar(command) => commands::calendar::run(&app, command).await,
        Command::Duty(command) => commands::duty::run(&app, command).await,
        Command::Plan(command) => commands::plan::run(&app, command).await,
        Command::Drill(command) => commands::drill::run(&app, command).await,
        Command::Post(command) => commands::post::run(&app, command).await,
        Command::Report(command) => commands::report::run(&app, command).await,
        Command::Branch(command) => commands::branch::run(&app, command).await,
        Command::Reinforcement(command) => commands::reinforcement::run(&app, command).await,
        Command::InPlace(command) => commands::in_place::run(&app, command).await,
        Command::Board(args) => commands::board::run(&app, args).await,
        Command::Events(args) => commands::events::run(&app, args).await,
        Command::Status(args) => commands::status::run(&app, args).await,
        Command::Completions(args) => commands::completions::run(&app, &args),
    }
}
