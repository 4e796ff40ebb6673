//! `PostService`.

use baiying_core::command::Command;
use baiying_core::id::PersonId;
use baiying_core::post::{EndPost, Holders, ImportPosts, PostRole, PostRow, Tenure};
use baiying_proto::v1;
use tonic::{Request, Response, Status, Streaming};

use super::convert::{import_mode, parse_optional, receipt};
use super::mask;
use super::org::{collect, imported, within};
use super::page::Page;
use super::refusal::invalid;
use super::roster::{person_ref, salt};
use super::server::ApiContext;
use super::submit::{asked, command, digest};

/// Serves [`v1::post_service_server::PostService`].
pub(super) struct PostApi(pub(super) ApiContext);

#[tonic::async_trait]
impl v1::post_service_server::PostService for PostApi {
    async fn import_posts(
        &self,
        request: Request<Streaming<v1::ImportPostsRequest>>,
    ) -> Result<Response<v1::ImportPostsResponse>, Status> {
        let (header, rows) = collect(request.into_inner(), self.0.import_rows, |message| {
            (message.header.take(), std::mem::take(&mut message.rows))
        })
        .await?;
        let mode = import_mode(header.mode)?;
        let digest = digest(&format!("import-posts {}", header.mode), &rows);
        let salt = salt(&self.0)?;
        let rows = rows.into_iter().map(|row| {
            let v1::PostRow {
                row,
                unit_code,
                post,
                role,
                person,
            } = row;
            PostRow {
                row,
                unit_code: unit_code.into(),
                post: post.into(),
                role: role.into(),
                person: person_ref(&salt, &person),
            }
        });
        let command = Command::ImportPosts(ImportPosts {
            mode,
            rows: rows.collect(),
        });
        let report = Some(imported(&self.0, header, digest, command).await?);
        Ok(Response::new(v1::ImportPostsResponse { report }))
    }

    async fn list_posts(
        &self,
        request: Request<v1::ListPostsRequest>,
    ) -> Result<Response<v1::ListPostsResponse>, Status> {
        let v1::ListPostsRequest { unit_code, post, page } = request.into_inner();
        let page = Page::of(page);
        let after = after(&page.after)?;
        let now = self.0.clock.now();
        let state = self.0.engine.read();
        let within = within(&state, &unit_code)?;
        let held = state.posts.held().filter(|(unit, word, _)| {
            let is_later = after
                .as_ref()
                .is_none_or(|after| (unit.0, *word) > (after.0, after.1.as_str()));
            let is_within = within.is_none_or(|within| state.org.is_within(*unit, within));
            is_later && is_within && (post.is_empty() || post == **word)
        });
        let (posts, next_page_token) = page.take(held.map(|(unit, word, tenure)| {
            let Tenure {
                since,
                holders: Holders { primary, backup },
            } = tenure;
            let acting = state.post_holder(unit, word, now);
            let number = |person: Option<PersonId>| person.map_or(0, |person| person.0);
            let shown = v1::Post {
                unit_code: state.org.get(unit).code.to_string(),
                post: word.to_owned(),
                primary_id: number(primary),
                backup_id: number(backup),
                acting_id: number(acting.map(|(person, _)| person)),
                since_unix_ms: since.unix_ms(),
                primary_masked_name: mask::person(&state, primary),
                backup_masked_name: mask::person(&state, backup),
            };
            (format!("{}/{word}", unit.0), shown)
        }));
        Ok(Response::new(v1::ListPostsResponse { posts, next_page_token }))
    }

    async fn end_post(&self, request: Request<v1::EndPostRequest>) -> Result<Response<v1::EndPostResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("end-post", [&request]);
        let v1::EndPostRequest {
            context: _,
            unit_code,
            post,
            role,
        } = request;
        let ends = Command::EndPost(EndPost {
            unit_code: unit_code.into(),
            post: post.into(),
            role: parse_optional("role", &PostRole::ALL, &role)?,
        });
        let reply = command(&self.0.engine, asked, digest, ends).await?;
        Ok(Response::new(v1::EndPostResponse {
            receipt: receipt(&reply),
        }))
    }
}

/// Unit and post after which the page starts.
fn after(token: &str) -> Result<Option<(u32, String)>, Status> {
    if token.is_empty() {
        return Ok(None);
    }
    let parts = token.split_once('/');
    let read = parts.and_then(|(unit, post)| Some((unit.parse().ok()?, post.to_owned())));
    read.map(Some).ok_or_else(|| {
        invalid(
            "page.page_token",
            "page_token does not come from an answer of this list",
        )
    })
}
