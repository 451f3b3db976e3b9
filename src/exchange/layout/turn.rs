//! Tables whose records do not stand in rows, laid out anew so that they do.
//!
//! Duty: where the columns are named after places or periods and the rows after figures, and where every figure has a row
//! of its own with its name and unit, the same cells are put into rows and columns as any other table has them; each
//! knows where it stands on the sheet. Inputs: a table whose rows are told apart. Outputs: the table as it is read.
//! Neighbours: `layout` asks; everything after it reads the table laid out anew, and says what it finds at the cell
//! where it stands.

mod across;
mod long;

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use super::words::{self, Headings};
use super::{Column, FoundTable, Row, RowPart, rows, suspects};
use crate::exchange::book::{BookSheet, Cell, Grid};
use crate::exchange::text::{Known, bare, fold};
use crate::value::{Text, unit};

/// How a table stands on its sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// Places or periods stand across, figures down.
    Across,
    /// Every figure has a row of its own, with its name beside it.
    Long,
}

/// A table laid out anew.
#[derive(Debug)]
pub struct Turned {
    /// How it stands on its sheet.
    pub(super) how: Turn,
    /// Its cells as they are read.
    pub(super) sheet: BookSheet,
    /// Where each of them stands on the sheet.
    cells: HashMap<(u32, u32), (u32, u32)>,
    /// The rows of the sheet.
    pub(super) rows: Vec<Row>,
    /// First and last row of the header on the sheet.
    pub(super) header_rows: (u32, u32),
}

impl Turned {
    /// Where a cell stands on the sheet.
    pub(super) fn cell(&self, row: u32, column: u32) -> (u32, u32) {
        let whole = || self.cells.get(&(row, 0)).or_else(|| self.cells.get(&(0, column)));
        self.cells.get(&(row, column)).or_else(whole).copied().unwrap_or((row, column))
    }
}

/// The table as its records stand, when they do not stand in its rows.
pub(super) fn turned(known: &Headings, sheet: &BookSheet, table: &FoundTable) -> Option<FoundTable> {
    let laid = across::lay(known, sheet, table).or_else(|| long::lay(known, sheet, table))?;
    Some(laid.finish(known, sheet, table))
}

/// Cells being laid out: the header is row 0.
struct Laid {
    how: Turn,
    cells: Vec<(u32, u32, Cell)>,
    from: HashMap<(u32, u32), (u32, u32)>,
    header: Vec<Column>,
    rows: Vec<Row>,
    /// Columns that may be sums of others, by the row of the sheet.
    doubted: Vec<(u32, u32)>,
    /// Names that were taken for places, and nobody knows them.
    guessed: Vec<String>,
}

impl Laid {
    fn new(how: Turn) -> Self {
        let (cells, from) = (Vec::new(), HashMap::new());
        Self {
            how,
            cells,
            from,
            header: Vec::new(),
            rows: Vec::new(),
            doubted: Vec::new(),
            guessed: Vec::new(),
        }
    }

    fn put(&mut self, at: (u32, u32), cell: Cell, from: (u32, u32)) {
        self.from.insert(at, from);
        self.cells.push((at.0, at.1, cell));
    }

    /// A column with its heading, called after where that stands.
    fn column(&mut self, heading: String, name: String, from: (u32, u32)) -> u32 {
        let index = u32::try_from(self.header.len()).unwrap_or(u32::MAX);
        self.put((0, index), Cell::Text(Text::from(heading.as_str())), from);
        let unit = words::unit_in(&heading);
        let period = words::period_in(&heading);
        self.header.push(Column {
            index,
            letters: name,
            heading,
            unit,
            period,
            numeric: false,
            hidden: false,
        });
        index
    }

    fn row(&mut self, kind: RowPart, hidden: bool) -> u32 {
        let index = u32::try_from(self.rows.len()).unwrap_or(u32::MAX).saturating_add(1);
        self.rows.push(Row { index, kind, hidden });
        index
    }

    fn finish(mut self, known: &Headings, sheet: &BookSheet, table: &FoundTable) -> FoundTable {
        let grid = Grid::of(std::mem::take(&mut self.cells));
        for column in &mut self.header {
            let cells = self.rows.iter().map(|r| grid.get(r.index, column.index));
            column.numeric = rows::mostly(cells);
        }
        let laid = BookSheet { grid, hidden_rows: Vec::new(), hidden_columns: Vec::new(), ..sheet.clone() };
        let turned = Turned {
            how: self.how,
            sheet: laid,
            cells: self.from,
            rows: table.rows.clone(),
            header_rows: table.header_rows,
        };
        let turned = Arc::new(turned);
        let mut made = FoundTable {
            header: self.header,
            rows: self.rows,
            header_rows: (1, 1),
            suspects: Vec::new(),
            guessed: self.guessed,
            turned: Some(Arc::clone(&turned)),
            ..table.clone()
        };
        made.periods_of_columns();
        suspects::find(known, &turned.sheet, &mut made);
        for (row, column) in self.doubted {
            let doubted = table.suspects.iter().find(|s| s.row == row).cloned();
            made.suspects.extend(doubted.map(|s| suspects::Suspect { column: Some(column), ..s }));
        }
        made
    }
}

/// 单位, 计量单位 over cells that are units.
fn is_unit_column(sheet: &BookSheet, table: &FoundTable, column: &Column) -> bool {
    // Few columns are called so, and only their cells are looked at.
    if !bare(&fold(&column.heading)).ends_with("单位") {
        return false;
    }
    let judged = Known::default();
    let (mut said, mut units) = (0usize, 0usize);
    for text in data(table).filter_map(|r| sheet.grid.seen(r, column.index).text()) {
        said += 1;
        units += usize::from(judged.of(text, |text| unit::find(text).is_some()));
    }
    units > 0 && units * 2 > said
}

/// Rows with data, and rows that sum them.
fn data(table: &FoundTable) -> impl Iterator<Item = u32> {
    let counts =
        |r: &&Row| matches!(r.kind, RowPart::Data | RowPart::OfWhich | RowPart::Subtotal | RowPart::Total);
    table.rows.iter().filter(counts).map(|r| r.index)
}

/// 一、收入, （二）支出, 3.管理费用: without the number in front.
fn unnumbered(label: &str) -> String {
    let folded = fold(label);
    let ordinal = |n: &str| {
        !n.is_empty()
            && n.chars().count() <= 3
            && n.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
    };
    let rest = match folded.strip_prefix('(').and_then(|t| t.split_once(')')) {
        Some((n, rest)) if ordinal(n) => Some(rest),
        _ => folded.split_once(['、', '.']).filter(|(n, _)| ordinal(n)).map(|(_, rest)| rest),
    };
    rest.map(|r| r.trim_start_matches(['、', '.'])).filter(|r| !r.is_empty()).unwrap_or(&folded).to_owned()
}

/// The heading of a figure with the unit that stands beside it.
fn with_unit(name: &str, said: Option<&str>) -> String {
    match said.map(str::trim).filter(|u| unit::find(u).is_some()) {
        Some(unit) if words::unit_in(name).is_none() => format!("{name}（{unit}）"),
        _ => name.to_owned(),
    }
}
