//! What needs a second look: the rules of every register over every record.
//!
//! Duty: required fields that are blank and rules that do not hold, each with its record. Inputs: the state,
//! optionally a place. Outputs: [`Found`], the grave ones first, in a stable order.

use std::collections::BTreeSet;

use crate::ledger::{Record, State, Surroundings};
use crate::register::{Field, Fields as _, Finding, Message, Need, RowKind, Severity, World, catalog};
use crate::table::Places;
use crate::value::order;
use crate::value::{Period, RowId, Text, Value};

/// A finding and the record it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Register key.
    pub register: &'static str,
    /// Kind of row.
    pub kind: &'static str,
    /// The record.
    pub row: RowId,
    /// The record's place, where it has one.
    pub org: Option<RowId>,
    /// The record's period, where it has one.
    pub period: Option<Period>,
    /// What was found.
    pub finding: Finding,
}

/// Everything that rules find under `place` (everywhere when none).
pub fn findings(state: &State, places: &Places, place: Option<RowId>) -> Vec<Found> {
    let inside: Option<BTreeSet<RowId>> = place.map(|p| places.under(p));
    let world = Surroundings::new(state);
    let mut found = Vec::new();
    for register in catalog::all() {
        let Some(sheet) = state.sheet(register.key) else { continue };
        for record in sheet.live() {
            let Some(kind) = register.kind(record.kind()) else { continue };
            let org = org_of(register.key, record);
            let within = inside.as_ref().is_none_or(|i| org.is_some_and(|o| i.contains(&o)));
            if within {
                let period = record.value("period").and_then(Value::as_period);
                found.extend(of_record(register.key, kind, record, &world).into_iter().map(|finding| {
                    Found { register: register.key, kind: kind.key, row: record.id(), org, period, finding }
                }));
            }
        }
    }
    order::sort_by(&mut found, |a, b| {
        (a.finding.severity, a.register, std::cmp::Reverse(a.period), a.row, &a.finding.rule).cmp(&(
            b.finding.severity,
            b.register,
            std::cmp::Reverse(b.period),
            b.row,
            &b.finding.rule,
        ))
    });
    found
}

/// What the rules of one kind find in one record.
pub fn of_record(register: &str, kind: &RowKind, record: &Record, world: &dyn World) -> Vec<Finding> {
    let blank = kind.fields.iter().filter_map(|f| blank(f, record, world));
    blank.chain(kind.rules.iter().filter_map(|r| r.test(register, kind.key, record, world))).collect()
}

fn blank(field: &Field, record: &Record, world: &dyn World) -> Option<Finding> {
    let needed = match &field.need {
        Need::Optional => false,
        Need::Always => true,
        Need::When(condition) => condition.holds(record),
    };
    (needed && field.read(record, world).is_none()).then(|| Finding {
        // The record is there and stays; what is missing waits to be filled in.
        severity: Severity::Warning,
        rule: Text::from("required"),
        field: Some(Text::from(&*field.key)),
        message: Message::new(format!("还缺“{}”", field.label.zh), format!("{} is missing", field.label.en)),
    })
}

fn org_of(register: &str, record: &Record) -> Option<RowId> {
    match register {
        "R01" => Some(record.id()),
        _ => record.value("org").and_then(Value::as_ref_id),
    }
}
