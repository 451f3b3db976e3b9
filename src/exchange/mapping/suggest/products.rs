//! Wide tables of R06: a column or a group of columns for each product.

use super::has;
use super::headings::{NEUTRAL, fixed_period};
use crate::exchange::layout::{Column, FoundTable, words};
use crate::exchange::mapping::vocabulary::Vocabulary;
use crate::exchange::mapping::{ColumnMapping, Confidence, Meaning, without_year};
use crate::exchange::text::{bare, fold};
use crate::register::Field;

/// Product groups of R06: 不知火·面积, 不知火面积.
pub(super) fn product_columns(
    vocabulary: &Vocabulary,
    dictionary: &str,
    table: &FoundTable,
    columns: &mut [ColumnMapping],
    products: &[String],
) {
    if has(columns, dictionary) {
        return;
    }
    let found: Vec<Option<(String, &Field)>> =
        table.header.iter().map(|c| product_and_field(vocabulary, c, products)).collect();
    // One heading alone (果园面积) is no group of products, unless the dictionary knows the word.
    let known = |name: &str| products.iter().any(|p| fold(p) == name);
    let groups = found.iter().flatten().count();
    for ((mapped, found), column) in columns.iter_mut().zip(found).zip(&table.header) {
        let Some((product, field)) = found.filter(|(p, _)| groups >= 2 || known(p)) else { continue };
        let mut fixed = vec![(dictionary.to_owned(), product)];
        fixed.extend(fixed_period(&vocabulary.kind, column));
        mapped.meaning = Meaning::Value { field: field.key.to_string(), fixed, part: None };
        mapped.confidence = Confidence::Derived;
    }
}

fn product_and_field<'v>(
    vocabulary: &'v Vocabulary,
    column: &Column,
    products: &[String],
) -> Option<(String, &'v Field)> {
    if !column.numeric {
        return None;
    }
    let heading = without_year(&column.heading);
    let says_what = |p: &&str| !words::is_when(p) && !words::is_sum(p);
    let parts = heading.split('·').filter(says_what).map(|p| bare(&fold(p)));
    let parts: Vec<String> = parts.filter(|p| !p.is_empty()).collect();
    let product = |word: &str| {
        let plain =
            !NEUTRAL.contains(&word) && vocabulary.find(word, None).is_none() && !word.starts_with("其中");
        let generic = ["种植", "养殖", "播种", "年", "新增", "总", "预计", "产业", "果园", "主要", "计划"];
        (plain && !generic.contains(&word) && (2..=8).contains(&word.chars().count()))
            .then(|| word.to_owned())
    };
    // Of several groups the last one names the product: 粮食作物·谷物·水稻·播种面积.
    if let [.., first, second] = parts.as_slice() {
        let named = |name: &String, field: &String| Some((product(name)?, vocabulary.find(field, None)?.0));
        if let Some(found) = named(first, second).or_else(|| named(second, first)) {
            return found.1.is_number().then_some(found);
        }
    }
    let only = parts.last()?;
    // 种植面积 is a field of its own; 不知火面积 ends in one.
    if vocabulary.find(only, None).is_some() && !products.iter().any(|p| fold(p) == **only) {
        return None;
    }
    let (before, field) = vocabulary.suffix(only)?;
    Some((product(&before)?, field))
}

/// 面积合计 beside product groups is a check, and not an area of its own.
pub(super) fn product_sums(
    vocabulary: &Vocabulary,
    dictionary: &str,
    table: &FoundTable,
    columns: &mut [ColumnMapping],
) {
    let product = |c: &ColumnMapping| match &c.meaning {
        Meaning::Value { field, fixed, .. } if fixed.iter().any(|(f, _)| f == dictionary) => {
            Some(field.clone())
        }
        _ => None,
    };
    if !columns.iter().any(|c| product(c).is_some()) {
        return;
    }
    for n in 0..columns.len() {
        let Some((column, mapped)) = table.header.get(n).zip(columns.get(n)) else { continue };
        let heading = bare(&fold(&column.heading));
        let total =
            ["合计", "小计", "总计", "总量"].iter().any(|t| heading.contains(t)) || heading.starts_with('总');
        if !column.numeric || !total || product(mapped).is_some() {
            continue;
        }
        let rest = ["合计", "小计", "总计", "总量", "总", "·"].iter().fold(heading, |h, t| h.replace(t, ""));
        let field = match &mapped.meaning {
            Meaning::Value { field, .. } => Some(field.clone()),
            _ => vocabulary.find(&rest, None).map(|(f, _)| f.key.to_string()),
        };
        let parts: Vec<String> = columns
            .iter()
            .filter(|c| product(c).is_some_and(|f| field.as_ref().is_none_or(|w| *w == f)))
            .map(|c| c.column.clone())
            .collect();
        if let Some(c) = columns.get_mut(n)
            && !parts.is_empty()
        {
            c.meaning = Meaning::Check { plus: parts, minus: Vec::new() };
            c.confidence = Confidence::Derived;
        }
    }
}
