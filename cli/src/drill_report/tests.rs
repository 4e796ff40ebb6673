//! The report of a run, pinned; its numbers are those of the JSON; hostile text stays text; nothing is too small or too great to draw.

mod numbers;
mod pictures;

use super::samples::{self, all, sample};
use super::*;

/// The page without its pictures and its style.
fn without_pictures(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some(start) = rest.find("<svg ") {
        let end = start + rest[start..].find("</svg>").expect("closed");
        out.push_str(&rest[..start]);
        out.push_str("<svg/>");
        rest = &rest[end + "</svg>".len()..];
    }
    out.push_str(rest);
    let (before, style) = out.split_once("<style>").expect("a style");
    let (_, after) = style.split_once("</style>").expect("closed");
    format!("{before}{after}")
}

#[test]
fn the_page_of_a_night_call_out() {
    for lang in Lang::ALL {
        let page = html::document(lang, &sample()).expect("a page");
        insta::assert_snapshot!(format!("the_page_{}", lang.code()), without_pictures(&page));
    }
}

#[test]
fn the_document_has_its_version_and_says_that_it_was_an_exercise() {
    let text = json::document(&samples::one_unit()).expect("a document");
    insta::assert_snapshot!(text);
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["exercise"], true);
    assert_eq!(value["version"], 1);
}

#[test]
fn everything_that_is_written_says_that_it_was_an_exercise() {
    for (name, model) in all() {
        for lang in Lang::ALL {
            let page = html::document(lang, &model).expect("a page");
            let title = page.split("<title>").nth(1).expect("a title");
            assert!(title.starts_with("【演练】"), "{name}");
            assert!(
                page.contains("<div class=\"watermark\" aria-hidden=\"true\"><span>【演练】"),
                "{name}"
            );
            assert!(page.contains("<div class=\"banner\">【演练】"), "{name}");
            assert!(page.contains("@top-center { content: \"【演练】"), "{name}: on paper");
            for (sheet, rows) in numbers::sheets(&content(&model, Format::Xlsx, lang).expect("a workbook")) {
                let first = rows.first().and_then(|row| row.first()).expect("a cell").to_string();
                assert!(first.starts_with("【演练】"), "{name} {sheet}: {first}");
            }
        }
    }
}

#[test]
fn every_text_is_in_the_catalogue_and_in_its_language() {
    for (name, model) in all() {
        for lang in Lang::ALL {
            let page = html::document(lang, &model).expect("a page");
            for bad in ["drill_report.", "%{", "column.", "NaN"] {
                assert!(!page.contains(bad), "{name} {lang:?}: {bad}");
            }
        }
    }
    let mut model = samples::nobody();
    model.scenario = model::Scenario {
        code: "x".into(),
        name: "Tabletop".into(),
        ..model::Scenario::default()
    };
    (model.participants[0].name, model.units[0].name) = ("District".into(), "District".into());
    let page = html::document(Lang::En, &model)
        .expect("a page")
        .replace("【演练】", "");
    let chinese = page.chars().find(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
    assert_eq!(chinese, None, "Chinese in the English page");
}

#[test]
fn the_page_needs_nothing_else() {
    for lang in Lang::ALL {
        let page = html::document(lang, &sample()).expect("a page");
        let page = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        for bad in [
            "http:", "https:", "//", "<script", "url(", "src=", "href=", "@import", "<link",
        ] {
            assert!(!page.contains(bad), "{bad}");
        }
    }
}

#[test]
fn of_a_run_that_goes_on_and_asks_for_answers_only_no_more_is_said_than_is_known() {
    let model = samples::call_out();
    for lang in Lang::ALL {
        let page = html::document(lang, &model).expect("a page");
        assert!(page.contains("<p class=\"note\">"), "it says that it goes on");
        for absent in ["card-arrived", "card-absent", "id=\"actions\""] {
            assert!(!page.contains(absent), "{absent}");
        }
        assert!(page.contains("id=\"card-unanswered\""));
        let (_, figures) = page.split_once("<table id=\"figures\">").expect("figures");
        let (figures, _) = figures.split_once("</table>").expect("closed");
        for word in ["figure.arrived", "figure.late", "figure.assembled_30"] {
            let word = shown::t(lang, word);
            assert!(!figures.contains(&format!(">{word}<")), "{word}");
        }
        assert!(figures.contains(&shown::t(lang, "figure.unanswered")));
    }
    // The bars of the daemon are not all of the same length of time: they end where their marks stand.
    let page = html::document(Lang::En, &model).expect("a page");
    let (_, picture) = page
        .split_once("<figure class=\"acknowledgements\">")
        .expect("a picture");
    let (picture, _) = picture.split_once("</figure>").expect("closed");
    for mark in ["0.5", "1.5", "5", "10", "15", "30"] {
        assert!(picture.contains(&format!(">\n{mark}\n<")), "{mark}");
    }
    let over = Model {
        ended_by: "aborted".into(),
        end_reason: "雷雨".into(),
        ..sample()
    };
    let page = html::document(Lang::ZhCn, &over).expect("a page");
    assert!(
        page.contains("演练被中止（雷雨）"),
        "why it was broken off stands above the figures"
    );
}

const EVIL: &str = "<script>alert(1)</script>\"'><img src=x onerror=y>\u{202e}&amp;\u{1b}[31m]]>--><b>=cmd()";

/// Every text of a model that is filled by others.
fn texts(model: &mut Model) -> Vec<&mut String> {
    let scenario = &mut model.scenario;
    let mut texts = vec![
        &mut model.run,
        &mut model.unit.code,
        &mut model.unit.name,
        &mut model.place,
        &mut model.director,
        &mut model.zone,
        &mut model.ended_by,
        &mut model.end_reason,
        &mut model.conclusion,
        &mut scenario.code,
        &mut scenario.name,
        &mut scenario.name_en,
        &mut scenario.purpose,
        &mut scenario.outline,
        &mut scenario.kind,
        &mut scenario.content,
        &mut scenario.notice,
        &mut scenario.plan,
    ];
    for it in &mut model.staff {
        texts.extend([&mut it.role, &mut it.person]);
    }
    for it in &mut model.participants {
        texts.extend([&mut it.code, &mut it.name]);
    }
    for counts in [&mut model.figures.all, &mut model.figures.real] {
        let reasons = counts.excused.iter_mut().chain(&mut counts.declined);
        texts.extend(reasons.map(|reason| &mut reason.reason));
    }
    for it in &mut model.units {
        texts.extend([&mut it.code, &mut it.name]);
    }
    for it in &mut model.objectives {
        texts.extend([
            &mut it.name,
            &mut it.name_en,
            &mut it.metric,
            &mut it.rating,
            &mut it.not_assessed,
        ]);
    }
    for it in &mut model.earlier {
        texts.extend([&mut it.run, &mut it.conclusion]);
    }
    for it in &mut model.injects {
        texts.extend([&mut it.trigger, &mut it.from, &mut it.to, &mut it.channel, &mut it.text]);
        texts.extend([&mut it.expected, &mut it.verdict, &mut it.note]);
    }
    let seen = model.problems.iter_mut().chain(&mut model.lessons);
    for it in seen.chain(&mut model.suggestions) {
        texts.extend([&mut it.text, &mut it.cause, &mut it.role]);
    }
    for it in &mut model.actions {
        texts.extend([&mut it.id, &mut it.issue, &mut it.cause, &mut it.owner, &mut it.due]);
        texts.extend([&mut it.evidence, &mut it.status]);
    }
    for it in &mut model.preemptions {
        texts.push(&mut it.order);
    }
    texts
}

#[test]
fn what_people_write_stays_text() {
    let mut model = sample();
    model.preemptions = samples::one_unit().preemptions;
    let mut written = 0;
    for text in texts(&mut model) {
        EVIL.clone_into(text);
        written += 1;
    }
    assert!(written > 150, "{written}");
    // What waits for no time says what it waits for.
    for inject in &mut model.injects {
        inject.planned_ms = None;
    }
    for lang in Lang::ALL {
        let page = html::document(lang, &model).expect("a page");
        for bad in ["<script", "<img", "\u{202e}", "\u{1b}", "</script>", "--><b>"] {
            assert!(!page.contains(bad), "{bad:?} got through");
        }
        assert!(page.matches("&lt;script&gt;").count() > 100, "it is there, as text");
        let (_, style) = page.split_once("<style>").expect("a style");
        let (style, _) = style.split_once("</style>").expect("closed");
        assert!(!style.contains("alert"), "nothing of it in the style");
        for (sheet, rows) in numbers::sheets(&xlsx::workbook(lang, &model).expect("a workbook")) {
            for cell in rows.iter().flatten() {
                let text = cell.to_string();
                assert!(!text.contains(['\u{202e}', '\u{1b}']), "{sheet}: {text}");
            }
        }
    }
    let document: serde_json::Value = serde_json::from_str(&json::document(&model).expect("a document")).expect("JSON");
    assert_eq!(document["run"], EVIL, "programs get what was written");
}

#[test]
fn one_hostile_text_at_a_time_is_escaped_wherever_it_stands() {
    let mut small = sample();
    small.preemptions = samples::one_unit().preemptions;
    small.curve.truncate(3);
    small.participants.truncate(1);
    small.units.truncate(1);
    small.objectives.truncate(1);
    small.injects.truncate(1);
    small.earlier.truncate(1);
    small.actions.truncate(1);
    let count = texts(&mut small).len();
    assert!(count > 50, "{count}");
    for index in 0..count {
        let mut model = small.clone();
        EVIL.clone_into(texts(&mut model).swap_remove(index));
        let page = html::document(Lang::ZhCn, &model).expect("a page");
        assert!(!page.contains("<script") && !page.contains("<img"), "text {index}");
    }
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let dir = tempfile::tempdir().expect("a directory");
    for (format, name, begin) in [
        (Format::Html, "报告.html", b"<!DOCTYPE".as_slice()),
        (Format::Json, "报告.json", b"{\n  \"format\"".as_slice()),
        (Format::Xlsx, "报告.xlsx", b"PK".as_slice()),
    ] {
        let path = dir.path().join(name);
        std::fs::write(&path, "old").expect("written");
        let bytes = write(&sample(), format, Lang::ZhCn, &path).expect("written");
        let read = std::fs::read(&path).expect("a file");
        assert!(read.starts_with(begin) && read.len() == bytes, "{name}");
    }
    assert_eq!(std::fs::read_dir(dir.path()).expect("a directory").count(), 3);
    let nowhere = dir.path().join("no/such/报告.html");
    assert!(matches!(
        write(&sample(), Format::Html, Lang::En, &nowhere),
        Err(CliError::Write { .. })
    ));
}

/// Renders the samples where somebody can look at them: `BAIYING_LOOK=DIR`. Without it, into a directory that goes away.
#[test]
fn reports_to_look_at() {
    let gone = tempfile::tempdir().expect("a directory");
    let dir = std::env::var_os("BAIYING_LOOK").map_or_else(|| gone.path().to_owned(), Into::into);
    for (name, model) in all() {
        for lang in Lang::ALL {
            for (format, extension) in [(Format::Html, "html"), (Format::Json, "json"), (Format::Xlsx, "xlsx")] {
                let path = dir.join(format!("{name}-{}.{extension}", lang.code()));
                assert!(write(&model, format, lang, &path).expect("written") > 1000);
            }
        }
    }
}
