//! What an amount means in its sentence: period or figure, level or change, per what, its words.
//!
//! Duty: domain §8.3. Inputs: an [`Amount`] and what its clause has said so far. Outputs: [`Reading`]s in the
//! scanner's list. Neighbours: `scan` keeps the clause and asks here.

use super::amount::Amount;
use super::measures::Measure;
use super::other::{self, Seen};
use super::scan::Scanner;
use super::words::{any_at, any_before, is_han};
use super::{Direction, Found, Kind, Other, Reading, What, Wording};
use crate::value::unit::Class;
use crate::value::{Modifier, Text};

/// Within so many characters after a word of change a figure without % is the change itself.
const CHANGE_REACH: usize = 5;
/// 年均 stands so near before 增长.
const ON_AVERAGE: usize = 3;
/// How far a noun may be counted by 之一.
const RANK_REACH: usize = 10;

impl Scanner<'_> {
    pub(super) fn weigh(&mut self, mut amount: Amount) {
        if let Some(other) = self.duration(&amount) {
            let start = self.clause.lead.filter(|(_, e, _)| *e == self.at).map_or(self.at, |(s, ..)| s);
            self.found.push(Found { start, end: amount.end, what: What::Other(other) });
            self.at = amount.end;
            return;
        }
        let numbered = amount.measure.is_none() && other::version(self.chars, amount.end);
        // 排名上升3位: places of a ranking, no people.
        let places = self.before(amount.end) == Some('位')
            && (self.clause.standing || self.clause.change.is_some_and(|(end, _)| end == self.at));
        if places {
            amount.measure = Some(Measure { name: "位", class: Some(Class::Count), spoken: false });
        }
        let cell = self.in_table(&mut amount);
        if !cell && (numbered || amount.measure.is_none() && !self.stands_alone(&amount)) {
            self.put_other(Seen { end: amount.end, what: Other::Code });
            return;
        }
        let kind = if places { Kind::Rank } else { self.kind(&amount) };
        let mut reading = self.reading(&amount, kind);
        let mut start = self.at;
        if let Some((at, negative)) = self.signed.filter(|(at, _)| at + 1 == start) {
            start = at;
            sign(&mut reading, negative);
        }
        if let Some((s, _, _)) = self.clause.lead.filter(|(_, e, w)| *e == start && *w != Wording::Exact) {
            start = s;
        }
        if let Some((s, _)) = self.clause.each.filter(|(_, e)| *e == start) {
            start = s;
        }
        self.found.push(Found { start, end: amount.end, what: What::Figure(reading) });
        self.at = amount.end;
        self.after(&amount);
    }

    /// A cell of a table that was printed as lines: in the unit of its head.
    fn in_table(&mut self, amount: &mut Amount) -> bool {
        if amount.measure.is_some() || !self.in_row() {
            return false;
        }
        if let Some((measure, scale)) = self.table {
            amount.measure = Some(measure);
            amount.scale(scale);
        }
        true
    }

    /// A number without a unit is a figure when it is worded, led, or stands at a clause's end.
    fn stands_alone(&self, amount: &Amount) -> bool {
        let led = self.clause.lead.is_some_and(|(_, e, _)| e == self.at);
        // 由1.1提高到2.3
        let led = led || self.clause.from == Some(self.at);
        let next = self.get(amount.end);
        let ends = next.is_none_or(|c| matches!(c, ',' | '。' | ';' | '、' | '\n' | ')'));
        let said = self.before(self.at).is_some_and(|c| is_han(c) || matches!(c, ':' | '|'));
        amount.worded || led || ends && said && !amount.chinese
    }

    fn after(&mut self, amount: &Amount) {
        if let Some(part) = &mut self.part {
            part.unit = part.unit.or(amount.measure.map(|m| m.name));
        }
        self.clause.used = true;
        self.last_entity = self.clause.entity.or(self.last_entity.filter(|_| self.is_part(amount)));
        if self.get(amount.end) == Some('的') && any_at(self.chars, amount.end, &["的基础"]).is_none() {
            // 年收入2000万元以上的企业7家: it described what comes next, which is not per year.
            self.clause.entity = None;
            self.clause.span = None;
        }
        self.clause.lead = None;
        // 分别增长18.7%和22.4%
        let goes_on = matches!(self.get(amount.end), Some('和' | '与'));
        self.clause.change = self.clause.change.filter(|_| goes_on || self.clause.listed);
        self.clause.from = None;
        if amount.measure.is_some_and(|m| m.name == "个") && village_follows(self.chars, amount.end) {
            self.clause.villages = Some(amount.end);
        }
    }

    /// 近3年 is a period, 拉了24天 a story (domain §8.7).
    fn duration(&self, amount: &Amount) -> Option<Other> {
        let measure = amount.measure.filter(|m| m.class == Some(Class::Time))?;
        let long = matches!(measure.name, "年" | "月" | "天" | "周" | "小时" | "分钟");
        let start = self.clause.lead.filter(|(_, e, _)| *e == self.at).map_or(self.at, |(s, ..)| s);
        let before =
            |words: &[&str]| any_before(self.chars, self.at, words) || any_before(self.chars, start, words);
        let after = |words: &[&str]| any_at(self.chars, amount.end, words).is_some();
        let nearly =
            amount.interval.modifier == Modifier::Nearly && amount.face < rust_decimal::Decimal::from(100);
        let ahead = before(&["提前", "超前"]);
        let running = before(&["近", "过去", "未来", "今后", "最近", "前", "这", "此后", "往后"]) && !ahead;
        let around =
            after(&["来", "间", "以来", "前", "后", "之前", "之后", "内", "之内", "过去", "累计", "共计"]);
        // 2小时内送达: no report is about hours.
        let dated = long && !matches!(measure.name, "小时" | "分钟");
        if dated && (nearly || running || around) {
            return Some(Other::Period);
        }
        let told = before(&["了", "已有", "已经", "成立", "建成", "从业", "入党", "扎根", "坚守"])
            || after(&["探索", "之久", "时间", "光阴", "历史", "如一日", "的历史"]);
        (long && told).then_some(Other::Narrative)
    }

    fn kind(&self, amount: &Amount) -> Kind {
        let following = self.chars.get(amount.end..).unwrap_or_default();
        let name = following.iter().take(RANK_REACH).take_while(|c| is_han(**c)).count();
        let one_of = (0..name).any(|n| any_at(self.chars, amount.end + n, &["之一"]).is_some());
        let relative =
            amount.measure.and_then(|m| m.class).is_some_and(|c| matches!(c, Class::Percent | Class::Rate));
        let near = |end: usize| self.at.saturating_sub(end) <= CHANGE_REACH;
        if one_of {
            Kind::Rank
        } else if amount.class {
            Kind::Class
        } else if self.clause.change.is_some_and(|(end, _)| relative || near(end)) {
            Kind::Change
        } else if self.is_part(amount) {
            Kind::Part
        } else {
            Kind::Level
        }
    }

    fn is_part(&self, amount: &Amount) -> bool {
        let unit = amount.measure.map(|m| m.name);
        self.part
            .as_ref()
            .is_some_and(|p| p.clause == self.clause_number || p.unit.is_some() && p.unit == unit)
    }

    pub(super) fn reading(&self, amount: &Amount, kind: Kind) -> Reading {
        let percent;
        let amount = if kind == Kind::Change && amount.measure.is_some_and(|m| m.name == "倍") {
            // 增长1.4倍 is 140 % more (domain §8.3).
            let mut more = Amount { measure: Some(super::amount::PERCENT), ..amount.clone() };
            more.scale(rust_decimal::Decimal::ONE_HUNDRED);
            percent = more;
            &percent
        } else {
            amount
        };
        let measure = amount.measure.or_else(|| {
            let implied = self.clause.counted?;
            (amount.worded || implied.class != Some(Class::Money)).then_some(implied)
        });
        Reading {
            face: amount.face.normalize(),
            low: amount.interval.low.map(|d| d.normalize()),
            high: amount.interval.high.map(|d| d.normalize()),
            strict: (
                amount.interval.strict.0.map(|d| d.normalize()),
                amount.interval.strict.1.map(|d| d.normalize()),
            ),
            modifier: amount.interval.modifier,
            unit: measure.map(|m| Text::from(m.name)),
            noun: amount.noun,
            class: measure.and_then(|m| m.class),
            per: self.per_of(amount, measure, kind),
            time: self.time,
            time_before: self.time_before,
            kind,
            direction: (kind == Kind::Change).then(|| self.clause.change.map(|(_, d)| d)).flatten(),
            forecast: self.to_come,
        }
    }

    fn per_of(&self, amount: &Amount, measure: Option<Measure>, kind: Kind) -> Option<Text> {
        if let Some(per) = &amount.per {
            return Some(Text::from(per.as_str()));
        }
        let class = measure.and_then(|m| m.class);
        if kind == Kind::Change && matches!(class, Some(Class::Percent | Class::Rate)) {
            // 人均收入增长8% is no 8% per person; 年均增长8% is.
            let change = self.clause.change.map_or(0, |(end, _)| end);
            let yearly = self.clause.per_end.is_some_and(|end| change.saturating_sub(end) <= ON_AVERAGE);
            return self.clause.span.filter(|_| yearly).map(Text::from);
        }
        let money = class == Some(Class::Money);
        if money && let Some(per) = self.per_of_those(amount) {
            return Some(per);
        }
        match (self.clause.entity, self.clause.span) {
            (Some(entity), Some(span)) => return Some(Text::from(format!("{entity}·{span}"))),
            (Some(one), None) | (None, Some(one)) => return Some(Text::from(one)),
            (None, None) => {}
        }
        // 人均收入2万元,较上年增加1500元: the change is per head too.
        let whole = match kind {
            Kind::Part => self.part.as_ref().and_then(|p| p.entity),
            Kind::Change => self.last_entity,
            _ => None,
        };
        if let Some(whole) = whole.filter(|_| money) {
            return Some(Text::from(whole));
        }
        self.per_of_villages(amount).filter(|_| money)
    }

    /// 收入不足5万元的村: every one of those villages; of a yearly income, per village and year.
    fn per_of_those(&self, amount: &Amount) -> Option<Text> {
        let modifier = amount.interval.modifier;
        let bounded =
            opens_upwards(amount) || matches!(modifier, Modifier::Under | Modifier::AtMost | Modifier::Range);
        let of_those = self.get(amount.end) == Some('的') && village_follows(self.chars, amount.end + 1);
        let span = self.clause.span.map(|span| Text::from(format!("村·{span}")));
        (bounded && of_those).then(|| span.unwrap_or_else(|| Text::from("村")))
    }

    /// 8个村收入超50万元, 村集体收入全部突破10万元: each of them, unless they are added up.
    fn per_of_villages(&self, amount: &Amount) -> Option<Text> {
        if !opens_upwards(amount) {
            return None;
        }
        let all = self.clause.lead.filter(|(_, e, _)| *e == self.at).map_or(self.at, |(s, ..)| s);
        let each = any_before(self.chars, all, &["全部", "均", "都", "普遍", "全面"]);
        if each && self.of_villages() {
            return Some(Text::from("村"));
        }
        let between = self.clause.villages.and_then(|from| self.chars.get(from..self.at))?;
        let added = between.iter().any(|c| "总累合投带共".contains(*c));
        (!added).then(|| Text::from("村"))
    }
}

/// 超50万元, 50万元以上
fn opens_upwards(amount: &Amount) -> bool {
    matches!(amount.interval.modifier, Modifier::Over | Modifier::AtLeast) && amount.interval.high.is_none()
}

/// -4.8万元, +9.7%: a sign before a percentage makes it a change.
fn sign(reading: &mut Reading, negative: bool) {
    if reading.class == Some(Class::Percent) {
        reading.kind = Kind::Change;
        reading.direction = Some(if negative { Direction::Down } else { Direction::Up });
    }
    if negative {
        reading.face = -reading.face;
        (reading.low, reading.high) = (reading.high.map(|h| -h), reading.low.map(|l| -l));
        reading.strict = (reading.strict.1.map(|h| -h), reading.strict.0.map(|l| -l));
    }
}

/// How far before a threshold the villages stand for which it holds.
const VILLAGE_REACH: usize = 20;

impl Scanner<'_> {
    /// 村集体经济收入全部突破10万元.
    fn of_villages(&self) -> bool {
        let before = self.chars.get(..self.at).unwrap_or_default();
        let clause = before.iter().rev().take(VILLAGE_REACH).take_while(|c| !matches!(c, ',' | '。' | ';'));
        clause.into_iter().any(|c| *c == '村')
    }
}

/// 万亩, 千户: sizes that are named without a number.
pub(super) fn sized(measure: Measure) -> bool {
    matches!(
        measure.name,
        "亩" | "元" | "吨" | "斤" | "公斤" | "人" | "头" | "只" | "羽" | "株" | "尾" | "平方米"
    )
}

/// 7个村, 3个行政村, 12个脱贫村: villages, not what belongs to them.
fn village_follows(chars: &[char], at: usize) -> bool {
    let name = chars.get(at..).unwrap_or_default().iter().take(5).take_while(|c| is_han(**c));
    let Some(n) = name.into_iter().position(|c| *c == '村') else { return false };
    any_at(chars, at + n + 1, &["民", "干", "庄", "支", "党", "务"]).is_none()
}
