//! The walk through an article: title, headings, paragraphs, sentences, clauses – what each opens, and where it closes.
//!
//! Inputs: the tokens of an article. Outputs: a claim for each figure. Neighbours: `phrase` collects words, `frame` holds
//! what they put in force, `figure` says what a figure claims under both.

use super::super::claim::{Claim, Test, Thing};
use super::super::{Article, Document};
use super::frame::{self, Frame, Level, Spots};
use super::lexicon::{Meaning, Sign};
use super::list::List;
use super::phrase::{Mention, Phrase};
use super::tokens::{Token, What, tokens};
use super::{Around, Said, Source};
use crate::register::Message;
use crate::value::figure::Time;
use crate::value::{Date, RowId};

/// What a sentence has said so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Sentence {
    pub frame: Frame,
    /// The measured thing, its words, and what in them nobody knows.
    pub aims: Option<(Vec<usize>, String, Option<String>)>,
    pub actor: Option<String>,
    pub broken: Option<String>,
    /// 最高的: whose it is must be named.
    pub top: bool,
    /// So many villages are spoken of.
    pub group: Option<usize>,
    /// The figures that claim an amount, in order.
    pub levels: Vec<usize>,
    /// The figure from which something is counted: 由350亩.
    pub from: Option<usize>,
    /// A number of villages, and whether something that they fulfil has been said.
    pub villages: Option<usize>,
    pub tests: Vec<Test>,
    /// What was counted last.
    pub counted: Option<(Thing, Vec<Test>)>,
    /// What the last share was of.
    pub whole: Option<Thing>,
    /// 占比由44.8%: of what it is a share, while it is said how it moves.
    pub moving: Option<(Thing, Thing)>,
    /// 与2022年相比，: what the sentence compares with.
    pub base: Option<(Time, String)>,
    /// The last amount was not understood.
    pub lost: bool,
    /// Something was named since the last figure.
    pub named: bool,
    /// Several products were named last.
    pub products: usize,
    pub list: List,
    pub places_named: usize,
}

pub(super) struct Walker<'a, 'b> {
    pub document: &'a Document,
    pub around: &'a Around<'a>,
    pub date: Option<Date>,
    pub claims: &'b mut [Claim],
    pub tokens: Vec<Token<'a>>,
    title: Frame,
    opening: Option<Frame>,
    /// Headings that are open, the widest first.
    sections: Vec<(u8, Frame)>,
    paragraph: Frame,
    /// The last sentence spoke of several places: none of them goes on.
    several: bool,
    /// A township or county was named that is not in the ledger.
    strange: bool,
    /// Places named in the paragraph, the last one last.
    recent: Vec<RowId>,
    /// The text has begun: what comes before it is no opening.
    begun: bool,
    pub sentence: Sentence,
    pub phrase: Phrase,
}

/// A heading is no longer than this.
const LONGEST_HEADING: usize = 40;
/// A line without a mark that is no longer than this and ends no sentence is a heading.
const SHORT_LINE: usize = 24;
/// The level of a heading without a mark: under all that have one.
const UNMARKED: u8 = 9;
/// The level of the words that lead to a pasted table: they end with it.
const TABLE: u8 = 10;

/// Every figure of an article.
pub(super) fn article(
    document: &Document,
    number: usize,
    article: &Article,
    around: &Around<'_>,
    claims: &mut [Claim],
) {
    let figures = document.figures.iter().filter(|f| f.article == number);
    let Some(from) = figures.clone().map(|f| f.at.start).next() else { return };
    let first = document.bodies.get(number).map_or(from, |r| r.start);
    let end = document.bodies.get(number).map_or(document.clean.len(), |r| r.end);
    let mut walker = Walker {
        document,
        around,
        date: article.date,
        claims,
        tokens: tokens(document, around.lexicon, first..end),
        title: Frame::default(),
        opening: None,
        sections: Vec::new(),
        paragraph: Frame::default(),
        several: false,
        strange: false,
        recent: Vec::new(),
        begun: false,
        sentence: Sentence::default(),
        phrase: Phrase::default(),
    };
    walker.run(first, article.title.is_some());
}

impl<'a> Walker<'a, '_> {
    fn run(&mut self, first: usize, titled: bool) {
        let mut at = 0;
        let mut line_start = first;
        let mut is_first = true;
        while at < self.tokens.len() {
            let rest = self.tokens.get(at..).unwrap_or_default();
            let length =
                rest.iter().position(|t| matches!(t.what, What::Stop('\n'))).map_or(rest.len(), |n| n + 1);
            let title = is_first && titled;
            is_first = false;
            if !self.document.tables.iter().any(|t| t.contains(&line_start)) {
                self.sections.retain(|(level, _)| *level < TABLE);
            }
            let body = if title { length } else { self.heading(at, length, line_start) };
            if title {
                let frame = self.frame_of(at, length);
                self.title.take(frame, Source::Title);
            }
            self.line(at + body, at + length);
            let end = self.tokens.get(at + length - 1).map(|t| t.range.end);
            if body == 0 && self.document.tables.iter().any(|t| Some(t.start) == end) {
                self.leads_in();
            }
            line_start = self.tokens.get(at + length - 1).map_or(line_start, |t| t.range.end);
            at += length;
        }
    }

    /// 2023年各村收入如下：, a long title: what the line before a table said holds for its rows.
    fn leads_in(&mut self) {
        let mut frame = Frame::default();
        frame.take(self.paragraph.clone(), Source::Heading);
        self.sections.push((TABLE, frame));
    }

    /// The tokens of a line that are its heading.
    fn heading(&mut self, at: usize, length: usize, from: usize) -> usize {
        let chars = &self.document.clean;
        let end = self.tokens.get(at + length - 1).map_or(from, |t| t.range.end);
        let line = chars.get(from..end).unwrap_or_default();
        let rank = mark(line);
        let tokens = self.tokens.get(at..at + length).unwrap_or_default();
        let stop = tokens.iter().position(|t| matches!(t.what, What::Stop('。' | '\n' | ':' | ';')));
        let used = stop.map_or(length, |n| n + 1);
        let head = tokens.get(..used).unwrap_or_default();
        let long = head.last().map_or(0, |t| t.range.end.saturating_sub(from));
        let figures = head.iter().any(|t| matches!(t.what, What::Figure(_)));
        let whole = used == length && !matches!(head.last().map(|t| t.what), Some(What::Stop('。' | ';')));
        let level = match rank {
            Some(rank) if long <= LONGEST_HEADING && !figures => rank,
            None if whole && long <= SHORT_LINE && !figures && length > 1 => UNMARKED,
            _ => return 0,
        };
        self.sections.retain(|(open, _)| *open < level);
        let frame = self.frame_of(at, used);
        self.sections.push((level, frame));
        used
    }

    /// What the words of a title or heading put in force.
    fn frame_of(&mut self, at: usize, length: usize) -> Frame {
        self.phrase = Phrase::default();
        self.sentence = Sentence::default();
        for n in at..at + length {
            if let Some(What::Time(_)) = self.tokens.get(n).map(|t| t.what)
                && !self.phrase.own.times.is_empty()
            {
                // 2024年工作总结及2025年打算: the first is what it tells of.
                continue;
            }
            self.note(n);
        }
        let phrase = std::mem::take(&mut self.phrase);
        let ahead = phrase.plan && phrase.own.times.len() < 2 && !self.also_looks_back(at, length);
        let mut frame = Frame { ahead, ..Frame::default() };
        self.put(&phrase, &mut frame, Source::Heading);
        self.sentence = Sentence::default();
        if let Some(said) = &mut frame.spots
            && let Spots::Foreign(why) = &said.what
            // 学习岭西县经验, 带动周边乡镇增收: it is spoken of, what comes next is ours.
            && !phrase.unknown.is_empty()
            && phrase.own.aims.is_empty()
            && !phrase.every
        {
            said.what = Spots::Unsure(why.clone());
        }
        frame
    }

    /// 工作总结及下步打算 looks back as well.
    fn also_looks_back(&self, at: usize, length: usize) -> bool {
        let range = self
            .tokens
            .get(at)
            .map(|t| t.range.start)
            .zip(self.tokens.get(at + length - 1).map(|t| t.range.end));
        let words: String =
            range.and_then(|(a, b)| self.document.clean.get(a..b)).unwrap_or_default().iter().collect();
        ["总结", "回顾", "情况", "完成", "进展", "报告"].iter().any(|w| words.contains(w))
    }

    fn line(&mut self, from: usize, to: usize) {
        self.paragraph = Frame::default();
        self.several = false;
        self.recent.clear();
        self.sentence = Sentence::default();
        self.phrase = Phrase::default();
        self.begun |= from < to;
        for n in from..to {
            match self.tokens.get(n).map(|t| t.what) {
                Some(What::Figure(figure)) => self.figure(n, figure),
                Some(What::Stop(stop)) => self.stop(stop),
                Some(_) => self.note(n),
                None => {}
            }
        }
        self.stop('\n');
    }

    fn stop(&mut self, stop: char) {
        self.settle();
        match stop {
            ';' => {
                self.sentence.actor = None;
                self.sentence.broken = None;
                self.sentence.group = None;
                (self.sentence.villages, self.sentence.tests) = (None, Vec::new());
            }
            '。' | '!' | '?' | '\n' => {
                let done = std::mem::take(&mut self.sentence);
                self.close_opening(&done.frame);
                if done.places_named > 0 {
                    self.several = done.places_named > 1;
                }
                if self.opening.is_none() && self.begun {
                    self.opening = Some(Frame { ahead: false, ..done.frame.clone() });
                }
                self.paragraph.take(Frame { ahead: false, ..done.frame }, Source::Paragraph);
            }
            ',' => self.sentence.villages = None,
            _ => {}
        }
    }

    /// The year of the opening holds until another is stated (domain §10.5-1).
    fn close_opening(&mut self, said: &Frame) {
        let year = |f: &Frame| match f.period.as_ref()?.what {
            Time::In(period) => Some(period.year()),
            Time::Since(year) | Time::Years(_, year) => Some(year),
            Time::AsOf(_) | Time::Unknown => None,
        };
        if let Some(opening) = &mut self.opening
            && let Some((first, now)) = year(opening).zip(year(said))
            && first != now
        {
            opening.period = None;
        }
    }

    /// What a phrase has named is in force for the rest of its sentence.
    pub(super) fn settle(&mut self) {
        let phrase = std::mem::take(&mut self.phrase);
        let mut frame = std::mem::take(&mut self.sentence.frame);
        let period = frame.period.clone();
        if !phrase.based {
            self.put(&phrase, &mut frame, Source::Sentence);
        }
        if phrase.from {
            // 由2023年的350亩: only where it begins.
            frame.period = period;
        }
        self.sentence.frame = frame;
        let own = &phrase.own;
        if let Some((aims, words)) = own.aims.last() {
            let unknown = (!phrase.unknown.is_empty()).then(|| phrase.unknown.join("…"));
            self.sentence.aims = Some((aims.clone(), words.clone(), unknown));
        }
        if phrase.actor.is_some() {
            self.sentence.actor.clone_from(&phrase.actor);
        } else if phrase.collective || !own.mentions.is_empty() {
            self.sentence.actor = None;
        }
        // 最高的向坪村: it is named.
        self.sentence.top = (self.sentence.top || phrase.top) && !own.mentions.iter().any(|m| !m.level);
        if phrase.broken.is_some() {
            self.sentence.broken.clone_from(&phrase.broken);
        } else if own.mentions.iter().any(|m| !m.level) {
            self.sentence.broken = None;
        }
        if phrase.compare
            && let Some(time) = phrase.other.times.last()
        {
            self.sentence.base = Some(time.clone());
        }
        self.sentence.named |= !phrase.names_nothing();
        if !own.products.is_empty() {
            self.sentence.products = own.products.len();
        }
        if phrase.group.is_some() {
            self.sentence.group = phrase.group;
        }
        self.sentence.places_named += own.mentions.iter().filter(|m| !m.level).count();
        self.sentence.list.offer(&phrase);
    }

    fn put(&self, phrase: &Phrase, frame: &mut Frame, by: Source) {
        if let Some((time, words)) = phrase.own.time() {
            frame.period = Some(Said::new(time, by, words));
        }
        if let Some(mention) = phrase.own.mentions.last() {
            frame.spots = Some(Said::new(mention.spots.clone(), by, mention.words.clone()));
        }
        if let [.., product] = phrase.own.products.as_slice() {
            frame.product = Some(Said::new(product.clone(), by, product.to_string()));
        }
    }

    /// The frames in force outside the phrase, the nearest first.
    pub(super) fn frames(&self) -> impl Iterator<Item = (&Frame, Source)> {
        let sections = self.sections.iter().rev().map(|(_, f)| (f, Source::Heading));
        [(&self.sentence.frame, Source::Sentence), (&self.paragraph, Source::Paragraph)]
            .into_iter()
            .chain(sections)
            .chain([(&self.title, Source::Title)])
            .chain(self.opening.as_ref().map(|f| (f, Source::Opening)))
    }

    /// Whether the last sentence leaves several places to choose from.
    pub(super) const fn several(&self) -> bool {
        self.several
    }

    /// Whether a heading above tells of plans.
    pub(super) fn plans(&self) -> bool {
        self.sections.iter().any(|(_, f)| f.ahead) || self.title.ahead
    }

    pub(super) fn words(&self, n: usize) -> String {
        let range = self.tokens.get(n).map(|t| t.range.clone()).unwrap_or_default();
        self.document.clean.get(range).unwrap_or_default().iter().collect()
    }

    /// A token that is neither figure nor stop.
    fn note(&mut self, n: usize) {
        let words = self.words(n);
        match self.tokens.get(n).map(|t| t.what) {
            Some(What::Time(time)) => {
                self.phrase.side().times.push((time, words));
                self.phrase.joined = false;
            }
            Some(What::Word(Meaning::Places(ids))) => self.named(n, ids, words),
            Some(What::Word(Meaning::Sign(sign @ (Sign::County | Sign::Town | Sign::Village)))) => {
                let level = match sign {
                    Sign::County => Level::County,
                    Sign::Town => Level::Town,
                    _ => Level::Village,
                };
                let spots = frame::level(level, &words, (&self.near(), self.strange), self.around);
                self.mention(n, Mention { spots, words, level: true });
            }
            Some(What::Word(Meaning::Sign(Sign::Elsewhere)) | What::Stranger) => {
                let town = words.ends_with(['镇', '乡', '道', '县', '市', '区']);
                self.strange |= town && !words.starts_with(['邻', '外']);
                let why = missing(&words);
                let foreign = self.around.is_foreign(&words);
                let spots = if foreign { Spots::Foreign(why) } else { Spots::Unsure(why) };
                self.mention(n, Mention { spots, words, level: false });
            }
            Some(What::Word(Meaning::Sign(Sign::Each))) => {
                self.sentence.list.begin(&self.phrase, super::list::run(&self.tokens, n, self.document));
            }
            Some(What::Word(meaning)) => {
                if words == "相比" || words == "相较" {
                    // 与2023年相比
                    self.phrase.other.times.extend(self.phrase.own.times.pop());
                }
                self.phrase.word(meaning, words);
            }
            Some(What::Villages(count)) => self.phrase.group = Some(count),
            Some(What::Unknown) => {
                self.phrase.unknown.push(words);
                self.phrase.joined = false;
            }
            _ => {}
        }
    }

    fn named(&mut self, n: usize, ids: &[RowId], words: String) {
        let spots = match ids {
            [only] => Spots::Of(vec![Some(*only)]),
            _ => Spots::Unsure(Message::new(
                format!("台账里叫“{words}”的不止一个"),
                format!("“{words}” stands for several places"),
            )),
        };
        self.mention(n, Mention { spots, words, level: false });
    }

    fn mention(&mut self, n: usize, mention: Mention) {
        let mention = match self.qualifier(n) {
            // 岭西镇沙溪村: another one of that name.
            Some(whole) if !mention.level => {
                let words = format!("{whole}{}", mention.words);
                let foreign = matches!(mention.spots, Spots::Foreign(_));
                let why = missing(&words);
                let spots = if foreign { Spots::Foreign(why) } else { Spots::Unsure(why) };
                Mention { spots, words, level: false }
            }
            _ => mention,
        };
        let places = self.around.places;
        let inside = |old: Option<RowId>, new: Option<RowId>| {
            old.zip(new).is_some_and(|(old, new)| old != new && places.path(new).iter().any(|p| p.id == old))
        };
        if let Spots::Of(ids) = &mention.spots {
            self.recent.extend(ids.iter().copied().flatten());
        }
        self.phrase.place(mention, inside);
    }

    /// The foreign township or county that stands directly before a place.
    fn qualifier(&self, n: usize) -> Option<String> {
        let mut before = n.checked_sub(1)?;
        if self.words(before) == "的" {
            before = before.checked_sub(1)?;
        }
        let (token, next) = (self.tokens.get(before)?, self.tokens.get(before + 1)?);
        let strange = matches!(token.what, What::Stranger | What::Word(Meaning::Sign(Sign::Elsewhere)));
        let words = self.words(before);
        (strange && token.range.end == next.range.start && self.around.is_foreign(&words)).then_some(words)
    }

    /// The places in force, the nearest first.
    fn near(&self) -> Vec<RowId> {
        let own = self.phrase.own.mentions.iter().rev().map(|m| &m.spots);
        let outer = self.frames().filter_map(|(f, _)| f.spots.as_ref()).map(|s| &s.what);
        let all = own.chain(outer).filter_map(|spots| match spots {
            Spots::Of(ids) => ids.last().copied().flatten(),
            Spots::Unsure(_) | Spots::Foreign(_) => None,
        });
        all.chain(self.recent.iter().rev().copied()).collect()
    }
}

fn missing(words: &str) -> Message {
    Message::new(format!("“{words}”不在台账里"), format!("“{words}” is not in the ledger"))
}

/// How high a heading stands by its mark: 一、 over （一） over 1. over (1).
fn mark(line: &[char]) -> Option<u8> {
    let line: Vec<char> = line.iter().copied().filter(|c| *c != ' ').take(6).collect();
    let numeral = |c: &char| "一二三四五六七八九十".contains(*c);
    let digit = |c: &char| c.is_ascii_digit();
    match line.as_slice() {
        ['第', c, '章' | '部', ..] if numeral(c) => Some(0),
        [c, '、', ..] if numeral(c) => Some(1),
        ['十', c, '、', ..] if numeral(c) => Some(1),
        ['(', c, ')', ..] if numeral(c) => Some(2),
        ['(', '十', c, ')', ..] if numeral(c) => Some(2),
        [c, '.' | '、', next, ..] if digit(c) && !digit(next) => Some(3),
        [a, b, '.' | '、', ..] if digit(a) && digit(b) => Some(3),
        ['(', c, ')', ..] if digit(c) => Some(4),
        ['·', ..] => Some(5),
        _ => None,
    }
}
