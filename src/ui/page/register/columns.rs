//! The columns of a register as a person wants them on this device: shown, hidden, moved, wider.
//!
//! What names a row stays in front and cannot be hidden; how many are hidden is said by the button. The menu goes with
//! Escape, with a press elsewhere and when the keyboard leaves it; an entry that is moved keeps the keyboard.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::row::Rows;
use super::sheet::{declared, heading};
use crate::table::arrangement::{NARROWEST, WIDEST, Wishes};
use crate::ui::focus;
use crate::ui::lang::{local_storage, t};
use crate::ui::widget::combo::close_when_left;
use crate::ui::widget::grid::Order;

/// The wishes for one kind of rows, kept in this browser.
#[derive(Clone, Copy)]
pub(super) struct Columns {
    rows: Rows,
    pub wishes: RwSignal<Wishes>,
}

impl Columns {
    pub(super) fn of(rows: Rows) -> Self {
        let kept = local_storage().and_then(|s| s.get_item(&place(rows)).ok().flatten());
        Self { rows, wishes: RwSignal::new(kept.map(|k| Wishes::read(&k)).unwrap_or_default()) }
    }

    pub(super) fn change(self, change: impl FnOnce(&mut Wishes)) {
        self.wishes.update(change);
        let Some(storage) = local_storage() else { return };
        if let Ok(text) = self.wishes.with_untracked(serde_json::to_string) {
            // A browser that keeps no preferences begins with the usual ones.
            let _ = storage.set_item(&place(self.rows), &text);
        }
    }

    fn hidden(self) -> usize {
        let movable = declared(self.rows.desk, &self.rows.kind()).1;
        self.wishes.with(|w| movable.iter().filter(|f| w.hides(&f.key)).count())
    }

    /// 列（隐藏3），按产值排序.
    fn title(self, order: RwSignal<Order>) -> String {
        let hidden = match self.hidden() {
            0 => t("列", "Columns").to_owned(),
            n => format!("{}{n}{}", t("列（隐藏", "Columns ("), t("）", " hidden)")),
        };
        let sorted = order.get().filter(|(key, _)| self.wishes.with(|w| w.hides(key)));
        let kind = self.rows.kind();
        let field = sorted.and_then(|(key, _)| kind.field(&key));
        match field {
            Some(field) => {
                format!("{hidden}{}{}{}", t("，按", ", sorted by "), heading(field), t("排序", ""))
            }
            None => hidden,
        }
    }
}

fn place(rows: Rows) -> String {
    format!("xingcun.columns.{}.{}", rows.register().key, rows.kind().key)
}

/// The button and what it opens. `on_moved`: cells are counted anew.
#[component]
pub(super) fn ColumnsButton(
    columns: Columns,
    order: RwSignal<Order>,
    on_moved: Callback<()>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let button = NodeRef::<leptos::html::Button>::new();
    let place = NodeRef::<leptos::html::Div>::new();
    close_when_pressed_elsewhere(place, open);
    let close = Callback::new(move |()| {
        open.set(false);
        if let Some(button) = button.get_untracked() {
            focus::give_back(button.into());
        }
    });
    view! {
        <div class="anchor" node_ref=place on:keydown=move |e| if e.key() == "Escape" && open.get_untracked() { e.stop_propagation(); close.run(()); }
            on:focusout=move |e| if e.related_target().is_some() { close_when_left(&e, Callback::new(move |()| open.set(false))); }>
            <button class="chip" node_ref=button aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>{move || columns.title(order)}</button>
            {move || open.get().then(|| view! { <Menu columns on_moved /> })}
        </div>
    }
}

/// A press on what cannot have the focus takes it from nobody, and closes all the same.
pub(super) fn close_when_pressed_elsewhere(place: NodeRef<leptos::html::Div>, open: RwSignal<bool>) {
    let pressed = window_event_listener(leptos::ev::pointerdown, move |event| {
        use wasm_bindgen::JsCast as _;
        let on = event.target().and_then(|e| e.dyn_into::<web_sys::Node>().ok());
        let inside = place.get_untracked().is_some_and(|p| p.contains(on.as_ref()));
        if !inside && open.get_untracked() {
            open.set(false);
        }
    });
    on_cleanup(move || pressed.remove());
}

/// The element that has the focus has it again once it stands in its new place.
fn keep_focus() {
    if let Some(held) = focus::holder() {
        focus::give_back(held);
    }
}

#[component]
fn Menu(columns: Columns, on_moved: Callback<()>) -> impl IntoView {
    let first = NodeRef::<leptos::html::Button>::new();
    Effect::new(move |_| {
        if let Some(first) = first.get() {
            // Focus fails only when the menu is already closed again.
            let _ = first.focus();
        }
    });
    let (named, movable) = declared(columns.rows.desk, &columns.rows.kind());
    let keys: Vec<String> = movable.iter().map(|f| f.key.to_string()).collect();
    let all = keys.clone();
    let ordered = Memo::new(move |_| columns.wishes.with(|w| w.ordered(&all)));
    let keys = StoredValue::new(keys);
    let reset = move |_| {
        columns.change(|w| *w = Wishes::default());
        on_moved.run(());
    };
    let width = move |key: String, title: &str| {
        let usual = super::sheet::usual_width(&columns.rows.kind(), &key);
        let read = key.clone();
        view! {
            <input class="plain num" type="number" min=NARROWEST max=WIDEST step="10" aria-label=format!("{} {title}", t("宽度", "Width"))
                prop:value=move || columns.wishes.with(|w| w.width(&read)).unwrap_or(usual).to_string()
                on:change=move |e| { let wide = event_target_value(&e).parse().ok(); columns.change(|w| w.widen(&key, wide)); } />
        }
    };
    let line = move |key: String| {
        let title = heading(columns.rows.kind().field(&key)?);
        let (shown, hide, up, down) = (key.clone(), key.clone(), key.clone(), key.clone());
        let moved = key.clone();
        let step = move |key: &str, back: bool| {
            columns.change(|w| keys.with_value(|all| w.shift(all, key, back)));
            on_moved.run(());
            keep_focus();
        };
        let by_key = move |event: KeyboardEvent| {
            let back = event.key() == "ArrowDown";
            if event.alt_key() && (back || event.key() == "ArrowUp") {
                event.prevent_default();
                step(&moved, back);
            }
        };
        Some(view! {
            <div class="row column-line" on:keydown=by_key>
                <label class="grow"><input type="checkbox" prop:checked=move || columns.wishes.with(|w| !w.hides(&shown))
                    on:change=move |e| { let show = event_target_checked(&e); columns.change(|w| w.hide(&hide, !show)); on_moved.run(()); } />" "{title.clone()}</label>
                <button type="button" class="tool" aria-label=format!("{} {title}", t("上移", "Move up")) on:click=move |_| step(&up, false)>"↑"</button>
                <button type="button" class="tool" aria-label=format!("{} {title}", t("下移", "Move down")) on:click=move |_| step(&down, true)>"↓"</button>
                {width(key, &title)}
            </div>
        })
    };
    view! {
        <div class="popover columns-menu" role="dialog" tabindex="-1" aria-label=t("列", "Columns")>
            <button type="button" class="btn" node_ref=first on:click=reset>{t("恢复默认", "Restore the default")}</button>
            <p class="hint">{t("说明是哪一行的列总在前面，不能隐藏；按住Alt用↑↓也能移动", "Columns that name the row stay in front and cannot be hidden; Alt with ↑ or ↓ moves one too")}</p>
            {named.into_iter().map(|f| { let title = heading(&f); view! {
                <div class="row column-line"><label class="grow"><input type="checkbox" checked disabled />" "{title.clone()}</label>{width(f.key.to_string(), &title)}</div>
            } }).collect_view()}
            <For each=move || ordered.get() key=Clone::clone let:key>{line(key)}</For>
        </div>
    }
}
