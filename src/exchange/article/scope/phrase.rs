//! The words between two stops or figures: what they name, and in which relation.
//!
//! Duty: one token after the other is noted, without a decision; what stands after 比 is the base of a comparison, what
//! stands after 占 the whole of a share, everything else is what the figure is about. Neighbours: `walk` feeds it,
//! `figure` decides.

use super::lexicon::{Meaning, Sign};
use crate::value::figure::Time;
use crate::value::{Grain, RowId, Text};

/// Places in the words in which they are named, joined by 和 into one mention.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    pub spots: super::frame::Spots,
    pub words: String,
    /// 全县: a level and no name.
    pub level: bool,
}

/// What is named, on one side of a comparison or share.
#[derive(Debug, Clone, Default)]
pub(super) struct Side {
    /// The targets that the words fit, and the words.
    pub aims: Vec<(Vec<usize>, String)>,
    pub products: Vec<Text>,
    pub mentions: Vec<Mention>,
    pub times: Vec<(Time, String)>,
}

impl Side {
    /// The time that is named last; years that are named one after the other are one stretch.
    pub fn time(&self) -> Option<(Time, String)> {
        let (last, words) = self.times.last()?;
        let year = |(time, _): &(Time, String)| match time {
            Time::In(period) if period.grain() == Grain::Year => Some(period.year()),
            _ => None,
        };
        let years: Option<Vec<i16>> = self.times.iter().map(year).collect();
        let stretch =
            years.filter(|y| y.len() > 1 && y.windows(2).all(|w| matches!(w, [a, b] if *b == a + 1)));
        match stretch.as_deref() {
            Some([first, .., last]) => {
                let words: Vec<&str> = self.times.iter().map(|(_, w)| w.as_str()).collect();
                Some((Time::Years(*first, *last), words.join("、")))
            }
            _ => Some((*last, words.clone())),
        }
    }
}

/// A phrase.
#[derive(Debug, Clone, Default)]
pub(super) struct Phrase {
    /// What it is about.
    pub own: Side,
    /// After 比 or 占.
    pub other: Side,
    /// Words that nobody knows.
    pub unknown: Vec<String>,
    pub actor: Option<String>,
    /// 村集体
    pub collective: bool,
    /// 一组, 其余: less than a place, or all but some.
    pub broken: Option<String>,
    pub total: bool,
    pub mean: bool,
    /// 高于全县村均: what it is compared with is a mean.
    pub other_mean: bool,
    pub compare: bool,
    pub same_time: Option<Sign>,
    pub share: bool,
    /// 较2023年的52万元: the figure is what is compared with.
    pub based: bool,
    /// 占全镇村数
    pub count_share: bool,
    pub part: bool,
    pub change: Option<bool>,
    /// 高于, 低于
    pub over: Option<bool>,
    pub from: bool,
    pub every: bool,
    /// 最高的
    pub top: bool,
    pub plan: bool,
    /// 的村
    pub villages: bool,
    /// 三个村
    pub group: Option<usize>,
    /// The last token joined what comes next to what came before.
    pub joined: bool,
}

impl Phrase {
    /// The side that words now go to.
    pub fn side(&mut self) -> &mut Side {
        if (self.compare || self.share) && self.change.is_none() { &mut self.other } else { &mut self.own }
    }

    /// 较2023年的52万元增长: before any word of change, an amount is that of the base.
    pub fn base_is_said(&mut self, relation: bool) {
        let other = !self.other.times.is_empty() || !self.other.mentions.is_empty();
        if relation || !self.compare || !other || self.change.or(self.over).is_some() {
            return;
        }
        self.based = true;
        self.own.times.append(&mut self.other.times);
        self.own.mentions.append(&mut self.other.mentions);
        self.own.aims.append(&mut self.other.aims);
    }

    /// Whether nothing at all was named.
    pub fn names_nothing(&self) -> bool {
        self.own.aims.is_empty() && self.own.products.is_empty() && self.own.mentions.is_empty()
    }

    /// A known word that is no place.
    pub fn word(&mut self, meaning: &Meaning, words: String) {
        match meaning {
            Meaning::Aims(aims) => self.side().aims.push((aims.clone(), words)),
            Meaning::Product(product) => {
                let product = product.clone();
                let joined = self.joined;
                let side = self.side();
                if !joined {
                    side.products.clear();
                }
                side.products.push(product);
            }
            Meaning::Places(_) => {}
            Meaning::Sign(sign) => self.sign(*sign, words),
        }
        self.joined = matches!(meaning, Meaning::Sign(Sign::And));
    }

    fn sign(&mut self, sign: Sign, words: String) {
        match sign {
            Sign::Group | Sign::Except => self.broken = Some(words),
            Sign::Actor => {
                // 柑橘产业党委: the product is a part of the name.
                self.own.products.clear();
                self.actor = Some(words);
            }
            Sign::Own => self.collective = true,
            Sign::Total => self.total = true,
            Sign::Mean if self.compare && self.change.is_none() => self.other_mean = true,
            Sign::Mean => self.mean = true,
            Sign::Compare => {
                self.compare = true;
                // 高于全县: more than what comes next.
                self.over = match words.as_str() {
                    "高于" | "多于" => Some(false),
                    "低于" | "少于" => Some(true),
                    _ => self.over,
                };
            }
            Sign::SameTime | Sign::Previous => self.same_time = Some(sign),
            Sign::Share => self.share = true,
            Sign::VillageCount => self.count_share = true,
            Sign::Part => self.part = true,
            Sign::Villages => self.villages = true,
            Sign::More => self.change = Some(false),
            Sign::Less => self.change = Some(true),
            Sign::From => self.from = true,
            Sign::Plan => self.plan = true,
            Sign::Every => self.every = true,
            Sign::Top => self.top = true,
            Sign::County
            | Sign::Town
            | Sign::Village
            | Sign::Elsewhere
            | Sign::Each
            | Sign::And
            | Sign::Idle => {}
        }
    }

    /// A place or a level.
    pub fn place(&mut self, mention: Mention, inside: impl Fn(Option<RowId>, Option<RowId>) -> bool) {
        use super::frame::Spots;
        let joined = self.joined;
        let side = self.side();
        match (side.mentions.last_mut(), &mention.spots) {
            (Some(Mention { spots: Spots::Of(known), words, level: false }), Spots::Of(more)) if joined => {
                known.extend(more.iter().copied());
                words.push('、');
                words.push_str(&mention.words);
            }
            // 沙溪镇沙溪村: one place with its levels.
            (Some(last), Spots::Of(more))
                if matches!(&last.spots, Spots::Of(known)
                    if matches!((known.as_slice(), more.as_slice()), ([old], [new]) if inside(*old, *new))) =>
            {
                *last = mention;
            }
            _ => side.mentions.push(mention),
        }
        self.joined = false;
    }
}
