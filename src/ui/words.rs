//! Numbers and values as people read them on the page.

use super::lang::{Lang, lang, t};
use crate::analysis::format::grouped;
pub(super) use crate::analysis::format::{NOTHING as NONE, grouped_fixed as number};
use crate::ledger::Place;
use crate::register::{Audience, Field, Target, present};
use crate::value::{Decimal, Period, Value};

/// A unit in the language of the page.
pub(super) fn unit(unit: &str) -> &str {
    match unit {
        "亩" => t("亩", "mu"),
        "吨" => t("吨", "t"),
        "元" => t("元", "yuan"),
        "万元" => t("万元", "10,000 yuan"),
        "公斤/亩" => t("公斤/亩", "kg/mu"),
        "元/亩" => t("元/亩", "yuan/mu"),
        "亩/户" => t("亩/户", "mu per household"),
        "元/户" => t("元/户", "yuan per household"),
        "元/村" => t("元/村", "yuan per village"),
        "元/公斤" => t("元/公斤", "yuan/kg"),
        "元/人" => t("元/人", "yuan per head"),
        "户/户" => t("户/户", "households each"),
        "家/村" => t("家/村", "per village"),
        "人/平方千米" => t("人/平方千米", "people/km²"),
        "人/户" => t("人/户", "people per household"),
        "平方米" => t("平方米", "m²"),
        "平方千米" => t("平方千米", "km²"),
        "人" => t("人", "people"),
        "人次" => t("人次", "visits"),
        "户" => t("户", "households"),
        "头" => t("头", "head"),
        "年" => t("年", "years"),
        other => other,
    }
}

/// A heading with its unit in brackets.
pub(super) fn with_unit(title: &str, unit_word: Option<&str>) -> String {
    match unit_word {
        Some(word) => format!("{title}{}{}{}", t("（", " ("), unit(word), t("）", ")")),
        None => title.to_owned(),
    }
}

/// With thousands separators and its own decimals; nothing people write has more than this many.
pub(super) fn plain(n: Decimal) -> String {
    grouped(n, Decimal::MAX_SCALE)
}

/// A period in the language of the page.
pub(super) fn period(p: Period) -> String {
    match lang() {
        Lang::Zh => p.zh(),
        Lang::En => p.to_string(),
    }
}

/// A moment in the person's own time: 2026-11-22 10:42.
pub(super) fn moment(millis: u64) -> String {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(millis as f64));
    let two = |n: u32| format!("{n:02}");
    format!(
        "{}-{}-{} {}:{}",
        date.get_full_year(),
        two(date.get_month() + 1),
        two(date.get_date()),
        two(date.get_hours()),
        two(date.get_minutes())
    )
}

/// A place in a workbook: a cell as spreadsheets write it, a whole row in words.
pub(super) fn place(place: &Place) -> String {
    let (sheet, cell) = (&place.sheet, &place.cell);
    if !cell.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("{sheet}!{cell}");
    }
    match lang() {
        Lang::Zh => format!("工作表「{sheet}」第{cell}行"),
        Lang::En => format!("sheet “{sheet}”, row {cell}"),
    }
}

/// A value as it stands in a table cell. `name` finds the name of a referenced record.
pub(super) fn cell(
    field: &Field,
    value: Option<&Value>,
    name: &dyn Fn(&Target, crate::value::RowId) -> String,
) -> String {
    let Some(value) = value else { return NONE.to_owned() };
    let named = |id| field.target().map_or_else(|| NONE.to_owned(), |target| name(target, id));
    present(Some(field), value, Audience::Screen(lang()), &named)
}

/// A size of files: 12 KB, 4.2 MB, 10.7 GB.
pub(super) fn bytes(n: u64) -> String {
    match n as f64 {
        n if n < 1e6 => format!("{:.0} KB", (n / 1e3).ceil()),
        n if n < 1e9 => format!("{:.1} MB", n / 1e6),
        n => format!("{:.1} GB", n / 1e9),
    }
}
