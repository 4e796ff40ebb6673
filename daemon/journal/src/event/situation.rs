//! Situation reports and their clocks.

use baiying_core::event::Event;
use baiying_core::id::{ResponseId, Revision, Timestamp};
use baiying_core::response::Level;
use baiying_core::situation::{AnsweredClock, Clock, Numbers, ReportForm, ReportKind, Setting, SituationReport, Words};
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::{Word, id, instant, optional_instant, required, version, word};

word!(Clock = SituationClock { FirstPhone FirstWritten FollowUp Daily Zero Final });
word!(ReportKind = SituationReportKind { First FollowUp Daily Zero Final });
word!(ReportForm = SituationReportForm { Phone Written });

fn encode_settings(settings: &[Setting]) -> Vec<pb::SituationClockSetting> {
    let settings = settings.iter().map(|Setting { clock, due }| pb::SituationClockSetting {
        clock: clock.to_wire(),
        due_unix_ms: due.map(Timestamp::unix_ms),
    });
    settings.collect()
}

fn decode_settings(settings: Vec<pb::SituationClockSetting>) -> Result<Vec<Setting>, EventError> {
    let decode = |pb::SituationClockSetting { clock, due_unix_ms }| {
        Ok(Setting {
            clock: Clock::from_wire("situation.clock", clock)?,
            due: optional_instant("situation.due", due_unix_ms)?,
        })
    };
    settings.into_iter().map(decode).collect()
}

pub(super) fn encode_clocks(response: ResponseId, settings: &[Setting]) -> Kind {
    Kind::SituationClocksSet(pb::SituationClocksSet {
        response: response.0,
        settings: encode_settings(settings),
    })
}

pub(super) fn decode_clocks(message: pb::SituationClocksSet) -> Result<Event, EventError> {
    let pb::SituationClocksSet { response, settings } = message;
    Ok(Event::SituationClocksSet {
        response: id("situation.response", response)?,
        settings: decode_settings(settings)?,
    })
}

pub(super) fn encode_filed(response: ResponseId, report: &SituationReport, settings: &[Setting]) -> Kind {
    let SituationReport {
        seq,
        kind,
        form,
        number,
        received_at,
        event_at,
        words,
        amends,
        level,
        numbers,
        as_of,
        answered,
    } = report;
    let answered = answered
        .iter()
        .map(|AnsweredClock { clock, due, late }| pb::SituationAnswered {
            clock: clock.to_wire(),
            due_unix_ms: due.unix_ms(),
            late: *late,
        });
    Kind::SituationReportFiled(pb::SituationReportFiled {
        response: response.0,
        seq: *seq,
        kind: kind.to_wire(),
        form: form.to_wire(),
        number: *number,
        received_at_unix_ms: received_at.unix_ms(),
        event_at_unix_ms: event_at.map(Timestamp::unix_ms),
        words: Some(encode_words(words)),
        amends: *amends,
        level: level.to_wire(),
        numbers: Some(encode_numbers(numbers)),
        as_of: as_of.0,
        answered: answered.collect(),
        settings: encode_settings(settings),
    })
}

pub(super) fn decode_filed(message: pb::SituationReportFiled) -> Result<Event, EventError> {
    let pb::SituationReportFiled {
        response,
        seq,
        kind,
        form,
        number,
        received_at_unix_ms,
        event_at_unix_ms,
        words,
        amends,
        level,
        numbers,
        as_of,
        answered,
        settings,
    } = message;
    let decode = |pb::SituationAnswered {
                      clock,
                      due_unix_ms,
                      late,
                  }| {
        Ok(AnsweredClock {
            clock: Clock::from_wire("situation.clock", clock)?,
            due: instant("situation.due", due_unix_ms)?,
            late,
        })
    };
    let report = SituationReport {
        seq: version("situation.seq", seq)?,
        kind: ReportKind::from_wire("situation.kind", kind)?,
        form: ReportForm::from_wire("situation.form", form)?,
        number,
        received_at: instant("situation.received_at", received_at_unix_ms)?,
        event_at: optional_instant("situation.event_at", event_at_unix_ms)?,
        words: decode_words(required("situation.words", words)?),
        amends,
        level: Level::from_wire("situation.level", level)?,
        numbers: decode_numbers(required("situation.numbers", numbers)?),
        as_of: Revision(as_of),
        answered: answered.into_iter().map(decode).collect::<Result<_, EventError>>()?,
    };
    Ok(Event::SituationReportFiled {
        response: id("situation.response", response)?,
        report: Box::new(report),
        settings: decode_settings(settings)?,
    })
}

fn encode_words(words: &Words) -> pb::SituationWords {
    let Words {
        source,
        place,
        nature,
        scope,
        loss,
        trend,
        measures,
        requests,
    } = words;
    pb::SituationWords {
        source: source.to_string(),
        place: place.to_string(),
        nature: nature.to_string(),
        scope: scope.to_string(),
        loss: loss.to_string(),
        trend: trend.to_string(),
        measures: measures.to_string(),
        requests: requests.to_string(),
    }
}

fn decode_words(message: pb::SituationWords) -> Words {
    let pb::SituationWords {
        source,
        place,
        nature,
        scope,
        loss,
        trend,
        measures,
        requests,
    } = message;
    Words {
        source: source.into(),
        place: place.into(),
        nature: nature.into(),
        scope: scope.into(),
        loss: loss.into(),
        trend: trend.into(),
        measures: measures.into(),
        requests: requests.into(),
    }
}

fn encode_numbers(numbers: &Numbers) -> pb::SituationNumbers {
    let Numbers {
        due,
        present,
        en_route,
        excused,
        absent,
        unconfirmed,
        deployed,
        open_orders,
    } = *numbers;
    pb::SituationNumbers {
        due,
        present,
        en_route,
        excused,
        absent,
        unconfirmed,
        deployed,
        open_orders,
    }
}

fn decode_numbers(message: pb::SituationNumbers) -> Numbers {
    let pb::SituationNumbers {
        due,
        present,
        en_route,
        excused,
        absent,
        unconfirmed,
        deployed,
        open_orders,
    } = message;
    Numbers {
        due,
        present,
        en_route,
        excused,
        absent,
        unconfirmed,
        deployed,
        open_orders,
    }
}

pub(super) fn encode_missed(
    response: ResponseId,
    clock: Clock,
    due: Timestamp,
    times: u32,
    next: Option<Timestamp>,
) -> Kind {
    Kind::SituationReportMissed(pb::SituationReportMissed {
        response: response.0,
        clock: clock.to_wire(),
        due_unix_ms: due.unix_ms(),
        times,
        next_unix_ms: next.map(Timestamp::unix_ms),
    })
}

pub(super) fn decode_missed(message: pb::SituationReportMissed) -> Result<Event, EventError> {
    let pb::SituationReportMissed {
        response,
        clock,
        due_unix_ms,
        times,
        next_unix_ms,
    } = message;
    Ok(Event::SituationReportMissed {
        response: id("situation.response", response)?,
        clock: Clock::from_wire("situation.clock", clock)?,
        due: instant("situation.due", due_unix_ms)?,
        times,
        next: optional_instant("situation.next", next_unix_ms)?,
    })
}
