//! What is undecided, as JSON: for the command line and for other programs.
//!
//! Inputs: the state and its conflicts. Outputs: one object a conflict: `{n, register, row, kind, field,
//! values: [{value, actor, clock}]}`, values written as `records` writes that field. Of a row against another the
//! values are the names of both rows, with `other` beside `row`. Neighbours: `record_json` writes the values.

use super::record_json::{Json, RecordWriter, moment};
use crate::ledger::{About, Conflict, Says, Side, State, Verdict};
use crate::register::Fields as _;
use crate::table::Table;
use crate::value::{RowId, Value};

/// Removed, against a change.
const REMOVED: &str = "删除";
/// A change, against a removal.
const STAYS: &str = "保留";

/// All of them, numbered from 1.
pub fn conflicts(state: &State, found: &[Conflict]) -> Vec<Json> {
    let mut written = Vec::with_capacity(found.len());
    let mut n = 0;
    for group in found.chunk_by(|a, b| a.register == b.register) {
        let Some(first) = group.first() else { continue };
        let declared = state.schema().register(&first.register);
        let kinds: Vec<&str> = declared.into_iter().flat_map(|r| r.kinds.iter().map(|k| &*k.key)).collect();
        let tables: Vec<Table<'_>> =
            kinds.iter().filter_map(|k| Table::open(state, &first.register, Some(k))).collect();
        let writers: Vec<RecordWriter<'_>> = tables.iter().map(RecordWriter::new).collect();
        for conflict in group {
            n += 1;
            let kind = state.record(&conflict.register, conflict.row).map(|r| r.kind().clone());
            let at = kinds.iter().position(|k| kind.as_deref() == Some(*k));
            written.push(one(state, n, conflict, at.and_then(|at| writers.get(at))));
        }
    }
    written
}

fn one(state: &State, n: usize, conflict: &Conflict, writer: Option<&RecordWriter<'_>>) -> Json {
    let side = |side: &Side| {
        let head = side.stamp.and_then(|stamp| state.batch_of(stamp));
        Json::object([
            ("value", says(state, conflict, &side.says, writer)),
            ("actor", Json::maybe(head.map(|h| &h.actor))),
            ("clock", Json::maybe(side.stamp.and_then(moment))),
        ])
    };
    let other = if let About::Identity(other) = conflict.about { Some(other) } else { None };
    Json::object([
        ("n", Json::raw(n)),
        ("register", Json::text(&conflict.register)),
        ("row", Json::text(conflict.row)),
        ("other", Json::maybe(other)),
        ("kind", Json::text(conflict.about.word())),
        ("field", Json::maybe(conflict.about.field())),
        ("values", Json::List(conflict.sides.iter().map(side).collect())),
    ])
}

fn says(state: &State, conflict: &Conflict, says: &Says, writer: Option<&RecordWriter<'_>>) -> Json {
    match says {
        Says::Value(None) => Json::Null,
        Says::Value(Some(value)) => match (writer, conflict.about.field()) {
            (Some(writer), Some(field)) => writer.field_value(field, value),
            _ => Json::of(value),
        },
        Says::State(word) => Json::text(word),
        Says::Removed => Json::text(REMOVED),
        Says::Stays => Json::text(STAYS),
        Says::Row(id) => Json::text(title(state, &conflict.register, *id)),
        Says::Verdict(Verdict::One) => Json::text("同一个"),
        Says::Verdict(Verdict::Two) => Json::text("两个"),
        Says::Verdict(Verdict::Open) => Json::text("未定"),
    }
}

/// What a row is called; its identity where it has no name.
fn title(state: &State, key: &str, id: RowId) -> String {
    let named = || {
        let record = state.record(key, id)?;
        record.value(&state.kind_of(key, record)?.title).and_then(Value::as_str).map(str::to_owned)
    };
    named().unwrap_or_else(|| id.to_string())
}
