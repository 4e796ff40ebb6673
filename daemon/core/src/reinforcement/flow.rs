//! Minimum-cost maximum flow: as much as possible, and of all ways to do so the cheapest. Exact.
//!
//! Primal-dual: shortest paths with potentials (Dijkstra), then everything that fits along paths of that length (Dinic), until
//! nothing more does. Nodes and edges are taken in the order in which they were made, so that the same network has the same flow
//! on every machine.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// A node.
pub(super) type Node = usize;
/// An edge, as it was made.
pub(super) type EdgeId = usize;

struct Edge {
    to: Node,
    room: u32,
    cost: i64,
}

/// A network. Every second edge is the way back of the one before it.
#[derive(Default)]
pub(super) struct Network {
    edges: Vec<Edge>,
    out: Vec<Vec<EdgeId>>,
    potential: Vec<i64>,
}

impl Network {
    pub(super) fn node(&mut self) -> Node {
        self.out.push(Vec::new());
        self.out.len() - 1
    }

    /// Up to `room` can go from one node to another, each for `cost`, which is not negative.
    pub(super) fn edge(&mut self, from: Node, to: Node, room: u32, cost: i64) -> EdgeId {
        debug_assert!(cost >= 0, "paths are looked for by Dijkstra's rule");
        let id = self.edges.len();
        self.edges.push(Edge { to, room, cost });
        let (room, cost) = (0, -cost);
        self.edges.push(Edge { to: from, room, cost });
        self.out[from].push(id);
        self.out[to].push(id + 1);
        id
    }

    /// How much goes over an edge.
    pub(super) fn flow(&self, edge: EdgeId) -> u32 {
        self.edges[edge + 1].room
    }

    /// Sends as much as possible as cheaply as possible.
    pub(super) fn run(&mut self, source: Node, sink: Node) {
        self.potential = vec![0; self.out.len()];
        while self.shorten(source, sink) {
            loop {
                let levels = self.levels(source, sink);
                if levels[sink] == usize::MAX {
                    break;
                }
                let mut next = vec![0; self.out.len()];
                while self.push(source, sink, u32::MAX, &levels, &mut next) > 0 {}
            }
        }
    }

    fn reduced(&self, from: Node, edge: &Edge) -> i64 {
        edge.cost + self.potential[from] - self.potential[edge.to]
    }

    /// Moves the potentials so that the cheapest ways to the sink cost nothing; false if there is none.
    fn shorten(&mut self, source: Node, sink: Node) -> bool {
        let mut far = vec![i64::MAX; self.out.len()];
        let mut heap = BinaryHeap::from([Reverse((0, source))]);
        far[source] = 0;
        while let Some(Reverse((so_far, node))) = heap.pop() {
            if so_far > far[node] {
                continue;
            }
            if node == sink {
                break;
            }
            for id in &self.out[node] {
                let edge = &self.edges[*id];
                if edge.room == 0 {
                    continue;
                }
                let then = so_far + self.reduced(node, edge);
                if then < far[edge.to] {
                    far[edge.to] = then;
                    heap.push(Reverse((then, edge.to)));
                }
            }
        }
        let to_sink = far[sink];
        if to_sink == i64::MAX {
            return false;
        }
        for (potential, far) in self.potential.iter_mut().zip(far) {
            *potential += far.min(to_sink);
        }
        true
    }

    /// How many edges away from the source each node is, over edges that cost nothing now.
    fn levels(&self, source: Node, sink: Node) -> Vec<usize> {
        let mut levels = vec![usize::MAX; self.out.len()];
        let mut queue = VecDeque::from([source]);
        levels[source] = 0;
        while let Some(node) = queue.pop_front() {
            if node == sink {
                break;
            }
            for id in &self.out[node] {
                let edge = &self.edges[*id];
                if edge.room > 0 && levels[edge.to] == usize::MAX && self.reduced(node, edge) == 0 {
                    levels[edge.to] = levels[node] + 1;
                    queue.push_back(edge.to);
                }
            }
        }
        levels
    }

    /// One way to the sink, and how much went along it. A way is no longer than there are nodes.
    fn push(&mut self, node: Node, sink: Node, room: u32, levels: &[usize], next: &mut [usize]) -> u32 {
        if node == sink {
            return room;
        }
        while let Some(id) = self.out[node].get(next[node]).copied() {
            let edge = &self.edges[id];
            let (to, fits) = (edge.to, room.min(edge.room));
            let leads_on = levels[to] != usize::MAX && levels[to] == levels[node] + 1;
            if fits > 0 && leads_on && self.reduced(node, edge) == 0 {
                let sent = self.push(to, sink, fits, levels, next);
                if sent > 0 {
                    self.edges[id].room -= sent;
                    self.edges[id ^ 1].room += sent;
                    return sent;
                }
            }
            next[node] += 1;
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sends_all_it_can_and_takes_back_what_was_sent_the_wrong_way() {
        let mut network = Network::default();
        let [source, a, b, x, y, sink] = std::array::from_fn(|_| network.node());
        network.edge(source, a, 1, 0);
        network.edge(source, b, 1, 0);
        let cheap = network.edge(a, x, 1, 1);
        let dear = network.edge(a, y, 1, 5);
        let only = network.edge(b, x, 1, 2);
        network.edge(x, sink, 1, 0);
        network.edge(y, sink, 1, 0);
        network.run(source, sink);
        // The cheapest single way is a to x; to send two, a has to go to y.
        assert_eq!([cheap, dear, only].map(|edge| network.flow(edge)), [0, 1, 1]);
    }
}
