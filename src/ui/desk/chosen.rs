//! The place and the period that are looked at on every page.
//!
//! Duty: what is chosen, remembered for the next visit, and what can be chosen. Inputs: a person's choice; the
//! state. Outputs: the signals of [`Desk`]. Neighbours: the pickers of the shell.

use leptos::prelude::*;

use super::Desk;
use crate::ui::lang::{local_storage, t};
use crate::value::order;
use crate::value::{Period, RowId};
use crate::web::clock;

const PLACE: &str = "xingcun.place";
const PERIOD: &str = "xingcun.period";

impl Desk {
    pub(in crate::ui) fn choose_place(self, place: Option<RowId>) {
        self.place.set(place);
        remember(PLACE, place.map(|p| p.to_string()));
    }

    pub(in crate::ui) fn choose_period(self, period: Period) {
        self.period.set(period);
        remember(PERIOD, Some(period.to_string()));
    }

    pub(in crate::ui) fn place_title(self) -> String {
        let places = self.places();
        match self.place.get().and_then(|id| places.get(id)) {
            Some(place) => {
                let path = places.path(place.id);
                path.iter().rev().take(2).rev().map(|p| p.name.to_string()).collect::<Vec<_>>().join(" · ")
            }
            None => match places.roots() {
                [only] => places.name(*only).to_string(),
                _ => t("全部", "All places").to_owned(),
            },
        }
    }

    /// When the chosen year holds nothing but another does, begins with the latest that does.
    pub(in crate::ui) fn settle_period(self) {
        let years = self.recorded_years();
        if let Some(last) = years.last()
            && !years.contains(&self.period.get_untracked().year())
        {
            self.choose_period(Period::year_of(*last));
        }
        let place = self.place.get_untracked();
        if place.is_some_and(|p| self.places().get(p).is_none()) {
            self.choose_place(None);
        }
    }

    /// After an import: shows the newest period of what came in, as wide as was looked at until now.
    pub(in crate::ui) fn show_newest(self, newest: Option<Period>) {
        if let Some(newest) = newest {
            let grain = self.period.get_untracked().grain();
            self.choose_period(newest.widen(grain).unwrap_or(newest));
        }
        self.settle_period();
    }

    /// The years that can be chosen: those with records, and around now.
    pub(in crate::ui) fn years(self) -> Vec<i16> {
        let mut years = self.recorded_years();
        years.extend([this_year(), this_year() - 1, self.period.get_untracked().year()]);
        order::sort_by(&mut years, |a, b| b.cmp(a));
        years.dedup();
        years
    }

    /// The years with records, ascending.
    pub(in crate::ui) fn recorded_years(self) -> Vec<i16> {
        let cache = self.cache.get_value();
        let mut years: Vec<i16> = self.state(|s| {
            let kinds = s.schema().kinds().filter(|(_, k)| k.periodic());
            kinds.flat_map(|(r, kind)| cache.years(s, r, kind)).collect()
        });
        order::sort(&mut years);
        years.dedup();
        years
    }
}

/// The first year offered when nothing is recorded.
fn this_year() -> i16 {
    crate::value::Date::from_unix_millis(clock::now().millis as i64).map_or(2025, |d| d.year())
}

/// What was chosen on the last visit; otherwise everything, and last year.
pub(super) fn recalled() -> (Option<RowId>, Period) {
    let kept = |key: &str| local_storage().and_then(|s| s.get_item(key).ok().flatten());
    let period = kept(PERIOD).and_then(|p| p.parse().ok());
    let place = kept(PLACE).and_then(|p| p.parse().ok());
    (place, period.unwrap_or_else(|| Period::year_of(this_year() - 1)))
}

fn remember(key: &str, value: Option<String>) {
    let Some(storage) = local_storage() else { return };
    // A browser that keeps no preferences begins with the usual ones.
    let _ = match value {
        Some(v) => storage.set_item(key, &v),
        None => storage.remove_item(key),
    };
}
