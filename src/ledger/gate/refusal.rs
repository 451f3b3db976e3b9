//! What the gate refuses, in the words of the trade.

use super::super::Place;
use super::super::references::Pointer;
use crate::register::Message;
use crate::value::{RowId, Text};

/// Why one change is refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Register key.
    pub register: Text,
    /// The record.
    pub row: RowId,
    /// The field, where it is about one.
    pub field: Option<Text>,
    /// Which of the gate's rules.
    pub ground: Ground,
    /// What is wrong and what to do.
    pub message: Message,
    /// The rows that stand in the way, where others do.
    pub others: Vec<Pointer>,
    /// Where the change was imported from.
    pub place: Option<Place>,
}

/// The rules of the gate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// The record is in a state in which nobody changes it.
    Locked,
    /// The period is closed for the place.
    Closed,
    /// The record is in the hands of somebody else.
    InOtherHands,
    /// Nobody has said who acts.
    Nobody,
    /// The role does not do this.
    Role,
    /// The place is not the person's.
    Scope,
    /// The workflow has no such move.
    NoSuchMove,
    /// A reason is asked for.
    NoReason,
    /// A row with this natural key is there.
    Twin,
    /// Other rows name the record.
    Needed,
    /// It names a record that is not there.
    Lost,
    /// There is no such record, or it was removed.
    Gone,
    /// It is sensitive, and no passphrase locks what is kept.
    Exposed,
    /// A rule of the kind calls it an error.
    Rule(Text),
}

impl Ground {
    /// The key by which the command line names it.
    pub fn key(&self) -> &str {
        match self {
            Self::Locked => "locked",
            Self::Closed => "closed_period",
            Self::InOtherHands => "in_other_hands",
            Self::Nobody => "nobody",
            Self::Role => "role",
            Self::Scope => "scope",
            Self::NoSuchMove => "no_such_move",
            Self::NoReason => "no_reason",
            Self::Twin => "twin",
            Self::Needed => "needed",
            Self::Lost => "lost_reference",
            Self::Gone => "gone",
            Self::Exposed => "exposed",
            Self::Rule(key) => key,
        }
    }
}
