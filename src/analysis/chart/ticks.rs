//! Where the lines of a value axis lie.
//!
//! Duty: round numbers (1, 2, 2.5, 5 × 10ⁿ) in four to six steps that cover the data. Input: the lowest
//! and the highest value. Output: [`Ticks`] with their texts. Neighbours: the value axis of
//! stacked columns and lines.

/// The ticks of one axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticks {
    /// Ascending, four to six; the first and the last are the ends of the axis.
    pub values: Vec<f64>,
    /// Thousands separated, all with the same number of decimals.
    pub labels: Vec<String>,
}

/// Beyond this a count of villages or of 分 has lost its meaning, and floats their precision.
const LARGEST: f64 = 1e15;

/// Less than this is rounding noise, and its powers of ten would leave what a float can hold.
const SMALLEST: f64 = 1e-12;

impl Ticks {
    /// Ticks that cover `low..=high`. Values that are no numbers count as zero; an empty span becomes 0..1.
    pub fn cover(low: f64, high: f64) -> Ticks {
        let tame =
            |v: f64| if v.is_finite() && v.abs() > SMALLEST { v.clamp(-LARGEST, LARGEST) } else { 0.0 };
        let (low, high) = (tame(low), tame(high));
        let (mut low, mut high) = (low.min(high), low.max(high));
        if high - low < 1e-9 * high.abs().max(low.abs()).max(1e-6) {
            // A single value: let it stand in the middle of something.
            let room = if high == 0.0 { 1.0 } else { high.abs() * 0.5 };
            high += room;
            low = if low >= 0.0 { (low - room).max(0.0) } else { low - room };
        }
        let (step, exponent) = step(low, high);
        let (first, last) = span(low, high, step);
        let values: Vec<f64> = (first..=last).map(|k| k as f64 * step).collect();
        let decimals = decimals(step, exponent);
        let labels = values.iter().map(|v| grouped(*v, decimals)).collect();
        Ticks { values, labels }
    }

    /// Lower end of the axis.
    pub fn low(&self) -> f64 {
        self.values.first().copied().unwrap_or(0.0)
    }

    /// Upper end of the axis.
    pub fn high(&self) -> f64 {
        self.values.last().copied().unwrap_or(1.0)
    }
}

/// First and last multiple of `step` around the span. A hair of tolerance keeps 0.3 / 0.1 at three.
fn span(low: f64, high: f64, step: f64) -> (i64, i64) {
    ((low / step + 1e-9).floor() as i64, (high / step - 1e-9).ceil() as i64)
}

/// The step that needs three to five intervals and wastes least of the axis; and its power of ten.
///
/// Neighbouring steps differ by at most a factor two, so going down from one interval the count cannot
/// jump over three, four and five: there is always such a step.
fn step(low: f64, high: f64) -> (f64, i32) {
    let magnitude = (high - low).log10().floor() as i32;
    let mut best: Option<(f64, f64, i32)> = None;
    for exponent in (magnitude - 2..=magnitude + 1).rev() {
        for factor in [5.0, 2.5, 2.0, 1.0] {
            let step = factor * 10f64.powi(exponent);
            let (first, last) = span(low, high, step);
            let waste = (last - first) as f64 * step - (high - low);
            let fits = (3..=5).contains(&(last - first));
            // At equal waste the larger step comes first and stays: fewer lines, less ink.
            if fits && best.is_none_or(|(least, _, _)| waste < least * (1.0 - 1e-9)) {
                best = Some((waste, step, exponent));
            }
        }
    }
    best.map_or(((high - low) / 4.0, magnitude), |(_, step, exponent)| (step, exponent))
}

/// Decimals needed to write multiples of `step`.
fn decimals(step: f64, exponent: i32) -> usize {
    let whole = |scale: f64| ((step * scale).round() - step * scale).abs() < 1e-6 * step * scale;
    let from = usize::try_from(-exponent).unwrap_or(0);
    if whole(10f64.powi(i32::try_from(from).unwrap_or(0))) { from } else { from + 1 }
}

/// A number with thousands separators: 24,800 · −1,200 · 0.25. Minus is U+2212, as wide as a digit.
pub fn grouped(value: f64, decimals: usize) -> String {
    let text = format!("{:.*}", decimals, value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((text.as_str(), ""));
    let mut out = String::new();
    if value < 0.0 && text.chars().any(|c| c.is_ascii_digit() && c != '0') {
        out.push('−');
    }
    let digits = whole.chars().count();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (digits - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::num;
    use proptest::prelude::*;

    #[test]
    fn known_axes() {
        assert_eq!(Ticks::cover(0.0, 1034.0).labels, ["0", "250", "500", "750", "1,000", "1,250"]);
        assert_eq!(
            Ticks::cover(0.0, 22_120.0).labels,
            ["0", "5,000", "10,000", "15,000", "20,000", "25,000"]
        );
        assert_eq!(Ticks::cover(0.0, 0.9).labels, ["0.00", "0.25", "0.50", "0.75", "1.00"]);
        assert_eq!(Ticks::cover(-30.0, 100.0).labels, ["−50", "0", "50", "100"]);
        assert_eq!(Ticks::cover(0.0, 0.0).high(), 1.0);
        assert_eq!(grouped(-1234567.5, 1), "−1,234,567.5");
        assert_eq!(grouped(-0.001, 2), "0.00");
    }

    proptest! {
        #[test]
        fn nice_cover(a in -1e12..1e12f64, b in -1e12..1e12f64, scale in -9i32..3) {
            let (a, b) = (a * 10f64.powi(scale), b * 10f64.powi(scale));
            let ticks = Ticks::cover(a, b);
            let n = ticks.values.len();
            prop_assert!((4..=6).contains(&n), "{n} ticks");
            let step = (ticks.high() - ticks.low()) / (n - 1) as f64;
            prop_assert!(ticks.low() <= a.min(b) + step * 1e-6 && ticks.high() >= a.max(b) - step * 1e-6);
            let mantissa = step / 10f64.powf(step.log10().floor());
            prop_assert!([1.0, 2.0, 2.5, 5.0, 10.0].iter().any(|m| (mantissa - m).abs() < 1e-3), "step {step}");
            let distinct: std::collections::BTreeSet<_> = ticks.labels.iter().collect();
            prop_assert_eq!(distinct.len(), n);
        }

        #[test]
        fn zero_is_a_tick_when_it_is_inside(high in 1e-3..1e9f64, low in 0.0..1e9f64) {
            prop_assert!(Ticks::cover(-low, high).values.contains(&0.0));
        }

        #[test]
        fn wild_numbers_do_no_harm(a in num::f64::ANY, b in num::f64::ANY) {
            let ticks = Ticks::cover(a, b);
            prop_assert!(ticks.low() < ticks.high());
            prop_assert!(ticks.values.len() < 12);
        }
    }
}
