//! The answer of the cross table: numbers with their totals, each a way to its rows.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use super::asked::{Asked, WAYS, dimensions, found, measure, measured};
use crate::analysis::format::{self, Counted};
use crate::analysis::pivot::{Cell, Member, Pivot, Spec, pivot};
use crate::register::{Aggregate, Field, FieldKind, Register, RowKind};
use crate::table::{Filter, QueryError};
use crate::ui::desk::{Desk, Drawer};
use crate::ui::lang::{Words, lang, t};
use crate::ui::words;
use crate::value::{Period, Text, order};

/// Rows and columns shown at once; more are counted.
const ROWS: usize = 400;
const COLUMNS: usize = 60;

/// What is shown: the table, or why there is none.
pub(super) fn answer(desk: Desk, asked: Asked) -> AnyView {
    let Some((register, kind)) = found(desk, &asked.register.get()) else { return ().into_any() };
    let (way, wanted) = (asked.way.get(), asked.field.get());
    let field = measured(&kind, &way, &wanted).cloned();
    let view = asked.view.get().parse::<usize>().ok();
    let spec = Spec {
        rows: vec![asked.down.get()],
        cols: Some(asked.across.get()).filter(|c| !c.is_empty()).into_iter().collect(),
        measures: vec![measure(&way, field.as_deref())],
        filter: Filter {
            place: desk.place.get(),
            period: (!asked.all_periods.get()).then(|| desk.period.get()),
            view: view.and_then(|n| kind.views.get(n)).map(|v| v.filter),
            ..Filter::default()
        },
        totals: true,
        with_aside: false,
    };
    desk.version.track();
    let found = desk.table(&register.key, &kind.key, |table| table.map(|table| pivot(&table, &spec)));
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
            let shown = Shown::of(desk, (&register, &kind), &spec, &way, field.as_deref(), found);
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
    register: String,
    kind: Arc<RowKind>,
    pivot: Pivot,
    /// Heading of the side.
    side: String,
    /// 合计 · 面积
    title: String,
    unit: String,
    /// What money is counted in.
    money: Option<Counted>,
    total: &'static str,
    /// What is there at a moment does not add up over time.
    stock: bool,
    across: bool,
}

impl Shown {
    fn of(
        desk: Desk,
        (register, kind): (&Register, &Arc<RowKind>),
        spec: &Spec,
        way: &str,
        field: Option<&Field>,
        pivot: Pivot,
    ) -> Rc<Self> {
        let named =
            |key: &str| dimensions(desk, register, kind).into_iter().find(|(k, _)| k == key).map(|(_, w)| w);
        let word = WAYS.iter().find(|(k, ..)| *k == way).map_or("", |(_, zh, en)| t(zh, en));
        let money = field.filter(|f| matches!(f.kind, FieldKind::Money)).map(|_| {
            let totals = pivot.col_totals.values().chain(pivot.cells.values());
            let largest = totals.filter_map(|c| c.value).map(|v| v.abs()).max().unwrap_or_default();
            Counted::side_by_side(largest, lang())
        });
        Rc::new(Self {
            register: register.key.to_string(),
            side: spec.rows.first().and_then(|k| named(k)).unwrap_or_default(),
            title: field.map_or_else(|| word.to_owned(), |f| format!("{} · {word}", f.label.words())),
            unit: match (money, field) {
                (Some(money), _) => money.word.to_owned(),
                (_, Some(f)) => f.unit.as_deref().map_or_else(String::new, |u| words::unit(u).to_owned()),
                (_, None) => t("行", "rows").to_owned(),
            },
            money,
            kind: Arc::clone(kind),
            total: if matches!(way, "sum" | "count") { t("合计", "Total") } else { t("总体", "Overall") },
            stock: way == "sum" && field.is_some_and(|f| f.aggregate == Aggregate::Stock),
            across: !pivot.col_keys.is_empty(),
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
            Some(value) => match self.money {
                Some(money) => format::grouped_fixed(money.count(value), 2),
                None => format::grouped(value, 2),
            },
            None => words::NONE.to_owned(),
        }
    }

    fn row_name(&self, row: Option<usize>) -> String {
        let member = row.and_then(|r| self.pivot.rows.get(r));
        member.map_or_else(|| self.total.to_owned(), |m| self.member_words(m, &self.pivot.row_keys))
    }

    fn col_name(&self, col: Option<usize>) -> String {
        let member = col.and_then(|c| self.pivot.cols.get(c));
        let words = |m: &Member| self.member_words(m, &self.pivot.col_keys);
        member.filter(|_| self.across).map_or_else(|| self.total.to_owned(), words)
    }

    /// Periods and declared words in the language of the page, everything else as it is recorded.
    fn member_words(&self, member: &Member, keys: &[String]) -> String {
        let word = |(label, key): (&Text, &String)| {
            let option = self.kind.field(key).and_then(|f| f.options()?.find(label));
            option.map_or_else(
                || label.parse::<Period>().map_or_else(|_| label.to_string(), words::period),
                |o| o.words(),
            )
        };
        member.labels.iter().zip(keys).map(word).collect::<Vec<_>>().join(" · ")
    }

    /// Opens the rows behind a number.
    fn open(&self, desk: Desk, row: Option<usize>, col: Option<usize>) {
        let Some(cell) = self.cell(row, col) else { return };
        let mut rows: Vec<_> = self.pivot.drill(cell).into_iter().map(|(id, _)| id).collect();
        order::sort(&mut rows);
        rows.dedup();
        let mut title = self.row_name(row);
        if self.across {
            title = format!("{title} · {}", self.col_name(col));
        }
        desk.drawer.set(Some(Drawer::Rows {
            title,
            formula: format!(
                "{} {}",
                self.title,
                format::with_unit(&self.text(Some(cell)), &self.unit, lang())
            ),
            register: self.register.clone(),
            rows,
        }));
    }
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
        <section class="card"><header><h2>{heading}</h2><span class="unit">{shown.unit.clone()}</span></header>
            <div class="scroll pivot" tabindex="0" role="region" aria-label=label><table class="plain">
                <thead><tr><th scope="col">{shown.side.clone()}</th>{head}</tr></thead>
                <tbody>{body}</tbody><tfoot>{line(None)}</tfoot></table></div>
            <footer>{t("点任一数字看明细", "Choose a number for its rows")}{notes.into_iter().map(|n| format!(" · {n}")).collect_view()}</footer>
        </section>
    }
    .into_any()
}
