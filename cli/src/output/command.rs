//! The command tree (指挥体系) as people read it.

use baiying_proto::v1 as pb;

use super::duty::{loud, named, person};
use super::table::Sheet;
use crate::i18n::{Lang, tr, word};
use crate::ids::level_text;

/// How many nodes there are, and in how many of them nobody can act.
pub(crate) fn nodes(tree: &[pb::CommandUnit]) -> (usize, usize) {
    let nodes = || tree.iter().flat_map(|unit| &unit.commands);
    (nodes().count(), nodes().filter(|node| node.acting_id == 0).count())
}

/// A role, in words where it is one of the plans that ship.
pub(crate) fn role(lang: Lang, node: &pb::CommandNodeHolder) -> String {
    word(lang, "command_role", &node.role)
}

/// How far below the highest of the units shown one stands.
pub(crate) fn depth(tree: &[pb::CommandUnit], unit: &pb::CommandUnit) -> usize {
    let top = tree.iter().map(|unit| unit.depth).min().unwrap_or_default();
    // A depth that no tree has would fill the terminal with blanks.
    unit.depth.saturating_sub(top).min(16) as usize
}

/// Who commands; a mark where nobody does.
pub(crate) fn commander(lang: Lang, node: &pb::CommandNodeHolder) -> String {
    match node.commander_id {
        0 => loud(lang, &tr!(lang, "command.vacant")),
        id => named(id, &node.commander_masked_name),
    }
}

/// Who takes over.
pub(crate) fn backup(node: &pb::CommandNodeHolder) -> String {
    match node.backup_id {
        0 => String::new(),
        id => named(id, &node.backup_masked_name),
    }
}

/// Who acts; a mark where neither can.
pub(crate) fn acting(lang: Lang, node: &pb::CommandNodeHolder) -> String {
    match node.acting_id {
        0 => loud(lang, &tr!(lang, "duty.nobody_acts")),
        id => person(id),
    }
}

/// The tree, a row a node, units indented under those that command them.
pub(crate) fn tree(lang: Lang, tree: &[pb::CommandUnit]) -> String {
    if tree.is_empty() {
        return tr!(lang, "command.none") + "\n";
    }
    let columns = [
        "unit",
        "code",
        "level",
        "response",
        "command_role",
        "commanding",
        "backup",
        "acting_now",
    ];
    let mut sheet = Sheet::new(lang, &columns);
    for unit in tree {
        let mut about = [
            format!("{}{}", "  ".repeat(depth(tree, unit)), unit.unit_name),
            unit.unit_code.clone(),
            level_text(lang, unit.level),
            format!("R{}", unit.response_id),
        ];
        for node in &unit.commands {
            // Named once: what follows stands at the same unit.
            let [name, code, level, response] = std::mem::take(&mut about);
            sheet.row([
                name,
                code,
                level,
                response,
                role(lang, node),
                commander(lang, node),
                backup(node),
                acting(lang, node),
            ]);
        }
    }
    let (commands, vacant) = nodes(tree);
    let mut text = sheet.text();
    text.push_str(&tr!(lang, "command.count", units = tree.len(), commands = commands));
    if vacant > 0 {
        text.push_str(&tr!(lang, "command.count_vacant", vacant = vacant));
    }
    text.push('\n');
    text
}
