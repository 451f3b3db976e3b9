//! What is in a page, to be read without the rest of it: see [`Brief`].
//!
//! It stands before the page's tables, so that its words are written out; there are few.

use super::Unreadable;
use super::bytes::{In, Out};
use crate::ledger::{Brief, BriefKind};
use crate::value::Text;

pub(super) fn put(out: &mut Out, brief: &Brief) {
    out.len(brief.kinds.len());
    for (kind, there) in &brief.kinds {
        out.text(kind);
        out.len(there.live);
        out.len(there.stages.len());
        there.stages.iter().for_each(|stage| out.text(stage));
        out.len(there.years.len());
        for (field, years) in &there.years {
            out.text(field);
            out.len(years.len());
            years.iter().for_each(|year| out.int(i64::from(*year)));
        }
    }
}

pub(super) fn get(input: &mut In<'_>, share: &mut impl FnMut(&Text) -> Text) -> Result<Brief, Unreadable> {
    let mut brief = Brief::default();
    for _ in 0..input.len()? {
        let kind = share(&input.text()?);
        let mut there = BriefKind { live: input.len()?, ..BriefKind::default() };
        for _ in 0..input.len()? {
            there.stages.insert(share(&input.text()?));
        }
        for _ in 0..input.len()? {
            let years = there.years.entry(share(&input.text()?)).or_default();
            for _ in 0..input.len()? {
                let year =
                    i16::try_from(input.int()?).map_err(|_| Unreadable::Malformed("year out of range"))?;
                years.insert(year);
            }
        }
        brief.kinds.insert(kind, there);
    }
    Ok(brief)
}
