//! Fields that are reached from a record: through a reference upwards (`parent.party_b` of a due is the party of its
//! contract), or down to a line that stands under it (`due/2/amount` of a contract is the amount of its second due).
//!
//! Inputs: a kind of rows, a path. Outputs: the field at its end; the fields by which files name what a row stands under.
//! Neighbours: tables build columns by path, the importer and the exporter name parents by it; only the importer, whose
//! rows may hold several records, leads down.

use std::sync::Arc;

use super::{Field, FieldKind, Register, RowKind, Schema, Sense};

/// The reference that a path begins with, and the rest of it.
pub fn split(path: &str) -> Option<(&str, &str)> {
    path.split_once('.')
}

/// Where a path leads down to, in a row that holds lines of its record beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Below<'p> {
    /// The kind of the line.
    pub kind: &'p str,
    /// Which line of the row, from 1.
    pub line: usize,
    /// The field of the line.
    pub field: &'p str,
}

impl std::fmt::Display for Below<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.kind, self.line, self.field)
    }
}

/// Where a path leads down to; nothing where it stays in the record or leads up.
pub fn below(path: &str) -> Option<Below<'_>> {
    let (kind, rest) = path.split_once('/')?;
    let (line, field) = rest.split_once('/')?;
    Some(Below { kind, line: line.parse().ok().filter(|n| *n > 0)?, field })
}

impl Register {
    /// The field at the end of a path that may also lead down to a line of the record.
    pub fn reach<'a>(&'a self, schema: &'a Schema, kind: &'a RowKind, path: &str) -> Option<&'a Arc<Field>> {
        let Some(below) = below(path) else { return kind.reach(schema, path) };
        self.children(&kind.key).find(|child| child.key == below.kind)?.field(below.field)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_down_names_the_kind_the_line_and_the_field() {
        let path = Below { kind: "due", line: 2, field: "amount" };
        assert_eq!(below(&path.to_string()), Some(path));
        for other in ["amount", "parent.party_b", "due/amount", "due/0/amount", "due/x/amount"] {
            assert_eq!(below(other), None, "{other}");
        }
        let schema = Schema::base();
        let r09 = schema.register("R09").unwrap();
        let contract = r09.kind("contract").unwrap();
        let label = |path: &str| r09.reach(schema, contract, path).map(|f| f.label.zh.to_string());
        assert_eq!(label("due/1/received").as_deref(), Some("已收金额"));
        assert_eq!(label("party_b").as_deref(), Some("承包（租）方"));
        assert_eq!(label("debt/1/debt_amount"), None, "no line of a contract");
    }
}
