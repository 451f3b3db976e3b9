//! A value written on the command line: FIELD=VALUE.
//!
//! Duty: words become the field's value, in base units; a name becomes the one record that it means, or is refused with
//! all that it could mean. Inputs: a field, the words, the state. Outputs: the value, none where nothing is written, or
//! a sentence. Neighbours: `register::reading` reads the words, `table::Names` looks names up; `plan::sentences` has the refusals.

use super::plan::sentences::refused;
use crate::ledger::State;
use crate::register::reading::{self, Context};
use crate::register::{Field, FieldKind, Message, Target};
use crate::table::{Names, Places};
use crate::value::{RowId, Text, Value, unit};

/// Reads `text` for `field`. A cleared field is none.
pub fn read(state: &State, field: &Field, text: &str) -> Result<Option<Value>, Message> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let value = match &field.kind {
        FieldKind::Ref(target) => Value::Ref(one(state, field, target, text)?),
        FieldKind::Refs(target) => {
            let names = reading::list(text);
            Value::Refs(names.iter().map(|n| one(state, field, target, n)).collect::<Result<_, _>>()?)
        }
        _ => {
            let base = field.base_unit().and_then(unit::find);
            let around = Context { unit: None, base: base.as_ref(), year: None };
            let found = reading::words(field, &Text::from(text), &around);
            found.map_err(|e| refused(e.reason, text, field, field.base_unit()))?.0
        }
    };
    Ok(Some(value))
}

/// The record that `name` means.
fn one(state: &State, field: &Field, target: &Target, name: &str) -> Result<RowId, Message> {
    let found = Names::default().meant(state, &Places::of(state), target, name);
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(Message::new(
            format!("“{}”：没有“{name}”", field.label.zh),
            format!("{}: there is no {name}", field.label.en),
        )),
        several => Err(Message::new(
            format!("“{}”：“{name}”有{}个，请写编号", field.label.zh, several.len()),
            format!("{}: {name} means {} records; give the identity", field.label.en, several.len()),
        )),
    }
}
