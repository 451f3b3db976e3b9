//! Products and quotients of exact decimals.
//!
//! Duty: the three steps that indicators, statistics and rules calculate with, each once: the library's are written out
//! anew wherever they are called, three kilobytes a time, and the page is fetched over village networks. Inputs:
//! decimals. Outputs: the exact result, none where it cannot be held or divides by nothing. Neighbours: `table::law`
//! adds.

use rust_decimal::Decimal;

/// a × b.
#[inline(never)]
pub fn times(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_mul(b)
}

/// a ÷ b; none for b = 0.
#[inline(never)]
pub fn over(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_div(b)
}

/// a as a percentage of b; none for b = 0.
#[inline(never)]
pub fn percent(a: Decimal, b: Decimal) -> Option<Decimal> {
    over(times(a, Decimal::ONE_HUNDRED)?, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_divided_by_nothing_and_nothing_overflows() {
        assert_eq!(percent(Decimal::ONE, Decimal::from(8)), Some(Decimal::new(125, 1)));
        assert_eq!(over(Decimal::ONE, Decimal::ZERO), None);
        assert_eq!(times(Decimal::MAX, Decimal::TWO), None);
        assert_eq!(percent(Decimal::MAX, Decimal::MAX), None);
    }
}
