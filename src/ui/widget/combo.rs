//! A list to pick from by typing, by arrow keys or by pointer; names are found by pinyin too.

use std::rc::Rc;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::table::spelling;
use crate::ui::desk::Desk;
use crate::ui::lang::t;

/// One thing to pick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ui) struct Pick {
    /// What is handed back.
    pub id: String,
    /// What is shown.
    pub title: String,
    /// Said beside it, smaller.
    pub hint: String,
    /// How far it is indented (places in a tree).
    pub depth: usize,
}

impl Pick {
    /// Without hint, at the first level.
    pub(in crate::ui) fn new(id: &str, title: &str) -> Self {
        Self { id: id.to_owned(), title: title.to_owned(), hint: String::new(), depth: 0 }
    }
}

impl AsRef<str> for Pick {
    fn as_ref(&self) -> &str {
        &self.title
    }
}

/// More than a screen of options is found by typing, not by scrolling.
pub(in crate::ui) const SHOWN: usize = 200;

/// The opened list. It takes the focus and gives it back by calling `on_close`.
#[component]
pub(in crate::ui) fn ComboList(
    options: Vec<Pick>,
    /// Looks for what is typed, where there are too many to be listed.
    #[prop(optional_no_strip)]
    search: Option<Callback<String, Vec<Pick>>>,
    #[prop(into)] current: String,
    label: &'static str,
    on_pick: Callback<String>,
    on_close: Callback<()>,
) -> impl IntoView {
    let options = StoredValue::new_local(Rc::new(options));
    let typed = RwSignal::new(String::new());
    let active = RwSignal::new(0usize);
    let input = NodeRef::<leptos::html::Input>::new();
    let spelt = Desk::here().spelt;
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            // Focus fails only when the list is already closed again.
            let _ = input.focus();
        }
    });
    let found = Memo::new(move |_| {
        spelt.track();
        let typed = typed.get();
        if let Some(search) = search {
            return search.run(typed);
        }
        options.with_value(|all| {
            spelling::best(all.iter(), &typed, SHOWN).into_iter().cloned().collect::<Vec<_>>()
        })
    });
    let keys = move |event: KeyboardEvent| {
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        let n = found.with(Vec::len);
        match event.key().as_str() {
            "ArrowDown" => active.update(|a| *a = (*a + 1).min(n.saturating_sub(1))),
            "ArrowUp" => active.update(|a| *a = a.saturating_sub(1)),
            "Enter" => {
                if let Some(pick) = found.with(|f| f.get(active.get_untracked()).cloned()) {
                    on_pick.run(pick.id);
                }
            }
            "Escape" => on_close.run(()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let current = StoredValue::new(current);
    view! {
        <div class="popover" on:focusout=move |event| close_when_left(&event, on_close)>
            <input class="plain" node_ref=input role="combobox" aria-expanded="true" aria-label=label
                placeholder=t("输入名称或拼音首字母", "Type a name")
                on:input=move |event| { typed.set(event_target_value(&event)); active.set(0); }
                on:keydown=keys />
            <div role="listbox" aria-label=label>
                {move || found.get().into_iter().enumerate().map(|(n, pick)| {
                    let id = pick.id.clone();
                    let is_current = current.with_value(|c| *c == id);
                    view! {
                        <button type="button" class="option" role="option" tabindex="-1" class:active=move || active.get() == n
                            aria-selected=move || (active.get() == n).to_string()
                            aria-current=is_current.then_some("true")
                            style=format!("padding-left:{}px", 10 + pick.depth * 16)
                            on:mousedown=|event| event.prevent_default()
                            on:click=move |_| on_pick.run(id.clone())>
                            <span class="grow">{pick.title}</span><span class="second small">{pick.hint}</span>
                        </button>
                    }
                }).collect_view()}
                {move || found.with(Vec::is_empty).then(|| view! { <p class="hint" style="padding:8px 10px">{t("没有找到", "Nothing found")}</p> })}
            </div>
        </div>
    }
}

/// Closes what has been opened when the focus goes elsewhere.
pub(in crate::ui) fn close_when_left(event: &web_sys::FocusEvent, on_close: Callback<()>) {
    use wasm_bindgen::JsCast as _;
    let here = event.current_target().and_then(|e| e.dyn_into::<web_sys::Node>().ok());
    let next = event.related_target().and_then(|e| e.dyn_into::<web_sys::Node>().ok());
    let inside = here.is_some_and(|h| next.is_some_and(|n| h.contains(Some(&n))));
    if !inside {
        // A list that has just been closed loses the focus as it leaves the page; it is closed already.
        on_close.try_run(());
    }
}
