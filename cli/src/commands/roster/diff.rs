//! What an import changes, person by person; personal data masked by the daemon.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use crate::i18n::{Lang, find, tr, word};
use crate::output::table::Sheet as Table;

/// People shown on the terminal of each kind; the rest is in JSON.
const SHOWN: usize = 50;

/// As JSON, with the sheet and the row in it; null for who leaves.
pub(super) fn document(change: &pb::PersonChange, place: Option<(&str, u32)>) -> Value {
    let pb::PersonChange {
        row: _,
        person_id,
        kind,
        masked_name,
        fields,
    } = change;
    let fields: Vec<_> = fields
        .iter()
        .map(|change| {
            let pb::FieldChange { field, before, after } = change;
            json!({ "field": field, "before": before, "after": after })
        })
        .collect();
    json!({ "person_id": person_id, "kind": kind, "masked_name": masked_name, "sheet": place.map(|(sheet, _)| sheet),
        "row": place.map(|(_, row)| row), "fields": fields })
}

/// A table, at most [`SHOWN`] people of each kind.
pub(super) fn table(lang: Lang, changes: &[pb::PersonChange], place: impl Fn(u32) -> String) -> String {
    let mut text = String::new();
    if changes.is_empty() {
        return text;
    }
    let mut table = Table::new(lang, &["what", "person", "name", "place", "changes"]);
    let mut left_out = 0;
    for kind in ["added", "changed", "left"] {
        let of_kind: Vec<_> = changes.iter().filter(|change| change.kind == kind).collect();
        left_out += of_kind.len().saturating_sub(SHOWN);
        for change in of_kind.into_iter().take(SHOWN) {
            let id = if change.person_id == 0 {
                String::new()
            } else {
                format!("P{}", change.person_id)
            };
            table.row([
                word(lang, "change", &change.kind),
                id,
                change.masked_name.clone(),
                if change.row == 0 {
                    String::new()
                } else {
                    place(change.row)
                },
                if change.kind == "added" {
                    String::new()
                } else {
                    change
                        .fields
                        .iter()
                        .map(|change| field(lang, change))
                        .collect::<Vec<_>>()
                        .join("; ")
                },
            ]);
        }
    }
    text.push_str(&table.text());
    if left_out > 0 {
        text.push_str(&tr!(lang, "roster.more_changes", count = left_out));
        text.push('\n');
    }
    text
}

/// `联系电话 138****0001 → 139****0002`.
fn field(lang: Lang, change: &pb::FieldChange) -> String {
    let name = find(lang, &format!("roster.field.{}", change.field)).unwrap_or_else(|| change.field.clone());
    let shown = |value: &str| {
        if value.is_empty() {
            "–".to_owned()
        } else {
            word(lang, &change.field, value)
        }
    };
    format!("{name} {} → {}", shown(&change.before), shown(&change.after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_field_by_field() {
        let change = |person_id, kind: &str, fields: &[(&str, &str, &str)]| pb::PersonChange {
            row: person_id,
            person_id,
            kind: kind.into(),
            masked_name: "张*".into(),
            fields: fields
                .iter()
                .map(|(field, before, after)| pb::FieldChange {
                    field: (*field).into(),
                    before: (*before).into(),
                    after: (*after).into(),
                })
                .collect(),
        };
        let changes = [
            change(0, "added", &[]),
            change(
                2,
                "changed",
                &[("phone", "", "138****0001"), ("standing", "on-post", "retired")],
            ),
            change(3, "left", &[]),
        ];
        let text = table(Lang::ZhCn, &changes, |row| format!("第 {row} 行"));
        assert!(
            text.contains("联系电话 – → 138****0001; 在岗情况 在岗 → 退休"),
            "{text}"
        );
        let many = vec![change(0, "added", &[]); 60];
        assert!(
            table(Lang::En, &many, |_| String::new()).contains("10"),
            "those left out are counted"
        );
        let document = document(&changes[1], Some(("水利局", 4)));
        assert_eq!(document["fields"][0]["after"], "138****0001");
        assert_eq!((&document["sheet"], &document["row"]), (&json!("水利局"), &json!(4)));
    }
}
