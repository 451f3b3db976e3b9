//! How a person wants the columns of a table: which are hidden, in which order, how wide.
//!
//! Duty: declared columns and remembered wishes make the columns shown. Inputs: the declared keys in order; wishes
//! kept by key, so that a later version with other fields reads them too. Outputs: keys in the order wanted.
//! Neighbours: the pages of registers keep the wishes on this device.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A narrower column shows no figure.
pub const NARROWEST: u16 = 48;
/// A wider column leaves no room for a second one on a small screen.
pub const WIDEST: u16 = 600;

/// What was wished for; empty is as declared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wishes {
    pub(super) order: Vec<String>,
    pub(super) hidden: BTreeSet<String>,
    /// In pixels.
    pub(super) widths: BTreeMap<String, u16>,
}

impl Wishes {
    /// What was kept; a text that cannot be read is the default.
    #[must_use]
    pub fn read(text: &str) -> Self {
        serde_json::from_slice(text.as_bytes()).unwrap_or_default()
    }

    /// All declared keys in the order wanted. One that the wishes do not know stands behind the one that is declared
    /// before it.
    #[must_use]
    pub fn ordered(&self, declared: &[String]) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut all: Vec<String> =
            self.order.iter().filter(|k| declared.contains(k) && seen.insert(*k)).cloned().collect();
        let mut before: Option<&String> = None;
        for key in declared {
            if !all.contains(key) {
                let at = before.and_then(|b| all.iter().position(|k| k == b)).map_or(0, |n| n + 1);
                all.insert(at, key.clone());
            }
            before = Some(key);
        }
        all
    }

    #[must_use]
    pub fn hides(&self, key: &str) -> bool {
        self.hidden.contains(key)
    }

    pub fn hide(&mut self, key: &str, hidden: bool) {
        if hidden {
            self.hidden.insert(key.to_owned());
        } else {
            self.hidden.remove(key);
        }
    }

    /// One place to the front or to the back.
    pub fn shift(&mut self, declared: &[String], key: &str, back: bool) {
        let mut all = self.ordered(declared);
        let Some(at) = all.iter().position(|k| k == key) else { return };
        let to = if back { Some(at + 1) } else { at.checked_sub(1) };
        if let Some(to) = to.filter(|to| *to < all.len()) {
            all.swap(at, to);
            self.order = all;
        }
    }

    /// The width wished for, in pixels.
    #[must_use]
    pub fn width(&self, key: &str) -> Option<f64> {
        self.widths.get(key).map(|w| f64::from((*w).clamp(NARROWEST, WIDEST)))
    }

    /// None is the width declared.
    pub fn widen(&mut self, key: &str, width: Option<f64>) {
        match width {
            Some(w) => {
                let w = w.round().clamp(f64::from(NARROWEST), f64::from(WIDEST)) as u16;
                self.widths.insert(key.to_owned(), w);
            }
            None => drop(self.widths.remove(key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NARROWEST, Wishes};

    fn keys(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_moved_column_stays_moved_and_a_new_one_stands_where_it_is_declared() {
        let mut wishes = Wishes::default();
        wishes.shift(&keys("a b c"), "c", false);
        assert_eq!(wishes.ordered(&keys("a b c")), keys("a c b"));
        assert_eq!(wishes.ordered(&keys("a new b c")), keys("a new c b"));
        assert_eq!(wishes.ordered(&keys("a b")), keys("a b"));
        wishes.shift(&keys("a b c"), "a", false);
        assert_eq!(wishes.ordered(&keys("a b c")), keys("a c b"));
    }

    #[test]
    fn a_broken_text_is_the_default_and_no_width_leaves_its_bounds() {
        assert_eq!(Wishes::read("{\"order\":7"), Wishes::default());
        let mut wishes = Wishes::read("{\"later\":1,\"hidden\":[\"a\"]}");
        assert!(wishes.hides("a"));
        wishes.widen("a", Some(1.0));
        assert_eq!(wishes.width("a"), Some(f64::from(NARROWEST)));
    }
}
