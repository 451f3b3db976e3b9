//! Columns of a record's table that belong to lines under it: 应收金额 and 已收金额 in the rows of contracts.
//!
//! Duty: columns that the record's own kind does not know for certain, and a kind that stands under it does. Those with
//! one group heading, one year or one repetition make one line; a line that could not be written is none, and a column
//! that could be of two lines is asked. Inputs: the columns as matched so far. Outputs: the same, some leading down.
//! Neighbours: `headings` reads single headings, [`super::super::lines`] makes mappings of the lines.

use super::headings::{aside_word, of_unknown_year, writings};
use crate::exchange::layout::{Column, FoundTable, words};
use crate::exchange::mapping::vocabulary::Vocabulary;
use crate::exchange::mapping::{ColumnMapping, Confidence, Meaning};
use crate::exchange::text::fold;
use crate::register::path::Below;
use crate::register::{Need, RowKind, Sense};
use crate::value::Period;

/// A column that a line could have.
struct Taken {
    at: usize,
    field: String,
    confidence: Confidence,
}

/// What stands together: one line of every row.
struct Line {
    /// What the headings say of it: its group, its year; blank where they say nothing.
    name: String,
    period: Option<Period>,
    columns: Vec<Taken>,
}

/// Leads columns down to lines of the kinds `below`.
pub(super) fn lines(below: &[&Vocabulary], table: &FoundTable, columns: &mut [ColumnMapping]) {
    for vocabulary in below {
        let kind = &vocabulary.kind;
        let found = gathered(vocabulary, table, columns);
        let whole = found.into_iter().filter(|line| line.is_whole(kind));
        for (line, number) in whole.zip(1..) {
            let said = line.period.and_then(|p| kind.dated_by(p));
            let dated = |d: &str| line.columns.iter().any(|c| c.field == d);
            let said = said.filter(|(field, _)| !dated(&field.key));
            let fixed: Vec<_> = said.map(|(f, said)| (f.key.to_string(), said)).into_iter().collect();
            for taken in &line.columns {
                let Some(mapped) = columns.get_mut(taken.at) else { continue };
                let path = Below { kind: &kind.key, line: number, field: &taken.field };
                mapped.meaning = Meaning::Value { field: path.to_string(), fixed: fixed.clone(), part: None };
                mapped.confidence = taken.confidence;
            }
        }
    }
}

/// The columns that the kind below knows and the record's own does not, line by line. What the own kind had merely taken
/// for something alike is open from here on.
fn gathered(vocabulary: &Vocabulary, table: &FoundTable, columns: &mut [ColumnMapping]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (at, (column, mapped)) in table.header.iter().zip(columns).enumerate() {
        let open = matches!(mapped.meaning, Meaning::Unknown) || mapped.confidence == Confidence::Doubtful;
        if !open || aside_word(&column.heading).is_some() || of_unknown_year(column) {
            continue;
        }
        let unit = column.unit.as_deref();
        let Some((field, confidence)) = writings(column).iter().find_map(|w| vocabulary.find(w, unit)) else {
            continue;
        };
        (mapped.meaning, mapped.confidence) = (Meaning::Unknown, Confidence::None);
        let (taken, name) = (Taken { at, field: field.key.to_string(), confidence }, name(column));
        let lacks = |line: &Line| line.name == name && !line.columns.iter().any(|c| c.field == taken.field);
        let fitting: Vec<usize> = (0..lines.len()).filter(|n| lines.get(*n).is_some_and(lacks)).collect();
        match fitting.as_slice() {
            [] => lines.push(Line { name, period: column.period, columns: vec![taken] }),
            [one] => lines.get_mut(*one).into_iter().for_each(|line| {
                line.period = line.period.or(column.period);
                line.columns.push(Taken { at, field: taken.field.clone(), confidence });
            }),
            // It could be of either: nobody guesses.
            _ => {}
        }
    }
    lines
}

/// What a heading says of the line that its column belongs to: 第一期, 2023年.
fn name(column: &Column) -> String {
    let group = column.heading.rsplit_once('·').map_or("", |(group, _)| group);
    let group = if words::is_when(group) { "" } else { group };
    let period = column.period.map(|p| p.to_string()).unwrap_or_default();
    format!("{}{period}", fold(group))
}

impl Line {
    /// Whether the rows could make a record of it: all that must be there, and a figure.
    fn is_whole(&self, kind: &RowKind) -> bool {
        let has = |key: &str| self.columns.iter().any(|c| c.field == key);
        let dated = kind.dated().map(|f| &f.key);
        let must = kind.fields.iter().filter(|f| matches!(f.need, Need::Always) && !f.has(Sense::Parent));
        let mut typed = must.filter(|f| f.start.is_none() && f.derived.is_none() && Some(&f.key) != dated);
        typed.all(|f| has(&f.key)) && kind.fields.iter().any(|f| f.is_number() && has(&f.key))
    }
}
