//! A figure of a text as a record of its register (接收), with where it came from.
//!
//! Duty: the record that a linked figure would make or change, what it still lacks, and the draft. Nothing that must
//! be there is guessed: only what the register itself begins new records with is filled in. Inputs: a figure and its
//! link. Outputs: [`Taking`], and operations in a draft. Neighbours: `judge` made the link; the importer writes
//! worded numbers the same way.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::aim::{Aim, converted, find, fitting};
use super::kept::Link;
use super::{Figure, compare};
use crate::ledger::{BatchKind, Draft, Origin, Record, Source, State};
use crate::register::catalog::PLACE_REGISTER;
use crate::register::{Field, Fields, Label, Register, RowKind, Sense};
use crate::table::Places;
use crate::value::figure::Kind;
use crate::value::{Modifier, Quantity, RowId, Text, Value};

/// The record that a figure would make.
pub struct Taking {
    register: Arc<Register>,
    kind: Arc<RowKind>,
    field: Arc<Field>,
    fields: Vec<(Text, Value)>,
    value: Value,
    /// The record that is there already, with what it says now.
    pub existing: Option<(RowId, Option<Value>)>,
    /// What must be known first.
    pub missing: Vec<Label>,
}

/// Why a figure makes no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untakable {
    /// Indicators are computed, never typed.
    Computed,
    /// A change, a part or a rank is not the value of a record.
    NoLevel,
    /// The unit of the text does not convert into the field's.
    Unit,
}

/// What the figure would make under this link.
pub fn taking(state: &State, places: &Places, figure: &Figure, link: &Link) -> Result<Taking, Untakable> {
    let Some(Aim::Field(register, kind, field)) = find(state.schema(), &link.target) else {
        return Err(Untakable::Computed);
    };
    if figure.reading.kind != Kind::Level {
        return Err(Untakable::NoLevel);
    }
    let value = in_field(figure, &field).ok_or(Untakable::Unit)?;
    if kind.is_place(&register.key) {
        return Ok(of_place(state, (register, kind, field), link, value));
    }
    let village = link.place.filter(|p| places.get(*p).is_some_and(|p| p.is_village()));
    let mut fields: Vec<(Text, Value)> = Vec::new();
    for f in &kind.fields {
        let dictionary = f.options().is_some_and(|o| o.dictionary.is_some());
        let known = match () {
            () if f.has(Sense::Place) => village.map(Value::Ref),
            () if f.has(Sense::Period) => link.period.map(Value::Period),
            () if f.has(Sense::Wording) => Some(Value::text(&figure.quote)),
            () if dictionary => link.product.as_deref().map(Value::choice),
            () => f.default(),
        };
        fields.extend(known.map(|v| (Text::from(&*f.key), v)));
    }
    let missing = kind.fields.iter().filter(|f| lacks(f, &fields)).map(|f| f.label.clone()).collect();
    let existing = same(state, &register, &kind, &fields);
    let existing = existing.map(|r| (r.id(), r.value(&field.key).cloned()));
    Ok(Taking { register, kind, field, fields, value, existing, missing })
}

/// A place's own numbers stand in its own record.
fn of_place(
    state: &State,
    (register, kind, field): (Arc<Register>, Arc<RowKind>, Arc<Field>),
    link: &Link,
    value: Value,
) -> Taking {
    let record = link.place.and_then(|p| state.record(PLACE_REGISTER, p));
    let existing = record.map(|r| (r.id(), r.value(&field.key).cloned()));
    let missing =
        if existing.is_none() { vec![crate::register::label("单位", "Place")] } else { Vec::new() };
    Taking { register, kind, field, fields: Vec::new(), value, existing, missing }
}

fn lacks(field: &Field, fields: &[(Text, Value)]) -> bool {
    field.need.must(&fields) && fields.value(&field.key).is_none()
}

/// The record that means the same thing, by the register's natural key.
fn same<'a>(
    state: &'a State,
    register: &Register,
    kind: &'a RowKind,
    fields: &[(Text, Value)],
) -> Option<&'a Record> {
    let key = kind.key_for(&fields)?;
    let mut all = state.sheet(&register.key)?.of_kind(&kind.key);
    all.find(|r| key.parts.iter().all(|p| r.value(p) == fields.value(p)))
}

/// The figure in the field's unit: a plain number, or a worded one with its interval.
fn in_field(figure: &Figure, field: &Field) -> Option<Value> {
    let reading = &figure.reading;
    let base = field.base_unit()?;
    let own = reading.unit.as_deref()?;
    let turn = |n: Decimal| converted(n, own, base);
    let face = turn(reading.face)?;
    if reading.modifier == Modifier::Exact && !reading.forecast {
        return fitting(field, face);
    }
    Some(Value::Quantity(Box::new(Quantity {
        face,
        low: reading.low.and_then(turn),
        high: reading.high.and_then(turn),
        modifier: reading.modifier,
        forecast: reading.forecast,
        text: Text::from(&*figure.figure),
    })))
}

impl Taking {
    /// The register it goes to.
    pub const fn register(&self) -> &Arc<Register> {
        &self.register
    }

    /// The field it fills.
    pub const fn field(&self) -> &Arc<Field> {
        &self.field
    }

    /// The value it would have.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// The record says so already.
    pub fn is_there(&self) -> bool {
        self.existing.as_ref().is_some_and(|(_, now)| now.as_ref() == Some(&self.value))
    }

    /// One step that makes or changes the record. Its origin is the article and the quotation.
    pub fn draft(&self, state: &State, new: RowId, title: &str, quote: &str) -> Draft {
        let mut draft = Draft::new(BatchKind::Edit);
        draft.sources.push(Source { file: Text::from(title), sheet: Text::from(quote), columns: Vec::new() });
        let origin = Some(Origin { table: 0, row: 1 });
        match &self.existing {
            Some((row, _)) => {
                let value = Some(self.value.clone());
                draft.set(state, &self.register.key, *row, &self.field.key, value, origin);
            }
            None => {
                let mut fields = self.fields.clone();
                fields.retain(|(k, _)| **k != *self.field.key);
                fields.push((Text::from(&*self.field.key), self.value.clone()));
                draft.create(&self.register.key, &self.kind.key, new, fields, origin);
            }
        }
        draft
    }
}

/// Whether taking it over would change how it stands: an agreeing figure need not be written again.
pub fn worth(verdict: &compare::Verdict) -> bool {
    !matches!(verdict, compare::Verdict::Agrees { .. })
}
