//! Numbers in Chinese numerals, and numbers that only count off: 三个, 第3位, 翻两番.
//!
//! Duty: most numerals are parts of words; say which of them count something. Input: the scanner at a numeral, 第 or
//! 翻. Output: figures, ordinals, slogans. Neighbours: `digits` reads the same in digits.

use rust_decimal::Decimal;

use super::amount::{self, Amount};
use super::calendar;
use super::measures::Measure;
use super::other::{self, Seen};
use super::scan::Scanner;
use super::{Direction, Found, Kind, Other, What, Wording};
use crate::value::Modifier;
use crate::value::number::numeral::chinese_digit;
use crate::value::unit::Class;

impl Scanner<'_> {
    pub(super) fn ordinal(&mut self) {
        if let Some(quarter) = calendar::within(self.chars, self.at, self.year()) {
            self.moment(quarter);
            return;
        }
        let at = self.at + 1;
        let Some(c) =
            self.get(at).filter(|c| c.is_ascii_digit() || chinese_digit(*c).is_some() || *c == '十')
        else {
            return;
        };
        let (start, standing) = (self.at, self.clause.standing);
        self.at = at;
        let read = amount::read(self.chars, at, Wording::Exact, true);
        self.at = start;
        let place = matches!(&read, Some(a) if a.measure.is_some_and(|m| m.name == "人") && !a.worded);
        if (standing || place)
            && c.is_ascii_digit()
            && let Some(mut amount) = read
        {
            amount.measure = Some(Measure { name: "位", class: Some(Class::Count), spoken: false });
            let reading = self.reading(&amount, Kind::Rank);
            let end = amount.end;
            self.found.push(Found { start, end, what: What::Figure(reading) });
            self.at = end;
            return;
        }
        let numerals =
            |c: &&char| c.is_ascii_digit() || chinese_digit(**c).is_some() || **c == '十' || **c == '百';
        let length = self.chars.get(at..).unwrap_or_default().iter().take_while(numerals).count();
        let seen = other::page(self.chars, at + length);
        self.put_other(seen.unwrap_or(Seen { end: at + length, what: Other::Ordinal }));
    }

    /// 翻番, 翻一番, 翻了两番.
    pub(super) fn doubled(&mut self) {
        let mut at = self.at + 1;
        at += usize::from(self.get(at) == Some('了'));
        let times = self.get(at).and_then(|c| c.to_digit(10).map(i64::from).or_else(|| chinese_digit(c)));
        at += usize::from(times.is_some());
        if self.get(at) != Some('番') {
            return;
        }
        let Some(mut amount) = amount::read(&['1', '番'], 0, Wording::Exact, true) else { return };
        let face = Decimal::from(times.unwrap_or(1));
        amount.face = face;
        amount.interval = crate::value::number::wording::Interval::of(Wording::Exact, face, None);
        let mut reading = self.reading(&amount, Kind::Change);
        reading.direction = Some(Direction::Up);
        self.found.push(Found { start: self.at, end: at + 1, what: What::Figure(reading) });
        self.at = at + 1;
    }

    /// A number in Chinese numerals: most of them are parts of words.
    pub(super) fn spoken(&mut self) {
        if let Some(seen) = other::slogan(self.chars, self.at) {
            self.put_other(seen);
            return;
        }
        if let Some(moment) = calendar::at(self.chars, self.at, self.year()) {
            self.moment(moment);
            return;
        }
        let run = self.chars.get(self.at..).unwrap_or_default();
        let run = run.iter().take_while(|c| other::is_numeral(**c)).count().max(1);
        let amount = self.amount();
        if let Some(span) = amount.as_ref().and_then(|a| self.each_span(a)) {
            let (start, end) = (self.at, amount.map_or(self.at + run, |a| a.end));
            self.at = end;
            self.per(start, end, span);
            return;
        }
        match amount.filter(|a| self.counts(a)) {
            Some(amount) => self.weigh(amount),
            None => self.at += run,
        }
    }

    /// 每棚一年产6000斤: per shed and year.
    pub(super) fn each_span(&self, amount: &Amount) -> Option<&'static str> {
        let follows = self.clause.per_end == Some(self.at) && amount.face == Decimal::ONE;
        let measure = amount.measure.filter(|m| m.class == Some(Class::Time))?;
        (follows && matches!(measure.name, "年" | "月" | "天")).then_some(measure.name)
    }

    /// Whether a spoken number counts something, rather than being part of a word.
    pub(super) fn counts(&self, amount: &Amount) -> bool {
        let Some(measure) = amount.measure else { return false };
        let Some(first) = self.get(self.at) else { return false };
        let before = self.before(self.at);
        let led = self.clause.lead.is_some_and(|(_, e, _)| e == self.at);
        let per = self.clause.per_end == Some(self.at);
        let one = amount.face == Decimal::ONE && first == '一';
        let in_word = before.is_some_and(|c| other::is_numeral(c) || "第之初统唯专星".contains(c));
        let counts_none = self.chars.get(amount.end - 1) == Some(&'大')
            && (amount.face > Decimal::from(12) || !other::counted_by_great(self.chars, amount.end));
        if in_word || counts_none || other::place_name(self.chars, amount.end) && measure.name != "个" {
            return false;
        }
        let range = amount.interval.modifier == Modifier::Range;
        let single = !range && self.get(self.at + 1).is_some_and(|c| !other::is_numeral(c));
        // 二次分红, 十四届五次全会, 陈三元: one counts with 两, sessions have numbers, and names are no money.
        let session = matches!(before, Some('届' | '后' | '前'));
        if single && (first == '二' || session || measure.name == "元" && !led && !per) {
            return false;
        }
        if amount.class {
            // 上万网友 are many people, 千岩坪村民 are those of one place.
            let named = amount.noun > 0 && !led;
            return !named
                && (led || amount.interval.modifier == Modifier::Range || super::meaning::sized(measure));
        }
        if first == '半' {
            return measure.class == Some(Class::Percent);
        }
        // 最高一天 is a day, not a length of time.
        let span = one && measure.class == Some(Class::Time);
        (measure.spoken || amount.worded) && (!one || (led && !span) || per)
    }
}
