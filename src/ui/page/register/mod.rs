//! One register: its table (on a phone its cards), its filters, steps with many rows, the story of the selected row,
//! its form, its print.

mod cards;
mod checked;
mod columns;
mod files;
mod filter;
mod form;
mod input;
mod lines;
mod many;
mod opened;
mod pick;
mod print;
mod row;
mod sheet;
mod side;
mod unfinished;
mod views;
mod whole;

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use crate::analysis::duplicates::is_compared;
use crate::register::{Register, RowKind};
use crate::ui::desk::Desk;
use crate::ui::lang::{Words as _, t};
use crate::ui::narrow::narrow;
use crate::ui::route::{self, Route};
use crate::ui::widget::grid::{Area, GridContent, GridView, Order};
use crate::ui::words;
use crate::value::{Decimal, RowId};
use cards::{Cards, SortPick};
use columns::{Columns, ColumnsButton};
use filter::{Filter, FilterBar};
use form::FormDialog;
use many::{Choice, ManyBar};
use opened::OpenedRow;
use pick::Picker;
use print::{Paper, PaperView, print};
use row::Rows;
use sheet::{Chosen, RegisterSheet, kept};
use side::Side;
use unfinished::UnfinishedCells;
use views::{Missing, Views, ViewsButton};

/// What the form is open for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Editing {
    New,
    Row(RowId),
}

/// The page.
#[component]
pub(in crate::ui) fn RegisterPage(key: String, kind: Option<String>) -> impl IntoView {
    let desk = Desk::here();
    // Drawn anew when the county declares the register otherwise.
    let found = Memo::new_with_compare(
        move |_| {
            let schema = desk.schema();
            let register = schema.register(&key)?;
            let kind = kind.as_deref().map_or_else(|| register.main(), |k| register.kind(k))?;
            Some((Arc::clone(register), Arc::clone(kind)))
        },
        differs,
    );
    move || match found.get() {
        Some((register, kind)) => view! { <Table register kind /> }.into_any(),
        None => view! { <p class="card">{t("没有这本台账", "There is no such register")}</p> }.into_any(),
    }
}

/// A register and one of its kinds, where there are such.
type Declared = Option<(Arc<Register>, Arc<RowKind>)>;

/// Whether another declaration was found.
fn differs(before: Option<&Declared>, now: Option<&Declared>) -> bool {
    match (before, now) {
        (Some(Some(a)), Some(Some(b))) => !(Arc::ptr_eq(&a.0, &b.0) && Arc::ptr_eq(&a.1, &b.1)),
        (Some(None), Some(None)) => false,
        _ => true,
    }
}

#[component]
fn Table(register: Arc<Register>, kind: Arc<RowKind>) -> impl IntoView {
    let desk = Desk::here();
    let filter = RwSignal::new(Filter::of_address(&desk.schema_once(), &kind));
    let rows = Rows::of(desk, register, kind);
    let order = RwSignal::new(None as Order);
    // A record that the address asks for is opened: it is the only row.
    let asked = route::asked_one();
    let here = RwSignal::new(asked.map(|_| (0, 0)));
    let area = RwSignal::new(None::<Area>);
    let editing = RwSignal::new(None::<Editing>);
    let choice = Choice::new();
    let columns = Columns::of(rows);
    let views = Views::of(rows, filter, order, columns);
    let track = move || {
        columns.wishes.track();
        desk.version.track();
        if filter.with(|f| !f.words.is_empty()) {
            desk.spelt.track();
        }
        order.track();
        desk.place.track();
        desk.period.track();
    };
    let sheet = kept(track, move || {
        let (filter, order) = (filter.get(), order.get());
        RegisterSheet::read(
            rows,
            choice,
            &filter,
            order,
            &columns.wishes.get(),
            desk.place.get(),
            desk.period.get(),
        )
    });
    desk.leave_cells();
    desk.load_cells();
    on_cleanup(move || desk.leave_cells());
    let resume = RwSignal::new(None);
    let asked = StoredValue::new(asked);
    page_view(
        rows,
        sheet,
        PageSignals { asked, filter, order, here, area, editing, resume, choice, columns, views },
    )
}

#[derive(Clone, Copy)]
struct PageSignals {
    /// The record that the address asks for, until it was shown.
    asked: StoredValue<Option<RowId>>,
    filter: RwSignal<Filter>,
    order: RwSignal<Order>,
    here: RwSignal<Option<(usize, usize)>>,
    /// The selected cells.
    area: RwSignal<Option<Area>>,
    editing: RwSignal<Option<Editing>>,
    /// A cell to be opened with a text that was typed there.
    resume: RwSignal<Option<(usize, usize, String)>>,
    choice: Choice,
    columns: Columns,
    views: Views,
}

fn page_view(rows: Rows, sheet: Signal<Rc<RegisterSheet>, LocalStorage>, on: PageSignals) -> impl IntoView {
    let narrow = narrow();
    let as_table = RwSignal::new(false);
    let cards = Memo::new(move |_| narrow.get() && !as_table.get());
    Effect::new(move |_| {
        // A cell is opened in the table.
        if on.resume.with(Option::is_some) {
            as_table.set(true);
        }
    });
    let paper = Paper { rows, sheet, filter: on.filter };
    let body = move || {
        if cards.get() {
            cards_view(rows, sheet, on).into_any()
        } else {
            table_view(rows, sheet, on, narrow).into_any()
        }
    };
    let choose = move || {
        let some = rows.kind().workflow.is_some() && !on.choice.on.get() && sheet.with(|s| s.count() > 0);
        some.then(|| {
            if cards.get() {
                view! { <button class="btn" on:click=move |_| on.choice.on.set(true)>{t("选择", "Choose")}</button> }.into_any()
            } else {
                view! { <button class="chip" on:click=move |_| sheet.with_untracked(|s| on.choice.all(s))>{move || all_words(&sheet)}</button> }.into_any()
            }
        })
    };
    let moved = Callback::new(move |()| {
        on.here.set(None);
        on.area.set(None);
    });
    let arrange = move || {
        (!cards.get()).then(|| view! { <ColumnsButton columns=on.columns order=on.order on_moved=moved /> })
    };
    let sort = move || cards.get().then(|| view! { <SortPick rows order=on.order /> });
    let which = move || {
        narrow.get().then(|| view! {
            <button class="btn" on:click=move |_| as_table.update(|a| *a = !*a)>{move || if as_table.get() { t("卡片", "Cards") } else { t("表格", "Table") }}</button>
        })
    };
    view! {
        <div class="register-screen">
            {head_view(rows, sheet, on, paper, which)}
            {faults_view(rows)}
            <UnfinishedCells rows sheet filter=on.filter resume=on.resume columns=on.columns />
            <FilterBar rows filter=on.filter>{sort}{arrange}<ViewsButton views=on.views on_moved=moved />{choose}</FilterBar>
            <Missing views=on.views />
            <ManyBar rows choice=on.choice filter=on.filter sheet />
            {body}
        </div>
        <PaperView paper />
        {move || on.editing.get().map(|what| view! { <FormDialog rows what on_close=Callback::new(move |()| on.editing.set(None)) /> })}
    }
}

/// What it is, how much of it there is, and what can be done with all of it.
fn head_view(
    rows: Rows,
    sheet: Signal<Rc<RegisterSheet>, LocalStorage>,
    on: PageSignals,
    paper: Paper,
    which: impl IntoView,
) -> impl IntoView {
    let (desk, register, kind) = (rows.desk, rows.register(), rows.kind());
    let key = register.key.to_string();
    let exported = key.clone();
    let compared = is_compared(&desk.schema_once(), &register, &kind).then(|| {
        view! { <a class="btn" href=Route::Duplicates(key.clone()).href()>{t("查重", "Duplicates")}</a> }
    });
    let flow = kind
        .workflow
        .as_ref()
        .map(|w| w.stages.iter().map(|s| t(s.word, s.en)).collect::<Vec<_>>().join(" → "));
    view! {
        <div class="page-head register-head">
            <div><h1>{rows.title()}<span class="second small" style="font-weight:400;margin-left:8px">{key}" · "{move || sheet.with(|s| count_words(s))}{move || sheet.with(|s| s.of_all().is_some()).then(|| show_all(on.filter))}</span></h1>
                {flow.map(|f| view! { <p class="sub">{f}</p> })}</div>
            <div class="row register-tools">
                <UndoButton />
                {compared}
                <a class="btn" href=Route::Import.href()>{t("导入", "Import")}</a>
                <button class="btn" on:click=move |_| desk.export(&exported)>{t("导出", "Export")}</button>
                <button class="btn" on:click=move |_| print(paper)>{t("打印", "Print")}</button>
                {which}
            </div>
            <button class="btn primary" disabled=move || !desk.can_write() on:click=move |_| on.editing.set(Some(Editing::New))>{t("＋ 新增", "+ Add")}</button>
        </div>
    }
}

/// 216 行, or 显示 12 / 216 行 while a filter holds rows back.
fn count_words(sheet: &RegisterSheet) -> String {
    let (shown, rows) = (words::plain(sheet.count().into()), t("行", "rows"));
    match sheet.of_all() {
        Some(all) => format!("{} {shown} / {} {rows}", t("显示", "shown"), words::plain(all.into())),
        None => format!("{shown} {rows}"),
    }
}

fn show_all(filter: RwSignal<Filter>) -> impl IntoView {
    view! { " "<button type="button" class="btn link small" on:click=move |_| filter.update(Filter::let_go)>{t("显示全部", "Show all")}</button> }
}

/// Settings that were meant for this register and have no effect.
fn faults_view(rows: Rows) -> impl IntoView {
    move || {
        let (schema, key) = (rows.desk.schema(), rows.register().key.clone());
        let here = schema.faults().iter().filter(|f| f.register.as_ref() == Some(&key));
        let all = here.map(|f| view! { <li>{f.why.message().words()}</li> }).collect::<Vec<_>>();
        (!all.is_empty()).then(|| view! {
            <section class="hint wrong" aria-label=t("没有生效的设置", "Settings without effect")>
                <b>{t("没有生效的设置", "Settings without effect")}</b>" "<a href=Route::County.href()>{t("去改", "Mend them")}</a>
                <ul class="plain">{all}</ul></section>
        })
    }
}

/// 全选 216 行.
fn all_words(sheet: &Signal<Rc<RegisterSheet>, LocalStorage>) -> String {
    let n = sheet.with(|s| s.count());
    format!("{} {} {}", t("全选", "Choose all"), words::plain(n.into()), t("行", "rows"))
}

fn table_view(
    rows: Rows,
    sheet: Signal<Rc<RegisterSheet>, LocalStorage>,
    on: PageSignals,
    narrow: Signal<bool>,
) -> impl IntoView {
    let desk = rows.desk;
    let as_sheet = Signal::derive_local(move || -> Rc<dyn GridContent> { sheet.get() });
    let selected = Memo::new(move |_| {
        let (row, column) = on.here.get()?;
        // Of a state there is nothing more to tell; the panel tells of the figure that matters most.
        let kind = rows.kind();
        sheet.with(|s| {
            let told = s.field_at(column).or_else(|| kind.key_fields().next())?;
            Some((s.id(row)?, told.key.to_string()))
        })
    });
    // A phone has no room beside the table; the cards open rows.
    let wanted = Memo::new(move |_| selected.get().filter(|_| !narrow.get()));
    let beside = after_the_frame(wanted);
    let write = Signal::derive(move || desk.can_write());
    let fill = Trigger::new();
    let picker = Picker { sheet, choice: on.choice, area: on.area };
    view! {
        <div class="register-layout" class:alone=move || beside.with(Option::is_none)>
            <div class="grid-frame" on:mousedown:capture=move |e| picker.press(&e, true) on:dblclick:capture=move |e| picker.press(&e, false)
                on:click:capture=move |e| picker.press_head(&e) on:keydown:capture=move |e| picker.space(&e)>
                <GridView sheet=as_sheet here=on.here area=on.area order=on.order on_width=Callback::new(move |(key, width): (String, Option<f64>)| on.columns.change(|w| w.widen(&key, width))) writable=write resume=on.resume fill label=rows.title()
                    on_open=Callback::new(move |row: usize| on.editing.set(sheet.with_untracked(|s| s.id(row)).map(Editing::Row))) />
                {move || sheet.with(|s| (s.count() == 0).then(|| empty_view(s.unfiltered())))}
                {foot_view(sheet)}
                <Chosen sheet area=on.area writable=write fill />
            </div>
            // Until the panel has followed, nothing in it can be pressed: it is still about the row before.
            <div class="follows" inert=move || beside.get() != wanted.get()>{move || beside.get().map(|(row, field)| view! { <Side rows row field on_edit=Callback::new(move |()| on.editing.set(Some(Editing::Row(row)))) on_close=Callback::new(move |()| on.here.set(None)) /> })}</div>
        </div>
    }
}

/// What is `wanted`, once the frame that shows the selection is on the screen: the table moves at once, and while an
/// arrow key is held nothing is drawn that nobody can read.
fn after_the_frame<T: Clone + PartialEq + Send + Sync + 'static>(
    wanted: Memo<Option<T>>,
) -> RwSignal<Option<T>> {
    let shown = RwSignal::new(wanted.get_untracked());
    let waiting = StoredValue::new(false);
    Effect::new(move |_| {
        if wanted.get() == shown.get_untracked() || waiting.get_value() {
            return;
        }
        waiting.set_value(true);
        request_animation_frame(move || {
            let follow = move || {
                waiting.try_set_value(false);
                if let Some(now) = wanted.try_get_untracked() {
                    shown.try_set(now);
                }
            };
            set_timeout(follow, Duration::ZERO);
        });
    });
    shown
}

fn cards_view(rows: Rows, sheet: Signal<Rc<RegisterSheet>, LocalStorage>, on: PageSignals) -> impl IntoView {
    let opened = RwSignal::new(on.asked.try_update_value(Option::take).flatten());
    let close = Callback::new(move |()| opened.set(None));
    let edit = move |id: RowId| {
        Callback::new(move |()| {
            opened.set(None);
            on.editing.set(Some(Editing::Row(id)));
        })
    };
    view! {
        {foot_view(sheet)}
        {move || sheet.with(|s| (s.count() == 0).then(|| empty_view(s.unfiltered())))}
        <Cards rows sheet choice=on.choice label=rows.title() on_open=Callback::new(move |id| opened.set(Some(id))) />
        {move || opened.get().map(|id| view! { <OpenedRow rows id on_edit=edit(id) on_close=close /> })}
    }
}

fn foot_view(sheet: Signal<Rc<RegisterSheet>, LocalStorage>) -> impl IntoView {
    view! { <div class="grid-foot" tabindex="0" role="region" aria-label=t("合计", "Totals")>{move || sheet.with(|s| totals_view(s))}</div> }
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
        let undo =
            desk.undo_label().map(|label| step_button(t("撤销：", "Undo: "), &label, move || desk.undo()));
        let redo =
            desk.redo_label().map(|label| step_button(t("重做：", "Redo: "), &label, move || desk.redo()));
        desk.can_write().then(|| view! { {undo}{redo} })
    }
}

/// A button that names its step; where there is no room for the whole name it is cut, and said in full by the tip.
fn step_button(verb: &str, label: &str, act: impl Fn() + 'static) -> AnyView {
    let name = format!("{verb}{label}");
    view! { <button class="btn step" title=name.clone() aria-label=name.clone() on:click=move |_| act()><span class="cut">{name.clone()}</span></button> }.into_any()
}
