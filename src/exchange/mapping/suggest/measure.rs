//! What a table measures, where its columns say nothing but when: 2024年经营收入分月统计表 over 1月, 2月, 合计.
//!
//! Duty: the name of the figure, from the title. Inputs: a table, the headings of a kind of rows. Outputs: the table with
//! the name in front of those headings. Neighbours: `headings` and `wide` read them like any other.

use super::Keys;
use crate::exchange::layout::{Column, FoundTable, words};
use crate::exchange::mapping::subjects;
use crate::exchange::mapping::vocabulary::Vocabulary;
use crate::exchange::text::fold;

/// Fewer columns of periods than this are no list of them.
const FEWEST: usize = 2;

/// The table with what it measures in its headings; nothing when they say it themselves, or the title does not.
pub(super) fn measured(table: &FoundTable, vocabulary: &Vocabulary) -> Option<FoundTable> {
    let whole = |word: &str| word.split('·').all(words::is_when);
    let periods = table.header.iter().filter(|c| c.numeric && whole(&c.heading)).count();
    if periods < FEWEST {
        return None;
    }
    let title = fold(&table.title.as_ref()?.text);
    let subject = Keys::of(&vocabulary.kind).and_then(|_| subjects::named_in(&title));
    let word = subject.or_else(|| vocabulary.number_in(&title))?;
    let mut named = table.clone();
    for column in named.header.iter_mut().filter(|c| c.numeric && says_nothing(c)) {
        column.heading = format!("{word}·{}", column.heading);
    }
    Some(named)
}

/// 3月, 一季度小计, 合计: when, or a sum of what stands before.
fn says_nothing(column: &Column) -> bool {
    column.heading.split('·').all(|part| words::is_when(part) || words::is_sum(part))
}
