//! What each key does.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::{Grid, ROW};
use crate::ui::desk::Step;

impl Grid {
    pub(super) fn key(self, event: &KeyboardEvent) {
        // 229 is what browsers report for keys that an input method has taken.
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        if let Some(step) = Step::asked(event) {
            event.prevent_default();
            event.stop_propagation();
            return self.take_step(step);
        }
        let editing = self.editing.get_untracked();
        let page = self.frame.get_untracked().map_or(10, |f| (f64::from(f.client_height()) / ROW) as i64 - 2);
        if !editing && let Some((row, c)) = self.destination(event, page.max(1) as usize) {
            event.prevent_default();
            event.stop_propagation();
            return if event.shift_key() { self.extend((row, c)) } else { self.go(row, c) };
        }
        let block = self.area.get_untracked().filter(|a| !a.is_one_cell());
        let jump = event.ctrl_key() || event.meta_key();
        let picking = editing && !self.options.with_untracked(Vec::is_empty);
        match event.key().as_str() {
            "Enter" if editing => self.finish(if event.shift_key() { -1 } else { 1 }, 0),
            "Enter" | "F2" => self.open(),
            // At the table's ends Tab goes on to the next control, so that nobody is caught in here.
            "Tab" if self.at_end(event.shift_key()) => {
                self.finish(0, 0);
                return;
            }
            "Tab" => self.finish(0, if event.shift_key() { -1 } else { 1 }),
            "Escape" if editing => self.give_up(),
            "ArrowDown" if picking => {
                self.option.update(|o| *o = (*o + 1).min(self.options.with_untracked(Vec::len)))
            }
            "ArrowUp" if picking => self.option.update(|o| *o = o.saturating_sub(1)),
            "ArrowDown" => self.finish(1, 0),
            "ArrowUp" => self.finish(-1, 0),
            "ArrowLeft" if !editing => self.step(0, -1),
            "ArrowRight" if !editing => self.step(0, 1),
            "PageDown" => self.finish(page, 0),
            "PageUp" => self.finish(-page, 0),
            " " if !editing && (jump || event.shift_key()) => {
                let Some((row, c)) = self.here.get_untracked() else { return };
                if jump { self.pick_columns(c, false) } else { self.pick_rows(row, false) }
            }
            "a" | "A" if !editing && jump => self.select_all(),
            "d" | "D" if !editing && jump => self.fill_down(),
            "Escape" if block.is_some() => {
                if let Some((row, c)) = self.here.get_untracked() {
                    self.go(row, c);
                }
            }
            "Delete" | "Backspace" if !editing && block.is_some() => {
                if let Some(area) = block {
                    self.clear(&area);
                }
            }
            "Delete" | "Backspace" if !editing && self.can_type() => {
                self.write_editor("");
                self.editing.set(true);
                self.finish(0, 0);
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }
}
