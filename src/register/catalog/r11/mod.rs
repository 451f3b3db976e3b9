//! R11 阵地设施台账: the places where things are done for people, from a 党群服务中心 to a canteen and a cold store
//! (domain §2.11).
//!
//! One main kind, `facility`, with what happens there under it: `visit` (how many came), `theme` (一月一主题), `duty`
//! (the roster) and `honour`. A list of facilities seldom names them: a village has one 党群服务中心, which is called
//! after the village. Neighbours: R12 lists what is served there, R05 who runs it, R14 what is held there.

mod facility_kind;
mod flow;
mod rules;
mod under;

use super::{Field, FieldKind, Label, Pool, Register, label};
use crate::register::Group;

/// What it is called.
const LABEL: Label = label("阵地设施台账", "Facilities");

/// The register's key.
pub const KEY: &str = "R11";

names! {
    /// A place where something is done for people.
    facility "facility":
    ORG "org"
    NAME "name"
    SORT "kind"
    AREA "area_m2"
    MATTERS "service_count"
}

names! {
    /// How many came in a period.
    visit "visit":
    PARENT "parent"
    PERIOD "period"
    COUNT "count"
    WHY "kind"
}

/// 党群服务中心 of a village.
pub const CENTRE: &str = "党群服务中心";
/// 小区党群服务站, held to the eight haves (八有).
const STATION: &str = "小区党群服务站";
/// 党校 of a town.
pub const SCHOOL: &str = "党校";
/// Its branch in a village.
pub const BRANCH: &str = "分教点";
/// Where meals are cooked and served.
const CANTEEN: &str = "社区食堂";
/// Where meals that were cooked elsewhere are served.
const MEAL_POINT: &str = "助餐点";
/// The sorts at which a community is served meals (I-70).
pub const MEALS: &[&str] = &[CANTEEN, MEAL_POINT];

pub(super) fn register() -> Register {
    Register {
        key: KEY.into(),
        label: LABEL,
        group: Group::Service,
        kinds: super::shared(vec![
            facility_kind::facility(),
            under::visit(),
            under::theme(),
            under::duty(),
            under::honour(),
        ]),
    }
}

/// What a facility's rows are called where others stand under it.
const FACILITIES: Pool = Pool::rows(KEY, facility::KIND);
/// The same.
const FACILITY: Label = label("阵地", "Facility");

/// The eight haves (八有) of a station, each with its word.
const HAVES: &[(&str, &str)] = &[
    ("has_code", "编码"),
    ("has_sign", "标识"),
    ("has_rooms", "设施"),
    ("has_rules", "机制"),
    ("has_team", "队伍"),
    ("has_activities", "活动"),
    ("has_services", "服务"),
    ("has_means", "保障"),
];

const fn have(key: &'static str, zh: &'static str, en: &'static str) -> Field {
    Field::new(key, label(zh, en), FieldKind::Bool).aside()
}

#[cfg(test)]
mod tests;
