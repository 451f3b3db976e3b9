//! Separated values: CSV files, and cells pasted from a sheet (TSV).

use super::budget::Budget;
use super::gathered::Gathered;
use super::{BookError, BookSheet, Cell, MOST_COLUMNS, MOST_ROWS, Phase, Progress, step};
use crate::value::Text;

/// The mark that separates cells: the one that the first lines have most, tab before comma.
fn separator(text: &str) -> u8 {
    let mut counts = [(b'\t', 0usize), (b',', 0), (b';', 0), (b'|', 0)];
    let mut quoted = false;
    for c in text.chars().take(20_000) {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            _ => {
                for (mark, n) in &mut counts {
                    *n += usize::from(char::from(*mark) == c);
                }
            }
        }
    }
    let [tabs, rest @ ..] = counts;
    if tabs.1 > 0 && tabs.1 * 2 >= rest.iter().map(|(_, n)| *n).max().unwrap_or(0) {
        return b'\t';
    }
    rest.iter().max_by_key(|(_, n)| *n).map_or(b',', |(mark, _)| *mark)
}

pub(super) fn sheet(
    text: &str,
    name: &str,
    budget: &mut Budget,
    progress: &mut dyn Progress,
) -> Result<BookSheet, BookError> {
    let separator = separator(text);
    within(text, separator, stem(name))?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut found = Gathered::default();
    let mut words: std::collections::HashSet<Text> = std::collections::HashSet::new();
    let mut record = csv::StringRecord::new();
    let mut row = 0u32;
    while reader.read_record(&mut record).map_err(|_| {
        BookError::damaged(format!("第{}行", u64::from(row) + 1), format!("line {}", u64::from(row) + 1))
    })? {
        // Blank lines are skipped by the reader and still count as rows for the person.
        let line = record.position().map_or(u64::from(row), csv::Position::line);
        row = row.max(u32::try_from(line.saturating_sub(1)).unwrap_or(u32::MAX));
        let before = found.cells.len();
        for (column, field) in record.iter().enumerate() {
            Budget::in_cell(field.len(), stem(name))?;
            let column = u32::try_from(column).unwrap_or(u32::MAX);
            found.cells.push(row, column, cell(field, &mut words));
        }
        row += 1;
        budget.cells((found.cells.len() - before) as u64, stem(name))?;
        budget.words(record.as_slice().len() as u64, stem(name))?;
        if row > MOST_ROWS {
            return Err(BookError::TooLarge {
                sheet: stem(name).to_owned(),
                size: format!("{row}行"),
                limit: format!("{MOST_ROWS}行"),
            });
        }
        if row.is_multiple_of(4096) {
            step(progress, line, line, Phase::Reading)?;
        }
    }
    found.sheet(stem(name), false, budget)
}

/// Separators of a whole text: an empty cell costs time even where it holds nothing.
const MOST_SEPARATORS: u64 = 16 << 20;

/// Where a byte stands, as the reader of records sees it.
#[derive(Clone, Copy)]
enum Within {
    /// At the beginning of a cell: a quote here opens it.
    Start,
    /// In a cell without quotes: a quote here is a letter.
    Plain,
    Quotes,
    /// After a quote in quotes: it ends them, or was the first of two.
    Quote,
}

/// Refuses a text of which a single record may not fit into memory, before any is read: a record is held with the place
/// of each of its cells.
fn within(text: &str, separator: u8, name: &str) -> Result<(), BookError> {
    let (mut record, mut all, mut at) = (0u32, 0u64, Within::Start);
    let over = text.bytes().any(|byte| {
        at = match (at, byte) {
            (Within::Start | Within::Quote, b'"') => Within::Quotes,
            (Within::Quotes, b'"') => Within::Quote,
            (Within::Quotes, _) => Within::Quotes,
            (_, b'\n' | b'\r') => {
                record = 0;
                Within::Start
            }
            _ if byte == separator => {
                (record, all) = (record + 1, all + 1);
                Within::Start
            }
            _ => Within::Plain,
        };
        record > MOST_COLUMNS || all > MOST_SEPARATORS
    });
    let (size, limit) = if record > MOST_COLUMNS {
        (format!("一行超过{MOST_COLUMNS}格"), format!("{MOST_COLUMNS}格"))
    } else {
        (format!("超过{MOST_SEPARATORS}格（连同空格）"), format!("{MOST_SEPARATORS}格"))
    };
    if over { Err(BookError::TooLarge { sheet: name.to_owned(), size, limit }) } else { Ok(()) }
}

/// The same words share one allocation: a column of villages repeats them thousands of times.
fn cell(field: &str, words: &mut std::collections::HashSet<Text>) -> Cell {
    let field = field.trim_matches(|c: char| c == '\u{feff}' || c == '\u{200b}');
    // Excel's way to keep zeros in a CSV: ="00123"
    let field = field.strip_prefix("=\"").and_then(|f| f.strip_suffix('"')).unwrap_or(field);
    if field.is_empty() {
        return Cell::Empty;
    }
    if let Some(known) = words.get(field) {
        return Cell::Text(known.clone());
    }
    let text = Text::from(field);
    if words.len() < 20_000 {
        words.insert(text.clone());
    }
    Cell::Text(text)
}

fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}
