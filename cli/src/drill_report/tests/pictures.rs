//! The pictures: whatever the numbers are, nothing is cut off, nothing lies on anything else, and every coordinate is a number.

use super::super::model::{CurvePoint, Inject, Model, UnitLine};
use super::super::samples::{self, all, sample};
use super::super::{chart, html};
use crate::i18n::Lang;

/// The pictures of a page.
fn pictures(page: &str) -> Vec<&str> {
    let pictures = page.split("<svg ").skip(1);
    pictures
        .map(|rest| rest.split_once("</svg>").expect("closed").0)
        .collect()
}

/// The value of an attribute.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

fn number(tag: &str, name: &str) -> f64 {
    let text = attribute(tag, name).unwrap_or_else(|| panic!("no {name} in {tag}"));
    text.parse().unwrap_or_else(|_| panic!("{name} is {text}"))
}

/// The box that a text takes: left, top, right, bottom.
type Place = (f64, f64, f64, f64);

fn texts(picture: &str) -> Vec<(String, Place)> {
    let texts = picture.split("<text").skip(1).map(|rest| {
        let (tag, rest) = rest.split_once('>').expect("a tag");
        let (text, _) = rest.split_once("</text>").expect("closed");
        let text = text
            .trim()
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
        let size = number(tag, "font-size");
        let wide = f64::from(chart::text::width(&text, size.round() as i32));
        let x = number(tag, "x");
        let left = match attribute(tag, "text-anchor") {
            Some("start") => x,
            Some("middle") => x - wide / 2.0,
            Some("end") => x - wide,
            other => panic!("{other:?}"),
        };
        let y = number(tag, "y");
        (text, (left, y - size / 2.0, left + wide, y + size / 2.0))
    });
    texts.collect()
}

fn check(name: &str, picture: &str) {
    for bad in ["NaN", "inf", "width=\"-", "height=\"-", "r=\"-"] {
        assert!(!picture.contains(bad), "{name}: {bad}");
    }
    let (wide, high) = (
        number(picture_tag(picture), "width"),
        number(picture_tag(picture), "height"),
    );
    for attribute in ["x", "y", "x1", "y1", "x2", "y2", "cx", "cy"] {
        let end = if attribute.contains('x') { wide } else { high };
        for value in picture.split(&format!(" {attribute}=\"")).skip(1) {
            let value: f64 = value.split('"').next().unwrap().parse().unwrap();
            assert!((0.0..=end).contains(&value), "{name}: {attribute} is {value}");
        }
    }
    for pairs in picture.split(" points=\"").skip(1) {
        for pair in pairs.split('"').next().unwrap().split_whitespace() {
            let (x, y) = pair.split_once(',').unwrap();
            let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
            assert!((0.0..=wide).contains(&x) && (0.0..=high).contains(&y), "{name}: {pair}");
        }
    }
    let texts = texts(picture);
    for (text, (left, top, right, bottom)) in &texts {
        assert!(*left >= 0.0 && *right <= wide, "{name}: {text} is cut: {left}–{right}");
        assert!(*top >= 0.0 && *bottom <= high, "{name}: {text} is cut: {top}–{bottom}");
    }
    for (index, (one, a)) in texts.iter().enumerate() {
        for (other, b) in &texts[index + 1..] {
            let apart = a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 + 1.0 || b.3 <= a.1 + 1.0;
            assert!(apart, "{name}: {one} {a:?} lies on {other} {b:?}");
        }
    }
}

fn picture_tag(picture: &str) -> &str {
    // The name of the tag was cut off: what is first has no blank before it.
    picture.split_once('>').map_or(picture, |(tag, _)| tag)
}

#[test]
fn nothing_is_cut_and_nothing_lies_on_anything() {
    let mut seen = 0;
    for (name, model) in all() {
        for lang in Lang::ALL {
            let page = html::document(lang, &model).expect("a page");
            for (index, picture) in pictures(&page).into_iter().enumerate() {
                check(&format!("{name} {} picture {index}", lang.code()), picture);
                seen += 1;
            }
        }
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn what_the_pictures_say() {
    let page = html::document(Lang::ZhCn, &sample()).expect("a page");
    let said: Vec<String> = pictures(&page)
        .into_iter()
        .map(|picture| {
            texts(picture)
                .into_iter()
                .map(|(text, _)| text)
                .collect::<Vec<_>>()
                .join(" | ")
        })
        .collect();
    insta::assert_snapshot!(said.join("\n\n"));
}

#[test]
fn where_nothing_happened_nothing_is_drawn() {
    let page = html::document(Lang::En, &Model::default()).expect("a page");
    assert_eq!(pictures(&page).len(), 0);
    assert!(page.contains("</html>"));
    let page = html::document(Lang::En, &samples::nobody()).expect("a page");
    // Curve, units, injects; nobody acknowledged.
    assert_eq!(pictures(&page).len(), 3);
}

#[test]
fn a_long_curve_is_a_small_picture() {
    let mut model = sample();
    model.figures.all.target = 300_000;
    model.curve = (0..300_000)
        .map(|index: u32| CurvePoint {
            at_ms: u64::from(index) * 37,
            acknowledged: index,
            departed: index / 2,
            arrived: index / 3,
        })
        .collect();
    let drawn = chart::muster::svg(Lang::ZhCn, &model).expect("drawn");
    assert!(drawn[0].len() < 300_000, "{} bytes", drawn[0].len());
    let texts = texts(&drawn[0]);
    assert!(texts.iter().any(|(text, _)| text == "回令 299999"), "{texts:?}");
}

#[test]
fn many_units_and_injects_are_several_pictures_of_one_page_each() {
    let model = samples::many();
    let units = chart::units::svg(Lang::ZhCn, &model).expect("drawn");
    let injects = chart::injects::svg(Lang::ZhCn, &model).expect("drawn");
    assert_eq!((units.len(), injects.len()), (3, 3));
    for picture in units.iter().chain(&injects) {
        // As wide as A4's text, it is no higher than the page.
        assert!(number(picture_tag(picture), "height") <= 960.0 * 250.0 / 182.0);
    }
    let all: String = units.concat();
    for rank in 1..=68 {
        assert!(all.contains(&format!(">\n{rank}\n<")), "{rank}");
    }
}

#[test]
fn any_numbers_can_be_drawn() {
    let numbers = [0, 1, 2, 59, 999, 60_000, 3_599_999, u64::from(u32::MAX), u64::MAX];
    for a in numbers {
        for b in numbers {
            let count = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
            let mut model = sample();
            model.figures.all.target = count(a);
            model.curve = vec![
                CurvePoint {
                    at_ms: b,
                    acknowledged: count(a),
                    departed: count(b),
                    arrived: 0,
                },
                CurvePoint {
                    at_ms: a,
                    acknowledged: count(b),
                    ..CurvePoint::default()
                },
            ];
            for objective in &mut model.objectives {
                objective.within_ms = a;
            }
            (model.figures.all.ack_p50_ms, model.figures.all.ack_p90_ms) = (Some(a), Some(b));
            for bar in &mut model.acknowledgements {
                (bar.from_ms, bar.until_ms, bar.real, bar.simulated) = (a, b, count(a), count(b));
            }
            model.units = vec![UnitLine {
                target: count(a),
                acknowledged: count(b),
                arrived: count(a),
                simulated: 1,
                name: "x".into(),
                ..UnitLine::default()
            }];
            model.injects = vec![Inject {
                planned_ms: Some(a),
                actual_ms: Some(b),
                within_ms: Some(a),
                took_ms: Some(b),
                ..Inject::default()
            }];
            let page = html::document(Lang::En, &model).expect("a page");
            for (index, picture) in pictures(&page).into_iter().enumerate() {
                check(&format!("{a} {b} picture {index}"), picture);
            }
        }
    }
}
