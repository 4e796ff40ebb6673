//! Runs to report on: one as it would be, and those that are hard to show.

use super::model::*;

const MINUTE: u64 = 60_000;

/// 2026-10-01 02:00 in Shanghai.
pub(crate) const BEGAN: i64 = 1_790_791_200_000;

/// Names as units of a district have them.
const UNITS: [(&str, &str, u32); 12] = [
    ("440608-A01", "佛山市高明区应急管理局（区防汛防旱防风指挥部办公室）", 46),
    ("440608-A02", "佛山市公安局高明分局", 58),
    ("440608-A03", "佛山市高明区消防救援大队", 44),
    ("440608-A04", "佛山市高明区卫生健康局", 36),
    (
        "440608-A05",
        "佛山市高明区住房城乡建设和水利局（水务工程建设管理中心）",
        42,
    ),
    ("440608-A06", "佛山市自然资源局高明分局", 30),
    ("440608106", "荷城街道应急队", 40),
    ("440608107", "杨和镇综合应急救援队", 34),
    ("440608108", "明城镇综合应急救援队", 28),
    ("440608109", "更合镇综合应急救援队（含合水、更楼片区）", 34),
    ("440608-A11", "佛山市高明区气象局", 5),
    ("440608-A12", "佛山市高明区档案馆", 3),
];

/// One person of the sample.
struct Person {
    unit: usize,
    simulated: bool,
    excused: bool,
    dead: bool,
    declined: bool,
    acked: Option<u64>,
    departed: Option<u64>,
    arrived: Option<u64>,
}

/// 400 people of twelve units; the two last units are simulated, the first in part.
fn people() -> Vec<Person> {
    let mut seed: u64 = 6;
    let mut draw = move || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % 1000
    };
    let mut people = Vec::new();
    for (unit, (_, _, count)) in UNITS.iter().enumerate() {
        for index in 0..*count {
            let (u, v, w, x) = (draw(), draw(), draw(), draw());
            let excused = w < 40;
            let dead = !excused && w > 985;
            let acks = !excused && !dead && x > 45;
            let declined = acks && x > 960;
            let acked = acks.then(|| 12_000 + u * u * u / 1_400 + v * 17);
            let departed = acked.filter(|_| !declined).map(|at| at + 60_000 + v * 250);
            let comes = departed.filter(|_| x > 80);
            people.push(Person {
                unit,
                simulated: unit == 9 || (unit == 0 && index % 3 == 0),
                excused,
                dead,
                declined,
                acked,
                departed,
                arrived: comes.map(|at| at + 240_000 + v * 1_300 + u * 900),
            });
        }
    }
    people
}

fn sum(people: &[&Person], of: impl Fn(&Person) -> bool) -> u32 {
    u32::try_from(people.iter().filter(|person| of(person)).count()).unwrap()
}

fn counts(people: &[&Person]) -> Counts {
    let mut acked: Vec<u64> = people.iter().filter_map(|person| person.acked).collect();
    acked.sort_unstable();
    let target = sum(people, |person| !person.excused);
    let by = |minutes: u64| sum(people, |person| person.arrived.is_some_and(|at| at <= minutes * MINUTE));
    let nine = (target as usize * 9).div_ceil(10);
    let reason = |reason: &str, people: u32| ReasonCount {
        reason: reason.into(),
        people,
    };
    let (excused, declined) = (
        sum(people, |person| person.excused),
        sum(people, |person| person.declined),
    );
    Counts {
        called: excused + target,
        excused: vec![
            reason("leave", excused - excused / 3),
            reason("other-duty", excused / 3),
        ],
        preempted: 0,
        target,
        reached: sum(people, |person| !person.excused && !person.dead),
        acknowledged: sum(people, |person| person.acked.is_some()),
        declined: vec![
            reason("medical", declined / 2),
            reason("out-of-town", declined - declined / 2),
        ],
        ack_p50_ms: acked.get(acked.len() / 2).copied(),
        ack_p90_ms: nine.checked_sub(1).and_then(|place| acked.get(place)).copied(),
        ack_max_ms: acked.last().copied(),
        departed: sum(people, |person| person.departed.is_some()),
        arrived: by(120),
        assembled_15: by(15),
        assembled_30: by(30),
        assembled_60: by(60),
        on_time: by(30),
        late: by(120) - by(30),
        absent: target - by(120),
        take_overs: u32::from(people.len() > 200),
        dead_numbers: sum(people, |person| person.dead),
        escalations: sum(people, |person| person.acked.is_none_or(|at| at > 3 * MINUTE)),
    }
}

fn curve(people: &[&Person]) -> Vec<CurvePoint> {
    let mut at: Vec<u64> = people
        .iter()
        .flat_map(|person| [person.acked, person.departed, person.arrived])
        .flatten()
        .collect();
    at.sort_unstable();
    at.dedup();
    let until = |of: fn(&Person) -> Option<u64>, now| sum(people, |person| of(person).is_some_and(|at| at <= now));
    at.into_iter()
        .map(|now| CurvePoint {
            at_ms: now,
            acknowledged: until(|person| person.acked, now),
            departed: until(|person| person.departed, now),
            arrived: until(|person| person.arrived, now),
        })
        .collect()
}

fn bars(people: &[&Person]) -> Vec<Bar> {
    let last = people
        .iter()
        .filter_map(|person| person.acked)
        .max()
        .unwrap_or_default();
    (0..=last / 30_000)
        .map(|index| {
            let (from_ms, until_ms) = (index * 30_000, (index + 1) * 30_000);
            let of = |simulated| {
                sum(people, |person| {
                    person.simulated == simulated && person.acked.is_some_and(|at| (from_ms..until_ms).contains(&at))
                })
            };
            Bar {
                from_ms,
                until_ms,
                real: of(false),
                simulated: of(true),
            }
        })
        .collect()
}

fn units(people: &[Person]) -> Vec<UnitLine> {
    let line = |which: &dyn Fn(usize) -> bool| {
        let of: Vec<&Person> = people.iter().filter(|person| which(person.unit)).collect();
        let counts = counts(&of);
        UnitLine {
            real: sum(&of, |person| !person.simulated),
            simulated: sum(&of, |person| person.simulated),
            target: counts.target,
            reached: counts.reached,
            acknowledged: counts.acknowledged,
            ack_p90_ms: counts.ack_p90_ms,
            arrived: counts.arrived,
            on_time: counts.on_time,
            late: counts.late,
            absent: counts.absent,
            score: (counts.target >= 10).then(|| counts.arrived * 1000 / counts.target),
            ..UnitLine::default()
        }
    };
    let mut lines: Vec<UnitLine> = (0..10)
        .map(|unit| UnitLine {
            code: UNITS[unit].0.into(),
            name: UNITS[unit].1.into(),
            ..line(&|which| which == unit)
        })
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.score));
    for (rank, line) in (1..).zip(&mut lines) {
        line.rank = Some(rank);
    }
    lines.push(UnitLine {
        folded: 2,
        ..line(&|which| which >= 10)
    });
    lines
}

fn objective(number: u32, name: [&str; 2], metric: &str, target: Target, value: Option<u64>) -> Objective {
    let met = |value: u64| match target {
        Target::AtLeastPermille(share) => value >= share,
        Target::AtMostPermille(share) => value <= share,
        Target::AtMostMs(ms) => value <= ms,
    };
    let rating = match value.map(met) {
        Some(true) => "P",
        Some(false) => "S",
        None => "U",
    };
    Objective {
        number,
        name: name[0].into(),
        name_en: name[1].into(),
        metric: metric.into(),
        target,
        value,
        rating: rating.into(),
        weight: 20,
        score: Some(match rating {
            "P" => 1000,
            "S" => 800,
            _ => 0,
        }),
        ..Objective::default()
    }
}

fn objectives(all: &Counts) -> Vec<Objective> {
    let share = |count: u32| super::shown::share(count.into(), all.target.into());
    let mut objectives = vec![
        objective(
            1,
            ["5 分钟内九成回令", "Nine of ten acknowledge within 5 minutes"],
            "acknowledge-p90",
            Target::AtMostMs(5 * MINUTE),
            all.ack_p90_ms,
        ),
        objective(
            2,
            ["回令率不低于 95%", "At least 95% acknowledge"],
            "acknowledged",
            Target::AtLeastPermille(950),
            share(all.acknowledged),
        ),
        objective(
            3,
            ["30 分钟内集结过半", "Half assemble within 30 minutes"],
            "assembled",
            Target::AtLeastPermille(500),
            share(all.assembled_30),
        ),
        objective(
            4,
            ["60 分钟内集结九成", "Nine of ten assemble within 60 minutes"],
            "assembled",
            Target::AtLeastPermille(900),
            share(all.assembled_60),
        ),
        objective(
            5,
            ["不能到场不超过 5%", "At most 5% decline"],
            "declined",
            Target::AtMostPermille(50),
            super::shown::share_up(
                all.declined.iter().map(|reason| u64::from(reason.people)).sum(),
                all.target.into(),
            ),
        ),
        objective(
            6,
            ["导调完成八成", "Four of five injects are done"],
            "injects-done",
            Target::AtLeastPermille(800),
            Some(500),
        ),
        objective(7, ["按时率", "On time"], "on-time", Target::AtLeastPermille(800), None),
    ];
    (objectives[2].within_ms, objectives[3].within_ms) = (30 * MINUTE, 60 * MINUTE);
    let last = &mut objectives[6];
    (last.rating, last.not_assessed, last.score) = (String::new(), "aborted".into(), None);
    objectives
}

fn injects() -> Vec<Inject> {
    let inject = |number, planned: u64, actual: Option<u64>, from: &str, to: &str, channel: &str| Inject {
        number,
        trigger: "after".into(),
        planned_ms: Some(planned * 1000),
        actual_ms: actual.map(|at| at * 1000),
        from: from.into(),
        to: to.into(),
        channel: channel.into(),
        ..Inject::default()
    };
    let mut injects = vec![
        inject(1, 300, Some(312), "市气象台", "district-commander", "电话"),
        inject(2, 900, Some(905), "西江大堤巡查组", "district-commander", "对讲机"),
        inject(3, 1500, Some(1560), "区水利局", "all", "政务微信"),
        inject(4, 0, Some(2100), "导调组", "district-commander", "任务卡"),
        inject(5, 2700, Some(2712), "荷城街道", "district-commander", "电话"),
        inject(6, 3600, None, "市应急局", "district-commander", "传真"),
    ];
    let texts = [
        (
            "台风暴雨预警升级为红色，未来三小时我区有特大暴雨。",
            "响应升至 Ⅰ 级",
            "done",
            Some(240),
        ),
        (
            "西江大堤荷城段 3 号桩出现管涌，请派人处置。",
            "下达增援指令",
            "done",
            Some(410),
        ),
        (
            "水位超警戒 0.8 米，要求各单位报告在岗人数。",
            "报送情况报告",
            "partly",
            Some(1010),
        ),
        ("区总指挥突发疾病，无法继续履职。", "指挥权移交 B 角", "not-done", None),
        ("辖区两个村失联，请求支援。", "请求增援", "unjudged", None),
        ("询问转移安置情况。", "报送情况报告", "not-given", None),
    ];
    for (inject, (text, expected, verdict, took)) in injects.iter_mut().zip(texts) {
        inject.text = text.into();
        inject.expected = expected.into();
        inject.verdict = verdict.into();
        inject.took_ms = took.map(|seconds| seconds * 1000);
        inject.within_ms = Some(10 * MINUTE);
        inject.objective = 6;
    }
    let by_share = &mut injects[3];
    (by_share.trigger, by_share.trigger_value, by_share.planned_ms) = ("acknowledged".into(), 80, None);
    injects[3].note = "B 角未接电话，第三次呼叫后由值班员代转。".into();
    injects
}

fn observation(text: &str, cause: &str, role: &str) -> Observation {
    Observation {
        text: text.into(),
        cause: cause.into(),
        role: role.into(),
    }
}

fn staff(role: &str, person: &str) -> Staff {
    Staff {
        role: role.into(),
        person: person.into(),
    }
}

fn action(id: &str, issue: &str, cause: &str, owner: &str, status: &str) -> Action {
    Action {
        id: id.into(),
        issue: issue.into(),
        cause: cause.into(),
        owner: owner.into(),
        due: "2026-11-15".into(),
        evidence: if status == "verified" {
            "2026 年 10 月抽查记录（C12），三次均在 2 分钟内接通".into()
        } else {
            String::new()
        },
        status: status.into(),
    }
}

/// What people saw, and what is done about it.
fn observed() -> Model {
    Model {
        problems: vec![
            observation(
                "更合镇部分队员收到指令后 10 分钟以上才回令。",
                "夜间手机静音，值班员未按叫应阶梯逐级电话叫应。",
                "evaluator",
            ),
            observation(
                "区总指挥“突发疾病”后，B 角 17 分钟未接替。",
                "B 角号码已更换，花名册未更新。",
                "controller",
            ),
            observation("区体育中心集结点照明不足，签到排队。", "", "player"),
        ],
        lessons: vec![observation(
            "叫应升级到单位值班室后回令明显加快，三级叫应应保持不超过 3 分钟一级。",
            "",
            "director",
        )],
        suggestions: vec![
            observation("每月核对一次 AB 角号码，并纳入抽查。", "", "evaluator"),
            observation("集结点增设移动照明和第二签到码。", "", "observer"),
        ],
        actions: vec![
            action("A1", "B 角失联", "号码更换未更新", "区应急管理局", "verified"),
            action(
                "A2",
                "夜间叫应不及时",
                "值班员不熟悉叫应阶梯",
                "更合镇人民政府",
                "reported",
            ),
            action("A3", "集结点照明不足", "未列入装备清单", "区文化广电旅游体育局", "open"),
        ],
        ..Model::default()
    }
}

/// A night call-out as it would be.
pub(crate) fn sample() -> Model {
    let people = people();
    let all: Vec<&Person> = people.iter().collect();
    let (simulated, real): (Vec<&Person>, Vec<&Person>) = people.iter().partition(|person| person.simulated);
    let figures = Figures {
        all: counts(&all),
        real: counts(&real),
        simulated: counts(&simulated),
    };
    let participants = UNITS.iter().enumerate().map(|(unit, (code, name, _))| Participant {
        code: (*code).into(),
        name: (*name).into(),
        teams: 1,
        real: sum(&real, |person| person.unit == unit),
        simulated: sum(&simulated, |person| person.unit == unit),
    });
    let earlier = |run: &str, days: i64, score, conclusion: &str, arrived| EarlierRun {
        run: run.into(),
        scenario_version: 0,
        started_unix_ms: BEGAN - days * 86_400_000,
        target: 371,
        acknowledged: 340,
        ack_p90_ms: (arrived > 300).then_some(612_345),
        arrived,
        score: Some(score),
        conclusion: conclusion.into(),
    };
    Model {
        run: "Y3".into(),
        exercise: Exercise,
        scenario: Scenario {
            code: "night-call-out".into(),
            version: 2,
            name: "夜间拉动".into(),
            name_en: "Night call-out".into(),
            purpose: "检验各单位应急队伍在夜间不打招呼情况下的回令和集结能力，检验 AB 角接替和叫应升级是否有效。"
                .into(),
            outline: "凌晨向区级机关应急队和各镇街应急队下达集结指令，5 分钟内回令，30 分钟内到指定集结点报到。\n\
                      期间导调组投放 6 条导调信息，检验研判、升级、移交和信息报送。"
                .into(),
            kind: "muster".into(),
            content: "comprehensive".into(),
            notice: "none".into(),
            plan: "flood".into(),
            level: 2,
        },
        unit: Unit {
            code: "440608".into(),
            name: "佛山市高明区".into(),
        },
        place: "西江大堤荷城段集结点、区体育中心集结点".into(),
        director: "P7".into(),
        staff: vec![staff("controller", "P12"), staff("evaluator", "P31")],
        ladder_steps: 2,
        first_notified_ms: Some(1_200),
        last_notified_ms: Some(41_000),
        elapsed_ms: 75 * MINUTE,
        trend: "worse".into(),
        zone: "Asia/Shanghai".into(),
        started_unix_ms: BEGAN,
        ended_unix_ms: BEGAN + 78 * 60_000,
        paused_ms: 3 * MINUTE,
        window_ms: 120 * MINUTE,
        ended_by: "ended".into(),
        end_reason: "目标已检验完毕".into(),
        revision: 4711,
        made_unix_ms: BEGAN + 26 * 3_600_000,
        participants: participants.collect(),
        curve: curve(&all),
        acknowledgements: bars(&all),
        unit_min: 10,
        units: units(&people),
        objectives: objectives(&figures.all),
        figures,
        score: Some(783),
        conclusion: "fair".into(),
        earlier: vec![
            earlier("Y1", 180, 702, "fair", 298),
            earlier("Y2", 91, 816, "good", 322),
        ],
        injects: injects(),
        ..observed()
    }
}

/// People were only to answer, some of them simulated; it goes on.
pub(crate) fn call_out() -> Model {
    let mut model = sample();
    model.basis = "real".into();
    (model.answers_only, model.score, model.ended_unix_ms) = (true, None, 0);
    (model.ended_by, model.conclusion, model.trend) = Default::default();
    model.end_reason = String::new();
    model.objectives.truncate(2);
    for objective in &mut model.objectives {
        (objective.rating, objective.not_assessed, objective.score) = (String::new(), "running".into(), None);
    }
    for unit in &mut model.units {
        (unit.rank, unit.score) = (None, None);
    }
    // As the daemon's histogram has them: not all of the same length.
    let ends = [30, 60, 90, 120, 180, 300, 600, 900, 1800].map(|seconds| seconds * 1000);
    let mut from_ms = 0;
    let within = |bar: &Bar, from, until| bar.from_ms >= from && bar.until_ms <= until;
    let bars = ends.map(|until_ms| {
        let of = |count: fn(&Bar) -> u32| {
            let bars = model
                .acknowledgements
                .iter()
                .filter(|bar| within(bar, from_ms, until_ms));
            bars.map(count).sum()
        };
        let bar = Bar {
            from_ms,
            until_ms,
            real: of(|bar| bar.real),
            simulated: of(|bar| bar.simulated),
        };
        from_ms = until_ms;
        bar
    });
    model.acknowledgements = bars.to_vec();
    model.actions.clear();
    model
}

/// A tabletop: nobody was called, nothing is known but what it was.
pub(crate) fn nobody() -> Model {
    Model {
        run: "Y9".into(),
        zone: "Asia/Shanghai".into(),
        started_unix_ms: BEGAN,
        scenario: Scenario {
            code: "tabletop".into(),
            name: "桌面推演".into(),
            kind: "tabletop".into(),
            ..Scenario::default()
        },
        participants: vec![Participant {
            code: "440608".into(),
            name: "佛山市高明区".into(),
            ..Participant::default()
        }],
        // All there and all empty.
        curve: vec![CurvePoint::default()],
        acknowledgements: vec![Bar::default()],
        units: vec![UnitLine {
            name: "佛山市高明区".into(),
            ..UnitLine::default()
        }],
        objectives: vec![Objective {
            number: 1,
            not_assessed: "nobody-called".into(),
            ..Objective::default()
        }],
        injects: vec![Inject {
            number: 1,
            trigger: "by-hand".into(),
            ..Inject::default()
        }],
        ..Model::default()
    }
}

/// One unit of five people, who all did everything in the same instant; taken by a real order.
pub(crate) fn one_unit() -> Model {
    let counts = Counts {
        called: 7,
        preempted: 2,
        target: 5,
        reached: 5,
        acknowledged: 5,
        departed: 5,
        arrived: 5,
        assembled_15: 5,
        assembled_30: 5,
        assembled_60: 5,
        on_time: 5,
        ack_p50_ms: Some(0),
        ack_p90_ms: Some(0),
        ack_max_ms: Some(0),
        ..Counts::default()
    };
    let mut model = nobody();
    model.scenario = sample().scenario;
    model.curve = vec![CurvePoint {
        at_ms: 0,
        acknowledged: 5,
        departed: 5,
        arrived: 5,
    }];
    model.acknowledgements = vec![Bar {
        from_ms: 0,
        until_ms: 1,
        real: 5,
        simulated: 0,
    }];
    model.units = vec![UnitLine {
        rank: Some(1),
        code: "440608107".into(),
        name: "杨和镇".into(),
        real: 5,
        target: 5,
        reached: 5,
        acknowledged: 5,
        ack_p90_ms: Some(0),
        arrived: 5,
        on_time: 5,
        score: Some(1000),
        ..UnitLine::default()
    }];
    model.objectives = objectives(&counts);
    model.figures = Figures {
        real: counts.clone(),
        all: counts,
        simulated: Counts::default(),
    };
    model.score = Some(1000);
    model.conclusion = "excellent".into();
    model.ended_by = "preempted".into();
    model.preemptions = vec![Preemption {
        at_unix_ms: BEGAN + 61_000,
        order: "O17".into(),
        people: 2,
    }];
    model
}

/// Every number as great as it can be.
pub(crate) fn huge() -> Model {
    let most = u32::MAX;
    let counts = Counts {
        called: most,
        excused: vec![
            ReasonCount {
                reason: "leave".into(),
                people: most,
            };
            3
        ],
        preempted: most,
        target: most,
        reached: most,
        acknowledged: most,
        declined: Vec::new(),
        ack_p50_ms: Some(u64::MAX),
        ack_p90_ms: Some(u64::MAX),
        ack_max_ms: Some(u64::MAX),
        departed: most,
        arrived: most,
        assembled_15: most,
        assembled_30: most,
        assembled_60: most,
        on_time: most,
        late: most,
        absent: most,
        take_overs: most,
        dead_numbers: most,
        escalations: most,
    };
    let mut model = sample();
    model.started_unix_ms = i64::MIN;
    model.ended_unix_ms = i64::MAX;
    (model.paused_ms, model.window_ms) = (u64::MAX, u64::MAX);
    model.figures = Figures {
        all: counts.clone(),
        real: counts.clone(),
        simulated: counts,
    };
    model.curve = (0..4)
        .map(|index| CurvePoint {
            at_ms: u64::MAX / 3 * index,
            acknowledged: most,
            departed: most,
            arrived: most,
        })
        .collect();
    model.acknowledgements = (0..200)
        .map(|index| Bar {
            from_ms: u64::MAX / 200 * index,
            until_ms: u64::MAX / 200 * (index + 1),
            real: most,
            simulated: most,
        })
        .collect();
    for unit in &mut model.units {
        (unit.real, unit.simulated, unit.target) = (most, most, most);
        (unit.reached, unit.acknowledged, unit.arrived) = (most, most, most);
        (unit.ack_p90_ms, unit.score, unit.rank) = (Some(u64::MAX), Some(most), Some(most));
    }
    for participant in &mut model.participants {
        (participant.real, participant.simulated) = (most, most);
    }
    for objective in &mut model.objectives {
        (objective.number, objective.weight, objective.value) = (most, most, Some(u64::MAX));
        objective.within_ms = u64::MAX;
    }
    for inject in &mut model.injects {
        (inject.planned_ms, inject.actual_ms) = (Some(u64::MAX), Some(u64::MAX));
        (inject.within_ms, inject.took_ms) = (Some(u64::MAX), Some(u64::MAX));
        (inject.number, inject.trigger_value) = (most, most);
    }
    model
}

/// Real people and simulated ones: scored by the real ones.
pub(crate) fn mixed() -> Model {
    let mut model = sample();
    model.basis = "real".into();
    model.objectives = objectives(&model.figures.real);
    model.actions.clear();
    model
}

/// A whole district: more units and injects than fit into one picture.
pub(crate) fn many() -> Model {
    let mut model = sample();
    let units = model.units.clone();
    model.units = (0..68)
        .map(|index| UnitLine {
            rank: Some(index + 1),
            name: format!("{}第{index}中队", units[index as usize % 10].name),
            ..units[index as usize % 10].clone()
        })
        .collect();
    let injects = model.injects.clone();
    model.injects = (0..45)
        .map(|index| Inject {
            number: index + 1,
            ..injects[index as usize % 6].clone()
        })
        .collect();
    model.objectives.extend(model.objectives.clone());
    model
}

/// All of them, with a name.
pub(crate) fn all() -> Vec<(&'static str, Model)> {
    vec![
        ("sample", sample()),
        ("nobody", nobody()),
        ("default", Model::default()),
        ("one_unit", one_unit()),
        ("huge", huge()),
        ("many", many()),
        ("mixed", mixed()),
    ]
}
