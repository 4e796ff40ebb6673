//! What kind of world a seed makes: some are quiet and long, some lose every tenth message, some kill an engine at every turn.

use crate::dice::Dice;

/// How often things go wrong, in a thousand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Profile {
    /// A message is lost.
    pub(crate) drop: u32,
    /// A message comes twice.
    pub(crate) double: u32,
    /// A message is held up: seconds to half an hour, sometimes more than a day.
    pub(crate) delay: u32,
    /// An engine is killed between two steps, or before it answers.
    pub(crate) kill: u32,
    /// An append goes wrong.
    pub(crate) append: u32,
    /// A second engine is started on the same journal.
    pub(crate) second: u32,
    /// A snapshot is taken.
    pub(crate) snapshot: u32,
    /// A snapshot is damaged, lost or somebody else's when an engine starts.
    pub(crate) damage: u32,
    /// A timer is late.
    pub(crate) late: u32,
    /// A client says something again that was settled long ago, or reuses a request id.
    pub(crate) again: u32,
    /// A lead goes out of reach.
    pub(crate) offline: u32,
    /// Something in a request is wrong, in a hundred.
    pub(crate) wrong: u32,
}

impl Profile {
    /// A world in which everything works: so every world ends, and everybody gets an answer.
    pub(crate) const CALM: Self = Self {
        drop: 0,
        double: 0,
        delay: 0,
        kill: 0,
        append: 0,
        second: 0,
        snapshot: 0,
        damage: 0,
        late: 0,
        again: 0,
        offline: 0,
        wrong: 0,
    };

    /// Draws one.
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let mut some = |choices: &[u32]| *dice.one(choices);
        Self {
            drop: some(&[0, 20, 100, 300]),
            double: some(&[0, 50, 200]),
            delay: some(&[0, 30, 150]),
            kill: some(&[0, 5, 20, 60]),
            append: some(&[0, 10, 50, 150]),
            second: some(&[0, 0, 10, 50]),
            snapshot: some(&[0, 20, 80]),
            damage: some(&[0, 200, 500]),
            late: some(&[0, 300, 900]),
            again: some(&[10, 50, 150]),
            offline: some(&[0, 50, 200]),
            wrong: some(&[2, 5, 15]),
        }
    }
}
