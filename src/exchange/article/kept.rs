//! Articles and links as the ledger keeps them (register T01), so that undo, history, merging and export hold.
//!
//! Duty: the stored form, both ways. Inputs: a state, or what somebody decided about a figure. Outputs: articles,
//! links and rules read back; operations in a draft. Neighbours: `register::catalog::t01` declares the fields;
//! `judge` holds what is kept against the ledger and keeps what somebody confirms; the page commits the drafts.

use std::cmp::Reverse;

use rust_decimal::Decimal;

use super::Figure;
use super::claim::{How, Thing};
use crate::exchange::text::fold;
use crate::ledger::{Draft, Record, State};
use crate::register::Fields as _;
use crate::register::catalog::t01::{self, AHEAD};
use crate::value::order;
use crate::value::{Date, Period, RowId, Text, Value};

pub(super) const REGISTER: &str = t01::KEY;

/// A stored article.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// Its record.
    pub id: RowId,
    /// Its title.
    pub title: Text,
    /// Its date, where it has one.
    pub date: Option<Date>,
    /// The file it came from; empty for pasted text.
    pub file: Text,
    /// When it was stored, in milliseconds since 1970.
    pub at: u64,
    /// How many of its figures are linked.
    pub linked: usize,
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
    /// In which relation the figure stands to it.
    pub how: How,
}

impl Link {
    /// What it names, without the relation.
    pub fn thing(&self) -> Thing {
        Thing {
            target: self.target.clone(),
            place: self.place,
            period: self.period,
            product: self.product.clone(),
        }
    }

    /// A claim's thing in its relation.
    pub fn of(thing: &Thing, how: How) -> Self {
        let Thing { target, place, period, product } = thing.clone();
        Self { target, place, period, product, how }
    }
}

/// A stored link.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Its record.
    pub id: RowId,
    /// First character of the figure.
    pub start: usize,
    /// What it is linked to.
    pub link: Link,
    /// The ledger's value when it was linked, in the figure's unit.
    pub value: Option<Decimal>,
    /// The figure's unit.
    pub unit: Text,
    /// It tells of what is to come: the ledger may move without saying anything about it.
    pub ahead: bool,
}

/// An earlier correction: such words in such a unit mean this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its record.
    pub id: RowId,
    /// The words of the text.
    pub subject: Text,
    /// The unit.
    pub unit: Text,
    /// Key of the aim.
    pub target: Text,
    /// Of which product.
    pub product: Option<Text>,
}

/// The stored records of a kind.
pub(super) fn records<'a>(state: &'a State, kind: &'static str) -> impl Iterator<Item = &'a Record> + 'a {
    state.sheet(REGISTER).into_iter().flat_map(move |s| s.of_kind(kind))
}

/// A field's text.
pub(super) fn words(record: &Record, key: &str) -> Option<Text> {
    record.value(key).and_then(Value::as_str).map(Text::from)
}

/// The stored articles, the latest first.
pub fn articles(state: &State) -> Vec<Saved> {
    let of =
        |id: RowId| move |r: &&Record| r.value(t01::figure::ARTICLE).and_then(Value::as_ref_id) == Some(id);
    let mut all: Vec<Saved> = records(state, t01::article::KIND)
        .map(|r| Saved {
            id: r.id(),
            title: words(r, t01::article::TITLE).unwrap_or_default(),
            date: r.value(t01::article::DATE).and_then(Value::as_date),
            file: words(r, t01::article::FILE).unwrap_or_default(),
            at: r.created().map_or(0, |s| s.millis),
            linked: records(state, t01::figure::KIND).filter(of(r.id())).count(),
        })
        .collect();
    order::sort_by_key(&mut all, |a| Reverse((a.at, a.id)));
    all
}

/// The text of a stored article; none when it is gone.
pub fn text(state: &State, article: RowId) -> Option<Text> {
    words(state.record(REGISTER, article).filter(|r| !r.is_gone())?, t01::article::TEXT)
}

/// The links of an article, in the order of the text. Where two devices linked one figure, the later holds.
pub fn links(state: &State, article: RowId) -> Vec<Kept> {
    use t01::figure as field;
    let own = records(state, field::KIND)
        .filter(|r| r.value(field::ARTICLE).and_then(Value::as_ref_id) == Some(article));
    let mut all: Vec<(usize, Reverse<_>, Kept)> = own
        .filter_map(|r| {
            let start = r.value(field::START).and_then(Value::as_decimal)?;
            let start = usize::try_from(start.mantissa()).ok()?;
            let link = Link {
                target: words(r, field::TARGET)?.to_string(),
                place: r.value(field::PLACE).and_then(Value::as_ref_id),
                period: r.value(field::PERIOD).and_then(Value::as_period),
                product: words(r, field::PRODUCT),
                // A relation that this version does not know is none that it can compute.
                how: match words(r, field::HOW) {
                    Some(stored) => serde_json::from_str(&stored).ok()?,
                    None => How::Level,
                },
            };
            let value = r.value(field::VALUE).and_then(Value::as_decimal);
            let unit = words(r, field::UNIT).unwrap_or_default();
            let ahead = r.value(field::STATE).and_then(Value::as_str) == Some(AHEAD);
            Some((start, Reverse(r.updated()), Kept { id: r.id(), start, link, value, unit, ahead }))
        })
        .collect();
    order::sort_by(&mut all, |a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let mut last = None;
    all.retain(|(start, ..)| last.replace(*start) != Some(*start));
    all.into_iter().map(|(.., kept)| kept).collect()
}

/// What was learnt from corrections, the latest first.
pub fn rules(state: &State) -> Vec<Rule> {
    let mut all: Vec<(Reverse<_>, Rule)> = records(state, t01::rule::KIND)
        .filter_map(|r| {
            let rule = Rule {
                id: r.id(),
                subject: words(r, t01::rule::SUBJECT)?,
                unit: words(r, t01::rule::UNIT).unwrap_or_default(),
                target: words(r, t01::rule::TARGET)?,
                product: words(r, t01::rule::PRODUCT),
            };
            Some((Reverse(r.updated()), rule))
        })
        .collect();
    order::sort_by(&mut all, |a, b| a.0.cmp(&b.0));
    all.into_iter().map(|(_, rule)| rule).collect()
}

/// A new article.
pub fn article(draft: &mut Draft, id: RowId, title: &str, date: Option<Date>, file: &str, text: &str) {
    let mut fields = vec![
        (Text::from(t01::article::TITLE), Value::text(title)),
        (Text::from(t01::article::TEXT), Value::text(text)),
    ];
    fields.extend(date.map(|d| (Text::from(t01::article::DATE), Value::Date(d))));
    if !file.is_empty() {
        fields.push((Text::from(t01::article::FILE), Value::text(file)));
    }
    draft.create(REGISTER, t01::article::KIND, id, fields, None);
}

/// Learns from a correction: the next figure with these words is linked like this one first.
pub fn learn(draft: &mut Draft, state: &State, figure: &Figure, link: &Link, new: RowId) {
    let Some(subject) = figure.subject.as_deref() else { return };
    let unit = figure.reading.unit.as_deref().unwrap_or_default();
    let product = link.product.as_deref().map(Value::text);
    let same = |r: &Rule| fold(&r.subject) == fold(subject) && &*r.unit == unit;
    let known = rules(state).into_iter().find(same).map(|rule| rule.id);
    let lasting =
        [(t01::rule::SUBJECT, Some(Value::text(subject))), (t01::rule::UNIT, Some(Value::text(unit)))];
    let decided = [(t01::rule::TARGET, Some(Value::text(&link.target))), (t01::rule::PRODUCT, product)];
    decide(draft, state, t01::rule::KIND, (new, known), lasting, decided);
}

type Decided = (&'static str, Option<Value>);

/// What somebody decided: over what was decided before, otherwise as a new record with what never changes in it.
pub(super) fn decide(
    draft: &mut Draft,
    state: &State,
    kind: &'static str,
    (new, known): (RowId, Option<RowId>),
    lasting: impl IntoIterator<Item = Decided>,
    decided: impl IntoIterator<Item = Decided>,
) {
    if let Some(row) = known {
        for (key, value) in decided {
            draft.set(state, REGISTER, row, key, value, None);
        }
        return;
    }
    let all = lasting.into_iter().chain(decided);
    draft.create(REGISTER, kind, new, all.filter_map(|(k, v)| Some((Text::from(k), v?))).collect(), None);
}

/// Takes a link away; the article stays.
pub fn unlink(draft: &mut Draft, kept: RowId) {
    draft.delete(REGISTER, kept);
}
