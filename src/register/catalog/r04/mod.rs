//! R04 农户与联户台账: the households of a village, who links whom, and what they earn (domain §2.4).
//!
//! One main kind, `household`, with `income` by year under it. A 党员中心户 is a household that others link to; a list
//! writes it once, in the first row of those whom it links. Neighbours: R02 has the people, R05 and R08 speak of
//! households as shareholders and beneficiaries.

mod flow;
mod household_kind;
mod income_kind;
mod rules;

use super::{Label, Pool, Register, label};
use crate::register::Group;

/// What it is called.
const LABEL: Label = label("农户与联户台账", "Households");

/// The register's key.
pub const KEY: &str = "R04";

names! {
    /// A household of a village.
    household "household":
    ORG "org"
    HEAD "head"
    NUMBER "house_no"
    GROUP "group"
    GRID "grid"
    HUB "link_member_household"
    MEMBERS "members_n"
    LABOUR "labour_n"
    MIGRANTS "migrant_n"
    LAND "land_mu"
}

names! {
    /// What a household earned in a year.
    income "income":
    PARENT "parent"
    YEAR "year"
    WAGE "wage"
    OPERATING "operating"
    PROPERTY "property"
    TRANSFER "transfer"
    TOTAL "total"
}

/// 迁出
const LEFT: &str = "迁出";

pub(super) fn register() -> Register {
    Register {
        key: KEY.into(),
        label: LABEL,
        group: Group::People,
        kinds: super::shared(vec![household_kind::household(), income_kind::income()]),
    }
}

/// What a household's rows are called where others stand under it.
const HOUSEHOLDS: Pool = Pool::rows(KEY, household::KIND);
/// The same.
const HOUSEHOLD: Label = label("农户", "Household");

#[cfg(test)]
mod tests;
