//! Columns made from records.
//!
//! Duty: a field's values row by row, dictionary-encoded where they are words; and the dimensions that every
//! table has beside its fields, made from the columns of places and periods: what stands above a place is
//! looked up once a place, not once a row. Inputs: a table's records and places. Outputs: [`Column`]s.
//! Neighbours: `frame` keeps them.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::column::{Column, Data, MISSING, NOBODY, dimension, plain_text};
use super::frame::Table;
use super::places::Epoch;
use crate::ledger::{Glimpse, Surroundings};
use crate::register::catalog::{COUNTIES, TOWNS, VILLAGES};
use crate::register::{Field, FieldKind, Fields, RowKind, Schema, Sense, Target, World, path};
use crate::value::hash::QuickMap;
use crate::value::order;
use crate::value::{Date, DateTime, Grain, Period, RowId, Text, Value};

/// Collects one column.
struct Builder {
    key: Text,
    kind: Collect,
    worded: Vec<u32>,
    forecast: Vec<u32>,
}

enum Collect {
    Words {
        codes: Vec<u32>,
        words: Vec<(Text, RowId)>,
        by_word: HashMap<Text, u32>,
        by_id: QuickMap<RowId, u32>,
        /// The word of the row before, and its code: words repeat, and share one copy.
        last: Option<(Text, u32)>,
    },
    Numbers(Vec<Option<Decimal>>),
    Periods(Vec<Option<Period>>),
    Days(Vec<Option<Date>>),
    Moments(Vec<Option<DateTime>>),
}

impl Builder {
    fn new(key: &str, kind: &FieldKind, rows: usize) -> Self {
        let collect = match kind {
            FieldKind::Int
            | FieldKind::Decimal(_)
            | FieldKind::Money
            | FieldKind::Percent
            | FieldKind::Quantity => Collect::Numbers(Vec::with_capacity(rows)),
            FieldKind::Period(_) => Collect::Periods(Vec::with_capacity(rows)),
            FieldKind::Date => Collect::Days(Vec::with_capacity(rows)),
            FieldKind::DateTime => Collect::Moments(Vec::with_capacity(rows)),
            _ => return Self::words(key, rows),
        };
        Self { key: Text::from(key), kind: collect, worded: Vec::new(), forecast: Vec::new() }
    }

    fn words(key: &str, rows: usize) -> Self {
        let kind = Collect::Words {
            codes: Vec::with_capacity(rows),
            words: Vec::new(),
            by_word: HashMap::new(),
            by_id: QuickMap::default(),
            last: None,
        };
        Self { key: Text::from(key), kind, worded: Vec::new(), forecast: Vec::new() }
    }

    /// The next row's value. `name` finds the name of a record that is referred to.
    fn push(&mut self, row: u32, value: Option<&Value>, name: &dyn Fn(RowId) -> Text) {
        if let Some(quantity) = value.and_then(Value::as_quantity) {
            self.worded.push(row);
            if quantity.forecast {
                self.forecast.push(row);
            }
        }
        match &mut self.kind {
            Collect::Numbers(all) => all.push(value.and_then(Value::as_decimal)),
            Collect::Periods(all) => all.push(value.and_then(Value::as_period)),
            Collect::Days(all) => all.push(value.and_then(Value::as_date)),
            Collect::Moments(all) => all.push(match value {
                Some(Value::DateTime(at)) => Some(*at),
                _ => None,
            }),
            Collect::Words { .. } => match value {
                None => self.push_word(None),
                Some(Value::Ref(id)) => self.push_record(*id, || name(*id)),
                Some(other) => self.push_word(plain_text(other, name).map(|w| (w, NOBODY))),
            },
        }
    }

    /// The next row's record; its name is asked for once.
    fn push_record(&mut self, id: RowId, name: impl FnOnce() -> Text) {
        let Collect::Words { codes, words, by_id, .. } = &mut self.kind else { return };
        let code = *by_id.entry(id).or_insert_with(|| {
            words.push((name(), id));
            u32::try_from(words.len() - 1).unwrap_or(MISSING)
        });
        codes.push(code);
    }

    /// The next row's word, with the record that it stands for.
    fn push_word(&mut self, word: Option<(Text, RowId)>) {
        if let Some((name, id)) = word.clone().filter(|(_, id)| *id != NOBODY) {
            return self.push_record(id, || name);
        }
        let Collect::Words { codes, words, by_word, last, .. } = &mut self.kind else { return };
        let Some((word, _)) = word else { return codes.push(MISSING) };
        if let Some((_, code)) = last.as_ref().filter(|(before, _)| Arc::ptr_eq(before, &word)) {
            return codes.push(*code);
        }
        let code = match by_word.get(&word) {
            Some(code) => *code,
            None => {
                let code = u32::try_from(words.len()).unwrap_or(MISSING);
                by_word.insert(word.clone(), code);
                words.push((word.clone(), NOBODY));
                code
            }
        };
        *last = Some((word, code));
        codes.push(code);
    }

    /// The rows' words by a number that stands for each (none where there is nothing): what a number is called
    /// is asked once, not in every row.
    fn push_numbered(
        &mut self,
        rows: impl Iterator<Item = Option<u32>>,
        mut called: impl FnMut(u32) -> Option<(Text, RowId)>,
    ) {
        let mut known: QuickMap<u32, u32> = QuickMap::default();
        for number in rows {
            let code = number.and_then(|n| known.get(&n).copied());
            match (code, &mut self.kind) {
                (Some(code), Collect::Words { codes, .. }) => codes.push(code),
                _ => {
                    self.push_word(number.and_then(&mut called));
                    if let (Some(n), Collect::Words { codes, .. }) = (number, &self.kind) {
                        known.insert(n, codes.last().copied().unwrap_or(MISSING));
                    }
                }
            }
        }
    }

    /// The column of values that came in the order of `rows`.
    fn finish_from(mut self, rows: &[u32]) -> Column {
        if !rows.is_sorted() {
            order::sort(&mut self.worded);
            order::sort(&mut self.forecast);
            match &mut self.kind {
                Collect::Numbers(all) => put_in_rows(all, rows),
                Collect::Periods(all) => put_in_rows(all, rows),
                Collect::Days(all) => put_in_rows(all, rows),
                Collect::Moments(all) => put_in_rows(all, rows),
                Collect::Words { codes, .. } => put_in_rows(codes, rows),
            }
        }
        self.finish()
    }

    /// Words put in order.
    fn finish(self) -> Column {
        let data = match self.kind {
            Collect::Numbers(all) => Data::Numbers(all),
            Collect::Periods(all) => Data::Periods(all),
            Collect::Days(all) => Data::Days(all),
            Collect::Moments(all) => Data::Moments(all),
            Collect::Words { codes, words, .. } => in_order(codes, words),
        };
        let (worded, forecast) = (self.worded, self.forecast);
        Column::new(self.key, data, worded, forecast)
    }
}

/// Values that came in the order of `rows`, as they stand in rows.
fn put_in_rows<T: Copy>(values: &mut [T], rows: &[u32]) {
    let came = values.to_vec();
    for (value, row) in came.into_iter().zip(rows) {
        if let Some(slot) = values.get_mut(*row as usize) {
            *slot = value;
        }
    }
}

fn in_order(codes: Vec<u32>, words: Vec<(Text, RowId)>) -> Data {
    let mut order: Vec<usize> = (0..words.len()).collect();
    order::sort_by(&mut order, |a, b| words.get(*a).cmp(&words.get(*b)));
    let mut place = vec![MISSING; words.len()];
    for (rank, old) in order.iter().enumerate() {
        if let Some(slot) = place.get_mut(*old) {
            *slot = u32::try_from(rank).unwrap_or(MISSING);
        }
    }
    let codes = codes.into_iter().map(|c| place.get(c as usize).copied().unwrap_or(MISSING)).collect();
    let sorted: Vec<(Text, RowId)> = order.iter().filter_map(|old| words.get(*old).cloned()).collect();
    let refers = sorted.iter().any(|(_, id)| *id != NOBODY);
    let ids = if refers { sorted.iter().map(|(_, id)| *id).collect() } else { Vec::new() };
    Data::Words { codes, words: sorted.into_iter().map(|(w, _)| w).collect(), ids }
}

/// Other records, and whether anybody has asked for them.
struct Asked<'a> {
    world: Surroundings<'a>,
    asked: Cell<bool>,
}

impl Asked<'_> {
    fn world(&self) -> &dyn World {
        self.asked.set(true);
        &self.world
    }
}

impl World for Asked<'_> {
    fn schema(&self) -> &Schema {
        self.world.schema()
    }

    fn record(&self, register: &str, id: RowId) -> Option<&dyn Fields> {
        self.world().record(register, id)
    }

    fn stands(&self, register: &str, id: RowId) -> bool {
        self.world().stands(register, id)
    }

    fn entry(&self, register: &str, kind: &str, name: &str) -> Option<&dyn Fields> {
        self.world().entry(register, kind, name)
    }

    fn year_before(&self, register: &str, kind: &str, record: &dyn Fields, field: &str) -> Option<Decimal> {
        self.world().year_before(register, kind, record, field)
    }

    fn today(&self) -> Option<Date> {
        // A column that is kept says the same every day.
        None
    }

    fn alike(
        &self,
        register: &str,
        kind: &str,
        by: &[&'static str],
        record: &dyn Fields,
        show: &mut dyn FnMut(&dyn Fields),
    ) {
        self.world().alike(register, kind, by, record, show);
    }

    fn under(&self, register: &str, kind: &str, parent: RowId, show: &mut dyn FnMut(&dyn Fields)) {
        self.world().under(register, kind, parent, show);
    }
}

impl Table<'_> {
    /// The column, and whether it was worked out from other records too.
    pub(super) fn build(&self, key: &str) -> Option<(Column, bool)> {
        if path::split(key).is_some() {
            return self.path_column(key);
        }
        if self.kind().field(key).is_some() {
            return self.field_column(key);
        }
        Some((self.dimension(key)?, false))
    }

    /// The place that a record belongs to.
    fn org_seen(&self, seen: &Glimpse<'_>) -> Option<RowId> {
        self.state().place_seen(self.register(), self.kind(), seen)
    }

    fn dimension(&self, key: &str) -> Option<Column> {
        let places = self.places();
        match key {
            dimension::PLACE if self.of_places() || self.kind().under.is_some() => {
                Some(self.words(key, |seen| self.org_seen(seen).map(|id| (places.name(id), id))))
            }
            dimension::VILLAGE => Some(self.above(key, VILLAGES)),
            dimension::TOWN => Some(self.above(key, TOWNS)),
            dimension::COUNTY => Some(self.above(key, COUNTIES)),
            dimension::YEAR => Some(self.calendar(key, Grain::Year)),
            dimension::QUARTER => Some(self.calendar(key, Grain::Quarter)),
            dimension::MONTH => Some(self.calendar(key, Grain::Month)),
            dimension::STATE => {
                let begins = self.kind().workflow.as_ref().map(|w| Text::from(w.initial()));
                Some(self.words(key, |seen| {
                    let word = seen.stage().cloned().or_else(|| begins.clone());
                    word.map(|word| (word, NOBODY))
                }))
            }
            _ => None,
        }
    }

    fn words(&self, key: &str, of: impl Fn(&Glimpse<'_>) -> Option<(Text, RowId)>) -> Column {
        let mut builder = Builder::words(key, self.len());
        let rows = self.by_arrival();
        self.show(&rows, |_, seen| builder.push_word(seen.and_then(|seen| of(&seen))));
        builder.finish_from(&rows)
    }

    /// The place of one of these kinds above each row's own, at the time that the row is about: as many look-ups as there
    /// are places and trees, not rows.
    fn above(&self, key: &str, kinds: &[&str]) -> Column {
        let places = self.places();
        let named =
            |id: RowId, epoch| places.nearest_in(id, kinds, epoch).map(|above| (places.name(above), above));
        let now = places.now();
        let Ok(org) = self.sense(Sense::Place) else {
            return self.words(key, |seen| named(self.org_seen(seen)?, now));
        };
        let mut builder = Builder::words(key, self.len());
        if let Data::Words { codes, ids, .. } = &org.data {
            let place = |code: u32| ids.get(code as usize).copied().filter(|id| *id != NOBODY);
            match self.epochs() {
                None => {
                    let numbers = codes.iter().map(|c| (*c != MISSING).then_some(*c));
                    builder.push_numbered(numbers, |code| named(place(code)?, now));
                }
                Some(epochs) => {
                    let mut pairs: Vec<(u32, Epoch)> = Vec::new();
                    let mut known: QuickMap<(u32, Epoch), u32> = QuickMap::default();
                    let numbers: Vec<Option<u32>> = codes
                        .iter()
                        .zip(epochs)
                        .map(|(code, epoch)| {
                            let number = || {
                                pairs.push((*code, epoch));
                                u32::try_from(pairs.len() - 1).unwrap_or(MISSING)
                            };
                            (*code != MISSING).then(|| *known.entry((*code, epoch)).or_insert_with(number))
                        })
                        .collect();
                    builder.push_numbered(numbers.into_iter(), |n| {
                        let (code, epoch) = pairs.get(n as usize)?;
                        named(place(*code)?, *epoch)
                    });
                }
            }
        }
        builder.finish()
    }

    /// By row, the time whose tree of places it belongs to; none where there has only been one tree, or where rows are
    /// about no time and lie where their places are now.
    pub(super) fn epochs(&self) -> Option<Vec<Epoch>> {
        let places = self.places();
        if places.never_changed() {
            return None;
        }
        let kind = self.kind();
        let key = |kind: &RowKind| {
            let field = kind.of(Sense::Period).or_else(|| kind.of(Sense::Happened));
            field.map(|f| f.key.to_string())
        };
        let of_parent = || {
            let above = self.register().above(kind)?;
            kind.path_above(above.of(Sense::Period).or_else(|| above.of(Sense::Happened))?)
        };
        let column = self.column(&key(kind).or_else(of_parent)?).ok()?;
        let epoch = |row: u32| match &column.data {
            Data::Periods(all) => places.during(all.get(row as usize).copied().flatten()),
            Data::Days(all) => {
                all.get(row as usize).copied().flatten().map_or_else(|| places.now(), |day| places.on(day))
            }
            _ => places.now(),
        };
        Some(self.all_rows().into_iter().map(epoch).collect())
    }

    /// The year, quarter or month of each row's period: each period is written once.
    fn calendar(&self, key: &str, grain: Grain) -> Column {
        let period = self.sense(Sense::Period).ok();
        let periods: &[Option<Period>] = match period.as_deref().map(|p| &p.data) {
            Some(Data::Periods(all)) => all,
            _ => &[],
        };
        let mut builder = Builder::words(key, self.len());
        let mut known: Vec<Period> = Vec::new();
        let numbers: Vec<Option<u32>> = (0..self.len())
            .map(|row| {
                let period = periods.get(row).copied().flatten()?.widen(grain)?;
                let at = known.iter().rposition(|k| *k == period).unwrap_or_else(|| {
                    known.push(period);
                    known.len() - 1
                });
                u32::try_from(at).ok()
            })
            .collect();
        builder.push_numbered(numbers.into_iter(), |n| {
            known.get(n as usize).map(|p| (Text::from(p.to_string()), NOBODY))
        });
        builder.finish()
    }

    fn field_column(&self, key: &str) -> Option<(Column, bool)> {
        let field = self.kind().field(key)?;
        let target = field.target();
        let world = Asked { world: Surroundings::new(self.state()), asked: Cell::new(false) };
        let names = std::cell::RefCell::new(HashMap::<RowId, Text>::new());
        let name =
            |id: RowId| names.borrow_mut().entry(id).or_insert_with(|| self.name_of(target, id)).clone();
        let mut builder = Builder::new(key, &field.kind, self.len());
        let rows = self.by_arrival();
        self.show(&rows, |row, seen| {
            let value = seen.as_ref().and_then(|seen| field.read(seen, &world));
            builder.push(row, value.as_deref(), &name);
        });
        Some((builder.finish_from(&rows), world.asked.get()))
    }

    /// What the records that each row leads to say (`parent.party_b`).
    fn path_column(&self, key: &str) -> Option<(Column, bool)> {
        let field = self.kind().reach(self.state().schema(), key)?;
        let world = Asked { world: Surroundings::new(self.state()), asked: Cell::new(false) };
        let mut builder = Builder::new(key, &field.kind, self.len());
        let rows = self.by_arrival();
        self.show(&rows, |row, seen| {
            let end = seen.as_ref().and_then(|seen| self.follow(self.kind(), seen, key));
            let value = end.and_then(|(field, r)| field.read(r, &world));
            builder.push(row, value.as_deref(), &|id| self.name_of(field.target(), id));
        });
        Some((builder.finish_from(&rows), world.asked.get()))
    }

    /// The record at the end of a path, and the field of it that is meant.
    fn follow<'s>(
        &'s self,
        kind: &'s RowKind,
        record: &'s dyn Fields,
        path: &str,
    ) -> Option<(&'s Field, &'s dyn Fields)> {
        let Some((first, rest)) = path::split(path) else { return Some((kind.field(path)?, record)) };
        let (key, next) =
            self.state().home(kind.field(first)?.target()?, record.value(first)?.as_ref_id()?)?;
        self.follow(self.state().kind_of(key, next)?, next, rest)
    }

    /// Builds the columns of several typed-in fields in one pass over the records, for whoever looks at many.
    pub fn gather(&self, keys: &[String]) {
        let mut builders: Vec<(&str, Option<&Target>, Builder)> = keys
            .iter()
            .filter(|k| self.known(k).is_none())
            .filter_map(|k| self.kind().field(k))
            .filter(|f| f.derived.is_none())
            .map(|f| (&*f.key, f.target(), Builder::new(&f.key, &f.kind, self.len())))
            .collect();
        if builders.is_empty() {
            return;
        }
        let rows = self.by_arrival();
        self.show(&rows, |row, seen| {
            for (key, target, builder) in &mut builders {
                let value = seen.as_ref().and_then(|seen| seen.value(key));
                builder.push(row, value, &|id| self.name_of(*target, id));
            }
        });
        for (_, _, builder) in builders {
            self.keep(builder.finish_from(&rows), false);
        }
    }
}
