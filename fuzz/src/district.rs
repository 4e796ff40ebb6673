//! The small district that the API targets begin with, and the requests that their first inputs are made of.

use baiying_proto::v1;
use bytes::Bytes;
use ed25519_dalek::SigningKey;
use prost::Message;

/// One call of the API.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its path.
    pub path: &'static str,
    /// Its messages; more than one only for streams.
    pub messages: Vec<Bytes>,
}

impl Call {
    /// A call with one message.
    pub fn of(path: &'static str, message: &impl Message) -> Self {
        Self {
            path,
            messages: vec![message.encode_to_vec().into()],
        }
    }
}

/// The key of the one device that is enrolled.
pub fn key() -> SigningKey {
    SigningKey::from_bytes(&[9; 32])
}

/// A context under this key.
pub fn context(request_id: &str) -> Option<v1::CommandContext> {
    Some(v1::CommandContext {
        request_id: request_id.to_owned(),
        actor: "desk".to_owned(),
    })
}

fn header(request_id: &str) -> Option<v1::ImportHeader> {
    Some(v1::ImportHeader {
        context: context(request_id),
        mode: v1::ImportMode::AllOrNothing.into(),
    })
}

/// An ID number that nobody can have, with its check digit.
pub fn id_number(number: u32) -> String {
    let digits = format!("99010119900101{number:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits
        .bytes()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("{digits}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

/// Units: a district, two agencies, a town with a village.
pub fn units() -> v1::ImportUnitsRequest {
    let rows = [
        ("D", "", "district"),
        ("A1", "D", "agency"),
        ("A2", "D", "agency"),
        ("T1", "D", "town"),
        ("V1", "T1", "village"),
    ];
    v1::ImportUnitsRequest {
        header: header("units"),
        rows: (2..)
            .zip(rows)
            .map(|(row, (code, parent, kind))| v1::UnitRow {
                row,
                code: code.into(),
                name: format!("unit {code}"),
                parent_code: parent.into(),
                kind: kind.into(),
            })
            .collect(),
    }
}

/// Twelve people: P1–P5 of A1, P6–P9 of A2, P10–P12 of V1.
pub fn people() -> v1::ImportPeopleRequest {
    v1::ImportPeopleRequest {
        header: header("people"),
        rows: (1..=12)
            .map(|number| v1::PersonRow {
                row: number + 1,
                id_number: id_number(number),
                name: format!("person {number}"),
                phone: format!("1390000{number:04}"),
                unit_code: ["A1", "A2", "V1"][(number > 5) as usize + (number > 9) as usize].into(),
                category: if number > 9 { "volunteer" } else { "staff" }.into(),
                ..v1::PersonRow::default()
            })
            .collect(),
        ..v1::ImportPeopleRequest::default()
    }
}

/// Two teams: AG1 = P1 (leads), P2 (deputy), P3, P4; VO1 = P10 (leads), P11.
pub fn teams() -> v1::ImportTeamsRequest {
    let rows = [
        ("AG1", "agency", "A1", "leader", "P1"),
        ("AG1", "agency", "A1", "deputy", "P2"),
        ("AG1", "agency", "A1", "member", "P3"),
        ("AG1", "agency", "A1", "member", "P4"),
        ("VO1", "volunteer", "V1", "leader", "P10"),
        ("VO1", "volunteer", "V1", "member", "P11"),
    ];
    v1::ImportTeamsRequest {
        header: header("teams"),
        rows: (2..)
            .zip(rows)
            .map(|(row, (team, kind, unit, role, person))| v1::TeamMemberRow {
                row,
                team_code: team.into(),
                team_name: format!("team {team}"),
                kind: kind.into(),
                unit_code: unit.into(),
                role: role.into(),
                person: person.into(),
            })
            .collect(),
    }
}

/// Two muster points.
pub fn points() -> v1::ImportMusterPointsRequest {
    v1::ImportMusterPointsRequest {
        header: header("points"),
        rows: (2..)
            .zip(["EAST", "WEST"])
            .map(|(row, code)| v1::MusterPointRow {
                row,
                code: code.into(),
                name: code.into(),
                unit_code: "T1".into(),
                check_in_code: format!("{code}1"),
                address: String::new(),
            })
            .collect(),
    }
}

/// Who holds the posts that may activate: P5 commands, P9 is the deputy.
pub fn posts() -> v1::ImportPostsRequest {
    v1::ImportPostsRequest {
        header: header("posts"),
        rows: (2..)
            .zip([("commander", "P5"), ("deputy-commander", "P9")])
            .map(|(row, (post, person))| v1::PostRow {
                row,
                unit_code: "D".into(),
                post: post.into(),
                role: String::new(),
                person: person.into(),
            })
            .collect(),
    }
}

/// The commander approves what the deputy asks for.
pub fn approval() -> Option<v1::Approval> {
    Some(v1::Approval {
        requested_by_id: 9,
        approved_by_id: 5,
    })
}

/// An order to the first muster point with every limit and a ladder.
pub fn draft(text: &str) -> v1::OrderDraft {
    let within = |ms| {
        Some(v1::Deadline {
            when: Some(v1::deadline::When::WithinMs(ms)),
        })
    };
    v1::OrderDraft {
        text: text.into(),
        muster_points: vec!["EAST".into()],
        acknowledge: within(300_000),
        arrive: within(1_800_000),
        grace_ms: Some(600_000),
        ladder: vec![v1::LadderStep {
            after_ms: 60_000,
            target: "team-leader".into(),
        }],
        sign_offs: vec!["logistics".into()],
        ..v1::OrderDraft::default()
    }
}

/// Activates a response with an order to everybody whom the plan calls out.
pub fn activate() -> v1::ActivateResponseRequest {
    v1::ActivateResponseRequest {
        context: context("activate"),
        plan: "flood".into(),
        level: 3,
        reason: "test".into(),
        order: Some(draft("to the dyke")),
        approval: approval(),
        ..v1::ActivateResponseRequest::default()
    }
}

/// Enrolls the device of P1.
pub fn enroll() -> v1::EnrollDeviceRequest {
    v1::EnrollDeviceRequest {
        context: context("enroll"),
        lead_id: 1,
        public_key: key().verifying_key().to_bytes().to_vec().into(),
    }
}

/// Starts an exercise of people who are simulated, because all are called for real.
pub fn exercise() -> v1::StartExerciseRequest {
    v1::StartExerciseRequest {
        context: context("exercise"),
        scenario: "night-call-out".into(),
        director_id: 1,
        simulated_unit_codes: vec!["D".into()],
        confirmation: "exercise night-call-out".into(),
        ..v1::StartExerciseRequest::default()
    }
}

/// What makes the district.
pub fn script(mut call: impl FnMut(&Call)) {
    call(&Call::of("/baiying.v1.OrgService/ImportUnits", &units()));
    call(&Call::of("/baiying.v1.RosterService/ImportPeople", &people()));
    call(&Call::of("/baiying.v1.RosterService/ImportTeams", &teams()));
    call(&Call::of("/baiying.v1.OrgService/ImportMusterPoints", &points()));
    call(&Call::of("/baiying.v1.PostService/ImportPosts", &posts()));
    call(&Call::of("/baiying.v1.ResponseService/ActivateResponse", &activate()));
    call(&Call::of("/baiying.v1.FieldService/EnrollDevice", &enroll()));
    call(&Call::of("/baiying.v1.ExerciseService/StartExercise", &exercise()));
}
