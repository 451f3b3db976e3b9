//! 我的台账 in this browser: the registers that whoever acts opens first, and their own choice of them.
//!
//! Inputs: role and place of who acts; the choice, kept in this browser for each person. Outputs: registers, looked at
//! again when any of that changes. Neighbours: `register::mine` says which; the rail and the list of registers show
//! them.

use std::sync::Arc;

use leptos::prelude::*;

use super::desk::Desk;
use super::lang::{local_storage, t};
use crate::register::{Register, Role, mine};

/// Registers in the order in which they are opened.
pub(super) type Own = Vec<Arc<Register>>;

fn place(name: &str) -> String {
    format!("xingcun.mine.{name}")
}

fn kept(name: &str) -> Option<String> {
    local_storage()?.get_item(&place(name)).ok()?
}

/// The name of who acts and the role whose registers they have.
fn who(desk: Desk) -> (String, Role) {
    desk.persons.track();
    let person = desk.who();
    let kind = || person.place.and_then(|id| desk.places().get(id).map(|p| p.kind.clone()));
    let role = person.role.unwrap_or_else(|| mine::usual_role(kind().as_deref()));
    (person.name.to_string(), role)
}

/// The registers of who acts; drawn anew only when they are others.
pub(super) fn own(desk: Desk) -> Memo<Own> {
    let read = move |_: Option<&Own>| {
        desk.mine.track();
        let (name, role) = who(desk);
        mine::chosen(&desk.schema(), role, kept(&name).as_deref())
    };
    Memo::new_with_compare(read, differ)
}

fn differ(before: Option<&Own>, now: Option<&Own>) -> bool {
    let same = |(a, b): (&Own, &Own)| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b));
    !before.zip(now).is_some_and(same)
}

/// Whether who acts has chosen otherwise than the role has it.
pub(super) fn is_chosen(desk: Desk) -> bool {
    desk.mine.track();
    kept(&who(desk).0).is_some()
}

/// Puts a register among those of who acts, or takes it away from them.
pub(super) fn turn(desk: Desk, key: &str) {
    let (name, role) = untrack(|| who(desk));
    match mine::turned(&desk.schema_once(), role, kept(&name).as_deref(), key) {
        Some(choice) => keep(desk, &name, Some(&choice)),
        None => desk.complain(&format!(
            "{}{}{}",
            t("我的台账最多放", "No more than "),
            mine::MOST,
            t("本，请先拿掉一本", " registers; take one away first")
        )),
    }
}

/// The registers of the role again.
pub(super) fn reset(desk: Desk) {
    keep(desk, &untrack(|| who(desk)).0, None);
}

fn keep(desk: Desk, name: &str, choice: Option<&str>) {
    let done = local_storage().and_then(|storage| match choice {
        Some(choice) => storage.set_item(&place(name), choice).ok(),
        None => storage.remove_item(&place(name)).ok(),
    });
    match done {
        Some(()) => desk.mine.notify(),
        None => desk.complain(t("这个浏览器不让记住选择", "This browser does not keep choices")),
    }
}
