//! 分析 → 交叉表: members down, members across, one measure in the cells; every number opens its rows.
//!
//! Duty: asks [`crate::analysis::pivot`] what the pickers say and shows the answer with its totals. Inputs: the
//! ledger, place and period of the top bar, what is chosen here. Outputs: a table; the drawer with the rows of a
//! number. Neighbours: `analysis` is the other page of 分析.

use std::rc::Rc;

use leptos::prelude::*;

use super::analysis::Tabs;
use crate::analysis::format;
use crate::analysis::pivot::{Cell, Measure, Member, Pivot, Spec, pivot};
use crate::register::{Aggregate, Field, FieldKind, Register, RowKind, catalog, register};
use crate::table::{Filter, QueryError};
use crate::ui::desk::{Desk, Drawer};
use crate::ui::lang::{Words, t};
use crate::ui::words;
use crate::value::{MoneyUnit, Period};

/// Rows and columns shown at once; more are counted.
const ROWS: usize = 400;
const COLUMNS: usize = 60;

/// Ways to reduce the contributions of a cell to one number.
const WAYS: [(&str, &str, &str); 6] = [
    ("count", "行数", "Rows"),
    ("sum", "合计", "Sum"),
    ("avg", "平均", "Average"),
    ("median", "中位数", "Median"),
    ("min", "最小", "Least"),
    ("max", "最大", "Most"),
];

/// Dimensions that are no fields: key, words, what they need.
const TIMES: [(&str, &str, &str); 3] =
    [("year", "年", "Year"), ("quarter", "季度", "Quarter"), ("month", "月", "Month")];

#[derive(Clone, Copy)]
struct Asked {
    register: RwSignal<String>,
    view: RwSignal<String>,
    down: RwSignal<String>,
    across: RwSignal<String>,
    way: RwSignal<String>,
    field: RwSignal<String>,
    all_periods: RwSignal<bool>,
}

impl Asked {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        let asked = Self {
            register: text(),
            view: text(),
            down: text(),
            across: text(),
            way: text(),
            field: text(),
            all_periods: RwSignal::new(true),
        };
        asked.begin("R06");
        asked
    }

    /// A question that makes sense for this register.
    fn begin(self, key: &str) {
        let Some((_, kind)) = found(key) else { return };
        self.register.set(key.to_owned());
        // What is paid in and what is paid out do not add up to anything.
        let narrow = kind.field("direction").is_some();
        self.view.set(if narrow { "0".to_owned() } else { String::new() });
        self.down.set(dimensions(kind).first().map(|(k, _)| k.clone()).unwrap_or_default());
        self.across.set(if kind.periodic() { "year".to_owned() } else { String::new() });
        let adds = measurable(kind, "sum").next().is_some();
        self.way.set(if adds { "sum" } else { "count" }.to_owned());
        self.field.set(String::new());
    }
}

fn found(key: &str) -> Option<(&'static Register, &'static RowKind)> {
    let register = register(key)?;
    Some((register, register.main()?))
}

/// What may go down or across: key and words.
fn dimensions(kind: &'static RowKind) -> Vec<(String, String)> {
    let known = |f: &Field| f.target().is_none_or(|target| register(target.register).is_some());
    let mut all: Vec<(String, String)> = kind
        .fields
        .iter()
        .filter(|f| {
            matches!(f.kind, FieldKind::Choice(_) | FieldKind::Ref(_) | FieldKind::Bool) && known(f)
                || f.key == kind.title
                || &*f.key == "subject_class"
        })
        .map(|f| (f.key.to_string(), f.label.words()))
        .collect();
    all.sort_by_key(|(key, _)| key != "org");
    if kind.field("org").is_some() {
        all.push(("town".to_owned(), t("乡镇", "Township").to_owned()));
    }
    if kind.periodic() {
        all.extend(TIMES.iter().map(|(key, zh, en)| ((*key).to_owned(), t(zh, en).to_owned())));
    }
    if kind.workflow.is_some() {
        all.push(("state".to_owned(), t("状态", "State").to_owned()));
    }
    all
}

/// The fields that may be reduced this way.
fn measurable(kind: &'static RowKind, way: &str) -> impl Iterator<Item = &'static Field> + use<> {
    let adds = way == "sum";
    kind.fields.iter().filter(move |f| {
        f.is_number() && (!adds || matches!(f.aggregate, Aggregate::Flow | Aggregate::Stock))
    })
}

/// The chosen field, or the first that can be reduced this way.
fn measured(kind: &'static RowKind, way: &str, wanted: &str) -> Option<&'static Field> {
    if way == "count" {
        return None;
    }
    measurable(kind, way).find(|f| f.key == wanted).or_else(|| measurable(kind, way).next())
}

fn measure(way: &str, field: Option<&Field>) -> Measure {
    let Some(key) = field.map(|f| f.key.to_string()) else { return Measure::Count };
    match way {
        "avg" => Measure::Avg(key),
        "median" => Measure::Median(key),
        "min" => Measure::Min(key),
        "max" => Measure::Max(key),
        _ => Measure::Sum(key),
    }
}

/// The page.
#[component]
pub(in crate::ui) fn PivotPage() -> impl IntoView {
    let desk = Desk::here();
    let asked = Asked::new();
    view! {
        <div class="page-head"><div><h1>{t("交叉表", "Cross table")}</h1>
            <p class="sub">{move || desk.place_title()}" · "{move || if asked.all_periods.get() { t("所有期间", "All periods").to_owned() } else { words::period(desk.period.get()) }}</p></div><Tabs /></div>
        {move || controls(asked)}
        {move || answer(desk, asked)}
    }
}

/// The questions; drawn anew for another register.
fn controls(asked: Asked) -> impl IntoView {
    let key = asked.register.get();
    let kind = found(&key).map(|(_, kind)| kind);
    let registers = catalog::all().iter().map(|r| (r.key.to_owned(), r.label.words())).collect();
    let dimensions = kind.map(dimensions).unwrap_or_default();
    let mut across = vec![(String::new(), t("（不分列）", "(none)").to_owned())];
    across.extend(dimensions.iter().cloned());
    let mut views = vec![(String::new(), t("全部", "All").to_owned())];
    views.extend(
        kind.into_iter().flat_map(|k| &k.views).enumerate().map(|(n, v)| (n.to_string(), v.label.words())),
    );
    let ways = WAYS.iter().map(|(key, zh, en)| ((*key).to_owned(), t(zh, en).to_owned())).collect();
    let fields = move || {
        let way = asked.way.get();
        let all: Vec<(String, String)> = kind
            .filter(|_| way != "count")
            .into_iter()
            .flat_map(|k| measurable(k, &way))
            .map(|f| (f.key.to_string(), f.label.words()))
            .collect();
        (!all.is_empty()).then(|| select(t("数字", "Of"), all, asked.field.get_untracked(), asked.field))
    };
    let register = RwSignal::new(key.clone());
    Effect::new(move |_| {
        let key = register.get();
        if key != asked.register.get_untracked() {
            asked.begin(&key);
        }
    });
    view! {
        <div class="row pivot-ask">
            {select(t("台账", "Register"), registers, key, register)}
            {(views.len() > 1).then(|| select(t("只看", "Only"), views, asked.view.get_untracked(), asked.view))}
            {select(t("行", "Down"), dimensions, asked.down.get_untracked(), asked.down)}
            {select(t("列", "Across"), across, asked.across.get_untracked(), asked.across)}
            {select(t("算法", "Measure"), ways, asked.way.get_untracked(), asked.way)}
            {fields}
            {kind.is_some_and(RowKind::periodic).then(|| view! { <button class="chip" aria-pressed=move || asked.all_periods.get().to_string() on:click=move |_| asked.all_periods.update(|a| *a = !*a)>{t("所有期间", "All periods")}</button> })}
        </div>
    }
}

fn select(label: &'static str, options: Vec<(String, String)>, now: String, to: RwSignal<String>) -> AnyView {
    let options = options
        .into_iter()
        .map(|(key, word)| {
            let selected = key == now;
            view! { <option value=key selected=selected>{word}</option> }
        })
        .collect_view();
    view! { <label class="row tight small">{label}<select class="plain" aria-label=label on:change=move |e| to.set(event_target_value(&e))>{options}</select></label> }.into_any()
}

/// What is shown: the table, or why there is none.
fn answer(desk: Desk, asked: Asked) -> AnyView {
    let Some((register, kind)) = found(&asked.register.get()) else { return ().into_any() };
    let (way, wanted) = (asked.way.get(), asked.field.get());
    let field = measured(kind, &way, &wanted);
    let view = asked.view.get().parse::<usize>().ok();
    let spec = Spec {
        rows: vec![asked.down.get()],
        cols: Some(asked.across.get()).filter(|c| !c.is_empty()).into_iter().collect(),
        measures: vec![measure(&way, field)],
        filter: Filter {
            place: desk.place.get(),
            period: (!asked.all_periods.get()).then(|| desk.period.get()),
            view: view.and_then(|n| kind.views.get(n)).map(|v| v.filter.clone()),
            ..Filter::default()
        },
        totals: true,
        with_aside: false,
    };
    desk.version.track();
    let found = desk.table(register.key, kind.key, |table| table.map(|table| pivot(&table, &spec)));
    let refused = |why: &str| {
        view! { <section class="card"><p class="hint" role="status">{why.to_owned()}</p></section> }
            .into_any()
    };
    match found {
        Some(Ok(found)) if found.cols.len() > COLUMNS => refused(t(
            "列太多，看不清。请换一个列，或把它放到行上。",
            "Too many columns; choose another or put it down the side.",
        )),
        Some(Ok(found)) if !found.rows.is_empty() => {
            let shown = Shown::of(register, kind, &spec, &way, field, found);
            table_view(desk, shown)
        }
        Some(Err(QueryError(why))) => refused(&why.words()),
        _ => refused(t(
            "这里没有数据。请放宽范围和期间，或先导入表格。",
            "Nothing here. Widen place and period, or import a workbook.",
        )),
    }
}

/// An answer with its words.
struct Shown {
    register: &'static str,
    pivot: Pivot,
    /// Heading of the side.
    side: String,
    /// 合计 · 面积
    title: String,
    unit: &'static str,
    /// In which unit money is shown.
    money: bool,
    total: &'static str,
    /// What is there at a moment does not add up over time.
    stock: bool,
    across: bool,
}

impl Shown {
    fn of(
        register: &'static Register,
        kind: &'static RowKind,
        spec: &Spec,
        way: &str,
        field: Option<&'static Field>,
        pivot: Pivot,
    ) -> Rc<Self> {
        let named = |key: &str| dimensions(kind).into_iter().find(|(k, _)| k == key).map(|(_, w)| w);
        let word = WAYS.iter().find(|(k, ..)| *k == way).map_or("", |(_, zh, en)| t(zh, en));
        let money = field.is_some_and(|f| matches!(f.kind, FieldKind::Money));
        Rc::new(Self {
            register: register.key,
            side: spec.rows.first().and_then(|k| named(k)).unwrap_or_default(),
            title: field.map_or_else(|| word.to_owned(), |f| format!("{} · {word}", f.label.words())),
            unit: match (money, field) {
                (true, _) => words::unit("万元"),
                (_, Some(f)) => f.unit.as_deref().map_or("", words::unit),
                (_, None) => t("行", "rows"),
            },
            money,
            total: if matches!(way, "sum" | "count") { t("合计", "Total") } else { t("总体", "Overall") },
            stock: way == "sum" && field.is_some_and(|f| f.aggregate == Aggregate::Stock),
            across: !spec.cols.is_empty(),
            pivot,
        })
    }

    /// The cell at a row and a column; without the one or the other their total.
    fn cell(&self, row: Option<usize>, col: Option<usize>) -> Option<&Cell> {
        match (row, col) {
            (Some(r), Some(c)) => self.pivot.cell(r, c, 0),
            (Some(r), None) => self.pivot.row_totals.get(&(r, 0)),
            (None, Some(c)) => self.pivot.col_totals.get(&(c, 0)),
            (None, None) => self.pivot.grand.get(&0),
        }
    }

    fn text(&self, cell: Option<&Cell>) -> String {
        match cell.and_then(|c| c.value) {
            Some(value) if self.money => format::grouped_fixed(value / MoneyUnit::TenThousand.in_yuan(), 2),
            Some(value) => format::grouped(value, 2),
            None => words::NONE.to_owned(),
        }
    }

    fn row_name(&self, row: Option<usize>) -> String {
        row.and_then(|r| self.pivot.rows.get(r)).map_or_else(|| self.total.to_owned(), member_words)
    }

    fn col_name(&self, col: Option<usize>) -> String {
        let member = col.and_then(|c| self.pivot.cols.get(c));
        member.filter(|_| self.across).map_or_else(|| self.total.to_owned(), member_words)
    }

    /// Opens the rows behind a number.
    fn open(&self, desk: Desk, row: Option<usize>, col: Option<usize>) {
        let Some(cell) = self.cell(row, col) else { return };
        let mut rows: Vec<_> = self.pivot.drill(cell).into_iter().map(|(id, _)| id).collect();
        rows.sort_unstable();
        rows.dedup();
        let mut title = self.row_name(row);
        if self.across {
            title = format!("{title} · {}", self.col_name(col));
        }
        desk.drawer.set(Some(Drawer::Rows {
            title,
            formula: format!("{} {}{}", self.title, self.text(Some(cell)), self.unit),
            register: self.register.to_owned(),
            rows,
        }));
    }
}

/// Periods in the words of the page, everything else as it is recorded.
fn member_words(member: &Member) -> String {
    let label = member.labels.first().map(|l| l.to_string()).unwrap_or_default();
    label.parse::<Period>().map_or(label, words::period)
}

fn table_view(desk: Desk, shown: Rc<Shown>) -> AnyView {
    let columns: Vec<Option<usize>> =
        (0..shown.pivot.cols.len()).map(Some).chain(shown.across.then_some(None)).collect();
    let number = |row: Option<usize>, col: Option<usize>| {
        let cell = shown.cell(row, col);
        let text = shown.text(cell);
        if cell.is_none() {
            return view! { <td class="num second">{text}</td> }.into_any();
        }
        let asked = Rc::clone(&shown);
        view! { <td class="num"><button class="open" on:click=move |_| asked.open(desk, row, col)>{text}</button></td> }.into_any()
    };
    let line = |row: Option<usize>| {
        view! { <tr><th scope="row">{shown.row_name(row)}</th>{columns.iter().map(|c| number(row, *c)).collect_view()}</tr> }
    };
    let head = columns
        .iter()
        .map(|c| {
            let word = if shown.across { shown.col_name(*c) } else { shown.title.clone() };
            view! { <th scope="col" class="num">{word}</th> }
        })
        .collect_view();
    let count = shown.pivot.rows.len();
    let body = (0..count.min(ROWS)).map(|r| line(Some(r))).collect_view();
    let more = (count > ROWS)
        .then(|| format!("{}{}{}", t("另有", "and "), count - ROWS, t("行没有列出", " more rows")));
    let stock = shown.stock.then(|| {
        t("时点数，跨期间取最后一期，不相加", "a stock: of several periods the last one counts").to_owned()
    });
    let notes: Vec<String> =
        more.into_iter().chain(stock).chain(shown.pivot.notes().iter().map(Words::words)).collect();
    let label = shown.title.clone();
    let heading = label.clone();
    view! {
        <section class="card"><header><h2>{heading}</h2><span class="unit">{shown.unit}</span></header>
            <div class="scroll pivot" tabindex="0" role="region" aria-label=label><table class="plain">
                <thead><tr><th scope="col">{shown.side.clone()}</th>{head}</tr></thead>
                <tbody>{body}</tbody><tfoot>{line(None)}</tfoot></table></div>
            <footer>{t("点任一数字看明细", "Choose a number for its rows")}{notes.into_iter().map(|n| format!(" · {n}")).collect_view()}</footer>
        </section>
    }
    .into_any()
}
