//! 我的台账: the few registers that a person opens first.
//!
//! Duty: eighteen registers in a rail are a wall; a person sees those of their role, or of the level of their place
//! where they have said no role, until they choose others. Inputs: who acts, what they chose, kept as a text of keys.
//! Outputs: registers in order. Neighbours: `catalog::desks` says what belongs to a role; the page keeps the choice.

use std::sync::Arc;

use super::catalog::{self, desks};
use super::{Register, Role, Schema};

/// As many as are seen at one glance.
const GLANCE: usize = 6;
/// A choice of more would be the wall again.
pub const MOST: usize = 12;

/// The role whose registers somebody opens who has said none: the usual one at the level of a place of this kind, and
/// who fills in where there is no place either.
pub fn usual_role(place_kind: Option<&str>) -> Role {
    match place_kind {
        Some(kind) if catalog::TOWNS.contains(&kind) => Role::TownReviewer,
        Some(kind) if catalog::COUNTIES.contains(&kind) => Role::CountyStaff,
        _ => Role::VillageClerk,
    }
}

/// The registers of a role.
pub fn of_role(schema: &Schema, role: Role) -> Vec<Arc<Register>> {
    let there = |key: &&str| schema.all().iter().find(|r| r.key == **key).cloned();
    desks::of(role).iter().filter_map(there).take(GLANCE).collect()
}

/// The registers of `kept`, a choice of keys; those of the role where nobody has chosen.
pub fn chosen(schema: &Schema, role: Role, kept: Option<&str>) -> Vec<Arc<Register>> {
    let Some(kept) = kept else { return of_role(schema, role) };
    let there = |key: &str| schema.all().iter().find(|r| r.key == key).cloned();
    kept.split_whitespace().filter_map(there).take(MOST).collect()
}

/// The choice after one register was put among the own ones, at the end, or taken away from them; none where there is
/// no room for it. A key that nothing is declared for yet stays.
pub fn turned(schema: &Schema, role: Role, kept: Option<&str>, key: &str) -> Option<String> {
    let before: Vec<String> = match kept {
        Some(kept) => kept.split_whitespace().map(str::to_owned).collect(),
        None => of_role(schema, role).iter().map(|r| r.key.to_string()).collect(),
    };
    let mut after: Vec<&str> = before.iter().map(String::as_str).filter(|k| *k != key).collect();
    if after.len() == before.len() {
        if chosen(schema, role, kept).len() >= MOST {
            return None;
        }
        after.push(key);
    }
    Some(after.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn keys(registers: &[Arc<Register>]) -> Vec<&str> {
        registers.iter().map(|r| &*r.key).collect()
    }

    #[test]
    fn every_role_opens_three_to_six_registers_that_there_are() {
        for role in Role::ALL {
            let mine = of_role(Schema::base(), role);
            assert!((3..=GLANCE).contains(&mine.len()), "{role:?}: {:?}", keys(&mine));
            let all = desks::of(role);
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{role:?}: one twice");
            let known: Vec<String> = (1..=18).map(|n| format!("R{n:02}")).collect();
            assert!(all.iter().all(|k| known.iter().any(|one| one == k)), "{role:?}: {all:?}");
        }
    }

    #[test]
    fn who_has_said_no_role_has_the_one_of_the_place() {
        assert_eq!(usual_role(Some("乡镇")), Role::TownReviewer);
        assert_eq!(usual_role(Some("县")), Role::CountyStaff);
        assert_eq!(usual_role(Some("村")), Role::VillageClerk);
        assert_eq!(usual_role(None), Role::VillageClerk);
    }

    #[test]
    fn a_choice_begins_with_what_the_role_has_and_holds_from_then_on() {
        let (schema, role) = (Schema::base(), Role::VillageClerk);
        let first = of_role(schema, role);
        let more = turned(schema, role, None, "R01").unwrap();
        assert_eq!(keys(&chosen(schema, role, Some(&more))).last(), Some(&"R01"));
        assert_eq!(chosen(schema, role, Some(&more)).len(), first.len() + 1);
        let back = turned(schema, role, Some(&more), "R01").unwrap();
        assert_eq!(keys(&chosen(schema, role, Some(&back))), keys(&first));
        // Another role does not change what was chosen, and nothing chosen is nothing shown.
        assert_eq!(keys(&chosen(schema, Role::CountyStaff, Some(&back))), keys(&first));
        assert!(chosen(schema, role, Some("")).is_empty());
    }

    #[test]
    fn a_register_that_is_not_declared_yet_keeps_its_place_and_there_is_a_limit() {
        let (schema, role) = (Schema::base(), Role::VillageClerk);
        assert_eq!(turned(schema, role, Some("R99 R06"), "R01").unwrap(), "R99 R06 R01");
        assert_eq!(keys(&chosen(schema, role, Some("R99 R06"))), ["R06"]);
        let full = ["R06"; MOST].join(" ");
        assert_eq!(turned(schema, role, Some(&full), "R01"), None);
        assert!(turned(schema, role, Some(&full), "R06").is_some(), "what is there can always go");
    }
}
