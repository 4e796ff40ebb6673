//! Lists come in pages; users want the list.

use baiying_proto::v1 as pb;

use crate::error::CliError;

/// Items of one page the daemon gives at most.
const PAGE: u32 = 1000;

/// How much of a list.
#[derive(Debug, clap::Args)]
pub(crate) struct Limit {
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) limit: u32,
}

/// Fetches pages until the list or the limit ends.
pub(crate) async fn all<T>(
    limit: &Limit,
    mut fetch: impl AsyncFnMut(pb::PageRequest) -> Result<(Vec<T>, String), CliError>,
) -> Result<Vec<T>, CliError> {
    let limit = if limit.limit == 0 {
        usize::MAX
    } else {
        limit.limit as usize
    };
    let mut items = Vec::new();
    let mut page_token = String::new();
    loop {
        let left = limit - items.len();
        let page_size = u32::try_from(left).map_or(PAGE, |left| left.min(PAGE));
        let (page, next) = fetch(pb::PageRequest {
            page_size,
            page_token: page_token.clone(),
        })
        .await?;
        items.extend(page);
        // A token that comes back unchanged would never end.
        if next.is_empty() || next == page_token || items.len() >= limit {
            items.truncate(limit);
            return Ok(items);
        }
        page_token = next;
    }
}
