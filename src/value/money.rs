//! Money in whole 分.

use std::fmt;
use std::iter::Sum;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Serialize};

use super::exact;

/// An amount in 分 (M041, decision 10): additions are checked, display rounds, storage never does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

/// The unit in which money is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyUnit {
    /// 元
    Yuan,
    /// 万元
    #[default]
    TenThousand,
    /// 亿元
    HundredMillion,
}

impl MoneyUnit {
    /// How many 元 one unit is.
    pub fn in_yuan(self) -> Decimal {
        match self {
            Self::Yuan => Decimal::ONE,
            Self::TenThousand => Decimal::from(10_000),
            Self::HundredMillion => Decimal::from(100_000_000),
        }
    }

    /// The unit that shows `amount` in readable figures: 亿元 from one 亿, 万元 from one 万.
    pub fn for_amount(amount: Money) -> Self {
        match amount.0.unsigned_abs() {
            n if n >= 10_000_000_000 => Self::HundredMillion,
            n if n >= 1_000_000 => Self::TenThousand,
            _ => Self::Yuan,
        }
    }

    /// The unit's word.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Yuan => "元",
            Self::TenThousand => "万元",
            Self::HundredMillion => "亿元",
        }
    }
}

impl Money {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// From 分.
    pub const fn from_fen(fen: i64) -> Self {
        Self(fen)
    }

    /// In 分.
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// From 元; `None` when there are more than two decimals or the amount is out of range.
    pub fn from_yuan(yuan: Decimal) -> Option<Self> {
        // Nearly every amount is written with two decimals at most: they are its 分 already.
        if let Some(tens) = 2u32.checked_sub(yuan.scale()) {
            let fen = yuan.mantissa().checked_mul(10i128.pow(tens))?;
            return i64::try_from(fen).ok().map(Self);
        }
        let fen = exact::times(yuan, Decimal::ONE_HUNDRED)?;
        if fen.fract().is_zero() { fen.to_i64().map(Self) } else { None }
    }

    /// From 元, rounded half away from zero to the 分; `None` when out of range.
    pub fn from_yuan_rounded(yuan: Decimal) -> Option<Self> {
        let fen = exact::times(yuan, Decimal::ONE_HUNDRED)?;
        fen.round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero).to_i64().map(Self)
    }

    /// In 元, exact.
    pub fn yuan(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// In `unit`, exact.
    pub fn in_unit(self, unit: MoneyUnit) -> Decimal {
        self.yuan() / unit.in_yuan()
    }

    /// Sum, or `None` past ±92万亿元.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Difference, or `None` past ±92万亿元.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

/// Sums of many amounts are taken in `i128` 分 by the callers that can overflow; this one saturates.
impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, |a, b| Self(a.0.saturating_add(b.0)))
    }
}

/// In 元 with two decimals, no separators: the form of files and of the command line.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn half_a_fen_is_refused_or_rounded_away_from_zero() {
        assert_eq!(Money::from_yuan(Decimal::new(12345, 3)), None);
        assert_eq!(Money::from_yuan_rounded(Decimal::new(12345, 3)), Some(Money(1235)));
        assert_eq!(Money::from_yuan_rounded(Decimal::new(-12345, 3)), Some(Money(-1235)));
    }

    #[test]
    fn the_unit_follows_the_magnitude() {
        assert_eq!(MoneyUnit::for_amount(Money::from_fen(999_999)), MoneyUnit::Yuan);
        assert_eq!(MoneyUnit::for_amount(Money::from_fen(-1_000_000)), MoneyUnit::TenThousand);
        assert_eq!(MoneyUnit::for_amount(Money::from_fen(10_000_000_000)), MoneyUnit::HundredMillion);
    }

    proptest! {
        #[test]
        fn yuan_and_back(fen in -9_000_000_000_000_000i64..9_000_000_000_000_000) {
            let money = Money::from_fen(fen);
            prop_assert_eq!(Money::from_yuan(money.yuan()), Some(money));
            prop_assert_eq!(money.to_string().parse::<Decimal>().ok(), Some(money.yuan()));
        }

        #[test]
        fn two_decimals_are_the_fen_of_the_long_way(n in any::<i128>(), scale in 0u32..=2, bits in 33u32..100) {
            let yuan = Decimal::from_i128_with_scale(n >> bits, scale);
            let long = yuan.checked_mul(Decimal::ONE_HUNDRED).and_then(|fen| fen.to_i64());
            prop_assert_eq!(Money::from_yuan(yuan).map(Money::fen), long);
        }

        #[test]
        fn a_hundred_thousand_random_sums_equal_the_big_reference(fens in prop::collection::vec(-1_000_000_000i64..1_000_000_000, 0..2000)) {
            let total: Money = fens.iter().map(|f| Money::from_fen(*f)).sum();
            let reference: i128 = fens.iter().map(|f| i128::from(*f)).sum();
            prop_assert_eq!(i128::from(total.fen()), reference);
        }
    }
}
