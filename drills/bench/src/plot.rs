//! The plot of cost growth: two charts beside each other, both axes logarithmic, with a line of cost that grows as the size does.

use std::path::Path;

use plotters::prelude::*;

use crate::growth::{Curve, Growth};

const COLOURS: [RGBColor; 6] = [
    RGBColor(0x1b, 0x6c, 0xa8),
    RGBColor(0xc0, 0x39, 0x2b),
    RGBColor(0x2e, 0x8b, 0x57),
    RGBColor(0x8e, 0x44, 0xad),
    RGBColor(0xb8, 0x86, 0x0b),
    RGBColor(0x44, 0x44, 0x44),
];

/// Writes the plot.
pub(crate) fn draw(growth: &Growth, path: &Path) -> anyhow::Result<()> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)?;
    }
    let root = SVGBackend::new(path, (1100, 460)).into_drawing_area();
    let drawn = (|| {
        root.fill(&WHITE)?;
        let (left, right) = root.split_horizontally(550);
        chart(&left, "Cost by people, one order to all", "people", &growth.by_people)?;
        chart(
            &right,
            "Cost by open orders, each to a fiftieth of the people",
            "open orders",
            &growth.by_orders,
        )?;
        root.present()
    })();
    drawn.map_err(|error| anyhow::anyhow!("cannot draw {}: {error}", path.display()))
}

type Area<'a, 'b> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
type Drawn<'a> = Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>>;

fn chart<'a>(area: &Area<'a, '_>, title: &str, sizes: &str, curves: &[Curve]) -> Drawn<'a> {
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let range = |value: fn(&(f64, f64)) -> f64| {
        let least = points().map(value).fold(f64::INFINITY, f64::min).max(0.01);
        let most = points().map(value).fold(f64::NEG_INFINITY, f64::max).max(least);
        (least, most)
    };
    let ((from, to), (low, high)) = (range(|point| point.0), range(|point| point.1));
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 17))
        .margin(12)
        .x_label_area_size(42)
        .y_label_area_size(62)
        .build_cartesian_2d(
            (from * 0.8..to * 1.25).log_scale(),
            (low * 0.5..high * 200.0).log_scale(),
        )?;
    chart
        .configure_mesh()
        .x_max_light_lines(0)
        .y_max_light_lines(0)
        .x_desc(format!("{sizes} (each point is a single run)"))
        .y_desc("ms, µs or MB: see the legend")
        .x_label_formatter(&|size| format!("{size:.0}"))
        .y_label_formatter(&|value| format!("{value}"))
        .label_style(("sans-serif", 12))
        .axis_desc_style(("sans-serif", 13))
        .draw()?;
    let ideal = [(from, low), (to, low * to / from)];
    chart
        .draw_series(DashedLineSeries::new(ideal, 6, 5, BLACK.mix(0.5).stroke_width(1)))?
        .label("in proportion to the size")
        .legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], BLACK.mix(0.5)));
    for (curve, colour) in curves.iter().zip(COLOURS) {
        chart
            .draw_series(LineSeries::new(curve.points.iter().copied(), colour.stroke_width(2)).point_size(3))?
            .label(curve.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.85))
        .label_font(("sans-serif", 12))
        .draw()
}
