//! Dirty text made readable without losing where anything stood (domain §8.1).
//!
//! Duty: half width, Simplified, no pinyin in brackets, no blanks inside figures, broken lines joined – with a
//! map back to the original. Inputs: the original's characters. Outputs: [`Clean`]. Neighbours: `split` says
//! which lines are furniture; `value::figure` reads the result.

use std::ops::Range;

use super::super::text::simplified;
use super::split::Line;
use super::table::Cell;
use crate::value::figure::{is_han, is_measure};
use crate::value::fold::nfkc;

/// Normalised characters, each with the place of the original character it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clean {
    /// Half width, Simplified, without what was dropped.
    pub chars: Vec<char>,
    /// Where the rows of a pasted table stand.
    pub tables: Vec<Range<usize>>,
    from: Vec<u32>,
}

impl Clean {
    /// The original characters behind `range`.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let place = |i: usize| self.from.get(i).map_or(0, |n| *n as usize);
        match range.end.checked_sub(1).filter(|last| *last >= range.start) {
            Some(last) => place(range.start)..place(last) + 1,
            None => place(range.start)..place(range.start),
        }
    }

    /// How many characters came before the original place `at`.
    pub fn position(&self, at: usize) -> usize {
        self.from.partition_point(|n| (*n as usize) < at)
    }

    /// What was added since `begun` is a row; rows that follow each other are one table.
    fn table(&mut self, begun: usize) {
        let end = self.chars.len();
        match self.tables.last_mut() {
            _ if end == begun => {}
            Some(last) if last.end == begun => last.end = end,
            _ => self.tables.push(begun..end),
        }
    }

    fn push(&mut self, c: char, at: usize) {
        self.chars.push(c);
        self.from.push(u32::try_from(at).unwrap_or(u32::MAX));
    }
}

/// Ends of sentences and of what stands for itself: no line is broken after them.
const CLOSED: &[char] = &['。', '!', '?', ';', ':', '”', '"', '》', ')', '…', '、', '|'];
/// A wrapped line is at least so long; what is shorter is a heading or a line of a list.
const WRAPPED: usize = 12;
/// No measure word is longer.
const LONGEST_MEASURE: usize = 4;

/// Cleans `original`; `lines` are its lines, of which the furniture is left out.
pub fn clean(original: &[char], lines: &[Line]) -> Clean {
    let mut clean = Clean::default();
    clean.chars.reserve(original.len());
    clean.from.reserve(original.len());
    let solid = || lines.iter().filter(|l| !l.is_blank());
    for (line, next) in solid().zip(solid().skip(1).map(Some).chain([None])) {
        if line.furniture {
            continue;
        }
        if let Some(cells) = &line.cells {
            let begun = clean.chars.len();
            cells.iter().for_each(|cell| copy_cell(original, cell, &mut clean));
            clean.table(begun);
            continue;
        }
        let begun = clean.chars.len();
        copy_line(original, line.range.clone(), &mut clean);
        let joined = next.is_some_and(|next| continues(&clean.chars, begun, original, next));
        if !joined && clean.chars.len() > begun {
            clean.push('\n', line.range.end);
        }
    }
    clean
}

/// Whether the sentence goes on in the next line: the line is long, nothing closes it, and it is broken inside a
/// clause or inside a number.
fn continues(done: &[char], begun: usize, original: &[char], next: &Line) -> bool {
    let line = done.get(begun..).unwrap_or_default();
    let Some(last) = line.last().filter(|c| !CLOSED.contains(c)) else { return false };
    let next_line = original.get(next.range.clone()).unwrap_or_default().iter();
    let head = next_line.skip_while(|c| c.is_whitespace()).take(LONGEST_MEASURE);
    let head: Vec<char> = head.map(|c| simplified(half(*c))).collect();
    let Some(first) = head.first().copied() else { return false };
    let number = |c: char| c.is_ascii_digit() || "万亿千百余多.超近约".contains(c);
    let broken_number =
        number(*last) && (first.is_ascii_digit() || "万亿千百余多.".contains(first) || is_measure(&head));
    if next.furniture || next.item || next.cells.is_some() {
        return false;
    }
    let prose = line.iter().any(|c| matches!(c, ',' | '。'));
    line.len() >= WRAPPED && (broken_number || prose && (is_han(*last) || *last == ','))
        || broken_number && line.len() >= 6
}

/// A number of a pasted table as the sentence that it stands for: what its place says stands where it stands.
fn copy_cell(original: &[char], cell: &Cell, clean: &mut Clean) {
    let (first, last) = (cell.number.start, cell.number.end.saturating_sub(1));
    let say = |words: &str, at: usize, clean: &mut Clean| {
        let visible = words.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c));
        visible.for_each(|c| clean.push(simplified(half(c)), at));
    };
    say(&cell.before, first, clean);
    copy_line(original, cell.number.clone(), clean);
    say(&cell.after, last, clean);
    say("。", last, clean);
    clean.push('\n', last);
}

fn copy_line(original: &[char], range: Range<usize>, clean: &mut Clean) {
    let line = original.get(range.clone()).unwrap_or_default();
    let spoken = line.iter().any(|c| is_han(*c));
    let mut i = 0;
    while let Some(c) = line.get(i).copied() {
        let at = range.start + i;
        if is_han(c) {
            clean.push(simplified(c), at); // nine characters of ten
            i += 1;
            continue;
        }
        if c.is_whitespace() || is_invisible(c) {
            let run = line.get(i..).unwrap_or_default();
            let run = run.iter().take_while(|c| c.is_whitespace() || is_invisible(**c)).count();
            if keeps_blank(line, i, run, spoken)
                && clean.chars.last().is_some_and(|c| !matches!(c, '\n' | ' ' | '\t'))
            {
                // A numeral may be written with blanks; these stand between two.
                let cell = clean.chars.last().is_some_and(|c| c.is_ascii_digit() || *c == '%');
                clean.push(if cell { '\t' } else { ' ' }, at);
            }
            i += run;
            continue;
        }
        if let Some(used) = pinyin(line, i, clean.chars.last().copied()) {
            i += used;
            continue;
        }
        copy(c, at, clean);
        i += 1;
    }
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}' | '\u{2060}' | '\u{fe0f}')
}

/// A blank stays between two numbers (a table's row, 1 1 1) and where there are several between words.
fn keeps_blank(line: &[char], at: usize, run: usize, spoken: bool) -> bool {
    let from = |i: usize| line.get(i).map(|c| half(*c));
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let (before, after) = (at.checked_sub(1).and_then(from), from(at + run));
    let signed = matches!(after, Some('-' | '+')) && digit(from(at + run + 1));
    if (digit(before) || before == Some('%')) && (signed || before == Some('%') && digit(after)) {
        return true;
    }
    if !(digit(before) && digit(after)) {
        let word = |c: Option<char>| c.is_some_and(is_han);
        let visible =
            line.get(at..at + run).unwrap_or_default().iter().filter(|c| !is_invisible(**c)).count();
        return visible >= 2 && word(before) && word(after);
    }
    !(spoken && run == 1 && one_number(line, at, at + run))
}

/// Whether two groups of digits are one number: its thousands (1 304人) or a number that is spaced out (1 8 . 5公里).
/// What it counts comes right after it; cells of a table do not say that.
fn one_number(line: &[char], left_end: usize, right: usize) -> bool {
    let at = |i: usize| line.get(i).map(|c| half(*c));
    let digit = |i: usize| at(i).is_some_and(|c| c.is_ascii_digit());
    let left = (1..=6).take_while(|n| left_end.checked_sub(*n).is_some_and(digit)).count();
    let before = left_end.checked_sub(left + 1).and_then(at);
    let length = (0..6).take_while(|n| digit(right + n)).count();
    if matches!(before, Some('.' | ',')) || at(right + length) == Some(',') {
        return false;
    }
    let spaced = left == 1 && length == 1;
    let thousands = left <= 3 && length == 3;
    // The rest of the number: more groups, and what stands behind the point.
    let mut end = right + length;
    while end < right + 24 && at(end).is_some_and(|c| c.is_ascii_digit() || c == '.' || c.is_whitespace()) {
        end += 1;
    }
    let counted = at(end).is_some_and(|c| is_han(c) || c == '%' || c.is_ascii_alphabetic());
    (spaced || thousands) && counted
}

fn half(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '「' => '“',
        '」' => '”',
        '『' => '‘',
        '』' => '’',
        '〈' => '《',
        '〉' => '》',
        '〜' | '∼' => '~',
        '―' | '─' => '—',
        '−' | '﹣' | '‐' | '‑' => '-',
        '〇' => '零',
        '∶' | '︰' => ':',
        '⁄' => '/',
        '｡' => '。',
        _ => c,
    }
}

fn copy(c: char, at: usize, clean: &mut Clean) {
    let c = half(c);
    let numbered = matches!(c, '\u{2460}'..='\u{249b}' | '\u{24ea}'..='\u{24ff}' | '\u{2776}'..='\u{2793}' | '\u{3220}'..='\u{3229}');
    if numbered {
        // ① is the number of an item, whatever NFKC makes of it.
        clean.push('·', at);
    } else if c.is_ascii() || matches!(c, '\u{2010}'..='\u{2025}' | '\u{3001}'..='\u{3011}') {
        clean.push(c, at);
    } else {
        for folded in nfkc(c.encode_utf8(&mut [0; 4])).chars() {
            clean.push(simplified(half(folded)), at);
        }
    }
}

const LONGEST_PINYIN: usize = 40;
const VOWELS: &str = "aeiouvüāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ";

/// How many characters a bracket with pinyin takes: 鄉(xiāng), 芙?zhèn) of a damaged page.
fn pinyin(line: &[char], at: usize, before: Option<char>) -> Option<usize> {
    let open = matches!(line.get(at), Some('(' | '（'));
    let damaged = matches!(line.get(at), Some('?' | '？' | '\u{fffd}'));
    if !(open || damaged) || !before.is_some_and(is_han) {
        return None;
    }
    let rest = line.get(at + 1..)?;
    let length = rest.iter().take(LONGEST_PINYIN).position(|c| matches!(c, ')' | '）'))?;
    let inside = rest.get(..length)?;
    let toned = inside.iter().any(|c| !c.is_ascii() && VOWELS.contains(*c));
    let letters = inside
        .iter()
        .all(|c| c.is_ascii_lowercase() || VOWELS.contains(*c) || matches!(c, ' ' | '\'' | 'ń' | 'ň' | 'ǹ'));
    let fits = length > 0 && letters && (toned || !damaged && inside.split(|c| *c == ' ').all(syllables));
    fits.then_some(length + 2)
}

/// Whether letters without tone marks are syllables of pinyin: a consonant, vowels, n, ng or r.
fn syllables(word: &[char]) -> bool {
    let vowel = |c: &char| VOWELS.contains(*c);
    let mut rest = word;
    let mut any = false;
    while !rest.is_empty() {
        let head = rest.iter().take_while(|c| !vowel(c)).count();
        let body = rest.iter().skip(head).take_while(|c| vowel(c)).count();
        if head > 2 || !(1..=3).contains(&body) {
            return false;
        }
        rest = rest.get(head + body..).unwrap_or_default();
        let tail = match rest {
            ['n', 'g', next, ..] if !vowel(next) => 2,
            ['n', 'g'] => 2,
            ['n' | 'r', next, ..] if !vowel(next) => 1,
            ['n' | 'r'] => 1,
            _ => 0,
        };
        rest = rest.get(tail..).unwrap_or_default();
        any = true;
    }
    any
}
