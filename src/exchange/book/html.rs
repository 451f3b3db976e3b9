//! Tables of a page: pasted from a browser or a sheet, or a page that a system calls .xls.

use super::budget::Budget;
use super::format;
use super::gathered::Gathered;
use super::grid::Area;
use super::strings::raised;
use super::xml::{self, name, unescape};
use super::{BookError, BookSheet, Cell, MOST_COLUMNS, MOST_ROWS};
use crate::value::Text;

#[derive(Default)]
struct Page {
    tables: Vec<Gathered>,
    depth: usize,
    row: u32,
    column: u32,
    open: Option<Open>,
    /// Cells that a rowspan above reaches down to.
    taken: std::collections::HashSet<(u32, u32)>,
    rows_begun: bool,
    /// Inside sup: digits are marks.
    raised: bool,
}

/// A cell that is open: where it stands, its number where the page has it beside the words, and the words.
struct Open {
    row: u32,
    column: u32,
    number: Option<f64>,
    words: String,
}

/// Where Excel and LibreOffice keep the number that a cell shows rounded: `x:num`, `sdval`.
const NUMBERS: &[&str] = &["num", "sdval"];

/// One sheet a table.
pub(super) fn sheets(page: &str, budget: &mut Budget) -> Result<Vec<BookSheet>, BookError> {
    budget.work(page.len() as u64, PAGE)?;
    let mut state = Page::default();
    let mut rest = page;
    while let Some((text, after)) = rest.split_once('<') {
        state.words(text);
        let Some((tag, next)) = after.split_once('>') else { break };
        if let Some(comment) = tag.strip_prefix("!--") {
            rest =
                if comment.ends_with("--") { next } else { after.split_once("-->").map_or("", |(_, n)| n) };
            continue;
        }
        state.tag(tag, budget)?;
        rest = next;
    }
    let mut sheets = Vec::new();
    for (n, table) in state.tables.into_iter().enumerate() {
        let sheet = table.sheet(&format!("表{}", n + 1), false, budget)?;
        if !sheet.grid.is_empty() {
            sheets.push(sheet);
        }
    }
    Ok(sheets)
}

/// `&#x1F33E;`, in bytes.
const LONGEST_LETTER: usize = 10;
/// What messages call it.
const PAGE: &str = "网页";

/// The number of an attribute, in quotes or, as Excel writes it, without.
fn span(tag: &str, key: &str) -> Option<u32> {
    tag.match_indices(key).find_map(|(at, _)| {
        let own = tag.get(..at)?.ends_with(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\''));
        let rest = tag.get(at + key.len()..)?.trim_start().strip_prefix('=')?.trim_start();
        let rest = rest.trim_start_matches(['"', '\'']).trim_start();
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest.get(..end)?.parse().ok().filter(|_| own)
    })
}

impl Page {
    fn words(&mut self, text: &str) {
        if let Some(open) = &mut self.open {
            if self.raised {
                open.words.extend(unescape(text).chars().map(raised));
            } else {
                open.words.push_str(text);
            }
        }
    }

    fn tag(&mut self, tag: &str, budget: &mut Budget) -> Result<(), BookError> {
        let closing = tag.starts_with('/');
        let word = name(tag.trim_start_matches('/').as_bytes()).to_ascii_lowercase();
        match (&*word, closing) {
            (b"table", false) => {
                self.depth += 1;
                if self.depth == 1 {
                    budget.words(size_of::<BookSheet>() as u64, PAGE)?;
                    self.tables.push(Gathered::default());
                    (self.row, self.column, self.rows_begun) = (0, 0, false);
                    self.taken.clear();
                }
            }
            (b"table", true) => {
                self.close_cell(budget)?;
                self.depth = self.depth.saturating_sub(1);
            }
            (b"tr", false) => {
                self.close_cell(budget)?;
                self.row = self.row.saturating_add(u32::from(self.rows_begun)).min(MOST_ROWS);
                self.rows_begun = true;
                self.column = 0;
            }
            (b"td" | b"th", false) => {
                self.close_cell(budget)?;
                self.open_cell(tag, budget)?;
            }
            (b"td" | b"th" | b"tr", true) => self.close_cell(budget)?,
            (b"sup", _) => self.raised = !closing,
            (b"br" | b"p", _) => self.words(" "),
            _ => {}
        }
        Ok(())
    }

    fn open_cell(&mut self, tag: &str, budget: &mut Budget) -> Result<(), BookError> {
        let lower = tag.to_ascii_lowercase();
        let span = |key| span(&lower, key).unwrap_or(1).clamp(1, 1000);
        self.raised = false;
        while self.taken.contains(&(self.row, self.column)) {
            self.column += 1;
        }
        let (down, across) = (span("rowspan"), span("colspan"));
        if down * across > 1 {
            budget.room(u64::from(down * across), PAGE)?;
        }
        for row in self.row..self.row + down {
            for column in self.column..self.column + across {
                if self.taken.len() < 1_000_000 {
                    self.taken.insert((row, column));
                }
            }
        }
        if down * across > 1
            && let Some(table) = self.tables.last_mut()
        {
            let (bottom, right) = (self.row + down - 1, self.column + across - 1);
            table.merges.push(Area { top: self.row, left: self.column, bottom, right });
        }
        let said = NUMBERS.iter().find_map(|key| xml::attribute(tag.as_bytes(), key));
        let number = said.and_then(|n| n.trim().parse().ok()).filter(|n: &f64| n.is_finite());
        self.open = Some(Open { row: self.row, column: self.column, number, words: String::new() });
        self.column = self.column.saturating_add(across).min(MOST_COLUMNS);
        Ok(())
    }

    fn close_cell(&mut self, budget: &mut Budget) -> Result<(), BookError> {
        let Some(Open { row, column, number, words }) = self.open.take() else { return Ok(()) };
        // A letter may be written with as many as this.
        Budget::in_cell(words.len() / LONGEST_LETTER, PAGE)?;
        let words = unescape(words.trim());
        let words = words.trim();
        if words.is_empty() {
            return Ok(());
        }
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            return Err(BookError::TooLarge {
                sheet: PAGE.to_owned(),
                size: format!("{row}行、{column}列"),
                limit: format!("{MOST_ROWS}行、{MOST_COLUMNS}列"),
            });
        }
        if let Some(table) = self.tables.last_mut() {
            budget.cells(1, PAGE)?;
            budget.text(words.len(), PAGE)?;
            // Days and shares stay as they are shown.
            let exact = number.and_then(|n| format::rounded(n, words));
            table.cells.push(row, column, exact.unwrap_or_else(|| Cell::Text(Text::from(words))));
        }
        Ok(())
    }
}
