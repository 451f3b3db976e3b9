//! Where it comes from, over the years: output by product, income by source.

use std::rc::Rc;

use leptos::prelude::*;

use super::{local, titled};
use crate::analysis::chart::{Break, Caption, Category, Chart, Datum, OTHER, Series, StackedColumns};
use crate::analysis::format::{self, Counted};
use crate::analysis::indicator::Indicators;
use crate::analysis::overview::Overview as Data;
use crate::analysis::stacks::Stack;
use crate::register::catalog::{r06, r07};
use crate::ui::desk::{Desk, Drawer};
use crate::ui::lang::{Words, lang, t};
use crate::ui::widget::chart_card::{Beside, ChartCard};
use crate::ui::words;
use crate::value::{Decimal, Period};

/// One unit for all the money of a chart.
fn money_of(stack: &Stack) -> Counted {
    let largest = stack.totals.iter().flatten().map(Decimal::abs).max().unwrap_or_default();
    Counted::side_by_side(largest, lang())
}

/// A stack of values over years as columns in `unit`.
fn columns(stack: &Stack, title: String, unit: Counted, source: String) -> StackedColumns {
    use rust_decimal::prelude::ToPrimitive as _;
    let datum = |v: Option<Decimal>| {
        let v = unit.count(v?);
        Some(Datum::new(v.to_f64()?, format::grouped(v, 2)))
    };
    let span = match (stack.years.first(), stack.years.last()) {
        (Some(a), Some(b)) if a != b => format!("{a}–{b}"),
        (Some(a), _) => a.to_string(),
        _ => String::new(),
    };
    let missing: Vec<String> = stack
        .years
        .iter()
        .zip(&stack.reported)
        .filter(|(_, (have, should))| have < should)
        .map(|(y, (have, should))| format!("{y}{}{have}/{should}", t("年已报", ": reported ")))
        .collect();
    let note = stack
        .notes
        .first()
        .map(Words::words)
        .into_iter()
        .chain((!missing.is_empty()).then(|| missing.join(t("，", ", "))))
        .collect::<Vec<_>>()
        .join(" · ");
    StackedColumns {
        caption: Caption {
            title,
            unit: unit.word.to_owned(),
            period: span,
            source,
            note: (!note.is_empty()).then_some(note),
        },
        categories: stack
            .years
            .iter()
            .map(|y| Category::new(y.to_string(), words::period(Period::year_of(*y))))
            .collect(),
        series: stack
            .parts
            .iter()
            .map(|part| Series {
                name: source_word(&part.name),
                values: part.values.iter().map(|v| datum(*v)).collect(),
                tone: (&*part.name == "其他").then_some(OTHER),
            })
            .collect(),
        totals: stack.totals.iter().map(|v| datum(*v)).collect(),
        border: stack.break_before.and_then(|year| {
            let before = stack.years.iter().position(|y| *y == year).filter(|n| *n > 0)?;
            Some(Break {
                before, label: t("2024 起新会计制度 →", "new accounts from 2024 →").to_owned()
            })
        }),
    }
}

fn source_word(name: &str) -> String {
    let english = r07::INCOME_SUBJECTS.iter().find(|(zh, _)| *zh == name).map_or(name, |(_, en)| en);
    match name {
        "其他" => t("其他", "Other").to_owned(),
        _ => t(name, english).to_owned(),
    }
}

/// Opens the rows of one segment of a stack.
fn open_segment(
    desk: Desk,
    register: &'static str,
    stack: &Stack,
    title: &'static str,
) -> Callback<(usize, usize)> {
    let stack = stack.clone();
    Callback::new(move |(series, category): (usize, usize)| {
        let (Some(part), Some(year)) = (stack.parts.get(series), stack.years.get(category)) else { return };
        let (name, year) = (source_word(&part.name), words::period(Period::year_of(*year)));
        let cache = desk.cache();
        let found = desk.state_once(|s| stack.rows(&Indicators::new(s, &cache), series, category));
        match found {
            Ok(rows) => desk.drawer.set(Some(Drawer::Rows {
                title: format!("{title} · {name} · {year}"),
                formula: t("逐行相加", "sum of the rows").to_owned(),
                register: register.to_owned(),
                rows,
            })),
            Err(why) => desk.complain(&why.0.words()),
        }
    })
}

pub(in crate::ui::page) fn products(desk: Desk, data: &Data, beside: Beside) -> impl IntoView + use<> {
    let by_area = RwSignal::new(false);
    let source = t(
        "来源：产业生产台账（实际数，不含预计）· 点任一柱看明细",
        "Source: industry register (actual figures) · choose a column for its rows",
    )
    .to_owned();
    let value: Rc<dyn Chart> = Rc::new(columns(
        &data.value_by_product,
        titled(desk, t("产业产值，按品种", "Output value by product")),
        money_of(&data.value_by_product),
        source.clone(),
    ));
    let area: Rc<dyn Chart> = Rc::new(columns(
        &data.area_by_product,
        titled(desk, t("种植面积，按品种", "Area by product")),
        Counted { yuan: Decimal::ONE, word: t("亩", "mu") },
        source,
    ));
    let chart =
        Signal::derive_local(move || if by_area.get() { Rc::clone(&area) } else { Rc::clone(&value) });
    let open_value = open_segment(desk, r06::KEY, &data.value_by_product, t("产值", "Output value"));
    let open_area = open_segment(desk, r06::KEY, &data.area_by_product, t("面积", "Area"));
    let on_target =
        Callback::new(move |at| if by_area.get_untracked() { open_area.run(at) } else { open_value.run(at) });
    view! {
        <ChartCard chart id="products" on_target beside>
            <span class="row tight">
                <button class="tool" aria-pressed=move || (!by_area.get()).to_string() on:click=move |_| by_area.set(false)>{t("产值", "Value")}</button>
                <button class="tool" aria-pressed=move || by_area.get().to_string() on:click=move |_| by_area.set(true)>{t("面积", "Area")}</button>
            </span>
        </ChartCard>
    }
}

pub(in crate::ui::page) fn income(desk: Desk, data: &Data, beside: Beside) -> impl IntoView + use<> {
    let source = t(
        "来源：集体经济收支台账 · 补助不计入经营性收入",
        "Source: finance register · subsidies are no operating income",
    )
    .to_owned();
    let chart = columns(
        &data.income_by_source,
        titled(desk, t("集体经济收入，按来源", "Collective income by source")),
        money_of(&data.income_by_source),
        source,
    );
    let on_target =
        open_segment(desk, r07::KEY, &data.income_by_source, t("集体经济收入", "Collective income"));
    view! { <ChartCard chart=local(chart) id="income" on_target beside /> }
}
