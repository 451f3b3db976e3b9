//! Which register a table is, and which field each column.
//!
//! Duty: headings to fields by their labels and aliases, exact before doubtful; wide tables (a column for
//! each subject, product or year) to values with fixed fields; the unit of each column and who said it.
//! Inputs: a table and its sheet. Outputs: [`Mapping`], plain data that a person may change and give back.
//! Neighbours: `register` declares, `layout` found the columns, `plan` reads rows by it.

mod beside;
mod lines;
pub mod remembered;
pub(super) mod subjects;
mod suggest;
mod vocabulary;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::layout::{FoundTable, PeriodSource};
use super::text::{bare, fold};
use crate::register::{Register, RowKind, Schema};
use crate::value::unit::{self, Class};
use crate::value::{Grain, Period};

pub(super) use suggest::planned;
pub use suggest::suggest;
pub use vocabulary::Lexicon;

/// What a table is: its register, and what each column gives. Changed by a person, it is taken as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mapping {
    /// `R06`
    pub register: String,
    /// Kind of rows in it.
    pub kind: String,
    /// Its columns, as many as the table's header.
    pub columns: Vec<ColumnMapping>,
    /// Fields that the whole table has in common: (field, words).
    #[serde(default)]
    pub fixed: Vec<(String, String)>,
    /// The period of rows without one of their own.
    #[serde(default)]
    pub period: Option<Period>,
    /// The village of a table that has no column for it.
    #[serde(default)]
    pub org: Option<String>,
    /// The township that place names belong to.
    #[serde(default)]
    pub town: Option<String>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnMapping {
    /// `D`
    pub column: String,
    /// As the sheet says it.
    pub heading: String,
    /// What it gives.
    pub meaning: Meaning,
    /// In which unit its figures are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Who said the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_from: Option<UnitSource>,
    /// How sure the match is.
    pub confidence: Confidence,
}

/// What a column gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// Values of a field. Columns with the same `fixed` fields of a row make one record.
    Value {
        /// Field key.
        field: String,
        /// Fields that the heading fixes: (subject, 经营收入), (period, 2023), (product, 不知火).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fixed: Vec<(String, String)>,
        /// A column of years, quarters or months that together make a period.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<Grain>,
    },
    /// The township of the row's village.
    Town,
    /// A sum of other columns: verified in each row, never written.
    Check {
        /// Columns that are added.
        plus: Vec<String>,
        /// Columns that are taken off.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        minus: Vec<String>,
    },
    /// Read over.
    Ignore,
    /// Not recognised: shown, and read over until a person says what it is.
    Unknown,
    /// Must be decided before anything can be written.
    Ask {
        /// Fields or subjects that it could be.
        candidates: Vec<String>,
    },
}

/// How sure a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The field's own name.
    Exact,
    /// Another name that the register declares.
    Alias,
    /// Put together from a group heading, a product or a year.
    Derived,
    /// A letter or two differ.
    Doubtful,
    /// No match.
    None,
    /// A person said so.
    Person,
}

/// Who said a column's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitSource {
    /// The heading.
    Heading,
    /// The words around the table.
    UnitLine,
    /// Nobody: the field's base unit is assumed, and said so.
    Assumed,
    /// The field has only this unit.
    Field,
    /// A person, when a sheet of the same layout was imported before.
    Remembered,
    /// A person.
    Person,
}

impl Mapping {
    /// The register and the kind of rows.
    pub fn target<'s>(&self, schema: &'s Schema) -> Option<(&'s Arc<Register>, &'s Arc<RowKind>)> {
        let register = schema.register(&self.register)?;
        Some((register, register.kind(&self.kind)?))
    }
}

impl Meaning {
    /// Values of `field`, with nothing fixed.
    pub fn field(field: &str) -> Self {
        Self::Value { field: field.to_owned(), fixed: Vec::new(), part: None }
    }
}

/// What a layout is remembered by: its headings in order, years left out.
pub fn layout_fingerprint(table: &FoundTable) -> String {
    let headings: Vec<String> = table.header.iter().map(|c| bare(&fold(&without_year(&c.heading)))).collect();
    // FNV-1a: stable between versions, which the standard hasher does not promise.
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in headings.join("|").bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
}

impl Mapping {
    /// Takes over what a person has said of the table as a whole.
    pub fn told(&mut self, table: &FoundTable) {
        if let Some(period) = table.period.as_ref().filter(|p| p.from == PeriodSource::Person) {
            self.period = Some(period.period);
        }
        let open = |c: &&mut ColumnMapping| {
            matches!(c.unit_from, Some(UnitSource::Assumed | UnitSource::Remembered))
        };
        for column in self.columns.iter_mut().filter(open) {
            let class = column.unit.as_deref().and_then(unit::find).map(|u| u.class);
            if let Some(told) = table.units.iter().find(|u| u.told && Some(u.class) == class) {
                column.unit = Some(told.unit.clone());
                column.unit_from = Some(UnitSource::Person);
            }
        }
    }
}

/// A heading without the year that it may carry.
pub(super) fn without_year(heading: &str) -> String {
    let mut out = String::new();
    let mut digits = String::new();
    for c in heading.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let year = digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
        if !year {
            out.push_str(&digits);
        }
        digits.clear();
        if !(year && matches!(c, '年')) {
            out.push(c);
        }
    }
    if digits.len() != 4 {
        out.push_str(&digits);
    }
    let out = out.replace("年度", "").replace("··", "·");
    let out = out.trim_matches('·');
    // A heading that is 年度 and nothing else is the column of years.
    let names_years = out.is_empty() && !heading.contains(|c: char| c.is_ascii_digit());
    if names_years { heading } else { out }.to_owned()
}

/// The class of unit that figures under a heading have; nothing when its words do not say.
pub(super) fn class_of_heading(heading: &str) -> Option<Class> {
    const WORDS: &[(&[&str], Class)] = &[
        (&["面积", "亩数", "新增面积"], Class::Area),
        (&["产量", "销量", "吨数"], Class::Weight),
        (
            &[
                "产值",
                "收入",
                "支出",
                "金额",
                "费用",
                "收益",
                "成本",
                "销售额",
                "资金",
                "补助",
                "合计",
                "税金",
            ],
            Class::Money,
        ),
        (&["户"], Class::Households),
        (&["人数", "人口"], Class::People),
    ];
    let folded = fold(heading);
    WORDS.iter().find(|(words, _)| words.iter().any(|w| folded.contains(w))).map(|(_, class)| *class)
}
