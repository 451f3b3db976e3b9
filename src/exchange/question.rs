//! Questions that a workbook leaves open, and the answers to them.
//!
//! Duty: what a sheet does not say, or says weakly, is asked before anything is written. A question is about one
//! thing at one place, names its choices, and is found again by its key (`unit:2024!A1`). Inputs: what layout and plan
//! were not sure of. Outputs: [`Question`]s beside findings; [`answered`] finds the answer. Neighbours: the answers are
//! `resolve::Decision`s, given on the page or on the command line; what is true of a layout is remembered by
//! `mapping::remembered`.

use serde::{Deserialize, Serialize};

use super::book::address;
use super::layout::FoundTable;
use super::resolve::Decision;
use crate::register::Message;
use crate::value::unit::{self, Class};
use crate::value::when;

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// In which unit the money of a table is.
    Unit,
    /// Which period a table is of.
    Period,
    /// Whether a row is data, or sums and compares other rows.
    Row,
    /// A column with figures that nothing reads.
    Column,
    /// A table that nothing reads.
    Table,
    /// Whether a table of plans is meant as what was done.
    Nature,
    /// Whether the columns of a table are villages.
    Across,
    /// Whether records that a list does not have any more are gone.
    Gone,
    /// Whether values that a list does not have any more are cleared.
    Cleared,
    /// Whether names that no record has become records.
    Named,
    /// Whether rows are the records that have their names, or others.
    Alike,
}

/// A question with its choices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What it is about.
    pub topic: Topic,
    /// `2024!B3`: the cell, or the first cell of the table.
    pub about: String,
    /// What can be answered, the likeliest first.
    pub choices: Vec<Choice>,
    /// What it is about in full, where that is a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Message>,
}

/// One answer that can be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// As it is given back.
    pub answer: String,
    /// As it is shown.
    pub words: Message,
}

/// An answer: to one question, to those of a sheet, or to all of a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What it is about.
    pub topic: Topic,
    /// `2024!B3`, `2024`, or empty for every table.
    pub about: String,
    /// One of the choices.
    pub answer: String,
}

/// Left out, whatever it is.
pub const LEAVE: &str = "leave";
/// The row is data.
pub const DATA: &str = "data";
/// The row sums or compares others.
pub const TOTAL: &str = "total";
/// What is written is what was done.
pub const ACTUAL: &str = "actual";
/// The columns are villages.
pub const PLACES: &str = "places";
/// What is missing is gone.
pub const REMOVED: &str = "removed";
/// What is missing stays.
pub const KEEP: &str = "keep";
/// What nobody has listed is made.
pub const CREATE: &str = "create";
/// It is the record that has its name.
pub const SAME: &str = "same";
/// It is another one of that name.
pub const OTHER: &str = "other";

impl Topic {
    /// Every topic with its word in keys.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Unit, "unit"),
        (Self::Period, "period"),
        (Self::Row, "row"),
        (Self::Column, "column"),
        (Self::Table, "table"),
        (Self::Nature, "nature"),
        (Self::Across, "across"),
        (Self::Gone, "gone"),
        (Self::Cleared, "cleared"),
        (Self::Named, "named"),
        (Self::Alike, "alike"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(topic, _)| *topic == self).map_or("", |(_, word)| word)
    }
}

impl Choice {
    /// A choice whose answer is a word of its own.
    pub fn new(answer: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { answer: answer.to_owned(), words: Message::new(zh, en) }
    }

    /// A choice that is shown as it is answered.
    pub fn plain(word: &str) -> Self {
        Self::new(word, word, word)
    }

    /// To leave it out.
    pub fn leave() -> Self {
        Self::new(LEAVE, "不读", "leave it out")
    }
}

impl Question {
    /// About a cell.
    pub fn at(topic: Topic, sheet: &str, cell: &str, choices: Vec<Choice>) -> Self {
        Self { topic, about: format!("{sheet}!{cell}"), choices, lines: Vec::new() }
    }

    /// About a table.
    pub fn of(topic: Topic, table: &FoundTable, choices: Vec<Choice>) -> Self {
        Self { topic, about: table_at(table), choices, lines: Vec::new() }
    }

    /// By which the command line names it: `unit:2024!A1`.
    pub fn key(&self) -> String {
        format!("{}:{}", self.topic.word(), self.about)
    }
}

impl Answer {
    /// `unit:2024!A1=万元`, `row:2024!A9=total`; nothing when it is not of this form.
    pub fn read(text: &str) -> Option<Self> {
        let (topic, rest) = text.split_once(':')?;
        let (about, answer) = rest.rsplit_once('=')?;
        let topic = Topic::ALL.iter().find(|(_, word)| *word == topic)?.0;
        Some(Self { topic, about: about.to_owned(), answer: answer.to_owned() })
    }

    /// `2024=万元` for a sheet, `万元` for all of them.
    pub fn short(topic: Topic, text: &str) -> Self {
        let (about, answer) = text.rsplit_once('=').unwrap_or(("", text));
        Self { topic, about: about.to_owned(), answer: answer.to_owned() }
    }

    /// Whether it can be meant: a unit of money, a period, or one of the words.
    pub fn is_possible(&self) -> bool {
        let answer = self.answer.as_str();
        match self.topic {
            Topic::Unit => unit::find(answer).is_some_and(|u| u.class == Class::Money),
            Topic::Period => when::period(answer, None).is_ok(),
            Topic::Row => matches!(answer, DATA | TOTAL),
            Topic::Column | Topic::Table => answer == LEAVE,
            Topic::Nature => matches!(answer, LEAVE | ACTUAL),
            Topic::Across => matches!(answer, LEAVE | PLACES),
            Topic::Gone | Topic::Cleared => matches!(answer, REMOVED | KEEP),
            Topic::Named => matches!(answer, CREATE | LEAVE),
            Topic::Alike => matches!(answer, SAME | OTHER),
        }
    }
}

/// `2024!A1`: by which a table is named in questions.
pub fn table_at(table: &FoundTable) -> String {
    format!("{}!{}", table.sheet, address(table.range.top, table.range.left))
}

/// The last answer about a cell.
pub fn answered<'a>(decisions: &'a [Decision], topic: Topic, sheet: &str, cell: &str) -> Option<&'a str> {
    decisions.iter().rev().find_map(|d| match d {
        Decision::Answer(given) if given.topic == topic => {
            let place = given.about.strip_prefix(sheet);
            let meant = given.about.is_empty()
                || place.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('!') == Some(cell));
            meant.then_some(given.answer.as_str())
        }
        _ => None,
    })
}

/// The last answer about a table.
pub fn of_table<'a>(decisions: &'a [Decision], topic: Topic, table: &FoundTable) -> Option<&'a str> {
    answered(decisions, topic, &table.sheet, &address(table.range.top, table.range.left))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Vec<Decision> {
        vec![Decision::Answer(Answer::read(text).unwrap())]
    }

    #[test]
    fn an_answer_is_for_a_cell_a_sheet_or_everything() {
        for (text, cell, sheet, wanted) in [
            ("unit:2024!A1=万元", "A1", "2024", Some("万元")),
            ("unit:2024!A1=万元", "A10", "2024", None),
            ("unit:2024=元", "F7", "2024", Some("元")),
            ("unit:2024=元", "F7", "2024年", None),
            ("unit:=千元", "F7", "表", Some("千元")),
            ("row:2024!A1=data", "A1", "2024", None),
        ] {
            assert_eq!(answered(&given(text), Topic::Unit, sheet, cell), wanted, "{text}");
        }
        assert!(Answer::read("unit").is_none() && Answer::read("money:a=b").is_none());
        assert_eq!(Answer::short(Topic::Period, "Sheet1=2024").about, "Sheet1");
        assert_eq!(Answer::short(Topic::Period, "2024").about, "");
    }
}
