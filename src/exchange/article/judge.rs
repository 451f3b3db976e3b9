//! Every figure of a text against the ledger: what it is linked to, what the ledger holds, and how the two stand.
//!
//! Duty: a figure that somebody linked is held against the ledger as it is now; any other gets a proposal with its
//! reasons, which is never taken for the truth. Inputs: a ledger, its places, earlier corrections. Outputs:
//! [`Judged`]. Neighbours: `kept` says what was linked, `guess` what is proposed, `aim` what is held, `compare` how
//! they stand.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use rust_decimal::Decimal;

use super::aim::{self, Aim, Holding};
use super::compare::{Behind, Verdict, compare};
use super::kept::{self, Kept, Link, Rule};
use super::link::{Proposal, Target};
use super::{Figure, moved};
use crate::analysis::indicator::{Ask, Indicators};
use crate::ledger::{Draft, State};
use crate::register::catalog::t01::{AHEAD, figure as field};
use crate::register::{Fields as _, Message, Schema};
use crate::table::Cache;
use crate::value::{Date, Period, RowId, Text, Value};

/// How a figure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// 不符
    Differs,
    /// 台账无数
    NoData,
    /// 预计或目标: not held against actual numbers
    Ahead,
    /// 建议待确认
    Proposed,
    /// 相符
    Agrees,
    /// 未关联
    NotLinked,
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

/// A ledger against which figures are held.
pub struct Judge<'a> {
    pub(super) desk: Indicators<'a>,
    pub(super) targets: Vec<Target>,
    pub(super) rules: Vec<Rule>,
    pub(super) products: BTreeSet<Text>,
    /// The chosen place and period, where the text says none.
    pub(super) chosen: (Option<RowId>, Option<Period>),
    pub(super) resolved: RefCell<HashMap<String, Vec<RowId>>>,
}

impl Standing {
    /// In the order in which people look at them.
    pub const ALL: [Self; 6] =
        [Self::Differs, Self::NoData, Self::Proposed, Self::Agrees, Self::Ahead, Self::NotLinked];

    /// Its words.
    pub fn words(self) -> Message {
        match self {
            Self::Agrees => Message::new("相符", "Agrees"),
            Self::Differs => Message::new("不符", "Differs"),
            Self::NoData => Message::new("台账无数", "No data"),
            Self::Ahead => Message::new("预计或目标", "Forecast or target"),
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
            Self::Ahead => "ahead",
            Self::Proposed => "proposed",
            Self::NotLinked => "not-linked",
        }
    }

    fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Agrees { .. } => Self::Agrees,
            Verdict::Differs { .. } => Self::Differs,
            Verdict::NoData => Self::NoData,
            Verdict::Ahead => Self::Ahead,
            Verdict::NotLinked => Self::NotLinked,
        }
    }
}

impl<'a> Judge<'a> {
    /// A judge over the present state. Without a chosen period, what names no time has nothing to be held against.
    pub fn new(state: &'a State, cache: &'a Cache, chosen: (Option<RowId>, Option<Period>)) -> Self {
        let told_apart =
            state.schema().all().iter().filter_map(|r| Some((r, r.main()?, r.main()?.dictionary()?.0)));
        let words = told_apart.flat_map(|(register, kind, field)| {
            let rows = state.sheet(&register.key).into_iter().flat_map(|s| s.of_kind(&kind.key));
            rows.filter_map(|r| r.value(&field.key).and_then(Value::as_str))
        });
        let products = words.map(Text::from);
        Self {
            desk: Indicators::new(state, cache),
            targets: aim::targets(state.schema()),
            rules: kept::rules(state),
            products: products.collect(),
            chosen,
            resolved: RefCell::default(),
        }
    }

    pub(super) fn schema(&self) -> &Schema {
        self.desk.state().schema()
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
        let link = Link { target, place, period, product };
        let mut held = self.against(figure, &link);
        held.reasons.splice(0..0, [why, place_why, period_why]);
        Judged { standing: Standing::Proposed, others, ..held }
    }

    /// How many of an article's links have moved since they were made.
    pub fn moved(&self, links: &[Kept]) -> usize {
        let moved = links.iter().filter(|kept| {
            let Some(aim) = aim::find(self.schema(), &kept.link.target) else { return false };
            let held = self.held(&aim, &kept.link);
            let now = held.value.and_then(|v| in_unit(v, &aim, &kept.unit));
            moved::of(self.desk.state(), kept, now, &held.rows).is_some()
        });
        moved.count()
    }

    fn held(&self, aim: &Aim, link: &Link) -> Holding {
        let Some(period) = link.period.or(self.chosen.1) else { return Holding::default() };
        let product = link.product.clone().filter(|_| aim.by_product(self.schema()));
        aim.held(&self.desk, &Ask { place: link.place, period, product })
    }

    /// A figure against a link, as it would stand.
    pub fn against(&self, figure: &Figure, link: &Link) -> Judged {
        let mut judged = unlinked(figure, Vec::new());
        judged.link = Some(link.clone());
        judged.verdict = Verdict::NoData;
        judged.standing = Standing::NoData;
        let Some(aim) = aim::find(self.schema(), &link.target) else { return judged };
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
        if judged.verdict == Verdict::Ahead {
            judged.reasons.push(Message::new(
                "预计或目标数，不与实际数核对",
                "A forecast or target, not held against actual numbers",
            ));
        }
        judged.standing = Standing::of(&judged.verdict);
        judged
    }
}

impl Judged {
    /// Links the figure as it was judged, or links it anew. `new` is the id of a new record.
    pub fn keep(&self, draft: &mut Draft, state: &State, article: RowId, figure: &Figure, new: RowId) {
        let Some(link) = &self.link else { return };
        let state_word = match self.verdict {
            Verdict::Agrees { .. } => "相符",
            Verdict::Differs { .. } => "不符",
            Verdict::Ahead => AHEAD,
            Verdict::NoData | Verdict::NotLinked => "台账无数",
        };
        let decided = [
            (field::TARGET, Some(Value::text(&link.target))),
            (field::PLACE, link.place.map(Value::Ref)),
            (field::PERIOD, link.period.map(Value::Period)),
            (field::PRODUCT, link.product.as_deref().map(Value::text)),
            (field::STATE, Some(Value::choice(state_word))),
            (field::VALUE, self.value.map(|v| Value::Decimal(v.round_dp(6)))),
        ];
        let count = |n: usize| Some(Value::Int(i64::try_from(n).unwrap_or_default()));
        let lasting = [
            (field::ARTICLE, Some(Value::Ref(article))),
            (field::START, count(figure.range.start)),
            (field::LENGTH, count(figure.range.len())),
            (field::FIGURE, Some(Value::text(&figure.figure))),
            (field::QUOTE, Some(Value::text(&figure.quote))),
            (field::UNIT, figure.reading.unit.as_deref().map(Value::text)),
        ];
        kept::decide(draft, state, field::KIND, (new, self.kept), lasting, decided);
    }
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
    let top = aim.counted_in();
    if top == own || top.is_empty() {
        return Some(value);
    }
    aim::converted(value, top, own).map(|v| v.normalize())
}
