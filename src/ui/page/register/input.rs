//! One input of a form, made from its field.

use leptos::prelude::*;

use super::files::FilesInput;
use super::form::FormState;
use super::row::Rows;
use super::side::series;
use super::whole::ShowInput;
use std::sync::Arc;

use crate::register::{Field, FieldKind, Need};
use crate::ui::desk::Desk;
use crate::ui::entry;
use crate::ui::lang::{Words, t};
use crate::ui::widget::ask::{Ask, Question};
use crate::ui::widget::combo::{ComboList, Pick, SHOWN};
use crate::ui::widget::grid::composing;
use crate::ui::words;
use crate::value::RowId;
use crate::value::order;

/// Words offered while typing.
pub(super) const OFFERED: usize = 8;
/// A list of at most so many words is shown as chips.
const CHIPS: usize = 4;

/// The input.
#[component]
pub(super) fn FieldInput(
    field: Arc<Field>,
    form: FormState,
    row: Option<RowId>,
    rows: Rows,
) -> impl IntoView {
    let key = field.key.to_string();
    let id = format!("f-{key}");
    let problem = {
        let key = key.clone();
        move || form.problems.with(|p| p.get(&key).cloned())
    };
    let doubt = {
        let key = key.clone();
        move || form.doubts.with(|p| p.get(&key).cloned())
    };
    let wide = matches!(field.kind, FieldKind::LongText | FieldKind::Files | FieldKind::Choices(_));
    let must = !matches!(field.need, Need::Optional);
    let body = match &field.kind {
        FieldKind::Files => view! { <FilesInput field=field.clone() form /> }.into_any(),
        _ => text_input(&field, form, &id),
    };
    let show = row.filter(|_| field.is_private()).map(|row| {
        let text = text_of(form, &field.key);
        view! { <ShowInput rows row field=field.clone() text /> }
    });
    let last = row.filter(|_| field.is_number()).map(|row| last_values(rows, row, &field));
    view! {
        <div class="field" class:wide=wide>
            <label for=id.clone()>{field.label.words()}{must.then(|| view! { <span class="must" aria-hidden="true">" *"</span> })}</label>
            {body}{show}
            {move || problem().filter(|p| !p.is_empty()).map(|p| view! { <p class="hint wrong" role="alert">{p}</p> })}
            {ask_view(&field, form)}
            {move || doubt().map(|p| view! { <p class="hint doubt">{p}</p> })}
            {last}
            {field.help.as_ref().map(|h| view! { <p class="hint">{h.words()}</p> })}
        </div>
    }
}

/// What is asked about the field. An answer that means another text takes its place; one that agrees to what is
/// written saves the form once more.
fn ask_view(field: &Field, form: FormState) -> impl IntoView + use<> {
    let (key, refers) = (field.key.to_string(), field.target().is_some());
    let asked = {
        let key = key.clone();
        Memo::new(move |_| form.asks.with(|a| a.get(&key).cloned()))
    };
    let drop = {
        let key = key.clone();
        move || form.asks.update(|a| drop(a.remove(&key)))
    };
    let answer = {
        let (drop, key) = (drop.clone(), key.clone());
        Callback::new(move |text: String| {
            drop();
            if refers {
                text_of(form, &key).set(text);
                form.touched.update(|n| *n += 1);
            } else {
                form.granted.update_value(|g| {
                    g.insert((key.clone(), text));
                });
                form.again.update(|n| *n += 1);
            }
        })
    };
    let back = Callback::new(move |()| {
        drop();
        focus_input(&format!("f-{key}"));
    });
    move || asked.get().map(|question: Question| view! { <Ask question on_answer=answer on_back=back /> })
}

pub(super) fn focus_input(id: &str) {
    use wasm_bindgen::JsCast as _;
    let found = document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(input) = found {
        // An input of an open dialog can have the focus.
        let _ = input.focus();
    }
}

/// The last four values of the series, under the input.
fn last_values(rows: Rows, row: RowId, field: &Field) -> impl IntoView + use<> {
    let mut found = rows.desk.table(&rows.register().key, &rows.kind().key, |table| {
        table.map(|table| series(&table, row, field)).unwrap_or_default()
    });
    order::sort_by_key(&mut found, |(p, _)| *p);
    let shown: Vec<String> =
        found.iter().rev().take(4).rev().map(|(p, n)| format!("{p} {}", words::plain(*n))).collect();
    (shown.len() > 1).then(|| view! { <p class="hint">{t("历期：", "Before: ")}{shown.join(" · ")}</p> })
}

fn text_of(form: FormState, key: &str) -> RwSignal<String> {
    form.texts.with_value(|t| t.get(key).copied()).unwrap_or_default()
}

fn text_input(field: &Arc<Field>, form: FormState, id: &str) -> AnyView {
    let text = text_of(form, &field.key);
    let write = move |value: String| {
        text.set(value);
        form.touched.update(|n| *n += 1);
    };
    let invalid = {
        let key = field.key.to_string();
        Signal::derive(move || form.problems.with(|p| p.contains_key(&key)))
    };
    match (&field.kind, field.options()) {
        (FieldKind::Choices(_), Some(options)) => {
            let all: Vec<(String, String)> = options.words().map(|o| (o.word.to_owned(), o.words())).collect();
            chips_of_many(text, all, Callback::new(write))
        }
        (FieldKind::Choice(_), Some(options)) if options.dictionary.is_none() && options.words().count() <= CHIPS => {
            let all: Vec<(String, String)> = options.words().map(|o| (o.word.to_owned(), o.words())).collect();
            chips(text, all, Callback::new(write), field.label.words())
        }
        (FieldKind::Bool, _) => chips(text, vec![("是".into(), t("是", "Yes").into()), ("否".into(), t("否", "No").into())], Callback::new(write), field.label.words()),
        (FieldKind::LongText, _) => view! {
            <div class="control" class:wrong=invalid><textarea id=id.to_owned() rows="2" aria-invalid=move || invalid.get().to_string() prop:value=move || text.get()
                on:input=move |e| if !composing(&e) { write(event_target_value(&e)) } on:compositionend=move |e| write(event_target_value(&e))></textarea></div>
        }.into_any(),
        (FieldKind::Choice(_) | FieldKind::Ref(_) | FieldKind::Refs(_), _) => view! { <PickInput field=field.clone() id=id.to_owned() text write=Callback::new(write) invalid /> }.into_any(),
        _ => line_input(field, id, text, Callback::new(write), invalid),
    }
}

fn line_input(
    field: &Field,
    id: &str,
    text: RwSignal<String>,
    write: Callback<String>,
    invalid: Signal<bool>,
) -> AnyView {
    let mode = if field.is_number() {
        "decimal"
    } else if matches!(field.kind, FieldKind::Phone) {
        "tel"
    } else {
        "text"
    };
    view! {
        <div class="control" class:wrong=invalid>
            {bare_input(id.to_owned(), mode, text, write, invalid)}
            {field.unit.as_ref().map(|u| view! { <span class="unit">{words::unit(u).to_owned()}</span> })}
        </div>
    }
    .into_any()
}

fn chips(
    text: RwSignal<String>,
    all: Vec<(String, String)>,
    write: Callback<String>,
    label: String,
) -> AnyView {
    view! {
        <div class="row" role="radiogroup" aria-label=label>
            {all.into_iter().map(|(word, shown)| {
                let (a, b) = (word.clone(), word);
                view! { <button type="button" class="chip" role="radio" aria-checked=move || text.with(|x| *x == a).to_string() on:click=move |_| write.run(b.clone())>{shown}</button> }
            }).collect_view()}
        </div>
    }
    .into_any()
}

fn chips_of_many(text: RwSignal<String>, all: Vec<(String, String)>, write: Callback<String>) -> AnyView {
    let has = move |word: &str| text.with(|x| x.split('、').any(|w| w == word));
    view! {
        <div class="row">
            {all.into_iter().map(|(word, shown)| {
                let (a, b) = (word.clone(), word);
                let turn = move |_| {
                    let mut words: Vec<String> = text.with_untracked(|x| x.split('、').filter(|w| !w.is_empty()).map(str::to_owned).collect());
                    if let Some(at) = words.iter().position(|w| *w == b) { words.remove(at); } else { words.push(b.clone()); }
                    write.run(words.join("、"));
                };
                view! { <button type="button" class="chip" aria-pressed=move || has(&a).to_string() on:click=turn>{shown}</button> }
            }).collect_view()}
        </div>
    }
    .into_any()
}

/// An input with a list behind it: places, products, long lists of words. What fits is offered while one types, and
/// what is left half written becomes the best that fits, in front of the person's eyes.
#[component]
fn PickInput(
    field: Arc<Field>,
    id: String,
    text: RwSignal<String>,
    write: Callback<String>,
    invalid: Signal<bool>,
) -> impl IntoView {
    let desk = Desk::here();
    let name = field.label.words();
    let field = StoredValue::new(field);
    let open = RwSignal::new(false);
    let offered = RwSignal::new(Vec::<String>::new());
    let at = RwSignal::new(0usize);
    let typed = Callback::new(move |now: String| {
        let fits = !now.trim().is_empty() && !field.with_value(|f| entry::known(f, now.trim(), &desk));
        offered.set(if fits {
            field.with_value(|f| entry::offered(f, &now, &desk, OFFERED))
        } else {
            Vec::new()
        });
        at.set(0);
        write.run(now);
    });
    let take = move |word: String| {
        offered.set(Vec::new());
        write.run(word);
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        let n = offered.with_untracked(Vec::len);
        if n == 0 || event.is_composing() || event.key_code() == 229 || event.ctrl_key() {
            return;
        }
        match event.key().as_str() {
            "Enter" => {
                if let Some(word) = offered.with_untracked(|o| o.get(at.get_untracked()).cloned()) {
                    take(word);
                }
            }
            "ArrowDown" => at.update(|a| *a = (*a + 1).min(n - 1)),
            "ArrowUp" => at.update(|a| *a = a.saturating_sub(1)),
            "Escape" => offered.set(Vec::new()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let left = move |_| {
        if offered.try_with_untracked(|o| !o.is_empty()) == Some(true) {
            take(field.with_value(|f| entry::meant(f, &text.get_untracked(), &desk)));
        }
    };
    // Records are looked for as one types: there may be tens of thousands.
    let search = field.with_value(|f| f.target().is_some()).then(|| {
        Callback::new(move |typed: String| -> Vec<Pick> {
            let found = field.with_value(|f| entry::offered(f, &typed, &desk, SHOWN));
            let hints = field.with_value(|f| entry::hints(f, &found, &desk));
            found.iter().zip(hints).map(|(w, hint)| Pick { hint, ..Pick::new(w, w) }).collect()
        })
    });
    let hinted = move |words: &[String]| -> Vec<(String, String)> {
        let hints = field.with_value(|f| entry::hints(f, words, &desk));
        words.iter().cloned().zip(hints).collect()
    };
    let several = field.with_value(|f| matches!(f.kind, FieldKind::Refs(_)));
    let picked = Callback::new(move |word: String| {
        let before = text.get_untracked();
        let before = before.trim().trim_end_matches('、');
        let joined = several && !before.is_empty();
        write.run(if joined { format!("{before}、{word}") } else { word });
        open.set(false);
    });
    let options = move || -> Vec<Pick> {
        let field = field.get_value();
        let shown = |word: &str| field.options().and_then(|o| o.find(word)).map(|o| o.words());
        let words = entry::words(&field, &desk);
        words.iter().map(|w| Pick::new(w, &shown(w).unwrap_or_else(|| w.clone()))).collect()
    };
    let label: &'static str = t("从列表选", "Choose from the list");
    view! {
        <div class="anchor">
            <div class="control" class:wrong=invalid on:keydown=keys on:focusout=left>
                {bare_input(id, "text", text, typed, invalid)}
                <button type="button" class="tool" aria-label=format!("{name} {label}") aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|o| *o = !*o)>"▾"</button>
            </div>
            {move || { let words = offered.get(); (!words.is_empty()).then(|| view! {
                <div class="popover" role="listbox" aria-label=t("候选", "Suggestions")>
                    {hinted(&words).into_iter().enumerate().map(|(n, (word, hint))| {
                        let shown = word.clone();
                        view! { <div class="option" role="option" class:active=move || at.get() == n aria-selected=move || (at.get() == n).to_string()
                            on:mousedown=move |e| { e.prevent_default(); take(word.clone()); }>{shown}{(!hint.is_empty()).then(|| view! { " "<span class="second small">{hint}</span> })}</div> }
                    }).collect_view()}
                </div>
            }) }}
            {move || open.get().then(|| view! {
                <ComboList options=options() search current=text.get_untracked() label on_pick=picked on_close=Callback::new(move |()| open.set(false)) />
            })}
        </div>
    }
}

/// The input itself: safe for input methods, set from outside only when the text differs, so that a composition
/// is never disturbed.
fn bare_input(
    id: String,
    mode: &'static str,
    text: RwSignal<String>,
    write: Callback<String>,
    invalid: Signal<bool>,
) -> impl IntoView {
    let node = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        let now = text.get();
        if let Some(input) = node.get()
            && input.value() != now
        {
            input.set_value(&now);
        }
    });
    view! {
        <input id=id node_ref=node inputmode=mode autocomplete="off" aria-invalid=move || invalid.get().to_string()
            on:input=move |e| if !composing(&e) { write.run(event_target_value(&e)) }
            on:compositionend=move |e| write.run(event_target_value(&e)) />
    }
}
