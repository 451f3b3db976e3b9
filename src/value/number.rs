//! Numbers as people write them in cells and forms: `１，２３４`, `12.5万元`, `30余户`, `60万至80万`, `三千五`.
//!
//! Duty: one reader for worded numbers (domain §8.1–8.4), exact and in linear time. Input: the text of one
//! cell. Output: [`Parsed`] – face value, interval, wording, unit – or a typed refusal. Neighbours: `unit`
//! names the units; `quantity` is what a field keeps; the article reader finds figures and reads them here.

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use super::fold::nfkc;
use super::{Modifier, ParseError, ParseReason, unit};

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

/// More than this many digits are no figure of a village, and money could not hold them.
const MOST_DIGITS: usize = 18;
/// No figure reaches this, whatever its unit.
const LARGEST: i64 = 1_000_000_000_000_000_000;
/// A cell with more characters than this holds prose.
const LONGEST: usize = 64;

/// How a wording opens an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wording {
    Exact,
    Forecast,
    /// 余, 多: up to the next step
    Step,
    /// 超, 逾: open
    Above,
    AtLeast,
    Nearly,
    About,
    Under,
    AtMost,
}

/// Words before a number, the longer ones first.
const LEADS: &[(&str, Wording)] = &[
    ("不超过", Wording::AtMost),
    ("不高于", Wording::AtMost),
    ("不低于", Wording::AtLeast),
    ("不少于", Wording::AtLeast),
    ("达到了", Wording::Exact),
    ("人民币", Wording::Exact),
    ("最多", Wording::AtMost),
    ("至少", Wording::AtLeast),
    ("超过", Wording::Above),
    ("突破", Wording::Above),
    ("高于", Wording::Above),
    ("多于", Wording::Above),
    ("将近", Wording::Nearly),
    ("接近", Wording::Nearly),
    ("逼近", Wording::Nearly),
    ("大约", Wording::About),
    ("大概", Wording::About),
    ("不足", Wording::Under),
    ("不到", Wording::Under),
    ("低于", Wording::Under),
    ("未满", Wording::Under),
    ("达到", Wording::Exact),
    ("共计", Wording::Exact),
    ("合计", Wording::Exact),
    ("总计", Wording::Exact),
    ("累计", Wording::Exact),
    ("只有", Wording::Exact),
    ("预计", Wording::Forecast),
    ("预期", Wording::Forecast),
    ("预估", Wording::Forecast),
    ("有望", Wording::Forecast),
    ("计划", Wording::Forecast),
    ("力争", Wording::Forecast),
    ("超", Wording::Above),
    ("逾", Wording::Above),
    ("近", Wording::Nearly),
    ("约", Wording::About),
    ("达", Wording::Exact),
    ("共", Wording::Exact),
    ("仅", Wording::Exact),
    ("为", Wording::Exact),
    ("上", Wording::AtLeast),
    ("¥", Wording::Exact),
];

/// Words after a number.
const TAILS: &[(&str, Wording)] = &[
    ("及以上", Wording::AtLeast),
    ("及以下", Wording::AtMost),
    ("以上", Wording::AtLeast),
    ("以下", Wording::AtMost),
    ("以内", Wording::AtMost),
    ("左右", Wording::About),
    ("上下", Wording::About),
    ("前后", Wording::About),
    ("之多", Wording::Exact),
    ("整", Wording::Exact),
    ("起", Wording::AtLeast),
    ("余", Wording::Step),
    ("多", Wording::Step),
];

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
            return Ok(Decimal::new(n as i64, places as u32).normalize());
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
    let chars = normalise(text);
    Reader { chars: &chars, at: 0 }.figure().map_err(refuse)
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

/// One value with its scale and its unit, as it stands on one side of a range.
struct Side {
    value: Decimal,
    /// Product of the scales; 1 when none was written.
    scale: Decimal,
    step: bool,
    unit: Option<String>,
    percent: bool,
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
}

type Read<T> = Result<T, ParseReason>;

impl Reader<'_> {
    fn rest(&self) -> &[char] {
        self.chars.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
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
        if self.at != self.chars.len() {
            return Err(ParseReason::NotANumber);
        }
        if side.value.checked_mul(side.scale).is_none_or(|n| n.abs() >= Decimal::from(LARGEST)) {
            return Err(ParseReason::OutOfRange);
        }
        if wording == Wording::Exact {
            wording = if side.step { Wording::Step } else { tail };
        }
        Ok(with_interval(wording, side, forecast))
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
        let closed = self.eat(")") && self.at == self.chars.len();
        if !closed || side.step || side.value.is_sign_negative() {
            return Err(ParseReason::NotANumber);
        }
        let face = -side.value.checked_mul(side.scale).ok_or(ParseReason::OutOfRange)?;
        Ok(Parsed { unit: side.unit.clone(), percent: side.percent, ..Parsed::exact(face) })
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
            Side { value: Decimal::from(50), scale: Decimal::ONE, step: false, unit: None, percent: true }
        } else {
            self.number()?
        };
        if negative {
            side.value = -side.value;
        }
        if !side.percent {
            self.unit_of(&mut side);
        }
        Ok(side)
    }

    fn unit_of(&mut self, side: &mut Side) {
        if self.eat("成") {
            side.percent = true;
            side.scale *= Decimal::TEN;
        } else if let Some((found, used)) = unit::prefix(self.rest()) {
            self.at += used;
            side.percent = found.class == unit::Class::Percent;
            side.unit = (!side.percent).then_some(found.name);
            if !side.step {
                side.step = self.peek() == Some('余') && self.at + 1 == self.chars.len() && self.eat("余");
            }
        }
    }

    fn number(&mut self) -> Read<Side> {
        let (value, chinese) = match self.peek() {
            Some(c) if c.is_ascii_digit() => (self.arabic()?, false),
            Some('百' | '千' | '万' | '亿') if self.at > 0 && self.chars.get(self.at - 1) == Some(&'上') =>
            {
                return self.class_word();
            }
            _ => (self.chinese()?, true),
        };
        let mut side = Side { value, scale: Decimal::ONE, step: false, unit: None, percent: false };
        loop {
            if matches!(self.peek(), Some('余' | '多' | '来' | '几')) && !side.step {
                side.step = true;
                self.at += 1;
            } else if let Some(size) = self.peek().and_then(unit::scale_of) {
                // 千克 and 千米 are units of their own; 千 in 12千克 would be right too, but say it in 公斤.
                if unit::prefix(self.rest()).is_some_and(|(u, _)| matches!(&*u.name, "公斤" | "公里")) {
                    break;
                }
                side.scale = side.scale.checked_mul(Decimal::from(size)).ok_or(ParseReason::OutOfRange)?;
                self.at += 1;
            } else if !chinese && !side.step && side.scale > Decimal::ONE && self.smaller_follows() {
                side = self.chain(side)?;
            } else {
                break;
            }
        }
        if side.scale > Decimal::from(10_000_000_000_000_000i64) {
            return Err(ParseReason::OutOfRange);
        }
        Ok(side)
    }

    fn smaller_follows(&self) -> bool {
        self.peek().is_some_and(|c| c.is_ascii_digit())
    }

    /// 1亿2000万: the second part must have a scale of its own, below the first.
    fn chain(&mut self, first: Side) -> Read<Side> {
        let mut value = self.arabic()?;
        let mut scale = Decimal::ONE;
        while let Some(size) = self.peek().and_then(unit::scale_of) {
            scale = scale.checked_mul(Decimal::from(size)).ok_or(ParseReason::OutOfRange)?;
            self.at += 1;
        }
        value = value.checked_mul(scale).ok_or(ParseReason::OutOfRange)?;
        if scale == Decimal::ONE || value >= first.scale {
            return Err(ParseReason::NotANumber);
        }
        let head = first.value.checked_mul(first.scale).ok_or(ParseReason::OutOfRange)?;
        let sum = head.checked_add(value).ok_or(ParseReason::OutOfRange)?;
        let value = sum.checked_div(scale).ok_or(ParseReason::OutOfRange)?;
        Ok(Side { value, scale, ..first })
    }

    /// 上万, 上百: a class of size, at least so many. Said by the unit scale alone.
    fn class_word(&mut self) -> Read<Side> {
        let mut scale = Decimal::ONE;
        while let Some(size) = self.peek().and_then(unit::scale_of) {
            scale = scale.checked_mul(Decimal::from(size)).ok_or(ParseReason::OutOfRange)?;
            self.at += 1;
            if scale > Decimal::from(1_000_000_000_000i64) {
                return Err(ParseReason::OutOfRange);
            }
        }
        if scale == Decimal::ONE {
            return Err(ParseReason::NotANumber);
        }
        Ok(Side { value: Decimal::ONE, scale, step: false, unit: None, percent: false })
    }

    /// Digits, thousands separators in groups of three, one point.
    fn arabic(&mut self) -> Read<Decimal> {
        let mut digits = String::with_capacity(24);
        let mut since_comma: Option<usize> = None;
        let mut places: Option<usize> = None;
        while let Some(c) = self.peek() {
            match c {
                '0'..='9' => {
                    digits.push(c);
                    since_comma = since_comma.map(|n| n + 1);
                    places = places.map(|n| n + 1);
                }
                ',' | ' ' | '\'' if places.is_none() && self.digit_after() => {
                    let lead = since_comma.unwrap_or(digits.len());
                    let fits = if since_comma.is_some() { lead == 3 } else { (1..=3).contains(&lead) };
                    if !fits {
                        return Err(ParseReason::NotANumber);
                    }
                    since_comma = Some(0);
                }
                '.' if places.is_none() && self.digit_after() => {
                    places = Some(0);
                    if since_comma.is_some_and(|n| n != 3) {
                        return Err(ParseReason::NotANumber);
                    }
                    since_comma = None;
                }
                _ => break,
            }
            self.at += 1;
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            return Err(ParseReason::PrecisionLost);
        }
        if since_comma.is_some_and(|n| n != 3) || digits.is_empty() {
            return Err(ParseReason::NotANumber);
        }
        if digits.trim_start_matches('0').len() > MOST_DIGITS {
            return Err(ParseReason::OutOfRange);
        }
        let mantissa: i64 = digits.parse().map_err(|_| ParseReason::OutOfRange)?;
        let places = u32::try_from(places.unwrap_or(0)).map_err(|_| ParseReason::OutOfRange)?;
        Decimal::try_new(mantissa, places).map_err(|_| ParseReason::OutOfRange)
    }

    fn digit_after(&self) -> bool {
        self.chars.get(self.at + 1).is_some_and(char::is_ascii_digit)
    }

    /// 三千五百, 二零二四, 十二点五. 万 and 亿 are left to the scales after it, unless more digits follow.
    fn chinese(&mut self) -> Read<Decimal> {
        let start = self.at;
        let mut whole = ChineseNumber::default();
        while let Some(c) = self.peek() {
            let later = self.chars.get(self.at + 1).is_some_and(|n| chinese_digit(*n).is_some());
            if matches!(c, '万' | '亿') && !later || !whole.take(c)? {
                break;
            }
            self.at += 1;
        }
        if self.at == start {
            return Err(ParseReason::NotANumber);
        }
        let mut value = whole.value()?;
        if self.peek() == Some('点') {
            self.at += 1;
            let mut place = Decimal::ONE;
            let mut any = false;
            while let Some(d) = self.peek().and_then(chinese_digit) {
                place = place.checked_div(Decimal::TEN).ok_or(ParseReason::OutOfRange)?;
                value = value.checked_add(Decimal::from(d) * place).ok_or(ParseReason::OutOfRange)?;
                self.at += 1;
                any = true;
            }
            if !any {
                return Err(ParseReason::NotANumber);
            }
        }
        Ok(value)
    }

    fn range(&mut self, first: &Side, forecast: bool) -> Read<Option<Parsed>> {
        let back = self.at;
        let joined = ["至", "到", "~", "—", "–", "-", "∼"].iter().any(|s| self.eat(s));
        if !joined {
            return Ok(None);
        }
        while self.eat("—") || self.eat("-") {}
        let second = match self.side() {
            Ok(second) if self.tails() == Wording::Exact && self.at == self.chars.len() => second,
            Ok(_) => return Err(ParseReason::NotANumber),
            Err(e) => {
                self.at = back;
                return Err(e);
            }
        };
        let inherits = first.scale == Decimal::ONE && first.unit.is_none() && first.value < second.value;
        let scale = if inherits { second.scale } else { first.scale };
        let low = first.value.checked_mul(scale).ok_or(ParseReason::OutOfRange)?;
        let high = second.value.checked_mul(second.scale).ok_or(ParseReason::OutOfRange)?;
        let units_differ = first.unit.is_some() && second.unit.is_some() && first.unit != second.unit;
        if low > high || units_differ || first.step || second.step {
            return Err(ParseReason::NotANumber);
        }
        Ok(Some(Parsed {
            low: Some(low),
            high: Some(high),
            modifier: Modifier::Range,
            unit: second.unit.or_else(|| first.unit.clone()),
            scaled: scale > Decimal::ONE || second.scale > Decimal::ONE,
            percent: first.percent || second.percent,
            forecast,
            ..Parsed::exact(low)
        }))
    }
}

#[derive(Default)]
struct ChineseNumber {
    total: i64,
    section: i64,
    digit: Option<i64>,
    last: i64,
    positional: bool,
    zero: bool,
}

fn chinese_digit(c: char) -> Option<i64> {
    Some(match c {
        '零' => 0,
        '一' | '壹' => 1,
        '二' | '两' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

impl ChineseNumber {
    /// Takes one numeral; `false` when `c` is none.
    fn take(&mut self, c: char) -> Read<bool> {
        let big = || ParseReason::OutOfRange;
        if let Some(d) = chinese_digit(c) {
            if let Some(before) = self.digit {
                if before != 0 || self.positional {
                    self.positional = true;
                    self.digit = Some(before.checked_mul(10).and_then(|b| b.checked_add(d)).ok_or_else(big)?);
                    return Ok(true);
                }
                self.zero = true;
            }
            self.digit = Some(d);
            self.zero |= d == 0;
            return Ok(true);
        }
        let Some(size) = unit::scale_of(c) else { return Ok(false) };
        if self.digit.is_none() && self.section == 0 && c != '十' {
            return Ok(false);
        }
        if size >= 10_000 {
            let section = self.section.checked_add(self.digit.take().unwrap_or(0)).ok_or_else(big)?;
            self.total =
                self.total.checked_add(section.checked_mul(size).ok_or_else(big)?).ok_or_else(big)?;
            self.section = 0;
        } else {
            let n = self.digit.take().unwrap_or(1).checked_mul(size).ok_or_else(big)?;
            self.section = self.section.checked_add(n).ok_or_else(big)?;
        }
        self.last = size;
        self.zero = false;
        Ok(true)
    }

    /// 三千五 is 3500, 三千零五 is 3005.
    fn value(&self) -> Read<Decimal> {
        let short = self.last >= 100 && !self.zero && !self.positional;
        let tail = self.digit.unwrap_or(0);
        let tail = if short { tail.checked_mul(self.last / 10) } else { Some(tail) };
        let sum = tail
            .and_then(|t| self.section.checked_add(t))
            .and_then(|s| self.total.checked_add(s))
            .ok_or(ParseReason::OutOfRange)?;
        Ok(Decimal::from(sum))
    }
}

/// The place of the last digit that is not zero: 3500 → 100, 12.5 → 0.1.
fn step_of(n: Decimal) -> Decimal {
    let n = n.normalize();
    if n.scale() > 0 {
        return Decimal::new(1, n.scale());
    }
    let mut step = Decimal::ONE;
    let mut rest = n.mantissa();
    while rest != 0 && rest % 10 == 0 {
        rest /= 10;
        step *= Decimal::TEN;
    }
    step
}

/// (N, N+p); where N+p is no rounder number (15余), up to the next multiple of ten (domain §8.3).
fn stepped(n: Decimal) -> Option<Decimal> {
    let step = step_of(n);
    if step == Decimal::ONE {
        let tens = n.checked_div(Decimal::TEN)?.floor().checked_add(Decimal::ONE)?;
        return tens.checked_mul(Decimal::TEN);
    }
    n.checked_add(step)
}

fn with_interval(wording: Wording, side: Side, forecast: bool) -> Parsed {
    let n = side.value.checked_mul(side.scale).unwrap_or(side.value);
    let share = |hundredths: i64| n.checked_mul(Decimal::new(hundredths, 2)).map(|d| d.normalize());
    let zero = Some(Decimal::ZERO);
    let (low, high, modifier) = match wording {
        Wording::Exact | Wording::Forecast => (Some(n), Some(n), Modifier::Exact),
        Wording::Step => (Some(n), stepped(n), Modifier::Over),
        Wording::Above => (Some(n), None, Modifier::Over),
        Wording::AtLeast => (Some(n), None, Modifier::AtLeast),
        Wording::Nearly => (share(90), Some(n), Modifier::Nearly),
        Wording::About => (share(95), share(105), Modifier::About),
        Wording::Under => (zero, Some(n), Modifier::Under),
        Wording::AtMost => (zero, Some(n), Modifier::AtMost),
    };
    // A negative figure has its interval the other way round (约-500).
    let (low, high) = match (low, high) {
        (Some(a), Some(b)) if a > b => (Some(b), Some(a)),
        other => other,
    };
    Parsed {
        face: n,
        low,
        high,
        modifier,
        unit: side.unit,
        scaled: side.scale > Decimal::ONE && !side.percent,
        percent: side.percent,
        forecast,
    }
}

#[cfg(test)]
mod tests;
