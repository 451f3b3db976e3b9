//! The cards above: a figure, last year beside it, and its rows behind it.

use leptos::prelude::*;

use crate::analysis::format::{self, Lang};
use crate::analysis::indicator::PerVillage;
use crate::analysis::overview::{Card, Figure, Shape};
use crate::register::catalog::r07;
use crate::ui::desk::{Desk, Drawer};
use crate::ui::lang::{Words, lang, t};
use crate::ui::words;
use crate::value::{Decimal, RowId};

/// A figure as number and unit.
fn shown(figure: &Figure, out_of: Option<Decimal>) -> (String, String) {
    let Some(value) = figure.value else { return (words::NONE.to_owned(), String::new()) };
    match figure.shape {
        Shape::Money => {
            let (number, unit) = format::money_parts(Some(value), lang());
            (number, unit.to_owned())
        }
        Shape::Percent => (format::percent(Some(value)), String::new()),
        Shape::OutOf => {
            (words::plain(value), out_of.map(|n| format!("/ {}", words::plain(n))).unwrap_or_default())
        }
        Shape::Plain => (format::grouped(value, 2), unit_word(figure.unit).to_owned()),
    }
}

/// A figure in one word: 76.38万元.
fn written(figure: &Figure) -> String {
    let (number, unit) = shown(figure, None);
    format::with_unit(&number, &unit, lang())
}

/// Base units in the language of the page.
pub(in crate::ui::page) fn unit_word(unit: &str) -> &str {
    match unit {
        "村" | "个" => t("个村", "villages"),
        other => words::unit(other),
    }
}

/// ÷ 36村: what the sum was divided by.
fn divisor(per: &PerVillage) -> String {
    let whose = match per.over == per.reported {
        true => String::new(),
        false => t("应报", "expected ").to_owned(),
    };
    match lang() {
        Lang::Zh => format!("÷ {whose}{}村", per.over),
        Lang::En => format!("÷ {} {whose}villages", per.over),
    }
}

/// The median with how many villages stand behind it; where some are missing, their mean goes with it, so
/// that both are of the same villages.
fn middle(card: &Card, per: &PerVillage) -> Option<String> {
    let amount = |value: Option<Decimal>| written(&Figure { value, ..card.second.clone() });
    per.median?;
    let (n, median, name) = (per.reported, amount(per.median), card.second.name.words());
    Some(match (lang(), per.over == n) {
        (Lang::Zh, true) => format!("{name} {median}（{n}村）"),
        (Lang::En, true) => format!("{name} {median} ({n} villages)"),
        (Lang::Zh, false) => format!("已报{n}村：平均 {} · {name} {median}", amount(per.reported_mean)),
        (Lang::En, false) => format!("{n} reported: mean {} · {name} {median}", amount(per.reported_mean)),
    })
}

pub(in crate::ui::page) fn card(desk: Desk, card: &Card) -> impl IntoView + use<> {
    let (value, unit) = shown(&card.figure, card.out_of);
    let then = card.last_year.map(|v| {
        format!("{}{}", t("上年 ", "last year "), written(&Figure { value: Some(v), ..card.figure.clone() }))
    });
    let change = match (card.figure.shape, card.growth.change) {
        (Shape::OutOf, Some(n)) if n.is_zero() => "±0".to_owned(),
        (Shape::OutOf, Some(n)) if n > Decimal::ZERO => format!("+{}", words::plain(n)),
        (Shape::OutOf, Some(n)) => words::plain(n),
        _ => format::change_percent(card.growth.percent),
    };
    let second = card.second.value.map(|_| format!("{} {}", card.second.name.words(), written(&card.second)));
    let (over, second) = match &card.per_village {
        Some(per) => (Some(divisor(per)), middle(card, per)),
        None => (None, second),
    };
    let name = card.figure.name.words();
    let (reading, title) = (card.reading.clone(), name.clone());
    let open = move |_| {
        let key = reading.rows.first().map_or(r07::KEY, |(r, _)| r).to_owned();
        let rows: Vec<RowId> = reading.rows.iter().filter(|(r, _)| *r == key).map(|(_, id)| *id).collect();
        let formula =
            crate::analysis::indicator::leading(reading.code).map(|d| d.formula.words()).unwrap_or_default();
        desk.drawer.set(Some(Drawer::Rows {
            title: title.clone(),
            formula: format!("{} {formula}", reading.code),
            register: key,
            rows,
        }));
    };
    view! {
        <button class="figure" on:click=open>
            <span class="name">{name}</span>
            <span class="value"><span class="nowrap">{value}{t("", " ")}<small>{unit}</small></span>{over.map(|x| view! { " "<small class="over">{x}</small> })}</span>
            <span class="then"><b>{change}</b>{then.map(|x| view! { <span>{x}</span> })}</span>
            <span class="then">{second}</span>
        </button>
    }
}
