//! Errors name what failed, the value, and what to try; every reason has words.

use std::io;
use std::path::PathBuf;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use crate::client::Target;
use crate::error::{CliError, exit};
use crate::i18n::{Lang, find};

/// Reasons of the daemon's own commands and its start: `baiying` never gets them.
fn is_of_the_daemon_alone(reason: &str) -> bool {
    let own = [
        "BACKUP_DAMAGED",
        "LISTEN_NOT_LOCAL",
        "RESTORE_TARGET_NOT_EMPTY",
        "STATE_DIFFERS",
        "README",
    ];
    reason.starts_with("JOURNAL_") || own.contains(&reason)
}

/// Every reason has a page; every page but the daemon's own has words here.
#[test]
fn every_reason_has_words_and_a_next_step() {
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/docs/errors");
    let mut reasons = 0;
    for page in std::fs::read_dir(pages).unwrap() {
        let page = page.unwrap().path();
        let reason = page.file_stem().unwrap().to_string_lossy().into_owned();
        if is_of_the_daemon_alone(&reason) {
            continue;
        }
        reasons += 1;
        for lang in Lang::ALL {
            for part in ["what", "next"] {
                assert!(
                    find(lang, &format!("reason.{reason}.{part}")).is_some(),
                    "{lang:?} {reason} {part}"
                );
            }
        }
    }
    assert!(reasons > 40, "only {reasons} pages in {pages}");
}

fn server() -> Target {
    Target::parse("http://127.0.0.1:7440").unwrap()
}

fn refused(code: Code, message: &str, details: ErrorDetails) -> CliError {
    CliError::from_status(Status::with_error_details(code, message, details), &server())
}

#[test]
fn errors_as_people_read_them() {
    let mut unknown = ErrorDetails::with_error_info(
        "UNKNOWN_UNIT",
        "baiying",
        [("code".to_owned(), "4406\u{1b}[2J".to_owned())],
    );
    unknown.add_bad_request_violation("audience.unit_codes", "no such unit");
    let cases = [
        refused(Code::NotFound, "there is no unit with code \"4406\u{1b}[2J\"", unknown),
        refused(
            Code::Internal,
            "something of a newer daemon",
            ErrorDetails::with_error_info(
                "BRAND_NEW",
                "baiying",
                [("b".to_owned(), "2".to_owned()), ("a".to_owned(), "1".to_owned())],
            ),
        ),
        CliError::from_status(Status::permission_denied(""), &server()),
        CliError::from_status(Status::unavailable("stopping"), &server()).under("cli-1"),
        CliError::Usage("--offline".into()),
        CliError::Write {
            path: PathBuf::from("/x/报告.csv"),
            source: io::Error::other("disk full"),
        },
        CliError::internal(io::Error::other("broken")),
        CliError::Declined,
    ];
    let mut text = String::new();
    for error in &cases {
        text.push_str(&format!("--- exit {}\n", error.exit_code()));
        for lang in Lang::ALL {
            text.push_str(&format!("{}\n", error.describe(lang)));
        }
    }
    assert!(!text.contains('\u{1b}'), "hostile text reached the terminal");
    insta::assert_snapshot!(text);
}

#[test]
fn exit_codes_follow_the_kind() {
    let codes = |status: Status| CliError::from_status(status, &server()).exit_code();
    assert_eq!(codes(Status::unavailable("x")), exit::UNREACHABLE);
    assert_eq!(codes(Status::deadline_exceeded("x")), exit::UNREACHABLE);
    assert_eq!(codes(Status::failed_precondition("x")), exit::REFUSED);
    assert_eq!(codes(Status::resource_exhausted("x")), exit::REFUSED);
    assert_eq!(CliError::Stdout(io::ErrorKind::BrokenPipe.into()).exit_code(), exit::OK);
}
