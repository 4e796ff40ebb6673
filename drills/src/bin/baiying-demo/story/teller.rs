//! Who tells it: in one language, with request ids of its own and the names of the district's units.

use std::collections::BTreeMap;

use anyhow::Context as _;
use baiying_drills::synth::SynthData;
use baiying_proto::v1::command_service_client::CommandServiceClient;
use baiying_proto::v1::post_service_client::PostServiceClient;
use baiying_proto::v1::roster_service_client::RosterServiceClient;
use baiying_proto::v1::{
    CommandContext, CommandNodeHolder, ListCommandTreeRequest, ListPeopleRequest, ListPostsRequest, PageRequest,
    Person, Post,
};
use tonic::transport::Channel;

use crate::board::Language;

/// Rows a page: the most that the daemon gives.
const PAGE: u32 = 1_000;

/// A tale in one language.
pub(super) struct Teller {
    pub(super) language: Language,
    pub(super) channel: Channel,
    pub(super) district: SynthData,
    names: BTreeMap<String, String>,
    requests: u32,
}

/// Who commands at a unit, by which response.
pub(super) struct Command {
    pub(super) response: u32,
    pub(super) level: u32,
    pub(super) holder: CommandNodeHolder,
}

impl Teller {
    pub(super) async fn new(language: Language, api: &str, district: SynthData) -> anyhow::Result<Self> {
        let units = district.units.iter();
        Ok(Self {
            language,
            channel: Channel::from_shared(api.to_owned())?.connect().await?,
            names: units.map(|unit| (unit.code.clone(), unit.name.clone())).collect(),
            district,
            requests: 0,
        })
    }

    pub(super) fn say(&self, chinese: &str, english: &str) {
        eprintln!("{}", self.language.pick(chinese, english));
    }

    /// The next command's context.
    pub(super) fn context(&mut self, actor: &str) -> Option<CommandContext> {
        self.requests += 1;
        Some(CommandContext {
            request_id: format!("demo-{}", self.requests),
            actor: actor.to_owned(),
        })
    }

    /// A unit's name, or its code.
    pub(super) fn name<'t>(&'t self, code: &'t str) -> &'t str {
        self.names.get(code).map_or(code, String::as_str)
    }

    /// The muster points in a unit, by their codes.
    pub(super) fn muster_points(&self, unit: &str) -> Vec<String> {
        let points = self.district.muster_points.iter();
        let here = points.filter(|point| point.unit_code.starts_with(unit));
        here.map(|point| point.code.clone()).collect()
    }

    /// Who holds a post at a unit.
    pub(super) async fn post(&self, unit: &str, post: &str) -> anyhow::Result<Post> {
        let request = ListPostsRequest {
            unit_code: unit.to_owned(),
            post: post.to_owned(),
            page: page(1, String::new()),
        };
        let mut posts = PostServiceClient::new(self.channel.clone());
        let held = posts.list_posts(request).await?.into_inner().posts.into_iter().next();
        held.with_context(|| format!("nobody holds {post} at {unit}"))
    }

    /// Who commands at a unit now.
    pub(super) async fn command(&self, unit: &str) -> anyhow::Result<Command> {
        let request = ListCommandTreeRequest {
            unit_code: unit.to_owned(),
            page: page(1, String::new()),
            ..ListCommandTreeRequest::default()
        };
        let mut commands = CommandServiceClient::new(self.channel.clone());
        let tree = commands.list_command_tree(request).await?.into_inner();
        let top = tree.units.into_iter().find(|it| it.unit_code == unit);
        let top = top.with_context(|| format!("nobody commands {unit}"))?;
        Ok(Command {
            response: top.response_id,
            level: top.level,
            holder: top.commands.into_iter().next().context("no command role")?,
        })
    }

    /// Everybody.
    pub(super) async fn people(&self, unit: &str) -> anyhow::Result<Vec<Person>> {
        let mut roster = RosterServiceClient::new(self.channel.clone());
        let (mut people, mut token) = (Vec::new(), String::new());
        loop {
            let request = ListPeopleRequest {
                unit_code: unit.to_owned(),
                page: page(PAGE, token),
                ..ListPeopleRequest::default()
            };
            let answer = roster.list_people(request).await?.into_inner();
            people.extend(answer.people);
            token = answer.next_page_token;
            if token.is_empty() {
                return Ok(people);
            }
        }
    }

    /// The home unit of everybody.
    pub(super) async fn homes(&self) -> anyhow::Result<BTreeMap<u32, String>> {
        let people = self.people("").await?.into_iter();
        Ok(people.map(|person| (person.person_id, person.unit_code)).collect())
    }
}

/// A page of so many rows.
pub(super) fn page(page_size: u32, page_token: String) -> Option<PageRequest> {
    Some(PageRequest { page_size, page_token })
}

/// The first page, as long as it can be.
pub(super) fn whole_page() -> Option<PageRequest> {
    page(PAGE, String::new())
}

impl Command {
    /// Name and id of who acts.
    pub(super) fn acting(&self) -> String {
        let it = &self.holder;
        let name = if it.acting_id == it.commander_id {
            &it.commander_masked_name
        } else {
            &it.backup_masked_name
        };
        format!("{name} P{}", it.acting_id)
    }
}

/// Ⅰ, Ⅱ, Ⅲ or Ⅳ.
pub(super) fn level(level: u32) -> &'static str {
    ["?", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"].get(level as usize).copied().unwrap_or("?")
}
