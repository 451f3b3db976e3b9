//! Bounds that a county may draw elsewhere: numbers of rules and indicators that are declared once, by name.
//!
//! Neighbours: the catalogue declares them, rules and indicators ask the schema for their present value, the county
//! sets them in 设置.

use rust_decimal::Decimal;

use super::Label;

/// One bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threshold {
    /// Stable key.
    pub key: &'static str,
    /// What it bounds.
    pub label: Label,
    /// Its unit.
    pub unit: &'static str,
    /// Its value as long as nobody has set another.
    pub default: Decimal,
}
