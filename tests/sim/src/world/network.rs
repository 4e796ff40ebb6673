//! The network between clients and engines: loses, doubles, holds up and so reorders what it carries.

use super::{Happening, MINUTE, SECOND, World};
use crate::tally::Fault;

impl World {
    pub(super) fn send(&mut self, request: usize) {
        let faults = [Fault::RequestDropped, Fault::RequestDelayed, Fault::RequestDoubled];
        self.carry(request, faults, |world| {
            // Each copy goes its own way: two engines may decide on the same request.
            let up = (0..world.nodes.len()).filter(|node| world.nodes[*node].desk.is_some());
            Happening::Arrive(world.dice.any(up).unwrap_or(0), request)
        });
    }

    /// Carries something; `happening` is asked for each copy.
    pub(super) fn carry(
        &mut self,
        request: usize,
        [dropped, delayed, doubled]: [Fault; 3],
        happening: impl Fn(&mut Self) -> Happening,
    ) {
        if self.dice.per_mille(self.profile.drop) {
            return self.book.get_mut(request).meets(dropped);
        }
        for copy in 0..2 {
            if copy == 1 {
                if !self.dice.per_mille(self.profile.double) {
                    return;
                }
                self.book.get_mut(request).meets(doubled);
            }
            let happening = happening(self);
            if self.dice.per_mille(self.profile.delay) {
                self.book.get_mut(request).meets(delayed);
                let longest = if self.dice.percent(1) {
                    30 * 60 * MINUTE
                } else {
                    30 * MINUTE
                };
                self.after(5 * SECOND, longest, happening);
            } else {
                self.after(1, 400, happening);
            }
        }
    }

    pub(super) fn arrive(&mut self, node: usize, request: usize) {
        if self.nodes[node].desk.is_none() {
            return self.book.get_mut(request).meets(Fault::KilledWaiting);
        }
        self.nodes[node].queue.push_back(request);
        self.schedule(node);
    }

    pub(super) fn schedule(&mut self, node: usize) {
        if !std::mem::replace(&mut self.nodes[node].is_scheduled, true) {
            // An engine that syncs slowly finds many requests waiting.
            let longest = *self.dice.one(&[200, 200, 2 * MINUTE]);
            self.after(0, longest, Happening::Work(node));
        }
    }
}
