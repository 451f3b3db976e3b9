//! What a person said about the columns of a layout, for the next sheet that looks the same.
//!
//! Duty: takes a person's corrections out of a mapping and puts them into another one of the same layout.
//! Inputs: mappings. Outputs: a small text for the device's storage, and the mapping as last corrected.
//! Neighbours: the worker keeps the text when an import is written, under [`key`].

use serde::{Deserialize, Serialize};

use super::{ColumnMapping, Confidence, Mapping, Meaning, UnitSource};

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
}

/// The name under which a layout's corrections are kept.
pub fn key(fingerprint: &str) -> String {
    format!("mapping.{fingerprint}")
}

impl Remembered {
    /// The corrections in `mapping`; none when a person corrected nothing.
    pub fn of(mapping: &Mapping) -> Option<Self> {
        let told = |c: &&ColumnMapping| c.unit_from == Some(UnitSource::Person);
        let units = mapping.columns.iter().enumerate().filter(|(_, c)| told(c));
        let units: Vec<_> = units.filter_map(|(n, c)| Some((n, c.unit.clone()?))).collect();
        let said = mapping.columns.iter().enumerate().filter(|(_, c)| c.confidence == Confidence::Person);
        let columns: Vec<_> = said.map(|(n, c)| (n, c.meaning.clone())).collect();
        (!columns.is_empty() || !units.is_empty()).then(|| Self {
            register: mapping.register.clone(),
            kind: mapping.kind.clone(),
            columns,
            units,
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
                column.unit_from = Some(UnitSource::Person);
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
        let kept = Remembered::of(&told).unwrap();
        let kept = Remembered::read(&kept.text()).unwrap();
        let mut open = with("元", UnitSource::Assumed);
        assert!(kept.correct(&mut open));
        assert_eq!(open, told);
        let mut said = with("元", UnitSource::UnitLine);
        assert!(!kept.correct(&mut said), "the sheet says it now");
        assert_eq!(said, with("元", UnitSource::UnitLine));
    }

    #[test]
    fn a_correction_comes_back_and_nothing_else_does() {
        let suggested = [(Meaning::field("area"), Confidence::Exact), (Meaning::Unknown, Confidence::None)];
        let mut corrected = mapping("R06", &suggested);
        assert_eq!(Remembered::of(&corrected), None);
        corrected.columns[1].meaning = Meaning::field("remark");
        corrected.columns[1].confidence = Confidence::Person;
        let kept = Remembered::of(&corrected).unwrap();
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
