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
