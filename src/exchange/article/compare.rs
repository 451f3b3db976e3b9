//! One figure against one value: agrees, differs, or nothing to hold it against (domain §8.2, §8.6).
//!
//! Duty: the interval as meant, the strict one, and how the figure had better be written. Inputs: what the figure
//! says and the exact value in the figure's unit. Outputs: [`Verdict`]. Neighbours: the page and the command line
//! find the value; `value::number` declares the intervals.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use crate::value::figure::Reading;
use crate::value::{Modifier, Text};

/// How a figure stands to the ledger.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Verdict {
    /// Inside the interval.
    Agrees {
        /// Inside as meant, outside read strictly (200万余 against 235万): how to write it.
        #[serde(skip_serializing_if = "Option::is_none")]
        better: Option<Text>,
    },
    /// Outside the interval.
    Differs {
        /// The value less the nearest bound.
        #[serde(with = "rust_decimal::serde::str")]
        by: Decimal,
        /// The same in percent of the bound.
        #[serde(skip_serializing_if = "Option::is_none", with = "rust_decimal::serde::str_option")]
        percent: Option<Decimal>,
        /// How the value would be written in the figure's own style.
        #[serde(skip_serializing_if = "Option::is_none")]
        better: Option<Text>,
    },
    /// What is to come is never held against what there is (domain §8.3).
    Ahead,
    /// Linked, and the ledger has no value there.
    NoData,
    /// Linked to nothing.
    NotLinked,
}

/// What is known about the value behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behind {
    /// Nobody has linked it.
    NotLinked,
    /// The ledger has no value.
    Missing,
    /// This is the value, in the figure's unit.
    Value(Decimal),
}

/// Holds a figure against what is behind it. An exact figure was rounded to `step`, the last place that is printed
/// (domain §10.5-4): 29.02万 is any value that rounds to it.
pub fn compare(reading: &Reading, behind: Behind, step: Decimal) -> Verdict {
    let actual = match behind {
        Behind::NotLinked => return Verdict::NotLinked,
        _ if reading.forecast => return Verdict::Ahead,
        Behind::Missing => return Verdict::NoData,
        Behind::Value(actual) => actual,
    };
    if reading.modifier == Modifier::Exact && rounded(actual, step) == Some(reading.face) {
        return Verdict::Agrees { better: None };
    }
    let outside = distance(reading, reading.low, reading.high, actual);
    if outside.is_none() {
        let strictly = distance(reading, reading.strict.0, reading.strict.1, actual).is_none();
        return Verdict::Agrees {
            better: (!strictly).then(|| style(reading, actual, Decimal::TEN)).flatten(),
        };
    }
    let by = outside.unwrap_or_default();
    let base = if by.is_sign_negative() { reading.low } else { reading.high.or(reading.low) };
    let percent =
        base.filter(|b| !b.is_zero()).and_then(|b| by.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(b));
    Verdict::Differs {
        by: by.normalize(),
        percent: percent.map(|p| p.round_dp(2).normalize()),
        better: style(reading, actual, Decimal::ONE),
    }
}

/// Half away from zero, as people round.
fn rounded(n: Decimal, step: Decimal) -> Option<Decimal> {
    let steps = n.checked_div(step)?;
    let whole = steps.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    whole.checked_mul(step).map(|n| n.normalize())
}

/// The size of the last place that a figure is printed with, in its unit: 100元 of 29.02万元.
pub fn printed(figure: &str, reading: &Reading) -> Decimal {
    let folded: String = crate::value::fold::nfkc(figure).chars().filter(|c| !c.is_whitespace()).collect();
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let number: String = folded
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(|c| digits(*c))
        .filter(|c| *c != ',')
        .collect();
    let Ok(face) = number.parse::<Decimal>() else { return last_place(reading.face) };
    let last = Decimal::new(1, face.scale());
    // 万, 亿: how much more the figure is than its digits.
    match reading.face.abs().checked_div(face) {
        Some(scale) if !scale.is_zero() => scale.checked_mul(last).unwrap_or(last),
        _ => last,
    }
}

/// Of a number in Chinese numerals the last place that is not zero, at most one.
fn last_place(face: Decimal) -> Decimal {
    crate::value::number::last_place(face).min(Decimal::ONE)
}

/// How far `actual` lies outside; none when inside. 余, 超 and 近 leave their own bound out (§8.6: never 超 for
/// x = N).
fn distance(
    reading: &Reading,
    low: Option<Decimal>,
    high: Option<Decimal>,
    actual: Decimal,
) -> Option<Decimal> {
    let open_low = reading.modifier == Modifier::Over;
    let open_high = matches!(reading.modifier, Modifier::Over | Modifier::Nearly | Modifier::Under);
    let below = low.filter(|low| actual < *low || open_low && actual == *low);
    let above = high.filter(|high| actual > *high || open_high && actual == *high);
    below.or(above).and_then(|bound| actual.checked_sub(bound))
}

/// The value in the figure's style: 3614 for 3500余 is 3600余. `finer` asks for one more digit.
fn style(reading: &Reading, actual: Decimal, finer: Decimal) -> Option<Text> {
    let unit = reading.unit.as_deref().unwrap_or_default();
    let plain = |n: Decimal| format!("{}{unit}", scaled(n, "", places(unit)));
    if reading.modifier != Modifier::Over || reading.high.is_none() || !actual.is_sign_positive() {
        let fits = matches!(reading.modifier, Modifier::Exact | Modifier::Over);
        return fits.then(|| Text::from(plain(actual)));
    }
    let step = place(reading.face).checked_div(finer)?.max(Decimal::ONE);
    let face = actual.checked_div(step)?.floor().checked_mul(step)?;
    let written = if face == actual || face.is_zero() {
        plain(actual)
    } else {
        format!("{}{unit}", scaled(face, "余", places(unit)))
    };
    Some(Text::from(written))
}

fn place(face: Decimal) -> Decimal {
    crate::value::number::last_place(face).max(Decimal::ONE)
}

/// Decimals that people write before 万: money to the yuan, anything else to the hundredth.
fn places(unit: &str) -> u32 {
    if unit == "元" { 4 } else { 2 }
}

/// 3600余, 230余万: with 万 from one 万 on where nothing is lost, with 亿 from one 亿 on.
fn scaled(n: Decimal, step: &str, places: u32) -> String {
    let sizes = [(Decimal::from(100_000_000), "亿"), (Decimal::from(10_000), "万")];
    for (size, word) in sizes {
        let Some(part) = n.checked_div(size).map(|p| p.normalize()) else { continue };
        if part >= Decimal::ONE && part.scale() <= places {
            // 1.2万余: after a fraction the 余 stands behind the scale.
            return if part.fract().is_zero() {
                format!("{part}{step}{word}")
            } else {
                format!("{part}{word}{step}")
            };
        }
    }
    format!("{}{step}", n.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::figure::{What, read};

    fn reading(text: &str) -> Reading {
        let chars: Vec<char> = text.chars().collect();
        let found = read(&chars, None)
            .into_iter()
            .find_map(|f| if let What::Figure(r) = f.what { Some(r) } else { None });
        found.unwrap_or_else(|| panic!("no figure in {text}"))
    }

    fn against(text: &str, actual: &str) -> String {
        let actual = Behind::Value(actual.parse().unwrap());
        let reading = reading(text);
        let figure: String = text.chars().skip_while(|c| !c.is_ascii_digit()).collect();
        match compare(&reading, actual, printed(&figure, &reading)) {
            Verdict::Agrees { better: None } => "agrees".to_owned(),
            Verdict::Agrees { better: Some(b) } => format!("agrees, 宜写{b}"),
            Verdict::Differs { by, better, .. } => {
                format!("differs by {by}, {}", better.as_deref().unwrap_or("-"))
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn inside_outside_and_how_to_write_it() {
        for (text, actual, want) in [
            ("农户3500余户", "3521", "agrees"),
            ("农户3500余户", "3614", "differs by 14, 3600余户"),
            ("农户3500余户", "3500", "differs by 0, 3500户"),
            ("投资200万余元", "2350000", "agrees, 宜写230余万元"),
            ("投资200万余元", "2004000", "agrees"),
            ("面积8850亩", "8850", "agrees"),
            ("面积8850亩", "8849.4", "differs by -0.6, 8849.4亩"),
            ("面积8850亩", "8849.5", "agrees"),
            ("面积8849.0亩", "8849.4", "differs by 0.4, 8849.4亩"),
            ("收入29.02万元", "290245.6", "agrees"),
            ("收入29.02万元", "290250", "differs by 50, 29.025万元"),
            ("产值超2.2亿元", "220000000", "differs by 0, 2.2亿元"),
            ("产值超2.2亿元", "231000000", "agrees"),
            ("收入近3万元", "29500", "agrees"),
            ("收入近3万元", "26000", "differs by -1000, -"),
            ("年产值60万至80万", "700000", "agrees"),
            ("约500户", "530", "differs by 5, -"),
        ] {
            assert_eq!(against(text, actual), want, "{text} {actual}");
        }
        let ahead = reading("预计3户");
        assert_eq!(compare(&ahead, Behind::Value(Decimal::ONE), Decimal::ONE), Verdict::Ahead);
        assert_eq!(compare(&ahead, Behind::Missing, Decimal::ONE), Verdict::Ahead);
        assert_eq!(compare(&reading("3户"), Behind::Missing, Decimal::ONE), Verdict::NoData);
        assert_eq!(compare(&reading("3户"), Behind::NotLinked, Decimal::ONE), Verdict::NotLinked);
    }
}
