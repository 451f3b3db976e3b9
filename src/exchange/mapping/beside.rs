//! What the rows of a table tell of records that theirs name: 身份证号 and 联系电话 of the person in a list of talents.
//!
//! Duty: a mapping whose columns lead to fields of a named record becomes a mapping of that record's kind, by which the
//! same table is read first, and one without those columns. Inputs: a mapping as suggested or as a person changed it.
//! Outputs: mappings. Neighbours: `suggest` finds such columns; `plan` reads the table by both and puts into each record
//! the one of its own row; [`super::lines`] is the same downwards.

use super::{ColumnMapping, Mapping, Meaning};
use crate::register::{Field, RowKind, Schema, Sense, path};

impl Mapping {
    /// For each record that rows tell of beside their own: the field that names it, and a mapping of its kind.
    pub fn beside(&self, schema: &Schema) -> Vec<(String, Self)> {
        let Some((_, kind)) = self.target(schema) else { return Vec::new() };
        let told = kind.fields.iter().filter(|f| f.told_beside && self.tells_of(f));
        told.filter_map(|f| Some((f.key.to_string(), self.of_beside(schema, kind, f)?))).collect()
    }

    /// Without the columns that tell of records beside the rows' own.
    pub fn without_beside(&self, schema: &Schema) -> Self {
        let Some((_, kind)) = self.target(schema) else { return self.clone() };
        let own = |c: &ColumnMapping| {
            let beside =
                leads(&c.meaning).and_then(|(first, _)| kind.field(first)).is_some_and(|f| f.told_beside);
            let meaning = if beside { Meaning::Ignore } else { c.meaning.clone() };
            ColumnMapping { meaning, ..c.clone() }
        };
        Self { columns: self.columns.iter().map(own).collect(), ..self.clone() }
    }

    fn tells_of(&self, field: &Field) -> bool {
        self.columns.iter().filter_map(|c| leads(&c.meaning)).any(|(first, _)| first == field.key)
    }

    /// What the columns say of the record that `field` names. It lies in the place of the row.
    fn of_beside(&self, schema: &Schema, kind: &RowKind, field: &Field) -> Option<Self> {
        let [pool] = field.target()?.pools() else { return None };
        let (register, there) = schema.pool(pool)?;
        let (place, its_place) = (kind.key_of(Sense::Place), there.key_of(Sense::Place));
        let column = |c: &ColumnMapping| {
            let meaning = match (&c.meaning, its_place) {
                (Meaning::Value { field: own, .. }, Some(its)) if Some(own.as_str()) == place => {
                    Meaning::field(its)
                }
                (Meaning::Town, Some(_)) => Meaning::Town,
                (meaning, _) => match leads(meaning) {
                    Some((first, rest)) if first == field.key => Meaning::field(rest),
                    _ => Meaning::Ignore,
                },
            };
            ColumnMapping { meaning, ..c.clone() }
        };
        Some(Self {
            register: register.key.to_string(),
            kind: there.key.to_string(),
            columns: self.columns.iter().map(column).collect(),
            fixed: Vec::new(),
            period: None,
            org: self.org.clone().filter(|_| its_place.is_some()),
            town: self.town.clone(),
        })
    }
}

/// The reference through which a column leads, and what it leads to.
fn leads(meaning: &Meaning) -> Option<(&str, &str)> {
    match meaning {
        Meaning::Value { field, .. } => path::split(field),
        _ => None,
    }
}
