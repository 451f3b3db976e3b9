//! One register: its table, its filters, the story of the selected row, its form.

mod filter;
mod form;
mod input;
mod sheet;
mod side;
mod unfinished;

use std::rc::Rc;

use leptos::prelude::*;

use crate::register::{Register, RowKind, register};
use crate::ui::desk::Desk;
use crate::ui::lang::{Words, t};
use crate::ui::route::Route;
use crate::ui::widget::grid::{Area, GridView, Order, Sheet};
use crate::ui::words;
use crate::value::{Decimal, RowId};
use filter::{Filter, FilterBar};
use form::FormDialog;
use sheet::{Chosen, RegisterSheet, kept};
use side::Side;
use unfinished::UnfinishedCells;

/// What the form is open for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Editing {
    New,
    Row(RowId),
}

/// The page.
#[component]
pub(in crate::ui) fn RegisterPage(key: String, kind: Option<String>) -> impl IntoView {
    let found =
        register(&key).and_then(|r| kind.as_deref().map_or_else(|| r.main(), |k| r.kind(k)).map(|k| (r, k)));
    match found {
        Some((register, kind)) => view! { <Table register kind /> }.into_any(),
        None => view! { <p class="card">{t("没有这本台账", "There is no such register")}</p> }.into_any(),
    }
}

#[component]
fn Table(register: &'static Register, kind: &'static RowKind) -> impl IntoView {
    let desk = Desk::here();
    let filter = RwSignal::new(Filter::default());
    let order = RwSignal::new(None as Order);
    let here = RwSignal::new(None::<(usize, usize)>);
    let area = RwSignal::new(None::<Area>);
    let editing = RwSignal::new(None::<Editing>);
    let track = move || {
        desk.version.track();
        filter.track();
        order.track();
        desk.place.track();
        desk.period.track();
    };
    let sheet = kept(track, move || {
        let (filter, order) = (filter.get(), order.get());
        RegisterSheet::read(desk, register, kind, &filter, order, desk.place.get(), desk.period.get())
    });
    desk.leave_cells();
    desk.load_cells();
    on_cleanup(move || desk.leave_cells());
    let resume = RwSignal::new(None);
    page_view(desk, register, kind, sheet, PageSignals { filter, order, here, area, editing, resume })
}

#[derive(Clone, Copy)]
struct PageSignals {
    filter: RwSignal<Filter>,
    order: RwSignal<Order>,
    here: RwSignal<Option<(usize, usize)>>,
    /// The selected cells.
    area: RwSignal<Option<Area>>,
    editing: RwSignal<Option<Editing>>,
    /// A cell to be opened with a text that was typed there.
    resume: RwSignal<Option<(usize, usize, String)>>,
}

fn page_view(
    desk: Desk,
    register: &'static Register,
    kind: &'static RowKind,
    sheet: Signal<Rc<RegisterSheet>, LocalStorage>,
    on: PageSignals,
) -> impl IntoView {
    let main = register.main().is_some_and(|m| m.key == kind.key);
    let title = if main { register.label.words() } else { kind.label.words() };
    let flow = kind
        .workflow
        .as_ref()
        .map(|w| w.stages.iter().map(|s| t(s.word, s.en)).collect::<Vec<_>>().join(" → "));
    let rows = Signal::derive_local(move || -> Rc<dyn Sheet> { sheet.get() });
    let selected = Memo::new(move |_| {
        let (row, column) = on.here.get()?;
        sheet.with(|s| Some((s.id(row)?, s.field_at(column)?.key.to_string())))
    });
    let write = Signal::derive(move || desk.can_write());
    view! {
        <div class="page-head">
            <div><h1>{title.clone()}<span class="second small" style="font-weight:400;margin-left:8px">{register.key}" · "{move || sheet.with(|s| s.rows())}" "{t("行", "rows")}</span></h1>
                {flow.map(|f| view! { <p class="sub">{f}</p> })}</div>
            <div class="row">
                <UndoButton />
                <a class="btn" href=Route::Import.href()>{t("导入", "Import")}</a>
                <button class="btn" on:click=move |_| desk.export(register.key)>{t("导出", "Export")}</button>
                <button class="btn primary" disabled=move || !write.get() on:click=move |_| on.editing.set(Some(Editing::New))>{t("＋ 新增", "+ Add")}</button>
            </div>
        </div>
        <UnfinishedCells register kind sheet filter=on.filter resume=on.resume />
        <FilterBar kind filter=on.filter />
        <div class="register-layout" class:alone=move || selected.get().is_none()>
            <div class="grid-frame">
                <GridView sheet=rows here=on.here area=on.area order=on.order writable=write resume=on.resume label=title
                    on_open=Callback::new(move |row: usize| on.editing.set(sheet.with_untracked(|s| s.id(row)).map(Editing::Row))) />
                {move || sheet.with(|s| (s.rows() == 0).then(|| empty_view(s.unfiltered())))}
                <div class="grid-foot" tabindex="0" role="region" aria-label=t("合计", "Totals")>{move || sheet.with(|s| totals_view(s))}</div>
                <Chosen sheet area=on.area />
            </div>
            {move || selected.get().map(|(row, field)| view! { <Side register kind row field on_edit=Callback::new(move |()| on.editing.set(Some(Editing::Row(row)))) on_close=Callback::new(move |()| on.here.set(None)) /> })}
        </div>
        {move || on.editing.get().map(|what| view! { <FormDialog register kind what on_close=Callback::new(move |()| on.editing.set(None)) /> })}
    }
}

fn empty_view(none_at_all: bool) -> impl IntoView {
    let say = if none_at_all {
        t("还没有内容。点“新增”填一行，或点“导入”读入表格。", "Nothing yet. Add a row or import a workbook.")
    } else {
        t(
            "没有符合条件的行。请放宽筛选、范围或期间。",
            "No row fits. Widen the filter, the place or the period.",
        )
    };
    view! { <p class="grid-empty">{say}</p> }
}

/// Footer totals: of what the table shows, so they respect every filter.
fn totals_view(sheet: &RegisterSheet) -> impl IntoView + use<> {
    let sums: Vec<(String, Decimal, u32, usize)> = sheet.totals();
    view! {
        <span>{t("合计", "Total")}" "{sheet.rows()}" "{t("行", "rows")}</span>
        {sums.into_iter().map(|(name, sum, places, worded)| view! {
            <span>{name}" "{words::number(sum, places)}{(worded > 0).then(|| format!("（{}{worded}{}）", t("含", "incl. "), t("个约数，按面值计", " rounded, by face value")))}</span>
        }).collect_view()}
    }
}

#[component]
fn UndoButton() -> impl IntoView {
    let desk = Desk::here();
    move || {
        desk.version.track();
        let undo = desk.undo_label().map(|label| view! { <button class="btn" on:click=move |_| desk.undo()>{t("撤销：", "Undo: ")}{label}</button> });
        let redo = desk.redo_label().map(|label| view! { <button class="btn" on:click=move |_| desk.redo()>{t("重做：", "Redo: ")}{label}</button> });
        desk.can_write().then(|| view! { {undo}{redo} })
    }
}
