//! Who stands for what the drills activate: the commander of the daemon's own posts, asked for by a deputy.

use baiying_proto::v1::post_service_client::PostServiceClient;
use baiying_proto::v1::{Approval, ListPostsRequest, PageRequest};

use crate::client::{ClientError, Connections};

/// Approved by whoever acts as the commander of the district that stands first, and asked for by whoever acts as its deputy.
///
/// # Errors
/// If the daemon does not say, or nobody is there to act.
pub async fn approval(endpoint: &str) -> Result<Approval, ClientError> {
    let mut client = PostServiceClient::new(Connections::open(endpoint, 1).await?.first());
    let mut acting = async |post: &str| {
        let request = ListPostsRequest {
            post: post.to_owned(),
            page: Some(PageRequest {
                page_size: 1,
                ..PageRequest::default()
            }),
            ..ListPostsRequest::default()
        };
        let answer = client
            .list_posts(request)
            .await
            .map_err(ClientError::call("ListPosts"))?;
        let held = answer.into_inner().posts.into_iter().next();
        let person = held.map_or(0, |post| post.acting_id);
        match person {
            0 => Err(ClientError::Nothing(format!(
                "nobody is there to act as {post}: import posts"
            ))),
            person => Ok(person),
        }
    };
    Ok(Approval {
        approved_by_id: acting("commander").await?,
        requested_by_id: acting("deputy-commander").await?,
    })
}
