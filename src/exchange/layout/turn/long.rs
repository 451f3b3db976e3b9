//! Tables in which every figure has a row of its own, with its name and its unit beside it.

use std::collections::HashMap;

use super::{Laid, Turn, data, is_unit_column, unnumbered, with_unit};
use crate::exchange::book::{BookSheet, Cell, letters};
use crate::exchange::layout::rows::row_word;
use crate::exchange::layout::words::{self, Headings};
use crate::exchange::layout::{Column, FoundTable, RowPart};
use crate::exchange::text::{bare, fold};
use crate::value::{Text, unit};

/// Headings over the names of figures; the others need a column of units beside them.
const NAMES: &[&str] = &["指标", "指标名称", "统计指标", "指标项目", "指标内容"];
const LOOSE: &[&str] = &["项目", "内容", "名称", "项目名称", "统计项目"];
/// Headings over figures of every sort, which say nothing of them.
const FIGURES: &[&str] = &[
    "数量",
    "数值",
    "数据",
    "指标值",
    "本年",
    "本期",
    "本年数",
    "本期数",
    "完成数",
    "实际",
    "实际数",
    "值",
    "数",
    "金额",
    "数额",
];
/// Headings of columns of years and months, whose cells look like figures.
const WHEN: &[&str] = &["年份", "年度", "年", "月份", "月", "季度"];

struct Parts<'a> {
    name: &'a Column,
    unit: Option<&'a Column>,
    values: Vec<&'a Column>,
    /// Whose words are the same for all figures of a record.
    keys: Vec<&'a Column>,
    /// What else is said of a record.
    others: Vec<&'a Column>,
}

fn parts<'a>(known: &Headings, sheet: &BookSheet, table: &'a FoundTable) -> Option<Parts<'a>> {
    let named = |column: &Column, words: &[&str]| words.contains(&&*bare(&fold(&column.heading)));
    let unit = table.header.iter().find(|c| !c.numeric && is_unit_column(sheet, table, c));
    let is_name = |c: &&Column| !c.numeric && (named(c, NAMES) || unit.is_some() && named(c, LOOSE));
    let name = table.header.iter().find(is_name)?;
    let mut parts = Parts { name, unit, values: Vec::new(), keys: Vec::new(), others: Vec::new() };
    let is = |a: &Column, b: &Column| a.index == b.index;
    for column in table.header.iter().filter(|c| !is(c, name) && !unit.is_some_and(|u| is(u, c))) {
        if words::is_code(&column.heading) {
            continue;
        }
        if column.numeric && !named(column, WHEN) {
            parts.values.push(column);
        } else if column.index < name.index || named(column, WHEN) {
            parts.keys.push(column);
        } else {
            parts.others.push(column);
        }
    }
    // 面积 over figures says of all of them what they are: then nothing else names them.
    let open =
        |c: &&Column| says_nothing(c) || !known.heads(&c.heading) || c.heading.split('·').any(words::is_when);
    let fits = !parts.values.is_empty() && parts.values.iter().all(open);
    (fits && names_figures(known, sheet, table, name)).then_some(parts)
}

/// 数量, 金额: over figures of every sort.
fn says_nothing(column: &Column) -> bool {
    FIGURES.contains(&&*bare(&fold(&column.heading)))
}

/// Whether most of the names are those of columns.
fn names_figures(known: &Headings, sheet: &BookSheet, table: &FoundTable, column: &Column) -> bool {
    let mut names: Vec<String> =
        data(table).filter_map(|r| sheet.grid.seen(r, column.index).text().map(|t| unnumbered(t))).collect();
    crate::value::order::sort(&mut names);
    names.dedup();
    let heads = names.iter().filter(|n| known.heads(n)).count();
    names.len() >= 2 && heads * 2 > names.len()
}

/// One figure of a record.
struct Figure {
    name: String,
    unit: Option<Text>,
    cell: Cell,
    from: (u32, u32),
}

/// A record: its kind, its keys as they are read, and its figures.
struct Record {
    kind: RowPart,
    hidden: bool,
    keys: Vec<(Cell, (u32, u32))>,
    others: Vec<(Cell, (u32, u32))>,
    figures: Vec<Figure>,
}

/// Every record becomes a row, and every name of a figure a column.
pub(super) fn lay(known: &Headings, sheet: &BookSheet, table: &FoundTable) -> Option<Laid> {
    let parts = parts(known, sheet, table)?;
    let records = records(sheet, table, &parts);
    let mut laid = Laid::new(Turn::Long);
    let head = table.header_rows.1.saturating_sub(1);
    for column in parts.keys.iter().chain(&parts.others) {
        laid.column(column.heading.clone(), letters(column.index), (head, column.index));
    }
    let columns = figure_columns(&records, &mut laid);
    for record in &records {
        let row = laid.row(record.kind, record.hidden);
        for (n, (cell, from)) in record.keys.iter().chain(&record.others).enumerate() {
            laid.put((row, u32::try_from(n).unwrap_or(u32::MAX)), cell.clone(), *from);
        }
        for figure in &record.figures {
            let Some((column, unit)) = columns.get(&figure.name) else { continue };
            let said = figure.unit.as_ref().filter(|_| unit.is_none() && figure.cell.is_number());
            let cell = match said {
                // Not always the same unit: each figure says its own.
                Some(said) => Cell::Text(Text::from(format!("{}{said}", figure.cell.shown()).as_str())),
                None => figure.cell.clone(),
            };
            laid.put((row, *column), cell, figure.from);
        }
    }
    Some(laid)
}

/// The columns of the figures in order, each with the unit that all of its figures have.
fn figure_columns(records: &[Record], laid: &mut Laid) -> HashMap<String, (u32, Option<String>)> {
    let mut units: HashMap<&str, Option<Option<&Text>>> = HashMap::new();
    for figure in records.iter().flat_map(|r| &r.figures) {
        let said = figure.unit.as_ref();
        let known = units.entry(&figure.name).or_insert(Some(said));
        if *known != Some(said) {
            *known = None;
        }
    }
    let mut columns: HashMap<String, (u32, Option<String>)> = HashMap::new();
    for figure in records.iter().flat_map(|r| &r.figures) {
        if columns.contains_key(&figure.name) {
            continue;
        }
        let unit = units.get(&*figure.name).copied().flatten().flatten();
        let heading = with_unit(&figure.name, unit.map(|u| &**u));
        let column = laid.column(heading, letters(figure.from.1), figure.from);
        // By the row where it stands first: several names share the column of the sheet.
        if let Some(made) = laid.header.last_mut() {
            made.letters = format!("{}{}", letters(figure.from.1), figure.from.0 + 1);
        }
        columns.insert(figure.name.clone(), (column, unit.map(ToString::to_string)));
    }
    columns
}

fn records(sheet: &BookSheet, table: &FoundTable, parts: &Parts<'_>) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    let mut at: HashMap<Vec<String>, usize> = HashMap::new();
    let mut carried: Vec<(Cell, (u32, u32))> = Vec::new();
    for row in &table.rows {
        match row.kind {
            RowPart::Data | RowPart::OfWhich | RowPart::Subtotal | RowPart::Total => {}
            RowPart::GroupHeading => {
                carried.clear();
                at.clear();
                let said = sheet.grid.row(row.index).next();
                let keys = said.map(|(c, cell)| (cell.clone(), (row.index, c))).into_iter().collect();
                let none = (Vec::new(), Vec::new());
                records.push(Record {
                    kind: row.kind,
                    hidden: row.hidden,
                    keys,
                    others: none.0,
                    figures: none.1,
                });
                continue;
            }
            _ => continue,
        }
        let keys = keys(sheet, row.index, &parts.keys, &carried);
        carried.clone_from(&keys);
        let kind = keys.iter().find_map(|(c, _)| row_word(c.text()?)).unwrap_or(RowPart::Data);
        let figures = figures(sheet, row.index, parts);
        let words: Vec<String> = keys.iter().map(|(c, _)| fold(&c.shown())).collect();
        let same = at.get(&words).copied().filter(|n| {
            // A figure that stands there already makes a record of its own, which is compared with the first.
            records
                .get(*n)
                .is_some_and(|r| !figures.iter().any(|f| r.figures.iter().any(|o| o.name == f.name)))
        });
        match same.and_then(|n| records.get_mut(n)) {
            Some(record) => record.figures.extend(figures),
            None => {
                at.insert(words, records.len());
                let others = parts
                    .others
                    .iter()
                    .map(|c| (sheet.grid.seen(row.index, c.index).clone(), (row.index, c.index)));
                records.push(Record { kind, hidden: row.hidden, keys, others: others.collect(), figures });
            }
        }
    }
    records
}

/// The cells of the keys; blank ones are as above, until one before them changes.
fn keys(
    sheet: &BookSheet,
    row: u32,
    columns: &[&Column],
    carried: &[(Cell, (u32, u32))],
) -> Vec<(Cell, (u32, u32))> {
    let mut fresh = false;
    columns
        .iter()
        .enumerate()
        .map(|(n, column)| {
            let seen = sheet.grid.seen(row, column.index);
            let before = carried.get(n);
            if seen.is_blank() && !fresh {
                return before.cloned().unwrap_or((Cell::Empty, (row, column.index)));
            }
            fresh |= before.is_some_and(|(c, _)| c != seen);
            (seen.clone(), (row, column.index))
        })
        .collect()
}

fn figures(sheet: &BookSheet, row: u32, parts: &Parts<'_>) -> Vec<Figure> {
    let Some(name) = sheet.grid.seen(row, parts.name.index).text().map(|t| unnumbered(t)) else {
        return Vec::new();
    };
    let unit =
        parts.unit.and_then(|u| sheet.grid.seen(row, u.index).text()).filter(|t| unit::find(t).is_some());
    let one = parts.values.len() == 1;
    let figure = |column: &&Column| {
        let name =
            if one && says_nothing(column) { name.clone() } else { format!("{name}·{}", column.heading) };
        let cell = sheet.grid.get(row, column.index).clone();
        Figure { name, unit: unit.cloned(), cell, from: (row, column.index) }
    };
    parts.values.iter().map(figure).filter(|f| !f.cell.is_blank()).collect()
}
