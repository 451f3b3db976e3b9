//! What is typed into a register's table: read, tested by the rules, handed to the desk as drafts.

use leptos::prelude::*;

use super::RegisterSheet;
use crate::ledger::{BatchKind, Draft};
use crate::register::{Field, FieldKind};
use crate::ui::desk::{Desk, Role};
use crate::ui::entry;
use crate::ui::lang::{Words, t};
use crate::ui::widget::combo::Pick;
use crate::value::RowId;

/// Options offered while typing.
const OFFERED: usize = 8;

impl RegisterSheet {
    pub(super) fn put_cell(&self, row: usize, column: usize, text: &str) -> Result<(), String> {
        let Some(field) = self.field_at(column) else { return Ok(()) };
        let (mut draft, mut texts) = (Draft::new(BatchKind::Edit), Vec::new());
        self.change(&mut draft, &mut texts, row, field, text)?;
        self.desk.put_cells(draft, texts);
        Ok(())
    }

    pub(super) fn paste_block(&self, row: usize, column: usize, block: &[Vec<String>]) -> Result<(), String> {
        let (mut draft, mut texts) = (Draft::new(BatchKind::Edit), Vec::new());
        for (r, line) in block.iter().enumerate() {
            if self.id(row + r).is_none() {
                return Err(t(
                    "粘贴的行比表里多。多出来的行请到“导入”里粘贴。",
                    "More rows than the table has; paste new rows under Import.",
                )
                .to_owned());
            }
            for (c, text) in line.iter().enumerate() {
                let Some(field) = self.field_at(column + c).filter(|f| !f.computed_only()) else { continue };
                self.change(&mut draft, &mut texts, row + r, field, text).map_err(|why| {
                    format!("{} {} {} {}：{why}", t("第", "row"), r + 1, t("行", ""), field.label.words())
                })?;
            }
        }
        self.desk.put_cells(draft, texts);
        Ok(())
    }

    fn locked(&self, id: RowId) -> bool {
        let stage = self
            .desk
            .state_once(|s| s.record(self.register.key, id).and_then(|r| r.stage().map(str::to_owned)));
        stage.is_some_and(|word| {
            self.kind.workflow.as_ref().and_then(|w| w.stage(&word)).is_some_and(|s| s.locked)
        })
    }

    /// Adds one cell's change to `draft` and its words to `texts`, refusing what the rules call an error.
    fn change(
        &self,
        draft: &mut Draft,
        texts: &mut Vec<String>,
        row: usize,
        field: &'static Field,
        text: &str,
    ) -> Result<(), String> {
        let Some(id) = self.id(row) else { return Ok(()) };
        if self.desk.role.get_untracked() != Role::Writer {
            return Err(t(
                "这个窗口只能查看，请先点“改在这里编辑”",
                "This window only reads; choose “Edit here instead” first",
            )
            .to_owned());
        }
        if self.locked(id) {
            return Err(t(
                "这一行已锁定，请用红冲或更正",
                "This row is locked; reverse or correct it instead",
            )
            .to_owned());
        }
        let value = entry::read(field, text, Some(self.year), &self.desk)?;
        if value.is_none() && matches!(field.need, crate::register::Need::Always) {
            return Err(format!("{}{}", field.label.words(), t("必须填写", " is required")));
        }
        self.desk.check_change(self.register, self.kind, id, field, value.as_ref())?;
        self.desk.state_once(|s| draft.set(s, self.register.key, id, &field.key, value, None));
        if draft.operations.len() > texts.len() {
            texts.push(text.to_owned());
        } else {
            self.desk.release(self.register.key, id, &field.key);
        }
        Ok(())
    }
}

/// Words that a field accepts and `typed` finds.
pub(in crate::ui::page::register) fn picks(desk: Desk, field: &Field, typed: &str) -> Vec<Pick> {
    let words: Vec<String> = match (&field.kind, field.options(), field.target()) {
        (FieldKind::Bool, ..) => vec!["是".to_owned(), "否".to_owned()],
        (_, Some(options), _) => {
            let dictionary =
                options.dictionary.as_ref().map(|d| entry::Names::dictionary(&desk, d)).unwrap_or_default();
            options.listed.iter().map(|o| o.word.to_string()).chain(dictionary).collect()
        }
        (_, _, Some(target)) => desk.target_names(target),
        _ => return Vec::new(),
    };
    words.into_iter().filter(|w| entry::finds(w, typed)).take(OFFERED).map(|w| Pick::new(&w, &w)).collect()
}
