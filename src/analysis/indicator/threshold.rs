//! Thresholds of income (domain §3.2): data that a county edits, not code.
//!
//! The word decides the operator: 以上 and 达 mean ≥, 超 and 突破 mean >, 以下 means <. A report repeats the
//! threshold's own word.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::analysis::format::grouped;
use crate::register::Schema;
use crate::register::catalog::r07::INCOME_BOUNDS;

/// How a value is compared with the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// = (空壳: no income at all)
    Equal,
    /// < (以下)
    Below,
    /// ≥ (以上, 达)
    AtLeast,
    /// > (超, 突破)
    Above,
}

/// One threshold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Threshold {
    /// Stable key.
    pub code: String,
    /// The indicator whose value for one village is compared.
    pub indicator: String,
    /// The comparison.
    pub operator: Operator,
    /// What is compared with, in `unit`.
    pub value: Decimal,
    /// Base unit, 元.
    pub unit: String,
    /// Its name, with the word that fits the operator.
    pub label: String,
    /// Its name in English.
    pub label_en: String,
    /// How it is coloured.
    pub colour: String,
}

/// A half-open band [from, to) of values; open above when `to` is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Lower bound in 元, inside.
    pub from: Decimal,
    /// Upper bound in 元, outside.
    pub to: Option<Decimal>,
}

impl Operator {
    /// Whether `value` fulfils it.
    pub fn holds(self, value: Decimal, threshold: Decimal) -> bool {
        match self {
            Self::Equal => value == threshold,
            Self::Below => value < threshold,
            Self::AtLeast => value >= threshold,
            Self::Above => value > threshold,
        }
    }

    /// The sign: =, <, ≥, >.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Below => "<",
            Self::AtLeast => "≥",
            Self::Above => ">",
        }
    }
}

impl Threshold {
    /// A threshold of operating income. Its code stays when the bound is drawn elsewhere; its name says the bound.
    fn income(code: &str, operator: Operator, value: Decimal, colour: &str) -> Self {
        let wan = (value / Decimal::from(10_000)).normalize();
        let yuan = grouped(value.normalize(), 2);
        let (label, label_en) = match operator {
            Operator::Equal => ("无收入（空壳）".to_owned(), "No income".to_owned()),
            Operator::Below => (format!("{wan}万元以下（薄弱）"), format!("Below {yuan} yuan")),
            Operator::AtLeast => (format!("{wan}万元以上"), format!("{yuan} yuan and more")),
            Operator::Above => (format!("超{wan}万元"), format!("Above {yuan} yuan")),
        };
        Self {
            code: code.to_owned(),
            indicator: "I-16".to_owned(),
            operator,
            value,
            unit: "元".to_owned(),
            label,
            label_en,
            colour: colour.to_owned(),
        }
    }

    /// Whether `value` fulfils it.
    pub fn holds(&self, value: Decimal) -> bool {
        self.operator.holds(value, self.value)
    }
}

/// The set of a ledger: its bounds may be drawn elsewhere than a new one has them.
pub fn of(schema: &Schema) -> Vec<Threshold> {
    let none = Threshold::income("=0", Operator::Equal, Decimal::ZERO, "grey");
    let all = [
        ("<5", Operator::Below, "ochre"),
        ("≥5", Operator::AtLeast, "blue-1"),
        ("≥10", Operator::AtLeast, "blue-2"),
        (">15", Operator::Above, "blue-3"),
        (">20", Operator::Above, "blue-4"),
        ("≥50", Operator::AtLeast, "blue-5"),
        ("≥100", Operator::AtLeast, "blue-6"),
    ];
    let bounded = all.iter().zip(&INCOME_BOUNDS);
    let drawn = bounded.map(|((code, operator, colour), bound)| {
        Threshold::income(code, *operator, schema.bound(bound), colour)
    });
    std::iter::once(none).chain(drawn).collect()
}

/// The code of the threshold that cards and I-20 lead with.
pub const HEADLINE: &str = ">20";

impl Band {
    /// Whether `value` lies in it.
    pub fn holds(self, value: Decimal) -> bool {
        value >= self.from && self.to.is_none_or(|to| value < to)
    }

    /// <5万, 5–10万, ≥100万.
    pub fn label(self) -> String {
        let wan = |d: Decimal| (d / Decimal::from(10_000)).normalize();
        match self.to {
            Some(to) if self.from <= Decimal::ZERO => format!("<{}万", wan(to)),
            Some(to) => format!("{}–{}万", wan(self.from), wan(to)),
            None => format!("≥{}万", wan(self.from)),
        }
    }
}

/// The six bands of the ladder: <5, 5–10, 10–20, 20–50, 50–100 and from 100万元.
pub fn ladder() -> Vec<Band> {
    let edges = [Decimal::MIN, wan(5), wan(10), wan(20), wan(50), wan(100)];
    let uppers = edges.iter().skip(1).map(|e| Some(*e)).chain([None]);
    edges.iter().zip(uppers).map(|(from, to)| Band { from: *from, to }).collect()
}

fn wan(n: i64) -> Decimal {
    Decimal::from(n * 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_decides_at_the_very_value() {
        let all = of(Schema::base());
        let at =
            |code: &str, value: i64| all.iter().find(|t| t.code == code).unwrap().holds(Decimal::from(value));
        assert!(!at(">20", 200_000) && at(">20", 200_001));
        assert!(at("≥50", 500_000) && !at("≥50", 499_999));
        assert!(at("<5", 49_999) && !at("<5", 50_000));
        assert!(at("=0", 0) && !at("=0", 1));
    }

    #[test]
    fn every_value_lies_in_one_band() {
        for value in [-5, 0, 49_999, 50_000, 99_999, 100_000, 200_000, 500_000, 1_000_000, 9_000_000] {
            let hits = ladder().into_iter().filter(|b| b.holds(Decimal::from(value))).count();
            assert_eq!(hits, 1, "{value}");
        }
        let labels: Vec<String> = ladder().into_iter().map(Band::label).collect();
        assert_eq!(labels, ["<5万", "5–10万", "10–20万", "20–50万", "50–100万", "≥100万"]);
    }
}
