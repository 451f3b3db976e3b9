//! T06 视图: ways to look at a table that somebody gave a name – columns, widths, sort, filters.
//!
//! A register like the others, so that undo, history, merging and files carry it; everybody may make one. Two devices
//! may call two views the same: they have no natural key, and both stay. Apart from the settings, because no view
//! changes what is declared. Neighbours: `table::saved` writes and reads the records.

use super::{FieldKind, Register, fields, label, names, shared};
use crate::register::{Field, Group, Law, RowKind};

/// `T06`
pub const KEY: &str = "T06";

names! {
    /// Named views.
    view "view":
    REGISTER "book"
    KIND_OF_ROWS "kind"
    LABEL "label"
    COLUMNS "columns"
    HIDDEN "hidden"
    WIDTHS "widths"
    SORT "sort"
    FILTER "filter"
    FIRST "first"
}

const FIELDS: &[Field] = &[
    Field::new(view::LABEL, label("名称", "Name"), FieldKind::Text(60)).required(),
    Field::new(view::REGISTER, label("台账", "Register"), FieldKind::Text(20)).required(),
    Field::new(view::KIND_OF_ROWS, label("哪一种记录", "Kind of rows"), FieldKind::Text(20)).required(),
    Field::new(view::COLUMNS, label("列的次序", "Order of columns"), FieldKind::TextList),
    Field::new(view::HIDDEN, label("隐藏的列", "Hidden columns"), FieldKind::TextList),
    Field::new(view::WIDTHS, label("列宽", "Widths"), FieldKind::TextList),
    Field::new(view::SORT, label("排序", "Sort"), FieldKind::Text(60)),
    Field::new(view::FILTER, label("筛选", "Filters"), FieldKind::TextList),
    Field::new(view::FIRST, label("默认打开", "Opens first"), FieldKind::Bool),
];

pub(super) fn register() -> Register {
    Register {
        key: KEY.into(),
        label: label("视图", "Views"),
        group: Group::Assessment,
        kinds: shared(vec![RowKind {
            key: view::KIND.into(),
            label: label("视图", "View"),
            under: None,
            fields: fields(&[FIELDS]),
            keys: Vec::new(),
            rules: &[],
            workflow: None,
            keeper: None,
            law: Law::default(),
            title: view::LABEL.into(),
            naming: names(&[view::LABEL]),
            key_figures: Vec::new(),
            views: &[],
        }]),
    }
}
