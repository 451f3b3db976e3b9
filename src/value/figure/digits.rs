//! Numbers in digits on the way through a text: dates, codes, structures, the page's own lines, and amounts.
//!
//! Input: the scanner at a digit. Output: what was found, and the period that a date gives to what follows (domain
//! §8.8). Neighbours: `other` and `calendar` know the shapes, `meaning` weighs the amounts.

use super::amount::{self, Amount};
use super::calendar::{self, Moment, Names};
use super::other::{self, Seen};
use super::scan::Scanner;
use super::words::{any_at, any_before, is_han};
use super::{Other, Time, Wording};
use crate::value::Period;

impl Scanner<'_> {
    pub(super) fn digits(&mut self) {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let run = rest.iter().take_while(|c| c.is_ascii_digit()).count();
        let end = self.at + run;
        if let Some(end) = self.furniture(end) {
            self.put_other(Seen { end, what: Other::Noise });
            return;
        }
        let led = self.clause.lead.is_some_and(|(_, e, w)| e == self.at && w != Wording::Exact);
        // 约为2021年的1.2倍: no number of years.
        let year = run == 4
            && (any_at(self.chars, end, &["年的", "年,", "年末", "年底"]).is_some() || self.is_year(end));
        if run <= 4
            && (!led || year)
            && let Some(moment) = calendar::at(self.chars, self.at, self.year())
        {
            self.moment(moment);
            return;
        }
        let seen = other::structure(self.chars, self.at)
            .or_else(|| other::code(self.chars, self.at, end))
            .or_else(|| other::ratio(self.chars, self.at));
        if let Some(seen) = seen {
            // G347: the letters before belong to the code.
            let letters = self.chars.get(self.line..self.at).unwrap_or_default().iter().rev().take(6);
            self.at -= letters.take_while(|c| c.is_ascii_alphabetic()).count();
            self.put_other(seen);
            return;
        }
        match self.amount() {
            Some(amount) => self.weigh(amount),
            None => {
                self.put_other(Seen { end, what: Other::Code });
            }
        }
    }

    /// 高于2023年全县: four digits that end at `end` are a year of our time, and what follows is no word of how long.
    fn is_year(&self, end: usize) -> bool {
        let said: String = self.chars.get(self.at..end).unwrap_or_default().iter().collect();
        let ours = said.parse().is_ok_and(|year: u16| (1990..2090).contains(&year));
        let long = ['以', '之', '左', '上', '多', '前', '后', '间', '历', '来'];
        ours && self.get(end) == Some('年')
            && self.get(end + 1).is_some_and(|c| is_han(c) && !long.contains(&c))
    }

    /// A line without a Han character, or the number of an item at a line's beginning.
    pub(super) fn furniture(&self, end: usize) -> Option<usize> {
        let head = self.chars.get(self.line..self.at)?;
        if head.len() > 12 || head.iter().any(|c| is_han(*c)) {
            return None;
        }
        let item = head.iter().all(|c| matches!(c, ' ' | '('))
            && self.get(end).is_some_and(|c| matches!(c, '.' | '、' | ')'))
            && end - self.at <= 2
            && !self.get(end + 1).is_some_and(|c| c.is_ascii_digit());
        if item {
            return Some(end + 1);
        }
        let rest = self.chars.get(self.line..)?;
        let length =
            rest.iter().take(40).position(|c| *c == '\n' || is_han(*c)).unwrap_or(rest.len().min(40));
        let alone = matches!(self.get(self.line + length), None | Some('\n'));
        let marks =
            rest.get(..length)?.iter().all(|c| !c.is_ascii_alphabetic() && !matches!(c, '%' | '+' | '.'));
        (alone && marks && length > 0).then_some(self.line + length)
    }

    pub(super) fn amount(&self) -> Option<Amount> {
        let lead = self.clause.lead.filter(|(_, end, _)| *end == self.at).map_or(Wording::Exact, |(.., w)| w);
        let apart = self.clause.from.is_some_and(|end| self.at - end <= 8);
        amount::read(self.chars, self.at, lead, apart)
    }

    pub(super) fn moment(&mut self, moment: Moment) {
        let start = self.at;
        self.put_other(Seen { end: moment.end, what: Other::Date });
        let after = moment.end;
        let since = any_at(self.chars, after, &["以来", "起", "开始", "至今", "来"]).is_some();
        let began = any_before(self.chars, start, &["自", "自从", "始于", "始建于", "建于", "成立于", "从"]);
        let event = any_at(
            self.chars,
            after,
            &[
                "成立", "创办", "注册", "返乡", "当选", "上任", "担任", "到任", "始建", "出生", "毕业",
                "退伍", "回乡", "任",
            ],
        );
        let baseline = matches!(self.before(start), Some('比' | '较' | '与' | '同' | '于'));
        if event.is_none() {
            let named = match moment.names {
                Names::Period(p) if since => Some(Time::Since(p.year())),
                Names::Period(p) => Some(Time::In(p)),
                Names::Years(a, b) => Some(Time::Years(a, b)),
                Names::Nothing => None,
            };
            named.into_iter().for_each(|time| self.named(start, after, time));
        }
        // 前三季度 is no quarter: the year said before it goes on.
        let to_date = self.before(start) == Some('前');
        let time = match moment.names {
            _ if to_date => return,
            _ if baseline || event.is_some() => return,
            // 从2019年的5万元: the figure is of that year.
            Names::Period(p) if began && !since && self.get(after) == Some('的') => Time::In(p),
            Names::Period(p) if since || began => match self.today {
                Some(today) if today.year() != p.year() => Time::Since(p.year()),
                _ if began && !since => Time::Since(p.year()),
                _ => Time::In(Period::year_of(p.year())),
            },
            Names::Period(p) => Time::In(p),
            Names::Years(a, b) => Time::Years(a, b),
            Names::Nothing => return,
        };
        self.says_when(time);
        let ahead = |year: i16| self.today.is_some_and(|d| year > d.year());
        self.to_come |= matches!(self.before(start), Some('到' | '至'))
            && matches!(self.time, Time::In(p) if ahead(p.year()));
    }
}
