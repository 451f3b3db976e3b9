//! Natural keys, compared after folding: what tells that two rows mean the same thing.
//!
//! Inputs: a record's fields. Outputs: bytes that are equal where the keys are. Neighbours: the importer looks for
//! the row that a line of a workbook means, `ledger` for rows that several people have created.

use std::io::Write as _;

use super::{Fields, RowKind};
use crate::value::Value;
use crate::value::fold::fold;

/// A natural key as bytes, for comparing only: it is made for every row of a file and of the ledger.
pub type Key = Vec<u8>;

impl RowKind {
    /// The natural key of a record, and whether a match is only "perhaps the same".
    pub fn same(&self, record: &dyn Fields) -> Option<(Key, bool)> {
        let key = self.key_for(record)?;
        let mut out = Key::with_capacity(64);
        for part in &key.parts {
            match record.value(part) {
                // A mark in front: numbers as bytes must not read like words.
                Some(Value::Ref(id)) => {
                    out.push(1);
                    out.extend_from_slice(&id.bits().to_le_bytes());
                }
                Some(Value::Period(p)) => {
                    out.push(2);
                    out.extend_from_slice(&p.year().to_le_bytes());
                    out.extend_from_slice(&[p.grain() as u8, p.index()]);
                }
                Some(Value::Money(m)) => {
                    out.push(3);
                    out.extend_from_slice(&m.fen().to_le_bytes());
                }
                Some(Value::Text(t) | Value::Choice(t)) => out.extend_from_slice(fold(t).as_bytes()),
                // Writing to memory cannot fail.
                Some(Value::Date(d)) => _ = write!(out, "{d}"),
                Some(other) => _ = write!(out, "{}", other.as_decimal().unwrap_or_default().normalize()),
                None => {}
            }
            out.push(0x1f);
        }
        // A forecast and the actual figure of one season are two rows.
        if let Some((field, words)) = self.law.aside {
            let aside = record.value(field).and_then(Value::as_str).is_some_and(|w| words.contains(&w));
            out.push(u8::from(aside));
        }
        Some((out, key.weak))
    }
}
