//! Wide tables of R07: a column for each subject, classes beside their details, sums among them.

use rust_decimal::Decimal;

use super::headings::{aside_word, fixed_period, of_unknown_year};
use crate::exchange::book::BookSheet;
use crate::exchange::cell::decimal;
use crate::exchange::layout::{Column, FoundTable, words};
use crate::exchange::mapping::subjects::{self, Subject, Sum};
use crate::exchange::mapping::{ColumnMapping, Confidence, Meaning, without_year};
use crate::exchange::text::{bare, fold};
use crate::exchange::totals::tolerance;
use crate::register::catalog::r07::{EXPENSE, INCOME, OPERATIONAL, subject_class};
use crate::register::{RowKind, Sense};

/// The fields that a heading of a wide table fills.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys<'a> {
    /// The subject that the heading names.
    pub subject: &'a str,
    /// What it was called before.
    former: Option<&'a str>,
    /// Whether it comes in or goes out.
    direction: Option<&'a str>,
    /// What stands in the column.
    amount: &'a str,
}

impl<'a> Keys<'a> {
    /// Those of a kind whose amounts have subjects.
    pub fn of(kind: &'a RowKind) -> Option<Self> {
        Some(Self {
            subject: kind.key_of(Sense::Subject)?,
            former: kind.key_of(Sense::FormerSubject),
            direction: kind.key_of(Sense::Direction),
            amount: kind.key_of(Sense::Amount)?,
        })
    }
}

/// Wide tables of R07: every heading that is a subject gives lines of that subject.
pub(super) fn subject_columns(
    kind: &RowKind,
    keys: Keys<'_>,
    table: &FoundTable,
    columns: &mut [ColumnMapping],
) {
    for (column, mapped) in table.header.iter().zip(columns.iter_mut()) {
        if !column.numeric && !blank_column(column) {
            continue;
        }
        // A budget's column, and one of a year that nobody knows, are no figures of the subject.
        if aside_word(&column.heading).is_some() || of_unknown_year(column) {
            continue;
        }
        let heading = timeless(column);
        let named = subjects::subject(&heading).or_else(|| {
            let (group, last) = heading.rsplit_once('·').unwrap_or(("", &heading));
            subjects::subject(&format!("{group}·{}", words::without_relative(last)))
        });
        let Some(Subject { word, legacy }) = named else { continue };
        let direction = if subjects::is_income(word) { INCOME } else { EXPENSE };
        let said = |(key, word): (&str, &str)| (key.to_owned(), word.to_owned());
        let mut fixed = vec![said((keys.subject, word))];
        fixed.extend(keys.direction.map(|key| said((key, direction))));
        fixed.extend(keys.former.zip(legacy).map(said));
        fixed.extend(fixed_period(kind, column));
        mapped.confidence = match (legacy, bare(&fold(&heading)) == word) {
            (None, true) => Confidence::Exact,
            _ => Confidence::Derived,
        };
        mapped.meaning = Meaning::Value { field: keys.amount.to_owned(), fixed, part: None };
    }
}

/// 收入金额 beside 支出金额, in a list whose rows name their subjects: each gives lines of its direction.
pub(super) fn direction_columns(kind: &RowKind, table: &FoundTable, columns: &mut [ColumnMapping]) {
    let (Some(direction), Some(amount)) = (kind.key_of(Sense::Direction), kind.key_of(Sense::Amount)) else {
        return;
    };
    if super::has(columns, direction) {
        return;
    }
    let word_of = |column: &Column| {
        let heading = bare(&timeless(column));
        let rest = |word: &str| {
            heading.strip_prefix(word).map(|r| matches!(r, "" | "金额" | "额" | "数" | "款")) == Some(true)
        };
        [INCOME, EXPENSE]
            .into_iter()
            .find(|w| column.numeric && aside_word(&column.heading).is_none() && rest(w))
    };
    let found: Vec<(usize, &str)> =
        table.header.iter().enumerate().filter_map(|(n, c)| Some((n, word_of(c)?))).collect();
    if !found.iter().any(|(_, w)| *w == EXPENSE) {
        return;
    }
    for (n, word) in found {
        if let Some((mapped, column)) = columns.get_mut(n).zip(table.header.get(n)) {
            let fixed =
                std::iter::once((direction.to_owned(), word.to_owned())).chain(fixed_period(kind, column));
            mapped.meaning = Meaning::Value { field: amount.to_owned(), fixed: fixed.collect(), part: None };
            mapped.confidence = Confidence::Derived;
        }
    }
}

/// A heading without what it says of time: 经营收入·上年 → 经营收入.
fn timeless(column: &Column) -> String {
    let plain = without_year(&column.heading);
    let said = plain.split('·').filter(|p| !words::is_when(p)).map(|p| words::without_unit(&fold(p)));
    let parts: Vec<String> = said.collect();
    if parts.is_empty() { plain } else { parts.join("·") }
}

/// A column of a subject that nobody has any of looks like no numbers; it may still be named.
fn blank_column(column: &Column) -> bool {
    !column.numeric && subjects::subject(&column.heading).is_some()
}

impl Keys<'_> {
    fn subject_of<'m>(&self, mapped: &'m ColumnMapping) -> Option<&'m str> {
        match &mapped.meaning {
            Meaning::Value { fixed, .. } => {
                fixed.iter().find(|(f, _)| f == self.subject).map(|(_, s)| s.as_str())
            }
            _ => None,
        }
    }

    fn is_legacy(&self, mapped: &ColumnMapping) -> bool {
        let former = |f: &String| self.former == Some(f.as_str());
        matches!(&mapped.meaning, Meaning::Value { fixed, .. } if fixed.iter().any(|(f, _)| former(f)))
    }
}

/// A class beside its own details: when the details make up the class, the class is their sum; when they
/// are only 其中, the class is written and they are not.
pub(super) fn details(keys: Keys<'_>, sheet: &BookSheet, table: &FoundTable, columns: &mut [ColumnMapping]) {
    for n in 0..columns.len() {
        let Some(class) = columns.get(n).and_then(|c| keys.subject_of(c)).map(str::to_owned) else {
            continue;
        };
        if class.contains('·') {
            continue;
        }
        let parts: Vec<usize> = (0..columns.len())
            .filter(|m| {
                columns.get(*m).is_some_and(|c| {
                    !keys.is_legacy(c)
                        && keys.subject_of(c).is_some_and(|s| s.contains('·') && subject_class(s) == class)
                })
            })
            .collect();
        if parts.is_empty() {
            continue;
        }
        let whole = fits(sheet, table, n, &parts, &[]) >= Fit::Mostly;
        let letters: Vec<String> =
            parts.iter().filter_map(|p| columns.get(*p).map(|c| c.column.clone())).collect();
        if whole {
            if let Some(c) = columns.get_mut(n) {
                c.meaning = Meaning::Check { plus: letters, minus: Vec::new() };
            }
        } else {
            for p in parts {
                if let Some(c) = columns.get_mut(p) {
                    c.meaning = Meaning::Ignore;
                }
            }
        }
    }
}

/// Columns that are added, and columns that are taken off, by their place in the header.
type Parts = (Vec<usize>, Vec<usize>);

/// How well a column is the sum of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    Rarely,
    Mostly,
    Always,
}

pub(super) fn fits(
    sheet: &BookSheet,
    table: &FoundTable,
    column: usize,
    plus: &[usize],
    minus: &[usize],
) -> Fit {
    let at = |n: usize| table.header.get(n).map(|c| c.index);
    let (mut good, mut rows) = (0u32, 0u32);
    for row in table.data().take(300) {
        let cell = |n: usize| at(n).and_then(|c| decimal(sheet.grid.get(row.index, c), None));
        let Some(printed) = cell(column) else { continue };
        let sum: Decimal = plus.iter().filter_map(|n| cell(*n)).sum();
        let less: Decimal = minus.iter().filter_map(|n| cell(*n)).sum();
        rows += 1;
        good += u32::from((printed - (sum - less)).abs() <= tolerance(printed));
    }
    match (rows, good) {
        (0, _) => Fit::Rarely,
        (r, g) if g == r => Fit::Always,
        (r, g) if g * 2 > r => Fit::Mostly,
        _ => Fit::Rarely,
    }
}

/// 合计, 总收入, 经营性收入: sums of the subject columns, told apart by what the rows add up to.
pub(super) fn sums(keys: Keys<'_>, sheet: &BookSheet, table: &FoundTable, columns: &mut [ColumnMapping]) {
    let mut since = 0usize;
    for n in 0..columns.len() {
        let Some(heading) = columns.get(n).map(|c| c.heading.clone()) else { continue };
        let open = columns.get(n).is_some_and(|c| matches!(c.meaning, Meaning::Unknown) || doubtful(c));
        let numeric = table.header.get(n).is_some_and(|c| c.numeric);
        let actual = aside_word(&heading).is_none();
        let Some(sum) = subjects::sum(&heading).filter(|_| open && numeric && actual) else { continue };
        let of = |wanted: &dyn Fn(usize, &str) -> bool| -> Vec<usize> {
            (0..columns.len())
                .filter(|m| columns.get(*m).and_then(|c| keys.subject_of(c)).is_some_and(|s| wanted(*m, s)))
                .collect()
        };
        let income = of(&|_, s| subjects::is_income(s));
        let expense = of(&|_, s| !subjects::is_income(s));
        let operational = of(&|_, s| OPERATIONAL.contains(&subject_class(s)));
        let left = of(&|m, _| m >= since && m < n);
        let candidates: Vec<Parts> = match sum {
            Sum::Income => vec![(income, Vec::new()), (left, Vec::new())],
            Sum::Expense => vec![(expense, Vec::new()), (left, Vec::new())],
            Sum::Operational => vec![(operational, Vec::new()), (left, Vec::new())],
            Sum::Balance => vec![(income, expense)],
            Sum::Any => {
                let all = of(&|_, _| true);
                vec![(left, Vec::new()), (income, Vec::new()), (expense, Vec::new()), (all, Vec::new())]
            }
        };
        let meaning = decide(sheet, table, columns, n, sum, candidates);
        if let Some(c) = columns.get_mut(n) {
            c.meaning = meaning;
            c.confidence = Confidence::Derived;
        }
        since = n + 1;
    }
}

fn doubtful(column: &ColumnMapping) -> bool {
    column.confidence == Confidence::Doubtful
}

fn decide(
    sheet: &BookSheet,
    table: &FoundTable,
    columns: &[ColumnMapping],
    n: usize,
    sum: Sum,
    candidates: Vec<Parts>,
) -> Meaning {
    let letters = |parts: &[usize]| -> Vec<String> {
        parts.iter().filter_map(|p| columns.get(*p).map(|c| c.column.clone())).collect()
    };
    let mut best: Option<(Fit, &Parts)> = None;
    for candidate in candidates.iter().filter(|(plus, _)| !plus.is_empty()) {
        let fit = fits(sheet, table, n, &candidate.0, &candidate.1);
        if best.is_none_or(|(b, _)| fit > b) {
            best = Some((fit, candidate));
        }
    }
    match best {
        Some((_, (plus, minus))) => Meaning::Check { plus: letters(plus), minus: letters(minus) },
        None => Meaning::Ask {
            candidates: match sum {
                Sum::Expense => vec!["经营支出".to_owned(), "管理费用".to_owned()],
                _ => vec!["经营收入".to_owned(), "其他收入".to_owned()],
            },
        },
    }
}
