//! The muster curve (到位曲线): how many had acknowledged, departed and arrived, and what the objectives asked for.

use std::collections::BTreeMap;

use plotters::style::{Color, RGBColor};

use super::ticks::{self, TimeUnit};
use super::{At, BLUE, BROWN, Canvas, Failed, GREY, INK, Marker, RED, Scale, Side, WIDTH, text, x_axis, y_axis};
use crate::drill_report::model::{CurvePoint, Model, Target};
use crate::drill_report::shown::{t, tv};
use crate::error::CliError;
use crate::i18n::Lang;

const HEIGHT: i32 = 440;
const TOP: i32 = 44;
const BOTTOM: i32 = 384;
/// For the names of the lines, at their ends.
const MARGIN: i32 = 150;
/// Markers of a line are at least so far from each other.
const MARKER_GAP: i32 = 90;
/// Lines of text at the ends are at least so far from each other.
const LABEL_GAP: i32 = 18;

/// A line of the picture.
struct Line {
    key: &'static str,
    count: fn(&CurvePoint) -> u32,
    colour: RGBColor,
    marker: Marker,
    dash: Option<(u32, u32)>,
}

const LINES: [Line; 3] = [
    Line {
        key: "acknowledged",
        count: |point| point.acknowledged,
        colour: BLUE,
        marker: Marker::Disc,
        dash: None,
    },
    Line {
        key: "departed",
        count: |point| point.departed,
        colour: BROWN,
        marker: Marker::Triangle,
        dash: Some((5, 4)),
    },
    Line {
        key: "arrived",
        count: |point| point.arrived,
        colour: RED,
        marker: Marker::Square,
        dash: None,
    },
];

/// So many people by then, as an objective asks.
struct Asked {
    objective: u32,
    at_ms: u64,
    people: u64,
}

/// The picture; none if nobody was called or nobody did anything.
pub(crate) fn svg(lang: Lang, model: &Model) -> Result<Vec<String>, CliError> {
    if model.curve.is_empty() {
        return Ok(Vec::new());
    }
    let mut picture = String::new();
    draw(lang, model, &mut picture).map_err(CliError::internal)?;
    Ok(vec![picture])
}

/// What the objectives ask for that is so many people by some time.
fn asked(model: &Model) -> Vec<Asked> {
    let target = u64::from(model.rated().target);
    let people = |permille: u64| u128::from(target) * u128::from(permille.min(1000));
    let asked = model.objectives.iter().filter(|_| target > 0).filter_map(|objective| {
        let (at_ms, permille) = match (objective.metric.as_str(), objective.target) {
            ("acknowledged-within" | "assembled", Target::AtLeastPermille(share)) => (objective.within_ms, share),
            ("acknowledge-p90", Target::AtMostMs(ms)) => (ms, 900),
            ("acknowledged" | "arrived", Target::AtLeastPermille(share)) if model.window_ms > 0 => {
                (model.window_ms, share)
            }
            _ => return None,
        };
        Some(Asked {
            objective: objective.number,
            at_ms,
            people: u64::try_from(people(permille).div_ceil(1000)).unwrap_or(target),
        })
    });
    asked.collect()
}

fn draw(lang: Lang, model: &Model, picture: &mut String) -> Result<(), Failed> {
    let mut points = model.curve.clone();
    points.sort_by_key(|point| point.at_ms);
    let last = points.last().copied().unwrap_or_default();
    let target = u64::from(model.rated().target);
    // What is asked for at the end of a long window does not squeeze the curve to the left.
    let mut asked = asked(model);
    asked.retain(|asked| asked.at_ms <= last.at_ms.saturating_mul(2));
    let asked_until = asked.iter().map(|asked| asked.at_ms).max().unwrap_or_default();
    let end_ms = last.at_ms.max(asked_until).max(60_000);
    let most = points
        .iter()
        .map(|point| point.acknowledged.max(point.departed).max(point.arrived));
    let most = most.max().map_or(0, u64::from).max(target).max(1);
    let counts = ticks::people(most);
    let widest = counts.iter().map(|tick| text::width(&tick.label, 13)).max();
    let left = (widest.unwrap_or_default() + 20).max(48);
    let x = Scale {
        zero: left,
        until: WIDTH - MARGIN,
        end: end_ms.saturating_add(end_ms / 40),
    };
    let y = Scale {
        zero: BOTTOM,
        until: TOP,
        end: most.saturating_add((most / 16).max(1)),
    };
    let canvas = Canvas::new(picture, HEIGHT)?;
    let (unit, times) = ticks::time(end_ms);
    y_axis(&canvas, y, (left, x.until), &counts, &t(lang, "axis.people"))?;
    x_axis(&canvas, x, (TOP, BOTTOM), &times, &time_axis(lang, unit, "since_order"))?;
    canvas.dashed(
        vec![(left, y.at(target)), (x.until, y.at(target))],
        (9, 5),
        INK.stroke_width(1),
    )?;
    let mut ends = vec![End {
        y: y.at(target),
        mark: None,
        text: tv(lang, "axis.due", &[("people", target.to_string())]),
    }];
    let mut lines = Vec::new();
    // Where nobody was to go anywhere, only answers are drawn.
    let drawn = if model.answers_only { 1 } else { 3 };
    for (place, line) in (0..).zip(LINES.into_iter().take(drawn)) {
        lines.extend(series(&canvas, (x, y), &points, &line, place)?);
        let count = (line.count)(&last);
        let values = [("people", count.to_string())];
        ends.push(End {
            y: y.at(u64::from(count)),
            mark: Some((line.marker, line.colour)),
            text: tv(lang, &format!("axis.{}", line.key), &values),
        });
    }
    what_was_asked(lang, &canvas, (x, y), &asked, &lines)?;
    write_ends(&canvas, x.until, ends)?;
    canvas.finish()
}

/// What an axis of time is called.
pub(super) fn time_axis(lang: Lang, unit: TimeUnit, what: &str) -> String {
    let unit = match unit {
        TimeUnit::Seconds => t(lang, "axis.minutes_seconds"),
        TimeUnit::Minutes => t(lang, "axis.minutes"),
        TimeUnit::Hours => t(lang, "axis.hours"),
    };
    tv(lang, &format!("axis.{what}"), &[("unit", unit)])
}

/// A rectangle: its upper left corner and its lower right one.
type Place = (At, At);

/// Steps: between two instants nothing changed. The last point of a pixel stands for all of it. Returns where it runs.
fn series(
    canvas: &Canvas<'_>,
    (x, y): (Scale, Scale),
    points: &[CurvePoint],
    line: &Line,
    place: i32,
) -> Result<Vec<Place>, Failed> {
    let mut path = vec![(x.zero, y.zero)];
    let mut markers = Vec::new();
    // The lines have their markers in different places.
    let mut next_marker = x.zero + 30 + place * MARKER_GAP / 3;
    for (index, point) in points.iter().enumerate() {
        let at = (x.at(point.at_ms), y.at(u64::from((line.count)(point))));
        let follows = points.get(index + 1).map(|next| x.at(next.at_ms));
        if follows == Some(at.0) {
            continue;
        }
        let before = path.last().map_or(y.zero, |(_, y)| *y);
        if before != at.1 {
            path.push((at.0, before));
            path.push(at);
        }
        let until = follows.unwrap_or(x.until);
        while next_marker < until {
            if next_marker >= at.0 {
                markers.push((next_marker, at.1));
            }
            next_marker += if next_marker >= at.0 { MARKER_GAP } else { 1 };
        }
    }
    let last = path.last().map_or(y.zero, |(_, y)| *y);
    path.push((x.until, last));
    let runs = path.windows(2).map(|pair| {
        let (a, b) = (pair[0], pair[1]);
        (
            (a.0.min(b.0) - 3, a.1.min(b.1) - 3),
            (a.0.max(b.0) + 3, a.1.max(b.1) + 3),
        )
    });
    let runs = runs.collect();
    match line.dash {
        Some(dash) => canvas.dashed(path, dash, line.colour.stroke_width(2))?,
        None => canvas.line(path, line.colour, 2)?,
    }
    for at in markers {
        canvas.marker(at, line.marker, line.colour, true)?;
    }
    Ok(runs)
}

/// Points that objectives ask for, with lines to both axes and their numbers beside them.
fn what_was_asked(
    lang: Lang,
    canvas: &Canvas<'_>,
    (x, y): (Scale, Scale),
    asked: &[Asked],
    lines: &[Place],
) -> Result<(), Failed> {
    // Several may ask for the same.
    let mut points: BTreeMap<At, Vec<String>> = BTreeMap::new();
    for asked in asked {
        let at = (x.at(asked.at_ms), y.at(asked.people));
        points.entry(at).or_default().push(asked.objective.to_string());
    }
    let mut taken = Vec::new();
    for at in points.keys() {
        let dash = GREY.stroke_width(1);
        canvas.dashed(vec![(at.0, y.zero), *at], (2, 4), dash)?;
        canvas.dashed(vec![(x.zero, at.1), *at], (2, 4), dash)?;
        canvas.marker(*at, Marker::Diamond, INK, false)?;
        taken.push(((at.0 - 8, at.1 - 8), (at.0 + 8, at.1 + 8)));
    }
    for (at, objectives) in points {
        let label = tv(lang, "axis.objective", &[("number", objectives.join("+"))]);
        let wide = text::width(&label, 12) + 4;
        // Over a line rather than nowhere.
        let apart = free_place(at, wide, (x, y), &[&taken, lines]);
        let Some((corner, opposite)) = apart.or_else(|| free_place(at, wide, (x, y), &[&taken])) else {
            continue;
        };
        canvas.cleared(corner, opposite)?;
        canvas.text((corner.0 + 2, corner.1 + 8), Side::Begin, 12, INK, &label)?;
        taken.push((corner, opposite));
    }
    Ok(())
}

/// Beside a point, below or above, where nothing is yet; none if it is full there.
fn free_place(at: At, wide: i32, (x, y): (Scale, Scale), taken: &[&[Place]]) -> Option<Place> {
    let rows = (0..4).flat_map(|row| [16 * row + 16, -16 * row - 16]);
    let mut places = rows.flat_map(|dy| {
        let beside = |left: i32| ((left, at.1 + dy - 8), (left + wide, at.1 + dy + 8));
        [beside(at.0 + 10), beside(at.0 - 10 - wide)]
    });
    places.find(|(corner, opposite)| {
        let inside = corner.0 > x.zero && opposite.0 < x.until && corner.1 > y.until && opposite.1 < y.zero;
        let apart = |(other, end): &Place| {
            opposite.0 <= other.0 || end.0 <= corner.0 || opposite.1 <= other.1 || end.1 <= corner.1
        };
        inside && taken.iter().copied().flatten().all(apart)
    })
}

/// What stands at the end of a line.
struct End {
    y: i32,
    mark: Option<(Marker, RGBColor)>,
    text: String,
}

/// The names of the lines at their ends, pushed apart where lines end close to each other.
fn write_ends(canvas: &Canvas<'_>, x: i32, mut ends: Vec<End>) -> Result<(), Failed> {
    ends.sort_by_key(|end| end.y);
    let mut below = TOP - LABEL_GAP;
    for end in &mut ends {
        end.y = end.y.max(below + LABEL_GAP);
        below = end.y;
    }
    let mut above = BOTTOM + LABEL_GAP;
    for end in ends.iter_mut().rev() {
        end.y = end.y.min(above - LABEL_GAP);
        above = end.y;
    }
    for end in ends {
        let colour = end.mark.map_or(INK, |(_, colour)| colour);
        if let Some((marker, colour)) = end.mark {
            canvas.marker((x + 14, end.y), marker, colour, true)?;
        }
        let label = text::fitted(&end.text, 13, MARGIN - 30);
        canvas.text((x + 26, end.y), Side::Begin, 13, colour, &label)?;
    }
    Ok(())
}
