//! What a figure says of the ledger: an amount, or how two amounts stand to each other.
//!
//! Duty: the forms that a claim has, and how they are stored. Inputs: none. Outputs: [`Claim`], [`How`]. Neighbours:
//! `scope` finds them in a text, `reckon` computes them, `kept` stores them with a link.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::scope::Said;
use crate::analysis::indicator::Operator;
use crate::register::Message;
use crate::value::{Period, RowId, Text};

/// Something that the ledger has a number for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Thing {
    /// Key of an aim.
    pub target: String,
    /// Where; the whole ledger when none.
    pub place: Option<RowId>,
    /// When.
    pub period: Option<Period>,
    /// Of which product only.
    pub product: Option<Text>,
}

/// In which relation a figure stands to the things it names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// So much there is.
    #[default]
    Level,
    /// By so many per cent it is more than the other.
    Growth(Thing),
    /// By so much it is more than the other.
    Difference(Thing),
    /// So many times the other.
    Times(Thing),
    /// So many per cent of the other.
    Share(Thing),
    /// By so many per cent a year it has grown since the other.
    Yearly(Thing),
    /// By so much, or so many per cent, it is more than the mean of the villages of the other.
    OverMean {
        /// Whose villages.
        of: Thing,
        /// It is a mean of villages itself.
        own: bool,
        /// By so many per cent.
        share: bool,
    },
    /// So much for each village on average.
    Mean,
    /// So much are these together.
    Sum(Vec<Thing>),
    /// So much each of these has on average.
    MeanOf(Vec<Thing>),
    /// So high it stands among the places of one.
    Rank(Option<RowId>),
    /// So many villages fulfil all of these.
    Count(Vec<Test>),
    /// So many per cent of all villages fulfil all of these.
    CountShare(Vec<Test>),
    /// So many villages there are.
    Villages,
}

/// A bound that villages fulfil, in the unit of what is measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Test {
    /// The comparison.
    pub operator: Operator,
    /// The bound.
    pub bound: Decimal,
}

/// What a figure claims, as far as the text says it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Claim {
    /// Of what, where it is about anything that the ledger knows.
    pub thing: Option<Thing>,
    /// In which relation.
    pub how: How,
    /// It counts the other way round: 下降, 少.
    pub down: bool,
    /// Where it is said when, where, what.
    pub said: Vec<Said<Message>>,
    /// Why it cannot be told for sure; nothing when it can.
    pub doubts: Vec<Message>,
    /// It stands in a part of the text that tells of plans.
    pub ahead: bool,
    /// It bounds what is counted (超20万元的村) and claims nothing by itself.
    pub bound: bool,
    /// Other targets that the words fit.
    pub others: Vec<usize>,
    /// What may be behind a difference beside a mistake: what is said can be meant in more than one way.
    pub loose: Option<Message>,
}

impl How {
    /// Its words after the name of the thing.
    pub fn words(&self, of: &Thing) -> Option<Message> {
        let (zh, en) = match self {
            Self::Level => return None,
            Self::Growth(base) => return Some(compared(("增长", "growth"), of, base)),
            Self::Difference(base) => return Some(compared(("增减额", "difference"), of, base)),
            Self::Times(base) => return Some(compared(("倍数", "times"), of, base)),
            Self::Yearly(base) => return Some(compared(("年均增长", "growth a year"), of, base)),
            Self::OverMean { .. } => ("比村均", "more than the mean of villages"),
            Self::Share(_) => ("占比", "share"),
            Self::Mean => ("村均", "mean of villages"),
            Self::Sum(_) => ("所列各项合计", "sum of what is listed"),
            Self::MeanOf(_) => ("所列各项平均", "mean of what is listed"),
            Self::Rank(_) => ("排名", "rank"),
            Self::Count(_) => ("达标村数", "villages that fulfil it"),
            Self::CountShare(_) => ("达标村占比", "share of villages that fulfil it"),
            Self::Villages => ("村数", "number of villages"),
        };
        Some(Message::new(zh, en))
    }

    /// The unit of the result, where that is not the unit of the thing.
    pub const fn unit(&self) -> Option<&'static str> {
        match self {
            Self::Growth(_)
            | Self::Yearly(_)
            | Self::OverMean { share: true, .. }
            | Self::Share(_)
            | Self::CountShare(_) => Some("%"),
            Self::Times(_) => Some("倍"),
            Self::Rank(_) => Some("位"),
            Self::Count(_) | Self::Villages => Some("个"),
            Self::Level
            | Self::Difference(_)
            | Self::OverMean { share: false, .. }
            | Self::Mean
            | Self::Sum(_)
            | Self::MeanOf(_) => None,
        }
    }
}

fn compared((zh, en): (&str, &str), of: &Thing, base: &Thing) -> Message {
    match base.period {
        Some(period) if base.place == of.place => {
            Message::new(format!("{zh}（比{}）", period.zh()), format!("{en} on {period}"))
        }
        _ if base.place == of.place => Message::new(zh, en),
        _ => Message::new(format!("{zh}（比另一单位）"), format!("{en} on another place")),
    }
}
