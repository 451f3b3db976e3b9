//! 分析: every indicator with its formula, its value and the rows behind it.

use leptos::prelude::*;

use super::overview::unit_word;
use crate::analysis::format;
use crate::analysis::indicator::{Ask, Indicated, Indicators, all};
use crate::exchange::article::goal::{self, Goal};
use crate::ui::desk::{Desk, Drawer};
use crate::ui::lang::{Words, lang, t};
use crate::ui::route::Route;
use crate::ui::route::expect_route;
use crate::ui::words;
use crate::value::{Decimal, RowId};
use crate::web::clock::today;

/// The pages of 分析.
#[component]
pub(super) fn Tabs() -> impl IntoView {
    let route = expect_route();
    let tab = move |to: Route, word: &'static str| {
        let href = to.href();
        view! { <a class="chip" href=href aria-current=move || (route.get() == to).then_some("page")>{word}</a> }
    };
    view! {
        <nav class="row" aria-label=t("分析", "Analysis")>{tab(Route::Analysis, t("指标", "Indicators"))}{tab(Route::Pivot, t("交叉表", "Cross table"))}</nav>
    }
}

/// The page.
#[component]
pub(in crate::ui) fn Analysis() -> impl IntoView {
    let desk = Desk::here();
    let lines = move || {
        let ask = Ask::of(desk.period.get()).at(desk.place.get());
        let cache = desk.cache();
        let (readings, mut goals) = desk.state(|s| {
            let mut indicators = Indicators::new(s, &cache);
            indicators.today = Some(today());
            (indicators.read_all(&ask), goal::goals(s))
        });
        goals.retain(|g| g.place == ask.place && g.period == ask.period);
        all().iter().filter_map(|d| readings.iter().find(|r| r.code == d.code).map(|r| (d, r.clone()))).map(|(d, reading)| {
            let name = d.name.words();
            let (title, formula) = (format!("{} {name}", d.code), d.formula.words());
            let (value, rows) = (value_words(&reading), reading.rows.clone());
            let aimed = goals.iter().filter(|g| *g.indicator == *d.code).map(|g| goal_words(g, reading.value));
            let aimed = aimed.map(|words| view! { <p class="hint">{words}</p> }).collect_view();
            let shown_formula = formula.clone();
            let why = reading.missing.as_ref().map(Words::words).into_iter().chain(reading.notes.iter().map(Words::words)).collect::<Vec<_>>().join(t("；", "; "));
            let explained = [formula, why.clone()].into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(t("；", "; "));
            // Where a number opens its rows the notes stand there in full.
            let class = if reading.rows.is_empty() { "hint" } else { "hint brief" };
            let open = move |_| {
                let Some(key) = rows.first().map(|(r, _)| (*r).to_owned()) else { return };
                let ids: Vec<RowId> = rows.iter().filter(|(r, _)| *r == key).map(|(_, id)| *id).collect();
                desk.drawer.set(Some(Drawer::Rows { title: title.clone(), formula: explained.clone(), register: key, rows: ids }));
            };
            view! {
                <tr>
                    <td class="nowrap">{d.code}</td><td>{name}<p class="hint brief">{shown_formula}</p></td>
                    <td class="num nowrap">{if reading.rows.is_empty() { view! { {value} }.into_any() } else { view! { <button class="btn link" on:click=open>{value}</button> }.into_any() }}</td>
                    <td class="num">{reading.reported}" / "{reading.should}</td><td><span class=class>{why}</span>{aimed}</td>
                </tr>
            }
        }).collect_view()
    };
    view! {
        <div class="page-head"><div><h1>{t("指标", "Indicators")}</h1><p class="sub">{move || desk.place_title()}" · "{move || words::period(desk.period.get())}</p></div><Tabs /></div>
        <section class="card"><div class="scroll" tabindex="0" role="region" aria-label=t("指标", "Indicators")><table class="plain indicators">
            <thead><tr><th>{t("编号", "No.")}</th><th>{t("指标与公式", "Indicator and formula")}</th><th class="num">{t("数值", "Value")}</th><th class="num">{t("已报 / 应报", "Reported / should")}</th><th>{t("说明", "Notes")}</th></tr></thead>
            <tbody>{lines}</tbody></table></div></section>
    }
}

/// 目标：突破2.8亿元，已完成 63.2%（《……总结》）
fn goal_words(goal: &Goal, value: Option<Decimal>) -> String {
    let reached = value.and_then(|v| goal.reached(v));
    let reached = reached.map(|p| format!("{}{}", t("，已完成 ", ", reached "), format::percent(Some(p))));
    let title = if goal.title.is_empty() { String::new() } else { format!("（《{}》）", goal.title) };
    format!("{}{}{}{title}", t("目标：", "Target: "), goal.words, reached.unwrap_or_default())
}

/// A value with its unit: money by magnitude, percentages with two decimals.
pub(super) fn value_words(reading: &Indicated) -> String {
    let per_village: Option<Decimal> = reading.value;
    match reading.unit {
        "元" | "元/村" | "元/户" => format::money(per_village, lang()),
        "%" => format::percent(reading.value),
        // A pure number has no unit.
        "1" => format::quantity(reading.value, 2, "", lang()),
        unit => format::quantity(reading.value, 2, unit_word(unit), lang()),
    }
}
