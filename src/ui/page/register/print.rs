//! The register on paper: every row that the filter shows, not only those in sight, as a real table whose head
//! stands on every sheet.
//!
//! The browser says before it prints (its own menu and our button alike); the table is made then, in one piece, and
//! goes when it has printed. Inputs: the table as it is shown, what was asked for. Outputs: text of a table, put
//! into the page. Neighbours: `style/print.css` hides everything else on paper.

use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use super::filter::Filter;
use super::row::Rows;
use super::sheet::{RegisterSheet, heading};
use crate::ledger::Surroundings;
use crate::register::Field;
use crate::ui::lang::t;
use crate::ui::words;
use crate::web::clock;

/// Rows on paper: some four hundred sheets; more would keep an office computer's browser busy for minutes.
pub(super) const MOST: usize = 10_000;
/// Columns that fit on an upright sheet.
const UPRIGHT: usize = 7;
/// Columns from which letters are made smaller.
const MANY: usize = 13;

/// What is printed.
#[derive(Clone, Copy)]
pub(super) struct Paper {
    pub rows: Rows,
    pub sheet: Signal<Rc<RegisterSheet>, LocalStorage>,
    pub filter: RwSignal<Filter>,
}

/// Prints, or says why not.
pub(super) fn print(paper: Paper) {
    if paper.sheet.with_untracked(|s| s.count()) > MOST {
        return paper.rows.desk.complain(&too_many(paper));
    }
    // A browser that cannot print says so itself.
    let _ = window().print();
}

fn too_many(paper: Paper) -> String {
    let n = paper.sheet.with_untracked(|s| s.count());
    format!(
        "{} {} {} {} {}",
        t("共", "There are"),
        words::plain(n.into()),
        t("行，一次最多打印", "rows; at most"),
        words::plain(MOST.into()),
        t(
            "行。请用筛选缩小，或用“导出”得到全部。",
            "are printed. Narrow the filter, or use Export for all of them."
        )
    )
}

/// The place of the printed table in the page; nothing on the screen.
#[component]
pub(super) fn PaperView(paper: Paper) -> impl IntoView {
    let place = NodeRef::<leptos::html::Div>::new();
    let fill = move |text: &str| {
        if let Some(place) = place.try_get_untracked().flatten() {
            place.set_inner_html(text);
        }
    };
    let before = gloo::events::EventListener::new(&window(), "beforeprint", move |_| fill(&text(paper)));
    let after = gloo::events::EventListener::new(&window(), "afterprint", move |_| fill(""));
    let listeners = StoredValue::new_local((before, after));
    on_cleanup(move || listeners.dispose());
    view! { <div class="paper" node_ref=place></div> }
}

fn text(paper: Paper) -> String {
    let Paper { rows, sheet, filter } = paper;
    sheet.with_untracked(|sheet| {
        let title = escaped(&rows.title());
        let about = escaped(&about(paper, sheet, &filter.get_untracked()));
        if sheet.count() > MOST {
            return format!("<h1>{title}</h1><p>{about}</p><p><b>{}</b></p>", escaped(&too_many(paper)));
        }
        let fields = told(rows, sheet);
        let state = rows.kind().workflow.is_some();
        let columns = fields.len() + usize::from(state);
        let wide = if columns > UPRIGHT { "<style>@page { size: A4 landscape; }</style>" } else { "" };
        let small = if columns > MANY { " class=\"small\"" } else { "" };
        let mut out = format!("{wide}<section{small}><h1>{title}</h1><p>{about}</p>");
        table(&mut out, rows, sheet, &fields);
        let printed = format!(
            "{} {} · {}",
            t("打印于", "Printed"),
            words::moment(clock::now().millis),
            rows.desk.device_line()
        );
        let _ = write!(out, "<p class=\"printed\">{}</p></section>", escaped(&printed));
        out
    })
}

/// Which place, which period, which rows, in words.
fn about(paper: Paper, sheet: &RegisterSheet, filter: &Filter) -> String {
    let desk = paper.rows.desk;
    let kind = &paper.rows.kind();
    let period = if filter.all_periods || !kind.periodic() {
        kind.periodic().then(|| t("所有期间", "all periods").to_owned())
    } else {
        Some(words::period(desk.period.get_untracked()))
    };
    let n = format!("{} {}", words::plain(sheet.count().into()), t("行", "rows"));
    [Some(untrack(|| desk.place_title())), period]
        .into_iter()
        .flatten()
        .chain(filter.told(kind))
        .chain([n])
        .collect::<Vec<_>>()
        .join(" · ")
}

/// The fields on paper: those of the table that hold anything, and those that name a row.
fn told(rows: Rows, sheet: &RegisterSheet) -> Vec<Arc<Field>> {
    let (register, kind) = (rows.register(), rows.kind());
    rows.desk.state_once(|s| {
        let world = Surroundings::new(s);
        let records = || (0..sheet.count()).filter_map(|n| s.record(&register.key, sheet.id(n)?));
        let needed = |f: &Field| kind.naming.contains(&f.key) || kind.key_figures.contains(&f.key);
        sheet.fields().filter(|f| needed(f) || records().any(|r| f.read(r, &world).is_some())).collect()
    })
}

fn table(out: &mut String, rows: Rows, sheet: &RegisterSheet, fields: &[Arc<Field>]) {
    let class = |f: &Field| if f.is_number() { " class=\"num\"" } else { "" };
    let kind = rows.kind();
    let state = kind.workflow.as_ref();
    out.push_str("<table><thead><tr>");
    for field in fields {
        let _ = write!(out, "<th{}>{}</th>", class(field), escaped(&heading(field)));
    }
    if state.is_some() {
        let _ = write!(out, "<th>{}</th>", t("状态", "State"));
    }
    out.push_str("</tr></thead><tbody>");
    rows.desk.state_once(|s| {
        let world = Surroundings::new(s);
        for id in (0..sheet.count()).filter_map(|n| sheet.id(n)) {
            out.push_str("<tr>");
            for field in fields {
                let _ = write!(out, "<td{}>{}</td>", class(field), escaped(&rows.text(s, &world, id, field)));
            }
            if state.is_some() {
                let word = rows.stage(id).map(|stage| t(stage.word, stage.en)).unwrap_or_default();
                let _ = write!(out, "<td>{word}</td>");
            }
            out.push_str("</tr>");
        }
    });
    out.push_str("</tbody><tbody class=\"sum\"><tr>");
    for (n, field) in fields.iter().enumerate() {
        let sum = sheet.total(field);
        let words = match (n, sum) {
            (0, _) => {
                format!("{} {} {}", t("合计", "Total"), words::plain(sheet.count().into()), t("行", "rows"))
            }
            (_, Some(sum)) => sum,
            _ => String::new(),
        };
        let _ = write!(out, "<td{}>{}</td>", class(field), escaped(&words));
    }
    if state.is_some() {
        out.push_str("<td></td>");
    }
    out.push_str("</tr></tbody></table>");
}

/// Text inside of a tag.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
