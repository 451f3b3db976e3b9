//! Digits and numerals: `1,304`, `12.5万`, `80余万`, `三千五`, `百余`.
//!
//! Duty: the number that begins at one place of a text, with its scales and its 余, exact and in linear
//! time. Inputs: normalised characters and a place. Outputs: [`Numeral`] and where it ends. Neighbours:
//! `number` reads whole cells with it, `figure` sentences.

use rust_decimal::Decimal;

use crate::value::{ParseReason, unit};

/// More than this many digits are no figure of a village, and money could not hold them.
const MOST_DIGITS: usize = 18;
/// No scale reaches further than 亿亿.
const LARGEST_SCALE: i64 = 10_000_000_000_000_000;

/// A number as it stands, without its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Numeral {
    pub value: Decimal,
    /// Product of the scales; 1 when none was written.
    pub scale: Decimal,
    /// Where its 余 stands.
    pub step: Option<Step>,
    /// Written in Chinese numerals.
    pub chinese: bool,
}

/// 余, 多, 来: how far they may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Before the scale (80余万), or there is none.
    Before,
    /// After this scale (200万余): strictly, less than one of it.
    After(Decimal),
}

impl Numeral {
    /// A number that is known without reading.
    pub const fn exact(value: Decimal) -> Self {
        Self { value, scale: Decimal::ONE, step: None, chinese: false }
    }

    /// Whether it is written in numerals that reach ten thousands: 一万二.
    pub fn says_scale(&self) -> bool {
        self.chinese && self.value.abs() >= Decimal::from(10_000)
    }

    /// The face value, scales folded in.
    pub fn face(&self) -> Option<Decimal> {
        self.value.checked_mul(self.scale)
    }
}

type Read<T> = Result<T, ParseReason>;

/// The number that begins at `at`, and where it ends.
pub(crate) fn read(chars: &[char], at: usize) -> Read<(Numeral, usize)> {
    let mut reader = Reader { chars, at };
    let numeral = reader.number()?;
    Ok((numeral, reader.at))
}

/// Whether `c` may stand for 余 inside a number.
pub(crate) const fn is_step(c: char) -> bool {
    matches!(c, '余' | '多' | '来' | '几')
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn rest(&self) -> &[char] {
        self.chars.get(self.at..).unwrap_or_default()
    }

    fn digit_at(&self, at: usize) -> bool {
        self.chars.get(at).is_some_and(char::is_ascii_digit)
    }

    fn number(&mut self) -> Read<Numeral> {
        let chinese = !self.digit_at(self.at);
        let value = match self.peek() {
            // 百余, 万多: the scale itself is the number; so it is in 上万 and 近百, which the caller knows.
            Some('百' | '千' | '万' | '亿') => Decimal::ONE,
            _ if chinese => self.chinese()?,
            _ => self.arabic()?,
        };
        let mut numeral = Numeral { value, scale: Decimal::ONE, step: None, chinese };
        let mut last = Decimal::ONE;
        while let Some(c) = self.peek() {
            if is_step(c) && numeral.step.is_none() {
                let scaled = last > Decimal::ONE;
                numeral.step = Some(if scaled { Step::After(last) } else { Step::Before });
                self.at += 1;
            } else if let Some(size) = unit::scale_of(c) {
                // 千克 and 千米 are units of their own; 千 in 12千克 would be right too, but say it in 公斤.
                if unit::is_own_unit(self.rest()) {
                    break;
                }
                last = Decimal::from(size);
                numeral.scale = numeral.scale.checked_mul(last).ok_or(ParseReason::OutOfRange)?;
                if numeral.step.is_some() {
                    numeral.step = Some(Step::Before);
                }
                self.at += 1;
            } else if numeral.step.is_none() && numeral.scale > Decimal::ONE && c.is_ascii_digit() {
                match self.chained(&numeral) {
                    Some(chained) => numeral = chained,
                    None => break,
                }
            } else {
                break;
            }
            if numeral.scale > Decimal::from(LARGEST_SCALE) {
                return Err(ParseReason::OutOfRange);
            }
        }
        Ok(numeral)
    }

    /// 1亿2000万: the second part must have a scale of its own, below the first.
    fn chained(&mut self, first: &Numeral) -> Option<Numeral> {
        let back = self.at;
        let chained = self.second_part(first);
        if chained.is_none() {
            self.at = back;
        }
        chained
    }

    fn second_part(&mut self, first: &Numeral) -> Option<Numeral> {
        let value = self.arabic().ok()?;
        let mut scale = Decimal::ONE;
        while let Some(size) = self.peek().and_then(unit::scale_of) {
            scale = scale.checked_mul(Decimal::from(size))?;
            self.at += 1;
        }
        let small = value.checked_mul(scale)?;
        if scale == Decimal::ONE || small >= first.scale {
            return None;
        }
        let value = first.face()?.checked_add(small)?.checked_div(scale)?;
        Some(Numeral { value, scale, ..first.clone() })
    }

    /// Digits, thousands separators in groups of three, one point.
    fn arabic(&mut self) -> Read<Decimal> {
        let (mut mantissa, mut significant, mut places) = (0i64, 0usize, None::<u32>);
        let mut lead = 0usize;
        let mut grouped = false;
        while let Some(c) = self.peek() {
            if let Some(d) = c.to_digit(10) {
                significant += usize::from(significant > 0 || d > 0);
                lead += 1;
                places = places.map(|n| n + 1);
                mantissa = mantissa
                    .checked_mul(10)
                    .and_then(|m| m.checked_add(i64::from(d)))
                    .filter(|_| significant <= MOST_DIGITS)
                    .ok_or(ParseReason::OutOfRange)?;
            } else if c == '.' && places.is_none() && self.digit_at(self.at + 1) {
                places = Some(0);
            } else if matches!(c, ',' | ' ' | '\'')
                && places.is_none()
                && self.group_follows(if grouped { 3 } else { lead })
            {
                grouped = true;
            } else {
                break;
            }
            self.at += 1;
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            return Err(ParseReason::PrecisionLost);
        }
        if lead == 0 {
            return Err(ParseReason::NotANumber);
        }
        Decimal::try_new(mantissa, places.unwrap_or(0)).map_err(|_| ParseReason::OutOfRange)
    }

    /// After a separator: three digits and no fourth, and one to three of them before the first one.
    fn group_follows(&self, lead: usize) -> bool {
        (1..=3).contains(&lead) && (1..=3).all(|n| self.digit_at(self.at + n)) && !self.digit_at(self.at + 4)
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

pub(crate) fn chinese_digit(c: char) -> Option<i64> {
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
