//! Columns that are named after places or periods, over rows that are named after figures.

use super::{Laid, Turn, data, is_unit_column, unnumbered, with_unit};
use crate::exchange::book::{BookSheet, Cell, letters};
use crate::exchange::layout::rows::row_word;
use crate::exchange::layout::words::{self, Headings};
use crate::exchange::layout::{Column, FoundTable, RowPart};
use crate::exchange::text::{bare, fold};
use crate::value::figure::is_han;
use crate::value::{Period, Text};

/// Fewer columns than this are no list of places or periods.
const FEWEST: usize = 2;

/// What a column is named after.
struct Name<'a> {
    column: &'a Column,
    place: Option<String>,
    town: Option<String>,
    period: Option<String>,
    /// What else its heading says: the figures of a place stand beside each other.
    figure: Option<String>,
    kind: RowPart,
}

/// The parts that a table of this shape has.
#[derive(Default)]
struct Parts<'a> {
    /// Columns whose words name the rows.
    labels: Vec<&'a Column>,
    unit: Option<&'a Column>,
    named: Vec<Name<'a>>,
    /// Columns that may be named after places: nothing else that is known is called so.
    guessed: Vec<String>,
}

/// 清凉村, 3月; 合计 and its kin sum the others.
fn name<'a>(known: &Headings, column: &'a Column) -> Option<Name<'a>> {
    let mut found = Name { column, place: None, town: None, period: None, figure: None, kind: RowPart::Data };
    for part in column.heading.split('·') {
        match known.place_kind(part) {
            Some("村" | "社区") => found.place = Some(part.to_owned()),
            Some("乡镇" | "街道") => found.town = Some(part.to_owned()),
            _ if words::is_when(part) || words::period_in(part).is_some() => {
                found.period = Some(part.to_owned());
            }
            _ => match row_word(part) {
                Some(kind) => found.kind = kind,
                None if found.figure.is_none() => found.figure = Some(part.to_owned()),
                None => return None,
            },
        }
    }
    // 一季度小计 says when, and is a sum all the same.
    if let Some(kind) = row_word(&column.heading) {
        found.kind = kind;
    }
    let named = found.place.is_some() || found.period.is_some() && found.figure.is_none();
    (named || found.kind != RowPart::Data).then_some(found)
}

fn parts<'a>(known: &Headings, sheet: &BookSheet, table: &'a FoundTable) -> Option<Parts<'a>> {
    let mut parts = Parts::default();
    for column in &table.header {
        if words::is_code(&column.heading) {
            continue;
        }
        if parts.unit.is_none() && is_unit_column(sheet, table, column) {
            parts.unit = Some(column);
        } else if let Some(named) =
            name(known, column).filter(|_| column.numeric || known.place_kind(&column.heading).is_some())
        {
            parts.named.push(named);
        } else if column.numeric && may_be_a_place(known, &column.heading) {
            parts.guessed.push(column.heading.clone());
            parts.named.push(guess(column));
        } else if column.numeric {
            // A figure of another sort: the rows are the records after all.
            return None;
        } else if parts.named.is_empty() {
            parts.labels.push(column);
        }
    }
    wider_periods(&mut parts.named);
    let data = parts.named.iter().filter(|n| n.kind == RowPart::Data);
    let (places, periods) = data.fold((0, 0), |(places, periods), n| match n.place {
        Some(_) => (places + 1, periods),
        None => (places, periods + 1),
    });
    let fits = if places > 0 {
        places >= FEWEST
            && periods == 0
            && !parts.labels.iter().any(|c| known.is_key(&c.heading) && has_places(known, sheet, table, c))
    } else {
        periods >= FEWEST && rows_are_figures(known, sheet, table, &parts.labels)
    };
    // Names that nobody knows are places only where the rows say what is measured, and no column says when.
    let guess = parts.guessed.is_empty()
        || parts.named.iter().all(|n| n.figure.is_none() && n.period.is_none())
            && rows_are_figures(known, sheet, table, &parts.labels);
    // Either every place has several figures, or none has.
    let several = parts.named.iter().filter(|n| n.figure.is_some()).count();
    (fits && guess && !parts.labels.is_empty() && (several == 0 || several == parts.named.len()))
        .then_some(parts)
}

/// 清凉, 五四: a short word of Chinese letters that heads nothing else.
fn may_be_a_place(known: &Headings, heading: &str) -> bool {
    let name = bare(&fold(heading));
    (2..=LONGEST_NAME).contains(&name.chars().count())
        && name.chars().all(is_han)
        && !known.heads(heading)
        && row_word(heading).is_none()
}

/// No village is called by more letters where 村 is left out.
const LONGEST_NAME: usize = 5;

fn guess(column: &Column) -> Name<'_> {
    let place = Some(column.heading.clone());
    Name { column, place, town: None, period: None, figure: None, kind: RowPart::Data }
}

/// A quarter among its months sums them.
fn wider_periods(named: &mut [Name<'_>]) {
    const ANY_YEAR: i16 = 2000;
    let period = |n: &Name<'_>| {
        let said = n.period.as_deref().filter(|_| n.place.is_none())?;
        words::period_in(said).or_else(|| words::part_in(said, Some(ANY_YEAR)))
    };
    let all: Vec<Option<Period>> = named.iter().map(period).collect();
    for (name, own) in named.iter_mut().zip(&all) {
        let Some(own) = own else { continue };
        let inside = all.iter().flatten().filter(|p| own.contains(**p) && *p != own).count();
        if inside >= FEWEST {
            name.kind = RowPart::Subtotal;
        }
    }
}

fn has_places(known: &Headings, sheet: &BookSheet, table: &FoundTable, column: &Column) -> bool {
    data(table).any(|r| {
        let said = sheet.grid.seen(r, column.index).text();
        said.is_some_and(|t| matches!(known.place_kind(t), Some("村" | "社区")))
    })
}

/// Whether most rows are named as columns are.
fn rows_are_figures(known: &Headings, sheet: &BookSheet, table: &FoundTable, labels: &[&Column]) -> bool {
    let Some(last) = labels.last() else { return false };
    let said: Vec<String> =
        data(table).filter_map(|r| sheet.grid.seen(r, last.index).text().map(|t| unnumbered(t))).collect();
    let heads = said.iter().filter(|t| known.heads(t) && known.place_kind(t).is_none()).count();
    heads > 0 && heads * 2 > said.len()
}

/// Every named column becomes a row, and every row a column.
pub(super) fn lay(known: &Headings, sheet: &BookSheet, table: &FoundTable) -> Option<Laid> {
    let parts = parts(known, sheet, table)?;
    if parts.named.iter().any(|n| n.figure.is_some()) {
        return Some(pairs(sheet, table, &parts));
    }
    let mut laid = Laid::new(Turn::Across);
    laid.guessed.clone_from(&parts.guessed);
    let top = table.header_rows.0.saturating_sub(1);
    let first = parts.labels.first().map_or(0, |c| c.index);
    let any = |wanted: fn(&Name<'_>) -> bool| parts.named.iter().any(wanted);
    let keys: Vec<(&str, u32)> = [
        ("村名", any(|n| n.place.is_some())),
        ("乡镇", any(|n| n.town.is_some())),
        ("期间", any(|n| n.period.is_some())),
    ]
    .into_iter()
    .filter(|(_, there)| *there)
    .map(|(word, _)| (word, laid.column(word.to_owned(), letters(first), (top, first))))
    .collect();
    let head = table.header_rows.1.saturating_sub(1);
    let rows: Vec<(u32, &Name<'_>)> = parts
        .named
        .iter()
        .map(|n| {
            let row = laid.row(n.kind, n.column.hidden);
            for (word, column) in &keys {
                let said = match *word {
                    "村名" => n.place.as_ref(),
                    "乡镇" => n.town.as_ref(),
                    _ => n.period.as_ref(),
                };
                let sum = (n.kind != RowPart::Data).then_some(&n.column.heading);
                if let Some(said) = said.or(sum) {
                    laid.put((row, *column), Cell::Text(Text::from(said.as_str())), (head, n.column.index));
                }
            }
            (row, n)
        })
        .collect();
    figures(known, sheet, table, &parts, (&rows, &mut laid));
    Some(laid)
}

/// A column for every row with figures.
fn figures(
    known: &Headings,
    sheet: &BookSheet,
    table: &FoundTable,
    parts: &Parts<'_>,
    (rows, laid): (&[(u32, &Name<'_>)], &mut Laid),
) {
    let mut group = String::new();
    let mut carried: Vec<String> = vec![String::new(); parts.labels.len()];
    for row in &table.rows {
        match row.kind {
            RowPart::GroupHeading => {
                let said = sheet.grid.row(row.index).find_map(|(_, c)| c.text());
                group = said.map(|t| unnumbered(t)).unwrap_or_default();
                continue;
            }
            RowPart::Data | RowPart::OfWhich | RowPart::Subtotal | RowPart::Total => {}
            _ => continue,
        }
        let label = label(sheet, row.index, &parts.labels, &mut carried);
        let heading = if group.is_empty() || label.contains(&group) {
            label.clone()
        } else {
            format!("{group}·{label}")
        };
        let said = parts.unit.and_then(|u| sheet.grid.seen(row.index, u.index).text());
        let from = (row.index, parts.labels.last().map_or(0, |c| c.index));
        let column = laid.column(with_unit(&heading, said.map(|t| &**t)), (row.index + 1).to_string(), from);
        if !known.names(&label) && table.suspects.iter().any(|s| s.row == row.index) {
            laid.doubted.push((row.index, column));
        }
        for (at, name) in rows {
            let cell = sheet.grid.get(row.index, name.column.index);
            if !cell.is_blank() {
                laid.put((*at, column), cell.clone(), (row.index, name.column.index));
            } else {
                laid.from.insert((*at, column), (row.index, name.column.index));
            }
        }
    }
}

/// The words of a row: those of the columns before hold until others stand there.
fn label(sheet: &BookSheet, row: u32, labels: &[&Column], carried: &mut [String]) -> String {
    let mut fresh = false;
    let last = labels.len().saturating_sub(1);
    for (n, (column, before)) in labels.iter().zip(carried.iter_mut()).enumerate() {
        let said = sheet.grid.seen(row, column.index).text().map(|t| unnumbered(t)).unwrap_or_default();
        if !said.is_empty() || fresh || n == last {
            fresh |= *before != said;
            *before = said;
        }
    }
    let mut parts: Vec<&str> =
        carried.iter().map(String::as_str).filter(|p| !bare(&fold(p)).is_empty()).collect();
    parts.dedup();
    parts.join("·")
}

/// A row for every row of the sheet and every place: the figures of a place stand beside each other.
fn pairs(sheet: &BookSheet, table: &FoundTable, parts: &Parts<'_>) -> Laid {
    let mut laid = Laid::new(Turn::Across);
    let head = table.header_rows.1.saturating_sub(1);
    for column in &parts.labels {
        laid.column(column.heading.clone(), letters(column.index), (head, column.index));
    }
    let first = parts.named.first().map_or(0, |n| n.column.index);
    let village = laid.column("村名".to_owned(), letters(first), (head, first));
    let mut places: Vec<(&str, RowPart)> = Vec::new();
    let mut figures: Vec<(&str, u32)> = Vec::new();
    for name in &parts.named {
        let place = (place_of(name), name.kind);
        if !places.contains(&place) {
            places.push(place);
        }
        let figure = name.figure.as_deref().unwrap_or_default();
        if !figures.iter().any(|(known, _)| *known == figure) {
            let at = laid.column(figure.to_owned(), letters(name.column.index), (head, name.column.index));
            figures.push((figure, at));
        }
    }
    for row in table.rows.iter().filter(|r| data(table).any(|d| d == r.index)) {
        for (place, kind) in &places {
            let whole = row.kind == RowPart::Data && *kind == RowPart::Data;
            // What sums places or rows is compared with nothing here.
            let at = laid.row(if whole { RowPart::Data } else { RowPart::Comparison }, row.hidden);
            for (n, column) in parts.labels.iter().enumerate() {
                let cell = sheet.grid.seen(row.index, column.index).clone();
                laid.put((at, u32::try_from(n).unwrap_or(u32::MAX)), cell, (row.index, column.index));
            }
            for name in parts.named.iter().filter(|n| place_of(n) == *place && n.kind == *kind) {
                let from = (row.index, name.column.index);
                laid.put((at, village), Cell::Text(Text::from(*place)), (head, name.column.index));
                let figure = figures.iter().find(|(f, _)| Some(*f) == name.figure.as_deref());
                if let Some((_, column)) = figure {
                    laid.put((at, *column), sheet.grid.get(from.0, from.1).clone(), from);
                }
            }
        }
    }
    laid
}

fn place_of<'a>(name: &'a Name<'_>) -> &'a str {
    name.place.as_deref().unwrap_or(&name.column.heading)
}
