//! Figures in sentences (数字的语法, domain §8): found, understood, and told from what only looks like one.
//!
//! Duty: every number of a text with its interval (as meant and strictly), unit, per what, period, and whether
//! it is a level, a change, a part, a class of size or a rank; slogans, structures, codes, dates and names
//! are classified. Inputs: normalised characters (half width, Simplified; the article reader makes them) and
//! the document's date. Outputs: [`Found`], in order, never overlapping. One pass, linear in the text.
//! Neighbours: `number` reads the numerals and declares the wordings; `exchange::article` maps the places
//! back to the original text and says what each figure measures.

mod amount;
mod calendar;
mod digits;
mod meaning;
mod measures;
mod other;
mod saying;
mod scan;
mod signs;
mod spoken;
mod words;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub(crate) use self::words::{Words, is_han};
use super::number::wording::Wording;
use super::unit::Class;
use super::{Date, Modifier, Period, Text};

/// Something with a number in it, from character `start` up to `end`.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// What it is.
    pub what: What,
}

/// A figure, or something that is none.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A figure.
    Figure(Reading),
    /// Recognised, and no figure.
    Other(Other),
}

/// What a figure says. All numbers are in `unit`, scales folded in.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The number as written; the lower end of a range.
    pub face: Decimal,
    /// Lower bound as such words are meant.
    pub low: Option<Decimal>,
    /// Upper bound as such words are meant; open when missing.
    pub high: Option<Decimal>,
    /// Both bounds, read strictly: 200万余 is less than 201万.
    pub strict: (Option<Decimal>, Option<Decimal>),
    /// Class of the wording.
    pub modifier: Modifier,
    /// 元, 亩, 人, 个 …; none when nothing says what is counted.
    pub unit: Option<Text>,
    /// 农户 in 3500余农户: so many characters at its end name what is counted.
    pub noun: usize,
    /// What the unit measures.
    pub class: Option<Class>,
    /// Per what: 亩, 户, 年, 村·年.
    pub per: Option<Text>,
    /// When it holds.
    pub time: Time,
    /// An earlier sentence of the paragraph says when, and its own says nothing.
    pub time_before: bool,
    /// Level, change, part, class or rank.
    pub kind: Kind,
    /// Which way, for a change.
    pub direction: Option<Direction>,
    /// 预计, 力争: never mixed with actual figures.
    pub forecast: bool,
}

/// What sort of statement a figure is (domain §8.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// How much there is: 提升至90%.
    Level,
    /// By how much it moved: 提升40%.
    Change,
    /// 其中: inside another figure, not to be added to it.
    Part,
    /// 上万, 千亩: a class of size, never to be added.
    Class,
    /// 两个之一, 第3位: no figure of the place itself.
    Rank,
}

/// Which way a change goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// 增长
    Up,
    /// 下降
    Down,
}

/// When a figure holds (domain §8.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Time {
    /// Nothing says.
    #[default]
    Unknown,
    /// 2024年, 今年, 去年上半年
    In(Period),
    /// 2021—2023年
    Years(i16, i16),
    /// 自2018年以来: from that year to the document's date.
    Since(i16),
    /// 截至目前, on the document's date where that is known.
    AsOf(Option<Date>),
}

/// A time that is named, whatever it is named for: when something was, or only what it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The time; unknown where it is relative to a date that nobody gave.
    pub time: Time,
}

/// What looks like a figure and is none (domain §8.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Other {
    /// 三学三强, 一村一品
    Slogan,
    /// 1+23+291, 164, 6:4: its members, not one number
    Structure(Vec<Member>),
    /// G347, 5G, a telephone number
    Code,
    /// 2018年, 09:43
    Date,
    /// 第11期, 第一书记
    Ordinal,
    /// 近3年, 近年来
    Period,
    /// 拉了24天, 4年探索
    Narrative,
    /// 《…》, 千万工程
    Name,
    /// 1 1 1, 00:00/00:00, the numbers of a list
    Noise,
    /// 若干, 一批
    Unquantified,
}

/// One member of a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum Member {
    /// So many.
    Count(u32),
    /// N: any number.
    Open(char),
}

impl Other {
    /// Stable key of files and of the command line.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Slogan => "slogan",
            Self::Structure(_) => "structure",
            Self::Code => "code",
            Self::Date => "date",
            Self::Ordinal => "ordinal",
            Self::Period => "period",
            Self::Narrative => "narrative",
            Self::Name => "name",
            Self::Noise => "noise",
            Self::Unquantified => "unquantified",
        }
    }
}

/// Everything with a number in it. `today` is the document's date, against which 今年 and 截至目前 are read.
pub fn read(chars: &[char], today: Option<Date>) -> Vec<Found> {
    read_with_times(chars, today).0
}

/// The same, with every time that the text names, in order.
pub fn read_with_times(chars: &[char], today: Option<Date>) -> (Vec<Found>, Vec<Moment>) {
    scan::Scanner::new(chars, today).run()
}

/// Whether a measure word begins here: 亩, 公里, 人次.
pub(crate) fn is_measure(chars: &[char]) -> bool {
    measures::at(chars, 0).is_some()
}

#[cfg(test)]
mod examples;
#[cfg(test)]
mod tests;
