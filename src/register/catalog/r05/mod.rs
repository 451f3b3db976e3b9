//! R05 经营主体台账: who does business in the villages, from a co-operative to a family farm (domain §2.5).
//!
//! One main kind, `entity`, with who put what into it (`share`) and what a year brought (`year`) under it. A township's
//! list of its businesses seldom says their villages: they belong to the township then. Neighbours: R09 lets to them, R11
//! is run by them, R01's branches stand in them.

mod entity_kind;
mod flow;
mod rules;
mod share_kind;
mod year_kind;

use super::{Label, Pool, Register, label};
use crate::register::Group;

/// What it is called.
const LABEL: Label = label("经营主体台账", "Businesses");

/// The register's key.
pub const KEY: &str = "R05";

names! {
    /// A co-operative, a company, a farm.
    entity "entity":
    ORG "org"
    NAME "name"
    CODE "usci"
    SORT "kind"
    BY_PARTY "led_by_party"
    BY_MEMBER "led_by_member"
    STATUS "status"
    MEMBERS "members_total"
    LED "led_households"
}

names! {
    /// Who put what into it.
    share "share":
    PARENT "parent"
    PARTY "party"
    AMOUNT "amount"
    PART "share_pct"
}

names! {
    /// What a year brought.
    year "year":
    PARENT "parent"
    YEAR "year"
    REVENUE "revenue"
    PROFIT "profit"
    PAID "dividend_paid"
}

/// 农民专业合作社
pub const COOPERATIVE: &str = "农民专业合作社";
/// A co-operative that a party organisation leads.
pub const PARTY_COOPERATIVE: &str = "党组织领办合作社";
/// A large grower, whom nobody registers.
const GROWER: &str = "专业大户";
/// The sorts that are co-operatives (I-45, I-46).
pub const COOPERATIVES: &[&str] = &[COOPERATIVE, PARTY_COOPERATIVE];
/// A business that is no more.
pub const STRUCK_OFF: &str = "注销";

pub(super) fn register() -> Register {
    Register {
        key: KEY.into(),
        label: LABEL,
        group: Group::Economy,
        kinds: super::shared(vec![entity_kind::entity(), share_kind::share(), year_kind::year()]),
    }
}

/// What a business's rows are called where others stand under it.
const ENTITIES: Pool = Pool::rows(KEY, entity::KIND);
/// The same.
const ENTITY: Label = label("经营主体", "Business");

#[cfg(test)]
mod tests;
