//! 一村一档, 一人一档: all that the registers say of one record, on a page to read and to print.
//!
//! Duty: who or what it is, its figures and charts where it is a place, what is pressing there, and a chapter for each
//! register that tells of it; every number opens its rows. Inputs: a register and an identity, the period of the bar.
//! Output: a page; nothing is written here. Neighbours: `analysis::dossier` gathers; `overview` has the cards, charts and
//! lists that a place shares with the first page.

use std::sync::Arc;

use leptos::prelude::*;

use super::analysis::value_words;
use super::overview::{cards, lists, stacks};
use crate::analysis::dossier::{Chapter, Dossier, Portion, Tie, Total};
use crate::analysis::format;
use crate::analysis::indicator::{Ask, Indicated, Indicators, definition};
use crate::analysis::overview::Overview;
use crate::analysis::stacks::Stack;
use crate::ledger::{State, Surroundings};
use crate::register::catalog;
use crate::register::{Field, Label, Register, RowKind, Target};
use crate::ui::desk::{Desk, Drawer};
use crate::ui::lang::{Words, lang, t};
use crate::ui::route::Route;
use crate::ui::widget::chart_card::side_by_side;
use crate::ui::words;
use crate::value::RowId;
use crate::web::clock::today;

/// Rows of a portion that stand on the page; all are behind its number.
const LISTED: usize = 6;

/// Names and words of what a record says.
type Facts = Vec<(String, String)>;

/// All of a page, read at once.
struct Read {
    title: String,
    label: Label,
    path: String,
    /// What the record says of itself: the more important first, then the rest.
    facts: (Facts, Facts),
    dossier: Dossier,
    /// Of a place.
    figures: Option<Overview>,
}

/// The page.
#[component]
pub(in crate::ui) fn DossierPage(register: String, row: RowId) -> impl IntoView {
    let desk = Desk::here();
    let key = register.clone();
    let body = move || {
        match read(desk, &key, row) {
            Ok(Some(read)) => page(desk, row, read).into_any(),
            Ok(None) => view! { <p class="drop">{t("台账里没有这条记录，或者它已经删除。", "There is no such record, or it was deleted.")}</p> }.into_any(),
            Err(why) => view! { <p class="drop" role="alert">{why}</p> }.into_any(),
        }
    };
    view! { <div class="dossier">{body}</div> }
}

fn read(desk: Desk, register: &str, row: RowId) -> Result<Option<Read>, String> {
    let (cache, period, schema) = (desk.cache(), desk.period.get(), desk.schema());
    let Some(declared) = schema.register(register) else { return Ok(None) };
    desk.state(|s| {
        let found = s.record(register, row).filter(|r| !r.is_gone());
        let Some((record, kind)) = found.and_then(|r| Some((r, s.kind_of(register, r)?))) else {
            return Ok(None);
        };
        let mut indicators = Indicators::new(s, &cache);
        indicators.today = Some(today());
        let dossier = Dossier::of(&indicators, (register, row), period).map_err(|why| why.0.words())?;
        let is_place = indicators.places().get(row).is_some();
        let ask = Ask::of(period).at(Some(row));
        let figures = is_place.then(|| Overview::of(&indicators, &ask)).transpose();
        let places = desk.places();
        let at = if is_place { Some(row) } else { s.place_of(declared, record) };
        let path = at.map(|id| places.path(id)).unwrap_or_default();
        let path = path.iter().filter(|p| p.id != row).map(|p| p.name.to_string());
        Ok(Some(Read {
            title: desk.record_name(s, register, row),
            label: catalog::file_of(register, record),
            path: path.collect::<Vec<_>>().join(" · "),
            facts: facts(desk, s, kind, (register, row)),
            dossier,
            figures: figures.map_err(|why| why.0.words())?,
        }))
    })
}

/// What a record says, in words, with what belongs to a person masked.
fn facts(desk: Desk, state: &State, kind: &RowKind, (register, row): (&str, RowId)) -> (Facts, Facts) {
    let world = Surroundings::new(state);
    let Some(record) = state.record(register, row) else { return Default::default() };
    let name = |t: &Target, id: RowId| desk.target_name(state, t, id);
    let told = kind.fields.iter().filter(|f| f.key != kind.title).filter_map(|f| {
        let value = f.read(record, &world)?;
        let unit = f.base_unit().map(|u| format!(" {}", words::unit(u))).unwrap_or_default();
        let text = words::cell(f, Some(&value), &name);
        Some((f.aside, (f.label.words(), format!("{text}{unit}"))))
    });
    let (aside, main): (Vec<_>, Vec<_>) = told.partition(|(aside, _)| *aside);
    let plain = |all: Vec<(bool, (String, String))>| all.into_iter().map(|(_, fact)| fact).collect();
    (plain(main), plain(aside))
}

fn page(desk: Desk, row: RowId, read: Read) -> impl IntoView {
    let period = words::period(desk.period.get_untracked());
    let head = format!("{} · {}", read.title, read.label.words());
    let sub = [read.path, period].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · ");
    let print = move |_| {
        // Whoever has no printer is told so by the browser.
        let _ = window().print();
    };
    let empty = read.dossier.records() == 0;
    let chapters = read.dossier.chapters.into_iter().map(|c| chapter(desk, c)).collect_view();
    view! {
        <div class="page-head"><div><h1>{head}</h1><p class="sub">{sub}</p></div>
            <button class="btn no-print" on:click=print>{t("打印", "Print")}</button></div>
        {about(read.facts)}
        {read.figures.map(|figures| of_place(desk, row, &figures))}
        <div class="chapters">{chapters}</div>
        {empty.then(|| view! { <p class="drop">{t("别的台账还没有提到它。", "No register speaks of it yet.")}</p> })}
    }
}

fn about((main, aside): (Facts, Facts)) -> impl IntoView {
    let list = |facts: Facts| {
        let line = |(name, text): (String, String)| view! { <div><dt>{name}</dt><dd>{text}</dd></div> };
        view! { <dl class="about">{facts.into_iter().map(line).collect_view()}</dl> }
    };
    let more = (!aside.is_empty()).then(|| {
        view! { <details class="more"><summary>{t("更多", "More")}</summary>{list(aside)}</details> }
    });
    view! { <section class="card" aria-label=t("基本情况", "About")>{list(main)}{more}</section> }
}

/// What a place shares with the first page.
fn of_place(desk: Desk, place: RowId, figures: &Overview) -> impl IntoView + use<> {
    let cards = figures.cards.iter().filter(|c| c.figure.value.is_some());
    let cards = cards.map(|card| cards::card(desk, card)).collect_view();
    let upper = side_by_side();
    let says = |stack: &Stack| stack.totals.iter().any(Option::is_some);
    let products = says(&figures.value_by_product).then(|| stacks::products(desk, figures, upper.0));
    let income = says(&figures.income_by_source).then(|| stacks::income(desk, figures, upper.1));
    view! {
        <div class="cards">{cards}</div>
        <div class="charts">{products}{income}{lists::todo(desk, Some(place), false)}</div>
    }
}

fn chapter(desk: Desk, chapter: Chapter) -> impl IntoView {
    let Chapter { register, readings, portions } = chapter;
    let readings = readings.into_iter().map(|r| reading(desk, r)).collect_view();
    let portions = portions.into_iter().map(|p| portion(desk, &register, p)).collect_view();
    let (name, label) = (register.label.words(), register.label.words());
    view! {
        <section class="card" aria-label=label><header><h2>{name}</h2></header>
            <div class="readings">{readings}</div>{portions}</section>
    }
}

fn reading(desk: Desk, reading: Indicated) -> impl IntoView {
    let name = definition(reading.code).map(|d| d.name.words()).unwrap_or_default();
    let formula = definition(reading.code).map(|d| d.formula.words()).unwrap_or_default();
    let notes = reading.notes.iter().map(Words::words);
    let formula = std::iter::once(formula).chain(notes).collect::<Vec<_>>().join(t("；", "; "));
    let (value, title) = (value_words(&reading), format!("{} {name}", reading.code));
    let key = reading.rows.first().map(|(key, _)| (*key).to_owned());
    let shown = match key {
        None => view! { <b>{value}</b> }.into_any(),
        Some(register) => {
            let rows: Vec<RowId> =
                reading.rows.iter().filter(|(key, _)| **key == *register).map(|(_, id)| *id).collect();
            opens(desk, value, Drawer::Rows { title, formula, register, rows }).into_any()
        }
    };
    view! { <span class="reading"><span class="hint">{name}</span>{shown}</span> }
}

/// A number that opens what stands behind it.
fn opens(desk: Desk, words: String, drawer: Drawer) -> impl IntoView {
    view! { <button class="btn link" on:click=move |_| desk.drawer.set(Some(drawer.clone()))>{words}</button> }
}

fn portion(desk: Desk, register: &Arc<Register>, portion: Portion) -> impl IntoView + use<> {
    let Portion { kind, tie, rows, totals } = portion;
    let tied = match &tie {
        Tie::Inside | Tie::Under => String::new(),
        Tie::Naming(field) => format!("{}{}{}", t("（", " ("), field.label.words(), t("）", ")")),
    };
    let title = format!("{}{tied}", kind.label.words());
    let count = words::plain(rows.len().into());
    let all = Drawer::Rows {
        title: title.clone(),
        formula: t("逐行列出", "row by row").to_owned(),
        register: register.key.to_string(),
        rows: rows.clone(),
    };
    let sums = totals.into_iter().filter_map(|sum| total(desk, register, &kind, sum)).collect_view();
    let left = rows.len().saturating_sub(LISTED);
    let shown: Vec<RowId> = rows.into_iter().take(LISTED).collect();
    let (of, declared) = (Arc::clone(register), Arc::clone(&kind));
    let lines =
        desk.state_once(|s| shown.iter().map(|row| line(desk, s, (&of, &declared), *row)).collect_view());
    let more = (left > 0).then(
        || view! { <p class="hint">{t("另有", "and ")}{words::plain(left.into())}{t("条", " more")}</p> },
    );
    view! {
        <div class="portion"><h3>{title}" "{opens(desk, count, all)}</h3><div class="readings">{sums}</div>
            <ul class="trace">{lines}</ul>{more}</div>
    }
}

fn total(desk: Desk, register: &Register, kind: &RowKind, sum: Total) -> Option<impl IntoView + use<>> {
    let field = kind.field(&sum.field)?;
    let name = field.label.words();
    let notes = sum.notes.iter().map(Words::words);
    let formula = std::iter::once(t("逐行相加", "sum of the rows").to_owned()).chain(notes);
    let drawer = Drawer::Rows {
        title: name.clone(),
        formula: formula.collect::<Vec<_>>().join(t("；", "; ")),
        register: register.key.to_string(),
        rows: sum.rows,
    };
    let value = written(field, sum.value);
    Some(view! { <span class="reading"><span class="hint">{name}</span>{opens(desk, value, drawer)}</span> })
}

/// A sum with its unit: money by its magnitude.
fn written(field: &Field, value: crate::value::Decimal) -> String {
    match field.base_unit() {
        Some("元") => format::money(Some(value), lang()),
        Some(unit) => format::quantity(Some(value), 2, words::unit(unit), lang()),
        None => words::plain(value),
    }
}

/// A row: its name leads to its own file where others know it by that, else to where it came from.
fn line(
    desk: Desk,
    state: &State,
    (register, kind): (&Arc<Register>, &Arc<RowKind>),
    row: RowId,
) -> impl IntoView + use<> {
    let name = desk.row_words(state, &register.key, row);
    let world = Surroundings::new(state);
    let called = |t: &Target, id: RowId| desk.target_name(state, t, id);
    let figures = state.record(&register.key, row).map(|record| {
        let said = kind.key_fields().filter_map(|f| {
            let value = f.read(record, &world)?;
            let unit = f.base_unit().map(words::unit).unwrap_or_default();
            Some(format!("{} {}{unit}", f.label.words(), words::cell(f, Some(&value), &called)))
        });
        said.collect::<Vec<_>>().join(" · ")
    });
    let key = register.key.to_string();
    let shown = if state.schema().is_named(&register.key, kind) {
        let href = Route::Dossier(key, row).href();
        view! { <a href=href>{name}</a> }.into_any()
    } else {
        opens(desk, name, Drawer::Trace { register: key, row }).into_any()
    };
    view! { <li>{shown}<span class="second small">{figures}</span></li> }
}
