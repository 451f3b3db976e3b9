//! Beside the table: what is odd about the selected cell, its last periods, its state, where it came from.

use leptos::prelude::*;

use super::checked::Checked;
use super::files::Attached;
use super::lines::LinesTold;
use super::row::{Rows, tag};
use super::whole::Numbers;
use crate::ledger::{BatchKind, Draft, origin_of, plan_move};
use crate::register::catalog::{self, PLACE_REGISTER};
use std::sync::Arc;

use crate::register::{Field, Fields as _, Finding, Move, Sense, Severity};
use crate::table::Table;
use crate::ui::lang::{Words, t};
use crate::ui::route::{self, Route};
use crate::ui::widget::drawer::Trace;
use crate::ui::words;
use crate::value::order;
use crate::value::{Decimal, Period, RowId};

/// Periods drawn.
const PERIODS: usize = 6;

/// The panel.
#[component]
pub(super) fn Side(
    rows: Rows,
    row: RowId,
    field: String,
    on_edit: Callback<()>,
    on_close: Callback<()>,
    /// Whoever shows it says already which row it is.
    #[prop(optional)]
    named: bool,
) -> impl IntoView {
    let desk = rows.desk;
    let (register, kind) = (rows.register(), rows.kind());
    let Some(declared) = kind.field(&field).cloned() else { return ().into_any() };
    let title = desk.state(|s| {
        let record = s.record(&register.key, row)?;
        let place = s.place_of(&register, record).map(|id| desk.record_name(s, PLACE_REGISTER, id));
        let period = kind.said(record, Sense::Period).and_then(|v| v.as_period()).map(words::period);
        Some(
            [place, period, Some(declared.label.words())]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" · "),
        )
    });
    let findings = move || {
        desk.version.track();
        let found = desk.findings_of(&rows.register(), &rows.kind(), row, <[Finding]>::to_vec);
        found
            .into_iter()
            .map(|f| {
                let class = if f.severity == Severity::Error {
                    "hint wrong"
                } else if f.severity == Severity::Warning {
                    "hint doubt"
                } else {
                    "hint"
                };
                let lead = match f.severity {
                    Severity::Error => t("错误：", "Error: "),
                    Severity::Warning => t("提示：", "Note: "),
                    Severity::Info => "",
                };
                view! { <p class=class>{lead}{f.message.words()}</p> }
            })
            .collect_view()
    };
    let undecided = route::undecided(&register.key, row);
    let disputed = move || {
        let href = undecided.clone();
        desk.disputes.with(|d| d.has_row(row)).then(|| view! {
            <p class="hint wrong">{t("这一行有冲突待裁定：", "The row is in conflict: ")}<a href=href>{t("看两边的值，裁定", "see both values and decide")}</a></p>
        })
    };
    let refused = RwSignal::new(None::<String>);
    let remove = move |_| match desk.remove_rows(&rows.register().key, &[row]) {
        Ok(()) => on_close.run(()),
        Err(why) => refused.set(Some(why)),
    };
    // A record that others name has a file of its own.
    let file = desk.state_once(|s| {
        let record = s.record(&register.key, row).filter(|_| s.schema().is_named(&register.key, &kind))?;
        let href = Route::Dossier(register.key.to_string(), row).href();
        let label = catalog::file_of(&register.key, record).words();
        Some(view! { <a class="btn small" href=href>{label}</a> })
    });
    let number = declared.is_number().then(|| view! { <Periods rows row field=declared /> });
    view! {
        <aside class="card side stack" aria-label=t("这一行", "This row")>
            {(!named).then(|| view! { <div class="row between"><h2 class="grow">{title}</h2><button class="tool" aria-label=t("关闭", "Close") on:click=move |_| on_close.run(())>"✕"</button></div> })}
            {disputed}
            {findings}
            <div class="row">
                <button class="btn small" disabled=move || !desk.can_write() on:click=move |_| on_edit.run(())>{t("打开表单", "Open form")}</button>
                {file}
                <button class="btn small danger" disabled=move || !desk.can_write() on:click=remove>{t("删除此行", "Delete row")}</button>
            </div>
            {move || refused.get().map(|why| view! { <p class="hint wrong" role="alert">{why}</p> })}
            <Moves rows row />
            <Attached rows row />
            <Numbers rows row />
            <LinesTold rows row />
            {number}
            <h3>{t("这个数从哪来", "Where this comes from")}</h3>
            <Whence rows row field />
        </aside>
    }
    .into_any()
}

/// What the row itself knows of where the value comes from, at once; the log is read when somebody asks for all.
#[component]
fn Whence(rows: Rows, row: RowId, field: String) -> impl IntoView {
    let desk = rows.desk;
    let asked = RwSignal::new(false);
    let key = field.clone();
    let known = move || {
        desk.state(|s| {
            let register = rows.register();
            let record = s.record(&register.key, row)?;
            let place =
                origin_of(s, &register.key, row, &key).map(|p| format!("{} · {}", p.file, words::place(&p)));
            let batch = s.batch_of(record.stamp_of(&key)?)?;
            let how = place.unwrap_or_else(|| desk.step_words(batch));
            let who = format!("{} · {}", batch.actor, words::moment(batch.stamp.millis));
            Some(
                view! { <ul class="trace"><li><b>{how}</b><span class="second small">{who}</span></li></ul> },
            )
        })
    };
    view! {
        {known}
        <button type="button" class="btn link small" aria-expanded=move || asked.get().to_string() on:click=move |_| asked.update(|a| *a = !*a)>
            {move || if asked.get() { t("收起来历", "Hide the history") } else { t("看全部来历", "See the whole history") }}
        </button>
        {move || asked.get().then(|| view! { <Trace register=rows.register().key.to_string() row field=Some(field.clone()) /> })}
    }
}

/// The row's state and the moves that leave it.
#[component]
fn Moves(rows: Rows, row: RowId) -> impl IntoView {
    let desk = rows.desk;
    let reason = RwSignal::new(None::<&'static str>);
    let why = RwSignal::new(String::new());
    let unsaid = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let flow = StoredValue::new(rows.kind().workflow.clone()?);
    let checked = Checked::of(desk, rows.register().key.to_string());
    let now = Memo::new(move |_| {
        desk.state(|s| s.record(&rows.register().key, row).and_then(|r| r.stage().map(str::to_owned)))
            .unwrap_or_else(|| flow.with_value(|f| f.initial().to_owned()))
    });
    let go = move |to: &'static str, why: Option<String>| {
        let mut draft = Draft::new(BatchKind::Move);
        let why = checked.reason(why);
        desk.state_once(|s| {
            plan_move(&mut draft, s, &rows.register().key, row, to, why.as_deref(), &mut || desk.new_id())
        });
        let why = desk.refusal_words(&desk.refused(&draft));
        if why.is_none() {
            desk.commit(draft);
            checked.clear();
            reason.set(None);
        }
        refused.set(why);
    };
    Some(view! {
        <div class="stack" style="gap:6px">
            <div class="row">{move || flow.with_value(|f| f.stage(&now.get()).cloned()).map(|s| view! { <span class=tag(s.tone)>{t(s.word, s.en)}</span> })}
            {move || { let state = now.get(); let moves: Vec<Move> = flow.with_value(|f| f.moves_from(&state).cloned().collect()); moves.into_iter().map(|m| view! {
                <button class="btn small" disabled=move || !desk.can_write() on:click=move |_| if m.reason { reason.set(Some(m.to)) } else { go(m.to, None) }>{m.verb.words()}</button>
            }).collect_view() }}</div>
            {checked.view()}
            {move || refused.get().map(|why| view! { <p class="hint wrong" role="alert">{why}</p> })}
            {move || reason.get().map(|to| view! {
                <form class="stack" style="gap:6px" on:submit=move |e| { e.prevent_default(); let text = why.get_untracked(); if text.trim().is_empty() { unsaid.set(true); focus_reason(); } else { go(to, Some(text.trim().to_owned())); } }>
                    <div class="row">
                        <input class="plain grow" id="move-reason" aria-label=t("原因", "Reason") aria-invalid=move || unsaid.get().to_string() placeholder=t("请写原因", "Give a reason") on:input=move |e| { unsaid.set(false); why.set(event_target_value(&e)); } />
                        <button class="btn small" type="submit">{t("确定", "Confirm")}</button>
                    </div>
                    {move || unsaid.get().then(|| {
                        let verb = flow.with_value(|f| f.moves.iter().find(|m| m.to == to).map(|m| m.verb.words())).unwrap_or_default();
                        let (zh, en) = (format!("还没有写原因：写了才能“{verb}”"), format!("{verb} needs a reason: write it here"));
                        view! { <p class="hint wrong" role="alert">{t(&zh, &en).to_owned()}</p> }
                    })}
                </form>
            })}
        </div>
    })
}

fn focus_reason() {
    use wasm_bindgen::JsCast as _;
    let found = document().get_element_by_id("move-reason");
    if let Some(input) = found.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An input that stands in the page can have the focus.
        let _ = input.focus();
    }
}

/// The same series in the periods before, as small bars.
#[component]
fn Periods(rows: Rows, row: RowId, field: Arc<Field>) -> impl IntoView {
    let desk = rows.desk;

    move || {
        desk.version.track();
        let mut found = desk.table(&rows.register().key, &rows.kind().key, |table| {
            table.map(|table| series(&table, row, &field)).unwrap_or_default()
        });
        order::sort_by_key(&mut found, |(p, _)| std::cmp::Reverse(*p));
        found.truncate(PERIODS);
        let most = found.iter().filter_map(|(_, n)| num(n.abs())).fold(0.0f64, f64::max).max(1e-9);
        (found.len() > 1).then(|| {
            let unit = words::unit(field.unit.as_deref().unwrap_or_default()).to_owned();
            let lines = found.into_iter().enumerate().map(|(n, (period, value))| {
                let width = num(value.abs()).unwrap_or_default() / most * 60.0;
                view! { <span class="second">{words::period(period)}</span><span class="row tight"><span class="b" class:now=n == 0 style=format!("width:{width}%")></span>{words::plain(value)}</span> }
            }).collect_view();
            view! { <h3>{t("历期", "Earlier periods")}" "<span class="second small">{field.label.words()}" "{unit}</span></h3><div class="bars">{lines}</div> }
        })
    }
}

fn num(n: Decimal) -> Option<f64> {
    use rust_decimal::prelude::ToPrimitive as _;
    n.to_f64()
}

/// Values of `field` in rows that agree with `row` in everything that makes a series.
pub(super) fn series(table: &Table<'_>, row: RowId, field: &Field) -> Vec<(Period, Decimal)> {
    let kind = table.kind();
    let Some((at, this)) = table.row_of(row).and_then(|n| Some((n, table.record(n)?))) else {
        return Vec::new();
    };
    // Within a class, a subject compares with itself.
    let class = kind.key_of(Sense::Class);
    let own = kind.law.series.iter().map(|k| &**k).filter(|k| Some(*k) != class);
    let keys: Vec<&str> = own.chain(kind.key_of(Sense::Subject)).collect();
    let grain = kind.said(this, Sense::Period).and_then(|v| v.as_period()).map(Period::grain);
    let series = table.series();
    let number = series.get(at as usize);
    (0u32..)
        .zip(series)
        .filter(|(_, n)| Some(*n) == number)
        .filter_map(|(row, _)| table.record(row))
        .filter(|r| keys.iter().all(|k| r.value(k) == this.value(k)))
        .filter_map(|r| {
            let period = kind.said(r, Sense::Period)?.as_period().filter(|p| Some(p.grain()) == grain)?;
            Some((period, r.value(&field.key)?.as_decimal()?))
        })
        .collect()
}
