//! A sheet as its reader goes through it.
//!
//! Duty: what every reader gathers of a sheet, whatever the format, and how a [`BookSheet`] is made of it. Inputs: cells,
//! merged areas, hidden rows and columns in any order. Outputs: the sheet, within the budget. Neighbours: the readers of
//! each format know where these stand in a file; `grid` keeps the cells.

use super::grid::{Area, Builder};
use super::{BookError, BookSheet, Budget};
use crate::value::{Text, order};

/// What was found of a sheet so far.
#[derive(Default)]
pub(super) struct Gathered {
    pub cells: Builder,
    pub merges: Vec<Area>,
    /// Perhaps more than once.
    pub hidden_rows: Vec<u32>,
    pub hidden_columns: Vec<u32>,
    /// Cells that have a format and no content.
    pub blanks: u64,
}

impl Gathered {
    /// The sheet of this name. `hidden`: by whoever made the file.
    pub fn sheet(self, name: &str, hidden: bool, budget: &mut Budget) -> Result<BookSheet, BookError> {
        budget.room(u64::from(self.cells.height()), name)?;
        let mut grid = self.cells.finish();
        grid.merge(self.merges, &mut |n| budget.room(n, name))?;
        Ok(BookSheet {
            name: Text::from(name),
            hidden,
            grid,
            hidden_rows: once_each(self.hidden_rows),
            hidden_columns: once_each(self.hidden_columns),
            blank_cells: self.blanks,
        })
    }
}

fn once_each(mut numbers: Vec<u32>) -> Vec<u32> {
    order::sort(&mut numbers);
    numbers.dedup();
    numbers
}
