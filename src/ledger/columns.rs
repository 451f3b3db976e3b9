//! Creations in columns: one line of the log for many new records of one kind.
//!
//! Duty: an import is nearly all creations of one kind, and what they have in common – register, kind, field keys,
//! the words that repeat – is written once for up to [`MOST`] of them. Inputs: operations to seal, a line to read.
//! Outputs: the line, the operations. Neighbours: [`super::log`] writes and reads every other line; the form is
//! documented in the room's head.

use std::collections::HashMap;
use std::fmt;

use serde::de::{self, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Change, Creation, Operation, Origin};
use crate::value::order;
use crate::value::{Date, Decimal, Period, RowId, Text, Value};

/// Creations in one line: enough that what they share costs nothing, few enough that a line can be read at once and
/// that a line that was made up cannot ask for more memory than its own bytes.
pub(super) const MOST: usize = 2000;

/// Brings the values of a new record into the order in which the log has them; of two under one key the first stays.
pub(super) fn settle(creation: &mut Creation) {
    if !creation.fields.is_sorted_by(|a, b| a.0 < b.0) {
        order::sort_by(&mut creation.fields, |a, b| a.0.cmp(&b.0));
        creation.fields.dedup_by(|b, a| a.0 == b.0);
    }
}

/// Writes the creations that `operations` begin with as one line, as far as they are of one kind; gives their number.
#[inline(never)] // called for every line, see `lib`
pub(super) fn put(bytes: &mut Vec<u8>, operations: &[Operation]) -> usize {
    let creation = |o: &'_ Operation| matches!(o.change, Change::Create(_));
    let Some(Operation { register, change: Change::Create(first), .. }) =
        operations.first().filter(|o| creation(o))
    else {
        return 0;
    };
    let alike = |o: &'_ Operation| o.register == *register;
    let run: Vec<(RowId, &Creation)> = operations
        .iter()
        .take(MOST)
        .take_while(|o| alike(o))
        .map_while(|o| match &o.change {
            Change::Create(c) if c.kind == first.kind => Some((o.row, c)),
            _ => None,
        })
        .collect();
    bytes.extend_from_slice(b"{\"register\":");
    json(bytes, register);
    bytes.extend_from_slice(b",\"count\":");
    json(bytes, &run.len());
    bytes.extend_from_slice(b",\"rows\":");
    put_rows(bytes, &run);
    bytes.extend_from_slice(b",\"create\":{\"kind\":");
    json(bytes, &first.kind);
    put_origins(bytes, &run);
    bytes.extend_from_slice(b",\"fields\":");
    list(bytes, *b"{}", columns(&run), |bytes, (key, cells)| {
        json(bytes, key);
        bytes.push(b':');
        put_cells(bytes, &cells);
    });
    bytes.extend_from_slice(b"}}\n");
    run.len()
}

/// Plain data, which has no way to fail in memory; a line that could not be written would be caught by the count
/// when it is read back.
fn json<T: Serialize + ?Sized>(bytes: &mut Vec<u8>, item: &T) {
    let _ = serde_json::to_writer(bytes, item);
}

fn list<T>(
    bytes: &mut Vec<u8>,
    [open, close]: [u8; 2],
    items: impl IntoIterator<Item = T>,
    mut put: impl FnMut(&mut Vec<u8>, T),
) {
    bytes.push(open);
    for (n, item) in items.into_iter().enumerate() {
        if n > 0 {
            bytes.push(b',');
        }
        put(bytes, item);
    }
    bytes.push(close);
}

/// Identities that follow each other as one: the first and how many.
fn put_rows(bytes: &mut Vec<u8>, run: &[(RowId, &Creation)]) {
    let runs = run.chunk_by(|a, b| a.0.next() == b.0);
    list(bytes, *b"[]", runs, |bytes, ids| match ids {
        [(one, _)] => json(bytes, one),
        _ => json(bytes, &(ids.first().map(|(id, _)| id), ids.len())),
    });
}

/// Rows of a table that follow each other as one: table, first row and how many; those from nowhere: how many.
fn put_origins(bytes: &mut Vec<u8>, run: &[(RowId, &Creation)]) {
    if run.iter().all(|(_, c)| c.origin.is_none()) {
        return;
    }
    let follows = |a: Option<Origin>, b: Option<Origin>| match (a, b) {
        (Some(a), Some(b)) => a.table == b.table && a.row.checked_add(1) == Some(b.row),
        (a, b) => a == b,
    };
    bytes.extend_from_slice(b",\"origins\":");
    let runs = run.chunk_by(|a, b| follows(a.1.origin, b.1.origin));
    list(bytes, *b"[]", runs, |bytes, rows| match rows.first().and_then(|(_, c)| c.origin) {
        Some(Origin { table, row }) => json(bytes, &(table, row, rows.len())),
        None => json(bytes, &[rows.len()]),
    });
}

/// The column of every field that any of them has, sorted by key.
fn columns<'a>(run: &[(RowId, &'a Creation)]) -> Vec<(&'a Text, Vec<Option<&'a Value>>)> {
    let mut columns: Vec<(&Text, Vec<Option<&Value>>)> = Vec::new();
    for (row, (_, creation)) in run.iter().enumerate() {
        // A record's fields are sorted as the columns are, and nearly always the same ones.
        let mut at = 0;
        for (key, value) in &creation.fields {
            if columns.get(at).is_none_or(|(k, _)| *k != key) {
                at = match columns.binary_search_by(|(k, _)| (*k).cmp(key)) {
                    Ok(at) => at,
                    Err(at) => {
                        columns.insert(at, (key, vec![None; run.len()]));
                        at
                    }
                };
            }
            if let Some(cell) = columns.get_mut(at).and_then(|(_, cells)| cells.get_mut(row)) {
                *cell = Some(value);
            }
            at += 1;
        }
    }
    columns
}

fn put_cells(bytes: &mut Vec<u8>, cells: &[Option<&Value>]) {
    let mut kinds = cells.iter().flatten().map(|v| Kind::of(v));
    let first = kinds.next();
    let Some(kind) = first.filter(|first| kinds.all(|k| k == *first)) else {
        return list(bytes, *b"[]", cells, json);
    };
    list(bytes, *b"{}", [kind.name()], |bytes, name| {
        json(bytes, name);
        bytes.push(b':');
        match Words::of(cells) {
            Some(words) => words.put(bytes),
            None => list(bytes, *b"[]", cells, |bytes, cell| match cell {
                Some(value) => put_value(bytes, value),
                None => bytes.extend_from_slice(b"null"),
            }),
        }
    });
}

/// A value without the name of its kind.
fn put_value(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Decimal(decimal) => put_decimal(bytes, *decimal),
        value => Kind::put(bytes, value),
    }
}

/// As it is printed, without the detour that printing takes: most of what is imported are decimals.
fn put_decimal(bytes: &mut Vec<u8>, decimal: Decimal) {
    let (mantissa, scale) = (decimal.mantissa(), decimal.scale() as usize);
    let Some(mut left) = u64::try_from(mantissa.unsigned_abs()).ok().filter(|n| *n > 0) else {
        return json(bytes, &decimal);
    };
    bytes.push(b'"');
    if mantissa < 0 {
        bytes.push(b'-');
    }
    let start = bytes.len();
    let mut digits = 0;
    while left > 0 || digits <= scale {
        if digits == scale && scale > 0 {
            bytes.push(b'.');
        }
        bytes.push(b'0' + (left % 10) as u8);
        left /= 10;
        digits += 1;
    }
    bytes.get_mut(start..).unwrap_or_default().reverse();
    bytes.push(b'"');
}

/// A column in which words repeat: each of them once, and which of them stands where.
struct Words<'a> {
    words: Vec<&'a Value>,
    at: Vec<Option<u32>>,
}

#[derive(PartialEq, Eq, Hash)]
enum Word<'a> {
    Text(&'a str),
    Row(RowId),
    Period(Period),
    Date(Date),
}

impl<'a> Words<'a> {
    /// None when the values are no words, or when most of them stand there only once.
    fn of(cells: &[Option<&'a Value>]) -> Option<Self> {
        let mut new = Self { words: Vec::new(), at: Vec::with_capacity(cells.len()) };
        let mut known: HashMap<Word<'a>, u32> = HashMap::new();
        for cell in cells {
            let Some(value) = cell else {
                new.at.push(None);
                continue;
            };
            let word = match value {
                Value::Text(t) | Value::Choice(t) => Word::Text(t),
                Value::Ref(id) => Word::Row(*id),
                Value::Period(p) => Word::Period(*p),
                Value::Date(d) => Word::Date(*d),
                _ => return None,
            };
            let at = *known.entry(word).or_insert_with(|| {
                new.words.push(value);
                u32::try_from(new.words.len() - 1).unwrap_or(u32::MAX)
            });
            new.at.push(Some(at));
        }
        let there = new.at.iter().flatten().count();
        (new.words.len() * 2 <= there).then_some(new)
    }

    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(b"{\"words\":");
        list(bytes, *b"[]", &self.words, |bytes, word| put_value(bytes, word));
        bytes.extend_from_slice(b",\"at\":");
        json(bytes, &self.at);
        bytes.push(b'}');
    }
}

/// The kinds of values by the names that they have in the log.
macro_rules! kinds {
    ($($name:literal $kind:ident,)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum Kind { $($kind,)* }

        impl Kind {
            const fn of(value: &Value) -> Self {
                match value { $(Value::$kind(_) => Self::$kind,)* }
            }

            const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$kind),)* _ => None }
            }

            fn put(bytes: &mut Vec<u8>, value: &Value) {
                match value { $(Value::$kind(inner) => json(bytes, inner),)* }
            }

            fn get<'de, D: Deserializer<'de>>(self, d: D) -> Result<Value, D::Error> {
                match self { $(Self::$kind => Deserialize::deserialize(d).map(Value::$kind),)* }
            }
        }
    };
}

kinds! {
    "text" Text,
    "int" Int,
    "decimal" Decimal,
    "money" Money,
    "bool" Bool,
    "date" Date,
    "date_time" DateTime,
    "period" Period,
    "choice" Choice,
    "many" Many,
    "ref" Ref,
    "refs" Refs,
    "quantity" Quantity,
    "files" Files,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    register: Text,
    count: usize,
    rows: Vec<RowRun>,
    create: Columns,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Columns {
    kind: Text,
    #[serde(default)]
    origins: Vec<Vec<u32>>,
    fields: Fields,
}

/// Reads a line of creations into `operations`, at most `most` of them; gives whether it was one.
pub(super) fn get(line: &[u8], most: usize, operations: &mut Vec<Operation>) -> bool {
    let Ok(Line { register, count, rows, create }) = serde_json::from_slice(line) else { return false };
    let Columns { kind, origins, fields: Fields(fields) } = create;
    let fits = count > 0
        && count <= most.min(MOST)
        && rows.iter().try_fold(0usize, |sum, r| sum.checked_add(r.count)) == Some(count)
        && fields.is_sorted_by(|a, b| a.0 < b.0)
        && fields.iter().all(|(_, cells)| cells.len() == count);
    // Nothing is made room for before what was read is known to fit.
    let Some(origins) = fits.then(|| get_origins(&origins, count)).flatten() else { return false };
    let mut fields: Vec<_> = fields.into_iter().map(|(key, cells)| (key, cells.into_iter())).collect();
    let ids = rows
        .into_iter()
        .flat_map(|run| std::iter::successors(Some(run.first), |id| Some(id.next())).take(run.count));
    for (row, origin) in ids.zip(origins) {
        let mut own = Vec::with_capacity(fields.len());
        for (key, cells) in &mut fields {
            own.extend(cells.next().flatten().map(|value| (key.clone(), value)));
        }
        let change = Change::Create(Creation { kind: kind.clone(), fields: own, origin });
        operations.push(Operation { register: register.clone(), row, change });
    }
    true
}

fn get_origins(runs: &[Vec<u32>], count: usize) -> Option<Vec<Option<Origin>>> {
    if runs.is_empty() {
        return Some(vec![None; count]);
    }
    let mut origins = Vec::with_capacity(count);
    for run in runs {
        let (n, first) = match run.as_slice() {
            [n] => (*n, None),
            [table, row, n] => (*n, Some(Origin { table: *table, row: *row })),
            _ => return None,
        };
        let all = (0..n).map_while(|i| match first {
            Some(Origin { table, row }) => Some(Some(Origin { table, row: row.checked_add(i)? })),
            None => Some(None),
        });
        if n as usize > count - origins.len() {
            return None;
        }
        origins.extend(all);
    }
    (origins.len() == count).then_some(origins)
}

/// Identities that follow each other.
pub(super) struct RowRun {
    pub(super) first: RowId,
    count: usize,
}

impl<'de> Deserialize<'de> for RowRun {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct One;
        impl<'de> Visitor<'de> for One {
            type Value = RowRun;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an identity, or the first of several and their number")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<RowRun, E> {
                Ok(RowRun { first: text.parse().map_err(E::custom)?, count: 1 })
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RowRun, A::Error> {
                let first = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
                let count = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(1, &self))?;
                Ok(RowRun { first, count })
            }
        }
        d.deserialize_any(One)
    }
}

type Cells = Vec<Option<Value>>;

struct Fields(Vec<(Text, Cells)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Fields;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("columns by field key")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(key) = map.next_key()? {
                    fields.push((key, map.next_value_seed(Column(None))?));
                }
                Ok(Fields(fields))
            }
        }
        d.deserialize_map(All)
    }
}

/// A column: of values of every kind, or of one kind and then as a list or as words.
struct Column(Option<Kind>);

impl<'de> DeserializeSeed<'de> for Column {
    type Value = Cells;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Cells, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Column {
    type Value = Cells;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column of values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Cells, A::Error> {
        let mut cells = Vec::new();
        let Some(kind) = self.0 else {
            while let Some(cell) = seq.next_element()? {
                cells.push(cell);
            }
            return Ok(cells);
        };
        while let Some(cell) = seq.next_element_seed(Cell(kind))? {
            cells.push(cell);
        }
        Ok(cells)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells, A::Error> {
        let Some(kind) = self.0 else {
            let name: Text = map.next_key()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
            let kind = Kind::named(&name).ok_or_else(|| A::Error::custom("a kind of a newer version"))?;
            let cells = map.next_value_seed(Column(Some(kind)))?;
            return match map.next_key::<Text>()? {
                Some(_) => Err(A::Error::custom("two kinds in one column")),
                None => Ok(cells),
            };
        };
        let (mut words, mut at): (Cells, Vec<Option<usize>>) = Default::default();
        while let Some(key) = map.next_key::<Text>()? {
            match &*key {
                "words" => words = map.next_value_seed(Column(Some(kind)))?,
                "at" => at = map.next_value()?,
                _ => return Err(A::Error::custom("a form of a newer version")),
            }
        }
        let word =
            |at: usize| words.get(at).cloned().flatten().ok_or_else(|| A::Error::custom("no such word"));
        at.into_iter().map(|at| at.map(word).transpose()).collect()
    }
}

/// A cell of a column of one kind.
struct Cell(Kind);

impl<'de> DeserializeSeed<'de> for Cell {
    type Value = Option<Value>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Option<Value>, D::Error> {
        d.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Cell {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_none<E: de::Error>(self) -> Result<Option<Value>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<Option<Value>, D::Error> {
        self.0.get(d).map(Some)
    }
}

#[cfg(test)]
mod tests;
