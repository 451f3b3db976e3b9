//! R02 人员台账: who the people are that all other registers speak of (domain §2.2, §10.3).
//!
//! One main kind, `person`, with what is known of somebody over time under it: `post` (职务), `stage` and `gate` (how
//! somebody became a member of the party), `promise`, `study` and `honour`. A list of something else that names people
//! tells of them beside its own rows. Neighbours: R03 puts people into libraries, R04 has their households, R01 names who
//! leads.

mod flow;
mod person_kind;
mod rules;
mod under;

use super::{Label, Pool, Register, label};
use crate::register::Group;

/// What it is called.
const LABEL: Label = label("人员台账", "People");

/// The register's key.
pub const KEY: &str = "R02";

names! {
    /// Somebody.
    person "person":
    ORG "org"
    NAME "name"
    IDENTITY "idno"
    GENDER "gender"
    BIRTH "birth"
    EDUCATION "edu"
    PARTY "org_party"
    STAGE "member_stage"
}

names! {
    /// What somebody is somewhere.
    post "post":
    PARENT "parent"
    ORG "org"
    ENTITY "entity"
    POST "post"
    FROM "from"
    UNTIL "to"
}

names! {
    /// A step on the way into the party, with its day.
    stage "stage":
    PARENT "parent"
    STAGE "stage"
    DAY "date"
}

names! {
    /// A gate on that way, passed or not.
    gate "gate":
    PARENT "parent"
    GATE "gate"
    RESULT "result"
    DAY "date"
}

/// 群众
const NOBODY: &str = "群众";
/// The steps of the way into the party, in order; 停止党籍 may end it.
pub const WAY: &[&str] = &["申请人", "积极分子", "发展对象", "预备党员", "正式党员"];
/// 停止党籍
const STOPPED: &str = "停止党籍";
/// 预备党员
const PROBATIONARY: &str = "预备党员";
/// 正式党员
pub const FULL: &str = "正式党员";
/// The steps that are members of the party.
pub const MEMBERS: &[&str] = &[PROBATIONARY, FULL];
/// The posts of 村两委 (I-44).
pub const COMMITTEES: &[&str] = &["书记", "副书记", "委员", "主任", "副主任"];
/// 网格员 (I-35)
pub const GRID_WORKERS: &[&str] = &["网格员"];

pub(super) fn register() -> Register {
    Register {
        key: KEY.into(),
        label: LABEL,
        group: Group::People,
        kinds: super::shared(vec![
            person_kind::person(),
            under::post(),
            under::stage(),
            under::gate(),
            under::promise(),
            under::study(),
            under::honour(),
        ]),
    }
}

/// What a person's rows are called where others stand under them.
const PEOPLE: Pool = Pool::rows(KEY, person::KIND);
/// The same.
const PERSON: Label = label("人员", "Person");

/// Somebody: what other registers name people by.
pub(super) const ANYBODY: &[Pool] = &[Pool::any(KEY)];

#[cfg(test)]
mod tests;
