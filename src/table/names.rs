//! What records are called where they are named by others, no two of a kind alike.
//!
//! Duty: a record is called by its title; of several with one title each says where it belongs, and where that is the
//! same, the end of its number. Inputs: the state, the places. Outputs: names; the records of one title. Kept as long as
//! the ledger is open: what was looked up once follows the ledger from batch to batch. Neighbours: `frame` words
//! references by it, pickers offer these names, the importer and what people type understand them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use super::places::Places;
use crate::ledger::{Glimpse, Record, Sheet, State};
use crate::register::{Fields, Name, Register, RowKind};
use crate::value::{RowId, Text, Value};

/// Letters of a record's number that tell it apart where nothing else does.
const TAIL: usize = 6;

/// Titles of the kinds that were asked for.
#[derive(Debug, Default)]
pub struct Names {
    known: Mutex<BTreeMap<(Name, Name), Titles>>,
}

/// Where records lie in their sheet, by every title that they ever had since somebody looked.
#[derive(Debug, Default)]
struct Titles {
    version: Option<u64>,
    places: HashMap<Text, Vec<usize>>,
}

fn title<'a>(kind: &RowKind, record: &'a dyn Fields) -> Option<&'a Text> {
    match record.value(&kind.title)? {
        Value::Text(title) | Value::Choice(title) => Some(title),
        _ => None,
    }
}

fn is_of(kind: &RowKind, record: &Record) -> bool {
    !record.is_gone() && **record.kind() == *kind.key
}

impl Titles {
    fn follow(&mut self, sheet: &Sheet, kind: &RowKind) {
        let before = self.version.replace(sheet.version());
        if before == Some(sheet.version()) {
            return;
        }
        let touched = before.and_then(|version| sheet.touched_since(version));
        if touched.is_none() {
            self.places.clear();
        }
        let mut note = |at: usize, seen: Glimpse<'_>| {
            if let Some(title) = title(kind, &seen).filter(|_| seen.is_of(&kind.key)) {
                let places = self.places.entry(title.clone()).or_default();
                if !places.contains(&at) {
                    places.push(at);
                }
            }
        };
        let mut pass = sheet.pass();
        match touched {
            Some(touched) => {
                touched.into_iter().for_each(|at| pass.at(at).into_iter().for_each(|g| note(at, g)))
            }
            None => pass.all(note),
        }
    }
}

impl Names {
    /// The live records of a kind that have this very title.
    pub fn titled(&self, state: &State, register: &Register, kind: &RowKind, name: &str) -> Vec<RowId> {
        let Some(sheet) = state.sheet(&register.key) else { return Vec::new() };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let titles = known.entry((register.key.clone(), kind.key.clone())).or_default();
        titles.follow(sheet, kind);
        let places = titles.places.get(name).into_iter().flatten();
        let records = places.filter_map(|at| sheet.nth(*at));
        let called = |r: &&Record| is_of(kind, r) && title(kind, *r).is_some_and(|t| **t == *name);
        records.filter(called).map(Record::id).collect()
    }

    /// What a record is called.
    pub fn of(
        &self,
        state: &State,
        places: &Places,
        (register, kind): (&Register, &RowKind),
        record: &Record,
    ) -> Text {
        if kind.is_place(&register.key) && places.get(record.id()).is_some() {
            return places.name(record.id());
        }
        let Some(name) = title(kind, record) else { return Text::from(record.id().to_string()) };
        let alike = self.titled(state, register, kind, name);
        if alike.iter().all(|id| *id == record.id()) {
            return name.clone();
        }
        let place = |r: &Record| state.place_of(register, r);
        let own = place(record);
        let others = alike.iter().filter(|id| **id != record.id());
        let same = others.filter_map(|id| state.record(&register.key, *id)).any(|r| place(r) == own);
        let number = record.id().to_string();
        let tail: String = number.chars().skip(number.chars().count().saturating_sub(TAIL)).collect();
        let told = match (own, same) {
            (Some(place), false) => places.name(place).to_string(),
            (Some(place), true) => format!("{}·{tail}", places.name(place)),
            (None, _) => tail,
        };
        Text::from(format!("{name}（{told}）"))
    }
}
