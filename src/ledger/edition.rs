//! Which records something was worked out from, and whether they are still the same.
//!
//! Duty: a [`Stretch`] names the records of a register, or those of one year; its editions change whenever one of its
//! records changes or is shown otherwise, and its checksums say the same of what lies on the medium, from one opening to
//! the next. Inputs: leaves and what is in them. Outputs: numbers to be compared. Neighbours: `leaf` counts editions; the
//! tables keep what was worked out beside them.

use super::state::State;
use crate::value::Text;

/// Records of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The register.
    pub register: Text,
    /// Only the leaves with rows of a year: kind, field with the period, year.
    pub year: Option<(Text, Text, i16)>,
}

impl State {
    /// The editions of the leaves that these records lie in.
    pub fn editions(&self, of: &[Stretch]) -> Vec<u64> {
        let mut all = Vec::new();
        for stretch in of {
            let before = all.len();
            all.push(0);
            all.extend(self.leaves_of(stretch).map(|(edition, _)| edition));
            // How many there are belongs to it: the leaves of one stretch must not pass for those of the next.
            let count = all.len() - before;
            all.get_mut(before).into_iter().for_each(|slot| *slot = count as u64);
        }
        all
    }

    /// The checksums of the leaves that these records lie in, and the rows that others stand for, which are followed
    /// everywhere; none while one of them has changed and is not on the medium yet.
    pub fn checksums(&self, of: &[Stretch]) -> Option<Vec<u32>> {
        let mut all = Vec::new();
        for stretch in of {
            let sums: Option<Vec<u32>> = self.leaves_of(stretch).map(|(_, sum)| sum).collect();
            let sums = sums?;
            all.push(u32::try_from(sums.len()).unwrap_or(u32::MAX));
            all.extend(sums);
        }
        for (row, stands) in &*self.aliases {
            let bytes = [row.bits().to_le_bytes(), stands.bits().to_le_bytes()].concat();
            all.extend(bytes.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)));
        }
        Some(all)
    }

    fn leaves_of(&self, stretch: &Stretch) -> impl Iterator<Item = (u64, Option<u32>)> {
        let briefs = self.sheet(&stretch.register).into_iter().flat_map(|sheet| sheet.rows.briefs());
        let wanted = stretch.year.clone();
        briefs.filter_map(move |(brief, edition, checksum)| {
            let there = wanted.as_ref().is_none_or(|(kind, field, year)| brief.has(kind, field, *year));
            there.then_some((edition, checksum))
        })
    }
}
