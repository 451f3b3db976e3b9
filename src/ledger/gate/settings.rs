//! What the county has set stays while records use it: a field that is filled in, a register with rows.
//!
//! Inputs: the ledger as a draft leaves it, a change. Outputs: how many records would lose what they say. Neighbours:
//! the schema makes keys of fields and registers out of their records.

use super::view::View;
use crate::ledger::{Change, Operation, Record};
use crate::register::catalog::settings;
use crate::register::{Fields as _, key_of};

/// How many records use what the change takes away or makes into something else.
pub(super) fn users(view: &View<'_>, operation: &Operation) -> usize {
    if &*operation.register != settings::KEY {
        return 0;
    }
    let Some(kind) = view.of(&operation.register, operation.row).kind() else { return 0 };
    let is_field = **kind == *settings::field::KIND;
    let anew = [settings::field::REGISTER, settings::field::KIND_OF_ROWS, settings::field::TYPE];
    let takes = match &operation.change {
        Change::Delete { .. } => true,
        Change::Set { field, .. } => is_field && anew.contains(&&**field),
        _ => false,
    };
    if !takes || !(is_field || **kind == *settings::register::KIND) {
        return 0;
    }
    let key = key_of(operation.row);
    let uses = |register: &str, record: &Record| {
        let seen = view.of(register, record.id());
        !seen.is_gone() && (!is_field || seen.value(&key).is_some())
    };
    let sheets = view.state().registers().filter(|(register, _)| is_field || ***register == *key);
    sheets.map(|(register, sheet)| sheet.live().filter(|r| uses(register, r)).count()).sum()
}
