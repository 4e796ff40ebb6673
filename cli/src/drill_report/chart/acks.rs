//! How long acknowledgements took (回令用时分布): bars of people, real ones below, simulated ones above and hatched.

use super::muster::time_axis;
use super::ticks;
use super::{BLUE, Canvas, Failed, GREY, INK, Scale, Side, WIDTH, text, x_axis, y_axis};
use crate::drill_report::model::{Bar, Model};
use crate::drill_report::shown::{self, t, tv};
use crate::error::CliError;
use crate::i18n::Lang;

const HEIGHT: i32 = 360;
const TOP: i32 = 64;
const BOTTOM: i32 = 304;
/// More bars than this are put together.
const BARS_MAX: usize = 40;

/// The picture; none if nobody acknowledged.
pub(crate) fn svg(lang: Lang, model: &Model) -> Result<Vec<String>, CliError> {
    let bars = together(&model.acknowledgements);
    if bars.iter().all(|bar| people(bar) == 0) {
        return Ok(Vec::new());
    }
    let mut picture = String::new();
    draw(lang, model, &bars, &mut picture).map_err(CliError::internal)?;
    Ok(vec![picture])
}

/// How wide a bar is on the axis, in its own measure: enough to tell apart what lies within one.
const SLOT: u64 = 10_000;

/// Where times stand: every bar is equally wide, however much time it stands for. Where all stand for as much, that is a scale of time.
struct Across<'a> {
    bars: &'a [Bar],
    end: u64,
}

impl<'a> Across<'a> {
    fn of(bars: &'a [Bar]) -> Self {
        let end = bars.last().map_or(0, |bar| bar.until_ms).max(1000);
        Self { bars, end }
    }
    fn place(&self, ms: u64) -> u64 {
        let before = self.bars.partition_point(|bar| bar.until_ms <= ms);
        let Some(bar) = self.bars.get(before) else {
            return self.bars.len() as u64 * SLOT;
        };
        let (into, long) = (
            ms.saturating_sub(bar.from_ms),
            bar.until_ms.saturating_sub(bar.from_ms).max(1),
        );
        let part = u128::from(into) * u128::from(SLOT) / u128::from(long);
        before as u64 * SLOT + u64::try_from(part).unwrap_or(SLOT).min(SLOT)
    }
    /// Round times where bars are equally long; else where each bar ends.
    fn ticks(&self) -> (ticks::TimeUnit, Vec<ticks::Tick>) {
        let long = |bar: &Bar| bar.until_ms.saturating_sub(bar.from_ms);
        let mut lengths = self.bars.iter().take(self.bars.len().saturating_sub(1)).map(long);
        let first = self.bars.first().map(long);
        let (unit, mut ticks) = if lengths.all(|length| Some(length) == first) {
            ticks::time(self.end)
        } else {
            let ends = self.bars.iter().map(|bar| bar.until_ms);
            ticks::edges(std::iter::once(0).chain(ends))
        };
        for tick in &mut ticks {
            tick.value = self.place(tick.value);
        }
        (unit, ticks)
    }
}

fn people(bar: &Bar) -> u64 {
    u64::from(bar.real) + u64::from(bar.simulated)
}

/// Neighbours in one bar, if there are too many.
fn together(bars: &[Bar]) -> Vec<Bar> {
    let each = bars.len().div_ceil(BARS_MAX).max(1);
    let joined = bars.chunks(each).map(|chunk| {
        let mut bar = chunk[0];
        for other in &chunk[1..] {
            bar.until_ms = other.until_ms;
            bar.real = bar.real.saturating_add(other.real);
            bar.simulated = bar.simulated.saturating_add(other.simulated);
        }
        bar
    });
    joined.collect()
}

fn draw(lang: Lang, model: &Model, bars: &[Bar], picture: &mut String) -> Result<(), Failed> {
    let most = bars.iter().map(people).max().unwrap_or_default().max(1);
    let x_of = Across::of(bars);
    let counts = ticks::people(most);
    let widest = counts.iter().map(|tick| text::width(&tick.label, 13)).max();
    let left = (widest.unwrap_or_default() + 20).max(48);
    let x = Scale {
        zero: left,
        until: WIDTH - 30,
        end: bars.len() as u64 * SLOT,
    };
    let y = Scale {
        zero: BOTTOM,
        until: TOP,
        end: most.saturating_add((most / 8).max(1)),
    };
    let canvas = Canvas::new(picture, HEIGHT)?;
    let (unit, times) = x_of.ticks();
    y_axis(&canvas, y, (left, x.until), &counts, &t(lang, "axis.people"))?;
    x_axis(&canvas, x, (TOP, BOTTOM), &times, &time_axis(lang, unit, "ack_took"))?;
    for bar in bars {
        one(&canvas, (&x_of, x, y), bar)?;
    }
    legend(lang, &canvas, bars)?;
    percentiles(lang, &canvas, (&x_of, x), model)?;
    let mut free_from = 0;
    for bar in bars {
        label(&canvas, (&x_of, x, y), bar, &mut free_from)?;
    }
    canvas.finish()
}

fn one(canvas: &Canvas<'_>, (across, x, y): (&Across<'_>, Scale, Scale), bar: &Bar) -> Result<(), Failed> {
    if people(bar) == 0 {
        return Ok(());
    }
    let (from, until) = sides(across, x, bar);
    let (real, all) = (y.at(u64::from(bar.real)), y.at(people(bar)));
    if bar.real > 0 {
        canvas.filled((from, real), (until, y.zero), BLUE)?;
    }
    if bar.simulated > 0 {
        canvas.hatched((from, all), (until, real), BLUE)?;
    }
    Ok(())
}

fn sides(across: &Across<'_>, x: Scale, bar: &Bar) -> (i32, i32) {
    let from = x.at(across.place(bar.from_ms)) + 1;
    (from, (x.at(across.place(bar.until_ms)) - 1).max(from + 1))
}

/// How many a bar stands for, above it, if there is room.
fn label(
    canvas: &Canvas<'_>,
    (across, x, y): (&Across<'_>, Scale, Scale),
    bar: &Bar,
    free_from: &mut i32,
) -> Result<(), Failed> {
    let (from, until) = sides(across, x, bar);
    let label = people(bar).to_string();
    let wide = text::width(&label, 12);
    let (middle, top) = (i32::midpoint(from, until), y.at(people(bar)));
    if people(bar) == 0 || wide > until - from + 2 || middle - wide / 2 < *free_from {
        return Ok(());
    }
    *free_from = middle + wide / 2 + 1;
    canvas.cleared((middle - wide / 2, top - 16), (middle + wide / 2, top - 2))?;
    canvas.text((middle, top - 9), Side::Middle, 12, INK, &label)
}

fn legend(lang: Lang, canvas: &Canvas<'_>, bars: &[Bar]) -> Result<(), Failed> {
    let kinds = [
        ("real", bars.iter().any(|bar| bar.real > 0)),
        ("simulated", bars.iter().any(|bar| bar.simulated > 0)),
    ];
    let mut right = WIDTH - 30;
    for (key, _) in kinds.into_iter().rev().filter(|(_, is_there)| *is_there) {
        let name = t(lang, &format!("column.{key}"));
        let begin = right - text::width(&name, 13) - 24;
        let (corner, opposite) = ((begin, 14), (begin + 16, 26));
        if key == "real" {
            canvas.filled(corner, opposite, BLUE)?;
        } else {
            canvas.hatched(corner, opposite, BLUE)?;
        }
        canvas.text((begin + 22, 20), Side::Begin, 13, INK, &name)?;
        right = begin - 20;
    }
    Ok(())
}

/// P50 and P90 as lines; their names above, apart from each other.
fn percentiles(
    lang: Lang,
    canvas: &Canvas<'_>,
    (across, x): (&Across<'_>, Scale),
    model: &Model,
) -> Result<(), Failed> {
    let all = model.rated();
    let mut marks: Vec<(u64, i32, String)> = [("P50", all.ack_p50_ms), ("P90", all.ack_p90_ms)]
        .into_iter()
        .filter_map(|(name, at)| {
            let at = at.filter(|at| *at <= across.end)?;
            let values = [("name", name.to_owned()), ("time", shown::duration(lang, at))];
            Some((at, 0, tv(lang, "axis.percentile", &values)))
        })
        .collect();
    marks.sort_by_key(|(at, _, _)| *at);
    let mut free_from = x.zero + 60;
    for (at, begin, label) in &mut marks {
        *begin = (x.at(across.place(*at)) + 4).max(free_from);
        free_from = *begin + text::width(label, 12) + 14;
    }
    let mut free_until = x.until;
    for (_, begin, label) in marks.iter_mut().rev() {
        *begin = (*begin).min(free_until - text::width(label, 12));
        free_until = *begin - 14;
    }
    for (at, begin, _) in &marks {
        let place = x.at(across.place(*at));
        canvas.line(vec![(place, TOP - 14), (place, BOTTOM)], INK, 1)?;
        canvas.line(vec![(place, TOP - 14), (*begin, TOP - 14)], GREY, 1)?;
    }
    for (_, begin, label) in marks {
        let wide = text::width(&label, 12);
        canvas.cleared((begin, TOP - 22), (begin + wide + 4, TOP - 6))?;
        canvas.text((begin + 2, TOP - 14), Side::Begin, 12, INK, &label)?;
    }
    Ok(())
}
