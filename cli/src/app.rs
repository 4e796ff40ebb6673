//! What every command needs: who asks, in which language, with which patience, and where the answer goes.

use std::future::Future;
use std::time::Duration;

use baiying_proto::v1::CommandContext;
use serde_json::Value;
use tonic::{Response, Status};

use crate::cli::Global;
use crate::client::{self, Client, Target};
use crate::error::CliError;
use crate::i18n::{Lang, tr};
use crate::output::{Format, Ui};

/// One try of a call, unless `--timeout` says otherwise.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// One try of an import, unless `--timeout` says otherwise: a province takes its time.
const IMPORT_TIMEOUT: Duration = Duration::from_secs(600);

/// The surroundings of a command.
#[derive(Debug, Clone)]
pub(crate) struct App {
    /// Language of everything people read.
    pub(crate) lang: Lang,
    /// Table or JSON.
    pub(crate) format: Format,
    /// Where output goes.
    pub(crate) ui: Ui,
    /// Whether questions are answered with yes beforehand.
    pub(crate) yes: bool,
    server: Target,
    admin: Target,
    actor: Option<String>,
    request_id: Option<String>,
    timeout: Option<Duration>,
    /// The exercise that everything is said to; none: the real thing.
    exercise: Option<u32>,
}

impl App {
    /// From the global options.
    pub(crate) fn new(global: &Global, lang: Lang, ui: Ui) -> Self {
        Self {
            lang,
            format: global.output,
            ui,
            yes: global.yes,
            server: global.server.clone(),
            admin: global.admin.clone(),
            actor: global.actor.clone().filter(|actor| !actor.is_empty()),
            request_id: global.request_id.clone(),
            timeout: global.timeout,
            exercise: global.exercise,
        }
    }

    /// The public services.
    pub(crate) fn client(&self) -> Result<Client, CliError> {
        Client::new(&self.server, self.exercise)
    }

    /// The public services of the district, whatever exercise is named: devices and their batches are of none.
    pub(crate) fn district(&self) -> Result<Client, CliError> {
        Client::new(&self.server, None)
    }

    /// The admin services.
    pub(crate) fn admin(&self) -> Result<Client, CliError> {
        Client::new(&self.admin, None)
    }

    /// The exercise that everything is said to; none: the real thing.
    pub(crate) fn exercise(&self) -> Option<u32> {
        self.exercise
    }

    /// Patience of one try of a call.
    pub(crate) fn call_timeout(&self) -> Duration {
        self.timeout.unwrap_or(CALL_TIMEOUT)
    }

    /// Patience of one try of an import.
    pub(crate) fn import_timeout(&self) -> Duration {
        self.timeout.unwrap_or(IMPORT_TIMEOUT)
    }

    /// Who asks.
    pub(crate) fn actor(&self) -> String {
        let actor = self.actor.clone().unwrap_or_else(|| {
            let user = std::env::var("USER")
                .or_else(|_| std::env::var("USERNAME"))
                .unwrap_or_default();
            format!("cli:{}", if user.is_empty() { "unknown" } else { &user })
        });
        let mut actor = actor;
        // The daemon takes at most 64 bytes; cut at a character.
        while actor.len() > 64 {
            actor.pop();
        }
        actor
    }

    /// Who asks, under the key that was given or a fresh one.
    pub(crate) fn context(&self) -> Result<CommandContext, CliError> {
        let request_id = match &self.request_id {
            Some(request_id) => request_id.clone(),
            None => client::fresh_request_id()?,
        };
        Ok(CommandContext {
            request_id,
            actor: self.actor(),
        })
    }

    /// Context of the `part`-th call of a command that needs several: the keys follow from the first, so that a repeat of the
    /// whole command repeats each of them.
    pub(crate) fn part(context: &CommandContext, part: usize) -> CommandContext {
        if part == 0 {
            return context.clone();
        }
        let suffix = format!(".{part}");
        let mut request_id = context.request_id.clone();
        while request_id.len() + suffix.len() > 64 {
            request_id.pop();
        }
        CommandContext {
            request_id: request_id + &suffix,
            actor: context.actor.clone(),
        }
    }

    /// A call that changes nothing.
    pub(crate) async fn query<T, F, Fut>(&self, call: F) -> Result<T, CliError>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<Response<T>, Status>>,
    {
        client::with_retries(self.call_timeout(), call, |_| {})
            .await
            .map(Response::into_inner)
            .map_err(|status| CliError::from_status(status, &self.server))
    }

    /// A call to the admin listener.
    pub(crate) async fn admin_query<T, F, Fut>(&self, call: F) -> Result<T, CliError>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<Response<T>, Status>>,
    {
        client::with_retries(self.call_timeout(), call, |_| {})
            .await
            .map(Response::into_inner)
            .map_err(|status| CliError::from_status(status, &self.admin))
    }

    /// A call that changes something, under a fresh key.
    pub(crate) async fn mutate<T, F, Fut>(&self, call: F) -> Result<T, CliError>
    where
        F: FnMut(CommandContext) -> Fut,
        Fut: Future<Output = Result<Response<T>, Status>>,
    {
        let context = self.context()?;
        self.mutate_as(&context, self.call_timeout(), call).await
    }

    /// A call that changes something. Repeats of it carry the same key; if the outcome stays unknown, the key is told, so that
    /// the user can repeat safely.
    pub(crate) async fn mutate_as<T, F, Fut>(
        &self,
        context: &CommandContext,
        timeout: Duration,
        mut call: F,
    ) -> Result<T, CliError>
    where
        F: FnMut(CommandContext) -> Fut,
        Fut: Future<Output = Result<Response<T>, Status>>,
    {
        let notify = |status: &Status| {
            self.ui.note(&tr!(
                self.lang,
                "note.retrying",
                reason = client::short(self.lang, status)
            ));
        };
        client::with_retries(timeout, || call(context.clone()), notify)
            .await
            .map(Response::into_inner)
            .map_err(|status| CliError::from_status(status, &self.server))
            .map_err(|error| error.under(&context.request_id))
    }

    /// What a failed stream means.
    pub(crate) fn failed(&self, status: Status) -> CliError {
        CliError::from_status(status, &self.server)
    }

    /// Prints a result: one JSON document, or what people read.
    pub(crate) fn emit(&self, document: impl FnOnce() -> Value, text: impl FnOnce() -> String) -> Result<(), CliError> {
        match self.format {
            Format::Json => {
                let mut document = document();
                if let (Some(run), Some(fields)) = (self.exercise, document.as_object_mut()) {
                    fields.insert("in_exercise".to_owned(), run.into());
                }
                self.ui.data(&format!("{document}\n"))?;
            }
            Format::Table => {
                // Every screen of an exercise says so.
                if let Some(run) = self.exercise {
                    self.ui.data(&(tr!(self.lang, "drill.banner", id = run) + "\n"))?;
                }
                self.ui.data(&text())?;
            }
        }
        Ok(())
    }

    /// A note on stderr.
    pub(crate) fn note(&self, text: &str) {
        self.ui.note(text);
    }

    /// Asks for words that are to be typed in; where nobody sits, there are none.
    pub(crate) fn type_in(&self, question: &str) -> Result<String, CliError> {
        if !self.ui.interactive() {
            return Ok(String::new());
        }
        self.ui.ask_words(question).ok_or(CliError::Declined)
    }

    /// Asks before something that cannot be taken back; only where a person sits.
    pub(crate) fn confirm(&self, question: &str) -> Result<(), CliError> {
        if self.yes || !self.ui.interactive() {
            return Ok(());
        }
        if self.ui.ask(&tr!(self.lang, "confirm.ask", question = question)) {
            Ok(())
        } else {
            Err(CliError::Declined)
        }
    }
}
