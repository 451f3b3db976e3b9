//! T05 锁定期间: periods that are closed for a place. While such a row stands, nobody changes what lies in it.
//!
//! The township or the county closes a period when it has been reported upwards, and opens it again for a correction;
//! both are steps of the ledger like any other, with a name and a time. Neighbours: the ledger's gate asks for the
//! rows; 设置 shows them.

use super::{ALL_GRAINS, FieldKind, Options, PLACES_POOL, Register, Target, fields, label, names, shared};
use crate::register::{Condition, Field, Group, Law, NaturalKey, Role, RowKind, Tells};

/// `T05`
pub const KEY: &str = "T05";
/// The kind of rows that close a period.
pub const LOCK: &str = "lock";
/// For which place, with all under it; everywhere when none.
pub const PLACE: &str = "place";
/// Which period, with all that lie in it.
pub const PERIOD: &str = "period";
/// In which registers, by name; in all when none.
pub const REGISTERS: &str = "registers";
/// Why.
pub const WHY: &str = "remark";

const FIELDS: &[Field] = &[
    Field::new(PERIOD, label("期间", "Period"), FieldKind::Period(ALL_GRAINS)).required(),
    Field::new(PLACE, label("单位", "Place"), FieldKind::Ref(Target::of(PLACES_POOL))),
    Field::new(REGISTERS, label("台账", "Registers"), FieldKind::Choices(Options::closed(super::REPORTED))),
    Field::new(WHY, label("说明", "Remark"), FieldKind::LongText),
];

pub(super) fn register() -> Register {
    Register {
        key: KEY.into(),
        label: label("锁定期间", "Closed periods"),
        group: Group::Assessment,
        kinds: shared(vec![RowKind {
            key: LOCK.into(),
            label: label("锁定", "Closure"),
            under: None,
            fields: fields(&[FIELDS]),
            keys: vec![NaturalKey {
                when: Condition::Any,
                parts: names(&[PERIOD, PLACE]),
                present: names(&[PERIOD]),
                tells: Tells::One,
            }],
            rules: &[],
            workflow: None,
            keeper: Some(Role::TownReviewer),
            law: Law::default(),
            title: PERIOD.into(),
            naming: names(&[PERIOD, PLACE]),
            key_figures: Vec::new(),
            views: &[],
        }]),
    }
}
