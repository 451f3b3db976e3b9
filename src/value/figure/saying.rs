//! Words on the way through a text: what they say about the figures after them in their clause or sentence.
//!
//! Duty: keep what `signs` declares – wordings, per what, changes, forecasts, periods – where `meaning` looks for it.
//! Input: the scanner at a Han character. Output: the scanner's clause, and what the words themselves are.

use super::calendar::{self, Names};
use super::measures;
use super::other::Seen;
use super::scan::{Part, Scanner};
use super::signs::{SIGNS, Sign};
use super::words::{any_at, any_before, is_han};
use super::{Found, Other, Time, What, Wording};
use crate::value::number::numeral::chinese_digit;
use crate::value::unit::scale_of;
use crate::value::{Grain, Period};

impl Scanner<'_> {
    pub(super) fn word(&mut self, c: char) {
        if let Some((sign, used)) = SIGNS.at(self.chars, self.at) {
            self.sign(sign, used);
            return;
        }
        match c {
            '第' => self.ordinal(),
            '每' => {
                if let Some((measure, used)) = measures::at(self.chars, self.at + 1) {
                    let (start, end) = (self.at, self.at + 1 + used);
                    self.at = end;
                    self.per(start, end, measure.name);
                }
            }
            '年' if self.yearly() => self.per(self.at, self.at + 1, "年"),
            '单' if self.get(self.at + 1) == Some('位') => self.table_head(),
            '翻' => self.doubled(),
            '数' | '几' | '半' => self.spoken(),
            _ if chinese_digit(c).is_some() || scale_of(c).is_some() => self.spoken(),
            '若' if self.get(self.at + 1) == Some('干') => {
                self.put_other(Seen { end: self.at + 2, what: Other::Unquantified });
            }
            _ => {}
        }
    }

    /// 预计年烘干400吨: what is done in a year, however it is called.
    pub(super) fn yearly(&self) -> bool {
        const NOUNS: &str = "初底末内前后度代来均中轻龄货味夜会级份报审终限资画糕关头节幼迈长青间月以";
        let begins =
            self.before(self.at).is_none_or(|c| !is_han(c) && !c.is_ascii_digit() || "计可能望".contains(c));
        begins && self.get(self.at + 1).is_some_and(|c| is_han(c) && !NOUNS.contains(c))
    }

    pub(super) fn sign(&mut self, sign: Sign, used: usize) {
        let (start, end) = (self.at, self.at + used);
        self.at = end;
        match sign {
            Sign::Lead(wording) => self.lead(start, end, wording),
            Sign::Forecast | Sign::Aim => self.to_come = true,
            Sign::Done => self.to_come = false,
            Sign::Change(direction) => {
                let reached = any_at(self.chars, end, &["至", "到", "为", "了至", "了到"]).is_some();
                self.clause.change = (!reached).then_some((end, direction));
                self.clause.listed = any_before(self.chars, start, &["分别", "分别同比", "分别环比"]);
            }
            Sign::Level => self.clause.change = None,
            Sign::Part => {
                self.part = Some(Part { clause: self.clause_number, unit: None, entity: self.last_entity });
            }
            Sign::Per(per) => self.per(start, end, per),
            Sign::Yearly => {
                self.at = start + 1;
                self.per(start, start + 1, "年");
            }
            Sign::Each(per) => {
                if self.get(end).is_some_and(|c| c.is_ascii_digit() || chinese_digit(c).is_some()) {
                    self.clause.entity = Some(per);
                }
            }
            Sign::Year(offset) => self.relative_year(start, end, offset),
            Sign::Half(half) => {
                if let Some(period) = self.year().and_then(|year| Period::new(year, Grain::Half, half)) {
                    self.named(start, end, Time::In(period));
                    self.says_when(Time::In(period));
                }
                self.found.push(Found { start, end, what: What::Other(Other::Date) });
            }
            // 由目前的6600元提高至9000元: only where it begins.
            Sign::Now if matches!(self.before(start), Some('由' | '从' | '比' | '较')) => {}
            Sign::Now => {
                self.named(start, end, Time::AsOf(self.today));
                self.says_when(Time::AsOf(self.today));
                self.to_come = false;
            }
            Sign::Recent => self.found.push(Found { start, end, what: What::Other(Other::Period) }),
            Sign::Counted(measure) => self.clause.counted = Some(measure),
            Sign::From => self.clause.from = Some(end),
            Sign::Standing => self.clause.standing = true,
            Sign::Plain => {}
        }
    }

    pub(super) fn lead(&mut self, start: usize, end: usize, wording: Wording) {
        let next = self.get(end);
        let sized = next.is_some_and(|c| matches!(c, '百' | '千' | '万' | '亿'));
        let word = self.chars.get(start..end).unwrap_or_default();
        // These three are leads only before a size: 上万, 过百, 破亿.
        if matches!(word, ['上' | '过' | '破']) && !sized {
            return;
        }
        let goes_on = self.clause.lead.filter(|(_, e, _)| *e == start);
        self.clause.lead = match (goes_on, wording) {
            (Some((s, _, w)), Wording::Exact) => Some((s, end, w)),
            (_, w) => Some((start, end, w)),
        };
    }

    pub(super) fn per(&mut self, start: usize, end: usize, per: &'static str) {
        const SPANS: &[&str] = &["年", "半年", "季度", "月", "周", "天", "小时"];
        if SPANS.contains(&per) {
            self.clause.span = Some(per);
            self.clause.entity = self.clause.entity.filter(|_| !self.clause.used);
        } else {
            self.clause.entity = Some(per);
            self.clause.span = self.clause.span.filter(|_| !self.clause.used);
        }
        self.clause.used = false;
        self.clause.per_end = Some(end);
        // 每亩800元 is one figure, 每月 | 一次 are two words.
        let begins = self.clause.each.filter(|(_, e)| *e == start).map(|(s, _)| s);
        let own = (self.get(start) == Some('每') && !SPANS.contains(&per)).then_some(start);
        self.clause.each = begins.or(own).map(|s| (s, end));
    }

    pub(super) fn relative_year(&mut self, start: usize, end: usize, offset: i16) {
        let year = self.today.map(|d| d.year() + offset);
        let within = calendar::within(self.chars, end, year);
        let baseline = matches!(self.before(start), Some('比' | '较' | '与' | '同'));
        let stop = within.map_or(end, |m| m.end);
        self.found.push(Found { start, end: stop, what: What::Other(Other::Period) });
        self.at = stop;
        let time = match (within.map(|m| m.names), year) {
            (Some(Names::Period(p)), _) => Time::In(p),
            (_, Some(y)) => Time::In(Period::year_of(y)),
            _ => Time::Unknown,
        };
        self.named(start, stop, time);
        if !baseline {
            self.says_when(time);
        }
    }
}
