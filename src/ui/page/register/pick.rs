//! Choosing rows in the table: a press in the first column, with Shift a range; Space for the selected rows; the
//! heading for all.
//!
//! The grid knows cells and not rows that are chosen, so presses are taken here before they reach it.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::many::Choice;
use super::sheet::{CHOOSE, RegisterSheet};
use crate::ui::widget::grid::{Area, GridContent as _};

#[derive(Clone, Copy)]
pub(super) struct Picker {
    pub sheet: Signal<Rc<RegisterSheet>, LocalStorage>,
    pub choice: Choice,
    pub area: RwSignal<Option<Area>>,
}

impl Picker {
    /// A press of the pointer, or the second of a double click.
    pub(super) fn press(self, event: &web_sys::MouseEvent, counts: bool) {
        let Some(row) = self.row_of(event) else { return };
        if counts {
            self.sheet.with_untracked(|s| {
                if let Some(id) = s.id(row) {
                    self.choice.press(s, id, event.shift_key());
                }
            });
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// A press on the heading: all rows that are shown, or none.
    pub(super) fn press_head(self, event: &web_sys::MouseEvent) {
        let head = element(event).and_then(|e| e.closest("[role=columnheader]").ok().flatten());
        let at =
            |e: &web_sys::Element| e.get_attribute("aria-colindex")?.parse::<usize>().ok()?.checked_sub(1);
        // With a key held down the heading is asked for its column.
        let plain = !(event.ctrl_key() || event.meta_key() || event.shift_key());
        if plain && head.as_ref().and_then(at).is_some_and(|c| Some(c) == self.column()) {
            self.sheet.with_untracked(|s| {
                if let Some(last) = s.count().checked_sub(1) {
                    self.choice.press_rows(s, 0, last);
                }
            });
            event.stop_propagation();
        }
    }

    /// Space, where nothing is being typed.
    pub(super) fn space(self, event: &web_sys::KeyboardEvent) {
        // 229 is what browsers report for keys that an input method has taken.
        let with = event.ctrl_key() || event.meta_key() || event.shift_key();
        if event.key() != " "
            || with
            || event.is_composing()
            || event.key_code() == 229
            || self.column().is_none()
        {
            return;
        }
        let idle = element(event).is_some_and(|e| e.matches(".editor.idle").unwrap_or_default());
        if let Some(area) = self.area.get_untracked().filter(|_| idle) {
            self.sheet.with_untracked(|s| self.choice.press_rows(s, *area.rows.start(), *area.rows.end()));
            event.prevent_default();
            event.stop_propagation();
        }
    }

    fn column(self) -> Option<usize> {
        self.sheet.with_untracked(|s| s.columns().iter().position(|c| c.key == CHOOSE))
    }

    /// The row whose cell of choosing was hit.
    fn row_of(self, event: &web_sys::Event) -> Option<usize> {
        let cell = element(event)?.closest("[role=gridcell]").ok()??;
        let number = |e: &web_sys::Element, name: &str| e.get_attribute(name)?.parse::<usize>().ok();
        (number(&cell, "aria-colindex")?.checked_sub(1) == self.column()).then_some(())?;
        // The heading is the first row.
        number(&cell.closest("[aria-rowindex]").ok()??, "aria-rowindex")?.checked_sub(2)
    }
}

fn element(event: &web_sys::Event) -> Option<web_sys::Element> {
    event.target()?.dyn_into().ok()
}
