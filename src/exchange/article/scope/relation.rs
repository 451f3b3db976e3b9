//! How two amounts stand to each other: growth, difference, multiple, share, rank.
//!
//! Duty: what a relation is of, and what it is a relation to: both must be said, or a person is asked. Inputs: the phrase
//! of a figure and what is in force around it. Outputs: a claim. Neighbours: `figure` asks for it, `about` finds the thing.

use super::super::Figure;
use super::super::claim::{Claim, How, Thing};
use super::about::Found;
use super::lexicon::Sign;
use super::list::Item;
use super::tokens::What;
use super::walk::Walker;
use crate::register::Message;
use crate::value::{Period, RowId};

impl Walker<'_, '_> {
    /// What the last amount of the sentence was about.
    fn last_level(&self) -> Option<(&Thing, &Claim)> {
        let claim = self.claims.get(*self.sentence.levels.last()?)?;
        Some((claim.thing.as_ref()?, claim))
    }

    /// What a relation is about: what its own words name, otherwise the last amount.
    fn subject(&self, figure: Option<&Figure>, item: Option<&Item>) -> Option<Found> {
        let own = &self.phrase.own;
        let named = !self.phrase.names_nothing() || self.sentence.named;
        let named = named || !own.times.is_empty() || item.is_some();
        match self.last_level() {
            Some((thing, claim)) if !named => {
                let mut found = Found::of(thing.clone(), &claim.said);
                found.doubts.clone_from(&claim.doubts);
                found.doubts.extend(self.unexplained());
                if self.sentence.lost {
                    found.doubts.push(Message::new(
                        "前一个数没有读懂，不知道说的是什么",
                        "the figure before it was not understood",
                    ));
                }
                Some(found)
            }
            _ => self.about(figure, item, true),
        }
    }

    pub(super) fn changed(&mut self, figure: &Figure, item: Option<&Item>, share: bool) -> Claim {
        let Some(found) = self.subject((!share).then_some(figure), item) else { return Claim::default() };
        let down = match figure.reading.direction {
            Some(direction) => direction == crate::value::figure::Direction::Down,
            None => self.phrase.change.or(self.phrase.over) == Some(true),
        };
        if figure.reading.per.as_deref() == Some("年") {
            return Claim { down, ..self.yearly(found, share) };
        }
        if self.phrase.other_mean {
            return Claim { down, ..self.over_mean(found, share) };
        }
        match self.base(&found.thing) {
            Ok(base) => {
                let how = if share { How::Growth(base) } else { How::Difference(base) };
                Claim { down, ..found.claim(how) }
            }
            Err(doubt) => found.doubted(doubt),
        }
    }

    /// 年均增长22.9%: the first year must be said. A stretch of years alone may begin with the one before it.
    fn yearly(&self, mut found: Found, share: bool) -> Claim {
        if !share {
            return found.doubted(Message::new("年均增减额，要人看", "a difference a year on average"));
        }
        let said = !self.phrase.other.times.is_empty()
            || self.sentence.from.is_some()
            || self.sentence.base.is_some();
        if !said && let Some((first, last)) = found.years() {
            found.thing.period = Some(Period::year_of(last));
            let base = Thing { period: Some(Period::year_of(first)), ..found.thing.clone() };
            let two = Message::new(
                "年均增长从哪一年算起，有两种算法",
                "from which year growth a year is reckoned may be meant in two ways",
            );
            return Claim { loose: Some(two), ..found.claim(How::Yearly(base)) };
        }
        let year = |thing: &Thing| thing.period.map(Period::year);
        match self.base(&found.thing) {
            Ok(base)
                if base.place == found.thing.place && year(&found.thing) > year(&base).map(|y| y + 1) =>
            {
                found.claim(How::Yearly(base))
            }
            Ok(_) => found.doubted(Message::new(
                "年均增长，没有说从哪一年算起",
                "growth a year, and nothing says since which year",
            )),
            Err(doubt) => found.doubted(doubt),
        }
    }

    /// 高于全县村均8.94万元: the mean of the villages of a place that is named.
    fn over_mean(&self, found: Found, share: bool) -> Claim {
        let named = !self.phrase.names_nothing() || self.sentence.named;
        let before = self.last_level().filter(|_| !named);
        let own = self.phrase.mean || before.is_some_and(|(_, claim)| claim.how == How::Mean);
        let target = self.around.targets.iter().find(|t| t.key == found.thing.target);
        let of_village = found.thing.place.is_some_and(|p| self.around.places.village_of(p) == Some(p));
        let other = &self.phrase.other;
        let whose = other.mentions.last().map(|m| self.one_place(m));
        let counted = own || of_village && found.spots.len() < 2;
        if !counted || target.is_none_or(|t| t.per.is_some()) || !other.aims.is_empty() {
            return found.doubted(Message::new("和平均数比，要人看", "compared with a mean"));
        }
        let place = match whose {
            Some(Ok(place)) => place,
            Some(Err(doubt)) => return found.doubted(doubt),
            None => {
                return found.doubted(Message::new(
                    "没有说和哪里的平均数比",
                    "nothing says of which place the mean is",
                ));
            }
        };
        let mut of = Thing { place, ..found.thing.clone() };
        if let Some((time, words)) = other.times.last() {
            match super::frame::period(*time, words, self.date, found.thing.period) {
                Ok(period) => of.period = Some(period),
                Err(doubt) => return found.doubted(doubt),
            }
        }
        found.claim(How::OverMean { of, own, share })
    }

    /// What something is compared with.
    fn base(&self, thing: &Thing) -> Result<Thing, Message> {
        let other = &self.phrase.other;
        let mut base = thing.clone();
        let named = other.mentions.last().map(|m| self.one_place(m));
        if let Some(place) = named {
            base.place = place?;
        }
        if let Some((time, words)) = other.times.last() {
            base.period = Some(super::frame::period(*time, words, self.date, thing.period)?);
        } else if other.mentions.is_empty() {
            let from = self.sentence.from.and_then(|n| self.claims.get(n)).and_then(|c| c.thing.as_ref());
            let said = self.sentence.base.as_ref().filter(|_| self.phrase.same_time.is_none());
            if let Some((time, words)) = said {
                base.period = Some(super::frame::period(*time, words, self.date, thing.period)?);
                return if base == *thing { Err(unsaid_base()) } else { Ok(base) };
            }
            base.period = match (self.phrase.same_time, from) {
                (Some(Sign::Previous), _) => thing.period.map(crate::value::Period::previous),
                (None, Some(from)) if from.target == thing.target => {
                    return if from == thing { Err(unsaid_base()) } else { Ok(from.clone()) };
                }
                _ => thing.period.map(crate::value::Period::last_year),
            };
        }
        if base == *thing {
            return Err(unsaid_base());
        }
        Ok(base)
    }

    pub(super) fn times(&mut self, n: usize) -> Claim {
        if !self.phrase.compare {
            // 是2022年的2.6倍, 是青山村的5倍: what stands before 的 is the base.
            let before = n.checked_sub(2).and_then(|n| self.tokens.get(n)).map(|t| t.what);
            match before {
                Some(What::Time(_)) => self.phrase.other.times.extend(self.phrase.own.times.pop()),
                _ => self.phrase.other.mentions.extend(self.phrase.own.mentions.pop()),
            }
        }
        let Some(found) = self.subject(None, None) else { return Claim::default() };
        let none = self.phrase.other.times.is_empty() && self.phrase.other.mentions.is_empty();
        let of_aim = !self.phrase.other.aims.is_empty();
        match self.base(&found.thing) {
            Ok(base) if !none && !of_aim => found.claim(How::Times(base)),
            Ok(_) => {
                found.doubted(Message::new("没有说是什么的几倍", "nothing says what it is a multiple of"))
            }
            Err(doubt) => found.doubted(doubt),
        }
    }

    pub(super) fn share(&mut self) -> Claim {
        let other = std::mem::take(&mut self.phrase.other);
        let bare = self.phrase.names_nothing() && other.aims.is_empty() && other.mentions.is_empty();
        if self.phrase.count_share || bare && self.sentence.counted.is_some() {
            return match self.sentence.counted.clone() {
                Some((thing, tests)) => {
                    let mut found = Found::of(thing, &[]);
                    found.doubts.extend(self.unexplained());
                    found.claim(How::CountShare(tests))
                }
                None => Claim::default(),
            };
        }
        let Some(mut found) = self.subject(None, None) else { return Claim::default() };
        if let Some((time, words)) = other.times.last() {
            // 占比由2023年的44.8%: both of that year.
            match super::frame::period(*time, words, self.date, found.thing.period) {
                Ok(period) => found.thing.period = Some(period),
                Err(doubt) => return found.doubted(doubt),
            }
        }
        let total = self.last_level().filter(|_| self.phrase.part).map(|(thing, _)| thing.clone());
        let mut whole = match total.or_else(|| self.sentence.whole.clone()) {
            Some(whole) if other.aims.is_empty() && other.mentions.is_empty() => whole,
            None if other.aims.is_empty() && other.mentions.is_empty() => {
                return found.doubted(Message::new("没有说占什么的", "nothing says of what it is a share"));
            }
            _ => found.thing.clone(),
        };
        if let Some((aims, words)) = other.aims.last() {
            match self.pick(aims, words, None) {
                Ok((aim, _)) => {
                    if let Some(target) = self.around.targets.get(aim) {
                        whole.target.clone_from(&target.key);
                    }
                }
                Err(doubt) => return found.doubted(doubt),
            }
            whole.product = other.products.last().cloned();
        }
        if let Some(mention) = other.mentions.last() {
            match self.one_place(mention) {
                Ok(place) => whole.place = place,
                Err(doubt) => return found.doubted(doubt),
            }
        }
        if whole == found.thing {
            return found.doubted(Message::new("没有说占什么的", "nothing says of what it is a share"));
        }
        self.sentence.whole = Some(whole.clone());
        self.sentence.moving = self.phrase.from.then(|| (found.thing.clone(), whole.clone()));
        found.claim(How::Share(whole))
    }

    /// 降至39.4%: the second leg of a share that moves.
    pub(super) fn moved_share(&mut self) -> Claim {
        let Some((part, whole)) = self.sentence.moving.take() else { return Claim::default() };
        let mut found = Found::of(part, &[]);
        found.doubts.extend(self.unexplained());
        self.when(None, &mut found);
        let whole = Thing { period: found.thing.period, ..whole };
        found.claim(How::Share(whole))
    }

    pub(super) fn rank(&mut self) -> Claim {
        let among = self.phrase.own.mentions.pop();
        let among = match among.map(|m| self.one_place(&m)) {
            Some(Ok(place)) => place,
            Some(Err(doubt)) => return Claim { doubts: vec![doubt], ..Claim::default() },
            None => {
                let doubt = Message::new("没有说在哪里排名", "nothing says among which places");
                return Claim { doubts: vec![doubt], ..Claim::default() };
            }
        };
        let Some(found) = self.subject(None, None) else { return Claim::default() };
        let lies_in =
            |place: RowId| among.is_none_or(|a| self.around.places.path(place).iter().any(|p| p.id == a));
        if found.thing.place.is_none_or(|p| !lies_in(p) || Some(p) == among) {
            return found.doubted(Message::new("没有说是谁的名次", "nothing says whose rank it is"));
        }
        found.claim(How::Rank(among))
    }

    fn one_place(&self, mention: &super::phrase::Mention) -> Result<Option<RowId>, Message> {
        match &mention.spots {
            super::frame::Spots::Of(ids) => match ids.as_slice() {
                [only] => Ok(*only),
                _ => Err(Message::new("和几个单位比，要人看", "compared with several places")),
            },
            super::frame::Spots::Unsure(why) | super::frame::Spots::Foreign(why) => Err(why.clone()),
        }
    }
}

pub(super) fn unsaid_base() -> Message {
    Message::new("没有说和什么比", "nothing says what it is compared with")
}
