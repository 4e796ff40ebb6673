//! The muster curve (到位曲线) as an SVG picture in the page: no fonts, no scripts, nothing fetched.

use plotters::prelude::*;

use super::{History, Point};
use crate::error::CliError;
use crate::i18n::{Lang, tr};
use crate::when;

const SIZE: (u32, u32) = (960, 360);
const ARRIVED: RGBColor = RGBColor(0xb0, 0x1e, 0x1e);
const ACKNOWLEDGED: RGBColor = RGBColor(0x1b, 0x5e, 0x9b);
/// A line has this many points at most: thousands would be a large file and look the same.
const POINTS_MAX: usize = 1500;

/// The picture; none if nobody answered or arrived.
pub(crate) fn svg(lang: Lang, history: &History) -> Result<Option<String>, CliError> {
    let points = history.curve();
    let Some(last) = points.last() else { return Ok(None) };
    let began = history.response.history.first().map_or(0, |first| first.at_unix_ms);
    let began = began.min(points[0].at_unix_ms);
    let due = history.total().due;
    let mut text = String::new();
    draw(
        lang,
        &mut text,
        (began, last.at_unix_ms.max(began + 60_000)),
        due,
        &points,
    )
    .map_err(CliError::internal)?;
    Ok(Some(text))
}

/// Steps: between two reports nothing is known to have changed.
fn steps(points: &[Point], began: i64, count: fn(&Point) -> u32) -> Vec<(f64, f64)> {
    let every = points.len().div_ceil(POINTS_MAX).max(1);
    let kept = points.iter().enumerate();
    let kept = kept.filter(|(index, _)| index % every == 0 || index + 1 == points.len());
    let mut line = vec![(0.0, 0.0)];
    for (_, point) in kept {
        let at = minutes(point.at_unix_ms, began);
        let before = line.last().map_or(0.0, |(_, count)| *count);
        line.push((at, before));
        line.push((at, f64::from(count(point))));
    }
    line
}

fn minutes(at_unix_ms: i64, began: i64) -> f64 {
    at_unix_ms.saturating_sub(began) as f64 / 60_000.0
}

type Failed = DrawingAreaErrorKind<std::io::Error>;

fn draw(lang: Lang, text: &mut String, (began, ended): (i64, i64), due: u32, points: &[Point]) -> Result<(), Failed> {
    let end = minutes(ended, began);
    let most = points
        .last()
        .map_or(0, |last| last.acknowledged.max(last.arrived))
        .max(due)
        .max(1);
    let root = SVGBackend::with_string(text, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin(10)
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..end, 0.0..f64::from(most) * 1.08)?;
    let label = |minute: &f64| when::local_minute(began + (*minute * 60_000.0) as i64);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(6)
        .y_max_light_lines(0)
        .x_label_formatter(&label)
        .y_label_formatter(&|count| format!("{count:.0}"))
        .label_style(("sans-serif", 13))
        .draw()?;
    chart
        .draw_series(DashedLineSeries::new(
            [(0.0, f64::from(due)), (end, f64::from(due))],
            6,
            5,
            BLACK.mix(0.6).stroke_width(1),
        ))?
        .label(tr!(lang, "column.due"))
        .legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], BLACK.mix(0.6)));
    let lines = [
        (
            "after_action.acknowledged",
            ACKNOWLEDGED,
            steps(points, began, |point| point.acknowledged),
        ),
        (
            "after_action.arrived",
            ARRIVED,
            steps(points, began, |point| point.arrived),
        ),
    ];
    for (name, colour, line) in lines {
        chart
            .draw_series(LineSeries::new(line, colour.stroke_width(2)))?
            .label(crate::i18n::fill(lang, name, &[]))
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.3))
        .label_font(("sans-serif", 13))
        .draw()?;
    root.present()
}
