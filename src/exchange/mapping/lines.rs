//! Lines of a record that stand beside it in its own row: 应收 and 已收 of a contract.
//!
//! Duty: a mapping whose columns lead down to lines becomes, for each line of a row, a mapping of that line's kind, by
//! which the same table is read once more. Inputs: a mapping as suggested or as a person changed it. Outputs: mappings.
//! Neighbours: `suggest` finds such columns; `plan` reads the table by them and puts every line under the record of its
//! row.

use super::{ColumnMapping, Mapping, Meaning};
use crate::register::path::{self, Below};
use crate::register::{Register, RowKind, Schema, Sense};

impl Mapping {
    /// A mapping for each line that rows hold beside their record; a line that nobody dates falls on the last day of the
    /// table's period.
    pub fn lines(&self, schema: &Schema) -> Vec<Self> {
        let Some((register, kind)) = self.target(schema) else { return Vec::new() };
        let mut found: Vec<(&str, usize)> = Vec::new();
        for at in self.columns.iter().filter_map(|c| below(&c.meaning)).map(|b| (b.kind, b.line)) {
            if !found.contains(&at) {
                found.push(at);
            }
        }
        crate::value::order::sort(&mut found);
        found.into_iter().filter_map(|(child, line)| self.line(register, kind, (child, line))).collect()
    }

    /// How many lines of a kind rows hold beside their record.
    pub fn lines_of(&self, kind: &str) -> usize {
        let lines = self.columns.iter().filter_map(|c| below(&c.meaning)).filter(|b| b.kind == kind);
        lines.map(|b| b.line).max().unwrap_or(0)
    }

    /// Whether some line of the rows leaves it to the table to say when it falls.
    pub fn lends_day(&self, schema: &Schema) -> bool {
        let kind = |m: &Self| schema.kind(&m.register, &m.kind).cloned();
        self.lines(schema).iter().any(|m| kind(m).is_some_and(|k| m.day_of_table(&k)))
    }

    fn line(&self, register: &Register, kind: &RowKind, (child, line): (&str, usize)) -> Option<Self> {
        let child = register.children(&kind.key).find(|k| k.key == child)?;
        let column = |c: &ColumnMapping| {
            let own = below(&c.meaning).filter(|b| b.kind == child.key && b.line == line);
            let meaning = match (own, &c.meaning) {
                (Some(own), Meaning::Value { fixed, .. }) => {
                    Meaning::Value { field: own.field.to_owned(), fixed: fixed.clone(), part: None }
                }
                _ => Meaning::Ignore,
            };
            ColumnMapping { meaning, ..c.clone() }
        };
        let mut made = Self {
            register: self.register.clone(),
            kind: child.key.to_string(),
            columns: self.columns.iter().map(column).collect(),
            fixed: Vec::new(),
            period: self.period.filter(|p| child.of(Sense::Period).is_none() || child.dated_by(*p).is_some()),
            org: None,
            town: None,
        };
        if made.day_of_table(child)
            && let Some((field, said)) = self.period.and_then(|p| child.dated_by(p))
        {
            made.fixed.push((field.key.to_string(), said));
        }
        Some(made)
    }

    /// Whether no column of a line says when it falls.
    fn day_of_table(&self, kind: &RowKind) -> bool {
        let Some(day) = kind.dated() else { return false };
        !self.columns.iter().any(|c| match &c.meaning {
            Meaning::Value { field, fixed, .. } => {
                *field == day.key || fixed.iter().any(|(f, _)| *f == day.key)
            }
            _ => false,
        })
    }
}

/// Where a column leads down to.
fn below(meaning: &Meaning) -> Option<Below<'_>> {
    match meaning {
        Meaning::Value { field, .. } => path::below(field),
        _ => None,
    }
}
