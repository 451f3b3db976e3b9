//! What is said about single cells: noted, refused, merged over several rows.

use crate::exchange::book::address;
use crate::exchange::plan::Desk;
use crate::exchange::plan::prepare::{Col, Prepared};
use crate::exchange::plan::sentences;
use crate::register::reading::Remark;
use crate::register::{Message, Severity};
use crate::value::unit::{self};
use crate::value::{ParseReason, Value};

/// A figure over several merged rows counts once, and that is said.
pub(super) fn merged_over(desk: &mut Desk<'_>, prepared: &Prepared<'_>, col: &Col, row: u32) {
    let grid = &prepared.sheet.grid;
    let Some(area) = grid.merge_at(row, col.index) else { return };
    if area.top < row && grid.get(area.top, area.left).is_number() {
        let place = prepared.table.place(row, col.index);
        let first = address(area.top, area.left);
        desk.report.add(Severity::Warning, place, Some(&col.key), "merged_figure", || {
            Message::new(
                format!("“{}”是合并格，数只记在第一行（{first}）", col.field.label.zh),
                format!("{} is merged; the figure counts once, at {first}", col.field.label.en),
            )
        });
    }
}

pub(super) fn note(
    desk: &mut Desk<'_>,
    prepared: &Prepared<'_>,
    col: &Col,
    row: u32,
    value: &Value,
    remark: Remark,
) {
    let place = prepared.table.place(row, col.index);
    let unit = col.base.as_ref().map_or("", |u| u.name.as_str());
    let (severity, rule) = match remark {
        Remark::Worded => (Severity::Warning, "worded"),
        Remark::Forecast => (Severity::Warning, "forecast"),
        Remark::Rounded => (Severity::Info, "rounded"),
        Remark::NoDay => (Severity::Info, "month_only"),
        Remark::NewWord => (Severity::Info, "new_word"),
    };
    desk.report.add(severity, place, Some(&col.key), rule, || match (remark, value) {
        (Remark::Worded | Remark::Forecast, Value::Quantity(q)) => in_column(q, col, unit),
        (Remark::Rounded, _) => Message::new(
            format!("“{}”多于两位小数，已四舍五入到分", col.field.label.zh),
            "More than two decimals; rounded",
        ),
        (Remark::NoDay, v) => Message::new(
            format!("没写到日，按{}记", sentences::shown(Some(&col.field), v)),
            format!("No day is written; {} is kept", sentences::shown(Some(&col.field), v)),
        ),
        (_, v) => Message::new(
            format!("“{}”不在列出的选项里，照原样保存", sentences::shown(Some(&col.field), v)),
            "Not one of the listed words; kept as written",
        ),
    });
}

/// The interval in the unit that the person sees in the column.
fn in_column(q: &crate::value::Quantity, col: &Col, base: &str) -> Message {
    let (Some(unit), Some(from)) = (&col.unit, &col.base) else { return sentences::worded(q, base) };
    let turn = |n| unit::convert(n, from, unit).ok();
    let Some(face) = turn(q.face) else { return sentences::worded(q, base) };
    let shown =
        crate::value::Quantity { face, low: q.low.and_then(turn), high: q.high.and_then(turn), ..q.clone() };
    sentences::worded(&shown, &unit.name)
}

pub(super) fn refuse(desk: &mut Desk<'_>, prepared: &Prepared<'_>, col: &Col, row: u32, reason: ParseReason) {
    let cell = prepared.sheet.grid.seen(row, col.index);
    let place = prepared.table.place(row, col.index);
    let unit = col.base.as_ref().map(|u| u.name.as_str());
    desk.report.add(Severity::Error, place, Some(&col.key), rule_of(reason), || {
        sentences::refused(reason, &cell.shown(), &col.field, unit)
    });
}

pub(super) const fn rule_of(reason: ParseReason) -> &'static str {
    match reason {
        ParseReason::FormulaError => "formula_error",
        ParseReason::NotANumber => "not_a_number",
        ParseReason::OutOfRange => "out_of_range",
        ParseReason::Inexact => "inexact_amount",
        ParseReason::PrecisionLost => "precision_lost",
        ParseReason::TooPrecise => "too_precise",
        ParseReason::WrongUnit => "wrong_unit",
        ParseReason::NotADate => "not_a_date",
        ParseReason::AmbiguousMonth => "ambiguous_month",
        ParseReason::NotAnOption => "not_an_option",
        _ => "refused",
    }
}
