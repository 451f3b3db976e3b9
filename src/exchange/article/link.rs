//! What in the ledger a figure may be: a field of a register or an indicator, and a place – each with its reason.
//!
//! Duty: proposals that a person confirms or corrects. Inputs: a figure and the [`Target`]s; the registers declare
//! theirs, the caller adds the indicators. Outputs: [`Proposal`]s, the best first. Neighbours: `subject` found the
//! words; `register::catalog` declares the headings that mean a field.

use serde::Serialize;

use super::super::text::fold;
use super::Figure;
use crate::register::catalog::headings;
use crate::register::{Aggregate, FieldKind, Message, Schema};
use crate::value::order;
use crate::value::unit::{self, Class, Unit};

/// Something that a figure may be linked to.
#[derive(Debug, Clone)]
pub struct Target {
    /// `R06.line.area` or `I-16`.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Every way to say it, folded; the name first.
    pub(super) words: Vec<String>,
    pub(super) unit: Option<Unit>,
    pub(super) per: Option<String>,
    /// The register whose rows stand behind it.
    pub(super) home: String,
    /// Rows behind it are told apart by product.
    pub(super) by_product: bool,
    /// It is a place's own number, kept without a period.
    pub(super) of_place: bool,
    /// It is an indicator.
    pub(super) computed: bool,
    /// What several years have adds up to what they have together.
    pub(super) adds: bool,
    /// Its records belong to a period, as most of what a text says does.
    pub(super) of_period: bool,
}

/// One proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The target's key.
    pub target: String,
    /// The target's name.
    pub name: String,
    /// How much of the subject it explains, in characters.
    pub weight: usize,
    /// It is kept in the unit of the text, not only in one that converts.
    pub own_unit: bool,
    /// Why it is proposed.
    pub reason: Message,
}

impl Target {
    /// A target by name, such as an indicator: `unit` may be a quotient (元/亩).
    pub fn new(key: impl Into<String>, name: &str, unit: &str, aliases: &[&str]) -> Self {
        let (above, per) = unit.split_once('/').map_or((unit, None), |(a, b)| (a, Some(b.to_owned())));
        let words = std::iter::once(name).chain(aliases.iter().copied()).map(fold).collect();
        Self {
            key: key.into(),
            name: name.to_owned(),
            words,
            unit: unit::find(above),
            per,
            home: String::new(),
            by_product: false,
            of_place: false,
            computed: false,
            adds: false,
            of_period: false,
        }
    }

    /// Whether it is kept in the unit of the figure (true) or in one that converts; none when it is counted otherwise.
    pub(super) fn fits(&self, figure: &Figure) -> Option<bool> {
        let unit = figure.reading.unit.as_deref().and_then(unit::find);
        let counted = |u: &Unit| matches!(u.class, Class::Count | Class::People | Class::Households);
        let kind = match (&unit, &self.unit) {
            (Some(own), Some(its)) => own.same_kind(its) && (!counted(its) || own.class == its.class),
            (Some(own), None) => counted(own),
            _ => false,
        };
        let time = |per: &str| matches!(per, "年" | "月" | "季度" | "半年");
        let own_per = figure.reading.per.as_deref().filter(|p| !time(p));
        // So much for each village is the mean of what is kept for all of them.
        let mean = own_per == Some("村") && self.per.is_none();
        let fits = kind && (mean || own_per == self.per.as_deref());
        fits.then(|| self.unit.as_ref().map(|u| &u.name) == unit.as_ref().map(|u| &u.name))
    }
}

/// The fields of the registers that hold numbers.
pub fn targets(schema: &Schema) -> Vec<Target> {
    let fields = schema.kinds().flat_map(|(r, k)| k.fields.iter().map(move |f| (r, k, f)));
    let numbers = fields.filter(|(_, _, f)| {
        matches!(
            f.kind,
            FieldKind::Int
                | FieldKind::Decimal(_)
                | FieldKind::Money
                | FieldKind::Percent
                | FieldKind::Quantity
        ) && f.aggregate != Aggregate::None
    });
    numbers
        .map(|(register, kind, field)| {
            let unit = match field.kind {
                FieldKind::Percent => "%",
                _ => field.base_unit().unwrap_or_default(),
            };
            let aliases: Vec<&str> = headings::of(register, kind, field).collect();
            let key = format!("{}.{}.{}", register.key, kind.key, field.key);
            let of_period = kind.periodic();
            Target { of_period, ..Target::new(key, &field.label.zh, unit, &aliases) }
        })
        .collect()
}

/// At most so many proposals: more are no help.
const MOST: usize = 5;

/// What the figure may be, the best first: the unit fits, and the subject names it.
pub fn propose(figure: &Figure, targets: &[Target]) -> Vec<Proposal> {
    let subject = fold(figure.subject.as_deref().unwrap_or_default());
    let proposed = |t: &Target| Some((proposal(figure, &subject, t)?, t.of_period));
    let mut found: Vec<(Proposal, bool)> = targets.iter().filter_map(proposed).collect();
    order::sort_by(&mut found, |(a, a_period), (b, b_period)| {
        let by_unit = b.own_unit.cmp(&a.own_unit).then(b_period.cmp(a_period));
        b.weight.cmp(&a.weight).then(by_unit).then_with(|| a.target.cmp(&b.target))
    });
    found.truncate(MOST);
    found.into_iter().map(|(proposal, _)| proposal).collect()
}

fn proposal(figure: &Figure, subject: &str, target: &Target) -> Option<Proposal> {
    let own_unit = target.fits(figure)?;
    let word = target
        .words
        .iter()
        .filter(|w| w.chars().count() >= 2 && subject.contains(w.as_str()))
        .max_by_key(|w| w.chars().count())?;
    let unit = figure.reading.unit.as_deref().unwrap_or_default();
    Some(Proposal {
        target: target.key.clone(),
        name: target.name.clone(),
        weight: word.chars().count(),
        own_unit,
        reason: Message::new(
            format!("文中说“{word}”，单位“{unit}”与“{}”相合", target.name),
            format!("The text says “{word}” in {unit}, as {} is kept", target.name),
        ),
    })
}
