//! What a question about a table cannot be answered with.

use super::column::DIMENSIONS;
use crate::register::{Message, RowKind, Sense};

/// What a person asked for and cannot have, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.zh)]
pub struct QueryError(pub Message);

impl QueryError {
    /// Both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self(Message::new(zh, en))
    }

    /// The kind has no field of the sort that the question needs.
    pub fn no_sense(kind: &RowKind) -> Self {
        Self::new(
            format!("“{}”没有这样的字段", kind.label.zh),
            format!("{} has no such field", kind.label.en),
        )
    }

    /// A key that the kind does not have; names those it has.
    pub fn unknown_field(kind: &RowKind, key: &str) -> Self {
        let fields: Vec<String> =
            kind.fields.iter().map(|f| format!("{}（{}）", f.key, f.label.zh)).collect();
        let keys: Vec<&str> = kind.fields.iter().map(|f| &*f.key).collect();
        let dimensions = DIMENSIONS.join("、");
        let above = kind.of(Sense::Parent);
        let (zh, en) = above.map_or_else(Default::default, |f| {
            (
                format!("；所属{}的字段写作 {}.字段", f.label.zh, f.key),
                format!("; what it stands under: {}.FIELD", f.key),
            )
        });
        Self::new(
            format!("没有字段“{key}”。可用的字段：{}；维度：{dimensions}{zh}", fields.join("、")),
            format!("No field {key}. Fields: {}; dimensions: {}{en}", keys.join(", "), DIMENSIONS.join(", ")),
        )
    }
}
