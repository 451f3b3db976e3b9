//! I-01 … I-14: industry, from R06.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::desk::Sum;
use super::{Ask, Computed, Indicators, Share};
use crate::analysis::{pivot, statistics};
use crate::register::catalog::r06::{self, line};
use crate::register::{Condition, Message};
use crate::table::law;
use crate::value::order;
use crate::value::order::Ordered as _;
use crate::value::{RowId, Text, exact};

/// Named products in a structure; the rest is 其他.
const NAMED: usize = 5;

pub(super) fn area(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let sum = desk.sum(r06::KEY, line::AREA, ask, Condition::Any);
    let herd = desk.sum(r06::KEY, line::LIVESTOCK, ask, Condition::Any);
    let mut parts = by_product(desk, ask, &sum);
    if herd.value.is_some() {
        parts.push(Share::new("存栏/发种", herd.value).in_unit("头（张）"));
    }
    Computed { parts, ..sum.computed() }
}

pub(super) fn output(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let sum = desk.sum(r06::KEY, line::OUTPUT, ask, Condition::Any);
    Computed { parts: by_product(desk, ask, &sum), ..sum.computed() }
}

pub(super) fn value(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let sum = desk.sum(r06::KEY, line::OUTPUT_VALUE, ask, Condition::Any);
    let distribution = statistics::distribution(sum.by_village().into_values().collect());
    Computed { parts: by_product(desk, ask, &sum), distribution, ..sum.computed() }
}

pub(super) fn per_mu_output(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    ratio(desk, ask, [line::OUTPUT, line::AREA], Decimal::ONE_THOUSAND, Decimal::ONE)
}

pub(super) fn per_mu_value(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    ratio(desk, ask, [line::OUTPUT_VALUE, line::AREA], Decimal::ONE, Decimal::ONE)
}

pub(super) fn price(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    ratio(desk, ask, [line::OUTPUT_VALUE, line::OUTPUT], Decimal::ONE, Decimal::ONE_THOUSAND)
}

pub(super) fn per_mu_gain(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    ratio(desk, ask, [line::GAIN, line::AREA], Decimal::ONE, Decimal::ONE)
}

pub(super) fn per_mu_cost(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let now = ratio(desk, ask, [line::COST, line::AREA], Decimal::ONE, Decimal::ONE);
    let before = ratio(desk, &ask.last_year(), [line::COST, line::AREA], Decimal::ONE, Decimal::ONE).value;
    let fall = statistics::growth(now.value, before).percent.map(|g| -g);
    let parts =
        vec![Share::new("上年亩均成本", before).in_unit("元/亩"), Share::new("降幅", fall).in_unit("%")];
    Computed { parts, ..now }
}

pub(super) fn per_household(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let worth = ratio(desk, ask, [line::OUTPUT_VALUE, line::HOUSEHOLDS], Decimal::ONE, Decimal::ONE);
    let land = ratio(desk, ask, [line::AREA, line::HOUSEHOLDS], Decimal::ONE, Decimal::ONE).value;
    let mut notes = worth.notes;
    if ask.product.is_none() && worth.value.is_some() {
        notes.push(Message::new(
            "农户按品种填报，一户种几个品种会重复计算",
            "Households are reported by product; one that grows several counts several times",
        ));
    }
    Computed { parts: vec![Share::new("户均面积", land).in_unit("亩/户")], notes, ..worth }
}

/// Σ a × `up` ÷ (Σ b × `down`) over what has both.
fn ratio(desk: &Indicators<'_>, ask: &Ask, fields: [&str; 2], up: Decimal, down: Decimal) -> Computed {
    let (a, b, alone) = desk.matched(r06::KEY, fields, ask, &Condition::Any);
    let numerator = a.value.and_then(|v| exact::times(v, up));
    let denominator = b.value.and_then(|v| exact::times(v, down));
    let mut notes = pivot::notes(&a.left);
    if alone > 0 {
        notes.push(Message::new(
            format!("{alone}行只填了其中一个数，未计入"),
            format!("{alone} rows have only one of the two numbers and do not count"),
        ));
    }
    let rows: BTreeSet<RowId> = a.ids.iter().chain(&b.ids).copied().into_set();
    Computed {
        // Denominator 0 → nothing, never 0 or ∞.
        value: numerator.zip(denominator).and_then(|(n, d)| exact::over(n, d)),
        numerator,
        denominator,
        villages: a.village_count(),
        rows: rows.into_iter().collect(),
        notes,
        ..Computed::default()
    }
}

/// Parts of a sum by product, the largest first, with shares that total 100.00 %.
fn by_product(desk: &Indicators<'_>, ask: &Ask, sum: &Sum) -> Vec<Share> {
    let Some(column) = desk.table(r06::KEY, ask).and_then(|t| t.column(line::PRODUCT).ok()) else {
        return Vec::new();
    };
    let mut sums: BTreeMap<u32, Vec<Decimal>> = BTreeMap::new();
    for part in &sum.parts {
        sums.entry(column.code(part.row)).or_default().push(part.value);
    }
    let name = |code: u32| column.word(code).cloned().unwrap_or_else(|| Text::from("—"));
    let mut all: Vec<(Text, Decimal)> =
        sums.into_iter().filter_map(|(code, values)| Some((name(code), law::total(values)?))).collect();
    order::sort_by(&mut all, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let rest: Vec<Decimal> = all.iter().skip(NAMED).map(|(_, v)| *v).collect();
    all.truncate(NAMED);
    if let Some(rest) = law::total(rest) {
        all.push((Text::from("其他"), rest));
    }
    let values: Vec<Decimal> = all.iter().map(|(_, v)| *v).collect();
    let mut shares = statistics::shares(&values, 2).unwrap_or_default().into_iter();
    all.into_iter()
        .map(|(name, v)| Share { name, value: Some(v), share: shares.next(), ..Share::default() })
        .collect()
}

pub(super) fn structure(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let everything = Ask { product: None, ..ask.clone() };
    let sum = desk.sum(r06::KEY, line::OUTPUT_VALUE, &everything, Condition::Any);
    let parts: Vec<Share> = by_product(desk, ask, &sum).into_iter().map(|s| s.in_unit("元")).collect();
    let chosen = match &ask.product {
        Some(_) => desk.sum(r06::KEY, line::OUTPUT_VALUE, ask, Condition::Any).value,
        None => parts.first().and_then(|p| p.value),
    };
    let named = ask.product.clone().or_else(|| parts.first().map(|p| p.name.clone()));
    let percent = chosen.zip(sum.value).and_then(|(a, b)| exact::percent(a, b));
    let mut done = sum.computed();
    if let (Some(name), true) = (named, percent.is_some()) {
        done.notes.push(Message::new(format!("所列为{name}的占比"), format!("The share of {name}")));
    }
    Computed { value: percent, numerator: chosen, denominator: sum.value, parts, ..done }
}

pub(super) fn forecast_reached(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let is_forecast = Condition::Is(line::NATURE, &[r06::FORECAST]);
    let forecast = desk.sum(r06::KEY, line::OUTPUT_VALUE, ask, is_forecast);
    let actual = desk.sum(r06::KEY, line::OUTPUT_VALUE, ask, Condition::Any);
    let Some(table) = desk.table(r06::KEY, ask).filter(|_| forecast.value.is_some()) else {
        return Computed::none("没有预计产值，无法计算完成率", "There is no forecast to compare with");
    };
    let columns: Vec<_> =
        [line::ORG, line::PRODUCT, line::STEP].iter().filter_map(|k| table.column(k).ok()).collect();
    let key = |row: u32| columns.iter().map(|c| c.code(row)).collect::<Vec<u32>>();
    let promised: BTreeSet<Vec<u32>> = forecast.parts.iter().map(|p| key(p.row)).into_set();
    // Only what had been forecast can have been reached.
    let actual = actual.only(|p| promised.contains(&key(p.row)));
    let percent = actual.value.zip(forecast.value).and_then(|(a, f)| exact::percent(a, f));
    let mut done = actual.computed();
    done.rows.extend(&forecast.ids);
    if percent.is_none() {
        done.missing =
            Some(Message::new("有预计，还没有实际数", "There is a forecast but no actual figure yet"));
    }
    Computed { value: percent, numerator: actual.value, denominator: forecast.value, ..done }
}

pub(super) fn custody(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let held = desk.sum(r06::KEY, line::AREA, ask, Condition::Is(line::STEP, &[r06::CUSTODY]));
    let grown = desk.sum(r06::KEY, line::AREA, ask, Condition::Is(line::STEP, &[r06::PLANTING]));
    let Some(product) =
        desk.table(r06::KEY, ask).and_then(|t| t.column(line::PRODUCT).ok()).filter(|_| held.value.is_some())
    else {
        return Computed::none("没有托管环节的面积", "No area is reported under custody");
    };
    let names: BTreeSet<u32> = held.parts.iter().map(|p| product.code(p.row)).into_set();
    let grown = grown.only(|p| names.contains(&product.code(p.row)));
    let percent = held.value.zip(grown.value).and_then(|(a, b)| exact::percent(a, b));
    let mut done = held.computed();
    done.rows.extend(&grown.ids);
    if percent.is_none() {
        done.missing = Some(Message::new("没有同品种的种植面积", "No planted area of the same products"));
    }
    Computed { value: percent, numerator: held.value, denominator: grown.value, ..done }
}

pub(super) fn grade(_: &Indicators<'_>, _: &Ask) -> Computed {
    Computed::none("产业生产台账没有分等级的产量", "Output is not reported by grade")
}

pub(super) fn added_value(_: &Indicators<'_>, _: &Ask) -> Computed {
    Computed::none(
        "没有登记加工所用原料的价值，不能由种植产值推算",
        "The value of the raw material is not recorded and cannot be taken from what was grown",
    )
}
