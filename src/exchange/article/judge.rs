//! Every figure of a text against the ledger: what it is linked to, what the ledger holds, and how the two stand.
//!
//! Duty: a figure that somebody linked is held against the ledger as it is now; any other gets a proposal with its
//! reasons, which is never taken for the truth, or is 拿不准 with the reason for that. Inputs: a ledger, its places,
//! earlier corrections. Outputs: [`Judged`]. Neighbours: `kept` says what was linked, `scope` what a figure claims,
//! `reckon` what the ledger has for it, `compare` how they stand.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rust_decimal::Decimal;

use super::aim::{self, Aim};
use super::claim::{Claim, How, Thing};
use super::compare::{Behind, Verdict, compare, printed};
use super::kept::{self, Kept, Link, Rule};
use super::link::{self, Proposal, Target};
use super::scope::lexicon::Lexicon;
use super::scope::{self, Around, Taught};
use super::{Document, Figure, moved, tell};
use crate::analysis::indicator::{Ask, Indicators};
use crate::exchange::text::fold;
use crate::ledger::{Draft, State};
use crate::register::catalog::t01::{AHEAD, figure as field};
use crate::register::{Fields as _, Message, Schema, Sense};
use crate::table::Cache;
use crate::value::figure::{Direction, Kind};
use crate::value::order::Ordered as _;
use crate::value::{Period, RowId, Text, Value};

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
    /// 拿不准: it may be about something that the ledger has, and it cannot be told
    Unsure,
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
    /// Why it cannot be told; the verdict is then only what it would be.
    pub doubts: Vec<Message>,
    /// 2024年 · 沙溪村 · 经营性收入, and where the text says so.
    pub scope: Option<Message>,
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
    pub(super) aims: BTreeMap<String, Aim>,
    lexicon: Lexicon,
}

impl Standing {
    /// In the order in which people look at them.
    pub const ALL: [Self; 7] = [
        Self::Differs,
        Self::NoData,
        Self::Proposed,
        Self::Unsure,
        Self::Agrees,
        Self::Ahead,
        Self::NotLinked,
    ];

    /// Its words.
    pub fn words(self) -> Message {
        match self {
            Self::Agrees => Message::new("相符", "Agrees"),
            Self::Differs => Message::new("不符", "Differs"),
            Self::NoData => Message::new("台账无数", "No data"),
            Self::Ahead => Message::new("预计或目标", "Forecast or target"),
            Self::Proposed => Message::new("建议待确认", "Proposed"),
            Self::Unsure => Message::new("拿不准", "Unsure"),
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
            Self::Unsure => "unsure",
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
        let places = cache.places(state);
        let targets = aim::targets(state.schema());
        let products = products(state);
        let lexicon = Lexicon::new(&targets, &places, &products);
        Self {
            desk: Indicators::new(state, cache),
            rules: kept::rules(state),
            products: products.into_iter().map(|(_, stored)| stored).collect(),
            aims: aim::all(state.schema()).into_iter().map(|a| (a.key(), a)).into_map(),
            targets,
            lexicon,
            chosen,
        }
    }

    pub(super) fn schema(&self) -> &Schema {
        self.desk.state().schema()
    }

    /// The products of the ledger.
    pub const fn products(&self) -> &BTreeSet<Text> {
        &self.products
    }

    /// Every figure of a document: as it was linked, otherwise as it is proposed.
    pub fn document(&self, document: &Document, links: &[Kept]) -> Vec<Judged> {
        let taught = |figure: &Figure| self.taught(figure);
        let filled = |aim: usize, ask: &Ask| self.filled(aim, ask);
        let claims = scope::claims(
            document,
            &Around {
                lexicon: &self.lexicon,
                targets: &self.targets,
                places: self.desk.places(),
                chosen: self.chosen,
                taught: &taught,
                filled: &filled,
            },
        );
        let kept: HashMap<usize, &Kept> = links.iter().rev().map(|k| (k.start, k)).collect();
        let figures = document.figures.iter().zip(claims);
        figures
            .map(|(figure, claim)| self.judge(figure, &claim, kept.get(&figure.range.start).copied()))
            .collect()
    }

    fn judge(&self, figure: &Figure, claim: &Claim, kept: Option<&Kept>) -> Judged {
        if let Some(kept) = kept {
            let held = self.against(figure, &kept.link);
            let moved = moved::of(self.desk.state(), kept, held.value, &held.rows);
            return Judged { standing: Standing::of(&held.verdict), kept: Some(kept.id), moved, ..held };
        }
        let others = self.proposals(figure);
        let Some(thing) = &claim.thing else { return self.unexplained(figure, claim, others) };
        let link = Link::of(thing, claim.how.clone());
        let mut held = self.held_against(figure, &link, claim.down);
        held.scope = Some(tell::scope(claim));
        if claim.ahead && held.verdict != Verdict::Ahead {
            held.verdict = Verdict::Ahead;
            held.reasons.push(ahead());
        }
        held.doubts.clone_from(&claim.doubts);
        if matches!(held.verdict, Verdict::Differs { .. }) {
            held.doubts.extend(self.misgivings(figure, claim));
        }
        held.standing = if held.doubts.is_empty() { Standing::Proposed } else { Standing::Unsure };
        Judged { others, ..held }
    }

    /// A figure of which nothing was understood, though its words fit something: it may be asked about.
    fn unexplained(&self, figure: &Figure, claim: &Claim, others: Vec<Proposal>) -> Judged {
        let mut judged = unlinked(figure, others);
        judged.doubts.clone_from(&claim.doubts);
        if claim.bound {
            judged
                .reasons
                .push(Message::new("这是条件，不是要核对的数", "a condition, not a figure to be checked"));
            return judged;
        }
        let fits = judged.others.first().filter(|_| comparable(figure)).map(|p| p.target.clone());
        let Some(target) = fits else { return judged };
        let thing = Thing { target, place: self.chosen.0, period: self.chosen.1, product: None };
        let others = std::mem::take(&mut judged.others);
        let mut held = self.held_against(figure, &Link::of(&thing, How::Level), false);
        held.doubts = judged.doubts;
        held.doubts.push(Message::new(
            "只有说法相近，没有读懂整句",
            "only some words fit; the sentence was not understood",
        ));
        Judged { standing: Standing::Unsure, others, ..held }
    }

    /// What may be behind a difference beside a mistake in the text.
    fn misgivings(&self, figure: &Figure, claim: &Claim) -> Vec<Message> {
        let mut doubts: Vec<Message> = claim.loose.clone().into_iter().collect();
        let of_places =
            claim.thing.as_ref().and_then(|t| self.aims.get(&t.target)).is_some_and(Aim::is_of_places);
        if of_places && claim.thing.as_ref().is_some_and(|t| t.period.is_some()) {
            doubts.push(Message::new(
                "台账里这一项不分年份，文中说的是当时的数",
                "the ledger keeps this without a year, the text tells of one",
            ));
        }
        if figure.figure.contains("分之") || figure.figure.contains(['半', '/']) {
            doubts.push(Message::new("分数是约数", "a fraction is a round number"));
        }
        doubts
    }

    fn proposals(&self, figure: &Figure) -> Vec<Proposal> {
        if comparable(figure) { link::propose(figure, &self.targets) } else { Vec::new() }
    }

    /// What somebody taught about words like these.
    fn taught(&self, figure: &Figure) -> Option<Taught> {
        let rule = self.rules.iter().find(|r| r.fits(figure))?;
        let aim = self.targets.iter().position(|t| *t.key == *rule.target)?;
        Some((aim, rule.product.clone(), rule.subject.to_string()))
    }

    /// How many villages have anything for a target.
    fn filled(&self, aim: usize, ask: &Ask) -> usize {
        let Some(aim) = self.targets.get(aim).and_then(|t| self.aims.get(&t.key)) else { return 0 };
        let rows = aim.held(&self.desk, ask).rows;
        let main = self.schema().register(aim.register()).and_then(|r| r.main());
        let Some(place) = main.and_then(|k| k.key_of(Sense::Place)) else { return 0 };
        let of = |id: &RowId| self.desk.state().record(aim.register(), *id)?.value(place)?.as_ref_id();
        rows.iter().filter_map(of).into_set().len()
    }

    /// How many of an article's links have moved since they were made.
    pub fn moved(&self, links: &[Kept]) -> usize {
        let moved = links.iter().filter(|kept| {
            let Some(aim) = self.aims.get(&kept.link.target) else { return false };
            let held = self.reckon(aim, &kept.link);
            let now = held.holding.value.and_then(|v| in_unit(v, held.unit, aim, &kept.unit));
            moved::of(self.desk.state(), kept, now, &held.holding.rows).is_some()
        });
        moved.count()
    }

    /// A figure against a link, as it would stand.
    pub fn against(&self, figure: &Figure, link: &Link) -> Judged {
        let down = figure.reading.direction == Some(Direction::Down);
        self.held_against(figure, link, down)
    }

    fn held_against(&self, figure: &Figure, link: &Link, down: bool) -> Judged {
        let mut judged = unlinked(figure, Vec::new());
        judged.link = Some(link.clone());
        judged.verdict = Verdict::NoData;
        judged.standing = Standing::NoData;
        let Some(aim) = self.aims.get(&link.target) else { return judged };
        let held = self.reckon(aim, link);
        let unit = figure.reading.unit.as_deref().unwrap_or_default();
        judged.rows = held.holding.rows;
        judged.reasons = held.holding.notes;
        let value = held.holding.value.map(|v| if down { -v } else { v });
        judged.value = value.and_then(|v| in_unit(v, held.unit, aim, unit));
        if value.is_some() && judged.value.is_none() {
            judged.reasons.push(Message::new(
                format!("台账的单位是“{}”，和文中的单位换算不了", aim.unit()),
                format!(
                    "The ledger counts in {}, which the unit of the text does not convert to",
                    aim.unit()
                ),
            ));
        }
        let behind = judged.value.map_or(Behind::Missing, Behind::Value);
        judged.verdict = compare(&figure.reading, behind, printed(&figure.figure, &figure.reading));
        if judged.verdict == Verdict::Ahead {
            judged.reasons.push(ahead());
        }
        judged.standing = Standing::of(&judged.verdict);
        judged
    }
}

fn ahead() -> Message {
    Message::new("预计或目标数，不与实际数核对", "A forecast or target, not held against actual numbers")
}

/// The words of products, each with the word that rows have.
fn products(state: &State) -> Vec<(Text, Text)> {
    let mut all: BTreeSet<(Text, Text)> = BTreeSet::new();
    let told_apart =
        state.schema().all().iter().filter_map(|r| Some((r, r.main()?, r.main()?.dictionary()?)));
    for (register, kind, (field, pool)) in told_apart {
        let rows = state.sheet(&register.key).into_iter().flat_map(|s| s.of_kind(&kind.key));
        let used = rows.filter_map(|r| r.value(&field.key).and_then(Value::as_str)).map(Text::from);
        all.extend(used.map(|word| (word.clone(), word)));
        let Some((home, entries)) = state.schema().pool(pool) else { continue };
        for record in state.sheet(&home.key).into_iter().flat_map(|s| s.of_kind(&entries.key)) {
            let Some(name) = record.value(&entries.title).and_then(Value::as_str).map(Text::from) else {
                continue;
            };
            if !all.iter().any(|(_, stored)| *stored == name) {
                continue;
            }
            if let Some(Value::Many(also)) = entries.said(record, Sense::Aliases) {
                all.extend(also.iter().map(|alias| (alias.clone(), name.clone())));
            }
        }
    }
    all.into_iter().collect()
}

/// Classes of size and ranks are never held against a number (domain §8.3). A forecast is not compared either, but
/// what it forecasts is worth a proposal: it may become a target.
fn comparable(figure: &Figure) -> bool {
    !matches!(figure.reading.kind, Kind::Class | Kind::Rank | Kind::Change)
}

impl Rule {
    /// Whether it was made for words like these.
    fn fits(&self, figure: &Figure) -> bool {
        figure.reading.unit.as_deref().unwrap_or_default() == &*self.unit
            && figure.subject.as_deref().is_some_and(|s| fold(s) == fold(&self.subject))
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
            (field::HOW, stored(&link.how)),
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

/// A relation as it is stored; an amount needs none.
fn stored(how: &How) -> Option<Value> {
    // A relation has a stored form: its parts are words, identities and periods.
    (*how != How::Level).then(|| serde_json::to_string(how).ok()).flatten().map(|s| Value::text(&s))
}

fn unlinked(figure: &Figure, others: Vec<Proposal>) -> Judged {
    Judged {
        standing: Standing::NotLinked,
        verdict: compare(&figure.reading, Behind::NotLinked, Decimal::ONE),
        link: None,
        value: None,
        rows: Vec::new(),
        reasons: Vec::new(),
        doubts: Vec::new(),
        scope: None,
        others,
        kept: None,
        moved: None,
    }
}

/// A value of the ledger in the unit in which the text counts; `result` is that of a relation.
fn in_unit(value: Decimal, result: Option<&str>, aim: &Aim, own: &str) -> Option<Decimal> {
    let top = result.unwrap_or_else(|| aim.counted_in());
    // 13个 and 13村 are one number of villages.
    if top == own || top.is_empty() || result == Some("个") {
        return Some(value);
    }
    aim::converted(value, top, own).map(|v| v.normalize())
}
