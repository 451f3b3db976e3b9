//! Numbers as they are written out: rounded, with separators.
//!
//! Inputs: exact numbers. Outputs: text. Only here numbers are rounded, half away from zero. Neighbours: `analysis` adds
//! units and magnitudes, `register::present` words whole values.

use super::Decimal;
use rust_decimal::RoundingStrategy;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_happens_half_away_from_zero() {
        assert_eq!(fixed(Decimal::new(5, 3), 2), "0.01");
        assert_eq!(fixed(Decimal::new(-5, 3), 2), "-0.01");
        assert_eq!(fixed(Decimal::new(-4, 3), 2), "0.00");
        assert_eq!(grouped(Decimal::new(123_456_789, 2), 2), "1,234,567.89");
        assert_eq!(grouped_fixed(Decimal::from(41_070), 2), "41,070.00");
    }
}
