//! The period of a table that does not say it: the person does, among the decisions.

use leptos::prelude::*;

use super::Import;
use crate::exchange::job::{Answers, Preview, TablePreview};
use crate::exchange::question::{Answer, Topic};
use crate::exchange::{Decision, Mapping};
use crate::register::{FieldKind, Schema, Sense};
use crate::ui::desk::Desk;
use crate::ui::lang::t;
use crate::ui::words;
use crate::value::{Grain, Period, order};

/// Years back from the newest that can be chosen: papers older than this are rarely typed in.
const YEARS: i16 = 20;

/// A question for each table that does not say its period.
pub(super) fn periods_view(import: Import, p: &Preview) -> impl IntoView + use<> {
    let asking = p.tables.iter().enumerate().filter(|(_, table)| table.asks_period);
    asking.filter_map(|(_, table)| question(import, table)).collect_view()
}

/// Lengths of periods that the register takes; the year is chosen by itself. The lines of a row fall on the last day of
/// any.
fn grains(schema: &Schema, mapping: &Mapping) -> &'static [Grain] {
    if mapping.lends_day(schema) {
        return &[Grain::Month, Grain::Quarter, Grain::Half, Grain::Year];
    }
    match mapping.target(schema).and_then(|(_, kind)| kind.of(Sense::Period)).map(|f| &f.kind) {
        Some(FieldKind::Period(grains)) => grains,
        _ => &[],
    }
}

fn question(import: Import, table: &TablePreview) -> Option<impl IntoView + use<>> {
    let desk = Desk::here();
    let mapping = table.mapping.clone()?;
    let (now, grains) = (mapping.period, grains(&desk.schema_once(), &mapping));
    let years = desk.years();
    let newest = years.first().copied()?;
    let mut years: Vec<i16> = (newest - YEARS..=newest).chain(years).collect();
    order::sort_by(&mut years, |a, b| b.cmp(a));
    years.dedup();
    let about = table.at.clone();
    let choose = move |event: web_sys::Event| {
        let answer =
            Answer { topic: Topic::Period, about: about.clone(), answer: event_target_value(&event) };
        import.replan(move |a: &mut Answers| a.decisions.push(Decision::Answer(answer)));
    };
    let year = {
        // A register that takes no whole year begins with the first part of it.
        let first = |y: i16| grains.iter().min().and_then(|g| Period::new(y, *g, 1));
        let begin = |y: i16| now.filter(|p| p.year() == y).or_else(|| first(y));
        let options = years.into_iter().filter_map(|y| Some((begin(y)?, y))).map(|(p, y)| {
            let chosen = now.is_some_and(|now| now.year() == y);
            view! { <option value=p.to_string() selected=chosen>{words::period(Period::year_of(y))}</option> }
        });
        view! { <option value="" selected=now.is_none()>{t("请选择…", "choose…")}</option>{options.collect_view()} }
    };
    let part = now.map(|now| {
        let parts = [Grain::Year, Grain::Half, Grain::Quarter, Grain::Month].into_iter().filter(|g| grains.contains(g));
        let all = parts.flat_map(|g| (1..=12).map_while(move |n| Period::new(now.year(), g, n)));
        let options = all.map(|p| {
            let word = if p.grain() == Grain::Year { t("全年", "whole year").to_owned() } else { words::period(p) };
            view! { <option value=p.to_string() selected=p == now>{word}</option> }
        });
        view! { <select class="plain" aria-label=t("年内哪一期", "Part of the year") on:change=choose.clone()>{options.collect_view()}</select> }
    });
    let sheet = table.sheet.clone();
    Some(view! {
        <div class="row small" style="padding:4px 0">
            <label class="row grow"><span>{t("这张表是哪一期的？", "Which period is this table of?")}" "<span class="second">{sheet}</span></span>
                <select class="plain" on:change=choose>{year}</select></label>{part}
        </div>
    })
}
