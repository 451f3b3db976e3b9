//! The one pass over a text: signs are remembered clause by clause, and every number is read in their light.
//!
//! Duty: domain §8.3 (what the words around a number make of it) and §8.8 (which period it belongs to).
//! Neighbours: `saying` reads words, `digits` and `spoken` numbers, `meaning` weighs what they amount to; `signs` declares
//! the words, `amount`, `calendar` and `other` read what begins at one place.

use rust_decimal::Decimal;

use super::amount;
use super::measures::Measure;
use super::other::{self, Seen};
use super::words::{any_at, is_han};
use super::{Direction, Found, Moment, Other, Time, What, Wording};
use crate::value::Date;

/// What the words of a clause have said so far.
#[derive(Debug, Default)]
pub(super) struct Clause {
    /// Wording right before a number: where it begins and ends.
    pub(super) lead: Option<(usize, usize, Wording)>,
    /// Where the last word of change ends.
    pub(super) change: Option<(usize, Direction)>,
    /// 分别 stands before it: it goes on through the list.
    pub(super) listed: bool,
    pub(super) entity: Option<&'static str>,
    pub(super) span: Option<&'static str>,
    /// 每亩 right before a number belongs to the figure: where it begins and ends.
    pub(super) each: Option<(usize, usize)>,
    /// Where the last of these words ends.
    pub(super) per_end: Option<usize>,
    /// The words of `per` have been used: the next member of a list has its own.
    pub(super) used: bool,
    /// N个村: thresholds after it hold for each of them.
    pub(super) villages: Option<usize>,
    pub(super) standing: bool,
    /// What a number without unit is counted in.
    pub(super) counted: Option<Measure>,
    /// Where the last 从 or 自 ends.
    pub(super) from: Option<usize>,
}

/// What 其中 has begun: the figures of its clause, and of the next ones as long as they count the same.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) clause: usize,
    pub(super) unit: Option<&'static str>,
    /// What the whole is per: 人均收入2万元，其中工资5000元.
    pub(super) entity: Option<&'static str>,
}

/// The pass.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    pub(super) chars: &'a [char],
    pub(super) today: Option<Date>,
    pub(super) at: usize,
    pub(super) line: usize,
    pub(super) clause: Clause,
    /// Since the last 其中 of the sentence.
    pub(super) part: Option<Part>,
    pub(super) clause_number: usize,
    /// 力争, 预计: everything after it in the sentence is still to come.
    pub(super) to_come: bool,
    /// What the last figure of the sentence was per.
    pub(super) last_entity: Option<&'static str>,
    pub(super) time: Time,
    /// It was said in a sentence before this one.
    pub(super) time_before: bool,
    /// Where a sign stands, and whether it is a minus.
    pub(super) signed: Option<(usize, bool)>,
    /// What the clause is per outside the bracket.
    pub(super) outside: (Option<&'static str>, Option<&'static str>),
    /// 单位:万元: what the cells of the table below are in.
    pub(super) table: Option<(Measure, Decimal)>,
    /// Whether the line that begins here is a row of a table.
    pub(super) row: Option<(usize, bool)>,
    pub(super) found: Vec<Found>,
    pub(super) times: Vec<Moment>,
}

const LONGEST_TITLE: usize = 60;

impl<'a> Scanner<'a> {
    pub fn new(chars: &'a [char], today: Option<Date>) -> Self {
        let (clause, time, found, times) = Default::default();
        Self {
            chars,
            today,
            at: 0,
            line: 0,
            clause,
            part: None,
            clause_number: 0,
            to_come: false,
            last_entity: None,
            time,
            time_before: false,
            signed: None,
            outside: (None, None),
            table: None,
            row: None,
            found,
            times,
        }
    }

    pub fn run(mut self) -> (Vec<Found>, Vec<Moment>) {
        while let Some(c) = self.get(self.at) {
            let before = self.at;
            self.step(c);
            self.at = self.at.max(before + 1);
        }
        (self.found, self.times)
    }

    pub(super) fn named(&mut self, start: usize, end: usize, time: Time) {
        self.times.push(Moment { start, end, time });
    }

    pub(super) fn get(&self, at: usize) -> Option<char> {
        self.chars.get(at).copied()
    }

    pub(super) fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).and_then(|i| self.get(i))
    }

    pub(super) fn year(&self) -> Option<i16> {
        match self.time {
            Time::In(p) => Some(p.year()),
            _ => self.today.map(Date::year),
        }
    }

    pub(super) fn step(&mut self, c: char) {
        match c {
            '0'..='9' => self.digits(),
            '\n' => {
                self.sentence();
                self.says_when(Time::Unknown);
                self.line = self.at + 1;
            }
            '。' | '!' | '?' => self.sentence(),
            // 其中 ends, and what is still to come is said anew.
            ';' => {
                self.clause();
                self.to_come = false;
                self.part = None;
            }
            ',' | ':' => self.clause(),
            '、' => self.member(),
            '(' => self.outside = (self.clause.entity, self.clause.span),
            // 入股(每股1000元)216股: what the bracket is per, it is alone.
            ')' => (self.clause.entity, self.clause.span) = self.outside,
            '-' | '+' if self.is_sign() => self.signed = Some((self.at, c == '-')),
            '“' => self.quotation('”'),
            '"' => self.quotation('"'),
            '‘' => self.quotation('’'),
            '《' => self.title(),
            _ if is_han(c) => self.word(c),
            'N' | 'X' if self.get(self.at + 1) == Some('+') => {
                let _ = other::structure(self.chars, self.at).is_some_and(|seen| self.put_other(seen));
            }
            _ => {}
        }
    }

    pub(super) fn says_when(&mut self, time: Time) {
        (self.time, self.time_before) = (time, false);
    }

    pub(super) fn sentence(&mut self) {
        self.clause();
        self.time_before = self.time != Time::Unknown;
        self.part = None;
        self.to_come = false;
        // 人均收入2万元。其中工资5000元: it goes on with the whole of the sentence before.
        if any_at(self.chars, self.at + 1, &["其中"]).is_none() {
            self.last_entity = None;
        }
    }

    pub(super) fn clause(&mut self) {
        self.clause = Clause::default();
        self.outside = (None, None);
        self.clause_number += 1;
    }

    /// 亩均增效800元、户均增收2000元: each member of a list names its own "per".
    pub(super) fn member(&mut self) {
        if self.clause.used {
            self.clause.entity = None;
            self.clause.span = None;
            self.clause.used = false;
        }
        // 分别增长6.9%、0.8%: each of them is a change.
        self.clause.change = self.clause.change.filter(|_| self.clause.listed);
        self.clause.lead = None;
    }

    pub(super) fn quotation(&mut self, close: char) {
        if let Some(seen) = other::quoted(self.chars, self.at + 1, close) {
            self.at += 1;
            self.put_other(seen);
        }
    }

    pub(super) fn title(&mut self) {
        let rest = self.chars.get(self.at + 1..).unwrap_or_default();
        let Some(length) = rest.iter().take(LONGEST_TITLE).position(|c| *c == '》') else { return };
        let numbered = rest.iter().take(length).any(|c| c.is_ascii_digit() || other::is_numeral(*c));
        let end = self.at + length + 2;
        if numbered {
            self.put_other(Seen { end, what: Other::Name });
        }
        self.at = end;
    }

    pub(super) fn put_other(&mut self, seen: Seen) -> bool {
        let start = self.at;
        self.at = seen.end.max(start + 1);
        self.found.push(Found { start, end: self.at, what: What::Other(seen.what) });
        true
    }

    // ---- tables and signs

    /// A sign stands after what separates, and right before a number: -4.8万元, (+9.7%).
    pub(super) fn is_sign(&self) -> bool {
        let before = self.before(self.at);
        let apart = before.is_none_or(|c| matches!(c, '\n' | ' ' | '\t' | '(' | ':' | ',' | '、' | '|'));
        let said = before.is_some_and(|c| "为达是长速幅约温".contains(c));
        (apart || said) && self.get(self.at + 1).is_some_and(|c| c.is_ascii_digit())
    }

    /// Whether the line is a row: a name, then numbers with blanks between them.
    pub(super) fn in_row(&mut self) -> bool {
        if let Some((_, row)) = self.row.filter(|(line, _)| *line == self.line) {
            return row;
        }
        let rest = self.chars.get(self.line..).unwrap_or_default();
        let line = rest.get(..rest.iter().position(|c| *c == '\n').unwrap_or(rest.len())).unwrap_or_default();
        let row = other::is_row(line);
        self.row = Some((self.line, row));
        row
    }

    /// 单位:万元
    pub(super) fn table_head(&mut self) {
        let after = self.at + 2;
        let named = any_at(self.chars, after, &[":"]).map(|used| after + used);
        if let Some((measure, scale)) = named.and_then(|at| amount::unit_of_table(self.chars, at)) {
            self.table = Some((measure, scale));
        }
    }
}
