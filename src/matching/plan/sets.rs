//! Openings that belong together, by union and find.

use super::ids::{at, short};
use super::instance::Opening;

/// Disjoint sets of openings.
pub(super) struct Sets {
    parent: Vec<Opening>,
}

impl Sets {
    pub(super) fn new(count: usize) -> Self {
        Self {
            parent: (0..short(count)).collect(),
        }
    }

    pub(super) fn root(&mut self, mut opening: Opening) -> Opening {
        while self.parent[at(opening)] != opening {
            let above = self.parent[at(self.parent[at(opening)])];
            self.parent[at(opening)] = above;
            opening = above;
        }
        opening
    }

    /// Unites the sets of two openings and gives the root, always the lesser number.
    pub(super) fn join(&mut self, a: Opening, b: Opening) -> Opening {
        let (a, b) = (self.root(a), self.root(b));
        let (root, other) = (a.min(b), a.max(b));
        self.parent[at(other)] = root;
        root
    }
}
