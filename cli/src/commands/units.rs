//! Names of units, for tables that would otherwise show codes only.

use std::collections::{BTreeMap, BTreeSet};

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::client::Client;
use crate::commands::call;
use crate::error::CliError;
use crate::output::duty::Names;

/// This many are asked for one by one; more of them by going through the list.
const SINGLY: usize = 8;
/// Units of one page the daemon gives at most.
const PAGE: u32 = 1000;

/// The names of these units. A unit that the daemon does not know stays without one.
pub(crate) async fn names(app: &App, client: &Client, codes: BTreeSet<String>) -> Result<Names, CliError> {
    let mut names = BTreeMap::new();
    if codes.len() <= SINGLY {
        for code in codes {
            let request = pb::GetUnitRequest { code: code.clone() };
            match app.query(call!(client, org.get_unit, request)).await {
                Ok(answer) => names.extend(answer.unit.map(|unit| (code, unit.name))),
                Err(CliError::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        return Ok(names);
    }
    let mut page_token = String::new();
    loop {
        let page = pb::PageRequest {
            page_size: PAGE,
            page_token: page_token.clone(),
        };
        let request = pb::ListUnitsRequest {
            page: Some(page),
            ..pb::ListUnitsRequest::default()
        };
        let answer = app.query(call!(client, org.list_units, request)).await?;
        let known = answer.units.into_iter().filter(|unit| codes.contains(&unit.code));
        names.extend(known.map(|unit| (unit.code, unit.name)));
        // A token that comes back unchanged would never end.
        let next = answer.next_page_token;
        if names.len() == codes.len() || next.is_empty() || next == page_token {
            return Ok(names);
        }
        page_token = next;
    }
}
