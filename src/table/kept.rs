//! Outcomes as text, to be kept from one opening to the next and had back.
//!
//! One reader and one writer of words between spaces: what is derived for every type is many times as large as all of this,
//! and belongs to the first load. Inputs and outputs: numbers, words, and lists of them. Neighbours: [`super::gist`]
//! keeps the text; `analysis` says of what its outcomes consist. What cannot be read is none, and is worked out anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::str::FromStr;

use rust_decimal::Decimal;

use crate::register::Message;
use crate::value::{Period, RowId, Text};

/// A text being written: words, each followed by a space.
#[derive(Debug, Default)]
pub struct Put(String);

/// A text being read: what is left of it.
#[derive(Debug)]
pub struct Take<'a>(&'a str);

/// What can be kept as text.
pub trait Kept: Sized {
    /// Writes it.
    fn put(&self, to: &mut Put);
    /// Reads it; none where the text does not say such a thing.
    fn take(from: &mut Take<'_>) -> Option<Self>;
}

/// The text of an outcome.
pub(super) fn to_text(outcome: &impl Kept) -> String {
    let mut put = Put::default();
    outcome.put(&mut put);
    put.0
}

/// The outcome of a text that says nothing else.
pub(super) fn from_text<T: Kept>(text: &str) -> Option<T> {
    let mut take = Take(text);
    T::take(&mut take).filter(|_| take.0.is_empty())
}

impl Put {
    fn word(&mut self, word: &dyn Display) {
        use std::fmt::Write as _;
        // Writing into a string does not fail.
        let _ = write!(self.0, "{word} ");
    }

    /// Words of any letters, after how many bytes they have.
    fn words(&mut self, words: &str) {
        self.word(&words.len());
        self.word(&words);
    }
}

impl<'a> Take<'a> {
    fn word(&mut self) -> Option<&'a str> {
        let (word, rest) = self.0.split_once(' ')?;
        self.0 = rest;
        Some(word)
    }

    fn read<T: FromStr>(&mut self) -> Option<T> {
        self.word()?.parse().ok()
    }

    fn words(&mut self) -> Option<&'a str> {
        let length = self.read()?;
        let (words, rest) = self.0.split_at_checked(length)?;
        self.0 = rest.strip_prefix(' ')?;
        Some(words)
    }

    /// How many follow. Each has a letter and a space at least, so that no text makes room for more than it holds.
    fn count(&mut self) -> Option<usize> {
        self.read().filter(|count| *count <= self.0.len() / 2)
    }
}

/// What is one word and can be read from it.
macro_rules! word {
    ($($of:ty),*) => {$(
        impl Kept for $of {
            fn put(&self, to: &mut Put) {
                to.word(self);
            }
            fn take(from: &mut Take<'_>) -> Option<Self> {
                from.read()
            }
        }
    )*};
}
word!(i16, u8, u32, usize, Decimal, Period);

impl Kept for RowId {
    fn put(&self, to: &mut Put) {
        to.word(&((self.bits() >> 64) as u64));
        to.word(&(self.bits() as u64));
    }
    fn take(from: &mut Take<'_>) -> Option<Self> {
        let (high, low): (u64, u64) = (from.read()?, from.read()?);
        Some(Self::from_bits(u128::from(high) << 64 | u128::from(low)))
    }
}

impl Kept for String {
    fn put(&self, to: &mut Put) {
        to.words(self);
    }
    fn take(from: &mut Take<'_>) -> Option<Self> {
        from.words().map(str::to_owned)
    }
}

impl Kept for Text {
    fn put(&self, to: &mut Put) {
        to.words(self);
    }
    fn take(from: &mut Take<'_>) -> Option<Self> {
        from.words().map(Self::from)
    }
}

impl<T: Kept> Kept for Option<T> {
    fn put(&self, to: &mut Put) {
        to.word(&u8::from(self.is_some()));
        self.iter().for_each(|it| it.put(to));
    }
    fn take(from: &mut Take<'_>) -> Option<Self> {
        match from.read()? {
            0u8 => Some(None),
            1 => T::take(from).map(Some),
            _ => None,
        }
    }
}

/// Lists, in their order.
macro_rules! list {
    ($($of:ident: $bound:path),*) => {$(
        impl<T: Kept + $bound> Kept for $of<T> {
            fn put(&self, to: &mut Put) {
                to.word(&self.len());
                self.iter().for_each(|it| it.put(to));
            }
            fn take(from: &mut Take<'_>) -> Option<Self> {
                let mut all = Self::new();
                for _ in 0..from.count()? {
                    all.extend([T::take(from)?]);
                }
                Some(all)
            }
        }
    )*};
}
list!(Vec: Sized, BTreeSet: Ord);

impl<K: Kept + Ord, V: Kept> Kept for BTreeMap<K, V> {
    fn put(&self, to: &mut Put) {
        to.word(&self.len());
        for (key, value) in self {
            key.put(to);
            value.put(to);
        }
    }
    fn take(from: &mut Take<'_>) -> Option<Self> {
        let mut all = Self::new();
        for _ in 0..from.count()? {
            all.insert(K::take(from)?, V::take(from)?);
        }
        Some(all)
    }
}

impl<A: Kept, B: Kept> Kept for (A, B) {
    fn put(&self, to: &mut Put) {
        self.0.put(to);
        self.1.put(to);
    }
    fn take(from: &mut Take<'_>) -> Option<Self> {
        Some((A::take(from)?, B::take(from)?))
    }
}

impl<A: Kept, B: Kept, C: Kept> Kept for (A, B, C) {
    fn put(&self, to: &mut Put) {
        self.0.put(to);
        self.1.put(to);
        self.2.put(to);
    }
    fn take(from: &mut Take<'_>) -> Option<Self> {
        Some((A::take(from)?, B::take(from)?, C::take(from)?))
    }
}

/// A structure is kept as its fields, one after the other.
macro_rules! kept {
    ($of:ident { $($field:ident),* $(,)? }) => {
        impl $crate::table::Kept for $of {
            fn put(&self, to: &mut $crate::table::Put) {
                let Self { $($field),* } = self;
                $($crate::table::Kept::put($field, to);)*
            }
            fn take(from: &mut $crate::table::Take<'_>) -> Option<Self> {
                Some(Self { $($field: $crate::table::Kept::take(from)?),* })
            }
        }
    };
}
pub(crate) use kept;

kept!(Message { zh, en });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::any;
    use proptest::prelude::*;

    type Outcome =
        (BTreeMap<Option<RowId>, Vec<(Text, Option<Decimal>)>>, BTreeSet<Period>, (i16, usize, String));

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![Just(String::new()), "[ 0-9a-z甲\n]{0,9}"]
    }

    fn outcome() -> impl Strategy<Value = Outcome> {
        let number = any::<i64>().prop_map(|n| Decimal::new(n, 4));
        let part = (text().prop_map(Text::from), prop::option::of(number));
        let parts = prop::collection::vec(part, 0..4);
        let periods = prop::collection::btree_set((1990i16..2100, 1u8..13), 0..4).prop_map(|all| {
            all.into_iter().filter_map(|(year, month)| Period::month_of(year, month)).collect()
        });
        (
            prop::collection::btree_map(prop::option::of(any::row_id()), parts, 0..4),
            periods,
            (any::<i16>(), any::<usize>(), text()),
        )
    }

    proptest! {
        #[test]
        fn what_is_kept_is_had_back(kept in outcome()) {
            prop_assert_eq!(from_text::<Outcome>(&to_text(&kept)), Some(kept));
        }

        #[test]
        fn what_is_cut_or_goes_on_is_none(kept in outcome(), at in any::<prop::sample::Index>()) {
            let text = to_text(&kept);
            let cut: String = text.chars().take(at.index(text.chars().count())).collect();
            prop_assert_eq!(from_text::<Outcome>(&cut), None);
            prop_assert_eq!(from_text::<Outcome>(&format!("{text}0 ")), None);
        }
    }

    #[test]
    fn a_count_that_no_text_can_hold_is_none() {
        assert_eq!(from_text::<Vec<u32>>("4000000000 1 "), None);
    }
}
