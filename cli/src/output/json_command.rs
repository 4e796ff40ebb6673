//! The command tree as documents for programs: the same in every language.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

/// Every unit of a tree.
pub(crate) fn units(tree: &[pb::CommandUnit]) -> Vec<Value> {
    tree.iter().map(unit).collect()
}

/// The same with people by their ids only.
pub(crate) fn units_by_id(tree: &[pb::CommandUnit]) -> Vec<Value> {
    let mut units = units(tree);
    for node in units
        .iter_mut()
        .filter_map(|unit| unit["commands"].as_array_mut())
        .flatten()
    {
        if let Some(node) = node.as_object_mut() {
            node.remove("commander_masked_name");
            node.remove("backup_masked_name");
        }
    }
    units
}

fn unit(unit: &pb::CommandUnit) -> Value {
    let pb::CommandUnit {
        unit_code,
        unit_name,
        unit_kind,
        under_code,
        response_id,
        level,
        commands,
        depth,
    } = unit;
    json!({ "unit_code": unit_code, "unit_name": unit_name, "unit_kind": unit_kind, "under_code": under_code,
        "response_id": response_id, "level": level, "depth": depth,
        "commands": commands.iter().map(holder).collect::<Vec<_>>() })
}

fn holder(node: &pb::CommandNodeHolder) -> Value {
    let pb::CommandNodeHolder {
        role,
        post,
        commander_id,
        commander_masked_name,
        backup_id,
        backup_masked_name,
        acting_id,
    } = node;
    json!({ "role": role, "post": post, "commander_id": commander_id, "commander_masked_name": commander_masked_name,
        "backup_id": backup_id, "backup_masked_name": backup_masked_name, "acting_id": acting_id })
}
