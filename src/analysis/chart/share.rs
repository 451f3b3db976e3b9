//! Shares that add up.
//!
//! Duty: percentages of a whole with two decimals whose sum is exactly 100.00 (largest remainder).
//! Input: parts. Output: texts without the sign. Neighbours: labels of stacked columns and of the ladder.

/// The share of each part in their sum, in percent with two decimals; together exactly 100.00.
///
/// `None` when there is no whole to take a share of: a negative or non-finite part, or a sum of zero.
/// Ties go to the earlier part, so the result depends on nothing but the input.
pub fn shares(parts: &[f64]) -> Option<Vec<String>> {
    let sum: f64 = parts.iter().sum();
    if !sum.is_finite() || sum <= 0.0 || parts.iter().any(|part| *part < 0.0) {
        return None;
    }
    let exact: Vec<f64> = parts.iter().map(|part| part / sum * 10_000.0).collect();
    let mut hundredths: Vec<i64> = exact.iter().map(|share| share.floor() as i64).collect();
    let left = 10_000 - hundredths.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let remainder = |i: &usize| exact.get(*i).map_or(0.0, |share| share - share.floor());
    crate::value::order::sort_by(&mut order, |a, b| remainder(b).total_cmp(&remainder(a)).then(a.cmp(b)));
    for i in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        if let Some(share) = hundredths.get_mut(i) {
            *share += 1;
        }
    }
    Some(hundredths.into_iter().map(|share| format!("{}.{:02}", share / 100, share % 100)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_shares() {
        assert_eq!(shares(&[1.0, 1.0, 1.0]), Some(vec!["33.34".into(), "33.33".into(), "33.33".into()]));
        assert_eq!(shares(&[0.0, 0.0]), None);
        assert_eq!(shares(&[2.0, -1.0]), None);
    }

    proptest! {
        #[test]
        fn always_a_hundred(parts in proptest::collection::vec(0.0..1e9f64, 1..12)) {
            if let Some(shares) = shares(&parts) {
                let sum: i64 = shares.iter().filter_map(|s| s.replace('.', "").parse::<i64>().ok()).sum();
                prop_assert_eq!(sum, 10_000);
            }
        }
    }
}
