//! Articles (读文章): every figure of a text found, with what it measures, where and when (domain §8, M4, M18).
//!
//! Duty: from the bytes or the text of a file to its articles, figures and findings. Inputs: [`source::text`] takes
//! files, [`read`] takes text. Outputs: [`Document`]. Neighbours: `value::figure` is the grammar; `register`
//! declares the fields that [`link`] proposes; [`judge`] holds what was read against a ledger, [`kept`] stores it;
//! the page and the command line show the result.

pub mod aim;
pub mod check;
pub mod claim;
pub mod clean;
pub mod compare;
mod docx;
mod error;
pub mod goal;
pub mod judge;
pub mod kept;
pub mod link;
pub mod marks;
pub mod moved;
mod reckon;
pub mod scope;
pub mod source;
pub mod split;
mod subject;
mod table;
pub mod take;
pub mod tell;

pub use error::SourceError;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use clean::Clean;
use split::{Line, Part};

use crate::value::figure::{self, Found, Moment, Other, Reading, What};
use crate::value::{Date, order};

/// What is known before reading.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The date against which 今年 is read when the text has none of its own.
    pub date: Option<Date>,
    /// Places of the ledger (R01), by name.
    pub places: Vec<String>,
}

/// A text that was read. All places are characters (Unicode scalar values) of the original.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The articles in it.
    pub articles: Vec<Article>,
    /// Its figures, in order; one that is printed twice stands here once.
    pub figures: Vec<Figure>,
    /// What looks like a figure and is none.
    pub asides: Vec<Aside>,
    /// What was noticed: sums, percentages, contradictions, damage.
    pub findings: Vec<check::Finding>,
    /// The text as it was read: half width, Simplified, its broken lines joined.
    pub(crate) clean: Vec<char>,
    /// Where the rows of pasted tables stand in it.
    pub(crate) tables: Vec<Range<usize>>,
    /// Where each article stands in it.
    pub(crate) bodies: Vec<Range<usize>>,
    /// Every time that is named in it.
    pub(crate) times: Vec<Moment>,
    /// Every place that is named in it.
    pub(crate) named: Vec<subject::Named>,
}

/// One article of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its title.
    pub title: Option<String>,
    /// The day it was published, or the one that was given.
    pub date: Option<Date>,
    /// Where it stands.
    pub range: Range<usize>,
}

/// One figure of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Index of its article.
    pub article: usize,
    /// As it stands.
    pub figure: String,
    /// Where it stands.
    pub range: Range<usize>,
    /// The clause around it, as it stands.
    pub quote: String,
    /// What it says.
    pub reading: Reading,
    /// The measured thing, in the text's words.
    pub subject: Option<String>,
    /// The nearest place named before it.
    pub place: Option<String>,
    /// Where else the same sentence is printed.
    pub again: Vec<Range<usize>>,
    /// Its sentence, by which figures belong together.
    pub sentence: usize,
    /// Where it stands in the text as it was read.
    pub(crate) at: Range<usize>,
}

/// Something that is no figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Aside {
    /// As it stands.
    pub words: String,
    /// Where it stands.
    pub range: Range<usize>,
    /// What it is.
    pub what: Other,
}

/// A repeated sentence shorter than this may be a coincidence.
const SENTENCE: usize = 12;

/// Reads a text.
pub fn read(text: &str, options: &Options) -> Document {
    let original: Vec<char> = text.chars().collect();
    let lines = split::lines(&original);
    let clean = clean::clean(&original, &lines);
    let parts = split::parts(&original, &lines);
    let mut reader = Reader {
        original: &original,
        clean: &clean,
        known: options.places.iter().map(|p| super::text::fold(p)).collect(),
        document: Document::default(),
        sentences: HashMap::new(),
        places: Vec::new(),
        sentence: 0,
    };
    for part in parts {
        reader.article(part, options.date);
    }
    reader.furniture(&lines);
    let mut document = reader.document;
    document.findings = check::check(&document, &original);
    document.tables = clean.tables;
    document.clean = clean.chars;
    document
}

struct Reader<'a> {
    original: &'a [char],
    clean: &'a Clean,
    known: HashSet<String>,
    document: Document,
    /// Where a sentence with this fingerprint stood first, and the sentence.
    sentences: HashMap<u64, (usize, &'a [char])>,
    /// Places of the cleaned text, ascending, with the figure that stands there.
    places: Vec<(usize, usize)>,
    sentence: usize,
}

impl<'a> Reader<'a> {
    fn article(&mut self, part: Part, given: Option<Date>) {
        let date = part.date.or(given);
        let start = self.clean.position(part.range.start);
        let end = self.clean.position(part.range.end);
        let chars = self.clean.chars.get(start..end).unwrap_or_default();
        let (found, times) = figure::read_with_times(chars, date);
        let named = subject::places(chars, &self.known);
        self.document.articles.push(Article { title: part.title, date, range: part.range });
        let mut found = found.into_iter().peekable();
        let mut from = 0;
        while from < chars.len() {
            let rest = chars.get(from..).unwrap_or_default();
            let length = rest.iter().position(|c| is_end(*c)).map_or(rest.len(), |n| n + 1);
            let sentence = from..from + length;
            let mut inside = Vec::new();
            while let Some(next) = found.next_if(|f| f.start < sentence.end) {
                inside.push(next);
            }
            if !inside.is_empty() {
                self.sentence(chars, start, sentence.clone(), inside, &named);
            }
            from = sentence.end;
        }
        let moved = |t: Moment| Moment { start: t.start + start, end: t.end + start, ..t };
        self.document.times.extend(times.into_iter().map(moved));
        let moved = |n: subject::Named| subject::Named { start: n.start + start, end: n.end + start, ..n };
        self.document.named.extend(named.into_iter().map(moved));
        self.document.bodies.push(start..end);
    }

    fn sentence(
        &mut self,
        chars: &'a [char],
        offset: usize,
        sentence: Range<usize>,
        inside: Vec<Found>,
        named: &[subject::Named],
    ) {
        self.sentence += 1;
        let words = chars.get(sentence.clone()).unwrap_or_default();
        let here = offset + sentence.start;
        let first = self.first(words, here);
        let mut earlier = sentence.start;
        // 带动脱贫户85户312人: a figure without words of its own goes on with what was said.
        let mut last: Option<String> = None;
        let mut before = None;
        for found in inside {
            let original = self.clean.original(offset + found.start..offset + found.end);
            let repeated = (first != here).then(|| self.figure_at(first + found.start - sentence.start));
            let known = repeated.flatten().and_then(|i| self.document.figures.get_mut(i));
            if let Some(known) = known {
                known.again.push(original);
                continue;
            }
            let words: String = self.slice(original.clone());
            match found.what {
                What::Other(what) => self.document.asides.push(Aside { words, range: original, what }),
                What::Figure(reading) => {
                    self.places.push((offset + found.start, self.document.figures.len()));
                    let own = found.start..found.end;
                    let quote = clause(chars, &own);
                    let at = subject::Place {
                        figure: own,
                        noun: reading.noun,
                        sentence: sentence.clone(),
                        earlier,
                        class: reading.class,
                    };
                    let place = named.partition_point(|n| n.end <= found.start);
                    let place = place.checked_sub(1).and_then(|i| named.get(i)).map(|n| n.name.clone());
                    // 85户312人, 3亩、5亩: they go on with what was named; 6个小组、412户 do not.
                    let goes_on = found.start == earlier || before == reading.class;
                    let subject = subject::subject(chars, &at).or_else(|| last.take().filter(|_| goes_on));
                    before = reading.class;
                    last.clone_from(&subject);
                    self.document.figures.push(Figure {
                        article: self.document.articles.len().saturating_sub(1),
                        figure: words,
                        range: original,
                        quote: self.slice(self.clean.original(offset + quote.start..offset + quote.end)),
                        subject: subject.map(|s| subject::without(s, place.as_deref())),
                        place,
                        reading,
                        again: Vec::new(),
                        sentence: self.sentence,
                        at: offset + found.start..offset + found.end,
                    });
                }
            }
            earlier = found.end;
        }
    }

    /// Where these words stood first; here, when they are new or say too little.
    fn first(&mut self, words: &'a [char], here: usize) -> usize {
        if words.len() < SENTENCE {
            return here;
        }
        let (first, same) = *self.sentences.entry(fingerprint(words)).or_insert((here, words));
        if same == words { first } else { here }
    }

    fn figure_at(&self, place: usize) -> Option<usize> {
        let at = self.places.binary_search_by_key(&place, |(p, _)| *p).ok()?;
        self.places.get(at).map(|(_, figure)| *figure)
    }

    fn slice(&self, range: Range<usize>) -> String {
        let chars = self.original.get(range).unwrap_or_default();
        let mut words = String::with_capacity(chars.len() * '村'.len_utf8());
        words.extend(chars);
        words
    }

    /// The page's own lines, where they have digits.
    fn furniture(&mut self, lines: &[Line]) {
        let numbered = lines.iter().filter(|l| l.furniture && l.words.contains(|c: char| c.is_ascii_digit()));
        let asides: Vec<Aside> = numbered
            .map(|l| Aside { words: self.slice(l.range.clone()), range: l.range.clone(), what: Other::Noise })
            .collect();
        self.document.asides.extend(asides);
        order::sort_by_key(&mut self.document.asides, |a| a.range.start);
    }
}

/// Tells nearly all sentences apart; the sentences themselves tell the rest.
fn fingerprint(words: &[char]) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    words.iter().fold(0, |h: u64, c| (h.rotate_left(5) ^ u64::from(*c)).wrapping_mul(ODD))
}

const fn is_end(c: char) -> bool {
    matches!(c, '。' | '!' | '?' | ';' | '\n')
}

/// A quotation shorter than this says too little.
const QUOTE: usize = 10;
const LONGEST_QUOTE: usize = 60;

/// The clause around a figure; with the clause before it when it is very short.
fn clause(chars: &[char], figure: &Range<usize>) -> Range<usize> {
    let stops = |c: &char| is_end(*c) || *c == ',';
    let before = chars.get(..figure.start).unwrap_or_default();
    let back = |from: usize| {
        let part = before.get(..from).unwrap_or_default();
        part.iter().rev().take(LONGEST_QUOTE).position(stops).unwrap_or(part.len().min(LONGEST_QUOTE))
    };
    let after = chars.get(figure.end..).unwrap_or_default();
    let more = after.iter().take(LONGEST_QUOTE).position(stops).unwrap_or(after.len().min(LONGEST_QUOTE));
    let mut start = figure.start - back(figure.start);
    if figure.end + more - start < QUOTE && start > 0 && chars.get(start - 1) == Some(&',') {
        start = start - 1 - back(start - 1);
    }
    start..figure.end + more
}

#[cfg(test)]
mod held_tests;
#[cfg(test)]
mod judged_tests;
#[cfg(test)]
mod tests;
