//! Whose registers are whose: what each role works with, the most important first (interface.md, "By role, not by
//! register").
//!
//! A register is named here before it is declared, as references name one that comes later: until then the next of the
//! list stands in its place.

use super::{r01, r02, r03, r04, r05, r06, r07, r09, r11};
use crate::register::Role;

/// The registers of a role by their keys, in the order in which they are opened.
pub const fn of(role: Role) -> &'static [&'static str] {
    match role {
        Role::VillageClerk => {
            &[r06::KEY, r07::KEY, r09::KEY, "R12", r04::KEY, r02::KEY, r11::KEY, r05::KEY, "R14", "R13"]
        }
        Role::VillageSecretary => {
            &[r07::KEY, r06::KEY, r09::KEY, "R12", "R08", r02::KEY, r11::KEY, r05::KEY, "R10", "R16"]
        }
        Role::TownReviewer => &[r06::KEY, r07::KEY, r09::KEY, "R12", r03::KEY, "R10", r01::KEY, r05::KEY],
        Role::TownSecretary => &[r07::KEY, r06::KEY, "R10", r02::KEY, "R18", "R12", r01::KEY, r09::KEY],
        Role::Department => &[r07::KEY, r09::KEY, r05::KEY, "R08", "R10", r06::KEY, r11::KEY],
        Role::CountyStaff => &[r01::KEY, r06::KEY, r07::KEY, "R10", "R18", r09::KEY, r05::KEY, r11::KEY],
        Role::Member => &["R14", r02::KEY, "R13", r11::KEY, "R12", r01::KEY, r06::KEY],
        Role::Resident => &["R12", "R13", "R15", r11::KEY, r04::KEY, r07::KEY, r01::KEY],
        Role::Deputy => &["R16", "R12", r07::KEY, "R08", r09::KEY, r11::KEY],
        Role::Operator => &["R15", r11::KEY, r04::KEY, r07::KEY, r01::KEY],
    }
}
