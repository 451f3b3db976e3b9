//! R03 人才库台账: who is in which library of talents, as what, and how that went (domain §2.3, W2).
//!
//! One main kind, `talent`, with `review` (三级审核), `teaching` (授课) and `use` (使用情况) under it. One record is one
//! person in one category; a list of talents tells of the persons beside. Neighbours: R02 has the people.

mod flow;
mod talent_kind;
mod under;

use super::{Label, Pool, Register, label};
use crate::register::Group;

/// What it is called.
const LABEL: Label = label("人才库台账", "Talents");

/// The register's key.
pub const KEY: &str = "R03";

names! {
    /// Somebody in a library of talents, in one category.
    talent "talent":
    ORG "org"
    PERSON "person"
    LEVEL "level"
    CATEGORY "category"
    SPECIALITY "speciality"
    ENTERED "entered"
    LED "led_households"
    LEFT "left"
}

/// The steps from a village into the library.
pub const LISTING: &[&str] = flow::LISTING;

/// 后备力量, who is paired with a mentor before being put to use.
const RESERVE: &str = "后备力量";

pub(super) fn register() -> Register {
    Register {
        key: KEY.into(),
        label: LABEL,
        group: Group::People,
        kinds: super::shared(vec![talent_kind::talent(), under::review(), under::teaching(), under::usage()]),
    }
}

/// What a talent's rows are called where others stand under it.
const TALENTS: Pool = Pool::rows(KEY, talent::KIND);
/// The same.
const TALENT: Label = label("人才", "Talent");

#[cfg(test)]
mod tests;
