//! What a text says about itself: sums, percentages, growth, one subject with two values, damage.
//!
//! Duty: the checks that need no ledger (issue of articles, domain §0.2). Each only speaks where the sentence ties
//! its figures together, and says both numbers. Inputs: the figures of a [`Document`]. Outputs: [`Finding`]s.
//! Neighbours: `compare` holds single figures against values from outside.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Document, Figure};
use crate::register::{Message, Severity};
use crate::value::figure::{Kind, Time};
use crate::value::unit::Class;
use crate::value::{Modifier, Period, order};

/// Something about one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How much it matters; what was verified is a piece of information.
    pub severity: Severity,
    /// Stable key of the check.
    pub rule: &'static str,
    /// Indices of its figures.
    pub figures: Vec<usize>,
    /// Both numbers, and what to do.
    pub message: Message,
}

/// Every check, in the order of the text.
pub fn check(document: &Document, original: &[char]) -> Vec<Finding> {
    let figures = &document.figures;
    let mut found: Vec<Finding> = Vec::new();
    for sentence in figures.chunk_by(|a, b| a.sentence == b.sentence) {
        let first = figures.partition_point(|f| f.sentence < sentence.first().map_or(0, |f| f.sentence));
        let at = |i: usize| first + i;
        for i in 0..sentence.len().min(MOST) {
            found.extend(sum(sentence, i, at));
            found.extend(share(sentence, i, at));
            found.extend(growth(sentence, i, at));
        }
    }
    found.extend(contradictions(figures));
    order::sort_by_key(&mut found, |f| f.figures.first().copied());
    found.extend(damage(original));
    found
}

/// A sentence with more figures than this is a table; its sums are not looked for.
const MOST: usize = 60;

fn exact(figure: &Figure) -> Option<Decimal> {
    (figure.reading.modifier == Modifier::Exact).then_some(figure.reading.face)
}

fn same_unit(a: &Figure, b: &Figure) -> bool {
    a.reading.unit.is_some() && a.reading.unit == b.reading.unit && a.reading.per == b.reading.per
}

fn is_share(figure: &Figure) -> bool {
    figure.reading.class == Some(Class::Percent)
}

/// 1304 = 300 + 550 + 294 + 160: a total and the figures of the same unit right after it.
fn sum(sentence: &[Figure], i: usize, at: impl Fn(usize) -> usize) -> Option<Finding> {
    let total = sentence.get(i)?;
    let value = exact(total).filter(|_| !is_share(total) && total.reading.kind != Kind::Part)?;
    let rest = sentence.get(i + 1..)?;
    let run = rest.iter().take(12).take_while(|f| same_unit(f, total)).count();
    let parts = rest.get(..run)?;
    let declared = parts.iter().take_while(|f| f.reading.kind == Kind::Part).count();
    let mut added = Decimal::ZERO;
    for (n, part) in parts.iter().enumerate() {
        added = added.checked_add(exact(part)?)?;
        let all: Vec<usize> = (i..=i + n + 1).map(&at).collect();
        if n >= 1 && added == value {
            let said: Vec<String> = parts.iter().take(n + 1).map(|p| p.reading.face.to_string()).collect();
            let sum = said.join(" + ");
            return Some(Finding {
                severity: Severity::Info,
                rule: "adds_up",
                figures: all,
                message: Message::new(
                    format!("合计相符：{value} = {sum}"),
                    format!("Adds up: {value} = {sum}"),
                ),
            });
        }
        if n + 1 == declared && added > value {
            return Some(Finding {
                severity: Severity::Warning,
                rule: "parts_exceed_total",
                figures: all,
                message: Message::new(
                    format!("其中各项之和 {added} 超过总数 {value}，请核对"),
                    format!("The parts add up to {added}, more than the total {value}"),
                ),
            });
        }
    }
    None
}

/// 排查327起,化解319起,化解率97.6%: a percentage after its whole and its part.
fn share(sentence: &[Figure], i: usize, at: impl Fn(usize) -> usize) -> Option<Finding> {
    let said = sentence.get(i).filter(|f| is_share(f) && f.reading.kind != Kind::Change)?;
    let stated = exact(said)?;
    let (whole, part) = (sentence.get(i.checked_sub(2)?)?, sentence.get(i - 1)?);
    if !same_unit(whole, part) || whole.reading.time != part.reading.time {
        return None;
    }
    let tied = ["占", "率", "比例"].iter().any(|w| said.quote.contains(w));
    if !tied {
        return None;
    }
    let (whole, part) = (exact(whole)?, exact(part)?);
    if part > whole || whole.is_zero() {
        return None;
    }
    let real = part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)?;
    verdict("share", stated, real, format!("{part} ÷ {whole}"), vec![at(i - 2), at(i - 1), at(i)])
}

/// 从9800元提高到1.52万元,增长55.1%.
fn growth(sentence: &[Figure], i: usize, at: impl Fn(usize) -> usize) -> Option<Finding> {
    let said = sentence.get(i).filter(|f| is_share(f) && f.reading.kind == Kind::Change)?;
    let stated = exact(said)?;
    let (from, to) = (sentence.get(i.checked_sub(2)?)?, sentence.get(i - 1)?);
    let tied = same_unit(from, to) && from.quote == to.quote && from.quote.contains(['从', '由', '從']);
    if !tied || is_share(to) || said.reading.per != to.reading.per && said.reading.per.is_some() {
        return None;
    }
    let (a, b) = (exact(from)?, exact(to)?);
    let real = b.checked_sub(a)?.abs().checked_mul(Decimal::ONE_HUNDRED)?.checked_div(a)?;
    verdict("growth", stated, real, format!("({b} − {a}) ÷ {a}"), vec![at(i - 2), at(i - 1), at(i)])
}

/// A percentage that is so far off belongs to something else.
const UNRELATED: i64 = 10;

fn verdict(
    rule: &'static str,
    stated: Decimal,
    real: Decimal,
    how: String,
    figures: Vec<usize>,
) -> Option<Finding> {
    let off = real.checked_sub(stated)?.abs();
    let half = Decimal::new(5, stated.normalize().scale() + 1);
    let shown = real.round_dp(2).normalize();
    if off <= half {
        let (rule, severity) =
            (if rule == "share" { "share_agrees" } else { "growth_agrees" }, Severity::Info);
        let message = Message::new(
            format!("{how} = {shown}%，与文中 {stated}% 相符"),
            format!("{how} = {shown} %, as the text says"),
        );
        return Some(Finding { severity, rule, figures, message });
    }
    if off > Decimal::from(UNRELATED) {
        return None;
    }
    Some(Finding {
        severity: Severity::Warning,
        rule: if rule == "share" { "share_differs" } else { "growth_differs" },
        figures,
        message: Message::new(
            format!("{how} = {shown}%，文中写 {stated}%，请核对"),
            format!("{how} = {shown} %, the text says {stated} %"),
        ),
    })
}

/// The same subject, place, unit and period with two values in one article.
fn contradictions(figures: &[Figure]) -> Vec<Finding> {
    type Key<'a> = (usize, &'a str, Option<&'a str>, Option<&'a str>, Option<&'a str>, Option<Period>);
    let mut first: HashMap<Key<'_>, usize> = HashMap::new();
    let mut found = Vec::new();
    for (i, figure) in figures.iter().enumerate() {
        let (Some(subject), Some(value)) = (figure.subject.as_deref(), exact(figure)) else { continue };
        let level = matches!(figure.reading.kind, Kind::Level);
        if !level || subject.chars().count() < 4 {
            continue;
        }
        let time = match figure.reading.time {
            Time::In(period) => Some(period),
            _ => None,
        };
        let key = (
            figure.article,
            subject,
            figure.reading.unit.as_deref(),
            figure.reading.per.as_deref(),
            figure.place.as_deref(),
            time,
        );
        let before = *first.entry(key).or_insert(i);
        let other = figures.get(before).filter(|o| o.sentence != figure.sentence && o.reading.face != value);
        if let Some(other) = other {
            found.push(Finding {
                severity: Severity::Warning,
                rule: "two_values",
                figures: vec![before, i],
                message: Message::new(
                    format!("“{subject}”有两个数：{}、{}，请核对", other.figure, figure.figure),
                    format!("“{subject}” has two values: {} and {}", other.figure, figure.figure),
                ),
            });
        }
    }
    found
}

/// Characters that were lost on the way to this file.
fn damage(original: &[char]) -> Option<Finding> {
    let lost = original.iter().filter(|c| **c == '\u{fffd}').count();
    (lost > 0).then(|| Finding {
        severity: Severity::Warning,
        rule: "damaged_text",
        figures: Vec::new(),
        message: Message::new(
            format!("有 {lost} 个乱码字符，附近的数字请与原文核对"),
            format!("{lost} characters are damaged; compare the figures near them with the original"),
        ),
    })
}
