//! What a piece of a text puts in force, and what holds where several do.
//!
//! Duty: periods and places as they are said, and what 全镇 or 去年 mean among what is in force. Neighbours: `walk`
//! keeps one [`Frame`] for each piece, `phrase` fills them.

use super::{Around, Said, Source};
use crate::register::Message;
use crate::value::figure::Time;
use crate::value::{Date, Period, RowId, Text};

/// Places that are spoken of; none stands for the whole ledger.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Spots {
    /// These.
    Of(Vec<Option<RowId>>),
    /// Something that is no place of the ledger, or cannot be told.
    Unsure(Message),
    /// A township or county that is not in the ledger: what is named within it is not the ledger's either, whatever its
    /// name.
    Foreign(Message),
}

/// What one piece of the text puts in force.
#[derive(Debug, Clone, Default)]
pub(super) struct Frame {
    pub period: Option<Said<Time>>,
    pub spots: Option<Said<Spots>>,
    pub product: Option<Said<Text>>,
    /// It tells of plans.
    pub ahead: bool,
}

/// A level that a text names without a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    County,
    Town,
    Village,
}

impl Frame {
    /// With another piece's words over its own.
    pub fn take(&mut self, other: Self, by: Source) {
        if let Some(period) = other.period {
            self.period = Some(period.from(by));
        }
        if let Some(spots) = other.spots {
            self.spots = Some(spots.from(by));
        }
        if let Some(product) = other.product {
            self.product = Some(product.from(by));
        }
        self.ahead |= other.ahead;
    }
}

/// The period of a time that is in force, or why there is none.
pub(super) fn period(
    time: Time,
    words: &str,
    date: Option<Date>,
    outer: Option<Period>,
) -> Result<Period, Message> {
    let several = || {
        Message::new(format!("“{words}”是几年的数，不是一年的"), format!("“{words}” is more than one year"))
    };
    match time {
        Time::In(period) => Ok(period),
        Time::AsOf(Some(day)) => Ok(Period::year_of(day.year())),
        // 2024年以来 in a text of 2024, or in one that does not say when it was written.
        Time::Since(year) if date.is_none_or(|d| d.year() == year) => Ok(Period::year_of(year)),
        Time::Years(..) | Time::Since(_) => Err(several()),
        Time::AsOf(None) | Time::Unknown => {
            let unknown = || {
                Message::new(
                    format!("不知道“{words}”是哪一年"),
                    format!("nothing says which year “{words}” is"),
                )
            };
            let outer = outer.ok_or_else(unknown)?;
            match words {
                _ if words.starts_with('去') || words.starts_with('上') => Ok(outer.last_year()),
                _ if words.starts_with('前') => Ok(outer.last_year().last_year()),
                _ if words.starts_with('明') => Err(unknown()),
                _ => Ok(outer),
            }
        }
    }
}

/// What a level stands for, seen from the places that are in force, the nearest first.
pub(super) fn level(
    level: Level,
    words: &str,
    (near, strange): (&[RowId], bool),
    around: &Around<'_>,
) -> Spots {
    let places = around.places;
    let of = |id: RowId| match level {
        Level::County => places.county_of(id),
        Level::Town => places.town_of(id),
        Level::Village => places.village_of(id),
    };
    let near = near.iter().copied().chain(around.chosen.0);
    if let Some(found) = near.clone().find_map(of) {
        return Spots::Of(vec![Some(found)]);
    }
    let mut all = places.all().filter(|p| of(p.id) == Some(p.id)).map(|p| p.id);
    match (all.next(), all.next(), level) {
        // An article about another township is not about the only one of the ledger.
        (Some(only), None, Level::County | Level::Town) if !strange => Spots::Of(vec![Some(only)]),
        // A ledger of townships alone is that of the county they lie in.
        (None, _, Level::County) if !strange && near.count() == 0 => Spots::Of(vec![None]),
        _ => Spots::Unsure(Message::new(
            format!("不知道“{words}”指哪里"),
            format!("nothing says which place “{words}” is"),
        )),
    }
}
