//! What is typed into a register's table: read, tested by the rules, handed to the desk as typed cells. What only the
//! person can say – a word that no list has, which of two villages – is asked before anything is written.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;

use super::RegisterSheet;
use crate::ledger::{BatchKind, Draft};
use crate::register::{Field, Need};
use crate::ui::desk::{Seat, Typed};
use crate::ui::entry;
use crate::ui::lang::{Words, t};
use crate::ui::page::register::form::ask_same_name;
use crate::ui::page::register::input::OFFERED;
use crate::ui::widget::ask::{Question, Refusal};
use crate::ui::widget::combo::Pick;
use crate::ui::widget::grid::Offer;
use crate::value::order::Ordered as _;
use crate::value::{RowId, Value};

/// A cell that was read: its row, its field, the value, and the words that it was read from.
struct Cell<'a> {
    id: RowId,
    field: Arc<Field>,
    value: Option<Value>,
    text: &'a str,
}

impl RegisterSheet {
    /// The words that fit, the best first. Enter takes the first unless what was typed stands in the list itself; a
    /// list that may grow ends with the word as it was typed.
    pub(super) fn offered(&self, column: usize, typed: &str) -> Offer {
        let Some(field) = self.field_at(column) else { return Offer::default() };
        let found = entry::offered(field, typed, &self.desk, OFFERED);
        let unsaid = !typed.trim().is_empty() && !entry::known(field, typed.trim(), &self.desk);
        let first = unsaid && !found.is_empty();
        let mut picks: Vec<Pick> = found.iter().map(|w| Pick::new(w, w)).collect();
        if first && field.options().is_some_and(|o| !o.closed) {
            picks.push(Pick::new(typed.trim(), &format!("{}“{}”", t("新建", "Add "), typed.trim())));
        }
        Offer { picks, first }
    }

    /// Takes one cell. `sure`: the person was asked and means it as it stands.
    pub(super) fn put_cell(&self, row: usize, column: usize, text: &str, sure: bool) -> Result<(), Refusal> {
        let Some(field) = self.field_at(column) else { return Ok(()) };
        let Some(cell) = self.read_cell(row, field, text)? else { return Ok(()) };
        if !sure && let Some(question) = self.question(&cell) {
            return Err(Refusal::Ask(question));
        }
        let typed = self.typed_cell(cell, &mut BTreeSet::new());
        self.desk.put_cells(typed.into_iter().collect());
        Ok(())
    }

    /// Takes a block of cells, all or none; new words in it are asked for once.
    pub(super) fn paste_block(
        &self,
        row: usize,
        column: usize,
        block: &[Vec<String>],
        sure: bool,
    ) -> Result<(), Refusal> {
        let mut cells = Vec::new();
        for (r, line) in block.iter().enumerate() {
            if self.id(row + r).is_none() {
                return Err(Refusal::Wrong(
                    t(
                        "粘贴的行比表里多。多出来的行请到“导入”里粘贴。",
                        "More rows than the table has; paste new rows under Import.",
                    )
                    .to_owned(),
                ));
            }
            for (c, text) in line.iter().enumerate() {
                let Some(field) = self.field_at(column + c).filter(|f| !f.computed_only()) else { continue };
                let place = |why: &str| {
                    format!("{} {} {} {}：{why}", t("第", "row"), r + 1, t("行", ""), field.label.words())
                };
                cells.extend(self.read_cell(row + r, field, text).map_err(|why| in_full(&why, place))?);
            }
        }
        if !sure && let Some(question) = self.ask_words(&cells) {
            return Err(Refusal::Ask(question));
        }
        let mut made = BTreeSet::new();
        let typed = cells.into_iter().filter_map(|cell| self.typed_cell(cell, &mut made)).collect();
        self.desk.put_cells(typed);
        Ok(())
    }

    /// Reads a cell's text, refusing what the rules call an error; none where it says what is recorded already.
    fn read_cell<'a>(
        &self,
        row: usize,
        field: &Arc<Field>,
        text: &'a str,
    ) -> Result<Option<Cell<'a>>, Refusal> {
        let Some(id) = self.id(row) else { return Ok(None) };
        let wrong = |zh: &str, en: &str| Err(Refusal::Wrong(t(zh, en).to_owned()));
        if self.desk.seat.get_untracked() != Seat::Writer {
            return wrong(
                "这个窗口只能查看，请先点“改在这里编辑”",
                "This window only reads; choose “Edit here instead” first",
            );
        }
        // What was only looked at stays as it is, also where it could not be written like this today. Where another
        // value is on its way, what is recorded now is typed to take that one back.
        let passing = self.desk.on_its_way(&self.register.key, id, &field.key).is_some();
        if !passing && text.trim() == self.recorded_text(row, field) {
            self.desk.release(&self.register.key, id, &field.key);
            return Ok(None);
        }
        let value = entry::read(field, text, Some(self.year), &self.desk)?;
        if value.is_none() && matches!(field.need, Need::Always) {
            return Err(Refusal::Wrong(format!("{}{}", field.label.words(), t("必须填写", " is required"))));
        }
        self.admits(id, field, value.as_ref())?;
        Ok(Some(Cell { id, field: Arc::clone(field), value, text }))
    }

    /// What the ledger's gate says of the change.
    fn admits(&self, id: RowId, field: &Field, value: Option<&Value>) -> Result<(), Refusal> {
        let mut draft = Draft::new(BatchKind::Edit);
        self.desk.state_once(|s| draft.set(s, &self.register.key, id, &field.key, value.cloned(), None));
        let refused = self.desk.refused(&draft);
        self.desk.refusal_words(&refused).map_or(Ok(()), |words| Err(Refusal::Wrong(words)))
    }

    /// What has to be asked about a cell: whether its word is new, whether a second record is to have this name.
    fn question(&self, cell: &Cell<'_>) -> Option<Question> {
        let value = cell.value.as_ref()?;
        if let Some(word) = entry::new_words(&cell.field, value, &self.desk).first() {
            return Some(entry::ask_new(&cell.field, word));
        }
        let name = value.as_str().filter(|_| *cell.field.key == *self.kind.title)?;
        let same = self.desk.namesakes(&self.register, &self.kind, name, Some(cell.id));
        (!same.is_empty()).then(|| ask_same_name(name, &same))
    }

    /// The new words of a pasted block, each once, in one question.
    fn ask_words(&self, cells: &[Cell<'_>]) -> Option<Question> {
        let words = cells.iter().flat_map(|cell| {
            let new = cell.value.as_ref().map(|v| entry::new_words(&cell.field, v, &self.desk));
            new.into_iter().flatten().map(|word| format!("{}“{word}”", cell.field.label.words()))
        });
        let new: BTreeSet<String> = words.into_set();
        if new.is_empty() {
            return None;
        }
        let list = new.iter().map(String::as_str).collect::<Vec<_>>().join("、");
        let (zh, en) = (
            format!("粘贴的内容里有{}个新词：{list}。都新建吗？", new.len()),
            format!("{} words are new: {list}. Add them all?", new.len()),
        );
        let answer = Pick::new("", t("新建并粘贴", "Add and paste"));
        Some(Question { words: t(&zh, &en).to_owned(), answers: vec![answer] })
    }

    /// The cell as it is to be recorded, with the words that it makes known; `made` are those made already.
    fn typed_cell(&self, cell: Cell<'_>, made: &mut BTreeSet<String>) -> Option<Typed> {
        let new =
            cell.value.as_ref().map(|v| entry::new_words(&cell.field, v, &self.desk)).unwrap_or_default();
        let (mut draft, mut along) = (Draft::new(BatchKind::Edit), Draft::new(BatchKind::Edit));
        for word in new {
            if made.insert(format!("{} {word}", cell.field.key)) {
                self.desk.add_word(&mut along, &cell.field, &word);
            }
        }
        let key = &self.register.key;
        let field = &*cell.field.key;
        self.desk.state_once(|s| match self.desk.on_its_way(key, cell.id, field) {
            Some(before) => draft.set_over(s, (key, cell.id, field), before, cell.value, None),
            None => draft.set(s, key, cell.id, field, cell.value, None),
        });
        let Some(change) = draft.operations.pop() else {
            self.desk.release(key, cell.id, field);
            return None;
        };
        Some(Typed { text: cell.text.to_owned(), change, along: along.operations })
    }
}

/// A pasted block is not asked about cell by cell: where a name means several, it is refused with all of them.
fn in_full(why: &Refusal, place: impl Fn(&str) -> String) -> Refusal {
    Refusal::Wrong(match why {
        Refusal::Wrong(words) => place(words),
        Refusal::Ask(question) => {
            let all: Vec<&str> = question.answers.iter().map(|p| p.title.as_str()).collect();
            let write = t("请写全称，如", "write the full name, such as ");
            place(&format!("{}{write}{}", question.words, all.join("、")))
        }
    })
}
