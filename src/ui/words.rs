//! Numbers and values as people read them on the page.

use super::lang::{Lang, lang, t};
use crate::analysis::format::grouped;
pub(super) use crate::analysis::format::{NOTHING as NONE, grouped_fixed as number};
use crate::ledger::Place;
use crate::register::{Field, FieldKind, Target};
use crate::value::{Decimal, Money, Period, Value, person};

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

/// 元 with two decimals.
pub(super) fn yuan(m: Money) -> String {
    number(m.yuan(), 2)
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
    match value {
        Value::Text(text) if field.is_private() => masked(field, text),
        Value::Text(text) => text.to_string(),
        Value::Choice(word) => option_word(field, word),
        Value::Many(words) => words.iter().map(|w| option_word(field, w)).collect::<Vec<_>>().join("、"),
        Value::Int(n) => plain(Decimal::from(*n)),
        Value::Decimal(d) => plain(*d),
        Value::Money(m) => yuan(*m),
        Value::Bool(b) => t(if *b { "是" } else { "否" }, if *b { "Yes" } else { "No" }).to_owned(),
        Value::Date(d) => d.to_string(),
        Value::DateTime(d) => d.to_string().replace('T', " "),
        Value::Period(p) => period(*p),
        Value::Quantity(q) => q.text.to_string(),
        Value::Ref(_) | Value::Refs(_) => {
            let named =
                |target| value.refs().iter().map(|id| name(target, *id)).collect::<Vec<_>>().join("、");
            field.target().map_or_else(|| NONE.to_owned(), named)
        }
        Value::Files(files) => files.iter().map(|f| f.name.to_string()).collect::<Vec<_>>().join("、"),
    }
}

fn masked(field: &Field, text: &str) -> String {
    match field.kind {
        FieldKind::Phone => person::mask(text, 3, 4),
        FieldKind::IdentityNumber => person::mask(text, 3, 4),
        _ => person::mask(text, 0, 4),
    }
}

fn option_word(field: &Field, word: &str) -> String {
    match (lang(), field.options().and_then(|o| o.find(word))) {
        (Lang::En, Some(option)) => option.en.to_string(),
        _ => word.to_owned(),
    }
}

/// A size of files: 12 KB, 4.2 MB, 10.7 GB.
pub(super) fn bytes(n: u64) -> String {
    match n as f64 {
        n if n < 1e6 => format!("{:.0} KB", (n / 1e3).ceil()),
        n if n < 1e9 => format!("{:.1} MB", n / 1e6),
        n => format!("{:.1} GB", n / 1e9),
    }
}
