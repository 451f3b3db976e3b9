//! What the selected cells come to, for the foot of the table: how many, their sum, their mean.
//!
//! A blank cell is no zero; values of different units are not added; a rate is not added at all.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use super::RegisterSheet;
use crate::register::{Aggregate, Field};
use crate::ui::lang::t;
use crate::ui::widget::grid::Area;
use crate::ui::words;
use crate::value::{Decimal, Value};

/// Decimals of a mean.
const PLACES: u32 = 2;

/// The words for the selected block, and filling it from its first row; nothing for a single cell.
#[component]
pub(in crate::ui::page::register) fn Chosen(
    sheet: Signal<Rc<RegisterSheet>, LocalStorage>,
    area: RwSignal<Option<Area>>,
    writable: Signal<bool>,
    fill: Trigger,
) -> impl IntoView {
    move || {
        let area = area.get().filter(|a| !a.is_one_cell())?;
        let said = sheet.with(|s| s.summary(&area));
        let rows = area.rows.end() - area.rows.start() + 1;
        let fill = (rows > 1 && writable.get()).then(|| view! {
            <button type="button" class="btn small" title=t("第一行的内容填到下面选中的各行（Ctrl+D）", "The first row into the selected ones below (Ctrl+D)") on:click=move |_| fill.notify()>{t("向下填充", "Fill down")}</button>
        });
        Some(view! { <div class="grid-foot chosen"><span role="status">{said}</span>{fill}</div> })
    }
}

impl RegisterSheet {
    fn summary(&self, area: &Area) -> String {
        let count =
            format!("{} {} {}", t("选中", "Selected"), words::plain(area.cells().into()), t("格", "cells"));
        let numbers: Vec<&Arc<Field>> =
            area.columns.clone().filter_map(|c| self.field_at(c)).filter(|f| f.is_number()).collect();
        let Some(first) = numbers.first() else { return count };
        if numbers.iter().any(|f| f.base_unit() != first.base_unit()) {
            let mut units: Vec<&str> = Vec::new();
            for unit in numbers.iter().map(|f| words::unit(f.base_unit().unwrap_or(t("无单位", "no unit"))))
            {
                if !units.contains(&unit) {
                    units.push(unit);
                }
            }
            let why = t("单位不同，不合计", "Units differ, no sum");
            return format!("{count} · {why}（{}）", units.join(t("、", ", ")));
        }
        let (mut sum, mut with, mut worded) = (Some(Decimal::ZERO), 0u32, 0u32);
        for row in area.rows.clone() {
            for field in &numbers {
                let Some(value) = self.record_value(row, field) else { continue };
                let Some(number) = value.as_decimal() else { continue };
                worded += u32::from(matches!(value, Value::Quantity(_)));
                with += 1;
                sum = sum.and_then(|s| s.checked_add(number));
            }
        }
        let unit = words::unit(first.base_unit().unwrap_or_default());
        let mut said = vec![
            count,
            format!("{} {} {}", t("有数", "with a figure"), words::plain(with.into()), t("格", "")),
        ];
        let rate = numbers.iter().any(|f| f.aggregate == Aggregate::Rate);
        match sum.filter(|_| with > 0) {
            Some(_) if rate => said.push(t("比率不合计", "Rates are not added").to_owned()),
            Some(sum) => {
                said.push(format!("{} {} {unit}", t("合计", "Sum"), words::plain(sum.normalize())));
                let mean = sum.checked_div(with.into()).map(|m| words::number(m, PLACES));
                said.extend(mean.map(|mean| format!("{} {mean} {unit}", t("平均", "Mean"))));
            }
            None => said.push(format!("{} {}", t("合计", "Sum"), words::NONE)),
        }
        if worded > 0 {
            said.push(format!(
                "{} {worded} {}",
                t("含约数", "Of these"),
                t("个，按面值", "rounded, by face value")
            ));
        }
        said.iter().map(|s| s.trim()).collect::<Vec<_>>().join(" · ")
    }
}
