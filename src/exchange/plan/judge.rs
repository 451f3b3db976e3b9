//! What the rules of a register say to the rows of a file.
//!
//! Duty: every record that would be made or changed is held against the rules as it would be; what stays as it is was
//! judged when it was written, and is not judged again. Inputs: drafts whose fate is decided. Outputs: findings with
//! their cells; a row that breaks a rule of severity error is left out. Neighbours: `upsert` decided the fates, the
//! ledger's gate judges what people type.

use std::collections::HashSet;

use super::upsert::{Declared, Kinds};
use super::{Desk, DraftRow, Fate, FieldChange, Planned};
use crate::exchange::book::address;
use crate::exchange::finding::CellFinding;
use crate::ledger::Record;
use crate::register::{Fields, Finding, Register, RowKind, Severity};
use crate::value::{RowId, Text, Value};

/// Tests every draft that changes something.
pub(super) fn judge(desk: &mut Desk<'_>, kinds: &Kinds<'_>, tables: &[Planned], drafts: &mut [DraftRow]) {
    let mut wrong = HashSet::new();
    for draft in drafts.iter() {
        let Some((planned, Declared { register, kind, .. })) = kinds.at(tables, draft) else { continue };
        let found = of_draft(desk, (register, kind), draft);
        if found.iter().any(|f| f.severity == Severity::Error) {
            wrong.insert((draft.table, draft.line));
        }
        for finding in found {
            said(desk, planned, draft, finding);
        }
    }
    // A row is written as a whole or not at all.
    drafts.iter_mut().filter(|d| wrong.contains(&(d.table, d.line))).for_each(|d| d.fate = Fate::Skip);
}

#[inline(never)] // called for every row, see `lib`
fn of_draft(desk: &Desk<'_>, (declared, kind): (&Register, &RowKind), draft: &DraftRow) -> Vec<Finding> {
    let test = |record: &dyn Fields| -> Vec<Finding> {
        let rules = kind.rules.iter();
        rules.filter_map(|r| r.test(&declared.key, &kind.key, record, &desk.world)).collect()
    };
    match &draft.fate {
        Fate::Insert => test(&draft.fields.as_slice()),
        Fate::Update { row, changes } => match desk.state.record(&declared.key, *row) {
            Some(record) => {
                // What was wrong before is no reason to refuse what mends something else.
                let before = test(record);
                let mut now = test(&Changed { record, changes });
                now.retain(|f| f.severity != Severity::Error || !before.iter().any(|b| b.rule == f.rule));
                now
            }
            None => Vec::new(),
        },
        Fate::Unchanged { .. } | Fate::Skip => Vec::new(),
    }
}

/// A finding at the cell that gave the field; what the clean-up merely suggests is said when the ledger is checked.
fn said(desk: &mut Desk<'_>, planned: &Planned, draft: &DraftRow, finding: Finding) {
    if finding.severity == Severity::Info {
        return;
    }
    let source = usize::try_from(draft.source).ok().and_then(|s| desk.sources.get(s));
    let given = source.zip(finding.field.as_ref()).and_then(|(s, field)| s.cell(field, draft.row));
    let cell = given.unwrap_or_else(|| address(draft.row.saturating_sub(1), planned.left));
    desk.report.push(CellFinding {
        severity: finding.severity,
        sheet: planned.sheet.clone(),
        cell,
        field: finding.field,
        rule: finding.rule,
        ask: None,
        listed: false,
        message: finding.message,
    });
}

/// A record as an import would leave it.
struct Changed<'a> {
    record: &'a Record,
    changes: &'a [FieldChange],
}

impl Fields for Changed<'_> {
    fn value(&self, key: &str) -> Option<&Value> {
        let changed = self.changes.iter().find(|c| is(&c.field, key)).map(|c| &c.after);
        changed.or_else(|| self.record.value(key))
    }

    fn row(&self) -> Option<RowId> {
        Some(self.record.id())
    }
}

fn is(field: &Text, key: &str) -> bool {
    **field == *key
}
