//! Numbers for people: money in 元, 万元 or 亿元, areas with separators, percentages, and — for what is missing.
//!
//! Inputs: exact numbers and a language. Outputs: text. Interval wordings (余, 近, 超) belong to the reports, not here.
//! Neighbours: `value::shown` rounds and sets separators; `register::present` words the values of records.

pub use crate::value::Lang;
pub use crate::value::shown::{fixed, grouped, grouped_fixed, rounded};
use crate::value::{Decimal, Money, MoneyUnit, exact};

/// What stands for a missing number.
pub const NOTHING: &str = "—";

/// What money is counted in. Each language has its own steps: 万 and 亿, or thousand, million and billion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// So many 元.
    pub yuan: Decimal,
    /// Its word.
    pub word: &'static str,
}

impl Counted {
    const fn thousands(lang: Lang) -> Self {
        match lang {
            Lang::Zh => Self::of(10_000, "万元"),
            Lang::En => Self::of(1_000, "thousand yuan"),
        }
    }

    const fn of(yuan: u32, word: &'static str) -> Self {
        Self { yuan: Decimal::from_parts(yuan, 0, 0, false, 0), word }
    }

    /// For one amount by itself: by its magnitude.
    pub fn by_magnitude(yuan: Decimal, lang: Lang) -> Self {
        match lang {
            Lang::Zh => {
                let unit =
                    Money::from_yuan_rounded(yuan).map_or(MoneyUnit::HundredMillion, MoneyUnit::for_amount);
                Self { yuan: unit.in_yuan(), word: unit.zh() }
            }
            Lang::En if yuan.abs() >= Decimal::from(1_000_000_000) => Self::of(1_000_000_000, "billion yuan"),
            Lang::En if yuan.abs() >= Decimal::from(1_000_000) => Self::of(1_000_000, "million yuan"),
            Lang::En => Self::of(1, "yuan"),
        }
    }

    /// For what villages earn, side by side.
    pub const fn of_villages(lang: Lang) -> Self {
        Self::thousands(lang)
    }

    /// For amounts side by side up to `largest`: one unit for all of them.
    pub fn side_by_side(largest: Decimal, lang: Lang) -> Self {
        match lang {
            // Of villages' petty cash nothing would be left in a larger unit.
            _ if largest.abs() < Decimal::from(10_000) => Self::of(1, lang.of("元", "yuan")),
            Lang::En if largest.abs() >= Decimal::from(1_000_000) => Self::of(1_000_000, "million yuan"),
            _ => Self::thousands(lang),
        }
    }

    /// So many of it.
    pub fn count(self, yuan: Decimal) -> Decimal {
        exact::over(yuan, self.yuan).unwrap_or_default()
    }
}

/// Money as number and unit, for cards that set them differently: ("2.21", "亿元").
pub fn money_parts(yuan: Option<Decimal>, lang: Lang) -> (String, &'static str) {
    let Some(yuan) = yuan else { return (NOTHING.to_owned(), "") };
    let unit = Counted::by_magnitude(yuan, lang);
    (grouped_fixed(unit.count(yuan), 2), unit.word)
}

/// Money with its unit: 76.38万元, 10.26 million yuan.
pub fn money(yuan: Option<Decimal>, lang: Lang) -> String {
    let (number, unit) = money_parts(yuan, lang);
    with_unit(&number, unit, lang)
}

/// A number and its unit as one word: Chinese writes them together.
pub fn with_unit(number: &str, unit: &str, lang: Lang) -> String {
    let space = if unit.is_empty() { "" } else { lang.of("", " ") };
    format!("{number}{space}{unit}")
}

/// A number with its unit: 8,850亩.
pub fn quantity(value: Option<Decimal>, places: u32, unit: &str, lang: Lang) -> String {
    match value {
        None => NOTHING.to_owned(),
        Some(v) => with_unit(&grouped(v, places), unit, lang),
    }
}

/// A percentage 0–100 with two decimals: 36.11%.
pub fn percent(value: Option<Decimal>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), |v| format!("{}%", fixed(v, 2)))
}

/// A change in per cent with its sign: +8.4%, -1.2%, ±0.
pub fn change_percent(value: Option<Decimal>) -> String {
    match value.map(|v| rounded(v, 1)) {
        None => NOTHING.to_owned(),
        Some(v) if v.is_zero() => "±0".to_owned(),
        Some(v) if v > Decimal::ZERO => format!("+{}%", fixed(v, 1)),
        Some(v) => format!("{}%", fixed(v, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_by_magnitude() {
        let show = |y: i64| money(Some(Decimal::from(y)), Lang::Zh);
        assert_eq!(show(763_800), "76.38万元");
        assert_eq!(show(221_200_000), "2.21亿元");
        assert_eq!(show(800), "800.00元");
        assert_eq!(money(None, Lang::En), "—");
        assert_eq!(show(-12_345_600), "-1,234.56万元");
    }

    #[test]
    fn english_counts_in_thousands_millions_and_billions() {
        let show = |y: i64| money(Some(Decimal::from(y)), Lang::En);
        assert_eq!(show(10_257_200), "10.26 million yuan");
        assert_eq!(show(2_212_000_000), "2.21 billion yuan");
        assert_eq!(show(763_800), "763,800.00 yuan");
        assert_eq!(show(-12_345_600), "-12.35 million yuan");
        let beside = |y: i64| Counted::side_by_side(Decimal::from(y), Lang::En);
        assert_eq!((beside(999_999).word, beside(1_000_000).word), ("thousand yuan", "million yuan"));
        assert_eq!(Counted::of_villages(Lang::En).count(Decimal::from(216_200)), Decimal::new(2162, 1));
    }

    #[test]
    fn units_signs_and_what_is_missing() {
        assert_eq!(quantity(Some(Decimal::from(8850)), 2, "亩", Lang::Zh), "8,850亩");
        assert_eq!(change_percent(Some(Decimal::new(84, 1))), "+8.4%");
        assert_eq!(percent(None), "—");
    }
}
