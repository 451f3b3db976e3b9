//! Names found as fast as one types, among tens of thousands.
//!
//! Duty: the same answer as [`spelling::best`], without spelling every name at every letter: each name keeps a mark of
//! the letters that its pinyin has and of the characters it is written with, and is looked at only where the mark has all
//! that was typed. Inputs: names in order, what was typed. Output: the best that fit. Neighbours: `names` says what
//! records are called; the pickers keep a finder as long as its records do not change.

use super::spelling;
use crate::value::Text;

/// Names that are ready to be looked for.
#[derive(Debug, Default)]
pub struct Finder {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    word: Text,
    folded: Box<str>,
    mark: u64,
}

/// Marks of letters: the lower half of a word has one bit for each of them and for digits.
const LETTERS: u32 = 36;

/// The mark of one character as it is written.
fn written(c: char) -> u64 {
    match c {
        'a'..='z' => 1 << (u32::from(c) - u32::from('a')),
        '0'..='9' => 1 << (26 + u32::from(c) - u32::from('0')),
        // All others share the rest.
        _ => 1 << (LETTERS + u32::from(c) % (64 - LETTERS)),
    }
}

/// The mark of a text as it is written.
fn mark_of(folded: &str) -> u64 {
    folded.chars().map(written).fold(0, |all, one| all | one)
}

impl Entry {
    fn new(word: Text) -> Self {
        let folded = spelling::fold(&word);
        let spelt = folded.chars().flat_map(spelling::letters).map(written).fold(0, |all, one| all | one);
        Self { mark: mark_of(&folded) | spelt, folded: folded.into(), word }
    }
}

impl Finder {
    /// Over these names; those that fit equally well come in this order.
    pub fn new(words: impl IntoIterator<Item = Text>) -> Self {
        Self { entries: words.into_iter().map(Entry::new).collect() }
    }

    /// Every name, in order.
    pub fn all(&self) -> impl Iterator<Item = &Text> {
        self.entries.iter().map(|e| &e.word)
    }

    /// The names that fit what was typed, the best first.
    pub fn best(&self, typed: &str, most: usize) -> Vec<Text> {
        let typed = spelling::fold(typed);
        let wanted = mark_of(&typed);
        let mut found = Found { most, ranks: Default::default() };
        let mut rest: Vec<&Entry> = Vec::new();
        for entry in self.entries.iter().filter(|e| e.mark & wanted == wanted) {
            let begins = || spelling::begins_spelled(&entry.word, &typed);
            let taken = *entry.folded == *typed && found.take(0, entry)
                || entry.folded.starts_with(&typed) && found.take(1, entry)
                || found.wants(2) && begins() && found.take(2, entry);
            if !taken {
                rest.push(entry);
            }
        }
        // What stands within is asked for only where too few begin so.
        for entry in if found.is_enough() { Vec::new() } else { rest } {
            let within = || spelling::contains_spelled(&entry.word, &typed);
            let _ = entry.folded.contains(&typed) && found.take(3, entry)
                || found.wants(4) && within() && found.take(4, entry);
        }
        found.ranks.into_iter().flatten().take(most).collect()
    }
}

/// What fits, by how well: the same, its beginning, its pinyin from the beginning, within it, within its pinyin.
struct Found {
    most: usize,
    ranks: [Vec<Text>; 5],
}

impl Found {
    /// Whether one more of this sort may be among the best.
    fn wants(&self, rank: usize) -> bool {
        self.ranks.iter().take(rank + 1).map(Vec::len).sum::<usize>() < self.most
    }

    fn is_enough(&self) -> bool {
        self.ranks.iter().map(Vec::len).sum::<usize>() >= self.most
    }

    /// Always true: the entry is taken care of, also where there are enough that fit better.
    fn take(&mut self, rank: usize, entry: &Entry) -> bool {
        let wants = self.wants(rank);
        if let Some(all) = self.ranks.get_mut(rank).filter(|_| wants) {
            all.push(entry.word.clone());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name() -> impl Strategy<Value = String> {
        let syllables =
            prop::sample::select(vec!["清", "凉", "村", "五", "四", "新", "张", "伟", "长", "3", "a", "镇"]);
        prop::collection::vec(syllables, 1..5).prop_map(|all| all.concat())
    }

    proptest! {
        #[test]
        fn finds_what_looking_at_every_name_finds(
            mut names in prop::collection::vec(name(), 0..60),
            typed in prop_oneof!["[a-z]{0,4}", name(), Just("qlc".to_owned()), Just("wu四".to_owned())],
            most in 1usize..12,
        ) {
            names.sort();
            names.dedup();
            let finder = Finder::new(names.iter().map(|n| Text::from(n.as_str())));
            let found: Vec<String> = finder.best(&typed, most).iter().map(ToString::to_string).collect();
            prop_assert_eq!(found, spelling::best(names, &typed, most));
        }
    }
}
