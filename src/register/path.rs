//! Fields that are reached through a reference: `parent.party_b` of a due is the party of its contract.
//!
//! Inputs: a kind of rows, a path. Outputs: the field at its end; the fields by which files name what a row stands under.
//! Neighbours: tables build columns by path, the importer and the exporter name parents by it.

use std::sync::Arc;

use super::{Field, FieldKind, Register, RowKind, Schema, Sense};

/// The reference that a path begins with, and the rest of it.
pub fn split(path: &str) -> Option<(&str, &str)> {
    path.split_once('.')
}

impl RowKind {
    /// The field at the end of a path: the kind's own, or one of a record that it names.
    pub fn reach<'a>(&'a self, schema: &'a Schema, path: &str) -> Option<&'a Arc<Field>> {
        let Some((first, rest)) = split(path) else { return self.field(path) };
        let FieldKind::Ref(target) = &self.field(first)?.kind else { return None };
        target.pools().iter().find_map(|pool| schema.pool(pool)?.1.reach(schema, rest))
    }
}

impl RowKind {
    /// The registers that what stands at the end of a path depends on, beside the kind's own.
    pub fn registers_along(&self, schema: &Schema, path: &str) -> Vec<&'static str> {
        let (first, rest) = split(path).map_or((path, None), |(first, rest)| (first, Some(rest)));
        let Some(target) = self.field(first).and_then(|f| f.target()) else { return Vec::new() };
        let mut all: Vec<&'static str> = target.registers().collect();
        for pool in target.pools() {
            let along =
                rest.zip(schema.pool(pool)).map(|(rest, (_, kind))| kind.registers_along(schema, rest));
            all.extend(along.unwrap_or_default());
        }
        all
    }
}

impl Register {
    /// The fields of the kind above by which files say under which of its records one of `kind` stands: all that its
    /// natural keys are made of, and its title.
    pub fn naming_parent(&self, kind: &RowKind) -> Vec<&Arc<Field>> {
        let Some(above) = self.above(kind) else { return Vec::new() };
        let mut keys: Vec<&str> = Vec::new();
        for part in above.keys.iter().flat_map(|k| k.parts.iter().map(|p| &**p)).chain([&*above.title]) {
            if !keys.contains(&part) {
                keys.push(part);
            }
        }
        keys.into_iter().filter_map(|key| above.field(key)).collect()
    }
}

impl RowKind {
    /// The path to a field of the record above.
    pub fn path_above(&self, field: &Field) -> Option<String> {
        Some(format!("{}.{}", self.key_of(Sense::Parent)?, field.key))
    }

    /// The key of the record above's field at the end of `path`, where it leads there.
    pub fn above_key<'a>(&self, path: &'a str) -> Option<&'a str> {
        let (first, rest) = split(path)?;
        (self.key_of(Sense::Parent)? == first).then_some(rest)
    }
}
