//! Suggesting a mapping.
//!
//! Duty: every kind of rows makes an offer for a table, and the likeliest is taken. Inputs: sheet, table, the words
//! of the product dictionary. Outputs: [`Mapping`]. Neighbours: `headings` for single columns, `wide` and
//! `products` for tables with a column for each of something, `surroundings` for what no column says.

mod headings;
mod lines;
mod measure;
mod periods;
mod products;
mod surroundings;
mod wide;

use self::headings::{match_column, said_per, units};
use self::products::{product_columns, product_sums};
use self::surroundings::from_surroundings;
pub(in crate::exchange) use self::surroundings::planned;
use self::wide::{Keys, details, direction_columns, subject_columns, sums};
use crate::exchange::book::BookSheet;
use crate::exchange::layout::{Column, FoundTable};
use crate::exchange::mapping::vocabulary::{Lexicon, Vocabulary};
use crate::exchange::mapping::{ColumnMapping, Confidence, Mapping, Meaning};
use crate::exchange::text::{place_kind, town_in};
use crate::register::{Field, FieldKind, Need, RowKind, Schema, Sense, Target, path};
use crate::value::order;

/// What a kind of rows makes of a table.
struct Offer {
    mapping: Mapping,
    score: i64,
}

/// The likeliest mapping; none when no register fits. `forced` names a register that is taken even so.
pub fn suggest(
    sheet: &BookSheet,
    table: &FoundTable,
    forced: Option<&str>,
    words: &Lexicon,
) -> Option<Mapping> {
    let kinds = words.kinds.iter().filter(|v| forced.is_none_or(|f| v.register.key == f));
    let mut offers: Vec<Offer> = kinds.map(|v| offer(sheet, table, v, words)).collect();
    if forced.is_none() {
        offers.retain(|o| o.score > 0);
    }
    // Of equal ones the first declared: the register's main kind.
    order::sort_by_key(&mut offers, |o| -o.score);
    offers.into_iter().next().map(|o| o.mapping)
}

fn offer(sheet: &BookSheet, found: &FoundTable, vocabulary: &Vocabulary, words: &Lexicon) -> Offer {
    let products = &*words.products;
    let measured = measure::measured(found, vocabulary);
    let table = measured.as_ref().unwrap_or(found);
    let mut columns: Vec<ColumnMapping> = table
        .header
        .iter()
        .map(|c| {
            let (meaning, confidence) = match_column(vocabulary, c);
            ColumnMapping {
                column: c.letters.clone(),
                heading: c.heading.clone(),
                meaning,
                unit: None,
                unit_from: None,
                confidence,
            }
        })
        .collect();
    unique(&mut columns);
    names_beside(&words.schema, &vocabulary.kind, &mut columns);
    if Keys::of(&vocabulary.kind).is_some_and(|keys| has(&columns, keys.subject)) {
        direction_columns(&vocabulary.kind, table, &mut columns);
    }
    place_column(sheet, table, &vocabulary.kind, &mut columns);
    let wide = Keys::of(&vocabulary.kind).filter(|keys| !has(&columns, keys.subject));
    if let Some(keys) = wide {
        subject_columns(&vocabulary.kind, keys, table, &mut columns);
        details(keys, sheet, table, &mut columns);
        sums(keys, sheet, table, &mut columns);
    } else if let Some((dictionary, _)) = vocabulary.kind.dictionary() {
        product_columns(vocabulary, &dictionary.key, table, &mut columns, products);
        product_sums(vocabulary, &dictionary.key, table, &mut columns);
    }
    periods::sums(&vocabulary.kind, sheet, table, &mut columns);
    let below: Vec<&Vocabulary> = words.kinds.iter().filter(|v| v.stands_under(vocabulary)).collect();
    lines::lines(&below, table, &mut columns);
    for (column, mapped) in table.header.iter().zip(&mut columns) {
        units(table, vocabulary, column, mapped);
    }
    let mut mapping = Mapping {
        register: vocabulary.register.key.to_string(),
        kind: vocabulary.kind.key.to_string(),
        columns,
        fixed: Vec::new(),
        period: table.period.as_ref().map(|p| p.period),
        org: None,
        town: table.reporter.as_ref().and_then(|r| town_in(&r.text)),
    };
    mapping.fixed = said_in_headings(&vocabulary.kind, &mapping.columns);
    from_surroundings(table, vocabulary, &mut mapping, products);
    if mapping.period.is_none() && mapping.lends_day(&words.schema) {
        mapping.period = table.period.as_ref().map(|p| p.period);
    }
    let score = score(vocabulary, &mapping);
    for (column, mapped) in found.header.iter().zip(&mut mapping.columns) {
        mapped.heading.clone_from(&column.heading);
    }
    Offer { mapping, score }
}

/// A first column without a name of its own, whose cells are names of villages.
fn place_column(sheet: &BookSheet, table: &FoundTable, kind: &RowKind, columns: &mut [ColumnMapping]) {
    let Some(place) = kind.key_of(Sense::Place).filter(|place| !has(columns, place)) else { return };
    let nameless = |c: &Column| !c.numeric && c.heading.is_empty();
    let Some(n) = table.header.iter().take(2).position(nameless) else { return };
    let Some((column, mapped)) = table.header.get(n).zip(columns.get_mut(n)) else { return };
    let (mut villages, mut words) = (0usize, 0usize);
    for row in table.data().take(LOOKED_AT) {
        if let Some(text) = sheet.grid.get(row.index, column.index).text() {
            words += 1;
            villages += usize::from(matches!(place_kind(text), Some("村" | "社区")));
        }
    }
    if villages > 0 && villages * 2 > words {
        mapped.meaning = Meaning::field(place);
        mapped.confidence = Confidence::Derived;
    }
}

/// Rows whose cells say what a column without a name holds.
const LOOKED_AT: usize = 200;

/// Where rows tell of a record beside their own, the column that names it gives its name.
fn names_beside(schema: &Schema, kind: &RowKind, columns: &mut [ColumnMapping]) {
    for field in kind.fields.iter().filter(|f| f.told_beside) {
        if !tells_of(field, columns) {
            continue;
        }
        let Some([pool]) = field.target().map(Target::pools) else { continue };
        let Some((_, there)) = schema.pool(pool) else { continue };
        let title = format!("{}.{}", field.key, there.title);
        let given = has(columns, &title);
        let naming = |c: &&mut ColumnMapping| matches!(&c.meaning, Meaning::Value { field: own, .. } if *own == field.key);
        for column in columns.iter_mut().filter(naming) {
            let meaning = if given { Meaning::Unknown } else { Meaning::field(&title) };
            column.meaning = meaning;
        }
    }
}

/// Whether some column says something of the record that `field` names.
fn tells_of(field: &Field, columns: &[ColumnMapping]) -> bool {
    columns.iter().any(|c| match &c.meaning {
        Meaning::Value { field: path, .. } => path::split(path).is_some_and(|(first, _)| first == field.key),
        _ => false,
    })
}

/// Whether some column says which record a row stands under.
fn names_parent(kind: &RowKind, columns: &[ColumnMapping]) -> bool {
    columns.iter().any(|c| match &c.meaning {
        Meaning::Value { field, .. } => kind.above_key(field).is_some(),
        _ => false,
    })
}

/// What headings say of other fields, where no column does: 单价（元/亩·年）.
fn said_in_headings(kind: &RowKind, columns: &[ColumnMapping]) -> Vec<(String, String)> {
    let mut said: Vec<(String, String)> = Vec::new();
    for column in columns {
        let Meaning::Value { field, .. } = &column.meaning else { continue };
        let per = kind.field(field).and_then(|f| said_per(kind, f, &column.heading));
        if let Some((key, word, _)) = per.filter(|(key, ..)| !has(columns, key)) {
            said.push((key, word));
        }
    }
    said
}

fn has(columns: &[ColumnMapping], key: &str) -> bool {
    columns.iter().any(|c| match &c.meaning {
        Meaning::Value { field, fixed, .. } => field == key || fixed.iter().any(|(f, _)| f == key),
        _ => false,
    })
}

/// One column for each field: of several the surest stays, a column of words loses against its like.
fn unique(columns: &mut [ColumnMapping]) {
    let target = |c: &ColumnMapping| match &c.meaning {
        // 年份 and 季度 together make a period.
        Meaning::Value { part: Some(_), .. } => None,
        Meaning::Value { field, fixed, .. } => Some((field.clone(), fixed.clone())),
        _ => None,
    };
    let mut kept: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order::sort_by_key(&mut order, |n| (columns.get(*n).map(|c| c.confidence), *n));
    for n in order {
        let Some(target) = columns.get(n).and_then(target) else { continue };
        if kept.contains(&target) {
            if let Some(column) = columns.get_mut(n) {
                // Two headings for one field may be its product groups, which are looked at next; what is read by
                // nobody in the end is said.
                column.meaning = Meaning::Unknown;
                column.confidence = Confidence::None;
            }
        } else {
            kept.push(target);
        }
    }
}

/// Whether a row says more of its record than the lines under it would name it by.
fn says_more(vocabulary: &Vocabulary, mapping: &Mapping, below: &str) -> bool {
    let (register, kind) = (&vocabulary.register, &vocabulary.kind);
    let naming = register.kind(below).map(|child| register.naming_parent(child)).unwrap_or_default();
    let more = |field: &Field| {
        let named = naming.iter().any(|f| f.key == field.key);
        !named && !field.has(Sense::Remark) && !field.has(Sense::Tags)
    };
    mapping.columns.iter().any(|c| match &c.meaning {
        Meaning::Value { field, .. } => kind.field(field).is_some_and(|f| more(f)),
        _ => false,
    })
}

/// Matches count; without what the kind demands there is no offer.
fn score(vocabulary: &Vocabulary, mapping: &Mapping) -> i64 {
    let kind = &vocabulary.kind;
    let mut score = 0i64;
    let mut values = 0;
    for column in &mapping.columns {
        let field = match &column.meaning {
            Meaning::Value { field, .. } => field,
            // What a register does not know speaks against it.
            Meaning::Unknown => {
                score -= 3;
                continue;
            }
            Meaning::Town | Meaning::Check { .. } => {
                score += 4;
                continue;
            }
            Meaning::Ask { .. } | Meaning::Ignore => continue,
        };
        // A list of lines names their record too: only where the rows say more of it than that, they are the record's.
        if let Some(below) = path::below(field)
            && !says_more(vocabulary, mapping, below.kind)
        {
            score += 1;
            continue;
        }
        let weight = match column.confidence {
            Confidence::Exact | Confidence::Derived => 6,
            Confidence::Alias | Confidence::Person => 5,
            Confidence::Doubtful => 1,
            Confidence::None => 0,
        };
        let beside =
            |f: &Field| f.has(Sense::Remark) || f.has(Sense::Tags) || matches!(f.kind, FieldKind::Files);
        let common = kind.field(field).is_some_and(|f| beside(f));
        let number = kind.field(field).is_some_and(|f| f.is_number());
        values += i32::from(number && weight > 1);
        score += if common { 1 } else { weight };
    }
    let asks = mapping.columns.iter().any(|c| matches!(c.meaning, Meaning::Ask { .. }));
    let supplied = |field: &Field| {
        has(&mapping.columns, &field.key)
            || mapping.fixed.iter().any(|(f, _)| *f == field.key)
            || field.start.is_some()
            || field.derived.is_some()
            || !field.called_after.is_empty()
            || field.told_beside && tells_of(field, &mapping.columns)
            || field.senses.iter().any(|sense| match sense {
                Sense::Place => {
                    let towns = || mapping.columns.iter().any(|c| c.meaning == Meaning::Town);
                    mapping.org.is_some() || field.whose_list && towns()
                }
                Sense::Parent => names_parent(kind, &mapping.columns),
                // A table without a period can still be planned: the person is asked for it.
                Sense::Period => true,
                Sense::Amount | Sense::Subject => asks,
                // 村名 alone is in every table; the register of places needs a figure of places too.
                Sense::Sort => kind.is_place(&vocabulary.register.key) && values > 0,
                _ => false,
            })
    };
    let lacking = kind.fields.iter().filter(|f| matches!(f.need, Need::Always) && !supplied(f)).count();
    let numbers = kind.fields.iter().any(|f| f.is_number()) && kind.periodic();
    if lacking > 0 || (numbers && values == 0 && !asks) || mapping.columns.len() < 2 {
        return -(1000 * i64::try_from(lacking).unwrap_or(1)) + score - 500;
    }
    // A place register is only meant when figures of places stand there, not a mere village column.
    let own: i64 =
        mapping.columns.iter().filter(|c| matches!(c.meaning, Meaning::Value { .. })).count() as i64;
    if own < 2 && !asks { score - 500 } else { score }
}
