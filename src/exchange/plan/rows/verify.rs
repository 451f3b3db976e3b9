//! Check columns: their sums beside what the row adds up to.

use crate::exchange::cell::decimal;
use crate::exchange::plan::Desk;
use crate::exchange::plan::prepare::{CheckColumn, Prepared};
use crate::exchange::plan::sentences;
use crate::exchange::totals::tolerance;
use crate::register::Severity;
use crate::value::unit::{self, Unit};

/// Check columns of the row.
pub(super) fn verify(desk: &mut Desk<'_>, prepared: &mut Prepared<'_>, row: u32) {
    let grid = &prepared.sheet.grid;
    let (mut compared, mut agreed) = (0, 0);
    for check in &prepared.checks {
        let Some(printed) = decimal(grid.get(row, check.index), check.unit.as_ref()) else { continue };
        let add = |parts: &[(u32, Option<Unit>)]| {
            parts
                .iter()
                .filter_map(|(c, u)| in_unit(decimal(grid.get(row, *c), u.as_ref())?, u.as_ref(), check))
                .sum()
        };
        let plus: rust_decimal::Decimal = add(&check.plus);
        let minus: rust_decimal::Decimal = add(&check.minus);
        let computed = plus - minus;
        compared += 1;
        if (printed - computed).abs() <= tolerance(printed) {
            agreed += 1;
            continue;
        }
        let place = prepared.table.place(row, check.index);
        desk.report.add(Severity::Warning, place, None, "row_sum_differs", || {
            sentences::sum_differs(&check.heading, &printed.to_string(), &computed.normalize().to_string())
        });
    }
    prepared.compared += compared;
    prepared.agreed += agreed;
}

fn in_unit(
    n: rust_decimal::Decimal,
    from: Option<&Unit>,
    check: &CheckColumn,
) -> Option<rust_decimal::Decimal> {
    match (from, check.unit.as_ref()) {
        (Some(from), Some(to)) if from != to => unit::convert(n, from, to).ok(),
        _ => Some(n),
    }
}
