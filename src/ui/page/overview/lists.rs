//! Lists below the charts: villages over the lines, who has reported, what waits.

use leptos::prelude::*;

use crate::analysis::completeness::{Return, Standing};
use crate::analysis::due::{Due, due};
use crate::analysis::findings::Found;
use crate::analysis::overview::Overview as Data;
use crate::analysis::waiting::{Waiting, waiting};
use crate::register::Severity;
use crate::register::catalog::PLACE_REGISTER;
use crate::ui::desk::{Desk, Drawer};
use crate::ui::lang::{Words, t};
use crate::ui::route::{self, Route};
use crate::ui::words;
use crate::value::{Grain, RowId, order};
use crate::web::clock::today;

/// Lines in the lists of villages and of things to look at.
const LISTED: usize = 8;

pub(super) fn thresholds(desk: Desk, data: &Data) -> impl IntoView + use<> {
    let lines = data.thresholds.iter().map(|c| {
        let (label, villages) = (t(&c.threshold.label, &c.threshold.label_en).to_owned(), c.villages.clone());
        let (count, title) = (villages.len(), label.clone());
        let then = c.last_year.map(|n| format!("{}{n}", t("上年 ", "last year ")));
        view! {
            <button on:click=move |_| desk.drawer.set(Some(Drawer::Rows { title: title.clone(), formula: "I-20".to_owned(), register: PLACE_REGISTER.to_owned(), rows: villages.clone() }))>
                <span class="grow">{label}</span><b>{count}</b><span class="when">{then}</span></button>
        }
    }).collect_view();
    view! { <section class="card"><header><h2>{t("过线的村", "Villages over the lines")}</h2><span class="unit">{t("经营性收入", "operating income")}</span></header><div class="todo tight">{lines}</div></section> }
}

pub(super) fn quarters(desk: Desk, data: &Data) -> impl IntoView + use<> {
    let matrix = &data.quarters;
    let head = matrix.periods.iter().map(|p| view! { <th>{match p.index() { 1 => t("一季", "Q1"), 2 => t("二季", "Q2"), 3 => t("三季", "Q3"), _ => t("四季", "Q4") }}</th> }).collect_view();
    let places = desk.places();
    // Villages with gaps first: they are what the reader looks for.
    let mut rows: Vec<_> = matrix.rows.iter().collect();
    order::sort_by_key(&mut rows, |(_, returns)| !returns.iter().any(|r| r.standing == Standing::Missing));
    let more = rows.len().saturating_sub(LISTED);
    let line = |(village, returns): &(RowId, Vec<Return>)| {
        let cells = returns.iter().map(return_cell).collect_view();
        view! { <tr><td>{places.name(*village).to_string()}</td>{cells}</tr> }
    };
    let lines = rows.into_iter().take(LISTED).map(line).collect_view();
    view! {
        <section class="card"><header><h2>{t("填报情况", "Reporting")}</h2><span class="unit">{t("产业季报", "quarterly industry")}</span></header>
            <div class="scroll" tabindex="0" role="region" aria-label=t("填报情况", "Reporting")><table class="plain"><thead><tr><th>{t("村", "Village")}</th>{head}</tr></thead><tbody>{lines}</tbody></table></div>
            {(more > 0).then(|| view! { <footer>{t("另有", "and ")}{more}{t("个村", " more villages")}</footer> })}
        </section>
    }
}

/// One return; that of a year stands across its quarters.
fn return_cell(made: &Return) -> impl IntoView + use<> {
    let class = match made.standing {
        Standing::Missing => "tag wrong",
        Standing::Open => "tag doubt",
        Standing::Waiting => "tag",
        Standing::Done => "tag done",
    };
    let state = made.standing.words().words();
    let (class, words) = match (made.period.grain(), made.standing) {
        (Grain::Year, Standing::Missing) => {
            (class, format!("{state}{}", t("（按年报送）", " (reports by year)")))
        }
        (Grain::Year, _) => ("tag done", t("已按年报送", "reported for the year").to_owned()),
        (Grain::Half, Standing::Missing) => {
            (class, format!("{state}{}", t("（按半年报送）", " (reports by half-year)")))
        }
        (Grain::Half, _) => ("tag done", t("已按半年报送", "reported for the half-year").to_owned()),
        _ => (class, state),
    };
    view! { <td colspan=made.columns.to_string()><span class=class>{words}</span></td> }
}

/// What waits for somebody, each leading to its rows; then findings of the rules, the worst first, once they have
/// looked at everything. What concerns the ledger as a whole (`of_all`) stands before all that.
pub(in crate::ui::page) fn todo(desk: Desk, place: Option<RowId>, of_all: bool) -> impl IntoView + use<> {
    let places = desk.places();
    let inside = place.map(|p| places.under(p));
    let line = move |f: Found| {
        let (class, word) = if f.finding.severity == Severity::Error {
            ("tag wrong", t("错误", "Error"))
        } else {
            ("tag doubt", t("提示", "Note"))
        };
        let name = f.org.map(|o| places.name(o).to_string()).unwrap_or_default();
        let (key, row) = (f.register.to_string(), f.row);
        view! {
            <button on:click=move |_| desk.drawer.set(Some(Drawer::Trace { register: key.clone(), row }))>
                <span class=class>{word}</span><span class="grow small">{f.finding.message.words()}</span><span class="when">{name}</span></button>
        }
    };
    let waits = move || desk.state(|s| waiting(s, &desk.cache().places(s), place));
    let owed = move || {
        desk.state(|s| due(&desk.cache(), s, &desk.places(), place, today()))
            .map_err(|why| desk.complain(&why.0.words()))
            .unwrap_or_default()
    };
    let list = move || {
        let (waits, owed) = (waits(), owed());
        let later = owed.len().saturating_sub(LISTED);
        let found = desk.findings(|all| {
            let here = |f: &&Found| inside.as_ref().is_none_or(|i| f.org.is_some_and(|o| i.contains(&o)));
            let serious = all.iter().filter(|f| f.finding.severity != Severity::Info).filter(here);
            (serious.clone().count(), serious.take(LISTED).cloned().collect::<Vec<_>>())
        });
        let disputed = if of_all { desk.disputes.with(|d| d.all.len()) } else { 0 };
        let idle = if of_all { desk.schema().faults().len() } else { 0 };
        let (count, hint) = match &found {
            None => (String::new(), Some(t("正在检查…", "Looking…"))),
            Some((0, _)) if waits.is_empty() && owed.is_empty() && disputed + idle == 0 => {
                ("0".to_owned(), Some(t("没有要处理的", "Nothing waits")))
            }
            Some((count, _)) => (count.to_string(), None),
        };
        let lines = found.map(|(_, first)| first.into_iter().map(&line).collect_view());
        let waits = waits.into_iter().map(wait_line).collect_view();
        let owed = owed.into_iter().take(LISTED).map(|d| due_line(desk, d)).collect_view();
        let later = (later > 0).then(|| view! { <p class="hint">{t("另有", "and ")}{later}{t("期没有报齐", " more periods not handed in")}</p> });
        view! { <header><h2>{t("待办", "To look at")}</h2><span class="unit">{count}</span></header><div class="todo">{(disputed > 0).then(|| dispute_line(disputed))}{(idle > 0).then(|| fault_line(idle))}{owed}{later}{waits}{lines}</div>{hint.map(|h| view! { <p class="hint">{h}</p> })} }
    };
    view! { <section class="card">{list}</section> }
}

fn dispute_line(n: usize) -> impl IntoView {
    let href = Route::Merge.href();
    view! {
        <a href=href><span class="tag wrong">{t("冲突", "Conflict")}</span>
            <span class="grow small"><b>{n}</b>" "{t("处，两边说的不一样", "places where people say different things")}</span>
            <span class="when">{t("裁定", "Decide")}" →"</span></a>
    }
}

fn fault_line(n: usize) -> impl IntoView {
    let href = Route::County.href();
    view! {
        <a href=href><span class="tag doubt">{t("设置", "Settings")}</span>
            <span class="grow small"><b>{n}</b>" "{t("项本县设置没有生效", "settings of the county have no effect")}</span>
            <span class="when">{t("去改", "Mend them")}" →"</span></a>
    }
}

/// Who has not handed in by the day; opens the list of the villages.
fn due_line(desk: Desk, due: Due) -> impl IntoView {
    let (class, tag) = match due.left {
        left if left < 0 => ("tag wrong", format!("{}{}{}", t("已晚", ""), -left, t("天", " days late"))),
        0 => ("tag doubt", t("今天截止", "due today").to_owned()),
        left => ("tag doubt", format!("{}{left}{}", t("还有", ""), t("天", " days left"))),
    };
    let (missing, should) = (due.missing.len(), due.should);
    let title =
        format!("{} {} {}", due.register.label.words(), words::period(due.period), t("未报", "missing"));
    let told = title.clone();
    let formula = format!("{}{}", t("截止 ", "due on "), due.until);
    view! {
        <button on:click=move |_| desk.drawer.set(Some(Drawer::Rows { title: title.clone(), formula: formula.clone(), register: PLACE_REGISTER.to_owned(), rows: due.missing.clone() }))>
            <span class=class>{tag}</span><span class="grow small">{told}" "<b>{missing}</b>" / "{should}</span><span class="when">{due.until.to_string()}</span></button>
    }
}

fn wait_line(w: Waiting) -> impl IntoView {
    let href = route::rows_in_stage(&w.register.key, &w.kind.key, w.stage.word);
    view! {
        <a href=href><span class="tag doubt">{t(w.stage.word, w.stage.en)}</span>
            <span class="grow small">{w.register.label.words()}" "<b>{words::plain(w.rows.into())}</b>" "{t("行", "rows")}</span>
            <span class="when">{w.step.verb.words()}" →"</span></a>
    }
}
