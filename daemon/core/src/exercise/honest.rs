//! What a text says of itself: that it is of an exercise, or that it is none. One place for both directions, for files and for orders that
//! are issued by hand.
//!
//! An exercise never denies what it is (Hawaii 2018: an exercise that said it was none), and nothing real looks like an exercise. The words
//! are looked for as people read them: full-width forms, case, traditional characters, spaces, hyphens and quotes hide nothing. A text that
//! only mentions them, such as "如遇真实命令，以真实命令为准", is taken.

use super::PREFIX;
use crate::command::Command;
use crate::event::Event;
use crate::rejection::Rejection;

/// What comes by itself before every text of an exercise, and is therefore never written.
const LABELS: [&str; 2] = [PREFIX, "【演习】"];

/// Words by which a text denies that it is of an exercise: letters only, small.
struct Denial {
    words: &'static str,
    /// Only where they are whole words: "no drill", and not "volcano drill".
    whole: bool,
    /// After one of these they are only mentioned.
    after: &'static [&'static str],
    /// Before one of these they are only mentioned.
    before: &'static [&'static str],
}

const fn any(words: &'static str) -> Denial {
    Denial {
        words,
        whole: false,
        after: &[],
        before: &[],
    }
}
/// "非演练", and not "除非演练结束" or "非演练人员请勿进入".
const fn not_of(words: &'static str) -> Denial {
    Denial {
        after: &["除"],
        before: &["人员", "区", "单位", "车辆", "时间", "范围", "科目", "内容"],
        ..any(words)
    }
}
/// "这是真实险情", and not "这不是真实险情".
const fn real_event(words: &'static str) -> Denial {
    Denial {
        after: &["不", "并非", "假设", "若", "如", "如果"],
        ..any(words)
    }
}
const fn whole(words: &'static str) -> Denial {
    Denial {
        whole: true,
        ..any(words)
    }
}
/// "这是真实命令", and not "如遇真实命令，以真实命令为准" or "这不是真实命令".
const fn real(words: &'static str) -> Denial {
    Denial {
        after: &["有", "遇", "到", "以", "按", "同", "不是", "非"],
        before: &["优先", "为准", "除外"],
        ..any(words)
    }
}
/// "This is a real order", and not "if a real order comes, follow it" or "this is not a real order".
const fn real_en(words: &'static str) -> Denial {
    Denial {
        after: &[
            "any", "ifa", "receivea", "geta", "untila", "unlessa", "likea", "asa", "toa", "fora", "if", "to", "for",
            "nota", "not", "no",
        ],
        before: &["gofirst", "goesfirst", "takeprecedence", "takesprecedence"],
        ..whole(words)
    }
}

const DENIALS: [Denial; 34] = [
    any("不是演练"),
    any("不是演习"),
    any("不是一次演练"),
    any("不是一次演习"),
    any("不是一场演练"),
    any("不是一场演习"),
    any("不是在演练"),
    any("不是在演习"),
    any("不再是演练"),
    any("不再是演习"),
    not_of("非演练"),
    not_of("非演习"),
    not_of("不属演练"),
    not_of("不属演习"),
    not_of("不属于演练"),
    not_of("不属于演习"),
    real("真实命令"),
    real("真实的命令"),
    real("真实指令"),
    real("真实的指令"),
    real_event("是真实险情"),
    real_event("是真实灾情"),
    real_event("是真实警报"),
    real_event("是真实响应"),
    any("notadrill"),
    any("isntadrill"),
    any("notanexercise"),
    any("isntanexercise"),
    any("notatest"),
    any("isntatest"),
    whole("nodrill"),
    whole("noexercise"),
    real_en("realorder"),
    real_en("realorders"),
];

/// A letter as it is compared: full-width forms are the plain ones, and traditional characters the simplified ones.
fn plain(letter: char) -> char {
    let wide = u32::from(letter).wrapping_sub(0xFF01);
    match letter {
        '\u{3000}' => ' ',
        '練' => '练',
        '習' => '习',
        '屬' => '属',
        '實' => '实',
        '險' => '险',
        '災' => '灾',
        '報' => '报',
        '應' => '应',
        '響' => '响',
        '場' => '场',
        '於' => '于',
        '為' => '为',
        '優' => '优',
        '準' => '准',
        // The ninety-four that have such a form stand in the order of ASCII.
        _ if wide < 94 => char::from_u32(wide + 0x21).unwrap_or(letter),
        _ => letter,
    }
}

/// The letters of a text, with whether a word begins at each, and whether one begins after the last. Each Chinese character is a word.
fn letters(text: &str) -> (String, Vec<bool>) {
    let (mut bare, mut begins) = (String::new(), Vec::new());
    let mut is_within = false;
    for letter in text.chars().map(plain) {
        // Marks of width nought are within what they stand in.
        if matches!(
            letter,
            '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' | '\'' | '’'
        ) {
            continue;
        }
        if !letter.is_alphanumeric() {
            is_within = false;
            continue;
        }
        for small in letter.to_lowercase() {
            let before = bare.len();
            bare.push(small);
            begins.resize(bare.len(), false);
            begins[before] = !is_within || !letter.is_ascii();
            is_within = letter.is_ascii();
        }
    }
    begins.push(true);
    (bare, begins)
}

/// The words by which a text denies that it is of an exercise.
pub(super) fn denial(text: &str) -> Option<&'static str> {
    let (bare, begins) = letters(text);
    let denies = |denial: &&Denial| {
        let mut found = bare.match_indices(denial.words);
        found.any(|(from, words)| {
            let to = from + words.len();
            let is_cut = denial.whole && !(begins[from] && begins[to]);
            let is_mentioned = denial.after.iter().any(|it| bare[..from].ends_with(it))
                || denial.before.iter().any(|it| bare[to..].starts_with(it));
            !is_cut && !is_mentioned
        })
    };
    DENIALS.iter().find(denies).map(|denial| denial.words)
}

/// The label of an exercise that a text carries.
pub(super) fn label(text: &str) -> Option<&'static str> {
    let unspaced: String = text.chars().map(plain).filter(|char| !char.is_whitespace()).collect();
    LABELS.into_iter().find(|label| unspaced.contains(label))
}

/// A text with the label before it, once. One that was written by hand stands for it, unless it is the beginning of a sentence: "【演练】已结束"
/// says of itself that it is none.
pub(crate) fn labelled(text: &str) -> Box<str> {
    let goes_on = |rest: &str| {
        let (bare, _) = letters(rest);
        ENDS.iter().any(|word| bare.starts_with(word))
    };
    match text.strip_prefix(PREFIX) {
        Some(rest) if !goes_on(rest) => text.into(),
        Some(_) | None => format!("{PREFIX}{text}").into(),
    }
}

/// How a sentence goes on that says of the exercise that it is over.
const ENDS: [&str; 8] = ["已", "结束", "取消", "终止", "中止", "停止", "完毕", "到此"];

/// A command as it is decided on in an exercise: a response bears the label in its name, by which it is told from others, too.
pub(super) fn named(command: &mut Command) {
    let asked = if let Command::ActivateResponse(activate) = command {
        &mut activate.asked
    } else if let Command::RequestResponse(request) = command {
        &mut request.asked
    } else {
        return;
    };
    let event = asked.event.trim();
    // Where none is given, one is made for it: with the label.
    if !event.is_empty() {
        asked.event = labelled(event);
    }
}

/// An event of an exercise, which says what it is.
pub(super) fn label_event(event: &mut Event) {
    if let Event::OrderIssued { spec, .. } = event {
        spec.text = labelled(&spec.text);
    } else if let Event::OrderCancelled { reason, .. } = event {
        *reason = labelled(reason);
    }
}

/// No text that goes out in an exercise denies that it is one.
///
/// # Errors
/// One does.
pub(super) fn denies_nothing(events: &[Event]) -> Result<(), Rejection> {
    let mut texts = events.iter().filter_map(goes_out);
    texts.try_for_each(|(field, text)| denies_not(field, text))
}

/// A text does not deny that it is of an exercise.
///
/// # Errors
/// It does.
pub(super) fn denies_not(field: &'static str, text: &str) -> Result<(), Rejection> {
    match denial(text) {
        Some(words) => Err(Rejection::DeniesExercise { field, words }),
        None => Ok(()),
    }
}

/// A real order or response never looks like one of an exercise.
///
/// # Errors
/// One does.
pub(crate) fn says_what_it_is(events: &[Event]) -> Result<(), Rejection> {
    for event in events {
        if let Some((field, text)) = goes_out(event)
            && let Some(word) = label(text)
        {
            return Err(Rejection::RealOrderSaysExercise { field, word });
        }
    }
    Ok(())
}

/// What people are told by an event, and the key by which who commands it gives it.
fn goes_out(event: &Event) -> Option<(&'static str, &str)> {
    if let Event::OrderIssued { spec, .. } = event {
        return Some(("text", &spec.text));
    }
    if let Event::ResponseActivated { spec, .. } | Event::ResponseRequested { spec, .. } = event {
        return Some(("event", &spec.event));
    }
    // Leads are told why an order was withdrawn.
    if let Event::OrderCancelled { reason, .. } = event {
        return Some(("reason", reason));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_is_found_however_it_is_written() {
        let denials = [
            ("这不是演练，请立即转移", "不是演练"),
            ("这 不 是 “演习”", "不是演习"),
            ("這不是演習", "不是演习"),
            ("并非演练", "非演练"),
            ("並非演習", "非演习"),
            ("非\u{200B}演练", "非演练"),
            ("这不是一次演练", "不是一次演练"),
            ("【演练】已结束，这是真实命令", "真实命令"),
            ("真实命令：马上来", "真实命令"),
            ("這是真實的命令", "真实的命令"),
            ("这是真实险情", "是真实险情"),
            ("This is NOT a drill", "notadrill"),
            ("Ｎｏｔ　ａ　ｄｒｉｌｌ", "notadrill"),
            ("n-o-t a drill", "notadrill"),
            ("This isn't a drill.", "isntadrill"),
            ("This isn’t an exercise", "isntanexercise"),
            ("This is no drill", "nodrill"),
            ("ＮＯ－ＤＲＩＬＬ", "nodrill"),
            ("There is no exercise", "noexercise"),
            ("REAL ORDER: come at once", "realorder"),
            ("This is a real order", "realorder"),
        ];
        for (text, words) in denials {
            assert_eq!(denial(text), Some(words), "{text}");
        }
    }

    #[test]
    fn who_only_mentions_it_denies_nothing() {
        let honest = [
            "演练结束",
            "这是演练",
            "【演练】演练已结束，请返回",
            "除非演练结束，不得离开",
            "如遇真实命令，以真实命令为准，退出演练",
            "真实命令优先于演练",
            "按实战要求集结",
            "实战演练：立即到集结点",
            "Volcano drill: assemble at M1",
            "No drilling in this street",
            "This is a drill",
            "If you receive a real order, leave the exercise",
            "Real orders go first",
            "这不是真实命令，是演练",
            "这不是真实险情",
            "并非真实指令",
            "This is not a real order",
            "非演练人员请勿进入",
            "不属于演练范围的单位正常办公",
            "",
        ];
        for text in honest {
            assert_eq!(denial(text), None, "{text}");
        }
    }

    #[test]
    fn the_label_comes_once_and_a_sentence_is_no_label() {
        let all = [
            ("集合", "【演练】集合"),
            ("【演练】集合", "【演练】集合"),
            ("【演练】", "【演练】"),
            ("集合【演练】", "【演练】集合【演练】"),
            ("【 演练 】集合", "【演练】【 演练 】集合"),
            ("【演练】已结束，请返回", "【演练】【演练】已结束，请返回"),
            ("【演练】【演练】已结束", "【演练】【演练】已结束"),
        ];
        for (text, expected) in all {
            assert_eq!(&*labelled(text), expected, "{text}");
        }
        for (text, expected) in [
            ("【演练】集合", Some("【演练】")),
            ("洪水【 演 練 】", Some("【演练】")),
            ("【演习】", Some("【演习】")),
            ("演练", None),
        ] {
            assert_eq!(label(text), expected, "{text}");
        }
    }
}
