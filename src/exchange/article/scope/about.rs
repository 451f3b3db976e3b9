//! What a phrase is about: the measured thing, where, when, of which product – each with where it is said.
//!
//! Duty: the nearest word that says it holds; a word that is too far away, or stands for several things, is a doubt.
//! Neighbours: `figure` asks for it, `walk` keeps what is in force.

use super::super::Figure;
use super::super::claim::{Claim, How, Thing};
use super::frame::{self, Spots};
use super::list::Item;
use super::walk::Walker;
use super::{Said, Source};
use crate::analysis::indicator::Ask;
use crate::register::Message;
use crate::value::figure::Time;
use crate::value::unit::Class;
use crate::value::{Period, RowId, Text};

/// Evidence that weighs less than this asks a person.
const ENOUGH: u8 = 6;

/// What a figure is about.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// The thing, with the first place and product of several.
    pub thing: Thing,
    /// Its target, by its place in the list.
    pub aim: Option<usize>,
    pub spots: Vec<Option<RowId>>,
    pub products: Vec<Text>,
    pub said: Vec<Said<Message>>,
    pub doubts: Vec<Message>,
    pub others: Vec<usize>,
    /// The years that are in force, where they are several; until somebody takes them they are a doubt.
    span: Option<(i16, i16, Message)>,
}

impl Found {
    /// The thing of a figure before, and where that was said.
    pub fn of(thing: Thing, said: &[Said<Message>]) -> Self {
        let earlier = |s: &Said<Message>| {
            let by = if s.by == Source::Clause { Source::Sentence } else { s.by };
            s.clone().from(by)
        };
        Self { thing, said: said.iter().map(earlier).collect(), ..Self::default() }
    }

    /// The years that are in force, for a claim that is about all of them.
    pub fn years(&mut self) -> Option<(i16, i16)> {
        let (first, last, doubt) = self.span.take()?;
        self.doubts.retain(|d| *d != doubt);
        Some((first, last))
    }

    pub const fn spans_years(&self) -> bool {
        self.span.is_some()
    }

    pub fn claim(self, how: How) -> Claim {
        let Self { thing, said, doubts, others, .. } = self;
        Claim { thing: Some(thing), how, said, doubts, others, ..Claim::default() }
    }

    pub fn doubted(mut self, doubt: Message) -> Claim {
        self.doubts.push(doubt);
        self.claim(How::Level)
    }

    /// All that is listed together, or on average.
    pub fn together(self, how: fn(Vec<Thing>) -> How) -> Claim {
        let mut things = Vec::new();
        let places = if self.spots.is_empty() { vec![self.thing.place] } else { self.spots.clone() };
        for place in places {
            let thing = Thing { place, ..self.thing.clone() };
            if self.products.len() < 2 {
                things.push(thing);
                continue;
            }
            let of = |p: &Text| Thing { product: Some(p.clone()), ..thing.clone() };
            things.extend(self.products.iter().map(of));
        }
        self.claim(how(things))
    }
}

impl Walker<'_, '_> {
    /// What stands in the way of telling: unknown words, somebody else's figures, less than a place.
    pub(super) fn unexplained(&self) -> Vec<Message> {
        let mut doubts = Vec::new();
        if !self.phrase.unknown.is_empty() {
            doubts.push(unknown(&self.phrase.unknown.join("…")));
        }
        let named = self.phrase.own.mentions.iter().any(|m| !m.level);
        let actor = self.phrase.actor.as_ref();
        let actor = actor.or(self.sentence.actor.as_ref().filter(|_| !self.phrase.collective && !named));
        if let Some(who) = actor {
            doubts.push(Message::new(format!("说的是“{who}”的数"), format!("it is the figure of “{who}”")));
        }
        let in_force = self.sentence.frame.spots.as_ref();
        let held = in_force.is_some_and(|s| matches!(&s.what, Spots::Of(ids) if self.are_villages(ids)));
        if (self.phrase.top || self.sentence.top) && !named && !held {
            doubts.push(Message::new(
                "说的是其中最高或最低的一个，没有说是谁",
                "it is the highest or lowest of them, and nothing says which",
            ));
        }
        let broken = self.phrase.broken.as_ref();
        if let Some(words) = broken.or(self.sentence.broken.as_ref().filter(|_| !named)) {
            doubts
                .push(Message::new(format!("“{words}”只是其中一部分"), format!("“{words}” is only a part")));
        }
        doubts
    }

    fn are_villages(&self, ids: &[Option<RowId>]) -> bool {
        let village = |id: &Option<RowId>| id.is_some_and(|id| self.around.places.village_of(id) == Some(id));
        !ids.is_empty() && ids.iter().all(village)
    }

    /// The thing that the phrase names, with what is in force around it. `bare` accepts any unit: a relation has its
    /// own.
    pub(super) fn about(&self, figure: Option<&Figure>, item: Option<&Item>, bare: bool) -> Option<Found> {
        let mut found = Found::default();
        let taught = figure.and_then(|f| (self.around.taught)(f));
        let measured = match &taught {
            Some((aim, _, words)) => {
                let name = self.around.targets.get(*aim).map(|t| t.name.clone()).unwrap_or_default();
                Some((*aim, Said::new(Message::new(name.clone(), name), Source::Taught, words.clone())))
            }
            None => self.measured(figure.filter(|_| !bare), item, &mut found),
        };
        let (aim, said) = measured?;
        found.aim = Some(aim);
        let target = self.around.targets.get(aim)?;
        found.thing.target.clone_from(&target.key);
        if taught.is_none() {
            found.doubts.extend(self.unexplained());
        }
        self.when(item, &mut found);
        self.place(item, &mut found);
        if target.by_product {
            match &taught {
                Some((_, product, _)) => found.thing.product.clone_from(product),
                None => self.product(item, &mut found),
            }
            let own_unit = figure.is_none_or(|f| target.fits(f) == Some(true));
            if taught.is_none() && found.thing.product.is_none() && found.products.is_empty() && !own_unit {
                found.doubts.push(Message::new(
                    "没有写产品，单位也不是台账的单位",
                    "no product is named, and the ledger counts in another unit",
                ));
            }
        }
        found.said.push(said);
        self.group(aim, &mut found);
        Some(found)
    }

    /// The target.
    fn measured(
        &self,
        figure: Option<&Figure>,
        item: Option<&Item>,
        found: &mut Found,
    ) -> Option<(usize, Said<Message>)> {
        let own = self.phrase.own.aims.last().map(|(a, w)| (a, w, None::<&String>, Source::Clause));
        let listed = match item {
            Some(Item::Aim((aims, words))) => Some((aims, words, None, Source::List)),
            _ => None,
        };
        let before =
            self.sentence.aims.as_ref().map(|(a, w, unknown)| (a, w, unknown.as_ref(), Source::Sentence));
        let implied = || self.implied(figure?).map(|aim| (aim, Source::Clause));
        let named = listed.or(own);
        let several = self.phrase.own.aims.len() > 1 && listed_none(item);
        if let Some((aims, words, _, by)) = named {
            if several {
                found.doubts.push(Message::new(
                    "前面写了几样东西，不知道是哪一样的数",
                    "several things are named before it",
                ));
            }
            return self.chosen(aims, words, by, figure, found);
        }
        if let Some((aims, words, unknown_words, by)) = before {
            let fits = figure.is_none_or(|f| aims.iter().any(|n| self.fits(*n, f).is_some()));
            if fits {
                if let Some(words) = unknown_words {
                    found.doubts.push(unknown(words));
                }
                return self.chosen(aims, words, by, figure, found);
            }
        }
        let (aim, by) = implied()?;
        let name = self.around.targets.get(aim)?.name.clone();
        let unit = figure.and_then(|f| f.reading.unit.as_deref()).unwrap_or_default();
        Some((aim, Said::new(Message::new(name.clone(), name), by, unit)))
    }

    fn chosen(
        &self,
        aims: &[usize],
        words: &str,
        by: Source,
        figure: Option<&Figure>,
        found: &mut Found,
    ) -> Option<(usize, Said<Message>)> {
        let (aim, others) = match self.pick(aims, words, figure) {
            Ok(picked) => picked,
            Err(doubt) => {
                let first = aims.iter().find(|n| figure.is_none_or(|f| self.fits(**n, f).is_some()))?;
                found.doubts.push(doubt);
                (*first, aims.to_vec())
            }
        };
        found.others = others;
        let name = self.around.targets.get(aim)?.name.clone();
        Some((aim, Said::new(Message::new(name.clone(), name), by, words)))
    }

    /// Whether a target is kept in the unit of the figure (true), or in one that converts.
    fn fits(&self, aim: usize, figure: &Figure) -> Option<bool> {
        self.around.targets.get(aim)?.fits(figure)
    }

    /// One target among those that a word fits.
    pub(super) fn pick(
        &self,
        aims: &[usize],
        words: &str,
        figure: Option<&Figure>,
    ) -> Result<(usize, Vec<usize>), Message> {
        let targets = self.around.targets;
        let mut left: Vec<usize> = aims.to_vec();
        if let Some(figure) = figure {
            left.retain(|n| self.fits(*n, figure).is_some());
            if left.iter().any(|n| self.fits(*n, figure) == Some(true)) {
                left.retain(|n| self.fits(*n, figure) == Some(true));
            }
        }
        let product = self.phrase.own.products.last().is_some()
            || self.frames().any(|(f, by)| f.product.is_some() && by > Source::Paragraph);
        let by_product = |n: &usize| targets.get(*n).is_some_and(|t| t.by_product);
        if product && left.iter().any(by_product) {
            left.retain(by_product);
        }
        let place = |n: &usize| targets.get(*n).is_some_and(|t| t.of_place);
        let at_a_place = figure.is_some() && !product && !self.phrase.own.mentions.is_empty();
        if at_a_place && left.iter().any(place) {
            left.retain(place);
        }
        let home = |n: &usize| targets.get(*n).map(|t| t.home.as_str());
        match left.as_slice() {
            [] => Err(Message::new(
                format!("“{words}”和这个数的单位对不上"),
                format!("“{words}” is not counted in this unit"),
            )),
            // A total and the indicator of the same register are one number under two names.
            [first, rest @ ..] if rest.iter().all(|n| home(n) == home(first)) => {
                let indicator = left.iter().find(|n| targets.get(**n).is_some_and(|t| t.computed));
                Ok((*indicator.unwrap_or(first), left.clone()))
            }
            [first, ..] => {
                let names = |n: &usize| targets.get(*n).map(|t| t.name.clone());
                let second = left.iter().find(|n| home(n) != home(first)).and_then(names).unwrap_or_default();
                let one = names(first).unwrap_or_default();
                Err(Message::new(
                    format!("“{words}”可能是“{one}”，也可能是另一本台账的“{second}”"),
                    format!("“{words}” may be {one}, or {second} of another register"),
                ))
            }
        }
    }

    /// 茶叶260亩, 全村730户: the unit says what is counted.
    fn implied(&self, figure: &Figure) -> Option<usize> {
        let targets = self.around.targets.iter().enumerate();
        let fitting = targets.filter(|(_, t)| t.fits(figure) == Some(true) && !t.computed);
        if !self.phrase.own.products.is_empty() {
            let sized = matches!(figure.reading.class, Some(Class::Area | Class::Weight));
            return fitting.filter(|(_, t)| sized && t.by_product).map(|(n, _)| n).next();
        }
        if self.phrase.own.mentions.is_empty() {
            return None;
        }
        let mut own = fitting.filter(|(_, t)| t.of_place).map(|(n, _)| n);
        own.next().filter(|_| own.next().is_none())
    }

    // ---- when, where, of which product

    pub(super) fn when(&self, item: Option<&Item>, found: &mut Found) {
        let mut all: Vec<(Time, String, Source)> = Vec::new();
        if let Some(Item::Time(said)) = item {
            all.push((said.what, said.words.clone(), Source::List));
        }
        all.extend(self.phrase.own.time().map(|(t, w)| (t, w, Source::Clause)));
        let frames = self.frames().filter_map(|(f, by)| Some((f.period.as_ref()?, by)));
        all.extend(frames.map(|(said, by)| (said.what, said.words.clone(), by)));
        let given = self.around.chosen.1;
        let dated = self.date.map(|d| Period::year_of(d.year()));
        let mut outer = given.or(dated);
        let mut result = match (given, dated) {
            (Some(period), _) => Some((Ok(period), Source::Chosen, String::new())),
            (None, Some(period)) => Some((Ok(period), Source::Date, String::new())),
            (None, None) => None,
        };
        let nearest = all.first().map(|(time, ..)| *time);
        for (time, words, by) in all.into_iter().rev() {
            let period = frame::period(time, &words, self.date, outer);
            // 去年 and 今年 of one sentence are both seen from the year that is written out.
            if !matches!(time, Time::Unknown | Time::AsOf(None)) {
                outer = period.clone().ok().or(outer);
            }
            result = Some((period, by, words));
        }
        let unsaid = || Message::new("文中没有写时间，不知道和哪一年比", "no time is named to compare with");
        match result {
            Some((Ok(period), by, words)) => {
                found.thing.period = Some(period);
                found.said.push(Said::new(Message::new(period.zh(), period.to_string()), by, words));
                if by.weight() < ENOUGH {
                    found.doubts.push(Message::new(
                        "文中没有写时间，只有文章的日期",
                        "no time is named, only the article has a date",
                    ));
                }
            }
            Some((Err(doubt), by, words)) => {
                if let Some(Time::Years(first, last)) = nearest {
                    found.span = Some((first, last, doubt.clone()));
                    let told = Message::new(format!("{first}年至{last}年"), format!("{first} to {last}"));
                    found.said.push(Said::new(told, by, words));
                }
                found.doubts.push(doubt);
            }
            // A place's own numbers are those of the place as it is.
            None if found.aim.and_then(|n| self.around.targets.get(n)).is_some_and(|t| t.of_place) => {}
            None => found.doubts.push(unsaid()),
        }
    }

    fn place(&self, item: Option<&Item>, found: &mut Found) {
        let listed = match item {
            Some(Item::Place(said)) => {
                Some(Said::new(Spots::Of(vec![said.what]), Source::List, said.words.clone()))
            }
            _ => None,
        };
        let own = self.phrase.own.mentions.last();
        let own = own.map(|m| Said::new(m.spots.clone(), Source::Clause, m.words.clone()));
        let outer = || self.frames().find_map(|(f, by)| Some(f.spots.clone()?.from(by)));
        let chosen =
            || self.around.chosen.0.map(|id| Said::new(Spots::Of(vec![Some(id)]), Source::Chosen, ""));
        let Some(said) = listed.or(own).or_else(outer).or_else(chosen) else {
            found
                .doubts
                .push(Message::new("文中没有写是哪里的数", "the text does not say of which place it is"));
            return;
        };
        match &said.what {
            Spots::Of(ids) => {
                found.thing.place = ids.first().copied().flatten();
                found.spots.clone_from(ids);
                let names: Vec<String> = ids.iter().map(|id| self.name(*id)).collect();
                let names = names.join("、");
                found.said.push(Said::new(Message::new(names.clone(), names), said.by, said.words.clone()));
            }
            Spots::Unsure(why) | Spots::Foreign(why) => found.doubts.push(why.clone()),
        }
        if let Spots::Of(ids) = &said.what
            && let Some((by, words)) = self.foreign(ids)
        {
            found.doubts.push(Message::new(
                format!("{}“{words}”，这里的“{}”可能是那里的", by.words().zh, said.words),
                format!("{} “{words}”: “{}” may be a place in it", by.words().en, said.words),
            ));
        }
        if said.by == Source::Paragraph && self.several() {
            found.doubts.push(Message::new(
                "前一句写了几个单位，不知道是哪一个的",
                "the sentence before names several places",
            ));
        }
    }

    /// The heading that says of a place of the ledger that another one of its name is meant: it names a township or
    /// county that is not in the ledger, and no nearer one names what the place lies in.
    fn foreign(&self, ids: &[Option<RowId>]) -> Option<(Source, String)> {
        let headings = self.frames().filter(|(_, by)| matches!(by, Source::Heading | Source::Title));
        let said = headings.filter_map(|(frame, by)| Some((frame.spots.as_ref()?, by)));
        for (said, by) in said {
            match &said.what {
                Spots::Foreign(_) => return Some((by, said.words.clone())),
                Spots::Of(outer) if self.around.contain(outer, ids) => return None,
                Spots::Of(_) | Spots::Unsure(_) => {}
            }
        }
        None
    }

    fn name(&self, id: Option<RowId>) -> String {
        id.map_or_else(|| "全部".to_owned(), |id| self.around.places.name(id).to_string())
    }

    fn product(&self, item: Option<&Item>, found: &mut Found) {
        if let Some(Item::Product(said)) = item {
            found.thing.product = Some(said.what.clone());
            return;
        }
        let own = &self.phrase.own.products;
        if let [.., last] = own.as_slice() {
            // Of several none is meant more than the others.
            found.thing.product = Some(last.clone()).filter(|_| own.len() == 1);
            found.products.clone_from(own);
            let words = own.iter().map(|p| &**p).collect::<Vec<_>>().join("、");
            found.said.push(Said::new(Message::new(words.clone(), words), Source::Clause, last.to_string()));
            return;
        }
        let outer = self.frames().find_map(|(f, by)| Some((f.product.as_ref()?, by)));
        let Some((said, by)) = outer else { return };
        found.thing.product = Some(said.what.clone());
        let told = Message::new(said.what.to_string(), said.what.to_string());
        found.said.push(Said::new(told, by, said.words.clone()));
        if by == Source::Sentence && self.sentence.products > 1 {
            found.doubts.push(Message::new(
                "本句写了几种产品，不知道是哪一种的",
                "several products are named in the sentence",
            ));
        }
        if matches!(by, Source::Paragraph | Source::Opening) {
            found.doubts.push(Message::new(
                format!("本句没有写产品，不知道是不是“{}”", said.what),
                format!("no product is named here; it may be “{}”", said.what),
            ));
        }
    }

    /// 8个村: which they are must be known.
    fn group(&self, aim: usize, found: &mut Found) {
        let named = self.phrase.own.mentions.last().is_some_and(|m| !m.level);
        let Some(count) = self.phrase.group.or(self.sentence.group) else { return };
        let whole = found.thing.place;
        let listed = found.spots.len() == count && count > 1;
        if listed || named && self.phrase.group.is_none() {
            return;
        }
        let period = found.thing.period;
        let all = self.around.places.villages(whole, period).len() == count;
        let have = || {
            let Some(period) = period else { return false };
            let ask = Ask { place: whole, period, product: found.thing.product.clone() };
            (self.around.filled)(aim, &ask) == count
        };
        if all || have() {
            found.doubts.retain(|d| d.zh != "文中没有写是哪里的数");
            return;
        }
        found.doubts.push(Message::new(
            format!("“{count}个村”是哪几个村，文中没有说"),
            format!("nothing says which the {count} villages are"),
        ));
    }
}

const fn listed_none(item: Option<&Item>) -> bool {
    !matches!(item, Some(Item::Aim(_)))
}

fn unknown(words: &str) -> Message {
    Message::new(
        format!("“{words}”在台账里没有对应的说法"),
        format!("the ledger has nothing that “{words}” means"),
    )
}
