//! What was noticed about cells, and the report that collects it.

use std::collections::HashMap;

use serde::Serialize;

use super::book::address;
use super::question::Question;
use crate::register::{Message, Severity};
use crate::value::Text;
use crate::value::order;

/// Something about one cell, or about a table when the cell is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellFinding {
    /// How much it matters.
    pub severity: Severity,
    /// Sheet name.
    pub sheet: Text,
    /// `D14`; empty when it is about the whole table.
    pub cell: String,
    /// Field key, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Text>,
    /// Stable key of the rule.
    pub rule: Text,
    /// What is wrong and what to do.
    pub message: Message,
    /// What a person is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<Question>,
    /// A name that stands among the plan's places with what can be answered about it: a person is shown it there.
    #[serde(skip)]
    pub listed: bool,
}

/// Collects findings; of one rule on one sheet only the first hundreds are kept, the rest is counted.
#[derive(Debug, Default)]
pub struct Report {
    findings: Vec<CellFinding>,
    seen: HashMap<(Text, Text), usize>,
    errors: usize,
}

const KEPT: usize = 300;

impl Report {
    /// Adds a finding.
    pub fn push(&mut self, finding: CellFinding) {
        self.errors += usize::from(finding.severity == Severity::Error);
        let n = self.seen.entry((finding.sheet.clone(), finding.rule.clone())).or_insert(0);
        *n += 1;
        if *n <= KEPT {
            self.findings.push(finding);
        }
    }

    /// Adds a finding whose words are only made when it is kept.
    pub fn add(
        &mut self,
        severity: Severity,
        place: (&Text, u32, u32),
        field: Option<&str>,
        rule: &str,
        message: impl FnOnce() -> Message,
    ) {
        let (sheet, row, column) = place;
        let key = (sheet.clone(), Text::from(rule));
        if self.seen.get(&key).is_some_and(|n| *n >= KEPT) {
            self.errors += usize::from(severity == Severity::Error);
            if let Some(n) = self.seen.get_mut(&key) {
                *n += 1;
            }
            return;
        }
        self.push(CellFinding {
            severity,
            sheet: sheet.clone(),
            cell: address(row, column),
            field: field.map(Text::from),
            rule: Text::from(rule),
            message: message(),
            ask: None,
            listed: false,
        });
    }

    /// Adds a finding about a whole table.
    pub fn about_table(&mut self, severity: Severity, sheet: &Text, rule: &str, message: Message) {
        self.push(CellFinding {
            severity,
            sheet: sheet.clone(),
            cell: String::new(),
            field: None,
            rule: Text::from(rule),
            message,
            ask: None,
            listed: false,
        });
    }

    /// Asks a person: nothing is written before it is answered.
    pub fn ask(&mut self, rule: &str, field: Option<&str>, question: Question, message: Message) {
        let (sheet, cell) = question.about.rsplit_once('!').unwrap_or(("", &question.about));
        self.push(CellFinding {
            severity: Severity::Error,
            sheet: Text::from(sheet),
            cell: cell.to_owned(),
            field: field.map(Text::from),
            rule: Text::from(rule),
            message,
            ask: Some(question),
            listed: false,
        });
    }

    /// How many errors there are, also those that are only counted.
    pub const fn errors(&self) -> usize {
        self.errors
    }

    /// The findings, the worst first, then in order of the file; a last line says what was only counted.
    pub fn finish(mut self) -> Vec<CellFinding> {
        let mut over: Vec<(Text, Text, usize)> =
            self.seen.into_iter().filter(|(_, n)| *n > KEPT).map(|((s, r), n)| (s, r, n)).collect();
        order::sort(&mut over);
        for (sheet, rule, n) in over {
            let first = self.findings.iter().find(|f| f.sheet == sheet && f.rule == rule);
            let (severity, listed) = first.map_or((Severity::Info, false), |f| (f.severity, f.listed));
            self.findings.push(CellFinding {
                severity,
                sheet,
                cell: String::new(),
                field: None,
                rule,
                message: Message::new(
                    format!("同样的情况共{n}处，这里只列出前{KEPT}处"),
                    format!("{n} of these; the first {KEPT} are listed"),
                ),
                ask: None,
                listed,
            });
        }
        order::sort_by_key(&mut self.findings, |f| f.severity);
        self.findings
    }
}
