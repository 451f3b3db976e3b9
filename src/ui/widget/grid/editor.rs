//! The one text area over the selected cell, and what is said under it.

use leptos::prelude::*;

use super::whole::gutter;
use super::{Grid, ROW, UNPLACED};
use crate::ui::lang::t;
use crate::ui::widget::ask::Ask;

/// While an input method composes, its letters are not yet text.
pub(in crate::ui) fn composing(event: &web_sys::Event) -> bool {
    use wasm_bindgen::JsCast as _;
    event.dyn_ref::<web_sys::InputEvent>().is_some_and(web_sys::InputEvent::is_composing)
}

/// Rows that the editor is shifted by at most.
const SHIFTED: usize = 1000;

/// Over the cell. It is shifted there: to be shifted, nothing has to be laid out anew. Far down a shift would not be
/// exact, so the thousands are its place.
fn over_cell((row, left, width): (usize, f64, f64)) -> String {
    let shift = row % SHIFTED;
    let (top, down) = ((row - shift) as f64 * ROW, shift as f64 * ROW);
    format!("left:0;top:{top}px;width:{width}px;height:{ROW}px;transform:translate({left}px,{down}px)")
}

impl Grid {
    pub(super) fn editor_view(self) -> impl IntoView {
        let place = move || {
            let (row, c) = self.here.get()?;
            self.sheet.with(|s| {
                let column = s.columns().get(c)?;
                let left = gutter(s.rows()) + s.columns().iter().take(c).map(|x| x.width).sum::<f64>();
                Some((row, left, column.width))
            })
        };
        let note = move || {
            let (row, left, width) = place()?;
            let top = row as f64 * ROW;
            Some(format!("left:{left}px;top:{top}px;width:{width}px;height:{ROW}px"))
        };
        // In a row and a cell of its own, because a grid may hold nothing else.
        view! {
            <div role="row"><div role="gridcell"><textarea class="editor" class:idle=move || !self.editing.get() node_ref=self.editor rows="1" style=move || place().map_or_else(|| UNPLACED.to_owned(), over_cell)
                aria-label=move || self.cell_name() aria-invalid=move || self.problem.with(Option::is_some).to_string()
                autocomplete="off" spellcheck="false"
                readonly=move || !self.can_type()
                on:keydown=move |event| self.key(&event)
                on:beforeinput=move |event| self.before_input(&event)
                on:compositionstart=move |_| if !self.editing.get_untracked() { self.begin_typing("") }
                on:input=move |event| { self.typed(); if !composing(&event) { self.keep(); } }
                on:compositionend=move |_| self.keep()
                on:copy=move |event| self.copy(&event)
                on:paste=move |event| self.paste(&event)
                on:focus=move |_| if self.here.try_get_untracked() == Some(None) { self.go(0, 0); }
                on:blur=move |_| if self.left_open() { self.finish(0, 0); } />
            {move || self.note_view(note())}</div></div>
        }
    }

    /// Whether the focus leaves a cell that is being typed in; a question about it stands in the same place.
    fn left_open(self) -> bool {
        self.editing.try_get_untracked() == Some(true)
            && self.asked.try_with_untracked(Option::is_none) == Some(true)
    }

    /// The question, the message or the options under the cell that is being typed in.
    pub(super) fn note_view(self, place: Option<String>) -> Option<AnyView> {
        let place = place?;
        let below = move |extra: &str| {
            format!("{place};margin-top:{ROW}px;height:auto;width:auto;min-width:220px;{extra}")
        };
        if let Some((_, question)) = self.asked.get() {
            let style = below("position:absolute;z-index:5;padding:8px 10px");
            let (answer, back) =
                (Callback::new(move |text: String| self.answer(&text)), Callback::new(move |()| self.back()));
            return Some(
                view! { <div class="card" style=style><Ask question focused=true on_answer=answer on_back=back /></div> }
                    .into_any(),
            );
        }
        if let Some(problem) = self.problem.get() {
            let style = below("position:absolute;z-index:5;padding:6px 10px");
            return Some(
                view! { <div class="card hint wrong" role="alert" style=style>{problem}</div> }.into_any(),
            );
        }
        let options = self.options.get();
        if !self.editing.get() || options.is_empty() {
            return None;
        }
        let style = below("top:auto;max-height:240px");
        let top = self.here.get().map_or(0.0, |(row, _)| (row as f64 + 1.0) * ROW);
        Some(
            view! {
                <div class="popover" role="listbox" style=format!("{style};top:{top}px;margin-top:0")>
                    {options.into_iter().enumerate().map(|(n, pick)| {
                        let word = pick.id.clone();
                        view! {
                            <div class="option" role="option" class:active=move || self.option.get() == n + 1 aria-selected=move || (self.option.get() == n + 1).to_string()
                                on:mousedown=move |event| { event.prevent_default(); self.write_editor(&word); self.options.set(Vec::new()); self.finish(1, 0); }>{pick.title.clone()}</div>
                        }
                    }).collect_view()}
                </div>
            }
            .into_any(),
        )
    }

    pub(super) fn can_type(self) -> bool {
        self.writable.get()
            && self
                .here
                .get()
                .is_some_and(|(_, c)| self.sheet.with(|s| s.columns().get(c).is_some_and(|x| x.editable)))
    }

    pub(super) fn cell_name(self) -> String {
        let Some((row, c)) = self.here.get() else { return t("表格单元格", "Table cell").to_owned() };
        self.sheet.with(|s| {
            let title = s.columns().get(c).map(|x| x.title.clone()).unwrap_or_default();
            let shown = s.shown(row, c).text;
            match crate::ui::lang::lang() {
                crate::ui::lang::Lang::Zh => format!("{title}，第{}行，{shown}", row + 1),
                crate::ui::lang::Lang::En => format!("{title}, row {}, {shown}", row + 1),
            }
        })
    }

    pub(super) fn editor_text(self) -> String {
        self.editor.get_untracked().map(|e| e.value()).unwrap_or_default()
    }

    pub(super) fn write_editor(self, text: &str) {
        if let Some(editor) = self.editor.get_untracked() {
            editor.set_value(text);
        }
    }
}
