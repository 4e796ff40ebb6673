//! The order of a plan, with its placeholders filled in.

use super::{Plan, check::placeholder_at};
use crate::order::Deadline;
use crate::response::{Level, OrderDraft};

/// What the text of an order may name, in braces: `{event}` 事件, `{plan}` 预案名称, `{level}` 级别 (Ⅰ to Ⅳ), `{scope}` 范围,
/// `{jurisdiction}` 响应主体.
pub const PLACEHOLDERS: [&str; 5] = ["event", "plan", "level", "scope", "jurisdiction"];

/// What stands for the placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Which event.
    pub event: Box<str>,
    /// Names of the areas covered.
    pub scope: Vec<Box<str>>,
    /// Name of the unit whose response it is.
    pub jurisdiction: Box<str>,
}

/// How a level is written: Ⅰ to Ⅳ.
fn roman(level: Level) -> &'static str {
    match level {
        Level::I => "Ⅰ",
        Level::II => "Ⅱ",
        Level::III => "Ⅲ",
        Level::IV => "Ⅳ",
    }
}

/// Names of areas that an order lists; the others are counted.
const AREAS_MAX: usize = 20;

fn areas(names: &[Box<str>]) -> String {
    match names.get(..AREAS_MAX).filter(|_| names.len() > AREAS_MAX) {
        Some(first) => format!("{}等{}处", first.join("、"), names.len()),
        None => names.join("、"),
    }
}

impl Plan {
    /// The order that a level sends out; none if the plan has no such level. What the words hold is not looked into: a name in
    /// braces stays as it is.
    pub fn draft(&self, level: Level, words: &Words) -> Option<OrderDraft> {
        let template = &self.level(level)?.order;
        Some(OrderDraft {
            text: self.filled(&template.text, level, words),
            muster_points: template.muster_points.clone(),
            acknowledge: Deadline::WithinMs(template.acknowledge_ms),
            arrive: Deadline::WithinMs(template.arrive_ms),
            grace_ms: template.grace_ms,
            ladder: template.ladder.clone(),
            no_ladder: false,
            duty: None,
            sign_offs: template.sign_offs.clone(),
            reassign: false,
        })
    }

    fn filled(&self, text: &str, level: Level, words: &Words) -> Box<str> {
        let Words {
            event,
            scope,
            jurisdiction,
        } = words;
        let (mut out, mut rest) = (String::with_capacity(text.len()), text);
        while let Some((before, name, after)) = placeholder_at(rest) {
            out.push_str(before);
            match name {
                "event" => out.push_str(event),
                "plan" => out.push_str(&self.name),
                "level" => out.push_str(roman(level)),
                "scope" => out.push_str(&areas(scope)),
                "jurisdiction" => out.push_str(jurisdiction),
                other => {
                    out.push('{');
                    out.push_str(other);
                    out.push('}');
                }
            }
            rest = after;
        }
        out.push_str(rest);
        out.into()
    }
}
