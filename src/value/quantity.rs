//! Worded quantities: 30余户, 约500, 60万至80万.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Text;

/// How a number was worded (domain §8.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modifier {
    /// 8850
    Exact,
    /// 4000余, 超2.2亿
    Over,
    /// 2000以上
    AtLeast,
    /// 近3万
    Nearly,
    /// 约500
    About,
    /// 不足100
    Under,
    /// 不超过100
    AtMost,
    /// 60万至80万
    Range,
}

impl Modifier {
    /// Every wording, in the order in which the bytes of a ledger count them: new ones are added at the end.
    pub const ALL: [Self; 8] = [
        Self::Exact,
        Self::Over,
        Self::AtLeast,
        Self::Nearly,
        Self::About,
        Self::Under,
        Self::AtMost,
        Self::Range,
    ];
}

/// A number together with the interval that its wording leaves open, in the field's base unit.
///
/// Sums use [`Quantity::face`] and say that they did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// The number as written, scale folded in: 12万 → 120000. For a range, its lower end.
    pub face: Decimal,
    /// Lower bound; open below when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Decimal>,
    /// Upper bound; open above when missing (超2.2亿).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Decimal>,
    /// The wording's class.
    pub modifier: Modifier,
    /// 预计, 有望: never mixed with actual figures.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forecast: bool,
    /// The words as they stood.
    pub text: Text,
}
