//! Days and periods as people write them: `2024.3`, `24.3.5`, `二〇二四年`, `一季度`, `1至6月`, a serial number.
//!
//! Duty: domain §7.1-7 and the periods inside titles. Inputs: the text or the number of one cell, and the
//! year that its surroundings give. Outputs: [`Date`], [`Period`] or a typed refusal. Neighbours: the
//! importer's layout (titles, sheet names) and its cells.

use super::{Date, Grain, ParseError, ParseReason, Period};

/// A day, and whether the day itself was written: `2024.3` means some day of March and is kept as the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The day; the first of those that may be meant.
    pub date: Date,
    /// The last of those that may be meant.
    pub last: Date,
    /// Year, month and day were all written.
    pub exact: bool,
}

/// What a writing names, before it is asked for as a day or as a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Year,
    Half(u8),
    Quarter(u8),
    Months(u8, u8),
    Day(u8, u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Writing {
    year: Option<i16>,
    part: Part,
}

/// A word of a date: a run of digits, or one other character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Number { value: u32, digits: usize },
    Mark(char),
}

/// A cell longer than this holds prose; titles are searched with [`find_periods`].
const LONGEST: usize = 40;
const MOST_TOKENS: usize = 400;

/// The day that `text` means; a month alone is taken as its first day. `year` completes `3月5日`.
pub fn date(text: &str, year: Option<i16>) -> Result<Day, ParseError> {
    rough_date(text, year).and_then(|(day, rough)| match rough {
        Rough::Year => Err(ParseError::new(text, ParseReason::NotADate)),
        Rough::Month => Ok(day),
    })
}

/// How much of a day may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rough {
    /// At most the day of the month.
    Month,
    /// The month as well.
    Year,
}

/// The days that `text` may mean, also where it only says the year.
pub fn rough_date(text: &str, year: Option<i16>) -> Result<(Day, Rough), ParseError> {
    let refuse = |reason| ParseError::new(text, reason);
    let writing = whole(text).map_err(refuse)?;
    let year = writing.year.or(year).ok_or_else(|| refuse(ParseReason::NotADate))?;
    writing.days(year).ok_or_else(|| refuse(ParseReason::NotADate))
}

/// The period that `text` means; a day belongs to its month. `year` completes `3月` and `一季度`.
pub fn period(text: &str, year: Option<i16>) -> Result<Period, ParseError> {
    let refuse = |reason| ParseError::new(text, reason);
    if let Ok(stored) = text.trim().parse() {
        return Ok(stored);
    }
    let writing = whole(text).map_err(refuse)?;
    let year = writing.year.or(year).ok_or_else(|| refuse(ParseReason::NotADate))?;
    writing.period(year).ok_or_else(|| refuse(ParseReason::NotADate))
}

/// The day in a number cell: a serial of the 1900 system, `20240305`, or `2024.3` (March 2024).
pub fn date_of_number(n: f64) -> Result<Day, ParseReason> {
    match rough_date_of_number(n)? {
        (day, Rough::Month) => Ok(day),
        (_, Rough::Year) => Err(ParseReason::NotADate),
    }
}

/// The same, also where the number is only a year.
pub fn rough_date_of_number(n: f64) -> Result<(Day, Rough), ParseReason> {
    let (writing, _) = number(n)?;
    writing.year.and_then(|year| writing.days(year)).ok_or(ParseReason::NotADate)
}

/// The period in a number cell: 2024, 2024.3 (March), 202403, or a serial's month. `2024.1` may be January
/// or October: the cell has lost the zero.
pub fn period_of_number(n: f64) -> Result<Period, ParseReason> {
    let (writing, _) = number(n)?;
    writing.year.and_then(|y| writing.period(y)).ok_or(ParseReason::NotADate)
}

/// Every period with a year of its own inside a sentence, in order, without repetition: titles, unit lines,
/// sheet and file names.
pub fn find_periods(text: &str) -> Vec<Period> {
    let tokens = tokens(text);
    let mut found: Vec<Period> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let rest = tokens.get(at..).unwrap_or_default();
        match year_first(rest) {
            Some((writing, used)) => {
                if let Some(p) = writing.year.and_then(|y| writing.period(y))
                    && !found.contains(&p)
                {
                    found.push(p);
                }
                at += used.max(1);
            }
            None => at += 1,
        }
    }
    found
}

impl Writing {
    fn days(self, year: i16) -> Option<(Day, Rough)> {
        match self.part {
            Part::Day(month, day) => {
                let date = Date::new(year, month as i8, day as i8)?;
                Some((Day { date, last: date, exact: true }, Rough::Month))
            }
            Part::Months(first, last) if first == last => {
                let date = Date::new(year, first as i8, 1)?;
                Some((Day { date, last: date.month_end(), exact: false }, Rough::Month))
            }
            Part::Year => {
                let (date, last) = (Date::new(year, 1, 1)?, Date::new(year, 12, 31)?);
                Some((Day { date, last, exact: false }, Rough::Year))
            }
            _ => None,
        }
    }

    fn period(self, year: i16) -> Option<Period> {
        match self.part {
            Part::Year => Period::new(year, Grain::Year, 1),
            Part::Half(n) => Period::new(year, Grain::Half, n),
            Part::Quarter(n) => Period::new(year, Grain::Quarter, n),
            // 30 February is no day, and so in no month.
            Part::Day(month, day) => {
                Date::new(year, month as i8, day as i8).and_then(|_| Period::month_of(year, month))
            }
            Part::Months(first, last) => months(year, first, last),
        }
    }
}

/// 1–6月 is a half-year; 1–9月 is no period that can be kept.
fn months(year: i16, first: u8, last: u8) -> Option<Period> {
    [Grain::Month, Grain::Quarter, Grain::Half, Grain::Year].into_iter().find_map(|grain| {
        let length = grain.months();
        let aligned =
            first >= 1 && (first - 1).is_multiple_of(length) && first.checked_add(length - 1)? == last;
        if aligned { Period::new(year, grain, (first - 1) / length + 1) } else { None }
    })
}

fn number(n: f64) -> Result<(Writing, bool), ParseReason> {
    let exact = super::number::from_f64(n)?;
    let text = exact.to_string();
    let refuse = Err(ParseReason::NotADate);
    let Some((whole, fraction)) = text.split_once('.') else {
        let Ok(i) = text.parse::<i64>() else { return refuse };
        return integer(i).map(|w| (w, true)).ok_or(ParseReason::NotADate);
    };
    let Some(year) = whole.parse::<i16>().ok().filter(|y| plausible_year(*y)) else {
        // A serial with a time of day.
        return integer(n.trunc() as i64)
            .filter(|_| n > 20_000.0)
            .map(|w| (w, true))
            .ok_or(ParseReason::NotADate);
    };
    match (fraction, fraction.parse::<u8>()) {
        ("1", _) => Err(ParseReason::AmbiguousMonth),
        (_, Ok(month)) if fraction.len() <= 2 && (1..=12).contains(&month) => {
            Ok((Writing { year: Some(year), part: Part::Months(month, month) }, true))
        }
        _ => refuse,
    }
}

fn integer(i: i64) -> Option<Writing> {
    let day = |d: Date| Writing { year: Some(d.year()), part: Part::Day(d.month() as u8, d.day() as u8) };
    match i {
        1900..=2200 => Some(Writing { year: i16::try_from(i).ok(), part: Part::Year }),
        20_000..=80_000 => Date::from_excel_serial(i).map(day),
        190_001..=220_012 => compact(u32::try_from(i).ok()?, 6),
        19_000_101..=22_001_231 => compact(u32::try_from(i).ok()?, 8),
        _ => None,
    }
}

fn plausible_year(y: i16) -> bool {
    (1900..=2200).contains(&y)
}

/// 20240305 and 202403.
fn compact(value: u32, digits: usize) -> Option<Writing> {
    let (year, month, day) = match digits {
        8 => (value / 10_000, value / 100 % 100, Some(value % 100)),
        6 => (value / 100, value % 100, None),
        _ => return None,
    };
    let year = i16::try_from(year).ok().filter(|y| plausible_year(*y))?;
    let month = u8::try_from(month).ok().filter(|m| (1..=12).contains(m))?;
    let part = match day {
        Some(d) => {
            let d = u8::try_from(d).ok()?;
            Date::new(year, month as i8, d as i8)?;
            Part::Day(month, d)
        }
        None => Part::Months(month, month),
    };
    Some(Writing { year: Some(year), part })
}

fn whole(text: &str) -> Result<Writing, ParseReason> {
    if super::number::is_formula_error(text) {
        return Err(ParseReason::FormulaError);
    }
    if text.chars().nth(LONGEST).is_some() {
        return Err(ParseReason::NotADate);
    }
    let all = tokens(text);
    let date_only = without_time(&all);
    let found = year_first(date_only).or_else(|| within_year(date_only).map(|(p, n)| (undated(p), n)));
    match found {
        Some((writing, used)) if used == date_only.len() => Ok(writing),
        _ => Err(ParseReason::NotADate),
    }
}

const fn undated(part: Part) -> Writing {
    Writing { year: None, part }
}

/// `2024-03-05 00:00:00` as exports write it: blanks are gone, so the time hangs on the day.
fn without_time(tokens: &[Token]) -> &[Token] {
    let time = tokens.iter().position(|t| *t == Token::Mark('T'));
    tokens.get(..time.unwrap_or(tokens.len())).unwrap_or_default()
}

/// Digits and marks; Chinese numerals become digits, blanks and commas between them fall away.
fn tokens(text: &str) -> Vec<Token> {
    let text = text.trim();
    // A blank between two digits ends the date and begins the time.
    let dated = text
        .split_once(|c: char| c.is_whitespace())
        .filter(|(a, b)| {
            a.ends_with(|c: char| c.is_ascii_digit())
                && b.contains(':')
                && b.starts_with(|c: char| c.is_ascii_digit())
        })
        .map_or(text, |(a, _)| a);
    let mut out: Vec<Token> = Vec::new();
    let mut numeral: Vec<char> = Vec::new();
    for c in super::number::normalise(dated).into_iter().filter(|c| *c != ' ') {
        if chinese(c).is_some() || c == '十' {
            numeral.push(c);
            continue;
        }
        flush(&mut numeral, &mut out);
        match (c.to_digit(10), out.last_mut()) {
            (Some(d), Some(Token::Number { value, digits })) => {
                *value = value.saturating_mul(10).saturating_add(d);
                *digits += 1;
            }
            (Some(d), _) => out.push(Token::Number { value: d, digits: 1 }),
            (None, _) => out.push(Token::Mark(c)),
        }
        if out.len() > MOST_TOKENS {
            break;
        }
    }
    flush(&mut numeral, &mut out);
    out
}

fn chinese(c: char) -> Option<u32> {
    "零一二三四五六七八九".chars().position(|d| d == c).and_then(|n| u32::try_from(n).ok())
}

/// 二零二四 is read digit by digit, 十二 and 二十五 as numbers.
fn flush(numeral: &mut Vec<char>, out: &mut Vec<Token>) {
    if numeral.is_empty() {
        return;
    }
    let digit = |c: &char| chinese(*c).unwrap_or(0);
    let value = match numeral.iter().position(|c| *c == '十') {
        Some(ten) => {
            let tens = ten.checked_sub(1).and_then(|i| numeral.get(i)).map_or(1, digit);
            tens * 10 + numeral.get(ten + 1).map_or(0, digit)
        }
        None => numeral.iter().fold(0u32, |n, c| n.saturating_mul(10).saturating_add(digit(c))),
    };
    out.push(Token::Number { value, digits: numeral.len().max(1) });
    numeral.clear();
}

fn mark(tokens: &[Token], at: usize) -> Option<char> {
    match tokens.get(at) {
        Some(Token::Mark(c)) => Some(*c),
        _ => None,
    }
}

fn numeral(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    match tokens.get(at) {
        Some(Token::Number { value, digits }) => Some((*value, *digits)),
        _ => None,
    }
}

fn says(tokens: &[Token], at: usize, word: &str) -> bool {
    word.chars().enumerate().all(|(i, c)| mark(tokens, at + i) == Some(c))
}

/// A year, and what of the year follows it.
fn year_first(tokens: &[Token]) -> Option<(Writing, usize)> {
    let (value, digits) = numeral(tokens, 0)?;
    if let Some(found) = compact(value, digits) {
        return Some((found, 1));
    }
    let next = mark(tokens, 1);
    let year = match digits {
        4 => i16::try_from(value).ok().filter(|y| plausible_year(*y))?,
        2 if next == Some('年') || short_date(tokens) => {
            i16::try_from(if value > 60 { 1900 + value } else { 2000 + value }).ok()?
        }
        _ => return None,
    };
    let mut at = 1;
    let said = next == Some('年');
    if said {
        at += 1;
        at += usize::from(mark(tokens, at) == Some('度'));
    }
    let separated = matches!(mark(tokens, at), Some('.' | '-' | '/'));
    let from = at + usize::from(separated && !said);
    let rest = tokens.get(from..).unwrap_or_default();
    match within_year(rest) {
        Some((part, used)) => Some((Writing { year: Some(year), part }, from + used)),
        // 2024.3 has no 月 after its month.
        None => match numeral(rest, 0) {
            Some((month, n)) if separated && n <= 2 && (1..=12).contains(&month) => {
                let month = u8::try_from(month).ok()?;
                Some((Writing { year: Some(year), part: Part::Months(month, month) }, from + 1))
            }
            _ => Some((Writing { year: Some(year), part: Part::Year }, at)),
        },
    }
}

/// 24.3.5: two digits are a year only in front of a month and a day.
fn short_date(tokens: &[Token]) -> bool {
    let sep = mark(tokens, 1);
    matches!(sep, Some('.' | '-' | '/'))
        && mark(tokens, 3) == sep
        && numeral(tokens, 2).is_some()
        && numeral(tokens, 4).is_some()
}

/// A half, a quarter, months or a day, without the year.
fn within_year(tokens: &[Token]) -> Option<(Part, usize)> {
    for (word, part) in [("上半年", Part::Half(1)), ("下半年", Part::Half(2)), ("全年", Part::Year)] {
        if says(tokens, 0, word) {
            return Some((part, word.chars().count()));
        }
    }
    let lead = usize::from(matches!(mark(tokens, 0), Some('第' | 'H' | 'Q')));
    let (n, digits) = numeral(tokens, lead)?;
    let n = u8::try_from(n).ok().filter(|n| (1..=31).contains(n) && digits <= 2)?;
    match mark(tokens, 0) {
        Some('H') if n <= 2 => return Some((Part::Half(n), 2)),
        Some('Q') if n <= 4 => return Some((Part::Quarter(n), 2)),
        _ => {}
    }
    let after = lead + 1;
    if mark(tokens, after) == Some('季') && n <= 4 {
        let degree = usize::from(mark(tokens, after + 1) == Some('度'));
        return Some((Part::Quarter(n), after + 1 + degree));
    }
    if lead > 0 || n > 12 {
        return None;
    }
    month_first(tokens, n)
}

/// 3月, 3月5日, 1-6月, 1月至6月, and `3.5` or `3-5` behind a year.
fn month_first(tokens: &[Token], month: u8) -> Option<(Part, usize)> {
    let said = mark(tokens, 1) == Some('月');
    let mut at = 1 + usize::from(said);
    at += usize::from(said && mark(tokens, at) == Some('份'));
    if let Some((last, used)) = until_month(tokens, at) {
        return Some((Part::Months(month, last), used));
    }
    if said {
        if let Some((day, _)) = numeral(tokens, at).filter(|(d, n)| (1..=31).contains(d) && *n <= 2) {
            let closed = usize::from(matches!(mark(tokens, at + 1), Some('日' | '号')));
            return Some((Part::Day(month, u8::try_from(day).ok()?), at + 1 + closed));
        }
        return Some((Part::Months(month, month), at));
    }
    let separated = matches!(mark(tokens, 1), Some('.' | '-' | '/'));
    let (day, digits) = numeral(tokens, 2)?;
    if !separated || digits > 2 || !(1..=31).contains(&day) {
        return None;
    }
    let closed = usize::from(matches!(mark(tokens, 3), Some('日' | '号')));
    Some((Part::Day(month, u8::try_from(day).ok()?), 3 + closed))
}

fn until_month(tokens: &[Token], at: usize) -> Option<(u8, usize)> {
    matches!(mark(tokens, at), Some('-' | '至' | '到' | '~' | '—' | '–')).then_some(())?;
    let (last, digits) = numeral(tokens, at + 1)?;
    let last = u8::try_from(last).ok().filter(|m| (1..=12).contains(m) && digits <= 2)?;
    (mark(tokens, at + 2) == Some('月')).then_some((last, at + 3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn periods_as_people_write_them() {
        for (text, year, want) in [
            ("2024.3", None, "2024-03"),
            ("2024.10", None, "2024-10"),
            ("2024年3月", None, "2024-03"),
            ("2024年3月份", None, "2024-03"),
            ("2024-03", None, "2024-03"),
            ("2024/3", None, "2024-03"),
            ("202403", None, "2024-03"),
            ("20240305", None, "2024-03"),
            ("24年3月", None, "2024-03"),
            ("3月", Some(2024), "2024-03"),
            ("十二月", Some(2024), "2024-12"),
            ("上半年", Some(2024), "2024-H1"),
            ("2024年下半年", None, "2024-H2"),
            ("2024年度上半年", None, "2024-H1"),
            ("一季度", Some(2024), "2024-Q1"),
            ("2024年第三季度", None, "2024-Q3"),
            ("2024Q2", None, "2024-Q2"),
            ("2024-Q2", None, "2024-Q2"),
            ("二〇二四年", None, "2024"),
            ("二零二四年三月", None, "2024-03"),
            ("2024年度", None, "2024"),
            ("２０２４年", None, "2024"),
            ("2024", None, "2024"),
            ("2024年1-6月", None, "2024-H1"),
            ("2024年1至6月", None, "2024-H1"),
            ("2024年1月—3月", None, "2024-Q1"),
            ("1-12月", Some(2024), "2024"),
            ("7-12月", Some(2024), "2024-H2"),
            ("全年", Some(2024), "2024"),
        ] {
            assert_eq!(period(text, year).map(|p| p.to_string()), Ok(want.to_owned()), "{text}");
        }
        for text in ["2024年1-9月", "截至目前", "3月", "2024年13月", "清凉村", "", "2024年2月至3月"]
        {
            assert!(period(text, None).is_err(), "{text}");
        }
    }

    #[test]
    fn days_as_people_write_them() {
        for (text, want, exact) in [
            ("2024.03.01", "2024-03-01", true),
            ("2024-3-5", "2024-03-05", true),
            ("2024/03/05", "2024-03-05", true),
            ("24.3.5", "2024-03-05", true),
            ("20240305", "2024-03-05", true),
            ("2024年3月5日", "2024-03-05", true),
            ("2024-03-05 10:20:30", "2024-03-05", true),
            ("2024-03-05T10:20", "2024-03-05", true),
            ("2024.3", "2024-03-01", false),
            ("2023年4月", "2023-04-01", false),
        ] {
            let day = date(text, None).unwrap_or_else(|e| panic!("{e:?}"));
            assert_eq!((day.date.to_string().as_str(), day.exact), (want, exact), "{text}");
        }
        assert_eq!(date("3月5日", Some(2024)).unwrap().date.to_string(), "2024-03-05");
        for text in ["2024.13.1", "2024-02-30", "2024", "二季度", "无"] {
            assert!(date(text, None).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_of_cells() {
        let p = |n| period_of_number(n).map(|p| p.to_string());
        assert_eq!(p(2024.3), Ok("2024-03".to_owned()));
        assert_eq!(p(2024.12), Ok("2024-12".to_owned()));
        assert_eq!(p(2024.1), Err(ParseReason::AmbiguousMonth));
        assert_eq!(p(2024.0), Ok("2024".to_owned()));
        assert_eq!(p(202403.0), Ok("2024-03".to_owned()));
        assert_eq!(p(45366.0), Ok("2024-03".to_owned()));
        assert_eq!(p(2024.13), Err(ParseReason::NotADate));
        assert_eq!(p(12.0), Err(ParseReason::NotADate));
        assert_eq!(date_of_number(45366.5).unwrap().date.to_string(), "2024-03-15");
        assert!(!date_of_number(2003.4).unwrap().exact);
    }

    #[test]
    fn periods_inside_titles() {
        let found = |s| find_periods(s).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(found("不知火产业党委2024年产业生产情况统计表"), ["2024"]);
        assert_eq!(found("××镇2024年一季度产业统计表"), ["2024-Q1"]);
        assert_eq!(found("2024年1-6月收支"), ["2024-H1"]);
        assert_eq!(found("村级集体经济收支-36村-2021至2025.xlsx"), ["2021", "2025"]);
        assert_eq!(found("填报日期：2024年12月31日"), ["2024-12"]);
        assert_eq!(found("2023"), ["2023"]);
        assert!(found("Sheet1").is_empty());
        assert!(found("电话 13812345678").is_empty());
    }

    proptest! {
        #[test]
        fn nothing_panics(s in ".{0,60}", n in any::<f64>()) {
            let _ = (date(&s, Some(2024)), period(&s, None), find_periods(&s));
            let _ = (date_of_number(n), period_of_number(n));
        }

        #[test]
        fn digits_and_marks_do_not_panic(s in "[0-9年月日季度上下半第.\\-/至一二十HQ]{0,30}") {
            let _ = (date(&s, Some(2024)), period(&s, Some(2024)), find_periods(&s));
        }

        #[test]
        fn written_periods_are_read_back(y in 1990i16..2090, m in 1u8..=12) {
            let p = Period::month_of(y, m).unwrap();
            prop_assert_eq!(period(&p.zh(), None).unwrap(), p);
            prop_assert_eq!(period(&p.to_string(), None).unwrap(), p);
        }
    }
}
