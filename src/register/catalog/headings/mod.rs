//! How offices head the columns of their workbooks (domain §7.1-11).
//!
//! Duty: the headings that mean a field beside its name. They stand apart from the declarations because only whoever
//! reads workbooks and articles asks for them: the page's first screen never does, and they are most of the words of a
//! register. Input: a field of a kind of rows. Output: its other headings, the county's own last. Neighbours: the
//! declarations beside; `exchange` reads.

mod r01;
mod r02;
mod r03;
mod r04;
mod r05;
mod r06;
mod r07;
mod r09;
mod r11;

use crate::register::{Field, Register, RowKind, Sense};

/// The fields of one kind, each with its other headings.
type Named = &'static [(&'static str, &'static [&'static str])];

/// By register, the headings of each kind.
const REGISTERS: &[(&str, &[(&str, Named)])] = &[
    (super::r01::KEY, r01::KINDS),
    (super::r02::KEY, r02::KINDS),
    (super::r03::KEY, r03::KINDS),
    (super::r04::KEY, r04::KINDS),
    (super::r05::KEY, r05::KINDS),
    (super::r06::KEY, r06::KINDS),
    (super::r07::KEY, r07::KINDS),
    (super::r09::KEY, r09::KINDS),
    (super::r11::KEY, r11::KINDS),
];

/// The village's own column, in every register that has one.
const PLACE: &[&str] = &[
    "所属单位",
    "村名",
    "行政村",
    "村",
    "村社区",
    "单位",
    "村别",
    "单位名称",
    "村（居）",
    "村居",
    "村级组织",
    "村民委员会",
    "村（社区）名称",
    "村社",
];
const PERIOD: &[&str] =
    &["年度", "年份", "月份", "季度", "时间", "所属期", "报告期", "统计期", "日期", "年", "月"];
const REMARK: &[&str] = &["说明", "备考", "附注"];

/// The other headings of a field: those of every register, those of this one, and those that the county has set.
pub fn of<'a>(
    register: &'a Register,
    kind: &'a RowKind,
    field: &'a Field,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let everywhere = if register.is_own() && !field.has(Sense::Remark) { &[] } else { everywhere(field) };
    let here = declared(&register.key, &kind.key, &field.key);
    let set = field.aliases.iter().map(|name| &**name);
    everywhere.iter().chain(here).copied().chain(set)
}

/// What heads the field wherever it stands.
pub(in crate::register) fn everywhere(field: &Field) -> &'static [&'static str] {
    match () {
        () if field.has(Sense::Place) => PLACE,
        () if field.has(Sense::Period) => PERIOD,
        () if field.has(Sense::Remark) => REMARK,
        () => &[],
    }
}

fn declared(register: &str, kind: &str, field: &str) -> &'static [&'static str] {
    let kinds = REGISTERS.iter().find(|(key, _)| *key == register).map_or(&[][..], |(_, kinds)| kinds);
    let fields = kinds.iter().find(|(key, _)| *key == kind).map_or(&[][..], |(_, fields)| fields);
    fields.iter().find(|(key, _)| *key == field).map_or(&[], |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::{Schema, catalog};
    use std::collections::BTreeSet;

    #[test]
    fn every_heading_is_of_a_field_that_is_there_and_typed_once() {
        let all = Schema::base().all();
        for (key, kinds) in REGISTERS {
            let register = all.iter().find(|r| r.key == *key).unwrap();
            for (key, fields) in *kinds {
                let kind = register.kind(key).unwrap_or_else(|| panic!("{} has no {key}", register.key));
                let mut seen = BTreeSet::new();
                for (key, words) in *fields {
                    let field = kind.field(key).unwrap_or_else(|| panic!("{} has no {key}", kind.key));
                    assert!(seen.insert(key), "{key} twice");
                    assert!(!words.is_empty(), "{key}");
                    let words: Vec<&str> = of(register, kind, field).collect();
                    let once: BTreeSet<&str> = words.iter().copied().collect();
                    assert_eq!(once.len(), words.len(), "{} {key}: a heading twice", kind.key);
                    assert!(!once.contains(&*field.label.zh), "{} {key}: its own name", kind.key);
                }
            }
        }
    }

    #[test]
    fn a_registers_own_headings_come_after_those_of_all() {
        let all = Schema::base().all();
        let register = all.iter().find(|r| r.key == catalog::r09::KEY).unwrap();
        let kind = register.main().unwrap();
        let place: Vec<&str> = of(register, kind, kind.of(Sense::Place).unwrap()).collect();
        assert_eq!((place.first(), place.last()), (Some(&"所属单位"), Some(&"村组名称")));
    }
}
