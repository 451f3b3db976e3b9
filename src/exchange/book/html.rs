//! Tables of a page: pasted from a browser or a sheet, or a page that a system calls .xls.

use super::grid::{Area, Builder};
use super::strings::raised;
use super::xml::{name, unescape};
use super::{BookSheet, Cell};
use crate::value::Text;

#[derive(Default)]
struct Page {
    tables: Vec<(Builder, Vec<Area>)>,
    depth: usize,
    row: u32,
    column: u32,
    open: Option<(u32, u32, String)>,
    /// Cells that a rowspan above reaches down to.
    taken: std::collections::HashSet<(u32, u32)>,
    rows_begun: bool,
    /// Inside sup: digits are marks.
    raised: bool,
}

/// One sheet a table.
pub(super) fn sheets(page: &str) -> Vec<BookSheet> {
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
        state.tag(tag);
        rest = next;
    }
    let tables = state.tables.into_iter().enumerate();
    tables
        .map(|(n, (builder, merges))| {
            let mut sheet = BookSheet::new(&format!("表{}", n + 1));
            sheet.grid = builder.finish();
            sheet.grid.merge(merges);
            sheet
        })
        .filter(|s| !s.grid.is_empty())
        .collect()
}

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
        if let Some((_, _, words)) = &mut self.open {
            if self.raised {
                words.extend(unescape(text).chars().map(raised));
            } else {
                words.push_str(text);
            }
        }
    }

    fn tag(&mut self, tag: &str) {
        let closing = tag.starts_with('/');
        let word = name(tag.trim_start_matches('/').as_bytes()).to_ascii_lowercase();
        match (&*word, closing) {
            (b"table", false) => {
                self.depth += 1;
                if self.depth == 1 {
                    self.tables.push((Builder::default(), Vec::new()));
                    (self.row, self.column, self.rows_begun) = (0, 0, false);
                    self.taken.clear();
                }
            }
            (b"table", true) => {
                self.close_cell();
                self.depth = self.depth.saturating_sub(1);
            }
            (b"tr", false) => {
                self.close_cell();
                self.row += u32::from(self.rows_begun);
                self.rows_begun = true;
                self.column = 0;
            }
            (b"td" | b"th", false) => {
                self.close_cell();
                self.open_cell(tag);
            }
            (b"td" | b"th" | b"tr", true) => self.close_cell(),
            (b"sup", _) => self.raised = !closing,
            (b"br" | b"p", _) => self.words(" "),
            _ => {}
        }
    }

    fn open_cell(&mut self, tag: &str) {
        let lower = tag.to_ascii_lowercase();
        let span = |key| span(&lower, key).unwrap_or(1).clamp(1, 1000);
        self.raised = false;
        while self.taken.contains(&(self.row, self.column)) {
            self.column += 1;
        }
        let (down, across) = (span("rowspan"), span("colspan"));
        for row in self.row..self.row + down {
            for column in self.column..self.column + across {
                if self.taken.len() < 1_000_000 {
                    self.taken.insert((row, column));
                }
            }
        }
        if down * across > 1
            && let Some((_, merges)) = self.tables.last_mut()
        {
            let (bottom, right) = (self.row + down - 1, self.column + across - 1);
            merges.push(Area { top: self.row, left: self.column, bottom, right });
        }
        self.open = Some((self.row, self.column, String::new()));
        self.column += across;
    }

    fn close_cell(&mut self) {
        let Some((row, column, words)) = self.open.take() else { return };
        let words = unescape(words.trim());
        if let Some((builder, _)) = self.tables.last_mut() {
            builder.push(row, column, Cell::Text(Text::from(words.trim())));
        }
    }
}
