//! Tests of branches: the life of one, its rules, and what happens to it when its people are moved.

mod laws;
mod life;
mod rules;
mod strength;

use super::*;
use crate::command::{Answer, Command};
use crate::import::ImportMode;
use crate::people::ImportPeople;
use crate::rejection::Rejection;
use crate::testing::{District, O1, R1, district, people, person_row};

const B1: BranchId = BranchId(1);
const B2: BranchId = BranchId(2);
const PARTY: &str = "party-member";

/// The district with agency staff in the Party: 1 to 7 and 9 to 12 full members, 8 and 13 probationers, 14 neither.
fn party_district() -> District {
    let mut district = district();
    district.accepts(roster((1..=14).map(|number| {
        let political = match number {
            8 | 13 => "probationary-member",
            14 => "other",
            _ => PARTY,
        };
        (number, political)
    })));
    district.fire();
    district
}

/// An import that says what people are in the Party.
fn roster(of: impl IntoIterator<Item = (u32, &'static str)>) -> Command {
    let row = |(number, political): (u32, &str)| {
        let (unit, residence) = if number <= 8 { ("A1", "") } else { ("A2", "V12") };
        let mut row = person_row(number, unit, residence, "staff");
        row.political = political.into();
        row
    };
    Command::ImportPeople(ImportPeople {
        mode: ImportMode::AllOrNothing,
        rows: of.into_iter().map(row).collect(),
        whole_roster_of: "".into(),
    })
}

/// In a typhoon, everybody of the agencies is called out, and these have arrived in the east.
fn deployed(there: impl IntoIterator<Item = u32>) -> District {
    let mut district = party_district();
    district.activate().issue(1..=14).check_in(O1, there);
    district
}

fn propose(who: impl IntoIterator<Item = u32>) -> Command {
    Command::ProposeBranch(ProposeBranch {
        response: R1,
        site: "MP-EAST".into(),
        front: "dyke".into(),
        name: "".into(),
        expected_days: 10,
        people: people(who),
        applicants: Vec::new(),
    })
}

fn officers(secretary: u32, deputy: u32, committee: impl IntoIterator<Item = u32>) -> Officers {
    Officers {
        secretary: PersonId(secretary),
        deputy: (deputy > 0).then_some(PersonId(deputy)),
        committee: people(committee),
    }
}

fn approve_as(branch: BranchId, unit: &str, officers: Officers) -> Command {
    Command::ApproveBranch(ApproveBranch {
        branch,
        unit_code: unit.into(),
        document: "荷党〔2026〕3号".into(),
        officers,
    })
}

fn approve(branch: BranchId, secretary: u32) -> Command {
    approve_as(branch, "T1", officers(secretary, 0, []))
}

fn appoint(branch: BranchId, officers: Officers) -> Command {
    Command::AppointOfficers(AppointOfficers {
        branch,
        unit_code: "D".into(),
        document: "荷党〔2026〕4号".into(),
        officers,
    })
}

fn join(branch: BranchId, who: impl IntoIterator<Item = u32>) -> Command {
    Command::JoinBranch(JoinBranch {
        branch,
        people: people(who),
        applicants: Vec::new(),
    })
}

fn leave(branch: BranchId, who: impl IntoIterator<Item = u32>) -> Command {
    let people = people(who);
    Command::LeaveBranch(LeaveBranch { branch, people })
}

fn merge(branch: BranchId, into: BranchId) -> Command {
    Command::MergeBranch(MergeBranch {
        branch,
        into,
        unit_code: "T1".into(),
        document: "".into(),
    })
}

fn convert(branch: BranchId) -> Command {
    Command::ConvertBranch(ConvertBranch {
        branch,
        unit_code: "T1".into(),
        document: "".into(),
    })
}

fn feedback(branch: BranchId, unit: &str, by: u32) -> Command {
    Command::IssueFeedback(IssueFeedback {
        branch,
        unit_code: unit.into(),
        written_by: PersonId(by),
        note: "always there, day and night".into(),
    })
}

fn dissolve(branch: BranchId, without_feedback: bool) -> Command {
    Command::DissolveBranch(DissolveBranch {
        branch,
        reason: "the water has fallen".into(),
        without_feedback,
    })
}

impl District {
    fn branch(&self, branch: BranchId) -> &Branch {
        self.state.branches.get(branch).expect("the branch")
    }
    fn branch_is(&mut self, branch: BranchId, status: BranchStatus) -> &mut Self {
        assert_eq!(self.branch(branch).status, status, "{branch}");
        self
    }
    fn branch_has(&mut self, branch: BranchId, who: &[u32]) -> &mut Self {
        let mut present: Vec<_> = self.branch(branch).present().map(|member| member.person.0).collect();
        present.sort_unstable();
        assert_eq!(present, who, "{branch}");
        self
    }
    fn warned(&self, branch: BranchId, minutes: i64) -> Vec<Warning> {
        let now = crate::testing::minute(minutes);
        warnings(&self.state, self.branch(branch), &self.policy.branch, now)
    }
}
