//! Tables of words, looked up at one place of a text.

use std::fmt;

use crate::value::order;

/// Words with what they mean; the longest one that fits wins.
pub(crate) struct Words<T> {
    /// By first character, the longer ones first.
    sorted: Vec<(char, &'static str, usize, T)>,
    /// Which first characters there are, by their low bits: most places of a text begin no word.
    first: [u64; SIEVE / 64],
}

const SIEVE: usize = 4096;

impl<T: Copy> Words<T> {
    /// From declared tables.
    pub fn new(words: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut sorted: Vec<_> = words
            .into_iter()
            .filter_map(|(word, t)| Some((word.chars().next()?, word, word.chars().count(), t)))
            .collect();
        order::sort_by(&mut sorted, |a, b| a.0.cmp(&b.0).then(b.1.len().cmp(&a.1.len())));
        let mut first = [0; SIEVE / 64];
        for (c, ..) in &sorted {
            let (word, bit) = place(*c);
            if let Some(word) = first.get_mut(word) {
                *word |= bit;
            }
        }
        Self { sorted, first }
    }

    /// The longest word that stands at `at`, and how many characters it takes.
    pub fn at(&self, chars: &[char], at: usize) -> Option<(T, usize)> {
        let rest = chars.get(at..)?;
        let first = *rest.first()?;
        let (word, bit) = place(first);
        if self.first.get(word).is_none_or(|w| w & bit == 0) {
            return None;
        }
        let from = self.sorted.partition_point(|(c, ..)| *c < first);
        let bucket = self.sorted.get(from..)?.iter().take_while(|(c, ..)| *c == first);
        let (.., length, t) = bucket.into_iter().find(|(_, word, ..)| starts(rest, word))?;
        Some((*t, *length))
    }
}

const fn place(c: char) -> (usize, u64) {
    let low = c as usize % SIEVE;
    (low / 64, 1 << (low % 64))
}

impl<T> fmt::Debug for Words<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({})", self.sorted.len())
    }
}

/// Whether `rest` begins with `word`.
pub(crate) fn starts(rest: &[char], word: &str) -> bool {
    let mut rest = rest.iter();
    word.chars().all(|c| rest.next() == Some(&c))
}

/// Whether one of `words` stands at `at`.
pub(crate) fn any_at(chars: &[char], at: usize, words: &[&str]) -> Option<usize> {
    let rest = chars.get(at..)?;
    words.iter().find(|w| starts(rest, w)).map(|w| w.chars().count())
}

/// Whether one of `words` ends just before `at`.
pub(crate) fn any_before(chars: &[char], at: usize, words: &[&str]) -> bool {
    words.iter().any(|w| {
        let from = at.checked_sub(w.chars().count());
        from.and_then(|f| chars.get(f..at)).is_some_and(|part| starts(part, w))
    })
}

/// A Han character.
pub(crate) const fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}
