//! What needs a second look: the rules of every register over every record.
//!
//! Duty: required fields that are blank and rules that do not hold, each with its record. Inputs: the state,
//! optionally a place. Outputs: [`Found`], the grave ones first, in a stable order; all at once or, for a page
//! that must not stand still, a few records at a time ([`Sweep`]).

use std::cmp::Reverse;

use crate::ledger::{Record, State, Surroundings};
use crate::register::{
    Field, Fields as _, Finding, Message, Name, Register, RowKind, Sense, Severity, World,
};
use crate::table::Places;
use crate::value::order;
use crate::value::{Date, Period, RowId, Text, Value};

/// A finding and the record it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Register key.
    pub register: Name,
    /// Kind of row.
    pub kind: Name,
    /// The record.
    pub row: RowId,
    /// The record's place, where it has one.
    pub org: Option<RowId>,
    /// The record's period, where it has one.
    pub period: Option<Period>,
    /// What was found.
    pub finding: Finding,
}

/// Everything that rules find on the day `today` under `place` (everywhere when none).
pub fn findings(state: &State, places: &Places, place: Option<RowId>, today: Date) -> Vec<Found> {
    let mut sweep = Sweep::default();
    sweep.step(state, today, usize::MAX);
    let mut found = sweep.found;
    if let Some(inside) = place.map(|p| places.under(p)) {
        found.retain(|f| f.org.is_some_and(|o| inside.contains(&o)));
    }
    found
}

/// The rules over every record, some records at a time: a hundred thousand take longer than a page may stand
/// still. A state that has changed in between, or another day, is looked at from the beginning.
#[derive(Debug, Default)]
pub struct Sweep {
    version: u64,
    today: Option<Date>,
    /// Registers that are done, and records of the next one.
    at: (usize, usize),
    found: Vec<Found>,
    done: bool,
}

impl Sweep {
    /// Looks at up to `records` more; returns whether all have been looked at.
    pub fn step(&mut self, state: &State, today: Date, records: usize) -> bool {
        if self.version != state.version() || self.today != Some(today) {
            *self = Self { version: state.version(), today: Some(today), ..Self::default() };
        }
        let world = Surroundings::new(state).on(today);
        let mut left = records;
        while !self.done {
            let Some(register) = state.schema().all().get(self.at.0) else {
                self.finish();
                break;
            };
            let (from, sheet) = (self.at.1, state.sheet(&register.key));
            let rows = sheet.into_iter().flat_map(|s| (from..s.count()).filter_map(|at| s.nth(at)));
            let mut seen = 0;
            for record in rows.take(left) {
                seen += 1;
                if let Some(kind) = register.kind(record.kind()).filter(|_| !record.is_gone()) {
                    self.look(register, kind, record, &world);
                }
            }
            left -= seen;
            if left == 0 {
                self.at.1 += seen;
                break;
            }
            self.at = (self.at.0 + 1, 0);
        }
        self.done
    }

    /// What was found so far; once all records have been looked at, the grave ones first.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    fn look(&mut self, register: &Register, kind: &RowKind, record: &Record, world: &Surroundings<'_>) {
        let all = of_record(&register.key, kind, record, world);
        let period = kind.said(record, Sense::Period).and_then(Value::as_period);
        self.found.extend(all.into_iter().map(|finding| Found {
            register: register.key.clone(),
            kind: kind.key.clone(),
            row: record.id(),
            org: world.state().place_of(register, record),
            period,
            finding,
        }));
    }

    fn finish(&mut self) {
        order::sort_by(&mut self.found, |a, b| {
            (a.finding.severity, &a.register, Reverse(a.period), a.row, &a.finding.rule).cmp(&(
                b.finding.severity,
                &b.register,
                Reverse(b.period),
                b.row,
                &b.finding.rule,
            ))
        });
        self.done = true;
    }
}

/// What the rules of one kind find in one record.
pub fn of_record(register: &str, kind: &RowKind, record: &Record, world: &dyn World) -> Vec<Finding> {
    let blank = kind.fields.iter().filter_map(|f| blank(f, record, world));
    let lost = kind.fields.iter().filter_map(|f| lost(f, record, world));
    blank
        .chain(incomplete(kind, record, world))
        .chain(lost)
        .chain(kind.rules.iter().filter_map(|r| r.test(register, &kind.key, record, world)))
        .collect()
}

fn blank(field: &Field, record: &Record, world: &dyn World) -> Option<Finding> {
    (field.need.must(record) && field.read(record, world).is_none()).then(|| Finding {
        // The record is there and stays; what is missing waits to be filled in.
        severity: Severity::Warning,
        rule: Text::from("required"),
        field: Some(Text::from(&*field.key)),
        message: Message::new(format!("还缺“{}”", field.label.zh), format!("{} is missing", field.label.en)),
    })
}

/// What a complete record has and this one lacks, in one sentence.
fn incomplete(kind: &RowKind, record: &Record, world: &dyn World) -> Option<Finding> {
    let lacks = |f: &&Field| f.need.asks(record) && f.read(record, world).is_none();
    let gaps: Vec<&Field> = kind.fields.iter().map(AsRef::as_ref).filter(lacks).collect();
    let first = gaps.first()?;
    let zh: Vec<&str> = gaps.iter().map(|f| &*f.label.zh).collect();
    let en: Vec<&str> = gaps.iter().map(|f| &*f.label.en).collect();
    Some(Finding {
        severity: Severity::Warning,
        rule: Text::from("incomplete"),
        field: Some(Text::from(&*first.key)),
        message: Message::new(
            format!("{}要素不全，还缺“{}”", kind.label.zh, zh.join("、")),
            format!("Incomplete: {} missing", en.join(", ")),
        ),
    })
}

/// A field that names a record which was removed. Merged files may bring it; nobody can do it here.
fn lost(field: &Field, record: &Record, world: &dyn World) -> Option<Finding> {
    let target = field.target()?;
    let stands = |id: &&RowId| target.registers().any(|key| world.stands(key, **id));
    let gone = record.value(&field.key)?.refs().iter().find(|id| !stands(id))?;
    let named = target.pools().iter().find_map(|pool| {
        let (_, kind) = world.schema().pool(pool)?;
        world.record(pool.register, *gone)?.value(&kind.title)?.as_str().map(str::to_owned)
    });
    let name = named.unwrap_or_else(|| gone.to_string());
    let counts = field.has(Sense::Place);
    let (zh, en) = if counts {
        (
            format!("所属村已删除（{name}）：这一行没有计入合计，请恢复它或改到别的村"),
            format!(
                "Its village was removed ({name}): the row does not count; put the village back or name another"
            ),
        )
    } else {
        (
            format!("“{}”里的“{name}”已删除，请改一改", field.label.zh),
            format!("{} names {name}, which was removed", field.label.en),
        )
    };
    Some(Finding {
        severity: if counts { Severity::Error } else { Severity::Warning },
        rule: Text::from("lost_reference"),
        field: Some(Text::from(&*field.key)),
        message: Message::new(zh, en),
    })
}
