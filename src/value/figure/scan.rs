//! The one pass over a text: signs are remembered clause by clause, and every number is read in their light.
//!
//! Duty: domain §8.3 (what the words around a number make of it) and §8.8 (which period it belongs to).
//! Neighbours: `signs` declares the words, `amount`, `calendar` and `other` read what begins at one place.

use super::amount::{self, Amount};
use super::calendar::{self, Moment, Names};
use super::measures::{self, Measure};
use super::other::{self, Seen};
use super::signs::{SIGNS, Sign};
use super::words::{any_at, any_before, is_han};
use super::{Direction, Found, Kind, Other, Time, What, Wording};
use rust_decimal::Decimal;

use crate::value::number::numeral::chinese_digit;
use crate::value::unit::{Class, scale_of};
use crate::value::{Date, Grain, Modifier, Period};

/// What the words of a clause have said so far.
#[derive(Debug, Default)]
pub(super) struct Clause {
    /// Wording right before a number: where it begins and ends.
    pub(super) lead: Option<(usize, usize, Wording)>,
    /// Where the last word of change ends.
    pub(super) change: Option<(usize, Direction)>,
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
    /// Where a sign stands, and whether it is a minus.
    pub(super) signed: Option<(usize, bool)>,
    /// What the clause is per outside the bracket.
    outside: (Option<&'static str>, Option<&'static str>),
    /// 单位:万元: what the cells of the table below are in.
    pub(super) table: Option<(Measure, Decimal)>,
    /// Whether the line that begins here is a row of a table.
    row: Option<(usize, bool)>,
    pub(super) found: Vec<Found>,
}

const LONGEST_TITLE: usize = 60;

impl<'a> Scanner<'a> {
    pub fn new(chars: &'a [char], today: Option<Date>) -> Self {
        let (clause, time, found) = Default::default();
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
            signed: None,
            outside: (None, None),
            table: None,
            row: None,
            found,
        }
    }

    pub fn run(mut self) -> Vec<Found> {
        while let Some(c) = self.get(self.at) {
            let before = self.at;
            self.step(c);
            self.at = self.at.max(before + 1);
        }
        self.found
    }

    pub(super) fn get(&self, at: usize) -> Option<char> {
        self.chars.get(at).copied()
    }

    pub(super) fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).and_then(|i| self.get(i))
    }

    fn year(&self) -> Option<i16> {
        match self.time {
            Time::In(p) => Some(p.year()),
            _ => self.today.map(Date::year),
        }
    }

    fn step(&mut self, c: char) {
        match c {
            '0'..='9' => self.digits(),
            '\n' => {
                self.time = Time::Unknown;
                self.sentence();
                self.line = self.at + 1;
            }
            '。' | '!' | '?' => self.sentence(),
            // 其中A 3个;B 4个: the parts go on, what is still to come is said anew.
            ';' => {
                self.clause();
                self.to_come = false;
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

    fn sentence(&mut self) {
        self.clause();
        self.part = None;
        self.to_come = false;
        // 人均收入2万元。其中工资5000元: it goes on with the whole of the sentence before.
        if any_at(self.chars, self.at + 1, &["其中"]).is_none() {
            self.last_entity = None;
        }
    }

    fn clause(&mut self) {
        self.clause = Clause::default();
        self.outside = (None, None);
        self.clause_number += 1;
    }

    /// 亩均增效800元、户均增收2000元: each member of a list names its own "per".
    fn member(&mut self) {
        if self.clause.used {
            self.clause.entity = None;
            self.clause.span = None;
            self.clause.used = false;
        }
        self.clause.change = None;
        self.clause.lead = None;
    }

    fn quotation(&mut self, close: char) {
        if let Some(seen) = other::quoted(self.chars, self.at + 1, close) {
            self.at += 1;
            self.put_other(seen);
        }
    }

    fn title(&mut self) {
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
    fn is_sign(&self) -> bool {
        let before = self.before(self.at);
        let apart = before.is_none_or(|c| matches!(c, '\n' | ' ' | '\t' | '(' | ':' | ',' | '、' | '|'));
        let said = before.is_some_and(|c| "为达是长速幅约".contains(c));
        (apart || said) && self.get(self.at + 1).is_some_and(|c| c.is_ascii_digit())
    }

    /// Whether the line is a row: a name, then numbers with blanks between them.
    pub(super) fn in_row(&mut self) -> bool {
        if let Some((line, row)) = self.row.filter(|(line, _)| *line == self.line) {
            return row && line == self.line;
        }
        let rest = self.chars.get(self.line..).unwrap_or_default();
        let line = rest.get(..rest.iter().position(|c| *c == '\n').unwrap_or(rest.len())).unwrap_or_default();
        let row = other::is_row(line);
        self.row = Some((self.line, row));
        row
    }

    /// 单位:万元
    fn table_head(&mut self) {
        let after = self.at + 2;
        let named = any_at(self.chars, after, &[":"]).map(|used| after + used);
        if let Some((measure, scale)) = named.and_then(|at| amount::unit_of_table(self.chars, at)) {
            self.table = Some((measure, scale));
        }
    }

    // ---- words

    fn word(&mut self, c: char) {
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
    fn yearly(&self) -> bool {
        const NOUNS: &str = "初底末内前后度代来均中轻龄货味夜会级份报审终限资画糕关头节幼迈长青间月以";
        let begins =
            self.before(self.at).is_none_or(|c| !is_han(c) && !c.is_ascii_digit() || "计可能望".contains(c));
        begins && self.get(self.at + 1).is_some_and(|c| is_han(c) && !NOUNS.contains(c))
    }

    fn sign(&mut self, sign: Sign, used: usize) {
        let (start, end) = (self.at, self.at + used);
        self.at = end;
        match sign {
            Sign::Lead(wording) => self.lead(start, end, wording),
            Sign::Forecast | Sign::Aim => self.to_come = true,
            Sign::Done => self.to_come = false,
            Sign::Change(direction) => {
                let reached = any_at(self.chars, end, &["至", "到", "为", "了至", "了到"]).is_some();
                self.clause.change = (!reached).then_some((end, direction));
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
                let period = self.year().and_then(|year| Period::new(year, Grain::Half, half));
                self.time = period.map_or(self.time, Time::In);
                self.found.push(Found { start, end, what: What::Other(Other::Date) });
            }
            // 由目前的6600元提高至9000元: only where it begins.
            Sign::Now if matches!(self.before(start), Some('由' | '从' | '比' | '较')) => {}
            Sign::Now => {
                self.time = Time::AsOf(self.today);
                self.to_come = false;
            }
            Sign::Recent => self.found.push(Found { start, end, what: What::Other(Other::Period) }),
            Sign::Counted(measure) => self.clause.counted = Some(measure),
            Sign::From => self.clause.from = Some(end),
            Sign::Standing => self.clause.standing = true,
            Sign::Plain => {}
        }
    }

    fn lead(&mut self, start: usize, end: usize, wording: Wording) {
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

    fn per(&mut self, start: usize, end: usize, per: &'static str) {
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

    fn relative_year(&mut self, start: usize, end: usize, offset: i16) {
        let year = self.today.map(|d| d.year() + offset);
        let within = calendar::within(self.chars, end, year);
        let baseline = matches!(self.before(start), Some('比' | '较' | '与' | '同'));
        let stop = within.map_or(end, |m| m.end);
        self.found.push(Found { start, end: stop, what: What::Other(Other::Period) });
        self.at = stop;
        if baseline {
            return;
        }
        self.time = match (within.map(|m| m.names), year) {
            (Some(Names::Period(p)), _) => Time::In(p),
            (_, Some(y)) => Time::In(Period::year_of(y)),
            _ => Time::Unknown,
        };
    }

    // ---- numbers

    fn digits(&mut self) {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let run = rest.iter().take_while(|c| c.is_ascii_digit()).count();
        let end = self.at + run;
        if let Some(end) = self.furniture(end) {
            self.put_other(Seen { end, what: Other::Noise });
            return;
        }
        let led = self.clause.lead.is_some_and(|(_, e, w)| e == self.at && w != Wording::Exact);
        if run <= 4
            && !led
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

    /// A line without a Han character, or the number of an item at a line's beginning.
    fn furniture(&self, end: usize) -> Option<usize> {
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

    fn amount(&self) -> Option<Amount> {
        let lead = self.clause.lead.filter(|(_, end, _)| *end == self.at).map_or(Wording::Exact, |(.., w)| w);
        let apart = self.clause.from.is_some_and(|end| self.at - end <= 8);
        amount::read(self.chars, self.at, lead, apart)
    }

    fn moment(&mut self, moment: Moment) {
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
        // 前三季度 is no quarter: the year said before it goes on.
        let to_date = self.before(start) == Some('前');
        self.time = match moment.names {
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
        let ahead = |year: i16| self.today.is_some_and(|d| year > d.year());
        self.to_come |= matches!(self.before(start), Some('到' | '至'))
            && matches!(self.time, Time::In(p) if ahead(p.year()));
    }

    fn ordinal(&mut self) {
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
    fn doubled(&mut self) {
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
    fn spoken(&mut self) {
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
    fn each_span(&self, amount: &Amount) -> Option<&'static str> {
        let follows = self.clause.per_end == Some(self.at) && amount.face == Decimal::ONE;
        let measure = amount.measure.filter(|m| m.class == Some(Class::Time))?;
        (follows && matches!(measure.name, "年" | "月" | "天")).then_some(measure.name)
    }

    /// Whether a spoken number counts something, rather than being part of a word.
    fn counts(&self, amount: &Amount) -> bool {
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
        let single = self.get(self.at + 1).is_some_and(|c| !other::is_numeral(c));
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
