//! Numbers as people write them in cells and forms: `１，２３４`, `12.5万元`, `30余户`, `60万至80万`, `三千五`.
//!
//! Duty: one reader for worded numbers (domain §8.1–8.4), exact and in linear time. Input: the text of one
//! cell. Output: [`Parsed`] – face value, interval, wording, unit – or a typed refusal. Neighbours: `unit`
//! names the units; `quantity` is what a field keeps; `figure` finds worded numbers in sentences with the same
//! [`numeral`]s and [`wording`]s.

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use super::fold::nfkc;
use super::{Modifier, ParseError, ParseReason, unit};
use numeral::{Numeral, Step};
use wording::{Interval, LEADS, TAILS, Wording};

pub(super) mod numeral;
pub(super) mod wording;

/// What a worded number says. `face`, `low` and `high` are in `unit`, scales folded in.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The number as written; the lower end of a range.
    pub face: Decimal,
    /// Lower bound; equal to `face` when exact.
    pub low: Option<Decimal>,
    /// Upper bound; open when missing.
    pub high: Option<Decimal>,
    /// Class of the wording.
    pub modifier: Modifier,
    /// The unit glued to it, by its usual word and without scale: 元 for 万元.
    pub unit: Option<String>,
    /// A scale (万, 亿 …) was written: the number counts units, not the column's 万元.
    pub scaled: bool,
    /// A percentage; `face` is 0–100.
    pub percent: bool,
    /// 预计, 有望: not an actual figure.
    pub forecast: bool,
}

/// No figure reaches this, whatever its unit.
const LARGEST: i64 = 1_000_000_000_000_000_000;
/// A cell with more characters than this holds prose.
const LONGEST: usize = 64;

const ERRORS: &[&str] = &["#REF!", "#DIV/0!", "#VALUE!", "#N/A", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"];

/// Whether `text` is one of Excel's error values.
pub fn is_formula_error(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('#')
        && (ERRORS.iter().any(|e| text.eq_ignore_ascii_case(e)) || text.chars().all(|c| c == '#'))
}

/// One character in Simplified, where tables and articles mix the two (domain §8.1).
pub fn simplified(c: char) -> char {
    const PAIRS: &[(char, char)] = &[
        ('萬', '万'),
        ('億', '亿'),
        ('餘', '余'),
        ('個', '个'),
        ('畝', '亩'),
        ('戶', '户'),
        ('約', '约'),
        ('達', '达'),
        ('處', '处'),
        ('頭', '头'),
        ('隻', '只'),
        ('張', '张'),
        ('噸', '吨'),
        ('頃', '顷'),
        ('兩', '两'),
        ('貳', '二'),
        ('參', '三'),
        ('陸', '六'),
        ('場', '场'),
        ('間', '间'),
        ('項', '项'),
        ('門', '门'),
        ('條', '条'),
        ('幾', '几'),
        ('來', '来'),
        ('將', '将'),
        ('過', '过'),
        ('預', '预'),
        ('計', '计'),
        ('〇', '零'),
    ];
    PAIRS.iter().find(|(t, _)| *t == c).map_or(c, |(_, s)| *s)
}

/// A line of labels made comparable: NFKC and without blanks; letters stay as they are.
pub fn normalise_words(text: &str) -> String {
    nfkc(text).chars().filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{feff}')).collect()
}

/// NFKC, Simplified, no blanks except between two digits, where a blank may be a separator.
pub(super) fn normalise(text: &str) -> Vec<char> {
    let mut out: Vec<char> = Vec::with_capacity(text.len().min(4 * LONGEST));
    let mut gap = false;
    for c in nfkc(text).chars().map(simplified) {
        if c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}') {
            gap = true;
            continue;
        }
        if gap && c.is_ascii_digit() && out.last().is_some_and(char::is_ascii_digit) {
            out.push(' ');
        }
        gap = false;
        out.push(if matches!(c, '−' | '﹣') { '-' } else { c });
    }
    out
}

/// The decimal that a person typed into a number cell: 15 significant digits, as Excel shows them, so that
/// `12.340000000000002` from a formula is 12.34 again.
pub fn from_f64(f: f64) -> Result<Decimal, ParseReason> {
    const POWERS: [f64; 7] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
    if !f.is_finite() || f.abs() >= 1e15 {
        return Err(ParseReason::PrecisionLost);
    }
    // The double nearest to n / 10^d is f itself: then n / 10^d is what was typed. No text is made.
    for (places, power) in POWERS.iter().enumerate() {
        let n = (f * power).round();
        #[allow(clippy::float_cmp)] // equality of bit patterns is the question
        if n.abs() < 1e15 && n / power == f {
            return Ok(Decimal::new(n as i64, places as u32));
        }
    }
    let shown = format!("{f:.14e}");
    let rounded = shown.parse::<f64>().ok().and_then(Decimal::from_f64);
    Decimal::from_scientific(&shown).ok().or(rounded).map(|d| d.normalize()).ok_or(ParseReason::OutOfRange)
}

/// Reads a worded number.
pub fn parse(text: &str) -> Result<Parsed, ParseError> {
    let refuse = |reason| ParseError::new(text, reason);
    if let Some(plain) = plain(text.trim()) {
        return Ok(Parsed::exact(plain));
    }
    if is_formula_error(text) {
        return Err(refuse(ParseReason::FormulaError));
    }
    if text.chars().nth(LONGEST).is_some() {
        return Err(refuse(ParseReason::NotANumber));
    }
    let text = without_marks(text).ok_or_else(|| refuse(ParseReason::NotANumber))?;
    let chars = normalise(text);
    Reader { chars: &chars, at: 0 }.figure().map_err(refuse)
}

/// 12①, 20² and 3.5* carry marks of footnotes, which are no digits; nothing where such a mark stands inside the number.
fn without_marks(text: &str) -> Option<&str> {
    let raised = |c: char| matches!(c, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹' | '①'..='⑳' | '⑴'..='⒇' | '❶'..='❿');
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let plain = text.trim_end();
    let bare = plain.trim_end_matches(|c| raised(c) || matches!(c, '*' | '※' | '＊'));
    let rest = if bare.ends_with(digit) { bare } else { plain };
    let inside =
        rest.chars().zip(rest.chars().skip(1)).any(|(a, b)| digit(a) && raised(b) || raised(a) && digit(b));
    (!inside).then_some(rest)
}

/// Digits with at most one point: most cells, read without a detour.
fn plain(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let simple = digits.len() <= 16
        && digits.bytes().next().is_some_and(|b| b.is_ascii_digit())
        && digits.bytes().next_back().is_some_and(|b| b.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.bytes().filter(|b| *b == b'.').count() <= 1;
    if simple { Decimal::from_str_exact(text).ok() } else { None }
}

impl Parsed {
    fn exact(face: Decimal) -> Self {
        Self {
            face,
            low: Some(face),
            high: Some(face),
            modifier: Modifier::Exact,
            unit: None,
            scaled: false,
            percent: false,
            forecast: false,
        }
    }

    /// Whether the wording leaves nothing open.
    pub fn is_exact(&self) -> bool {
        self.modifier == Modifier::Exact && !self.forecast
    }
}

/// One value with its unit, as it stands on one side of a range.
struct Side {
    number: Numeral,
    unit: Option<String>,
    percent: bool,
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
}

type Read<T> = Result<T, ParseReason>;

impl Side {
    fn face(&self) -> Read<Decimal> {
        self.number.face().filter(|n| n.abs() < Decimal::from(LARGEST)).ok_or(ParseReason::OutOfRange)
    }
}

impl Reader<'_> {
    fn rest(&self) -> &[char] {
        self.chars.get(self.at..).unwrap_or_default()
    }

    fn at_end(&self) -> bool {
        self.at == self.chars.len()
    }

    fn eat(&mut self, word: &str) -> bool {
        let mut rest = self.rest().iter();
        let fits = word.chars().all(|c| rest.next().is_some_and(|r| *r == c));
        if fits {
            self.at += word.chars().count();
        }
        fits
    }

    fn eat_one(&mut self, words: &[(&str, Wording)]) -> Option<Wording> {
        words.iter().find(|(w, _)| self.eat(w)).map(|(_, m)| *m)
    }

    fn figure(&mut self) -> Read<Parsed> {
        let (mut wording, forecast) = self.leads();
        let bracketed = self.eat("(");
        let first = self.side()?;
        if bracketed {
            return self.in_brackets(&first);
        }
        if let Some(range) = self.range(&first, forecast)? {
            return Ok(range);
        }
        let tail = self.tails();
        let mut side = first;
        if side.unit.is_none() && !side.percent {
            self.unit_of(&mut side);
        }
        if !self.at_end() {
            return Err(ParseReason::NotANumber);
        }
        if wording == Wording::Exact {
            wording = if side.number.step.is_some() { Wording::Step } else { tail };
        }
        let face = side.face()?;
        let interval = Interval::of(wording, face, side.number.step);
        Ok(Parsed {
            low: interval.low,
            high: interval.high,
            modifier: interval.modifier,
            // 一万二 says its scale as much as 1.2万 does.
            scaled: !side.percent && (side.number.scale > Decimal::ONE || side.number.says_scale()),
            unit: side.unit,
            percent: side.percent,
            forecast,
            face,
        })
    }

    fn leads(&mut self) -> (Wording, bool) {
        let (mut wording, mut forecast) = (Wording::Exact, false);
        while let Some(lead) = self.eat_one(LEADS) {
            match lead {
                Wording::Forecast => forecast = true,
                Wording::Exact => {}
                other => wording = other,
            }
        }
        (wording, forecast)
    }

    fn tails(&mut self) -> Wording {
        let mut wording = Wording::Exact;
        while let Some(tail) = self.eat_one(TAILS) {
            if wording == Wording::Exact {
                wording = tail;
            }
        }
        wording
    }

    /// `(1,234.00)` is how accountants write a negative amount.
    fn in_brackets(&mut self, side: &Side) -> Read<Parsed> {
        let closed = self.eat(")") && self.at_end();
        let face = side.face()?;
        if !closed || side.number.step.is_some() || face.is_sign_negative() {
            return Err(ParseReason::NotANumber);
        }
        Ok(Parsed { unit: side.unit.clone(), percent: side.percent, ..Parsed::exact(-face) })
    }

    fn side(&mut self) -> Read<Side> {
        let negative = if self.eat("-") || self.eat("负") {
            true
        } else {
            self.eat("+");
            false
        };
        let mut side = if self.eat("百分之") {
            Side { percent: true, ..self.number()? }
        } else if self.eat("一半") {
            Side { number: Numeral::exact(Decimal::from(50)), unit: None, percent: true }
        } else {
            self.number()?
        };
        if negative {
            side.number.value = -side.number.value;
        }
        if !side.percent {
            self.unit_of(&mut side);
        }
        Ok(side)
    }

    fn number(&mut self) -> Read<Side> {
        let bare = matches!(self.rest().first(), Some('百' | '千' | '万' | '亿'));
        let class = bare && self.at > 0 && self.chars.get(self.at - 1) == Some(&'上');
        let (number, end) = numeral::read(self.chars, self.at)?;
        if bare && !class && number.step.is_none() {
            return Err(ParseReason::NotANumber);
        }
        self.at = end;
        Ok(Side { number, unit: None, percent: false })
    }

    fn unit_of(&mut self, side: &mut Side) {
        if self.eat("成") {
            side.percent = true;
            side.number.scale *= Decimal::TEN;
        } else if let Some((found, used)) = unit::prefix(self.rest()) {
            self.at += used;
            side.percent = found.class == unit::Class::Percent;
            side.unit = (!side.percent).then_some(found.name);
            if side.number.step.is_none() && self.rest() == ['余'] && self.eat("余") {
                side.number.step = Some(Step::After(Decimal::ONE));
            }
        }
    }

    fn range(&mut self, first: &Side, forecast: bool) -> Read<Option<Parsed>> {
        if !RANGE_MARKS.iter().any(|s| self.eat(s)) {
            return Ok(None);
        }
        while self.eat("—") || self.eat("-") {}
        let second = self.side()?;
        if self.tails() != Wording::Exact || !self.at_end() {
            return Err(ParseReason::NotANumber);
        }
        let (low, high) = inherited((&first.number, first.unit.is_some() || first.percent), &second.number)
            .ok_or(ParseReason::OutOfRange)?;
        let units_differ = first.unit.is_some() && second.unit.is_some() && first.unit != second.unit;
        let stepped = first.number.step.is_some() || second.number.step.is_some();
        if low > high || units_differ || stepped {
            return Err(ParseReason::NotANumber);
        }
        Ok(Some(Parsed {
            low: Some(low),
            high: Some(high),
            modifier: Modifier::Range,
            unit: second.unit.or_else(|| first.unit.clone()),
            scaled: first.number.scale > Decimal::ONE || second.number.scale > Decimal::ONE,
            percent: first.percent || second.percent,
            forecast,
            ..Parsed::exact(low)
        }))
    }
}

/// The place of the last digit that is not zero: 3500 → 100, 12.5 → 0.1.
pub fn last_place(n: Decimal) -> Decimal {
    wording::step_of(n)
}

/// What joins the two ends of a range.
pub(super) const RANGE_MARKS: &[&str] = &["至", "到", "~", "—", "–", "-", "∼"];

/// The ends of a range. The first one takes the scale of the second when it has neither scale nor unit of its
/// own and is the smaller number: 60至80万 (domain §8.3).
pub(super) fn inherited(first: (&Numeral, bool), second: &Numeral) -> Option<(Decimal, Decimal)> {
    let (number, has_unit) = first;
    let inherits = number.scale == Decimal::ONE && !has_unit && number.value < second.value;
    let scale = if inherits { second.scale } else { number.scale };
    Some((number.value.checked_mul(scale)?, second.face()?))
}

#[cfg(test)]
mod tests;
