//! The way of one number back: a figure's rows, and a row's origin.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ledger::{BatchKind, Change, Event, State, Surroundings, Verdict, origin_of};
use crate::register::catalog::PLACE_REGISTER;
use crate::register::{Field, Fields as _, RowKind, Sense, Target};
use crate::ui::desk::{Desk, Drawer};
use crate::ui::focus;
use crate::ui::lang::{Words, t};
use crate::ui::words;
use crate::value::{RowId, order};

/// Rows listed at once; the rest is counted and found in the register's table.
const LISTED: usize = 300;

/// The drawer that is open, if any.
#[component]
pub(in crate::ui) fn DrawerHost() -> impl IntoView {
    let desk = Desk::here();
    // The way back leads through several drawers; the focus goes back to the number that was asked.
    let before = StoredValue::new_local(None::<web_sys::Element>);
    move || {
        let drawer = desk.drawer.get();
        match &drawer {
            Some(_) if before.with_value(Option::is_none) => before.set_value(focus::holder()),
            Some(_) => {}
            None => {
                if let Some(to) = before.try_update_value(Option::take).flatten() {
                    focus::give_back(to);
                }
            }
        }
        drawer.map(|drawer| match drawer {
            Drawer::Rows { title, formula, register, rows } => {
                view! { <RowsDrawer title formula register rows /> }.into_any()
            }
            Drawer::Trace { register, row } => view! { <TraceDrawer register row /> }.into_any(),
        })
    }
}

#[component]
fn Frame(title: String, sub: String, children: Children) -> impl IntoView {
    let desk = Desk::here();
    let close = NodeRef::<leptos::html::Button>::new();
    let name = title.clone();
    Effect::new(move |_| {
        if let Some(button) = close.get() {
            let _ = button.focus();
        }
    });
    view! {
        <aside class="drawer" role="dialog" aria-label=name on:keydown=move |event| if event.key() == "Escape" { desk.drawer.set(None) }>
            <header>
                <div class="grow"><h2>{title}</h2><p class="hint">{sub}</p></div>
                <button class="btn small" node_ref=close on:click=move |_| desk.drawer.set(None)>{t("关闭", "Close")}</button>
            </header>
            <div class="body">{children()}</div>
        </aside>
    }
}

/// Which fields say enough about a row in a list: the keys of its series and its first amounts.
fn columns(kind: &RowKind) -> Vec<Arc<Field>> {
    let names = |f: &&Arc<Field>| f.has(Sense::Place) || f.has(Sense::Period) || f.key == kind.title;
    let key = kind.fields.iter().filter(names);
    key.chain(kind.fields.iter().filter(|f| f.has(Sense::Weight))).cloned().collect()
}

#[component]
fn RowsDrawer(title: String, formula: String, register: String, rows: Vec<RowId>) -> impl IntoView {
    let desk = Desk::here();
    // What stands behind a figure is of one kind.
    let of =
        desk.state_once(|s| rows.first().and_then(|id| s.record(&register, *id)).map(|r| r.kind().clone()));
    let schema = desk.schema_once();
    let declared = schema.register(&register);
    let kind = declared.and_then(|r| of.map_or_else(|| r.main(), |kind| r.kind(&kind))).cloned();
    let Some(kind) = kind else {
        return ().into_any();
    };
    let columns = columns(&kind);
    let sub = format!("{} · {} {}", formula, rows.len(), t("行", "rows"));
    let head = columns.iter().map(|f| view! { <th class:num=f.is_number()>{words::with_unit(&f.label.words(), f.unit.as_deref())}</th> }).collect_view();
    let register = StoredValue::new(register);
    let lines = move || {
        desk.state(|state| {
            let place = |id: &RowId| (register.with_value(|r| order_of(desk, state, r, *id)), *id);
            let mut rows: Vec<_> = rows.iter().map(place).collect();
            order::sort_by(&mut rows, |(a, _), (b, _)| a.cmp(b));
            let world = Surroundings::new(state);
            let name = |t: &Target, id: RowId| desk.target_name(state, t, id);
            rows.iter().take(LISTED).filter_map(|(_, id)| {
                let record = register.with_value(|r| state.record(r, *id))?;
                let id = *id;
                let cells = columns.iter().map(|f| {
                    let value = f.read(record, &world);
                    view! { <td class:num=f.is_number()>{words::cell(f, value.as_deref(), &name)}</td> }
                }).collect_view();
                let place = register.with_value(|r| origin_of(state, r, id, speaking(&kind, record)));
                let from = place.map_or_else(|| t("手工填写", "Typed").to_owned(), |p| words::place(&p));
                Some(view! { <tr>{cells}<td><button class="btn link small" on:click=move |_| desk.drawer.set(Some(Drawer::Trace { register: register.get_value(), row: id }))>{from}</button></td></tr> })
            }).collect_view()
        })
    };
    view! {
        <Frame title sub>
            <div class="scroll"><table class="plain"><thead><tr>{head}<th>{t("来源", "Origin")}</th></tr></thead><tbody>{lines}</tbody></table></div>
        </Frame>
    }
    .into_any()
}

/// By village, then by period, then by what the row is about.
fn order_of(desk: Desk, state: &State, key: &str, id: RowId) -> (String, String, String) {
    let Some(record) = state.record(key, id) else { return Default::default() };
    let kind = state.kind_of(key, record);
    let said = |sense| kind.and_then(|k| k.said(record, sense));
    let place = said(Sense::Place).and_then(|v| v.as_ref_id());
    let place = place.map(|id| desk.record_name(state, PLACE_REGISTER, id));
    let period = said(Sense::Period).and_then(|v| v.as_period()).map(|p| p.to_string());
    (place.unwrap_or_default(), period.unwrap_or_default(), desk.record_name(state, key, id))
}

/// The field whose origin speaks for the row: the last number that weighs it, otherwise its title.
fn speaking<'k>(kind: &'k RowKind, record: &crate::ledger::Record) -> &'k str {
    let weighing = kind.fields.iter().rev().filter(|f| f.has(Sense::Weight) && f.is_number());
    weighing.map(|f| &*f.key).find(|k| record.value(k).is_some()).unwrap_or(&kind.title)
}

#[component]
fn TraceDrawer(register: String, row: RowId) -> impl IntoView {
    let desk = Desk::here();
    let title = desk.state_once(|s| desk.record_name(s, &register, row));
    view! { <Frame title sub=t("这一行从哪来，改过什么", "Where this row came from and what changed").to_owned()><Trace register row field=None /></Frame> }
}

/// Everything that happened to a row, or to one of its cells, newest first.
#[component]
pub(in crate::ui) fn Trace(register: String, row: RowId, field: Option<String>) -> impl IntoView {
    let desk = Desk::here();
    let events = RwSignal::new_local(None::<Vec<Event>>);
    let key = register.clone();
    let shown_field = field.clone();
    Effect::new(move |_| {
        desk.version.track();
        desk.history(&key, row, move |found| events.set(Some(found)));
    });

    move || {
        let Some(found) = events.get() else {
            return view! { <p class="hint">{t("正在读日志", "Reading the log")}</p> }.into_any();
        };
        let lines = found
            .into_iter()
            .rev()
            .filter_map(|e| event_line(desk, &register, row, &e, shown_field.as_deref()))
            .collect_view();
        view! { <ul class="trace">{lines}</ul> }.into_any()
    }
}

fn event_line(
    desk: Desk,
    key: &str,
    row: RowId,
    event: &Event,
    only: Option<&str>,
) -> Option<impl IntoView + use<>> {
    let kind = desk.state_once(|s| s.kind_of(key, s.record(key, row)?).cloned())?;
    let shown = |field: &str, value: Option<&crate::value::Value>| {
        let declared = kind.field(field);
        desk.state_once(|s| {
            declared.map_or_else(String::new, |f| words::cell(f, value, &|t, id| desk.target_name(s, t, id)))
        })
    };
    let label = |field: &str| kind.field(field).map_or_else(|| field.to_owned(), |f| f.label.words());
    let what = match &event.change {
        Change::Create(c) => match only {
            None => t("新建", "Created").to_owned(),
            Some(f) => shown(f, c.fields.iter().find(|(k, _)| &**k == f).map(|(_, v)| v)),
        },
        Change::Set { field, value, before, .. } if only.is_none_or(|f| f == &**field) => {
            format!("{}：{} → {}", label(field), shown(field, before.as_ref()), shown(field, value.as_ref()))
        }
        Change::Set { .. } => return None,
        Change::Move { to, before, reason, .. } => format!(
            "{} → {to} {}",
            before.as_deref().unwrap_or_default(),
            reason.as_deref().unwrap_or_default()
        ),
        Change::Delete { .. } => t("删除", "Removed").to_owned(),
        Change::Restore { .. } => t("恢复", "Put back").to_owned(),
        Change::Join { verdict: Verdict::One, .. } => {
            t("与另一行是同一个，并为一行", "Is the same as another row: now one").to_owned()
        }
        Change::Join { verdict: Verdict::Two, .. } => {
            t("与另一行不是同一个", "Is not the same as another row").to_owned()
        }
        Change::Join { .. } => t("取消合并判断", "Whether it is another row: open again").to_owned(),
        Change::Unknown(_) => {
            t("新版本的改动，原样保留", "A change of a newer version, kept as it is").to_owned()
        }
    };
    let how = match event.kind.plain() {
        BatchKind::Import { file } => format!("{} · {file}", t("导入", "Import")),
        BatchKind::Edit
        | BatchKind::Move
        | BatchKind::Rescue { .. }
        | BatchKind::Fork { .. }
        | BatchKind::Part { .. } => t("填写", "Typed").to_owned(),
        BatchKind::Decide => t("裁定", "Decided").to_owned(),
        BatchKind::Merge { .. } => t("合账", "Merge").to_owned(),
        BatchKind::Unknown(_) => t("新版本的操作", "A step of a newer version").to_owned(),
        BatchKind::Sample => t("示例数据", "Sample data").to_owned(),
        BatchKind::Undo { .. } => t("撤销", "Undo").to_owned(),
        BatchKind::Restore { .. } => t("还原", "Restore").to_owned(),
        BatchKind::Shown { .. } => t("显示完整号码", "Shown in full").to_owned(),
    };
    let place = match (&event.place, &event.change, only) {
        (Some(_), Change::Create(_), Some(f)) => {
            desk.state_once(|s| origin_of(s, key, row, f)).or_else(|| event.place.clone())
        }
        (place, ..) => place.clone(),
    };
    let place = place.map(|p| words::place(&p));
    let who = format!("{} · {}", event.actor, words::moment(event.stamp.millis));
    Some(
        view! { <li><b>{what}</b><span>{how}{place.map(|p| view! { " · " <span class="tag">{p}</span> })}</span><span class="second small">{who}</span></li> },
    )
}
