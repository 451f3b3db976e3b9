//! What one cell can hold.
//!
//! Duty: the types that give meaning to a cell (money, exact decimals, dates, periods, references, worded
//! quantities), their parsing from what people write and their printing. Nothing here knows registers or
//! records. Neighbours: everything below looks here; this room looks nowhere.

#[cfg(test)]
pub(crate) mod any;
mod cell;
mod date;
pub mod exact;
pub mod figure;
pub mod fold;
pub mod hash;
mod id;
mod lang;
mod money;
pub mod number;
pub mod order;
mod period;
pub mod person;
mod quantity;
pub mod shown;
pub mod span;
pub mod unit;
pub mod when;

pub use cell::{FileRef, Text, Value};
pub use date::{Date, DateTime, utc_millis, utc_text};
pub use id::{IdError, RowId};
pub use lang::Lang;
pub use money::{Money, MoneyUnit};
pub use period::{Grain, Period};
pub use quantity::{Modifier, Quantity};

pub use rust_decimal::Decimal;

/// A value that could not be read: what stood there and why it is not the kind that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("{text}: {reason:?}")]
pub struct ParseError {
    /// What stood there, as written.
    pub text: String,
    /// Why it was refused; the words for people are made where they are shown.
    pub reason: ParseReason,
}

/// Why a value was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParseReason {
    /// Words where a number is expected.
    NotANumber,
    /// More digits than can be kept exactly, or outside what money and decimals can hold.
    OutOfRange,
    /// About so much, or between two amounts, where only an exact number is kept.
    Inexact,
    /// More decimals than the field keeps.
    TooPrecise,
    /// An Excel error value such as `#REF!`.
    FormulaError,
    /// A number that Excel has already damaged (1.38E+10, an identity number ending in 000).
    PrecisionLost,
    /// A unit of another kind, such as 吨 in a field of 亩.
    WrongUnit,
    /// Not a date that exists.
    NotADate,
    /// `2024.1` as a number may be January or October.
    AmbiguousMonth,
    /// Not one of the words that the field accepts.
    NotAnOption,
    /// Neither yes nor no.
    NotABool,
    /// Wrong length or check digit of an identity number or credit code.
    BadCheckDigit,
    /// Not a phone number.
    NotAPhone,
    /// A number of which the middle is hidden (138****5678): only its ends are known.
    Masked,
    /// Longer than the field allows.
    TooLong,
    /// A name that fits no record.
    Unknown,
    /// A name that fits more than one record.
    Ambiguous,
}

impl ParseError {
    /// `text` is kept as written, for the message.
    pub fn new(text: impl Into<String>, reason: ParseReason) -> Self {
        Self { text: text.into(), reason }
    }
}
