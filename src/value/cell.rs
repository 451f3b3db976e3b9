//! One value of any kind, as it stands in a record and in the log.

use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Serialize};

use super::{Date, DateTime, Money, Period, Quantity, RowId};

/// Shared text: product names and enumerations repeat a hundred thousand times.
pub type Text = Arc<str>;

/// What one cell holds. A missing value is `None` around it, never zero and never an empty text.
///
/// In files and in the log a value carries its kind: `{"money": 4120000}`, `{"text": "清凉村"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Free text, and also phones, identity and account numbers; the field says which.
    Text(Text),
    /// A whole number.
    Int(i64),
    /// An exact decimal: areas in 亩, weights in 吨, percentages as 0–100.
    Decimal(Decimal),
    /// Money in 分.
    Money(Money),
    /// Yes or no.
    Bool(bool),
    /// A day.
    Date(Date),
    /// A day and a time of day, as on the wall.
    DateTime(DateTime),
    /// A year, half-year, quarter or month.
    Period(Period),
    /// One of a list of words (枚举); levels are joined with `·`, as in `经营收入·出租`.
    Choice(Text),
    /// Several of a list of words, or a list of texts.
    Many(Vec<Text>),
    /// Another record.
    Ref(RowId),
    /// Other records.
    Refs(Vec<RowId>),
    /// A worded or rounded number (30余户, 约500) with its interval; stands wherever a number may stand.
    Quantity(Box<Quantity>),
    /// Attached files.
    Files(Vec<FileRef>),
}

/// There are millions of them in a page's memory, which never shrinks.
#[cfg(target_arch = "wasm32")]
const _: () = assert!(size_of::<Value>() <= 24 && size_of::<(Text, Value)>() <= 32);

/// An attached file: its name and the digest under which its bytes are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// File name as the person knows it.
    pub name: Text,
    /// SHA-256 of the bytes, hexadecimal.
    pub digest: Text,
    /// Size in bytes.
    pub size: u64,
}

impl Value {
    /// Free text.
    pub fn text(s: &str) -> Self {
        Self::Text(Text::from(s))
    }

    /// One word of a list.
    pub fn choice(s: &str) -> Self {
        Self::Choice(Text::from(s))
    }

    /// The number that sums use: 元 for money, the face value of a worded quantity. `None` for words.
    pub fn as_decimal(&self) -> Option<Decimal> {
        match self {
            Self::Int(n) => Some(Decimal::from(*n)),
            Self::Decimal(d) => Some(*d),
            Self::Money(m) => Some(m.yuan()),
            Self::Quantity(q) => Some(q.face),
            Self::Bool(b) => Some(Decimal::from(u8::from(*b))),
            _ => None,
        }
    }

    /// For geometry and statistics only; totals are computed in exact numbers.
    pub fn as_f64(&self) -> Option<f64> {
        self.as_decimal().and_then(|d| d.to_f64())
    }

    /// Money, also from a worded quantity in 元.
    pub fn as_money(&self) -> Option<Money> {
        match self {
            Self::Money(m) => Some(*m),
            Self::Quantity(q) => Money::from_yuan(q.face),
            _ => None,
        }
    }

    /// The words of a text or of one choice.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(t) | Self::Choice(t) => Some(t),
            _ => None,
        }
    }

    /// The period.
    pub fn as_period(&self) -> Option<Period> {
        match self {
            Self::Period(p) => Some(*p),
            _ => None,
        }
    }

    /// The day.
    pub fn as_date(&self) -> Option<Date> {
        match self {
            Self::Date(d) => Some(*d),
            _ => None,
        }
    }

    /// The one record that is referred to.
    pub fn as_ref_id(&self) -> Option<RowId> {
        match self {
            Self::Ref(id) => Some(*id),
            _ => None,
        }
    }

    /// Yes or no.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The worded quantity, where the cell holds one.
    pub fn as_quantity(&self) -> Option<&Quantity> {
        match self {
            Self::Quantity(q) => Some(q),
            _ => None,
        }
    }

    /// Every record that this value refers to.
    pub fn refs(&self) -> &[RowId] {
        match self {
            Self::Ref(id) => std::slice::from_ref(id),
            Self::Refs(ids) => ids,
            _ => &[],
        }
    }
}
