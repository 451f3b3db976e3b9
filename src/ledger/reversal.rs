//! Moving records on: what a step writes, also where the step reverses a closed entry (红冲).
//!
//! Duty: one place plans every move, from the command line, the side panel and for many rows. A closed entry is never
//! edited: it stays, a mirror of it with the negative amounts is entered in the same step, and both are shown. What it
//! had brought to another record is taken off there in the same step.
//! Inputs: the state, a record, the state it shall reach, the reason, an identity for the mirror. Outputs: operations
//! in a draft. Neighbours: the gate decides whether the step is allowed.

use super::{Draft, Record, State};
use crate::register::{Brings, Fields as _, Reversal, RowKind};
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
        if let Some(brought) = brought(state, (kind, record), reversal) {
            taken_back(draft, state, brought);
        }
    }
}

/// What an entry brought elsewhere: how much, to which record.
struct Brought<'a> {
    how: Brings,
    register: &'static str,
    to: &'a Record,
    amount: Money,
}

fn brought<'a>(
    state: &'a State,
    (kind, entry): (&RowKind, &Record),
    reversal: &Reversal,
) -> Option<Brought<'a>> {
    let how = reversal.brings?;
    let target = kind.field(how.to)?.target()?;
    let (register, to) = state.home(target, entry.value(how.to)?.as_ref_id()?)?;
    let amounts = reversal.amounts.iter().filter_map(|key| entry.value(key)?.as_money());
    (!to.is_gone()).then(|| Brought { how, register, to, amount: amounts.sum() })
}

/// Takes it off there. Where less is left than that, somebody has corrected it already: it stays, and the rules of that
/// record say what does not agree.
fn taken_back(draft: &mut Draft, state: &State, Brought { how, register, to, amount }: Brought<'_>) {
    let there = to.value(how.sum).and_then(Value::as_money).unwrap_or(Money::ZERO);
    let Some(left) = there.checked_sub(amount).filter(|left| *left >= Money::ZERO) else { return };
    draft.set(state, register, to.id(), how.sum, Some(Value::Money(left)), None);
    if left == Money::ZERO {
        draft.set(state, register, to.id(), how.day, None, None);
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
