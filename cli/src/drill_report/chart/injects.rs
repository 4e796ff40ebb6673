//! The timeline of injects (导调信息): planned, put in, and how long what was expected took.

use plotters::style::Color;

use super::muster::time_axis;
use super::ticks;
use super::{BLUE, Canvas, Failed, GREY, INK, Marker, RED, Scale, Side, WIDTH, text, x_axis};
use crate::drill_report::model::{Inject, Model};
use crate::drill_report::shown::{code, t};
use crate::error::CliError;
use crate::i18n::Lang;

/// A picture has no more injects than fit on a printed page.
const INJECTS_MAX: usize = 20;
const ROW: i32 = 38;
const TOP: i32 = 44;
const LEFT: i32 = 300;
const RIGHT: i32 = 110;

/// The pictures.
pub(crate) fn svg(lang: Lang, model: &Model) -> Result<Vec<String>, CliError> {
    let mut pictures = Vec::new();
    let many = model.injects.len().div_ceil(INJECTS_MAX).max(1);
    for injects in model.injects.chunks(model.injects.len().div_ceil(many).max(1)) {
        let mut picture = String::new();
        draw(lang, injects, end(&model.injects), &mut picture).map_err(CliError::internal)?;
        pictures.push(picture);
    }
    Ok(pictures)
}

/// The same for all pictures: they are one timeline.
fn end(injects: &[Inject]) -> u64 {
    let ends = injects.iter().map(|inject| {
        let done = inject
            .actual_ms
            .map(|actual| actual.saturating_add(inject.took_ms.unwrap_or_default()));
        let due = until(inject);
        done.max(due).max(inject.planned_ms)
    });
    ends.max().flatten().unwrap_or_default().max(60_000)
}

/// Until when it was to be done.
fn until(inject: &Inject) -> Option<u64> {
    Some(inject.actual_ms?.saturating_add(inject.within_ms?))
}

fn draw(lang: Lang, injects: &[Inject], end_ms: u64, picture: &mut String) -> Result<(), Failed> {
    let rows = i32::try_from(injects.len()).unwrap_or_default();
    let bottom = TOP + rows * ROW;
    let canvas = Canvas::new(picture, bottom + 50)?;
    let x = Scale {
        zero: LEFT,
        until: WIDTH - RIGHT,
        end: end_ms.saturating_add(end_ms / 30),
    };
    let (unit, times) = ticks::time(end_ms);
    x_axis(&canvas, x, (TOP, bottom), &times, &time_axis(lang, unit, "since_order"))?;
    canvas.line(vec![(LEFT, TOP), (LEFT, bottom)], INK, 1)?;
    for (row, inject) in (0..).zip(injects) {
        let top = TOP + row * ROW;
        if row > 0 {
            canvas.line(vec![(12, top), (WIDTH - 12, top)], super::LIGHT, 1)?;
        }
        name(&canvas, inject, top)?;
        one(lang, &canvas, x, inject, top + ROW / 2)?;
    }
    legend(lang, &canvas)?;
    canvas.finish()
}

fn name(canvas: &Canvas<'_>, inject: &Inject, top: i32) -> Result<(), Failed> {
    let number = text::fitted(&inject.number.to_string(), 14, 36);
    canvas.bold((40, top + ROW / 2), Side::End, 14, INK, &number)?;
    let lines = text::wrapped(&inject.text, 12, LEFT - 50 - 12);
    let first = match lines.len() {
        2 => top + ROW / 2 - 8,
        _ => top + ROW / 2,
    };
    for (index, line) in (0..).zip(&lines) {
        canvas.text((50, first + index * 16), Side::Begin, 12, INK, line)?;
    }
    Ok(())
}

fn one(lang: Lang, canvas: &Canvas<'_>, x: Scale, inject: &Inject, y: i32) -> Result<(), Failed> {
    if let Some(actual) = inject.actual_ms {
        if let Some(until) = until(inject) {
            let (from, until) = (x.at(actual), x.at(until));
            canvas.dashed(vec![(from, y), (until, y)], (2, 4), GREY.stroke_width(1))?;
            canvas.line(vec![(until, y - 8), (until, y + 8)], GREY, 2)?;
        }
        if let Some(took) = inject.took_ms {
            let done = x.at(actual.saturating_add(took));
            canvas.line(vec![(x.at(actual), y), (done, y)], RED, 3)?;
            canvas.marker((done, y), Marker::Square, RED, false)?;
        }
    }
    if let Some(planned) = inject.planned_ms {
        canvas.marker((x.at(planned), y), Marker::Diamond, INK, true)?;
    }
    if let Some(actual) = inject.actual_ms {
        canvas.marker((x.at(actual), y), Marker::Disc, BLUE, false)?;
    }
    let verdict = text::fitted(&code(lang, "verdict", &inject.verdict), 13, RIGHT - 20);
    let at = (WIDTH - RIGHT + 12, y);
    match inject.verdict.as_str() {
        "done" | "unjudged" | "waiting" => canvas.text(at, Side::Begin, 13, INK, &verdict),
        _ => canvas.bold(at, Side::Begin, 13, RED, &verdict),
    }
}

fn legend(lang: Lang, canvas: &Canvas<'_>) -> Result<(), Failed> {
    let y = 20;
    let mut x = 20;
    for key in ["planned", "given", "done", "until"] {
        let label = t(lang, &format!("axis.{key}"));
        match key {
            "planned" => canvas.marker((x, y), Marker::Diamond, INK, true)?,
            "given" => canvas.marker((x, y), Marker::Disc, BLUE, false)?,
            "done" => canvas.marker((x, y), Marker::Square, RED, false)?,
            _ => canvas.line(vec![(x, y - 8), (x, y + 8)], GREY, 2)?,
        }
        canvas.text((x + 13, y), Side::Begin, 13, INK, &label)?;
        x += 13 + text::width(&label, 13) + 34;
    }
    Ok(())
}
