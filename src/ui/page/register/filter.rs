//! What the table shows: a saved view, words to find, one condition on one field, a state.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::row::Rows;
use crate::register::{RowKind, Schema, Stage, StageTone};
use crate::table::{Clause, Filter as TableFilter};
use crate::ui::lang::{Words, t};
use crate::ui::{route, words};
use crate::value::RowId;

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
    /// Only these rows, chosen before.
    pub only: Option<BTreeSet<RowId>>,
    /// Also outside of the place of the top bar: the address asks for one record, wherever it lies.
    pub everywhere: bool,
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

impl Filter {
    /// What the address asks for: rows in one state or under conditions, of all periods.
    pub(super) fn of_address(schema: &Schema, kind: &RowKind) -> Self {
        let stage =
            route::asked_stage().filter(|s| kind.workflow.as_ref().is_some_and(|w| w.stage(s).is_some()));
        let mut clauses = route::asked_conditions();
        clauses.retain(|c| Clause::parse(schema, kind, c).is_ok());
        let one = route::asked_one();
        Self {
            all_periods: stage.is_some() || !clauses.is_empty() || one.is_some(),
            stage,
            clauses,
            everywhere: one.is_some(),
            only: one.map(|row| BTreeSet::from([row])),
            ..Self::default()
        }
    }

    /// All rows instead of those that were chosen or asked for.
    fn widen(&mut self) {
        self.only = None;
        self.all_periods &= !std::mem::take(&mut self.everywhere);
    }

    /// Whether it holds rows back that lie in the place and the period of the page.
    pub(super) fn holds_back(&self) -> bool {
        *self != Self { all_periods: self.all_periods, ..Self::default() }
    }

    /// Holds nothing back any more.
    pub(super) fn let_go(&mut self) {
        *self = Self { all_periods: self.all_periods, ..Self::default() };
    }

    /// What it asks for in words, for paper: place and period stand beside it.
    pub(super) fn told(&self, kind: &RowKind) -> Vec<String> {
        let view = self.view.and_then(|v| kind.views.get(v)).map(|v| v.label.words());
        let stage = self.stage.as_ref().and_then(|s| kind.workflow.as_ref()?.stage(s)).map(stage_words);
        let words =
            Some(self.words.trim()).filter(|w| !w.is_empty()).map(|w| format!("{}“{w}”", t("查找", "find ")));
        let only = self.only.is_some().then(|| t("只看选中的行", "only the rows chosen").to_owned());
        view.into_iter()
            .chain(stage)
            .chain(self.clauses.iter().map(|c| clause_words(kind, c)))
            .chain(words)
            .chain(only)
            .collect()
    }
}

fn stage_words(stage: &Stage) -> String {
    t(stage.word, stage.en).to_owned()
}

/// The chips and boxes above the table.
#[component]
pub(super) fn FilterBar(rows: Rows, filter: RwSignal<Filter>, children: Children) -> impl IntoView {
    let kind = rows.kind();
    let views = kind.views.iter().map(|v| v.label.words()).collect::<Vec<_>>();
    let adding = RwSignal::new(false);
    let chip = move |n: Option<usize>, words: String| {
        view! { <button class="chip" aria-pressed=move || filter.with(|f| f.view == n).to_string() on:click=move |_| filter.update(|f| f.view = n)>{words}</button> }
    };
    let stages = kind.workflow.as_ref().map(|flow| {
        view! {
            <select class="plain" aria-label=t("状态", "State") prop:value=move || filter.with(|f| f.stage.clone().unwrap_or_default()) on:change=move |e| { let v = event_target_value(&e); filter.update(|f| f.stage = (!v.is_empty()).then_some(v)); }>
                <option value="">{t("全部状态", "All states")}</option>
                {flow.stages.iter().cloned().map(|s| view! { <option value=s.word selected=move || filter.with_untracked(|f| f.stage.as_deref() == Some(s.word))>{stage_words(&s)}</option> }).collect_view()}
            </select>
        }
    });
    let periods = kind.periodic().then(|| {
        view! { <button class="chip" aria-pressed=move || filter.with(|f| f.all_periods).to_string() on:click=move |_| filter.update(|f| f.all_periods = !f.all_periods)>{t("所有期间", "All periods")}</button> }
    });
    view! {
        <div class="row filters">
            {waiting(rows, filter)}
            {chip(None, t("全部", "All").to_owned())}
            {views.into_iter().enumerate().map(|(n, words)| chip(Some(n), words)).collect_view()}
            {periods}
            {move || filter.with(|f| f.only.as_ref().map(BTreeSet::len)).map(|n| view! {
                <button class="chip" on:click=move |_| filter.update(Filter::widen)>{t("只看这", "Only these")}" "{n}" "{t("行", "rows")}" ✕"</button>
            })}
            {move || filter.with(|f| f.clauses.clone()).into_iter().enumerate().map(|(n, clause)| view! {
                <button class="chip" aria-label=format!("{} {clause}", t("去掉筛选", "Remove filter")) on:click=move |_| filter.update(|f| { if n < f.clauses.len() { f.clauses.remove(n); } })>{clause_words(&rows.kind(), &clause)}" ✕"</button>
            }).collect_view()}
            <div class="anchor">
                <button class="chip" aria-expanded=move || adding.get().to_string() on:click=move |_| adding.update(|a| *a = !*a)>{t("＋ 筛选", "+ Filter")}</button>
                {move || adding.get().then(|| view! { <ClauseForm rows filter on_done=Callback::new(move |()| adding.set(false)) /> })}
            </div>
            {stages}
            <input class="plain" type="search" placeholder=t("查找（拼音可）", "Find") aria-label=t("查找", "Find") prop:value=move || filter.with(|f| f.words.clone())
                on:input=move |event| { if !input_is_composing(&event) { let v = event_target_value(&event); filter.update(|f| f.words = v); } }
                on:compositionend=move |event| { let v = event_target_value(&event); filter.update(|f| f.words = v); } />
            {children()}
        </div>
    }
}

/// A chip for each state in which rows wait for somebody here and now, with how many.
fn waiting(rows: Rows, filter: RwSignal<Filter>) -> Option<impl IntoView> {
    let kind = rows.kind();
    let flow = kind.workflow.as_ref()?;
    let chip = move |stage: Stage| {
        let counted = stage.clone();
        let (word, name) = (stage.word, stage_words(&stage));
        let n =
            Memo::new(move |_| rows.desk.state(|_| count(rows, filter.with(|f| f.all_periods), &counted)));
        let on = move || filter.with(|f| f.stage.as_deref() == Some(word));
        let press =
            move |_| filter.update(|f| f.stage = (f.stage.as_deref() != Some(word)).then(|| word.to_owned()));
        move || {
            (n.get() > 0 || on()).then(|| view! { <button class="chip" aria-pressed=move || on().to_string() on:click=press>{name.clone()}" "{move || words::plain(n.get().into())}</button> })
        }
    };
    Some(flow.stages.iter().filter(|s| s.tone == StageTone::Waiting).cloned().map(chip).collect_view())
}

/// Rows in a state, in the place and the period of the top bar.
fn count(rows: Rows, all_periods: bool, stage: &Stage) -> usize {
    let desk = rows.desk;
    let asked = TableFilter {
        place: desk.place.get(),
        period: (!all_periods).then(|| desk.period.get()),
        state: Some(stage.word.into()),
        ..TableFilter::default()
    };
    // A question that cannot be asked is said by the table itself.
    desk.table(&rows.register().key, &rows.kind().key, |table| {
        table.and_then(|t| asked.rows(&t).ok()).map_or(0, |r| r.len())
    })
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
fn ClauseForm(rows: Rows, filter: RwSignal<Filter>, on_done: Callback<()>) -> impl IntoView {
    let kind = rows.kind();
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
