//! The pictures of the report, as SVG in the page: no scripts, nothing fetched, told apart without colour.
//!
//! plotters estimates text by its bytes, three for a Chinese character, so what needs room for text is measured here ([`text`]), and axes
//! are laid out by it. All coordinates are pixels of the picture; [`Scale`] turns values into them.

pub(crate) mod acks;
pub(crate) mod injects;
pub(crate) mod muster;
pub(crate) mod text;
pub(crate) mod ticks;
pub(crate) mod units;

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::element::{Circle, DashedPathElement, PathElement, Polygon, Rectangle};
use plotters::prelude::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea, IntoFont};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, RGBColor, ShapeStyle, TextStyle, WHITE};

/// A point of the picture.
pub(super) type At = (i32, i32);

/// What drawing can fail with.
pub(super) type Failed = DrawingAreaErrorKind<std::io::Error>;

/// Width of every picture.
pub(super) const WIDTH: i32 = 960;

/// The fonts, of which the first that a device has is taken.
const FONTS: &str = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif";

pub(super) const INK: RGBColor = RGBColor(0x1a, 0x1a, 0x1a);
pub(super) const GREY: RGBColor = RGBColor(0x55, 0x55, 0x55);
pub(super) const LIGHT: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);
pub(super) const BLUE: RGBColor = RGBColor(0x1b, 0x5e, 0x9b);
pub(super) const BROWN: RGBColor = RGBColor(0x8a, 0x5a, 0x00);
pub(super) const RED: RGBColor = RGBColor(0xb0, 0x1e, 0x1e);

/// Where text stands to its point: at its middle in height, and there in width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// It begins there.
    Begin,
    /// It lies around it.
    Middle,
    /// It ends there.
    End,
}

/// How a series is marked, so that it is known without its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Disc,
    Square,
    Triangle,
    Diamond,
}

/// A picture being drawn.
pub(super) struct Canvas<'a> {
    root: DrawingArea<SVGBackend<'a>, Shift>,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(text: &'a mut String, height: i32) -> Result<Self, Failed> {
        let size = (WIDTH.unsigned_abs(), height.unsigned_abs());
        let root = SVGBackend::with_string(text, size).into_drawing_area();
        root.fill(&WHITE)?;
        Ok(Self { root })
    }

    pub(super) fn text(&self, at: At, side: Side, px: i32, colour: RGBColor, text: &str) -> Result<(), Failed> {
        self.styled(at, side, px, colour, FontStyle::Normal, text)
    }

    pub(super) fn bold(&self, at: At, side: Side, px: i32, colour: RGBColor, text: &str) -> Result<(), Failed> {
        self.styled(at, side, px, colour, FontStyle::Bold, text)
    }

    fn styled(
        &self,
        at: At,
        side: Side,
        px: i32,
        colour: RGBColor,
        style: FontStyle,
        text: &str,
    ) -> Result<(), Failed> {
        let horizontal = match side {
            Side::Begin => HPos::Left,
            Side::Middle => HPos::Center,
            Side::End => HPos::Right,
        };
        // The backend divides what it is told by 1.24.
        let font = (FONTS, f64::from(px) * 1.24).into_font().style(style);
        let style = TextStyle::from(font)
            .color(&colour)
            .pos(Pos::new(horizontal, VPos::Center));
        self.root.draw_text(&crate::text::line(text), &style, at)
    }

    pub(super) fn line(&self, points: Vec<At>, colour: RGBColor, width: u32) -> Result<(), Failed> {
        self.root.draw(&PathElement::new(points, colour.stroke_width(width)))
    }

    pub(super) fn dashed(&self, points: Vec<At>, (dash, gap): (u32, u32), style: ShapeStyle) -> Result<(), Failed> {
        self.root.draw(&DashedPathElement::new(points, dash, gap, style))
    }

    pub(super) fn filled(&self, corner: At, opposite: At, colour: RGBColor) -> Result<(), Failed> {
        self.root.draw(&Rectangle::new([corner, opposite], colour.filled()))
    }

    pub(super) fn framed(&self, corner: At, opposite: At, colour: RGBColor) -> Result<(), Failed> {
        self.filled(corner, opposite, WHITE)?;
        self.root
            .draw(&Rectangle::new([corner, opposite], colour.stroke_width(1)))
    }

    /// Behind text that lies over lines.
    pub(super) fn cleared(&self, corner: At, opposite: At) -> Result<(), Failed> {
        self.root
            .draw(&Rectangle::new([corner, opposite], WHITE.mix(0.85).filled()))
    }

    /// Slanted lines in a box: a fill that is not a colour.
    pub(super) fn hatched(&self, corner: At, opposite: At, colour: RGBColor) -> Result<(), Failed> {
        self.framed(corner, opposite, colour)?;
        let ((left, top), (right, bottom)) = (corner, opposite);
        let height = bottom - top;
        let mut from = left - height + 5;
        while from < right {
            // A line from (from, bottom) up to (from + height, top), cut to the box.
            let begin = from.max(left);
            let end = (from + height).min(right);
            if begin < end {
                self.line(
                    vec![(begin, bottom - (begin - from)), (end, bottom - (end - from))],
                    colour,
                    1,
                )?;
            }
            from += 6;
        }
        Ok(())
    }

    /// A marker, white inside if it is hollow.
    pub(super) fn marker(&self, (x, y): At, marker: Marker, colour: RGBColor, hollow: bool) -> Result<(), Failed> {
        let fill = if hollow { WHITE } else { colour };
        let corners = match marker {
            Marker::Disc => {
                self.root.draw(&Circle::new((x, y), 5, fill.filled()))?;
                return self.root.draw(&Circle::new((x, y), 5, colour.stroke_width(2)));
            }
            Marker::Square => vec![(x - 5, y - 5), (x + 5, y - 5), (x + 5, y + 5), (x - 5, y + 5)],
            Marker::Triangle => vec![(x, y - 6), (x + 6, y + 5), (x - 6, y + 5)],
            Marker::Diamond => vec![(x, y - 7), (x + 7, y), (x, y + 7), (x - 7, y)],
        };
        self.root.draw(&Polygon::new(corners.clone(), fill.filled()))?;
        let mut outline = corners;
        outline.push(outline[0]);
        outline.push(outline[1]);
        self.line(outline, colour, 2)
    }

    pub(super) fn finish(self) -> Result<(), Failed> {
        self.root.present()
    }
}

/// From values to pixels of one axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    /// The pixel of 0.
    pub(super) zero: i32,
    /// The pixel of `end`.
    pub(super) until: i32,
    /// The greatest value; at least 1.
    pub(super) end: u64,
}

impl Scale {
    /// The pixel of a value; of one beyond the end, the end's.
    pub(super) fn at(self, value: u64) -> i32 {
        let end = u128::from(self.end.max(1));
        let span = u128::from(self.until.abs_diff(self.zero));
        let part = u128::from(value).min(end) * span / end;
        // No more than the span, which is a difference of pixels.
        let part = i32::try_from(part).unwrap_or_default();
        if self.until >= self.zero {
            self.zero + part
        } else {
            self.zero - part
        }
    }
}

/// The x axis at a height, with grid lines up to `top`: ticks, their labels, and what it counts at its end below.
pub(super) fn x_axis(
    canvas: &Canvas<'_>,
    scale: Scale,
    (top, bottom): (i32, i32),
    ticks: &[ticks::Tick],
    name: &str,
) -> Result<(), Failed> {
    let mut free_from = 0;
    for tick in ticks {
        let x = scale.at(tick.value);
        canvas.line(vec![(x, top), (x, bottom)], LIGHT, 1)?;
        canvas.line(vec![(x, bottom), (x, bottom + 5)], INK, 1)?;
        // Where labels would lie on each other, some marks have none.
        let half = text::width(&tick.label, 13).div_euclid(2) + 2;
        if x - half >= free_from && x + half <= WIDTH {
            canvas.text((x, bottom + 16), Side::Middle, 13, INK, &tick.label)?;
            free_from = x + half;
        }
    }
    canvas.line(vec![(scale.zero, bottom), (scale.until, bottom)], INK, 1)?;
    let middle = i32::midpoint(scale.zero, scale.until);
    canvas.text((middle, bottom + 37), Side::Middle, 13, GREY, name)
}

/// The y axis at the left, with grid lines to `right`: ticks, their labels, and what it counts above.
pub(super) fn y_axis(
    canvas: &Canvas<'_>,
    scale: Scale,
    (left, right): (i32, i32),
    ticks: &[ticks::Tick],
    name: &str,
) -> Result<(), Failed> {
    for tick in ticks {
        let y = scale.at(tick.value);
        canvas.line(vec![(left, y), (right, y)], LIGHT, 1)?;
        canvas.line(vec![(left - 5, y), (left, y)], INK, 1)?;
        canvas.text((left - 9, y), Side::End, 13, INK, &tick.label)?;
    }
    canvas.line(vec![(left, scale.until), (left, scale.zero)], INK, 1)?;
    canvas.text((12, scale.until - 24), Side::Begin, 13, GREY, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_pixel_inside() {
        let up = Scale {
            zero: 300,
            until: 20,
            end: 400,
        };
        assert_eq!(
            [0, 200, 400, 401, u64::MAX].map(|value| up.at(value)),
            [300, 160, 20, 20, 20]
        );
        let none = Scale {
            zero: 50,
            until: 800,
            end: 0,
        };
        assert_eq!([0, 1, 9].map(|value| none.at(value)), [50, 800, 800]);
        let huge = Scale {
            zero: 0,
            until: 1000,
            end: u64::MAX,
        };
        assert_eq!(huge.at(u64::MAX / 2), 499);
    }
}
