//! A text as a row of tokens: words that are known, figures, times, and what nobody knows.
//!
//! Duty: nothing is skipped – a run of characters that no word explains is a token too, because a figure about
//! something unknown is not judged. Inputs: the cleaned text of a document, its figures and times, a [`Lexicon`].
//! Outputs: [`Token`]s in order. Neighbours: `walk` reads them.

use std::ops::Range;

use super::super::Document;
use super::lexicon::{Lexicon, Meaning};
use crate::value::figure::{Time, is_han};

/// One piece of the text.
#[derive(Debug, Clone)]
pub(super) struct Token<'a> {
    /// Its characters in the cleaned text.
    pub range: Range<usize>,
    pub what: What<'a>,
}

/// What a piece is.
#[derive(Debug, Clone, Copy)]
pub(super) enum What<'a> {
    /// The figure with this number.
    Figure(usize),
    Time(Time),
    Word(&'a Meaning),
    /// A place by its form, which is not in the ledger.
    Stranger,
    /// A comma, a full stop, the end of a line.
    Stop(char),
    /// A numeral before 个村.
    Villages(usize),
    Unknown,
}

/// The tokens of `range` of the cleaned text.
pub(super) fn tokens<'a>(document: &Document, lexicon: &'a Lexicon, range: Range<usize>) -> Vec<Token<'a>> {
    let chars = document.clean.get(..range.end).unwrap_or_default();
    let mut found: Vec<Token<'a>> = Vec::new();
    let mut at = range.start;
    let mut figure = document.figures.partition_point(|f| f.at.start < range.start);
    let mut time = document.times.partition_point(|t| t.start < range.start);
    let mut named = document.named.partition_point(|n| n.start < range.start);
    while let Some(c) = chars.get(at).copied() {
        while document.figures.get(figure).is_some_and(|f| f.at.start < at) {
            figure += 1;
        }
        while document.times.get(time).is_some_and(|t| t.start < at) {
            time += 1;
        }
        while document.named.get(named).is_some_and(|n| n.start < at) {
            named += 1;
        }
        let (what, end) = if let Some(f) = document.figures.get(figure).filter(|f| f.at.start == at) {
            (What::Figure(figure), f.at.end)
        } else if let Some(t) = document.times.get(time).filter(|t| t.start == at) {
            (What::Time(t.time), t.end)
        } else if let Some((word, used)) = lexicon.at(before(document, chars, (figure, time)), at) {
            let stranger = document.named.get(named).filter(|n| n.start == at && n.end > at + used);
            match stranger {
                Some(n) => (What::Stranger, n.end),
                None => (What::Word(word), at + used),
            }
        } else if let Some(n) = document.named.get(named).filter(|n| n.start == at) {
            (What::Stranger, n.end)
        } else if let Some((n, end)) = villages(chars, at) {
            (What::Villages(n), end)
        } else if matches!(c, ',' | ';' | ':' | '。' | '!' | '?' | '\n' | '(' | ')') {
            (What::Stop(c), at + 1)
        } else if is_han(c) || c.is_alphanumeric() {
            (What::Unknown, at + 1)
        } else {
            at += 1;
            continue;
        };
        match found.last_mut().filter(|last| last.range.end == at) {
            Some(last) if matches!((last.what, what), (What::Unknown, What::Unknown)) => last.range.end = end,
            _ => found.push(Token { range: at..end, what }),
        }
        at = end.max(at + 1);
    }
    found
}

/// The characters up to the next figure or time: no word reaches into 每村18.85万元.
fn before<'a>(document: &Document, chars: &'a [char], (figure, time): (usize, usize)) -> &'a [char] {
    let starts =
        [document.figures.get(figure).map(|f| f.at.start), document.times.get(time).map(|t| t.start)];
    let limit = starts.into_iter().flatten().min().unwrap_or(chars.len());
    chars.get(..limit).unwrap_or(chars)
}

/// 三个村: villages that the grammar of figures leaves alone.
fn villages(chars: &[char], at: usize) -> Option<(usize, usize)> {
    const NUMERALS: &str = "零一二三四五六七八九十";
    let n = match chars.get(at)? {
        '两' => 2,
        c => NUMERALS.chars().position(|n| n == *c)?,
    };
    let rest = chars.get(at + 1..)?;
    let used = [&['个', '村'][..], &['村']].into_iter().find(|w| rest.starts_with(w))?.len();
    Some((n, at + 1 + used))
}
