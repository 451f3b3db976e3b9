//! One row in words: what names it, how far it is, what the rules say of it. Cards, the sheet from below, the step
//! with many rows and the print speak of rows in the same words.

use crate::ledger::{Record, State, Surroundings};
use std::sync::Arc;

use leptos::prelude::{GetValue as _, StoredValue};

use crate::register::{Field, Fields as _, Finding, Register, RowKind, Severity, Stage, StageTone};
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, t};
use crate::ui::words;
use crate::value::RowId;

/// Rows of one kind in a register: a handle of the page that shows them, copied as signals are.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    pub desk: Desk,
    declared: StoredValue<(Arc<Register>, Arc<RowKind>)>,
}

impl Rows {
    pub(super) fn of(desk: Desk, register: Arc<Register>, kind: Arc<RowKind>) -> Self {
        Self { desk, declared: StoredValue::new((register, kind)) }
    }

    pub(super) fn register(self) -> Arc<Register> {
        self.declared.get_value().0
    }

    pub(super) fn kind(self) -> Arc<RowKind> {
        self.declared.get_value().1
    }

    /// The name of the register, or of the kind where it is not the register's first.
    pub(super) fn title(self) -> String {
        let (register, kind) = self.declared.get_value();
        let main = register.main().is_some_and(|m| m.key == kind.key);
        if main { register.label.words() } else { kind.label.words() }
    }

    /// A field's value as it stands in a cell; what was typed and is not saved yet comes first.
    pub(super) fn text(self, state: &State, world: &Surroundings<'_>, id: RowId, field: &Field) -> String {
        let register = self.register();
        if let Some((typed, _)) = self.desk.held_cell(&register.key, id, &field.key) {
            return typed;
        }
        let Some(record) = state.record(&register.key, id) else { return words::NONE.to_owned() };
        let value = field.read(record, world);
        words::cell(field, value.as_deref(), &|t, id| self.desk.target_name(state, t, id))
    }

    /// What names the row: 沙溪村 · 柑橘 · 2024年.
    pub(super) fn name(self, id: RowId) -> String {
        self.desk.state_once(|s| {
            let world = Surroundings::new(s);
            let kind = self.kind();
            let parts = kind.naming_fields().map(|f| self.text(s, &world, id, f));
            parts.filter(|p| p != words::NONE).collect::<Vec<_>>().join(" · ")
        })
    }

    /// The row's state; none when its kind has none.
    pub(super) fn stage(self, id: RowId) -> Option<Stage> {
        let (register, kind) = self.declared.get_value();
        let flow = kind.workflow.as_ref()?;
        self.desk.state_once(|s| {
            let record = s.record(&register.key, id)?;
            flow.stage(record.stage().unwrap_or_else(|| flow.initial())).cloned()
        })
    }

    /// The word of a row that stays out of totals (预计).
    pub(super) fn aside(self, id: RowId) -> Option<String> {
        let (register, kind) = self.declared.get_value();
        let (key, values) = kind.law.aside?;
        let field = kind.field(key)?;
        self.desk.state_once(|s| {
            let value = s.record(&register.key, id)?.value(key)?;
            let word = value.as_str().filter(|w| values.contains(w))?;
            Some(field.options().and_then(|o| o.find(word)).map_or_else(|| word.to_owned(), |o| o.words()))
        })
    }

    /// The gravest thing that the rules say, when it is more than a note.
    pub(super) fn worst(self, id: RowId) -> Option<Finding> {
        let (register, kind) = self.declared.get_value();
        self.desk.findings_of(&register, &kind, id, |found| {
            found.iter().filter(|f| f.severity != Severity::Info).min_by_key(|f| f.severity).cloned()
        })
    }
}

/// The record's place: what the first reference among its naming fields points to.
pub(super) fn place_of(kind: &RowKind, record: &Record) -> Option<RowId> {
    let field = kind.naming_fields().find(|f| f.target().is_some())?;
    record.value(&field.key)?.as_ref_id()
}

/// The tag of a state.
pub(super) const fn tag(tone: StageTone) -> &'static str {
    match tone {
        StageTone::Open => "tag",
        StageTone::Waiting => "tag doubt",
        StageTone::Done => "tag done",
        StageTone::Ended => "tag wrong",
    }
}

/// The tag and the word of a finding.
pub(super) fn mark(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Error => ("tag wrong", t("错误", "Error")),
        Severity::Warning => ("tag doubt", t("提示", "Note")),
        Severity::Info => ("tag", t("说明", "Info")),
    }
}
