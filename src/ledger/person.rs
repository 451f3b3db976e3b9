//! Who acts: a person at this device (填报人), with a role and a place.
//!
//! Duty: the name that stands on every step, and what the gate asks of whoever takes it. A device may hold several
//! persons, of whom one acts. Inputs: what somebody said of themselves; nothing here proves it. Outputs: [`Person`],
//! kept in every batch. Neighbours: `gate` asks for role and place; pages and the audit show the name.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::register::Role;
use crate::value::{RowId, Text};

/// A person as a batch names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// The name that is shown (柳河镇 李四).
    pub name: Text,
    /// What they may do; none for somebody who has not said, who may fill in and hand nothing on.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "word",
        deserialize_with = "role"
    )]
    pub role: Option<Role>,
    /// Where they may do it, with everything under it; none for the whole ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<RowId>,
}

impl Person {
    /// Somebody who has said no more than a name, if that.
    pub fn unnamed(name: &str) -> Self {
        Self { name: Text::from(name), role: None, place: None }
    }

    /// The county's own hand: what its computers do over night.
    pub fn county(name: &str) -> Self {
        Self { name: Text::from(name), role: Some(Role::CountyStaff), place: None }
    }
}

/// The persons at one device, and who of them acts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Persons {
    /// In order of arrival.
    pub all: Vec<Person>,
    /// Whose turn it is.
    pub acting: usize,
}

impl Persons {
    /// The person who acts, or nobody in particular.
    pub fn who(&self, unnamed: &str) -> Person {
        self.all.get(self.acting).cloned().unwrap_or_else(|| Person::unnamed(unnamed))
    }

    /// Adds a person, or changes the one of the same name, who acts from now on.
    pub fn take(&mut self, person: Person) {
        match self.all.iter().position(|p| p.name == person.name) {
            Some(at) => {
                if let Some(known) = self.all.get_mut(at) {
                    *known = person;
                }
                self.acting = at;
            }
            None => {
                self.all.push(person);
                self.acting = self.all.len() - 1;
            }
        }
    }
}

impl Default for Person {
    fn default() -> Self {
        Self::unnamed("")
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

fn word<S: Serializer>(role: &Option<Role>, s: S) -> Result<S::Ok, S::Error> {
    match role {
        Some(role) => s.serialize_str(&role.label().zh),
        None => s.serialize_none(),
    }
}

/// A role of a newer version is one that this version cannot ask for anything.
fn role<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Role>, D::Error> {
    Ok(Option::<Text>::deserialize(d)?.and_then(|word| Role::find(&word)))
}
