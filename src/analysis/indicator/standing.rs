//! The records of a kind that stand: under a place, not ended by their state, and not of a place that was removed. What
//! belongs to no period is counted as of now.

use std::borrow::Cow;

use super::{Ask, Indicators};
use crate::ledger::{Record, Surroundings};
use crate::register::{Message, Sense};
use crate::table::{Filter, QueryError, law};
use crate::value::Value;

/// Those of `kind` that stand.
pub(super) fn standing<'a>(
    desk: &Indicators<'a>,
    (register, kind): (&str, &str),
    ask: &Ask,
) -> Vec<&'a Record> {
    let over = |record: &Record| {
        let flow = desk.state().schema().kind(register, kind).and_then(|k| k.workflow.as_ref());
        flow.zip(record.stage()).is_some_and(|(flow, stage)| flow.is_over(stage))
    };
    let mut all = on_record(desk, (register, kind), ask);
    all.retain(|record| !over(record));
    all
}

/// Those and the others that have ended.
pub(super) fn on_record<'a>(
    desk: &Indicators<'a>,
    (register, kind): (&str, &str),
    ask: &Ask,
) -> Vec<&'a Record> {
    counted(desk, (register, kind), ask).unwrap_or_default()
}

/// What a record says in a field, computed where its declaration says so.
pub(super) fn read(
    desk: &Indicators<'_>,
    (register, kind): (&str, &str),
    record: &Record,
    key: &str,
) -> Option<Value> {
    let field = desk.state().schema().kind(register, kind)?.field(key)?;
    field.read(record, &Surroundings::new(desk.state())).map(Cow::into_owned)
}

fn counted<'a>(
    desk: &Indicators<'a>,
    (register, kind): (&str, &str),
    ask: &Ask,
) -> Result<Vec<&'a Record>, QueryError> {
    let Some(table) = desk.cache().table(desk.state(), register, Some(kind)) else { return Ok(Vec::new()) };
    let filter = Filter { place: ask.place, ..Filter::default() };
    let (rows, _) = law::counting(&table, filter.rows(&table)?, &filter, false)?;
    Ok(rows.into_iter().filter_map(|row| table.record(row)).collect())
}

/// The place that a record belongs to.
pub(super) fn place_of(
    desk: &Indicators<'_>,
    (register, kind): (&str, &str),
    record: &Record,
) -> Option<crate::value::RowId> {
    let kind = desk.state().schema().kind(register, kind)?;
    kind.said(record, Sense::Place)?.as_ref_id()
}

/// What is said beside a number that belongs to no period.
pub(super) fn as_of_now() -> Message {
    Message::new("不分期间，按现在的台账算", "It belongs to no period; this is as of now")
}
