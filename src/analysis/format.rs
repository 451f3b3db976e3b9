//! Numbers for people: money in 元, 万元 or 亿元, areas with separators, percentages, and — for what is missing.
//!
//! Inputs: exact numbers and, where a report forces one, a unit. Outputs: text. Only here numbers are rounded,
//! half away from zero. Interval wordings (余, 近, 超) belong to the reports, not here.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::value::{Money, MoneyUnit};

/// The language of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Lang {
    /// 中文
    #[default]
    Zh,
    /// English
    En,
}

impl Lang {
    /// The words of this language.
    pub fn of<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// What stands for a missing number.
pub const NOTHING: &str = "—";

/// Rounded half away from zero.
pub fn rounded(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

/// With exactly so many decimals, no separators: the form of files.
pub fn fixed(value: Decimal, places: u32) -> String {
    let value = rounded(value, places);
    // Minus zero is zero.
    let value = if value.is_zero() { Decimal::ZERO } else { value };
    format!("{value:.*}", places as usize)
}

/// With separators of thousands and at most so many decimals: 41,070 or 1,369.17.
pub fn grouped(value: Decimal, places: u32) -> String {
    separated(&rounded(value, places).normalize().to_string())
}

/// With separators and exactly so many decimals.
pub fn grouped_fixed(value: Decimal, places: u32) -> String {
    separated(&fixed(value, places))
}

fn separated(plain: &str) -> String {
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |d| ("-", d));
    let (whole, fraction) = digits.split_once('.').map_or((digits, ""), |(w, f)| (w, f));
    let mut out = String::with_capacity(plain.len() + 4);
    for (n, c) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    let dot = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{out}{dot}{fraction}")
}

/// The unit's word in a language.
pub fn money_unit(unit: MoneyUnit, lang: Lang) -> &'static str {
    match (unit, lang) {
        (_, Lang::Zh) => unit.zh(),
        (MoneyUnit::Yuan, Lang::En) => "yuan",
        (MoneyUnit::TenThousand, Lang::En) => "10k yuan",
        (MoneyUnit::HundredMillion, Lang::En) => "100m yuan",
    }
}

/// Money as number and unit, for cards that set them differently: ("2.21", 亿元). The unit follows the
/// magnitude unless one is forced.
pub fn money_parts(yuan: Option<Decimal>, unit: Option<MoneyUnit>) -> (String, MoneyUnit) {
    let Some(yuan) = yuan else { return (NOTHING.to_owned(), unit.unwrap_or(MoneyUnit::Yuan)) };
    let fits = Money::from_yuan_rounded(yuan).map_or(MoneyUnit::HundredMillion, MoneyUnit::for_amount);
    let unit = unit.unwrap_or(fits);
    (grouped_fixed(yuan.checked_div(unit.in_yuan()).unwrap_or_default(), 2), unit)
}

/// Money with its unit: 76.38万元.
pub fn money(yuan: Option<Decimal>, unit: Option<MoneyUnit>, lang: Lang) -> String {
    let (number, unit) = money_parts(yuan, unit);
    if yuan.is_none() {
        return number;
    }
    let space = lang.of("", " ");
    format!("{number}{space}{}", money_unit(unit, lang))
}

/// A number with its unit: 8,850亩.
pub fn quantity(value: Option<Decimal>, places: u32, unit: &str, lang: Lang) -> String {
    match value {
        None => NOTHING.to_owned(),
        Some(v) => format!("{}{}{unit}", grouped(v, places), lang.of("", " ")),
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
    fn money_by_magnitude_or_as_told() {
        let show = |y: i64, unit| money(Some(Decimal::from(y)), unit, Lang::Zh);
        assert_eq!(show(763_800, None), "76.38万元");
        assert_eq!(show(221_200_000, None), "2.21亿元");
        assert_eq!(show(800, None), "800.00元");
        assert_eq!(show(221_200_000, Some(MoneyUnit::TenThousand)), "22,120.00万元");
        assert_eq!(money(None, None, Lang::En), "—");
        assert_eq!(show(-12_345_600, None), "-1,234.56万元");
    }

    #[test]
    fn rounding_happens_half_away_from_zero() {
        assert_eq!(fixed(Decimal::new(5, 3), 2), "0.01");
        assert_eq!(fixed(Decimal::new(-5, 3), 2), "-0.01");
        assert_eq!(fixed(Decimal::new(-4, 3), 2), "0.00");
        assert_eq!(grouped(Decimal::new(123_456_789, 2), 2), "1,234,567.89");
        assert_eq!(quantity(Some(Decimal::from(8850)), 2, "亩", Lang::Zh), "8,850亩");
        assert_eq!(change_percent(Some(Decimal::new(84, 1))), "+8.4%");
        assert_eq!(percent(None), "—");
    }
}
