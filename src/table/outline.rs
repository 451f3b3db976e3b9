//! The tree of places as lines: what a person has opened, one place a line.
//!
//! Duty: which lines there are, where a key leads, where a typed name is. Inputs: the places, a day, which of them are
//! open. Outputs: [`Line`]s; only those in sight are drawn. Nothing here depends on the page, so that the work for
//! thousands of villages can be counted in a test. Neighbours: [`Places`] knows the tree of each day.

use std::collections::BTreeSet;

use super::places::{Epoch, Place, Places, Tree};
use super::spelling;
use crate::value::order::Ordered as _;
use crate::value::{Date, RowId};

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The place.
    pub id: RowId,
    /// How deep it lies; the topmost at 0.
    pub depth: usize,
    /// Which of those beside it, from 1.
    pub position: usize,
    /// How many lie beside each other there.
    pub of: usize,
    /// Whether what lies below is shown; none where nothing does.
    pub open: Option<bool>,
}

/// The lines of a tree.
#[derive(Debug, Clone)]
pub struct Outline {
    day: Date,
    /// Places that were no more on that day are shown as well.
    ended: bool,
    opened: BTreeSet<RowId>,
    lines: Vec<Line>,
    looked: usize,
}

/// A key that leads to another line, or opens and closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the key of its name")]
pub enum Key {
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
}

/// Deeper trees are circles, which rules report elsewhere.
const DEEPEST: usize = 12;

impl Outline {
    /// The tree of a day, its topmost places open.
    pub fn new(places: &Places, day: Date, ended: bool) -> Self {
        let opened = places.roots().iter().copied().into_set();
        let mut outline = Self { day, ended, opened, lines: Vec::new(), looked: 0 };
        outline.lay(places);
        outline
    }

    /// The lines, in order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// How many places were looked at for the lines.
    pub const fn looked(&self) -> usize {
        self.looked
    }

    /// The line of a place, where it is shown.
    pub fn line_of(&self, id: RowId) -> Option<usize> {
        self.lines.iter().position(|l| l.id == id)
    }

    /// Lays the lines anew: the ledger has changed.
    pub fn lay(&mut self, places: &Places) {
        let (epoch, tree) = (self.epoch(places), places.tree(self.epoch(places)));
        (self.lines, self.looked) = (Vec::new(), 0);
        let roots: Vec<RowId> =
            places.roots().iter().copied().filter(|r| places.parent_in(*r, epoch).is_none()).collect();
        self.put(&tree, roots, 0);
    }

    /// The tree of another day, or with those that are no more.
    pub fn of(&mut self, places: &Places, day: Date, ended: bool) {
        (self.day, self.ended) = (day, ended);
        self.lay(places);
    }

    fn epoch(&self, places: &Places) -> Epoch {
        places.on(self.day)
    }

    fn put(&mut self, tree: &Tree<'_>, places: Vec<RowId>, depth: usize) {
        let places: Vec<RowId> = places.into_iter().filter(|id| self.shows(tree, *id, depth)).collect();
        let of = places.len();
        for (position, id) in (1..).zip(places) {
            let below = if depth < DEEPEST { tree.children(id) } else { Vec::new() };
            let any = below.iter().any(|c| self.shows(tree, *c, depth + 1));
            let open = any.then(|| self.opened.contains(&id));
            self.lines.push(Line { id, depth, position, of, open });
            if open == Some(true) {
                self.put(tree, below, depth + 1);
            }
        }
    }

    /// Whether a place is shown: it was there on the day, or something below it was, which would be hidden without it.
    fn shows(&mut self, tree: &Tree<'_>, id: RowId, depth: usize) -> bool {
        self.looked += 1;
        let there = |p: &Place| p.from.is_none_or(|d| d <= self.day) && p.until.is_none_or(|d| d >= self.day);
        let Some(place) = tree.places().get(id) else { return false };
        let begun = place.from.is_none_or(|d| d <= self.day);
        (self.ended && begun)
            || there(place)
            || depth < DEEPEST && tree.children(id).into_iter().any(|c| self.shows(tree, c, depth + 1))
    }

    /// Opens or closes a place.
    pub fn turn(&mut self, places: &Places, id: RowId) {
        if !self.opened.remove(&id) {
            self.opened.insert(id);
        }
        self.lay(places);
    }

    /// Opens what lies above a place, so that it is seen; says on which line. One that is no more is shown with the
    /// others of its like.
    pub fn reveal(&mut self, places: &Places, id: RowId) -> Option<usize> {
        let epoch = self.epoch(places);
        let above = std::iter::successors(places.parent_in(id, epoch), |p| places.parent_in(*p, epoch));
        self.opened.extend(above.take(DEEPEST));
        self.lay(places);
        if self.line_of(id).is_none() && !self.ended {
            self.ended = true;
            self.lay(places);
        }
        self.line_of(id)
    }

    /// Whether places that are no more are shown.
    pub const fn shows_ended(&self) -> bool {
        self.ended
    }

    /// Where a key leads from line `at`.
    pub fn press(&mut self, places: &Places, at: usize, key: Key) -> usize {
        let last = self.lines.len().saturating_sub(1);
        let Some(line) = self.lines.get(at).copied() else { return last };
        match key {
            Key::Up => at.saturating_sub(1),
            Key::Down => (at + 1).min(last),
            Key::Home => 0,
            Key::End => last,
            Key::Right if line.open == Some(false) => {
                self.turn(places, line.id);
                at
            }
            Key::Right if line.open == Some(true) => (at + 1).min(last),
            Key::Left if line.open == Some(true) => {
                self.turn(places, line.id);
                at
            }
            Key::Left => {
                let above = self.lines.iter().take(at).rposition(|l| l.depth < line.depth);
                above.unwrap_or(at)
            }
            Key::Right => at,
        }
    }

    /// The next line whose name begins with what was typed, by its characters or its pinyin; the search goes round. One
    /// letter typed again leads on to the next such line.
    pub fn find(&self, places: &Places, at: usize, typed: &str) -> Option<usize> {
        let typed = spelling::fold(typed);
        let n = self.lines.len();
        let first = if typed.chars().count() > 1 { at } else { at + 1 };
        let begins = |line: &Line| {
            places.get(line.id).is_some_and(|p| {
                spelling::fold(&p.name).starts_with(&*typed) || spelling::begins_spelled(&p.name, &typed)
            })
        };
        (0..n).map(|k| (first + k) % n).find(|at| self.lines.get(*at).is_some_and(begins))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::fixture::Bench;
    use crate::value::Value;

    const TOWNS: usize = 40;
    const VILLAGES: usize = 200;

    fn county() -> (Bench, RowId, Vec<RowId>) {
        let mut b = Bench::new();
        let county = b.org("某县", "县", None);
        let place = |name: String, kind, above| {
            vec![("kind", Value::choice(kind)), ("name", Value::text(&name)), ("parent", Value::Ref(above))]
        };
        let towns = (0..TOWNS).map(|n| place(format!("{n:02}镇"), "乡镇", county)).collect();
        let towns = b.many("R01", "org", towns);
        let villages =
            towns.iter().flat_map(|t| (0..VILLAGES).map(move |n| place(format!("{n:03}号村"), "村", *t)));
        let villages = villages.collect();
        b.many("R01", "org", villages);
        (b, county, towns)
    }

    fn day() -> Date {
        Date::new(2026, 12, 1).unwrap()
    }

    #[test]
    fn eight_thousand_villages_are_looked_at_once_and_a_key_looks_at_none() {
        let (b, county, towns) = county();
        let places = Places::of(&b.state);
        let mut outline = Outline::new(&places, day(), false);
        assert_eq!(outline.lines().len(), TOWNS + 1);
        let closed = 2 * TOWNS * 2 + 4;
        assert!(outline.looked() <= closed, "{} for what is closed", outline.looked());
        for town in &towns {
            outline.reveal(&places, places.get(*town).unwrap().children[0]);
        }
        let all = 1 + TOWNS + TOWNS * VILLAGES;
        assert_eq!(outline.lines().len(), all);
        assert!(outline.looked() <= 2 * all, "{} for {all}", outline.looked());
        let looked = outline.looked();
        for key in [Key::Down, Key::End, Key::Up, Key::Home] {
            outline.press(&places, 10, key);
        }
        assert_eq!(outline.looked(), looked);
        assert_eq!(outline.lines()[0], Line { id: county, depth: 0, position: 1, of: 1, open: Some(true) });
    }

    #[test]
    fn keys_lead_as_they_do_in_every_tree() {
        let mut b = Bench::new();
        let county = b.org("某县", "县", None);
        let town = b.org("沙溪镇", "乡镇", Some(county));
        let village = b.org("清凉村", "村", Some(town));
        b.org("龙台镇", "乡镇", Some(county));
        let places = Places::of(&b.state);
        let mut o = Outline::new(&places, day(), false);
        let named = |o: &Outline| -> Vec<String> {
            o.lines().iter().map(|l| places.name(l.id).to_string()).collect()
        };
        assert_eq!(named(&o), ["某县", "沙溪镇", "龙台镇"]);
        assert_eq!(o.press(&places, 1, Key::Right), 1);
        assert_eq!(named(&o), ["某县", "沙溪镇", "清凉村", "龙台镇"]);
        assert_eq!(o.press(&places, 1, Key::Right), 2);
        assert_eq!(o.press(&places, 2, Key::Right), 2);
        assert_eq!(o.press(&places, 2, Key::Left), 1);
        assert_eq!(o.press(&places, 1, Key::Left), 1);
        assert_eq!(o.lines().len(), 3);
        assert_eq!((o.press(&places, 0, Key::Up), o.press(&places, 2, Key::Down)), (0, 2));
        assert_eq!(o.reveal(&places, village), Some(2));
        for (typed, at) in [("lt", 3), ("longtai", 3), ("清", 2), ("s", 1)] {
            assert_eq!(o.find(&places, 0, typed), Some(at), "{typed}");
        }
        assert_eq!(o.find(&places, 0, "zz"), None);
    }

    #[test]
    fn what_is_no_more_is_shown_when_asked_for_and_where_something_below_it_is() {
        let mut b = Bench::new();
        let county = b.org("某县", "县", None);
        let old = b.org("旧镇", "乡镇", Some(county));
        let village = b.org("清凉村", "村", Some(old));
        let gone = b.org("旧村", "村", Some(old));
        for place in [old, gone] {
            b.set("R01", place, "abolished", Value::Date(Date::new(2024, 12, 31).unwrap()));
        }
        let places = Places::of(&b.state);
        let mut o = Outline::new(&places, day(), false);
        o.reveal(&places, village);
        assert_eq!(o.lines().iter().map(|l| l.id).collect::<Vec<_>>(), [county, old, village]);
        assert!(o.reveal(&places, gone).is_some() && o.shows_ended());
        o.of(&places, Date::new(2024, 6, 1).unwrap(), false);
        assert_eq!(o.lines().len(), 4);
    }
}
