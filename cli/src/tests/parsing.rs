//! Every command of the contract is understood, and slips are told in the user's language.

use std::ffi::OsString;

use crate::help;
use crate::i18n::Lang;

fn parse(line: &str) -> Result<crate::cli::Cli, clap::Error> {
    let args: Vec<OsString> = std::iter::once("baiying")
        .chain(line.split_whitespace())
        .map(OsString::from)
        .collect();
    help::parse(Lang::En, &args)
}

#[test]
fn clap_finds_nothing_wrong_with_the_shape() {
    use clap::CommandFactory;
    crate::cli::Cli::command().debug_assert();
}

#[test]
fn every_command_is_understood() {
    let lines = "
        org import divisions.csv
        org import divisions.csv --all-or-nothing --root 440608 --encoding gbk --report bad.csv
        org import divisions.csv --skip-bad
        org list --within 440608 --kind town --limit 5
        org show 440608
        muster import muster.csv
        muster list
        person import people.csv --skip-bad
        person list --unit 440608 --name 张三 --team T3
        person show P12 --unmask --purpose x
        person show P12,P13 --unmask --purpose x --approved-by b
        person verify P12 P13
        person disclosures --person P12 --limit 5
        roster import a.xlsx --unit 440608
        roster import a.csv --unit 440608 --dry-run --skip-bad --report b.xlsx --sheet 名单 --no-teams --encoding gbk
        roster template a.xlsx --unit 440608
        roster template a.xlsx
        roster export a.csv --unit 440608
        roster export a.xlsx --unit 440608 --unmask --purpose x --approved-by b
        team import teams.csv
        team list
        response activate --plan flood --level 2 --scope 440608106,440608107
        response activate --plan flood --level Ⅱ --event E --jurisdiction 440608 --reason r --basis b --call-out --muster M1 --text t --ack-within 5m --arrive-within 60m --request-id x
        response activate --plan flood --level 2 --requested-by P12 --approved-by 3 --by-plan --muster M1,M2
        response activate --plan flood --level 4 --requested-by P12 --provisional --by-plan
        response rehearse --plan flood --level 2 --scope 440608106 --requested-by P12 --approved-by P3 --call-out --muster M1 --text t
        response request --plan flood --level 2 --scope 440608106 --event E --jurisdiction 440608 --basis b --requested-by P12 --reason r
        response approve R1 --by P3 --by-plan
        response approve R1 --by P3 --call-out --muster M1 --text t --ack-within 5m --arrive-within 60m
        response reject R1 --by P3 --reason r
        response confirm R1 --by P3
        response escalate R1 --level 2 --reason r --requested-by P12 --approved-by P3 --by-plan --muster M1 M2
        response de-escalate R1 --level 3 --reason r --approved-by P3 --by-plan
        command tree
        command tree --unit 440608106 --response R1 --at r1234 --limit 5
        command hand-over R1 440608106 --to P15 --reason r --role town-commander
        command export --format 203 --response R1 --out a.html
        command export --format 207 --unit 440608106 --at r12
        response escalate R1 --level 1 --reason r --scope 440608
        response de-escalate r1 --level 3 --reason r
        response terminate 1 --reason r --yes
        response show R1
        response list --active
        order issue --response R1 --team T1 T2 --unit 440608106 --person P1,P2 --call-out --muster M1 --ack-within 5m --arrive-within 60m --grace 30m --no-ladder --duty command --sign-off 后勤 --reassign --text t
        order issue --response 1 --team T1 --muster M1 M2 --ack-by 2026-07-01T08:00 --arrive-by 2026-07-01T08:00:00+08:00 --ladder 1m:repeat,2m:deputy --text t
        order show O1
        order watch o1
        order list --response R1 --open
        order rows O1 --bucket absent --unit 440608106
        order supersede O1 --text t --muster M1
        order cancel O1 --reason r
        order close O1
        order release O1 --all
        order release O1 --person P1 P2
        order sign-off O1 --name 后勤
        order attempt O1 --person P1 P2 --number 1
        field receive --lead P1 --once --cursor 5
        field ack O1 --all --lead P1
        field ack O1 --person P1,P2 --own
        field ack O1 --person P1 --desk
        field decline O1 --person P2 --reason other-duty --note n --lead P1
        field depart O1 --all --lead P1
        field check-in O1 --muster M1 --person P1 P2 --lead P1
        field check-in O1 --muster M1 --all --lead P1 --offline --queue /tmp/q
        field check-in O1 --muster M1 --file list.csv --lead P1
        field check-in O1 --muster M1 --person P1 --own --code 1234
        field enroll --lead P1 --renew
        field sync
        field sync --lead P1
        field queue
        leave request --person P1 --reason medical --from 2026-07-01T08:00 --until 2026-07-02T08:00
        leave approve L1
        leave deny L1
        leave list --status pending --order O1
        board
        board --unit 440608 --response R1 --order O1 --watch
        events --since 0 --limit 5
        status --state-hash
        completions bash
        --server unix:/run/b.sock --admin http://x:1 --lang en --output json --actor a --timeout 5s status
        status -o json -y
        calendar import days.csv --skip-bad
        calendar list --year 2026
        duty import duty.csv --dry-run
        duty rosters --unit 440608
        duty on
        duty on --unit 440608-A01 --at 2026-10-01T20:00
        duty shifts --unit 440608-A01 --from 2026-10-01 --until 2026年10月7日
        duty shifts --person P12 --from 2026-10-01T08:00:00+08:00
        duty check --unit 440608 --from 2026-01-01 --days 400
        duty export --unit 440608-A01 --from 2026-01-01 --until 2026-12-31 值班.ics
        duty export x.xlsx --person P12 --every 1h
        duty stand-in set --unit U --position lead --person P1 --instead-of P2 --from 2026-10-01T08:00 --until 2026-10-01T20:00 --reason r
        duty stand-in end 3
        duty stand-in list --unit U
        duty swap request --person P1 --unit U --at 2026-10-01T12:00 --with P2
        duty swap request --person P1 --unit U --position lead --at 2026-10-01T12:00 --with P2 --return-at 2026-10-03T12:00 --return-unit V --return-position officer --reason r
        duty swap consent 4 --person P2
        duty swap consent 4 --person P2 --refuse
        duty swap approve 4 --emergency
        duty swap deny 4
        duty swap list --unit U --status agreed
        duty sign-in --unit U --person P1
        duty sign-out --unit U --person P1
        duty backup set --unit U --post 值班室 --a P1 --b P2
        duty backup set --unit U --post 值班室 --give-up
        duty backup list --unit U --at 2026-10-01T12:00
        team quota
        team quota --unit U --at 2026/10/1
        team count set --unit U --percent 25% --counted --joint V --basis b
        team count set --unit U --not-counted --basis b
        team exclude P12 --reason maternity --from 2026-10-01 --until 2027-03-31 --approved-by P3
        team exclude-end 5
        team exclusions --unit U --at 2026-10-01
        team waive --unit U --reason r --until 2026-12-31 --approved-by P3
        team waive-end --unit U
        team select --unit U --seed 7 --size 12 --skill boat --skill medic,driver --at 2026-10-01 --reasons
        team approve --unit U --seed 7 --skill boat --proposal ab12 --team AG-1";
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Err(error) = parse(line) {
            panic!("{line}\n{error}");
        }
    }
}

#[test]
fn slips_are_told_with_value_and_next_step() {
    let lines = [
        "order show R7",
        "order show",
        "order shwo O7",
        "order issue --response R1 --team T1 --muster M1 --text t --ack-within 5",
        "order issue --response R1 --team T1 --text t",
        "org import a.csv --skip-bad --all-or-nothing",
        "person show P12 --purpose x",
        "roster import a.xlsx",
        "roster export a.xlsx --unit 440608 --unmask",
        "field ack O1 --all",
        "field ack O1 --all --lead P1 --own",
        "field ack O1 --lead P1",
        "board --unti 440608",
        "order attempt O1 --person P1 --number 0",
        "status --server ftp://x",
        "duty shifts --from 2026-10-01",
        "duty shifts --unit U --from 10月1日",
        "duty export --unit U duty.xls",
        "duty export --unit U duty.ics --every 5s",
        "duty stand-in set --unit U --position boss --person P1 --from 2026-10-01T08:00 --until 2026-10-01T20:00 --reason r",
        "duty swap request --person P1 --unit U --at 2026-10-01T12:00 --with P2 --return-unit V",
        "duty backup set --unit U --post x --a P1",
        "team count set --unit U --percent 19 --counted --basis b",
        "team count set --unit U --basis b",
        "team exclude P12 --reason flu --approved-by P3",
        "team select --unit U --seed x",
        "response activate --plan flood --level 2 --by-plan --call-out --muster M1 --text t",
        "response activate --plan flood --level 2 --requested-by T3",
        "response activate --plan flood --level 2 --provisional",
        "response approve R1",
        "response escalate R1 --level 2 --reason r --muster M1",
        "command export --format 205",
        "command hand-over R1 440608106 --to P15",
        "status --request-id \u{1b}[31m0123456789012345678901234567890123456789012345678901234567890123456789",
    ];
    let mut text = String::new();
    for line in lines {
        let error = parse(line).expect_err(line);
        text.push_str(&format!("$ {}\n", crate::text::line(line)));
        for lang in Lang::ALL {
            text.push_str(&format!("{}\n", help::describe(lang, &error)));
        }
    }
    assert!(!text.contains('\u{1b}'));
    insta::assert_snapshot!(text);
}
