//! R09 资产资源与合同台账: what a village owns, to whom it is let, and what is owed (domain §2.9, W4).
//!
//! Three main kinds stand beside each other: `contract` with its dues and services, `asset` (资产、资源) and `debt`
//! (债权债务). A contract's paper names what is let in words (`name`); the asset is pointed to where the village has
//! listed it. Neighbours: R07 books what comes in and points back to the contract.

mod asset_kind;
mod contract_kind;
mod debt_kind;
mod due_kind;
mod flow;
mod item_kind;
mod rules;

use super::{FieldKind, Label, Pool, Register, label};
use crate::register::{Field, Group};

/// What it is called.
const LABEL: Label = label("资产资源与合同台账", "Assets and contracts");

/// The register's key.
pub const KEY: &str = "R09";

names! {
    /// What is let to whom, for how long and for how much.
    contract "contract":
    ORG "org"
    NO "contract_no"
    NAME "name"
    ASSET "asset"
    PARTY "party_b"
    PARTY_ID "party_b_id"
    PHONE "phone"
    SIGNED "sign_date"
    BEGINS "start"
    ENDS "end"
    TERM "term"
    AREA "area_mu"
    FLOOR "area_m2"
    PRICE "price"
    PER "price_unit"
    TOTAL "amount_total"
    LUMP_YEARS "lump_years"
    BIDDING "bidding"
    MEETING "meeting"
    FORM "form"
    ISSUES "issue_kinds"
    DISPOSITION "disposition"
    PRICE_BEFORE "price_before"
    PRICE_AFTER "price_after"
    RECOVERED "recovered_amount"
    NEW_AREA "new_resource_mu"
}

names! {
    /// What falls due under a contract, and what came in of it.
    due "due":
    PARENT "parent"
    DAY "due"
    AMOUNT "amount"
    RECEIVED "received"
    RECEIVED_ON "received_at"
    OWED "owed"
}

names! {
    /// What is done under a contract of custody.
    item "item":
    PARENT "parent"
    WHAT "item"
    PRICE "price"
    AREA "mu"
}

names! {
    /// What the village owns.
    asset "asset":
    ORG "org"
    SORT "rec_kind"
    NO "asset_no"
    CLASS "asset_kind"
    NAME "name"
    AREA "area_mu"
    FLOOR "area_m2"
    QUANTITY "qty"
    ORIGINAL "original_value"
    NET "net_value"
    USE "use_status"
}

names! {
    /// What the village owes and is owed.
    debt "debt":
    ORG "org"
    NO "debt_no"
    SORT "debt_kind"
    NAME "name"
    PARTY "party_b"
    AMOUNT "debt_amount"
    RESOLVED "debt_resolved"
    SINCE "sign_date"
    ENDS "end"
}

/// Per what a price is.
pub const PER_MU: &str = "元/亩·年";
/// A price for the whole, every year.
pub const PER_YEAR: &str = "元/年";
/// Per floor area and year.
pub const PER_FLOOR: &str = "元/㎡·年";
/// One price for everything.
pub const ONCE: &str = "一次性";
/// A share of the yield instead of a price.
pub const SHARE: &str = "分成%";

pub use rules::{LONG, SOON, arrears};

/// The last day of a contract, as typed or as it follows from its term.
pub fn last_day(record: &dyn crate::register::Fields) -> Option<crate::value::Date> {
    contract_kind::last_day(record, &crate::register::NoWorld)
}

/// The states of a contract's clean-up that goes well, in order.
pub const WAY: &[&str] = flow::WAY;
/// The states in which the clean-up of a contract is done.
pub const CLEARED: &[&str] = flow::CLEARED;

pub(super) fn register() -> Register {
    Register {
        key: KEY.into(),
        label: LABEL,
        group: Group::Economy,
        kinds: super::shared(vec![
            contract_kind::contract(),
            due_kind::due(),
            item_kind::item(),
            asset_kind::asset(),
            debt_kind::debt(),
        ]),
    }
}

/// What a contract's rows are called where others stand under it.
const CONTRACTS: Pool = Pool::rows(KEY, contract::KIND);
/// The same.
const CONTRACT: Label = label("合同", "Contract");

/// 面积 in 亩, where the paper says that.
const MU: Field = Field::new("area_mu", label("面积", "Area"), FieldKind::Decimal(4)).unit("亩");
/// 面积 in 平方米, where it says that.
const FLOOR: Field =
    Field::new("area_m2", label("建筑面积", "Floor area"), FieldKind::Decimal(2)).unit("平方米");

#[cfg(test)]
mod tests;
