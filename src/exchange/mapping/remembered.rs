//! What a person said about the columns of a layout, for the next sheet that looks the same.
//!
//! Duty: takes a person's corrections out of a mapping and puts them into another one of the same layout.
//! Inputs: mappings. Outputs: a small text for the device's storage, and the mapping as last corrected.
//! Neighbours: the worker keeps the text when an import is written, under [`key`].

use serde::{Deserialize, Serialize};

use super::{ColumnMapping, Confidence, Mapping, Meaning, UnitSource};
use crate::register::Message;
use crate::value::Date;

/// The corrections of one layout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remembered {
    register: String,
    kind: String,
    /// Place of the column and what it gives.
    columns: Vec<(usize, Meaning)>,
    /// Place of the column and its unit, where the sheet did not say it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    units: Vec<(usize, String)>,
    /// The day on which it was said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    said_on: Option<Date>,
}

/// The name under which a layout's corrections are kept.
pub fn key(fingerprint: &str) -> String {
    format!("mapping.{fingerprint}")
}

impl Remembered {
    /// The corrections in `mapping`, said `today`; none when a person corrected nothing. What was remembered and is
    /// not said anew keeps its day.
    pub fn of(mapping: &Mapping, before: Option<&Self>, today: Date) -> Option<Self> {
        let told =
            |c: &ColumnMapping| matches!(c.unit_from, Some(UnitSource::Person | UnitSource::Remembered));
        let units = mapping.columns.iter().enumerate().filter(|(_, c)| told(c));
        let units: Vec<_> = units.filter_map(|(n, c)| Some((n, c.unit.clone()?))).collect();
        let said = mapping.columns.iter().enumerate().filter(|(_, c)| c.confidence == Confidence::Person);
        let columns: Vec<_> = said.map(|(n, c)| (n, c.meaning.clone())).collect();
        let found = Self {
            register: mapping.register.clone(),
            kind: mapping.kind.clone(),
            columns,
            units,
            said_on: None,
        };
        if found.columns.is_empty() && found.units.is_empty() {
            return None;
        }
        let anew = mapping.columns.iter().any(|c| c.unit_from == Some(UnitSource::Person));
        let same = before.filter(|b| !anew && Self { said_on: None, ..(*b).clone() } == found);
        Some(Self { said_on: same.map_or(Some(today), |b| b.said_on), ..found })
    }

    /// Why the units of a table are taken so, where this is why.
    pub fn because(&self, mapping: &Mapping) -> Option<Message> {
        let mut units: Vec<&str> = mapping
            .columns
            .iter()
            .filter(|c| c.unit_from == Some(UnitSource::Remembered))
            .filter_map(|c| c.unit.as_deref())
            .collect();
        units.dedup();
        let (units, day) = (units.join("、"), self.said_on.map(|d| d.to_string()));
        let en = day.as_ref().map_or_else(String::new, |d| format!(" on {d}"));
        let zh = day.unwrap_or_default();
        (!units.is_empty()).then(|| {
            Message::new(
                format!("{units}：同样的表，您{zh}确认过"),
                format!("{units}: you said so{en} of the same layout"),
            )
        })
    }

    /// From the text that was kept; one of a newer version is passed over.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The text to keep.
    pub fn text(&self) -> String {
        // Plain data always can be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Corrects what was suggested for a table of the same layout; false when it was taken for another
    /// register, or already is as remembered.
    pub fn correct(&self, mapping: &mut Mapping) -> bool {
        if mapping.register != self.register || mapping.kind != self.kind {
            return false;
        }
        let mut changed = false;
        for (n, meaning) in &self.columns {
            if let Some(column) = mapping.columns.get_mut(*n) {
                changed |= column.meaning != *meaning;
                column.meaning = meaning.clone();
                column.confidence = Confidence::Person;
            }
        }
        for (n, unit) in &self.units {
            let open = |c: &&mut ColumnMapping| c.unit_from == Some(UnitSource::Assumed);
            if let Some(column) = mapping.columns.get_mut(*n).filter(open) {
                changed = true;
                column.unit = Some(unit.clone());
                column.unit_from = Some(UnitSource::Remembered);
            }
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(register: &str, meanings: &[(Meaning, Confidence)]) -> Mapping {
        Mapping {
            register: register.to_owned(),
            kind: "line".to_owned(),
            columns: meanings
                .iter()
                .map(|(meaning, confidence)| ColumnMapping {
                    column: "A".to_owned(),
                    heading: "甲".to_owned(),
                    meaning: meaning.clone(),
                    unit: None,
                    unit_from: None,
                    confidence: *confidence,
                })
                .collect(),
            fixed: Vec::new(),
            period: None,
            org: None,
            town: None,
        }
    }

    #[test]
    fn a_unit_that_a_person_said_comes_back_where_the_sheet_does_not_say_it() {
        let suggested = [(Meaning::field("amount"), Confidence::Exact)];
        let with = |unit: &str, from| {
            let mut made = mapping("R07", &suggested);
            made.columns[0].unit = Some(unit.to_owned());
            made.columns[0].unit_from = Some(from);
            made
        };
        let told = with("万元", UnitSource::Person);
        let day = |n| Date::new(2026, 11, n).unwrap();
        let kept = Remembered::of(&told, None, day(30)).unwrap();
        let kept = Remembered::read(&kept.text()).unwrap();
        assert!(kept.because(&told).is_none());
        let mut open = with("元", UnitSource::Assumed);
        assert!(kept.correct(&mut open));
        assert_eq!(open, with("万元", UnitSource::Remembered));
        let why = kept.because(&open).unwrap();
        assert_eq!(why.zh, "万元：同样的表，您2026-11-30确认过");
        // Used again it was not said again.
        assert_eq!(Remembered::of(&open, Some(&kept), day(1)), Some(kept.clone()));
        assert_ne!(Remembered::of(&told, Some(&kept), day(29)), Some(kept.clone()));
        let mut said = with("元", UnitSource::UnitLine);
        assert!(!kept.correct(&mut said), "the sheet says it now");
        assert_eq!(said, with("元", UnitSource::UnitLine));
    }

    #[test]
    fn a_correction_comes_back_and_nothing_else_does() {
        let suggested = [(Meaning::field("area"), Confidence::Exact), (Meaning::Unknown, Confidence::None)];
        let mut corrected = mapping("R06", &suggested);
        let day = Date::new(2026, 11, 30).unwrap();
        assert_eq!(Remembered::of(&corrected, None, day), None);
        corrected.columns[1].meaning = Meaning::field("remark");
        corrected.columns[1].confidence = Confidence::Person;
        let kept = Remembered::of(&corrected, None, day).unwrap();
        let kept = Remembered::read(&kept.text()).unwrap();

        let mut again = mapping("R06", &suggested);
        assert!(kept.correct(&mut again));
        assert_eq!(again, corrected);
        assert!(!kept.correct(&mut again), "it already is so");
        let mut other = mapping("R07", &suggested);
        assert!(!kept.correct(&mut other));
        assert_eq!(other, mapping("R07", &suggested));
        assert_eq!(Remembered::read("of a newer version"), None);
    }
}
