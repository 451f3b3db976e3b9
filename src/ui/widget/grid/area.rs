//! The cells that are selected: a block of rows and columns, counted in the order shown.

use std::ops::RangeInclusive;

/// A block of cells; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ui) struct Area {
    pub rows: RangeInclusive<usize>,
    pub columns: RangeInclusive<usize>,
}

impl Area {
    /// One cell.
    pub(in crate::ui) fn of((row, column): (usize, usize)) -> Self {
        Self { rows: row..=row, columns: column..=column }
    }

    pub(in crate::ui) fn contains(&self, (row, column): (usize, usize)) -> bool {
        self.rows.contains(&row) && self.columns.contains(&column)
    }
}

impl Area {
    /// The block that has these two cells at opposite corners.
    pub(super) fn between(a: (usize, usize), b: (usize, usize)) -> Self {
        Self { rows: a.0.min(b.0)..=a.0.max(b.0), columns: a.1.min(b.1)..=a.1.max(b.1) }
    }

    pub(in crate::ui) fn is_one_cell(&self) -> bool {
        self.rows.start() == self.rows.end() && self.columns.start() == self.columns.end()
    }

    /// How many cells.
    pub(in crate::ui) fn cells(&self) -> usize {
        (self.rows.end() - self.rows.start() + 1) * (self.columns.end() - self.columns.start() + 1)
    }
}
