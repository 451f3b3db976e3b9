//! What was noticed about a workbook, as comments for a copy of it.
//!
//! Duty: which findings are worth a comment, and its words. Inputs: findings. Outputs: notes for [`book::marked`].
//! Neighbours: the command line and the worker make the copy.

use super::CellFinding;
use super::book::{Format, Note};
use crate::register::Severity;

/// A comment for each thing that a person has to look at; a finding about a whole table is said at the sheet's first cell.
pub fn notes(findings: &[CellFinding]) -> Vec<Note> {
    let to_see = |f: &&CellFinding| f.severity != Severity::Info && !f.sheet.is_empty();
    let one = |f: &CellFinding| {
        let kind = if f.severity == Severity::Error { "错误" } else { "提醒" };
        let words = format!("{kind}：{}", f.message.zh);
        Note { sheet: f.sheet.to_string(), cell: f.cell.clone(), words }
    };
    findings.iter().filter(to_see).map(one).collect()
}

/// Whether a workbook can have a marked copy.
pub const fn can_mark(format: Format) -> bool {
    matches!(format, Format::Xlsx)
}

/// The copy's name: `收支.xlsx` → `收支-标注.xlsx`.
pub fn name(of: &str) -> String {
    format!("{}-标注.xlsx", of.rsplit_once('.').map_or(of, |(stem, _)| stem))
}
