//! A record as one line of JSON, for the command line and for other programs.
//!
//! Keys are field keys. Money is a number of 元 with two decimals, written digit by digit so that no binary
//! fraction comes between; decimals are exact numbers in the field's base unit; periods and dates are texts;
//! computed fields are included; a missing value is `null`, never zero. A reference is the name of its record,
//! with the identity beside it under `<key>_id` (`<key>_ids` for several). A worded number (30余户) stands with
//! its face value, and its interval under `intervals.<key>`. Around the fields stand `id`, `row_kind`, `town`,
//! `state`, `src` (file, sheet, row and the cell of each value that still is as imported) and `created_at`.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::ledger::{Record, Stamp, State, Surroundings, origin_of};
use std::sync::Arc;

use crate::register::{Field, Fields as _, Register, RowKind, Sense, Target};
use crate::table::Table;
use crate::table::dimension::STATE;
use crate::value::{Modifier, Quantity, RowId, Value, utc_text};

/// JSON whose numbers are kept as they are written.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// A number or literal, as it will stand.
    Raw(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object, in this order.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// A text.
    pub fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    /// A whole number, or `true` and `false`.
    pub fn raw(literal: impl ToString) -> Self {
        Self::Raw(literal.to_string())
    }

    /// A text, or `null`.
    pub fn maybe(text: Option<impl ToString>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    /// An object from pairs.
    pub fn object<const N: usize>(pairs: [(&str, Json); N]) -> Self {
        Self::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
    }

    /// What serde makes of `value`.
    pub fn of(value: &impl serde::Serialize) -> Self {
        serde_json::to_string(value).map_or(Self::Null, Self::Raw)
    }

    fn put(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Raw(literal) => out.push_str(literal),
            Self::Text(text) => put_text(text, out),
            Self::List(items) => put_all(out, ('[', ']'), items, |item, out| item.put(out)),
            Self::Object(pairs) => put_all(out, ('{', '}'), pairs, |(key, value), out| {
                put_text(key, out);
                out.push(':');
                value.put(out);
            }),
        }
    }
}

impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = String::new();
        self.put(&mut out);
        f.write_str(&out)
    }
}

fn put_all<T>(out: &mut String, (open, close): (char, char), items: &[T], put: impl Fn(&T, &mut String)) {
    out.push(open);
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        put(item, out);
    }
    out.push(close);
}

fn put_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Rows in the order of printing: by place, period, title, identity.
pub fn sort(table: &Table<'_>, rows: &mut [u32]) {
    let (org, title) = (table.sense(Sense::Place).ok(), table.column(&table.kind().title).ok());
    rows.sort_by_cached_key(|row| {
        let text = |c: &Option<std::sync::Arc<crate::table::Column>>| {
            c.as_ref().and_then(|c| c.text(*row)).map(|t| t.to_string())
        };
        (text(&org), table.period(*row), text(&title), table.id(*row))
    });
}

/// Writes the records of one table.
#[derive(Debug)]
pub struct RecordWriter<'a> {
    table: &'a Table<'a>,
    world: Surroundings<'a>,
    unmasked: bool,
}

impl<'a> RecordWriter<'a> {
    /// For the records of `table`.
    pub fn new(table: &'a Table<'a>) -> Self {
        Self { table, world: Surroundings::new(table.state()), unmasked: false }
    }

    /// With what belongs to a person in full, where `unmasked`.
    #[must_use]
    pub fn unmasked(self, unmasked: bool) -> Self {
        Self { unmasked, ..self }
    }

    /// One record; none when there is no such row.
    pub fn row(&self, row: u32) -> Option<Json> {
        Some(self.record(self.table.record(row)?))
    }

    fn record(&self, record: &Record) -> Json {
        let (kind, places) = (self.table.kind(), self.table.places());
        let town = self.table.town_of(record).map(|t| places.name(t));
        let state = record.stage().or_else(|| kind.workflow.as_ref().map(|w| w.initial()));
        let mut pairs = vec![
            ("id".to_owned(), Json::text(record.id())),
            ("row_kind".to_owned(), Json::text(record.kind())),
            ("town".to_owned(), Json::maybe(town)),
        ];
        let mut intervals = Vec::new();
        for field in &kind.fields {
            let value = field.read(record, &self.world);
            let value = value.map(|v| self.shown(field, v));
            self.put(&mut pairs, &field.key, field.target(), value.as_deref());
            if let Some(quantity) = value.as_deref().and_then(Value::as_quantity) {
                intervals.push((field.key.to_string(), interval(quantity)));
            }
        }
        // Values of fields that this version does not know are shown too.
        for (key, value) in record.cells().iter().filter(|(key, _)| kind.field(key).is_none()) {
            self.put(&mut pairs, key, None, Some(value));
        }
        if !intervals.is_empty() {
            pairs.push(("intervals".to_owned(), Json::Object(intervals)));
        }
        // Where records have no moves, a field may be called so.
        if pairs.iter().all(|(key, _)| key != STATE) {
            pairs.push((STATE.to_owned(), Json::maybe(state)));
        }
        pairs.push(("src".to_owned(), self.source(record, kind)));
        pairs.push(("created_at".to_owned(), Json::maybe(record.created().and_then(moment))));
        pairs.push(("updated_at".to_owned(), Json::maybe(record.updated().and_then(moment))));
        Json::Object(pairs)
    }

    fn put(
        &self,
        pairs: &mut Vec<(String, Json)>,
        key: &str,
        target: Option<&Target>,
        value: Option<&Value>,
    ) {
        pairs.push((key.to_owned(), value.map_or(Json::Null, |v| self.value(target, v))));
        match value {
            Some(Value::Ref(id)) => pairs.push((format!("{key}_id"), Json::text(id))),
            Some(Value::Refs(ids)) => {
                pairs.push((format!("{key}_ids"), Json::List(ids.iter().map(Json::text).collect())));
            }
            _ => {}
        }
    }

    /// A value of the field, as it stands in a record.
    pub fn field_value(&self, key: &str, value: &Value) -> Json {
        let field = self.table.kind().field(key);
        let value = match field {
            Some(field) => self.shown(field, Cow::Borrowed(value)),
            None => Cow::Borrowed(value),
        };
        self.value(field.and_then(|f| f.target()), &value)
    }

    /// What belongs to a person is masked unless it was asked for otherwise.
    fn shown<'v>(&self, field: &Field, value: Cow<'v, Value>) -> Cow<'v, Value> {
        match value.as_str().filter(|_| field.is_private() && !self.unmasked) {
            Some(text) => Cow::Owned(Value::text(&field.mask(text))),
            None => value,
        }
    }

    fn value(&self, target: Option<&Target>, value: &Value) -> Json {
        let name = |id: &RowId| Json::text(self.table.name_of(target, *id));
        match value {
            Value::Text(t) | Value::Choice(t) => Json::text(t),
            Value::Int(n) => Json::raw(n),
            Value::Decimal(d) => Json::raw(d.normalize()),
            Value::Money(m) => Json::raw(m),
            Value::Bool(b) => Json::raw(b),
            Value::Date(d) => Json::text(d),
            Value::DateTime(d) => Json::text(d),
            Value::Period(p) => Json::text(p),
            Value::Many(words) => Json::List(words.iter().map(Json::text).collect()),
            Value::Ref(id) => name(id),
            Value::Refs(ids) => Json::List(ids.iter().map(name).collect()),
            Value::Quantity(q) => Json::raw(q.face.normalize()),
            Value::Files(files) => Json::of(files),
        }
    }

    fn source(&self, record: &Record, kind: &RowKind) -> Json {
        source_of(self.table.state(), self.table.register(), kind, record).unwrap_or(Json::Null)
    }
}

fn source_of(state: &State, register: &Register, kind: &RowKind, record: &Record) -> Option<Json> {
    let (batch, origin) = record.origin()?;
    let source = state.batch(batch)?.sources.get(origin.table as usize)?;
    let cell = |key: &str| {
        let place = origin_of(state, &register.key, record.id(), key)?;
        // Without a column the place is only a row.
        place.cell.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(place.cell)
    };
    let cells = kind.fields.iter().filter(|f| record.value(&f.key).is_some());
    let cells = cells.filter_map(|f| Some((f.key.to_string(), Json::Text(cell(&f.key)?)))).collect();
    Some(Json::object([
        ("file", Json::text(&source.file)),
        ("sheet", Json::text(&source.sheet)),
        ("row", Json::raw(origin.row)),
        ("cells", Json::Object(cells)),
    ]))
}

/// RFC 3339, UTC.
pub(super) fn moment(stamp: Stamp) -> Option<String> {
    utc_text(i64::try_from(stamp.millis).ok()?)
}

fn interval(quantity: &Quantity) -> Json {
    let bound = |b: Option<crate::value::Decimal>| b.map_or(Json::Null, |d| Json::raw(d.normalize()));
    let mut interval = vec![
        ("low".to_owned(), bound(quantity.low)),
        ("high".to_owned(), bound(quantity.high)),
        ("modifier".to_owned(), modifier(quantity.modifier)),
        ("text".to_owned(), Json::text(&quantity.text)),
    ];
    if quantity.forecast {
        interval.push(("forecast".to_owned(), Json::raw(true)));
    }
    Json::Object(interval)
}

fn modifier(modifier: Modifier) -> Json {
    Json::of(&modifier)
}

/// The register that people call `named`, by its key or its name, or what would have been right.
pub fn register<'a>(state: &'a State, named: &str) -> Result<&'a Arc<Register>, String> {
    let schema = state.schema();
    schema.register_named(named).ok_or_else(|| {
        let known: Vec<String> =
            schema.all().iter().map(|r| format!("{}（{}）", r.key, r.label.zh)).collect();
        format!("没有台账“{named}”。可用的台账：{}", known.join("、"))
    })
}

/// The table that `named` and `kind` name, or what would have been right.
pub fn table<'a>(state: &'a State, named: &str, kind: Option<&str>) -> Result<Table<'a>, String> {
    let declared = register(state, named)?;
    Table::open(state, &declared.key, kind).ok_or_else(|| {
        let kinds: Vec<String> =
            declared.kinds.iter().map(|k| format!("{}（{}）", k.key, k.label.zh)).collect();
        format!("台账 {named} 没有“{}”这种记录，可用：{}", kind.unwrap_or_default(), kinds.join("、"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Author, BatchKind, DeviceId, Draft, Origin, Seeded, Source};
    use crate::value::{Decimal, Money, Period, Text};

    fn state() -> State {
        let mut state = State::new();
        let mut author =
            Author::new(DeviceId(1), crate::ledger::Person::county("t"), &state, Box::new(Seeded(1)));
        let source = Source {
            file: Text::from("产业.xlsx"),
            sheet: Text::from("2024年"),
            columns: vec![(Text::from("area"), Text::from("D"))],
        };
        let mut draft = Draft::new(BatchKind::Import { file: source.file.clone() });
        draft.sources.push(source);
        let village = author.row_id(0);
        let named = |name: &str, kind: &str| {
            vec![(Text::from("name"), Value::text(name)), (Text::from("kind"), Value::choice(kind))]
        };
        draft.create("R01", "org", village, named("清凉村", "村"), None);
        let households = Quantity {
            face: Decimal::from(30),
            low: Some(Decimal::from(31)),
            high: None,
            modifier: Modifier::Over,
            forecast: false,
            text: Text::from("30余户"),
        };
        let fields = vec![
            (Text::from("org"), Value::Ref(village)),
            (Text::from("product"), Value::choice("不知火\"1\"")),
            (Text::from("period"), Value::Period(Period::year_of(2024))),
            (Text::from("area"), Value::Decimal(Decimal::new(12050, 2))),
            (Text::from("output"), Value::Decimal(Decimal::from(100))),
            (Text::from("output_value"), Value::Money(Money::from_fen(41_200_000))),
            (Text::from("households"), Value::Quantity(Box::new(households))),
        ];
        draft.create("R06", "line", author.row_id(1), fields, Some(Origin { table: 0, row: 14 }));
        let sealed = author.write(&state, draft, 1_700_000_000_000).unwrap();
        state.apply(&sealed.batch, sealed.digest);
        state
    }

    #[test]
    fn a_record_in_full() {
        let state = state();
        let table = Table::open(&state, "R06", None).unwrap();
        let line = RecordWriter::new(&table).row(0).unwrap().to_string();
        let expected = [
            r#""row_kind":"line","town":null,"org":"清凉村","org_id":""#,
            r#""product":"不知火\"1\"""#,
            r#""period":"2024""#,
            r#""area":120.5,"area_new":null"#,
            r#""output_value":412000.00"#,
            r#""avg_price":4.12"#,
            r#""households":30,"#,
            r#""intervals":{"households":{"low":31,"high":null,"modifier":"over","text":"30余户"}}"#,
            r#""state":"填报中","src":{"file":"产业.xlsx","sheet":"2024年","row":14,"cells":{"area":"D14"}}"#,
            r#""created_at":"2023-11-14T22:13:20Z""#,
        ];
        for part in expected {
            assert!(line.contains(part), "{part} in {line}");
        }
        assert!(serde_json::from_str::<serde_json::Value>(&line).is_ok());
    }

    #[test]
    fn a_field_that_is_called_like_what_stands_around_it_is_the_one_that_is_printed() {
        let around = ["id", "row_kind", "town", "intervals", "src", "created_at", "updated_at"];
        for kind in crate::register::Schema::base().registers().flat_map(|r| &r.kinds) {
            let own = |key: &&str| kind.fields.iter().any(|f| *f.key == **key);
            assert_eq!(around.iter().find(|k| own(k)), None, "{}", kind.key);
            // A kind that has moves has no field of the state's name: one of both would be hidden.
            assert!(!own(&STATE) || kind.workflow.is_none(), "{}", kind.key);
        }
    }

    #[test]
    fn other_names_are_answered_with_the_right_ones() {
        assert!(table(&State::new(), "R99", None).unwrap_err().contains("R06（产业生产台账）"));
        assert!(table(&State::new(), "R06", Some("x")).unwrap_err().contains("product（产品字典）"));
    }
}
