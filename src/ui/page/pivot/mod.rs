//! 分析 → 交叉表: members down, members across, one measure in the cells; every number opens its rows.
//!
//! Duty: asks [`crate::analysis::pivot`] what the pickers say and shows the answer with its totals. Inputs: the
//! ledger, place and period of the top bar, what is chosen here. Outputs: a table; the drawer with the rows of a
//! number. Neighbours: `analysis` is the other page of 分析.

mod asked;
mod shown;

use leptos::prelude::*;

use super::analysis::Tabs;
use crate::register::RowKind;
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, t};
use crate::ui::words;
use asked::{Asked, WAYS, dimensions, found, kinds, measurable};
use shown::answer;

/// The page.
#[component]
pub(in crate::ui) fn PivotPage() -> impl IntoView {
    let desk = Desk::here();
    let asked = Asked::new(desk);
    view! {
        <div class="page-head"><div><h1>{t("交叉表", "Cross table")}</h1>
            <p class="sub">{move || desk.place_title()}" · "{move || if asked.all_periods.get() { t("所有期间", "All periods").to_owned() } else { words::period(desk.period.get()) }}</p></div><Tabs /></div>
        {move || controls(desk, asked)}
        {move || answer(desk, asked)}
    }
}

/// The questions; drawn anew for another register.
fn controls(desk: Desk, asked: Asked) -> impl IntoView {
    let key = asked.register.get();
    let declared = found(desk, &key);
    let registers = kinds(desk);
    let dimensions = declared.as_ref().map(|(r, k)| dimensions(desk, r, k)).unwrap_or_default();
    let kind = declared.map(|(_, kind)| kind);
    let mut across = vec![(String::new(), t("（不分列）", "(none)").to_owned())];
    across.extend(dimensions.iter().cloned());
    let mut views = vec![(String::new(), t("全部", "All").to_owned())];
    views
        .extend(kind.iter().flat_map(|k| k.views).enumerate().map(|(n, v)| (n.to_string(), v.label.words())));
    let ways = WAYS.iter().map(|(key, zh, en)| ((*key).to_owned(), t(zh, en).to_owned())).collect();
    let periodic = kind.as_deref().is_some_and(RowKind::periodic);
    let fields = move || {
        let way = asked.way.get();
        let all: Vec<(String, String)> = kind
            .iter()
            .filter(|_| way != "count")
            .flat_map(|k| measurable(k, &way))
            .map(|f| (f.key.to_string(), f.label.words()))
            .collect();
        (!all.is_empty()).then(|| select(t("数字", "Of"), all, asked.field.get_untracked(), asked.field))
    };
    let register = RwSignal::new(key.clone());
    Effect::new(move |_| {
        let key = register.get();
        if key != asked.register.get_untracked() {
            asked.begin(desk, &key);
        }
    });
    view! {
        <div class="row pivot-ask">
            {select(t("台账", "Register"), registers, key, register)}
            {(views.len() > 1).then(|| select(t("只看", "Only"), views, asked.view.get_untracked(), asked.view))}
            {select(t("行", "Down"), dimensions, asked.down.get_untracked(), asked.down)}
            {select(t("列", "Across"), across, asked.across.get_untracked(), asked.across)}
            {select(t("算法", "Measure"), ways, asked.way.get_untracked(), asked.way)}
            {fields}
            {periodic.then(|| view! { <button class="chip" aria-pressed=move || asked.all_periods.get().to_string() on:click=move |_| asked.all_periods.update(|a| *a = !*a)>{t("所有期间", "All periods")}</button> })}
        </div>
    }
}

fn select(label: &'static str, options: Vec<(String, String)>, now: String, to: RwSignal<String>) -> AnyView {
    let options = options
        .into_iter()
        .map(|(key, word)| {
            let selected = key == now;
            view! { <option value=key selected=selected>{word}</option> }
        })
        .collect_view();
    view! { <label class="row tight small">{label}<select class="plain" aria-label=label on:change=move |e| to.set(event_target_value(&e))>{options}</select></label> }.into_any()
}
