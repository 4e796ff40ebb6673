//! What the report of a drill (演练总结报告) says, as plain data: language-free codes, numbers, and texts that people wrote.
//!
//! The JSON is this, with a format and a version before it. Times are milliseconds; shares are ‰; scores are 0–1000, shown as 0–100.0.
//! Offsets are exercise time from the run's first order: time in which the run was paused does not count. Nobody is named: people are
//! counts, or ids in texts.

use serde::{Serialize, Serializer};

/// Version of the layout of the JSON: raised when a field changes its meaning or goes, not when one is added.
pub(crate) const VERSION: u32 = 1;

/// Everything that is told of one run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Model {
    /// The run, such as `Y3`.
    pub(crate) run: String,
    /// True, always.
    pub(crate) exercise: Exercise,
    /// The scenario, as the run was started with it.
    pub(crate) scenario: Scenario,
    /// Where it ran.
    pub(crate) unit: Unit,
    /// 地点, as somebody wrote it, such as the muster points; empty: only the unit is known.
    pub(crate) place: String,
    /// 总导演: an id, such as `P7`.
    pub(crate) director: String,
    /// Who else conducted it.
    pub(crate) staff: Vec<Staff>,
    /// IANA name of the zone whose wall clock the report shows; empty: the machine's.
    pub(crate) zone: String,
    /// Start.
    pub(crate) started_unix_ms: i64,
    /// End; 0: it has not ended.
    pub(crate) ended_unix_ms: i64,
    /// How long it was paused in all.
    pub(crate) paused_ms: u64,
    /// Exercise time that passed.
    pub(crate) elapsed_ms: u64,
    /// How fast exercise time passed; 0 and 1: as time does.
    pub(crate) rate: u32,
    /// What came later than this was no answer (E2).
    pub(crate) window_ms: u64,
    /// How it ended: `ended`, `complete`, `window`, `aborted`, `preempted`; empty: it has not, and all that follows is so far.
    pub(crate) ended_by: String,
    /// Why, if somebody said so.
    pub(crate) end_reason: String,
    /// Revision of the journal that the figures are of.
    pub(crate) revision: u64,
    /// When the report was made.
    pub(crate) made_unix_ms: i64,
    /// 参演单位和人员
    pub(crate) participants: Vec<Participant>,
    /// Whether people were to answer and to go nowhere: nothing is said of arrivals then, and absent is who never answered.
    pub(crate) answers_only: bool,
    /// Whose counts objectives, score and muster curve are made from: `real`, or `simulated` if nobody real counts; empty: of all.
    pub(crate) basis: String,
    /// The counts.
    pub(crate) figures: Figures,
    /// Steps of the orders' ladders (叫应阶梯) that turned to somebody.
    pub(crate) ladder_steps: u32,
    /// Offset at which the first person was told; none: nobody was.
    pub(crate) first_notified_ms: Option<u64>,
    /// Offset at which the last person was told for the first time.
    pub(crate) last_notified_ms: Option<u64>,
    /// The muster curve (到位曲线) of those whose counts the score is made from: a point where a count rose, in the order of time.
    pub(crate) curve: Vec<CurvePoint>,
    /// How long acknowledgements took (回令用时), in the order of time; bars have no gaps and do not overlap.
    pub(crate) acknowledgements: Vec<Bar>,
    /// Units with fewer people than this are not compared.
    pub(crate) unit_min: u32,
    /// The comparison of units, best first; those too small come last, folded into one line.
    pub(crate) units: Vec<UnitLine>,
    /// 演练目标, by number.
    pub(crate) objectives: Vec<Objective>,
    /// The score of the run; none: not enough was assessed.
    pub(crate) score: Option<u32>,
    /// 结论: `excellent` 优, `good` 良, `fair` 中, `poor` 差; empty: none was drawn.
    pub(crate) conclusion: String,
    /// Earlier runs of the same scenario in the same unit, oldest first.
    pub(crate) earlier: Vec<EarlierRun>,
    /// By the score, against the last of them that has one: `better`, `same`, `worse`; empty: there is none.
    pub(crate) trend: String,
    /// The list of injects (MSEL), by number; those put in by hand come after it.
    pub(crate) injects: Vec<Inject>,
    /// 发现的问题与原因
    pub(crate) problems: Vec<Observation>,
    /// 经验教训
    pub(crate) lessons: Vec<Observation>,
    /// 改进建议
    pub(crate) suggestions: Vec<Observation>,
    /// 整改措施; if there is none, nothing is said of them.
    pub(crate) actions: Vec<Action>,
    /// Real activations that took people out of it (E1).
    pub(crate) preemptions: Vec<Preemption>,
}

impl Model {
    /// The counts that objectives, score and muster curve are made from.
    pub(crate) fn rated(&self) -> &Counts {
        match self.basis.as_str() {
            "real" => &self.figures.real,
            "simulated" => &self.figures.simulated,
            _all => &self.figures.all,
        }
    }
}

/// Somebody who conducted it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Staff {
    /// `controller` 导调, `simulator` 模拟, `evaluator` 评估, `observer` 观摩.
    pub(crate) role: String,
    /// Who, such as `P7`.
    pub(crate) person: String,
}

/// That this is an exercise. There is no other value: nothing that is written from a [`Model`] can say that it was real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Exercise;

impl Serialize for Exercise {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(true)
    }
}

/// The scenario (演练脚本).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Scenario {
    /// Short name.
    pub(crate) code: String,
    /// Which version of it; 0 is the one that ships.
    pub(crate) version: u32,
    /// 名称
    pub(crate) name: String,
    /// The name in English; empty: `name`.
    pub(crate) name_en: String,
    /// 演练目的
    pub(crate) purpose: String,
    /// 方案概要
    pub(crate) outline: String,
    /// `call-out`, `muster`, `tabletop`, `functional`, `full`.
    pub(crate) kind: String,
    /// `single` 单项, `comprehensive` 综合.
    pub(crate) content: String,
    /// How much those who took part knew before: `full`, `partial`, `none` 双盲.
    pub(crate) notice: String,
    /// Kind of the plan (预案) that was exercised.
    pub(crate) plan: String,
    /// At which level, 1 to 4; 0: none.
    pub(crate) level: u32,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Unit {
    /// Code.
    pub(crate) code: String,
    /// Name.
    pub(crate) name: String,
}

/// A unit that took part, with the people who were called from it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Participant {
    /// Code.
    pub(crate) code: String,
    /// Name.
    pub(crate) name: String,
    /// Teams of it that were called.
    pub(crate) teams: u32,
    /// People who answered for themselves.
    pub(crate) real: u32,
    /// People for whom a simulated responder answered.
    pub(crate) simulated: u32,
}

/// The counts of everybody, and of the two kinds apart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Figures {
    /// Everybody.
    pub(crate) all: Counts,
    /// People who answered for themselves.
    pub(crate) real: Counts,
    /// People for whom a simulated responder answered.
    pub(crate) simulated: Counts,
}

/// Counts of people within the window. `called` = excused + `preempted` + `target`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Counts {
    /// 应召集: whom the orders called.
    pub(crate) called: u32,
    /// Excused (免除), by reason: they do not count.
    pub(crate) excused: Vec<ReasonCount>,
    /// Taken by a real event: they do not count.
    pub(crate) preempted: u32,
    /// 应到: called, and neither excused nor taken.
    pub(crate) target: u32,
    /// 通知到达
    pub(crate) reached: u32,
    /// 回令
    pub(crate) acknowledged: u32,
    /// Declined, by reason.
    pub(crate) declined: Vec<ReasonCount>,
    /// Time by which half of those who acknowledged had done so.
    pub(crate) ack_p50_ms: Option<u64>,
    /// Time by which nine of ten of the target had acknowledged; none: fewer did.
    pub(crate) ack_p90_ms: Option<u64>,
    /// The last acknowledgement.
    pub(crate) ack_max_ms: Option<u64>,
    /// 出发
    pub(crate) departed: u32,
    /// 到位
    pub(crate) arrived: u32,
    /// Arrived within 15 minutes.
    pub(crate) assembled_15: u32,
    /// Arrived within 30 minutes.
    pub(crate) assembled_30: u32,
    /// Arrived within 60 minutes.
    pub(crate) assembled_60: u32,
    /// Arrived in time.
    pub(crate) on_time: u32,
    /// Arrived late.
    pub(crate) late: u32,
    /// Neither arrived nor declined, and the time to come is over; where nobody was to go anywhere, never answered.
    pub(crate) absent: u32,
    /// B roles that took over a command (B角接替).
    pub(crate) take_overs: u32,
    /// People of whom no usable number is known (空号、错号).
    pub(crate) dead_numbers: u32,
    /// Steps of the ladder (叫应阶梯) that were taken.
    pub(crate) escalations: u32,
}

/// People with one reason.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct ReasonCount {
    /// Its code, as on the wire: of an excuse, or of declining.
    pub(crate) reason: String,
    /// How many.
    pub(crate) people: u32,
}

/// Running totals at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct CurvePoint {
    /// Offset.
    pub(crate) at_ms: u64,
    /// Acknowledged until then.
    pub(crate) acknowledged: u32,
    /// Departed until then.
    pub(crate) departed: u32,
    /// Arrived until then.
    pub(crate) arrived: u32,
}

/// Acknowledgements that took from so long to less than so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Bar {
    /// From.
    pub(crate) from_ms: u64,
    /// To, not included.
    pub(crate) until_ms: u64,
    /// People who answered for themselves.
    pub(crate) real: u32,
    /// Those who were simulated.
    pub(crate) simulated: u32,
}

/// One unit in the comparison, or those that are too small for it together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct UnitLine {
    /// Place, from 1; none: not compared.
    pub(crate) rank: Option<u32>,
    /// How many small units are folded into this line; 0: it is one unit.
    pub(crate) folded: u32,
    /// Code; empty if folded.
    pub(crate) code: String,
    /// Name; empty if folded.
    pub(crate) name: String,
    /// People called who answered for themselves.
    pub(crate) real: u32,
    /// People called who were simulated.
    pub(crate) simulated: u32,
    /// 应到
    pub(crate) target: u32,
    /// 通知到达
    pub(crate) reached: u32,
    /// 回令
    pub(crate) acknowledged: u32,
    /// Time by which nine of ten had acknowledged; none: fewer did.
    pub(crate) ack_p90_ms: Option<u64>,
    /// 到位
    pub(crate) arrived: u32,
    /// Arrived in time.
    pub(crate) on_time: u32,
    /// Arrived late.
    pub(crate) late: u32,
    /// Did not arrive.
    pub(crate) absent: u32,
    /// Score of the unit; none: none was given.
    pub(crate) score: Option<u32>,
}

/// One objective and how it was met.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Objective {
    /// From 1.
    pub(crate) number: u32,
    /// What it says.
    pub(crate) name: String,
    /// The same in English; empty: `name`.
    pub(crate) name_en: String,
    /// `reached`, `acknowledged`, `acknowledged-within`, `acknowledge-p50`, `acknowledge-p90`, `acknowledge-max`, `assembled`,
    /// `arrived`, `on-time`, `declined`, `injects-done`.
    pub(crate) metric: String,
    /// Within which time, for the metrics that say so; 0 otherwise.
    pub(crate) within_ms: u64,
    /// What it was to come to.
    pub(crate) target: Target,
    /// What it came to, in the unit of the target; none: it has no value, as a P90 that was never reached.
    pub(crate) value: Option<u64>,
    /// `P`, `S`, `M`, `U`; empty: not assessed.
    pub(crate) rating: String,
    /// Why it was not assessed: `running`, `aborted`, `preempted`, `nobody-called`, `no-injects`, `unfit`; empty if it was.
    pub(crate) not_assessed: String,
    /// What it counts, against the sum of all weights.
    pub(crate) weight: u32,
    /// Its own score; none: not assessed.
    pub(crate) score: Option<u32>,
}

/// What a metric is to come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "a bound says which one it is")]
pub(crate) enum Target {
    /// At least so many ‰.
    AtLeastPermille(u64),
    /// At most so many ‰.
    AtMostPermille(u64),
    /// At most so long.
    AtMostMs(u64),
}

impl Default for Target {
    fn default() -> Self {
        Self::AtLeastPermille(0)
    }
}

/// An earlier run, as it was scored then.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct EarlierRun {
    /// The run.
    pub(crate) run: String,
    /// Version of the scenario: another one may ask for something else.
    pub(crate) scenario_version: u32,
    /// Start.
    pub(crate) started_unix_ms: i64,
    /// 应到
    pub(crate) target: u32,
    /// 回令
    pub(crate) acknowledged: u32,
    /// As in [`Counts`].
    pub(crate) ack_p90_ms: Option<u64>,
    /// 到位
    pub(crate) arrived: u32,
    /// Score.
    pub(crate) score: Option<u32>,
    /// 结论
    pub(crate) conclusion: String,
}

/// One inject (导调信息): what was planned, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Inject {
    /// Number in the list.
    pub(crate) number: u32,
    /// What it waits for: `after` (a time), `acknowledged`, `arrived` (percent), `level`, `by-hand`.
    pub(crate) trigger: String,
    /// Percent or level that it waits for; 0 if neither.
    pub(crate) trigger_value: u32,
    /// Planned offset, of those that wait for a time.
    pub(crate) planned_ms: Option<u64>,
    /// Offset at which it was put in; none: it never was.
    pub(crate) actual_ms: Option<u64>,
    /// Who said so in the story.
    pub(crate) from: String,
    /// To whom.
    pub(crate) to: String,
    /// Over which channel in the story.
    pub(crate) channel: String,
    /// What was said.
    pub(crate) text: String,
    /// What was expected.
    pub(crate) expected: String,
    /// Within what time; none: no limit.
    pub(crate) within_ms: Option<u64>,
    /// `done`, `partly` (or too late), `not-done`, `unjudged`, `waiting` (not put in yet), `not-given`.
    pub(crate) verdict: String,
    /// How long after it that was done.
    pub(crate) took_ms: Option<u64>,
    /// What the controller noted.
    pub(crate) note: String,
    /// Number of the objective that it serves; 0: none.
    pub(crate) objective: u32,
}

/// What somebody observed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Observation {
    /// What.
    pub(crate) text: String,
    /// Why, as they see it; empty: nothing said, and always of lessons and suggestions.
    pub(crate) cause: String,
    /// In which role: `player`, `controller`, `simulator`, `evaluator`, `observer`, `director`.
    pub(crate) role: String,
}

/// A corrective action (整改措施): tracked until it is verified (E4).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Action {
    /// Its number, such as `A4`.
    pub(crate) id: String,
    /// 问题
    pub(crate) issue: String,
    /// 原因
    pub(crate) cause: String,
    /// 责任人，及其单位
    pub(crate) owner: String,
    /// Day by which, as yyyy-mm-dd.
    pub(crate) due: String,
    /// 佐证
    pub(crate) evidence: String,
    /// `open`, `reported`, `verified`, `withdrawn`, or `overdue`.
    pub(crate) status: String,
}

/// A real activation in the middle of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Preemption {
    /// When.
    pub(crate) at_unix_ms: i64,
    /// The real order, such as `O17`.
    pub(crate) order: String,
    /// How many people it took.
    pub(crate) people: u32,
}
