//! What a switch came to: asked for after the change, so that the user sees what stands now.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use crate::app::App;
use crate::client::Client;
use crate::commands::{call, command, pages};
use crate::error::CliError;
use crate::i18n::tr;
use crate::output::json as documents;

/// What stands after a change.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    response: pb::Response,
    tree: Vec<pb::CommandUnit>,
}

/// Looks. The change is done, whatever comes of this: a failure is a note.
pub(super) async fn look(app: &App, client: &Client, response_id: u32) -> Option<Outcome> {
    match ask(app, client, response_id).await {
        Ok(outcome) => Some(outcome),
        Err(_) => {
            app.note(&tr!(app.lang, "note.not_seen", response = format!("R{response_id}")));
            None
        }
    }
}

async fn ask(app: &App, client: &Client, response_id: u32) -> Result<Outcome, CliError> {
    let request = pb::GetResponseRequest {
        response_id,
        as_of: None,
    };
    let answer = app.query(call!(client, response.get_response, request)).await?;
    let which = command::tree::Which {
        response_id,
        ..command::tree::Which::default()
    };
    let (tree, _) = command::tree::fetch(app, client, &which, &pages::Limit { limit: 0 }).await?;
    Ok(Outcome {
        response: answer.response.unwrap_or_default(),
        tree,
    })
}

impl Outcome {
    /// How many orders the response has; one, where it could not be looked at.
    pub(super) fn orders(outcome: Option<&Self>) -> usize {
        outcome.map_or(1, |outcome| outcome.response.order_ids.len())
    }

    /// For programs.
    pub(super) fn document(outcome: Option<&Self>) -> Value {
        outcome.map_or(Value::Null, |outcome| {
            let (commands, vacant) = crate::output::command::nodes(&outcome.tree);
            let response = documents::response(&outcome.response);
            json!({ "response": response, "commands": commands, "vacant_commands": vacant })
        })
    }
    /// For people: when it lapses, and what stands.
    pub(super) fn text(&self, app: &App) -> String {
        let lang = app.lang;
        let response = format!("R{}", self.response.response_id);
        let mut text = String::new();
        let lapses_at = self.response.lapses_at_unix_ms;
        if lapses_at != 0 {
            let until = crate::when::local(lapses_at);
            text.push_str(&tr!(lang, "switch.lapses", until = until, response = response));
            text.push('\n');
        }
        let (commands, vacant) = crate::output::command::nodes(&self.tree);
        text.push_str(&tr!(
            lang,
            "switch.stands",
            commands = commands,
            windows = self.response.open_windows,
            branches = self.response.open_branches,
            orders = self.response.order_ids.len()
        ));
        text.push('\n');
        if vacant > 0 {
            let vacant = tr!(lang, "switch.vacant", count = vacant, response = response);
            text.push_str(&crate::output::duty::loud(lang, &vacant));
            text.push('\n');
        }
        text
    }
}
