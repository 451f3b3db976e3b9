//! Moving records on: what a step writes, also where the step reverses a closed entry (红冲).
//!
//! Duty: one place plans every move, from the command line, the side panel and for many rows. A closed entry is never
//! edited: it stays, a mirror of it with the negative amounts is entered in the same step, and both are shown.
//! Inputs: the state, a record, the state it shall reach, the reason, an identity for the mirror. Outputs: operations
//! in a draft. Neighbours: the gate decides whether the step is allowed.

use super::{Draft, Record, State};
use crate::register::{Reversal, RowKind};
use crate::value::{Money, RowId, Text, Value};

/// Adds to `draft` what moves one record to `to`. Nothing where there is no such record or it has no states.
pub fn plan_move(
    draft: &mut Draft,
    state: &State,
    key: &str,
    row: RowId,
    to: &str,
    reason: Option<&str>,
    new_id: &mut dyn FnMut() -> RowId,
) {
    let Some(record) = state.record(key, row) else { return };
    let Some(kind) = state.kind_of(key, record) else { return };
    let Some(flow) = &kind.workflow else { return };
    let now = record.stage().unwrap_or_else(|| flow.initial());
    draft.advance(key, row, now, to, reason);
    if let Some(reversal) = flow.reversal.as_ref().filter(|r| r.to == to) {
        let mirror = new_id();
        draft.create(key, &kind.key, mirror, mirrored(kind, reversal, record, reason), None);
        draft.advance(key, mirror, flow.initial(), reversal.mirror, None);
    }
}

/// The values of the mirror: those of the entry with negative amounts, the entry, and why.
fn mirrored(
    kind: &RowKind,
    reversal: &Reversal,
    record: &Record,
    reason: Option<&str>,
) -> Vec<(Text, Value)> {
    let computed = |key: &str| kind.field(key).is_some_and(|f| f.computed_only());
    let kept =
        record.cells().iter().filter(|(k, _)| !computed(k) && **k != *reversal.why && **k != *reversal.of);
    let mut values: Vec<(Text, Value)> = kept
        .map(|(k, v)| {
            let taken_out = reversal.amounts.contains(&&**k);
            (k.clone(), if taken_out { negative(v) } else { v.clone() })
        })
        .collect();
    values.push((Text::from(reversal.of), Value::Ref(record.id())));
    let why = reason.unwrap_or_default();
    values.push((Text::from(reversal.why), Value::text(&format!("红冲：{why}"))));
    values
}

fn negative(value: &Value) -> Value {
    match value {
        Value::Money(m) => Value::Money(Money::from_fen(-m.fen())),
        Value::Int(n) => Value::Int(-n),
        Value::Decimal(d) => Value::Decimal(-*d),
        other => other.clone(),
    }
}
