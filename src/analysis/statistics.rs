//! Exact statistics over villages: medians and quartiles, spread, growth, shares that total 100.00 %.
//!
//! Inputs: exact decimals. Outputs: exact decimals where the result is one, otherwise rounded to the 28 digits
//! that a decimal keeps. Nothing here rounds for display.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::register::{Label, label};
use crate::table::law;
use crate::value::{exact, order};

/// How values are spread; medians and quartiles stand beside every mean (domain §3.0).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Distribution {
    /// How many values.
    pub n: usize,
    /// Σ ÷ n over the values that are there.
    pub mean: Decimal,
    /// The smallest.
    pub min: Decimal,
    /// One in ten lies at or below.
    pub p10: Decimal,
    /// Lower quartile.
    pub q1: Decimal,
    /// The middle.
    pub median: Decimal,
    /// Upper quartile.
    pub q3: Decimal,
    /// One in ten lies at or above.
    pub p90: Decimal,
    /// The largest.
    pub max: Decimal,
}

/// A change against the year before.
#[derive(Debug, Clone, PartialEq)]
pub struct Growth {
    /// (now − then) ÷ |then| × 100; none when the base is zero, negative or missing.
    pub percent: Option<Decimal>,
    /// now − then.
    pub change: Option<Decimal>,
    /// 扭亏 or 减亏 where the base is negative.
    pub words: Option<Label>,
}

/// The value below which `share` of the sorted values lie, interpolated between neighbours.
pub fn quantile(sorted: &[Decimal], share: Decimal) -> Option<Decimal> {
    use rust_decimal::prelude::ToPrimitive as _;
    let last = sorted.len().checked_sub(1)?;
    let at = exact::times(Decimal::from(last), share)?;
    let low = at.trunc().to_usize()?;
    let (a, b) = (*sorted.get(low)?, *sorted.get((low + 1).min(last))?);
    a.checked_add(exact::times(b.checked_sub(a)?, at.fract())?)
}

/// The middle value, or the mean of the two middle ones.
pub fn median(mut values: Vec<Decimal>) -> Option<Decimal> {
    order::sort(&mut values);
    quantile(&values, Decimal::new(5, 1))
}

/// None for no values.
pub fn distribution(mut values: Vec<Decimal>) -> Option<Distribution> {
    order::sort(&mut values);
    let at = |hundredths: i64| quantile(&values, Decimal::new(hundredths, 2));
    Some(Distribution {
        n: values.len(),
        mean: exact::over(law::total(values.iter().copied())?, Decimal::from(values.len()))?,
        min: *values.first()?,
        p10: at(10)?,
        q1: at(25)?,
        median: at(50)?,
        q3: at(75)?,
        p90: at(90)?,
        max: *values.last()?,
    })
}

/// Gini = ΣΣ|xᵢ − xⱼ| ÷ (2 n² x̄). None without values, or when their mean is not above zero.
pub fn gini(mut values: Vec<Decimal>) -> Option<Decimal> {
    order::sort(&mut values);
    let n = Decimal::from(values.len());
    let sum = law::total(values.iter().copied()).filter(|s| *s > Decimal::ZERO)?;
    // In order, ΣΣ|xᵢ − xⱼ| = 2 Σ (2k − n − 1) x_k with k from 1.
    let mut weighted = Decimal::ZERO;
    for (k, value) in (1i64..).zip(&values) {
        let weight = Decimal::from(2 * k).checked_sub(n)?.checked_sub(Decimal::ONE)?;
        weighted = weighted.checked_add(exact::times(*value, weight)?)?;
    }
    exact::over(weighted, exact::times(n, sum)?)
}

/// g = (now − then) ÷ |then|; see [`Growth`].
pub fn growth(now: Option<Decimal>, then: Option<Decimal>) -> Growth {
    let change = now.zip(then).and_then(|(n, t)| n.checked_sub(t));
    let base = then.filter(|t| *t > Decimal::ZERO);
    let percent = change.zip(base).and_then(|(c, b)| exact::percent(c, b));
    let words = match now.zip(then) {
        Some((n, t)) if t < Decimal::ZERO && n >= Decimal::ZERO => Some(label("扭亏", "out of loss")),
        Some((n, t)) if t < Decimal::ZERO && n > t => Some(label("减亏", "smaller loss")),
        _ => None,
    };
    Growth { percent, change, words }
}

/// Shares in per cent with `places` decimals that total exactly 100 (largest remainder, domain §3.0). None when
/// there is nothing to share or a part is negative.
pub fn shares(parts: &[Decimal], places: u32) -> Option<Vec<Decimal>> {
    use rust_decimal::prelude::ToPrimitive as _;
    let sum = law::total(parts.iter().copied()).filter(|s| *s > Decimal::ZERO)?;
    if parts.iter().any(|p| *p < Decimal::ZERO) {
        return None;
    }
    let units = 100i64.checked_mul(10i64.checked_pow(places)?)?;
    let share = |p: &Decimal| exact::over(exact::times(*p, Decimal::from(units))?, sum);
    let exact: Vec<Decimal> = parts.iter().map(share).collect::<Option<_>>()?;
    let mut floors: Vec<i64> = exact.iter().map(|e| e.trunc().to_i64()).collect::<Option<_>>()?;
    let rest = usize::try_from(units - floors.iter().sum::<i64>()).ok()?;
    let mut order: Vec<usize> = (0..parts.len()).collect();
    // Among equal remainders the earlier part goes first.
    crate::value::order::sort_by_key(&mut order, |n| std::cmp::Reverse(exact.get(*n).map(Decimal::fract)));
    for n in order.into_iter().take(rest) {
        if let Some(slot) = floors.get_mut(n) {
            *slot += 1;
        }
    }
    Some(floors.into_iter().map(|f| Decimal::new(f, places)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimals(all: &[i64]) -> Vec<Decimal> {
        all.iter().map(|n| Decimal::from(*n)).collect()
    }

    #[test]
    fn the_talent_team_adds_up_to_a_hundred() {
        let got = shares(&decimals(&[300, 550, 294, 160]), 2).unwrap();
        let text: Vec<String> = got.iter().map(Decimal::to_string).collect();
        assert_eq!(text, ["23.01", "42.18", "22.54", "12.27"]);
    }

    #[test]
    fn growth_from_nothing_or_from_a_loss_is_no_percentage() {
        let d = |n: i64| Some(Decimal::from(n));
        assert_eq!(growth(d(5), d(0)).percent, None);
        assert_eq!(growth(d(5), None).percent, None);
        assert_eq!(growth(d(5), d(-3)).words.unwrap().zh, "扭亏");
        assert_eq!(growth(d(-1), d(-3)).words.unwrap().zh, "减亏");
        assert_eq!(growth(d(-1), d(-3)).percent, None);
        assert_eq!(growth(d(6), d(5)).percent, d(20));
    }

    #[test]
    fn quartiles_and_gini_of_small_sets() {
        let four = distribution(decimals(&[4, 1, 3, 2])).unwrap();
        assert_eq!(four.median, Decimal::new(25, 1));
        assert_eq!(four.q1, Decimal::new(175, 2));
        assert_eq!(gini(decimals(&[5, 5, 5])), Some(Decimal::ZERO));
        assert_eq!(gini(decimals(&[0, 0, 0, 8])), Some(Decimal::new(75, 2)));
        assert_eq!(gini(decimals(&[0, 0])), None);
        assert_eq!(distribution(Vec::new()), None);
    }

    proptest! {
        #[test]
        fn shares_total_a_hundred_and_are_off_by_less_than_one_step(parts in prop::collection::vec(0i64..1_000_000, 1..20)) {
            let parts = decimals(&parts);
            if let Some(shares) = shares(&parts, 2) {
                prop_assert_eq!(shares.iter().sum::<Decimal>(), Decimal::ONE_HUNDRED);
                let sum: Decimal = parts.iter().sum();
                for (s, p) in shares.iter().zip(&parts) {
                    prop_assert!((*s - *p * Decimal::ONE_HUNDRED / sum).abs() < Decimal::new(1, 2));
                }
            }
        }

        #[test]
        fn gini_by_its_definition(parts in prop::collection::vec(0i64..10_000, 1..12)) {
            let n = parts.len() as f64;
            let mean = parts.iter().sum::<i64>() as f64 / n;
            let pairs: i64 = parts.iter().flat_map(|a| parts.iter().map(move |b| (a - b).abs())).sum();
            match gini(decimals(&parts)) {
                Some(g) => prop_assert!((g.to_string().parse::<f64>().unwrap() - pairs as f64 / (2.0 * n * n * mean)).abs() < 1e-9),
                None => prop_assert!(mean == 0.0),
            }
        }
    }
}
