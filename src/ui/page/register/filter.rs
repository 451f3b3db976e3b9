//! What the table shows: a saved view, words to find, one condition on one field, a state.

use leptos::prelude::*;

use crate::register::RowKind;
use crate::ui::lang::{Words, t};

/// The filter of the table. Place and period come from the top bar.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Filter {
    /// Index into the kind's views.
    pub view: Option<usize>,
    /// Words, pinyin or initials.
    pub words: String,
    /// State of the record.
    pub stage: Option<String>,
    /// `field op value`, as typed.
    pub clauses: Vec<String>,
    /// Show all periods, not only the one of the top bar.
    pub all_periods: bool,
}

const OPERATORS: [(&str, &str, &str); 7] = [
    ("=", "等于", "is"),
    ("~", "包含", "contains"),
    ("!=", "不等于", "is not"),
    (">=", "≥", "≥"),
    ("<=", "≤", "≤"),
    (">", ">", ">"),
    ("<", "<", "<"),
];

/// The chips and boxes above the table.
#[component]
pub(super) fn FilterBar(kind: &'static RowKind, filter: RwSignal<Filter>) -> impl IntoView {
    let adding = RwSignal::new(false);
    let chip = move |n: Option<usize>, words: String| {
        view! { <button class="chip" aria-pressed=move || filter.with(|f| f.view == n).to_string() on:click=move |_| filter.update(|f| f.view = n)>{words}</button> }
    };
    let stages = kind.workflow.as_ref().map(|flow| {
        view! {
            <select class="plain" aria-label=t("状态", "State") on:change=move |e| { let v = event_target_value(&e); filter.update(|f| f.stage = (!v.is_empty()).then_some(v)); }>
                <option value="">{t("全部状态", "All states")}</option>
                {flow.stages.iter().map(|s| view! { <option value=s.word>{t(s.word, s.en)}</option> }).collect_view()}
            </select>
        }
    });
    let periods = kind.periodic().then(|| {
        view! { <button class="chip" aria-pressed=move || filter.with(|f| f.all_periods).to_string() on:click=move |_| filter.update(|f| f.all_periods = !f.all_periods)>{t("所有期间", "All periods")}</button> }
    });
    view! {
        <div class="row" style="margin-bottom:12px">
            {chip(None, t("全部", "All").to_owned())}
            {kind.views.iter().enumerate().map(|(n, v)| chip(Some(n), v.label.words())).collect_view()}
            {periods}
            {move || filter.with(|f| f.clauses.clone()).into_iter().enumerate().map(|(n, clause)| view! {
                <button class="chip" aria-label=format!("{} {clause}", t("去掉筛选", "Remove filter")) on:click=move |_| filter.update(|f| { if n < f.clauses.len() { f.clauses.remove(n); } })>{clause_words(kind, &clause)}" ✕"</button>
            }).collect_view()}
            <div class="anchor">
                <button class="chip" aria-expanded=move || adding.get().to_string() on:click=move |_| adding.update(|a| *a = !*a)>{t("＋ 筛选", "+ Filter")}</button>
                {move || adding.get().then(|| view! { <ClauseForm kind filter on_done=Callback::new(move |()| adding.set(false)) /> })}
            </div>
            {stages}
            <input class="plain" type="search" placeholder=t("查找（拼音可）", "Find") aria-label=t("查找", "Find") prop:value=move || filter.with(|f| f.words.clone())
                on:input=move |event| { if !input_is_composing(&event) { let v = event_target_value(&event); filter.update(|f| f.words = v); } }
                on:compositionend=move |event| { let v = event_target_value(&event); filter.update(|f| f.words = v); } />
        </div>
    }
}

fn input_is_composing(event: &web_sys::Event) -> bool {
    use wasm_bindgen::JsCast as _;
    event.dyn_ref::<web_sys::InputEvent>().is_some_and(web_sys::InputEvent::is_composing)
}

/// A clause in the words of the page: `科目 等于 经营收入`.
fn clause_words(kind: &RowKind, clause: &str) -> String {
    let found = OPERATORS
        .iter()
        .filter_map(|(op, zh, en)| clause.split_once(op).map(|(f, v)| (f, v, t(zh, en), op.len())))
        .max_by_key(|x| x.3);
    let Some((field, value, op, _)) = found else { return clause.to_owned() };
    let name = kind.field(field).map_or_else(|| field.to_owned(), |f| f.label.words());
    format!("{name} {op} {value}")
}

#[component]
fn ClauseForm(kind: &'static RowKind, filter: RwSignal<Filter>, on_done: Callback<()>) -> impl IntoView {
    let field = RwSignal::new(kind.fields.first().map(|f| f.key.to_string()).unwrap_or_default());
    let op = RwSignal::new("=".to_owned());
    let value = RwSignal::new(String::new());
    let add = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !value.with_untracked(|v| v.trim().is_empty()) {
            let clause =
                format!("{}{}{}", field.get_untracked(), op.get_untracked(), value.get_untracked().trim());
            filter.update(|f| f.clauses.push(clause));
        }
        on_done.run(());
    };
    view! {
        <form class="popover stack" on:submit=add on:keydown=move |e| if e.key() == "Escape" { on_done.run(()) }>
            <select class="plain" aria-label=t("字段", "Field") on:change=move |e| field.set(event_target_value(&e))>
                {kind.fields.iter().map(|f| view! { <option value=f.key.to_string()>{f.label.words()}</option> }).collect_view()}
            </select>
            <select class="plain" aria-label=t("比较", "Comparison") on:change=move |e| op.set(event_target_value(&e))>
                {OPERATORS.iter().map(|(o, zh, en)| view! { <option value=*o>{t(zh, en)}</option> }).collect_view()}
            </select>
            <input class="plain" aria-label=t("值", "Value") on:input=move |e| value.set(event_target_value(&e)) />
            <button class="btn primary" type="submit">{t("加上", "Add")}</button>
        </form>
    }
}
