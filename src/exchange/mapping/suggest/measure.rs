//! What a table measures, where its columns say nothing but when: 2024年经营收入分月统计表 over 1月, 2月, 合计.
//!
//! Duty: the name of the figure, from the title. Inputs: a table, the headings of a kind of rows. Outputs: the table with
//! the name in front of those headings. Neighbours: `headings` and `wide` read them like any other.

use super::Keys;
use crate::exchange::layout::{Column, FoundTable, words};
use crate::exchange::mapping::subjects;
use crate::exchange::mapping::vocabulary::Vocabulary;
use crate::exchange::text::{bare, fold};
use crate::value::when;

/// Fewer columns of periods than this are no list of them.
const FEWEST: usize = 2;

/// The table with what it measures in its headings; nothing when they say it themselves, or the title does not.
pub(super) fn measured(table: &FoundTable, vocabulary: &Vocabulary) -> Option<FoundTable> {
    let title = fold(&table.title.as_ref()?.text);
    let whole = |word: &str| word.split('·').all(says_when);
    let figures = || table.header.iter().filter(|c| c.numeric && !words::is_serial(&c.heading));
    let periods = figures().filter(|c| whole(&c.heading)).count();
    let named = |c: &&Column| names_product(vocabulary, c);
    let products =
        || figures().filter(named).count() >= FEWEST && figures().all(|c| named(&c) || says_nothing(c));
    if periods < FEWEST
        && !(speaks_of_products(&title) && vocabulary.kind.dictionary().is_some() && products())
    {
        return None;
    }
    let subject = Keys::of(&vocabulary.kind).and_then(|_| subjects::named_in(&title));
    let word = subject.or_else(|| vocabulary.number_in(&title))?;
    let mut named = table.clone();
    let open =
        |c: &Column| c.numeric && (says_nothing(c) || periods < FEWEST && names_product(vocabulary, c));
    for column in named.header.iter_mut().filter(|c| open(c)) {
        column.heading = format!("{word}·{}", column.heading);
    }
    Some(named)
}

/// 3月, 一季度小计, 2023年, 合计: when, or a sum of what stands before.
fn says_nothing(column: &Column) -> bool {
    column.heading.split('·').all(|part| says_when(part) || words::is_sum(part))
}

/// 3月, 2023年, 2023: nothing but when.
fn says_when(part: &str) -> bool {
    words::is_when(part) || when::period(&bare(&fold(part)), None).is_ok()
}

/// Titles over columns that are products: 各村主要农作物产量统计表.
fn speaks_of_products(title: &str) -> bool {
    ["作物", "农产品", "水果", "粮食", "果品", "产品产量", "种植", "养殖", "特色产业", "主导产业"]
        .iter()
        .any(|word| title.contains(word))
}

/// A heading that means nothing else to the register.
fn names_product(vocabulary: &Vocabulary, column: &Column) -> bool {
    let word = bare(&fold(&column.heading));
    let plain = (1..=8).contains(&word.chars().count()) && !word.contains('·');
    plain
        && !says_nothing(column)
        && vocabulary.find(&word, None).is_none()
        && vocabulary.suffix(&word).is_none()
}
