//! The comparison of units (各单位对比): of those who were to come, the share who acknowledged and who arrived.

use super::ticks;
use super::{BLUE, Canvas, Failed, GREY, INK, RED, Scale, Side, WIDTH, text, x_axis};
use crate::drill_report::model::{Model, UnitLine};
use crate::drill_report::shown::{self, t, tv};
use crate::drill_report::tables;
use crate::error::CliError;
use crate::i18n::Lang;

/// A picture has no more units than fit on a printed page.
const UNITS_MAX: usize = 26;
const ROW: i32 = 40;
const TOP: i32 = 44;
const LEFT: i32 = 280;
const RIGHT: i32 = 150;

/// The pictures.
pub(crate) fn svg(lang: Lang, model: &Model) -> Result<Vec<String>, CliError> {
    let mut pictures = Vec::new();
    // As even as can be: no picture with a single unit after full ones.
    let many = model.units.len().div_ceil(UNITS_MAX).max(1);
    for units in model.units.chunks(model.units.len().div_ceil(many).max(1)) {
        let mut picture = String::new();
        draw(lang, model, units, &mut picture).map_err(CliError::internal)?;
        pictures.push(picture);
    }
    Ok(pictures)
}

fn draw(lang: Lang, model: &Model, units: &[UnitLine], picture: &mut String) -> Result<(), Failed> {
    let rows = i32::try_from(units.len()).unwrap_or_default();
    let bottom = TOP + rows * ROW;
    let canvas = Canvas::new(picture, bottom + 50)?;
    let x = Scale {
        zero: LEFT,
        until: WIDTH - RIGHT,
        end: 1000,
    };
    x_axis(
        &canvas,
        x,
        (TOP, bottom),
        &ticks::percent(),
        &t(lang, "axis.share_of_due"),
    )?;
    for (row, unit) in (0..).zip(units) {
        let top = TOP + row * ROW;
        name(lang, &canvas, model, unit, top)?;
        let first = if model.answers_only { top + 14 } else { top + 6 };
        bar(lang, &canvas, x, first, (unit.acknowledged, unit.target), true)?;
        if !model.answers_only {
            bar(lang, &canvas, x, top + 21, (unit.arrived, unit.target), false)?;
        }
        if row > 0 {
            canvas.line(vec![(12, top), (WIDTH - 12, top)], super::LIGHT, 1)?;
        }
    }
    canvas.line(vec![(LEFT, TOP), (LEFT, bottom)], INK, 1)?;
    let mut begin = LEFT;
    for key in ["acknowledged", "arrived"]
        .into_iter()
        .take(1 + usize::from(!model.answers_only))
    {
        let label = t(lang, &format!("column.{key}"));
        if key == "acknowledged" {
            canvas.hatched((begin, 14), (begin + 16, 26), BLUE)?;
        } else {
            canvas.filled((begin, 14), (begin + 16, 26), RED)?;
        }
        canvas.text((begin + 22, 20), Side::Begin, 13, INK, &label)?;
        begin += 22 + text::width(&label, 13) + 24;
    }
    canvas.finish()
}

/// The place and the name, in two lines if need be, and whether its people were simulated.
fn name(lang: Lang, canvas: &Canvas<'_>, model: &Model, unit: &UnitLine, top: i32) -> Result<(), Failed> {
    if let Some(rank) = unit.rank {
        let rank = text::fitted(&rank.to_string(), 14, 36);
        canvas.bold((40, top + ROW / 2), Side::End, 14, INK, &rank)?;
    }
    let mut name = tables::unit_name(lang, model, unit);
    let mark = match (unit.real, unit.simulated) {
        (_, 0) => None,
        (0, _) => Some("mark.simulated"),
        (_, _) => Some("mark.mixed"),
    };
    if let Some(mark) = mark {
        name.insert_str(0, &t(lang, mark));
    }
    let lines = text::wrapped(&name, 13, LEFT - 50 - 10);
    let first = match lines.len() {
        2 => top + ROW / 2 - 8,
        _ => top + ROW / 2,
    };
    for (index, line) in (0..).zip(&lines) {
        canvas.text((LEFT - 10, first + index * 16), Side::End, 13, INK, line)?;
    }
    Ok(())
}

fn bar(
    lang: Lang,
    canvas: &Canvas<'_>,
    x: Scale,
    top: i32,
    (count, of): (u32, u32),
    hatched: bool,
) -> Result<(), Failed> {
    let share = shown::share(u64::from(count), u64::from(of));
    let until = x.at(share.unwrap_or_default());
    let (corner, opposite) = ((x.zero, top), (until, top + 13));
    if until > x.zero {
        if hatched {
            canvas.hatched(corner, opposite, BLUE)?;
        } else {
            canvas.filled(corner, opposite, RED)?;
        }
    }
    let values = [("count", count.to_string()), ("of", of.to_string())];
    let label = match share {
        Some(share) => format!("{}  {}", shown::permille(share), tv(lang, "axis.count_of", &values)),
        None => tv(lang, "axis.count_of", &values),
    };
    let wide = text::width(&label, 12);
    let begin = (until + 8).min(WIDTH - 8 - wide).max(x.zero + 8);
    if begin < until {
        canvas.cleared((begin - 2, top), (begin + wide + 2, top + 14))?;
    }
    canvas.text((begin, top + 7), Side::Begin, 12, GREY, &label)
}
