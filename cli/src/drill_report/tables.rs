//! The tables of the report, as data: the page and the workbook write the same ones.

use super::model::{
    Action, Counts, EarlierRun, Inject, Model, Objective, Participant, Preemption, ReasonCount, UnitLine,
};
use super::shown::{self, code, t, tv};
use crate::i18n::{Lang, word};
use crate::ids;
use crate::output::drill::addressee;

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// There is none.
    None,
    /// Words.
    Text(String),
    /// A number.
    Count(u64),
    /// So many, and which share of how many that is.
    Share(u64, u64),
    /// The same of what had better be none: the share is rounded up.
    Lack(u64, u64),
    /// A time.
    Ms(u64),
    /// Offset from the first order.
    Offset(u64),
    /// A score.
    Score(u32),
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Words.
    Text,
    /// Words that are a little wider.
    Long,
    /// A word, a time or a day, on one line.
    Short,
    /// Words for which a page has no room: only in a workbook.
    SheetOnly,
    /// Numbers, to the right.
    Number,
    /// Numbers with their share; in a workbook two columns.
    Share,
}

/// A column: its key under `drill_report.column.`, and what it holds.
pub(crate) type Column = (&'static str, Kind);

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    /// Name in the page.
    pub(crate) id: &'static str,
    /// The columns.
    pub(crate) columns: Vec<Column>,
    /// The rows; every one has a cell for every column.
    pub(crate) rows: Vec<Vec<Cell>>,
}

fn text(text: &str) -> Cell {
    if text.is_empty() {
        Cell::None
    } else {
        Cell::Text(text.to_owned())
    }
}

fn count(count: u32) -> Cell {
    Cell::Count(u64::from(count))
}

fn share(count: u32, of: u32) -> Cell {
    Cell::Share(u64::from(count), u64::from(of))
}

fn lack(count: u32, of: u32) -> Cell {
    Cell::Lack(u64::from(count), u64::from(of))
}

fn ms(ms: Option<u64>) -> Cell {
    ms.map_or(Cell::None, Cell::Ms)
}

fn score(score: Option<u32>) -> Cell {
    score.map_or(Cell::None, Cell::Score)
}

/// 参演单位和人员, with a line of all of them.
pub(crate) fn participants(lang: Lang, model: &Model) -> Table {
    let line = |code: &str, name: &str, teams: u64, real: u64, simulated: u64| {
        vec![
            text(name),
            text(code),
            Cell::Count(teams),
            Cell::Count(real.saturating_add(simulated)),
            Cell::Count(real),
            Cell::Count(simulated),
        ]
    };
    let mut rows: Vec<_> = model
        .participants
        .iter()
        .map(|unit| {
            let Participant {
                code,
                name,
                teams,
                real,
                simulated,
            } = unit;
            line(code, name, u64::from(*teams), u64::from(*real), u64::from(*simulated))
        })
        .collect();
    if rows.len() > 1 {
        let sum = |of: fn(&Participant) -> u32| model.participants.iter().map(|unit| u64::from(of(unit))).sum();
        rows.push(line(
            "",
            &t(lang, "sum"),
            sum(|unit| unit.teams),
            sum(|unit| unit.real),
            sum(|unit| unit.simulated),
        ));
    }
    Table {
        id: "participants",
        columns: vec![
            ("unit", Kind::Long),
            ("code", Kind::Short),
            ("teams", Kind::Number),
            ("people", Kind::Number),
            ("real", Kind::Number),
            ("simulated", Kind::Number),
        ],
        rows,
    }
}

/// A figure: its key under `drill_report.figure.`, and where it stands.
type Figure = (&'static str, fn(&Counts) -> Cell);

const CALLED: [Figure; 2] = [
    ("called", |counts| count(counts.called)),
    ("excused", |counts| {
        Cell::Lack(people(&counts.excused), counts.called.into())
    }),
];

const REACHED: [Figure; 5] = [
    ("preempted", |counts| lack(counts.preempted, counts.called)),
    ("target", |counts| count(counts.target)),
    ("reached", |counts| share(counts.reached, counts.target)),
    ("acknowledged", |counts| share(counts.acknowledged, counts.target)),
    ("declined", |counts| {
        Cell::Lack(people(&counts.declined), counts.target.into())
    }),
];

const TOOK: [Figure; 3] = [
    ("ack_p50", |counts| ms(counts.ack_p50_ms)),
    ("ack_p90", |counts| ms(counts.ack_p90_ms)),
    ("ack_max", |counts| ms(counts.ack_max_ms)),
];

const UNANSWERED: [Figure; 1] = [("unanswered", |counts| lack(counts.absent, counts.target))];

const CAME: [Figure; 8] = [
    ("departed", |counts| share(counts.departed, counts.target)),
    ("arrived", |counts| share(counts.arrived, counts.target)),
    ("assembled_15", |counts| share(counts.assembled_15, counts.target)),
    ("assembled_30", |counts| share(counts.assembled_30, counts.target)),
    ("assembled_60", |counts| share(counts.assembled_60, counts.target)),
    ("on_time", |counts| share(counts.on_time, counts.arrived)),
    ("late", |counts| lack(counts.late, counts.arrived)),
    ("absent", |counts| lack(counts.absent, counts.target)),
];

const REST: [Figure; 3] = [
    ("take_overs", |counts| count(counts.take_overs)),
    ("dead_numbers", |counts| lack(counts.dead_numbers, counts.called)),
    ("escalations", |counts| count(counts.escalations)),
];

fn people(reasons: &[ReasonCount]) -> u64 {
    reasons.iter().map(|reason| u64::from(reason.people)).sum()
}

/// The counts of everybody, of real people and of simulated ones.
pub(crate) fn figures(lang: Lang, model: &Model) -> Table {
    let three = [&model.figures.all, &model.figures.real, &model.figures.simulated];
    let figure = |(key, of): Figure| {
        let mut row = vec![Cell::Text(t(lang, &format!("figure.{key}")))];
        row.extend(three.map(of));
        row
    };
    // Those of everybody first, then what only one of the two kinds has.
    let reasons = |group: &str, list: fn(&Counts) -> &[ReasonCount], of: fn(&Counts) -> u32| {
        let mut codes: Vec<&str> = Vec::new();
        for reason in three.iter().flat_map(|counts| list(counts)) {
            if !codes.contains(&reason.reason.as_str()) {
                codes.push(&reason.reason);
            }
        }
        let rows = codes.into_iter().map(|code| {
            let name = match code {
                "" => t(lang, "no_reason"),
                code => word(lang, group, code),
            };
            let mut row = vec![Cell::Text(tv(lang, "of_which", &[("what", name)]))];
            row.extend(three.map(|counts| {
                let found = list(counts).iter().filter(|reason| reason.reason == code);
                Cell::Lack(found.map(|reason| u64::from(reason.people)).sum(), of(counts).into())
            }));
            row
        });
        rows.collect::<Vec<_>>()
    };
    let mut rows: Vec<Vec<Cell>> = CALLED.into_iter().map(figure).collect();
    rows.extend(reasons("excuse", |counts| &counts.excused, |counts| counts.called));
    rows.extend(REACHED.into_iter().map(figure));
    rows.extend(reasons("reason", |counts| &counts.declined, |counts| counts.target));
    rows.extend(TOOK.into_iter().map(figure));
    if model.answers_only {
        rows.extend(UNANSWERED.into_iter().map(figure));
    } else {
        rows.extend(CAME.into_iter().map(figure));
    }
    rows.extend(REST.into_iter().map(figure));
    Table {
        id: "figures",
        columns: vec![
            ("figure", Kind::Long),
            ("all", Kind::Share),
            ("real", Kind::Share),
            ("simulated", Kind::Share),
        ],
        rows,
    }
}

/// What a unit is called in the comparison.
pub(crate) fn unit_name(lang: Lang, model: &Model, line: &UnitLine) -> String {
    if line.folded == 0 {
        return line.name.clone();
    }
    let values = [("units", line.folded.to_string()), ("min", model.unit_min.to_string())];
    tv(lang, "folded", &values)
}

/// The comparison of units.
pub(crate) fn units(lang: Lang, model: &Model) -> Table {
    let rows = model.units.iter().map(|line| {
        let UnitLine {
            rank,
            folded: _,
            code,
            name: _,
            real,
            simulated,
            target,
            reached,
            acknowledged,
            ack_p90_ms,
            arrived,
            on_time,
            late,
            absent,
            score: scored,
        } = line;
        let mut row = vec![
            rank.map_or(Cell::None, count),
            Cell::Text(unit_name(lang, model, line)),
            text(code),
            count(*real),
            count(*simulated),
            count(*target),
            share(*reached, *target),
            share(*acknowledged, *target),
            ms(*ack_p90_ms),
        ];
        if !model.answers_only {
            row.extend([share(*arrived, *target), count(*on_time), count(*late)]);
        }
        row.extend([count(*absent), score(*scored)]);
        row
    });
    let mut columns = vec![
        ("rank", Kind::Number),
        ("unit", Kind::Long),
        ("code", Kind::SheetOnly),
        ("real", Kind::Number),
        ("simulated", Kind::Number),
        ("target", Kind::Number),
        ("reached", Kind::Share),
        ("acknowledged", Kind::Share),
        ("ack_p90", Kind::Number),
    ];
    if model.answers_only {
        columns.push(("unanswered", Kind::Number));
    } else {
        columns.extend([
            ("arrived", Kind::Share),
            ("on_time", Kind::Number),
            ("late", Kind::Number),
            ("absent", Kind::Number),
        ]);
    }
    columns.push(("score", Kind::Number));
    Table {
        id: "units",
        columns,
        rows: rows.collect(),
    }
}

/// The objectives, and how each was met.
pub(crate) fn objectives(lang: Lang, model: &Model) -> Table {
    let rows = model.objectives.iter().map(|objective| {
        let Objective {
            number,
            name: _,
            name_en: _,
            metric: _,
            within_ms: _,
            target,
            value: _,
            rating,
            not_assessed,
            weight,
            score: scored,
        } = objective;
        let rated = if rating.is_empty() {
            let why = code(lang, "not_assessed", not_assessed);
            if why.is_empty() {
                t(lang, "not_rated")
            } else {
                tv(lang, "not_rated_because", &[("why", why)])
            }
        } else {
            code(lang, "rating", rating)
        };
        vec![
            count(*number),
            text(shown::objective(lang, objective)),
            Cell::Text(shown::metric(lang, objective)),
            Cell::Text(shown::target(lang, *target)),
            Cell::Text(shown::value(lang, objective)),
            Cell::Text(rated),
            count(*weight),
            score(*scored),
        ]
    });
    Table {
        id: "objectives",
        columns: vec![
            ("number", Kind::Number),
            ("objective", Kind::Long),
            ("metric", Kind::Text),
            ("goal", Kind::Text),
            ("value", Kind::Text),
            ("rating", Kind::Text),
            ("weight", Kind::Number),
            ("score", Kind::Number),
        ],
        rows: rows.collect(),
    }
}

/// This run below the earlier ones.
pub(crate) fn earlier(lang: Lang, model: &Model) -> Table {
    let all = model.rated();
    let this = EarlierRun {
        run: tv(lang, "this_run", &[("run", model.run.clone())]),
        scenario_version: model.scenario.version,
        started_unix_ms: model.started_unix_ms,
        target: all.target,
        acknowledged: all.acknowledged,
        ack_p90_ms: all.ack_p90_ms,
        arrived: all.arrived,
        score: model.score,
        conclusion: model.conclusion.clone(),
    };
    let runs = if model.earlier.is_empty() {
        Vec::new()
    } else {
        model.earlier.iter().chain([&this]).collect()
    };
    let rows = runs.into_iter().map(|run| {
        let EarlierRun {
            run,
            scenario_version,
            started_unix_ms,
            target,
            acknowledged,
            ack_p90_ms,
            arrived,
            score: scored,
            conclusion,
        } = run;
        vec![
            text(run),
            Cell::Text(shown::instant(model, *started_unix_ms)),
            Cell::Text(format!("v{scenario_version}")),
            count(*target),
            share(*acknowledged, *target),
            ms(*ack_p90_ms),
            share(*arrived, *target),
            score(*scored),
            text(&code(lang, "conclusion", conclusion)),
        ]
    });
    Table {
        id: "earlier",
        columns: vec![
            ("run", Kind::Short),
            ("started", Kind::Text),
            ("scenario_version", Kind::Text),
            ("target", Kind::Number),
            ("acknowledged", Kind::Share),
            ("ack_p90", Kind::Number),
            ("arrived", Kind::Share),
            ("score", Kind::Number),
            ("conclusion", Kind::Text),
        ],
        rows: rows.collect(),
    }
}

/// From whom to whom.
fn between(lang: Lang, from: &str, to: &str) -> Cell {
    if from.is_empty() && to.is_empty() {
        return Cell::None;
    }
    let values = [("from", from.to_owned()), ("to", addressee(lang, to))];
    Cell::Text(tv(lang, "from_to", &values))
}

/// What an inject waited for.
fn planned(lang: Lang, inject: &Inject) -> Cell {
    if let Some(planned) = inject.planned_ms {
        return Cell::Offset(planned);
    }
    let value = match inject.trigger.as_str() {
        "level" => ids::level_text(lang, inject.trigger_value),
        _ => inject.trigger_value.to_string(),
    };
    let key = format!("drill_report.trigger.{}", inject.trigger);
    if crate::i18n::find(lang, &key).is_none() {
        return text(&inject.trigger);
    }
    Cell::Text(crate::i18n::fill(lang, &key, &[("value", value)]))
}

/// The list of injects: expected, and what came of it.
pub(crate) fn injects(lang: Lang, model: &Model) -> Table {
    let rows = model.injects.iter().map(|inject| {
        let Inject {
            number,
            trigger: _,
            trigger_value: _,
            planned_ms: _,
            actual_ms,
            from,
            to,
            channel,
            text: said,
            expected,
            within_ms,
            verdict,
            took_ms,
            note,
            objective,
        } = inject;
        vec![
            count(*number),
            planned(lang, inject),
            actual_ms.map_or(Cell::None, Cell::Offset),
            between(lang, from, to),
            text(channel),
            text(said),
            text(expected),
            ms(*within_ms),
            text(&code(lang, "verdict", verdict)),
            ms(*took_ms),
            if *objective == 0 { Cell::None } else { count(*objective) },
            text(note),
        ]
    });
    Table {
        id: "injects",
        columns: vec![
            ("number", Kind::Number),
            ("planned", Kind::Text),
            ("actual", Kind::Short),
            ("from_to", Kind::Text),
            ("channel", Kind::Text),
            ("inject", Kind::Long),
            ("expected", Kind::Long),
            ("within", Kind::Text),
            ("verdict", Kind::Text),
            ("took", Kind::Text),
            ("objective_number", Kind::Number),
            ("note", Kind::Long),
        ],
        rows: rows.collect(),
    }
}

/// The points of the muster curve.
pub(crate) fn curve(model: &Model) -> Table {
    let rows = model.curve.iter().map(|point| {
        vec![
            Cell::Offset(point.at_ms),
            Cell::Count(point.at_ms),
            count(point.acknowledged),
            count(point.departed),
            count(point.arrived),
        ]
    });
    Table {
        id: "curve",
        columns: vec![
            ("offset", Kind::Short),
            ("at_ms", Kind::Number),
            ("acknowledged", Kind::Number),
            ("departed", Kind::Number),
            ("arrived", Kind::Number),
        ],
        rows: rows.collect(),
    }
}

/// Corrective actions.
pub(crate) fn actions(lang: Lang, model: &Model) -> Table {
    let rows = model.actions.iter().map(|action| {
        let Action {
            id,
            issue,
            cause,
            owner,
            due,
            evidence,
            status,
        } = action;
        vec![
            text(id),
            text(issue),
            text(cause),
            text(owner),
            text(due),
            text(&code(lang, "action_status", status)),
            text(evidence),
        ]
    });
    Table {
        id: "actions",
        columns: vec![
            ("action", Kind::Text),
            ("issue", Kind::Long),
            ("cause", Kind::Long),
            ("owner", Kind::Text),
            ("due", Kind::Short),
            ("status", Kind::Text),
            ("evidence", Kind::Long),
        ],
        rows: rows.collect(),
    }
}

/// Real activations in the middle of it.
pub(crate) fn preemptions(model: &Model) -> Table {
    let rows = model.preemptions.iter().map(|preemption| {
        let Preemption {
            at_unix_ms,
            order,
            people,
        } = preemption;
        vec![
            Cell::Text(shown::instant(model, *at_unix_ms)),
            text(order),
            count(*people),
        ]
    });
    Table {
        id: "preemptions",
        columns: vec![
            ("at", Kind::Short),
            ("real_order", Kind::Text),
            ("people", Kind::Number),
        ],
        rows: rows.collect(),
    }
}
