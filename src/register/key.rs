//! Natural keys, compared after folding: what tells that two rows mean the same thing.
//!
//! Inputs: a record's fields. Outputs: bytes that are equal where the keys are. Neighbours: the importer looks for
//! the row that a line of a workbook means, `ledger` for rows that several people have created.

use std::io::Write as _;

use super::{Fields, NaturalKey, RowKind, Tells};
use crate::value::Value;
use crate::value::fold::{fold, is_folded};

/// A natural key as bytes, for comparing only: it is made for every row of a file and of the ledger.
pub type Key = Vec<u8>;

impl RowKind {
    /// The natural key of a record, and whether a match is only "perhaps the same".
    pub fn same(&self, record: &dyn Fields) -> Option<(Key, bool)> {
        let key = self.key_for(record)?;
        Some((self.by(key, record), key.is_weak()))
    }

    /// The natural key of a record, and what a match of it means.
    pub fn told(&self, record: &dyn Fields) -> Option<(Key, Tells)> {
        let key = self.key_for(record)?;
        Some((self.by(key, record), key.tells))
    }

    /// Every natural key that the record has, each with its place in the order of preference: of two records that mean
    /// one thing, one may lack what the other is told by.
    pub fn keys_of(&self, record: &dyn Fields) -> Vec<(usize, Key)> {
        let has = |key: &NaturalKey| key.tells != Tells::Like && key.applies(record);
        let all = self.keys.iter().enumerate().filter(|(_, key)| has(key));
        all.map(|(rank, key)| (rank, self.by(key, record))).collect()
    }

    fn by(&self, key: &NaturalKey, record: &dyn Fields) -> Key {
        let mut out = Key::with_capacity(64);
        for part in &key.parts {
            put(&mut out, record.value(part));
        }
        // A forecast and the actual figure of one season are two rows.
        if let Some((field, words)) = self.law.aside {
            let aside = record.value(field).and_then(Value::as_str).is_some_and(|w| words.contains(&w));
            out.push(u8::from(aside));
        }
        out
    }
}

/// Values as bytes that are equal where they mean the same in a key.
pub fn of<'a>(values: impl Iterator<Item = Option<&'a Value>>) -> Key {
    let mut out = Key::new();
    values.for_each(|value| put(&mut out, value));
    out
}

fn put(out: &mut Key, value: Option<&Value>) {
    match value {
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
        Some(Value::Text(t) | Value::Choice(t)) if is_folded(t) => out.extend_from_slice(t.as_bytes()),
        Some(Value::Text(t) | Value::Choice(t)) => out.extend_from_slice(fold(t).as_bytes()),
        // Writing to memory cannot fail.
        Some(Value::Date(d)) => _ = write!(out, "{d}"),
        Some(other) => _ = write!(out, "{}", other.as_decimal().unwrap_or_default().normalize()),
        None => {}
    }
    out.push(0x1f);
}
