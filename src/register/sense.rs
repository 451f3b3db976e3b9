//! What a field is for, whatever it is called.
//!
//! The engine never asks for a field by its key: it asks a kind of rows for the field with a [`Sense`]. A kind that
//! has no such field has nothing to say to the question. Neighbours: the declarations in [`super::catalog`] give the
//! senses; [`super::RowKind::of`] answers.

/// What a field is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// 所属单位: the place that the record belongs to.
    Place,
    /// 期间: what the record is about in time.
    Period,
    /// The amount that a subject stands for.
    Amount,
    /// The subject of the amount (科目); a wide table has a column for each.
    Subject,
    /// The class that the subject falls into, computed from it.
    Class,
    /// What the subject was called before (旧制度科目).
    FormerSubject,
    /// Whether the amount comes in or goes out.
    Direction,
    /// The part of the work that the record is about (环节).
    Step,
    /// What tells a reader most about one record among many.
    Weight,
    /// The words in which it was first written.
    Wording,
    /// Marks of any kind.
    Tags,
    /// What else there is to say.
    Remark,
    /// What sort of thing the record is, within its kind: a village, a product's sector.
    Sort,
    /// Other names by which imports find it.
    Aliases,
    /// The official number.
    Code,
    /// The record under which it stands: a line names its contract, an attendance its session.
    Parent,
    /// The record above it in the one tree.
    Above,
    /// The groups that it belongs to beside the tree.
    Groups,
    /// Those who belong to it beside the tree.
    Members,
    /// The registers that it owes.
    Owes,
    /// The first day.
    Begins,
    /// The last day.
    Ends,
    /// How long from the first day to the last; people write it as a length or by both days.
    Term,
    /// The day on which it was agreed.
    Agreed,
    /// The day on which it happened: where nothing else says of which period it is, its month.
    Happened,
    /// Where somebody lives (住址).
    Home,
    /// What names the record in pickers and search, where the county says so.
    Title,
    /// What tells the record from its like, where the county says so.
    Key,
}

impl Sense {
    /// Every sense, in order.
    pub const ALL: [Self; 28] = [
        Self::Place,
        Self::Period,
        Self::Amount,
        Self::Subject,
        Self::Class,
        Self::FormerSubject,
        Self::Direction,
        Self::Step,
        Self::Weight,
        Self::Wording,
        Self::Tags,
        Self::Remark,
        Self::Sort,
        Self::Aliases,
        Self::Code,
        Self::Parent,
        Self::Above,
        Self::Groups,
        Self::Members,
        Self::Owes,
        Self::Begins,
        Self::Ends,
        Self::Term,
        Self::Agreed,
        Self::Happened,
        Self::Home,
        Self::Title,
        Self::Key,
    ];
}

/// The senses of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Senses(u64);

impl Senses {
    /// None at all.
    pub const NONE: Self = Self(0);

    /// These, and one more.
    #[must_use]
    pub const fn and(self, sense: Sense) -> Self {
        Self(self.0 | 1 << sense as u64)
    }

    /// Whether this is one of them.
    pub const fn has(self, sense: Sense) -> bool {
        self.0 & 1 << sense as u64 != 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Sense> {
        Sense::ALL.into_iter().filter(move |s| self.has(*s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sense_is_listed_once_and_told_apart() {
        for (n, sense) in Sense::ALL.into_iter().enumerate() {
            assert_eq!(sense as usize, n, "{sense:?}");
            let alone = Senses::NONE.and(sense);
            assert_eq!(alone.iter().collect::<Vec<_>>(), [sense]);
        }
        assert_eq!(Sense::ALL.last(), Some(&Sense::Key), "the last one declared");
    }
}
