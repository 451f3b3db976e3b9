//! Every figure of a text against the ledger: what it is linked to, what the ledger holds, and how the two stand.
//!
//! Duty: a figure that somebody linked is held against the ledger as it is now; any other gets a proposal with its
//! reasons, which is never taken for the truth. Inputs: a ledger, its places, earlier corrections. Outputs:
//! [`Judged`]. Neighbours: `kept` says what was linked, `aim` what is held, `compare` how they stand.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use rust_decimal::Decimal;

use super::aim::{self, Aim, Holding};
use super::compare::{Behind, Verdict, compare};
use super::kept::{self, Kept, Rule};
use super::link::{self, Proposal, Target};
use super::{Figure, moved};
use crate::analysis::indicator::{Ask, Desk};
use crate::exchange::text::fold;
use crate::ledger::State;
use crate::register::{Fields as _, Message};
use crate::table::Cache;
use crate::value::figure::{Kind, Reading, Time};
use crate::value::unit::{self, Class};
use crate::value::{Date, Period, RowId, Text, Value};

/// How a figure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// 不符
    Differs,
    /// 台账无数
    NoData,
    /// 建议待确认
    Proposed,
    /// 相符
    Agrees,
    /// 未关联
    NotLinked,
}

/// What a figure is linked to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// Key of an aim.
    pub target: String,
    /// Where; the whole ledger when none.
    pub place: Option<RowId>,
    /// When.
    pub period: Option<Period>,
    /// Of which product only.
    pub product: Option<Text>,
}

/// A figure held against the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// How it stands.
    pub standing: Standing,
    /// The comparison; for a proposal, what it would be.
    pub verdict: Verdict,
    /// What it is linked to, or what is proposed.
    pub link: Option<Link>,
    /// The ledger's value in the figure's unit.
    pub value: Option<Decimal>,
    /// The records behind the value.
    pub rows: Vec<RowId>,
    /// Why it is proposed, and what has to be said beside the value.
    pub reasons: Vec<Message>,
    /// Other aims that fit.
    pub others: Vec<Proposal>,
    /// The stored link.
    pub kept: Option<RowId>,
    /// The ledger has moved since it was linked.
    pub moved: Option<moved::Moved>,
}

/// A sentence with these speaks of more than the place that was named last.
const SEVERAL: [&str; 8] = ["个村", "各村", "全镇", "全乡", "全县", "全区", "全市", "全街道"];

/// A ledger against which figures are held.
pub struct Judge<'a> {
    desk: Desk<'a>,
    targets: Vec<Target>,
    rules: Vec<Rule>,
    products: BTreeSet<Text>,
    /// The chosen place and period, where the text says none.
    chosen: (Option<RowId>, Period),
    resolved: RefCell<HashMap<String, Vec<RowId>>>,
}

impl Standing {
    /// In the order in which people look at them.
    pub const ALL: [Self; 5] = [Self::Differs, Self::NoData, Self::Proposed, Self::Agrees, Self::NotLinked];

    /// Its words.
    pub fn words(self) -> Message {
        match self {
            Self::Agrees => Message::new("相符", "Agrees"),
            Self::Differs => Message::new("不符", "Differs"),
            Self::NoData => Message::new("台账无数", "No data"),
            Self::Proposed => Message::new("建议待确认", "Proposed"),
            Self::NotLinked => Message::new("未关联", "Not linked"),
        }
    }

    /// Stable key of styles.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Differs => "differs",
            Self::NoData => "no-data",
            Self::Proposed => "proposed",
            Self::NotLinked => "not-linked",
        }
    }

    fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Agrees { .. } => Self::Agrees,
            Verdict::Differs { .. } => Self::Differs,
            Verdict::NoData => Self::NoData,
            Verdict::NotLinked => Self::NotLinked,
        }
    }
}

impl<'a> Judge<'a> {
    /// A judge over the present state.
    pub fn new(state: &'a State, cache: &'a Cache, chosen: (Option<RowId>, Period)) -> Self {
        let lines = state.sheet("R06").into_iter().flat_map(|s| s.of_kind("line"));
        let products = lines.filter_map(|r| r.value("product").and_then(Value::as_str)).map(Text::from);
        Self {
            desk: Desk::new(state, cache),
            targets: aim::targets(),
            rules: kept::rules(state),
            products: products.collect(),
            chosen,
            resolved: RefCell::default(),
        }
    }

    /// The products of the ledger.
    pub const fn products(&self) -> &BTreeSet<Text> {
        &self.products
    }

    /// One figure: as it was linked, otherwise as it is proposed.
    pub fn judge(&self, figure: &Figure, date: Option<Date>, kept: Option<&Kept>) -> Judged {
        if let Some(kept) = kept {
            let held = self.against(figure, &kept.link);
            let moved = moved::of(self.desk.state(), kept, held.value, &held.rows);
            return Judged { standing: Standing::of(&held.verdict), kept: Some(kept.id), moved, ..held };
        }
        let others = self.proposals(figure);
        let Some((target, product, why)) = self.proposed(figure, &others) else {
            return unlinked(figure, others);
        };
        let (place, place_why) = self.place(figure);
        let (period, period_why) = self.period(figure, date);
        let link = Link { target, place, period: Some(period), product };
        let mut held = self.against(figure, &link);
        held.reasons.splice(0..0, [why, place_why, period_why]);
        Judged { standing: Standing::Proposed, others, ..held }
    }

    /// How many of an article's links have moved since they were made.
    pub fn moved(&self, links: &[Kept]) -> usize {
        let moved = links.iter().filter(|kept| {
            let Some(aim) = aim::find(&kept.link.target) else { return false };
            let held = self.held(&aim, &kept.link);
            let now = held.value.and_then(|v| in_unit(v, &aim, &kept.unit));
            moved::of(self.desk.state(), kept, now, &held.rows).is_some()
        });
        moved.count()
    }

    fn held(&self, aim: &Aim, link: &Link) -> Holding {
        let period = link.period.unwrap_or(self.chosen.1);
        let product = link.product.clone().filter(|_| aim.by_product());
        aim.held(&self.desk, &Ask { place: link.place, period, product })
    }

    /// A figure against a link, as it would stand.
    pub fn against(&self, figure: &Figure, link: &Link) -> Judged {
        let mut judged = unlinked(figure, Vec::new());
        judged.link = Some(link.clone());
        judged.verdict = Verdict::NoData;
        judged.standing = Standing::NoData;
        let Some(aim) = aim::find(&link.target) else { return judged };
        let held = self.held(&aim, link);
        let unit = figure.reading.unit.as_deref().unwrap_or_default();
        judged.rows = held.rows;
        judged.reasons = held.notes;
        judged.value = held.value.and_then(|v| in_unit(v, &aim, unit));
        if held.value.is_some() && judged.value.is_none() {
            judged.reasons.push(Message::new(
                format!("台账的单位是“{}”，和文中的单位换算不了", aim.unit()),
                format!(
                    "The ledger counts in {}, which the unit of the text does not convert to",
                    aim.unit()
                ),
            ));
        }
        let behind = judged.value.map_or(Behind::Missing, Behind::Value);
        judged.verdict = compare(&figure.reading, behind);
        judged.standing = Standing::of(&judged.verdict);
        judged
    }

    fn proposals(&self, figure: &Figure) -> Vec<Proposal> {
        let mut found =
            if comparable(&figure.reading) { link::propose(figure, &self.targets) } else { Vec::new() };
        // A growth rate is not a level, even where both are percentages.
        let change = figure.reading.kind == Kind::Change;
        found.retain(|p| (p.target == "I-18") == change);
        found
    }

    /// The best aim with the product: an earlier correction first, then the words, then product and unit.
    fn proposed(&self, figure: &Figure, found: &[Proposal]) -> Option<(String, Option<Text>, Message)> {
        if let Some(rule) = self.rules.iter().find(|r| r.fits(figure)) {
            let why = Message::new(
                format!("按您以前的更正：“{}”关联到这里", rule.subject),
                format!("As you corrected before: “{}” is linked to this", rule.subject),
            );
            return Some((rule.target.to_string(), rule.product.clone(), why));
        }
        if !comparable(&figure.reading) {
            return None;
        }
        let product = self.product(figure);
        if let Some(best) = found.first() {
            let product = product.filter(|_| aim::find(&best.target).is_some_and(|a| a.by_product()));
            return Some((best.target.clone(), product, best.reason.clone()));
        }
        let product =
            product.filter(|_| figure.reading.kind != Kind::Change && figure.reading.per.is_none())?;
        let target = match figure.reading.class? {
            Class::Area => "R06.line.area",
            Class::Weight => "R06.line.output",
            _ => return None,
        };
        let unit = figure.reading.unit.as_deref().unwrap_or_default();
        let why = Message::new(
            format!("句中写到产品“{product}”，单位是“{unit}”"),
            format!("The sentence names the product “{product}”, counted in {unit}"),
        );
        Some((target.to_owned(), Some(product), why))
    }

    /// The one product that the words around the figure name.
    fn product(&self, figure: &Figure) -> Option<Text> {
        let said = |words: &str| {
            let mut named = self.products.iter().filter(|p| words.contains(&***p));
            let first = named.next().cloned();
            // 不知火与血橙等: several together are none of them.
            first.filter(|_| named.next().is_none())
        };
        let several = self.products.iter().filter(|p| figure.quote.contains(&***p)).count() > 1;
        said(figure.subject.as_deref().unwrap_or_default())
            .or_else(|| said(&figure.quote).filter(|_| !several))
    }

    /// The place that the words mean, and why.
    fn place(&self, figure: &Figure) -> (Option<RowId>, Message) {
        let chosen = self.chosen.0;
        let here = chosen.map(|id| self.desk.places().name(id));
        let otherwise = |zh: String, en: String| {
            let (all, every) = (here.as_deref().unwrap_or("全部"), here.as_deref().unwrap_or("all places"));
            let zh = format!("{zh}，暂按所选范围“{all}”");
            (chosen, Message::new(zh, format!("{en}; taken for the chosen scope, {every}")))
        };
        if let Some(words) = SEVERAL.iter().find(|w| figure.quote.contains(**w)) {
            return otherwise(
                format!("句中说的是“{words}”，不是一个村"),
                format!("“{words}” is more than one village"),
            );
        }
        let Some(named) = figure.place.as_deref() else {
            return otherwise("文中没有写单位".to_owned(), "The text names no place".to_owned());
        };
        match self.resolve(named).as_slice() {
            [only] => {
                let why = Message::new(
                    format!("数字之前最近写到的单位是“{named}”"),
                    format!("“{named}” is the last place named before it"),
                );
                (Some(*only), why)
            }
            [] => otherwise(
                format!("文中写到“{named}”，台账里没有这个单位"),
                format!("“{named}” is not in the ledger"),
            ),
            _ => otherwise(
                format!("文中写到“{named}”，台账里不止一个"),
                format!("“{named}” stands for several places"),
            ),
        }
    }

    fn resolve(&self, named: &str) -> Vec<RowId> {
        if let Some(known) = self.resolved.borrow().get(named) {
            return known.clone();
        }
        let found = self.desk.places().resolve(named);
        self.resolved.borrow_mut().insert(named.to_owned(), found.clone());
        found
    }

    fn period(&self, figure: &Figure, date: Option<Date>) -> (Period, Message) {
        let year = |y: i16, zh: &str, en: &str| (Period::year_of(y), Message::new(zh, en));
        match (figure.reading.time, date) {
            (Time::In(period), _) => (period, Message::new("期间是文中写明的", "The text says the period")),
            (Time::Years(_, last), _) => {
                year(last, "文中写的是几年，取最后一年", "Of several years the last")
            }
            (Time::AsOf(Some(day)), _) | (_, Some(day)) => {
                year(day.year(), "按文章的日期，取当年", "The year of the article's date")
            }
            _ => {
                let why = Message::new("文中没有写时间，暂按所选期间", "No time is named; the chosen period");
                (self.chosen.1, why)
            }
        }
    }
}

/// Forecasts are never held against actual numbers, and neither are classes of size and ranks (domain §8.3).
fn comparable(reading: &Reading) -> bool {
    !reading.forecast && !matches!(reading.kind, Kind::Class | Kind::Rank)
}

fn unlinked(figure: &Figure, others: Vec<Proposal>) -> Judged {
    Judged {
        standing: Standing::NotLinked,
        verdict: compare(&figure.reading, Behind::NotLinked),
        link: None,
        value: None,
        rows: Vec::new(),
        reasons: Vec::new(),
        others,
        kept: None,
        moved: None,
    }
}

/// A value of the ledger in the unit in which the text counts.
fn in_unit(value: Decimal, aim: &Aim, own: &str) -> Option<Decimal> {
    let (top, _) = aim.unit().split_once('/').unwrap_or((aim.unit(), ""));
    if top == own || top.is_empty() {
        return Some(value);
    }
    unit::convert(value, &unit::find(top)?, &unit::find(own)?).ok().map(|v| v.normalize())
}

impl Rule {
    /// Whether it was made for words like these.
    fn fits(&self, figure: &Figure) -> bool {
        figure.reading.unit.as_deref().unwrap_or_default() == &*self.unit
            && figure.subject.as_deref().is_some_and(|s| fold(s) == fold(&self.subject))
    }
}
