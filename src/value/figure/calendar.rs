//! Dates, times and ordinals inside sentences: where they end and which period they name (domain §8.7, §8.8).
//!
//! Duty: find the extent by shape; `when` says what it means. Inputs: normalised characters and a place where
//! digits or numerals begin. Outputs: [`Moment`].

use super::words::{any_at, is_han};
use crate::value::number::numeral::chinese_digit;
use crate::value::{Period, when};

/// A date or time of day as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub end: usize,
    pub names: Names,
}

/// What a date names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// 2024年, 2024年3月, 上半年 of a known year
    Period(Period),
    /// 2021—2023年
    Years(i16, i16),
    /// A day without a year, a time of day, a decade: nothing that figures belong to.
    Nothing,
}

const RANGE: &[char] = &['-', '—', '–', '~', '至', '到'];

struct Shape<'a> {
    chars: &'a [char],
}

impl Shape<'_> {
    fn get(&self, at: usize) -> Option<char> {
        self.chars.get(at).copied()
    }

    fn is(&self, at: usize, c: char) -> bool {
        self.get(at) == Some(c)
    }

    /// At most five digits: their value and where they end; longer runs are no part of a date.
    fn digits(&self, at: usize) -> Option<(u32, usize)> {
        let run = self.chars.get(at..)?.iter().take(5).take_while(|c| c.is_ascii_digit());
        let (mut value, mut n) = (0u32, 0usize);
        for c in run {
            value = value * 10 + c.to_digit(10)?;
            n += 1;
        }
        (1..=4).contains(&n).then_some((value, at + n))
    }

    fn year(&self, at: usize) -> Option<(i16, usize)> {
        let (value, end) = self.digits(at)?;
        let year = i16::try_from(value).ok().filter(|y| (1900..=2199).contains(y))?;
        (end == at + 4).then_some((year, end))
    }

    /// A month or day with its mark.
    fn marked(&self, at: usize, most: u32, marks: &[char]) -> Option<usize> {
        let (value, end) = self.digits(at).or_else(|| self.spoken(at))?;
        let fits = (1..=most).contains(&value) && self.get(end).is_some_and(|c| marks.contains(&c));
        fits.then_some(end + 1)
    }

    /// 十二, 二十五.
    fn spoken(&self, at: usize) -> Option<(u32, usize)> {
        let rest = self.chars.get(at..)?;
        let digit = |c: &char| chinese_digit(*c).filter(|d| *d > 0).and_then(|d| u32::try_from(d).ok());
        let tens = rest.first().and_then(digit);
        let ten_at = usize::from(tens.is_some());
        if rest.get(ten_at) == Some(&'十') {
            let ones = rest.get(ten_at + 1).and_then(digit);
            let value = tens.unwrap_or(1) * 10 + ones.unwrap_or(0);
            return Some((value, at + ten_at + 1 + usize::from(ones.is_some())));
        }
        tens.map(|d| (d, at + 1))
    }

    fn skip_range(&self, at: usize) -> Option<usize> {
        let marks = self.chars.get(at..)?.iter().take(2).take_while(|c| RANGE.contains(c)).count();
        (marks > 0).then_some(at + marks)
    }

    /// What of the year follows it: 3月5日, 上半年, 三季度.
    fn within(&self, at: usize) -> Option<usize> {
        if let Some(n) =
            any_at(self.chars, at, &["上半年", "下半年", "第一季度", "第二季度", "第三季度", "第四季度"])
        {
            return Some(at + n);
        }
        if let Some(end) = self.marked(at, 4, &['季']) {
            return self.is(end, '度').then_some(end + 1);
        }
        let (first, mut end) = match self.marked(at, 12, &['月']) {
            Some(end) => (end, end),
            None => {
                // 1-6月: the first month has no mark of its own.
                let (_, after) = self.digits(at).filter(|(m, _)| (1..=12).contains(m))?;
                let end = self.marked(self.skip_range(after)?, 12, &['月'])?;
                (end, end)
            }
        };
        if let Some(next) = self.skip_range(end).and_then(|n| self.marked(n, 12, &['月'])) {
            end = next;
        }
        if self.is(end, '份') {
            return Some(end + 1);
        }
        let day = self.marked(first, 31, &['日', '号']);
        let last =
            |end: usize| self.skip_range(end).and_then(|n| self.marked(n, 31, &['日', '号'])).unwrap_or(end);
        Some(day.map_or(end, last))
    }

    fn clock(&self, at: usize) -> Option<usize> {
        let (_, end) = self.digits(at)?;
        let two = |at: usize| self.digits(at).filter(|(m, e)| *m < 60 && *e == at + 2).map(|(_, e)| e);
        match self.get(end)? {
            ':' => {
                let end = two(end + 1)?;
                let seconds = self.is(end, ':').then(|| two(end + 1)).flatten();
                Some(seconds.unwrap_or(end))
            }
            '时' | '点' => {
                let after = end + 1;
                let minutes = self.digits(after).filter(|(m, _)| *m < 60);
                match minutes {
                    Some((_, e)) => Some(e + usize::from(self.is(e, '分'))),
                    None => any_at(
                        self.chars,
                        after,
                        &["整", "钟", "半", "许", "前", "后", "起", "至", "到", "-", "—", ",", "。"],
                    )
                    .map(|_| after),
                }
            }
            _ => None,
        }
    }
}

/// The date that begins with the digit or numeral at `at`. `year` completes 3月 and 上半年.
pub(super) fn at(chars: &[char], at: usize, year: Option<i16>) -> Option<Moment> {
    let shape = Shape { chars };
    if let Some((first, end)) = shape.year(at) {
        return dated(&shape, at, first, end);
    }
    if let Some(moment) = spoken_year(&shape, at) {
        return Some(moment);
    }
    if let Some(end) = shape.within(at) {
        return Some(Moment { end, names: meaning(chars, at, end, year) });
    }
    let digit = shape.get(at).is_some_and(|c| c.is_ascii_digit());
    if let Some(end) = shape.marked(at, 31, &['日']).or_else(|| digit.then(|| shape.clock(at)).flatten()) {
        return Some(Moment { end, names: Names::Nothing });
    }
    let (_, end) = if digit { shape.digits(at)? } else { shape.spoken(at)? };
    let era = any_at(chars, end, &["世纪", "年代"])?;
    Some(Moment { end: end + era, names: Names::Nothing })
}

/// From 2024 on: 2024年3月, 2024-07-25 09:43, 2021—2023年, 2024.
fn dated(shape: &Shape<'_>, at: usize, first: i16, end: usize) -> Option<Moment> {
    let years = |last: i16, end: usize| Moment { end, names: Names::Years(first, last) };
    if shape.is(end, '年') {
        let mut end = end + 1;
        let other = shape.skip_range(end).and_then(|n| shape.year(n)).filter(|(_, e)| shape.is(*e, '年'));
        if let Some((last, e)) = other.filter(|(last, _)| *last > first) {
            return Some(years(last, e + 1));
        }
        end += usize::from(shape.is(end, '度'));
        let core = shape.within(end).unwrap_or(end);
        return Some(Moment { end: core, names: meaning(shape.chars, at, core, None) });
    }
    if let Some((last, e)) = shape.skip_range(end).and_then(|n| shape.year(n)).filter(|(l, _)| *l > first) {
        let said = shape.is(e, '年');
        return (said || !shape.get(e).is_some_and(is_han)).then(|| years(last, e + usize::from(said)));
    }
    let separator = shape.get(end).filter(|c| matches!(c, '-' | '.' | '/'))?;
    let (month, mut e) = shape.digits(end + 1).filter(|(m, _)| (1..=12).contains(m))?;
    let day =
        shape.is(e, separator).then(|| shape.digits(e + 1)).flatten().filter(|(d, _)| (1..=31).contains(d));
    let exact = day.is_some();
    if let Some((_, end)) = day {
        e = end;
    } else if shape.get(e).is_some_and(is_han) {
        return None; // 2024.5公里
    }
    let names = u8::try_from(month).ok().and_then(|m| Period::month_of(first, m));
    if exact {
        let blank = e + usize::from(matches!(shape.get(e), Some(' ' | '\t' | 'T')));
        e = shape.clock(blank).unwrap_or(e);
    }
    Some(Moment { end: e, names: names.map_or(Names::Nothing, Names::Period) })
}

/// 二零二四年, digit by digit.
fn spoken_year(shape: &Shape<'_>, at: usize) -> Option<Moment> {
    let digit = |n: usize| shape.get(at + n).and_then(chinese_digit);
    let spoken = (0..4).all(|n| digit(n).is_some()) && shape.is(at + 4, '年') && digit(0) <= Some(2);
    if !spoken {
        return None;
    }
    let end = shape.within(at + 5).unwrap_or(at + 5);
    Some(Moment { end, names: meaning(shape.chars, at, end, None) })
}

/// What of a year stands at `at`, and where it ends: 上半年, 3月.
pub(super) fn within(chars: &[char], at: usize, year: Option<i16>) -> Option<Moment> {
    let end = Shape { chars }.within(at)?;
    Some(Moment { end, names: meaning(chars, at, end, year) })
}

fn meaning(chars: &[char], at: usize, end: usize, year: Option<i16>) -> Names {
    let words: String =
        chars.get(at..end).unwrap_or_default().iter().filter(|c| !matches!(c, '第' | '份')).collect();
    let words = words.replace('号', "日");
    match when::period(&words, year) {
        Ok(period) => Names::Period(period),
        Err(_) => when::find_periods(&words).first().map_or(Names::Nothing, |p| Names::Period(*p)),
    }
}
