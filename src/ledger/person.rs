//! Who acts: a person at this device (填报人), with a role and a place.
//!
//! Duty: the name that stands on every step, and what the gate asks of whoever takes it. A device may hold several
//! persons, of whom one acts. Inputs: what somebody said of themselves; nothing here proves it. Outputs: [`Person`],
//! kept in every batch. Neighbours: `gate` asks for role and place; pages and the audit show the name.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::register::Role;
use crate::value::{RowId, Text};

/// A person as a batch names them. Somebody of whom only the name is known is written as the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Person {
    /// The name that is shown (柳河镇 李四).
    pub name: Text,
    /// What they may do; none for somebody who has not said, who may fill in and hand nothing on.
    pub role: Option<Role>,
    /// Where they may do it, with everything under it; none for the whole ledger.
    pub place: Option<RowId>,
}

/// How a person is written. A role of a newer version is one that this version cannot ask for anything.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Name(Text),
    Whole {
        name: Text,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<Text>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<RowId>,
    },
}

impl From<Written> for Person {
    fn from(written: Written) -> Self {
        match written {
            Written::Name(name) => Self { name, role: None, place: None },
            Written::Whole { name, role, place } => {
                Self { name, role: role.and_then(|word| Role::find(&word)), place }
            }
        }
    }
}

impl From<Person> for Written {
    fn from(Person { name, role, place }: Person) -> Self {
        if role.is_none() && place.is_none() {
            return Self::Name(name);
        }
        Self::Whole { name, role: role.map(|r| Text::from(&*r.label().zh)), place }
    }
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
