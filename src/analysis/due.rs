//! What is due: the periods that a register must be handed in for by a day that the county has set.
//!
//! Inputs: the deadlines of the schema, tables, a place and the day on which it is asked. Outputs: [`Due`], one for each
//! register and period with villages that have not reported, the most urgent first. Neighbours: `completeness` says
//! who must report and who has; 待办 and `check --due` show it.

use std::sync::Arc;

use super::completeness::Returns;
use crate::ledger::State;
use crate::register::{Deadline, Register};
use crate::table::{Cache, Places, QueryError};
use crate::value::{Date, Period, RowId, order};

/// A register that is not handed in yet for a period that is over.
#[derive(Debug, Clone)]
pub struct Due {
    /// The register.
    pub register: Arc<Register>,
    /// The period.
    pub period: Period,
    /// The last day on which it is in time.
    pub until: Date,
    /// Days from today until then; negative when it is late.
    pub left: i64,
    /// How many villages must report.
    pub should: usize,
    /// Those that have not, by name.
    pub missing: Vec<RowId>,
}

/// Everything that is due under `place` (everywhere when none) on the day `today`. A period is due from its end on, and
/// until a year has passed since: then it is history, and completeness shows the gap. Periods before the first that
/// anybody has reported are not asked for, because nobody kept this ledger then; in a register without any return it is
/// the last period that is over.
pub fn due(
    cache: &Cache,
    state: &State,
    places: &Places,
    place: Option<RowId>,
    today: Date,
) -> Result<Vec<Due>, QueryError> {
    let mut all = Vec::new();
    for deadline in state.schema().deadlines() {
        let Some(register) = state.schema().register(&deadline.register) else { continue };
        let returns = Returns::of(cache, state, register)?;
        for (period, until) in over(deadline, today) {
            if returns.first().is_some_and(|first| period < first && !period.contains(first)) {
                break;
            }
            let found = returns.completeness(places, place, period);
            if !found.missing.is_empty() {
                all.push(Due {
                    register: Arc::clone(register),
                    period,
                    until,
                    left: today.days_until(until),
                    should: found.should.len(),
                    missing: found.missing,
                });
            }
            if returns.first().is_none() {
                break;
            }
        }
    }
    order::sort_by_key(&mut all, |d| (d.until, d.register.key.clone(), d.period));
    Ok(all)
}

/// The periods of the deadline that were over before `today` and ended within a year, the last first, each with its day.
fn over(deadline: &Deadline, today: Date) -> Vec<(Period, Date)> {
    let this = u8::try_from(today.month()).ok().and_then(|m| Period::month_of(today.year(), m));
    let now = this.and_then(|month| month.widen(deadline.grain));
    let last_days = std::iter::successors(now.map(Period::previous), |p| Some(p.previous()))
        .map_while(|period| Some((period, period.last_day()?)));
    let recent = last_days.take_while(|(_, last)| last.days_until(today) <= YEAR);
    let until =
        |(period, last): (Period, Date)| Some((period, last.days_later(i32::try_from(deadline.days).ok()?)?));
    recent.filter_map(until).collect()
}

/// After so many days nothing is called to mind any more.
const YEAR: i64 = 366;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::catalog::{r07, settings};
    use crate::table::fixture::Bench;
    use crate::value::Value;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// By period, until when, how many days are left, and who is missing.
    fn found(bench: &Bench, place: Option<RowId>, today: &str) -> Vec<(String, String, i64, usize)> {
        let cache = Cache::new();
        let places = cache.places(&bench.state);
        let all = due(&cache, &bench.state, &places, place, day(today)).unwrap();
        all.iter().map(|d| (d.period.to_string(), d.until.to_string(), d.left, d.missing.len())).collect()
    }

    fn deadline(bench: &mut Bench, grain: &str, days: i64) {
        let fields = vec![
            (settings::deadline::REGISTER, Value::text(r07::KEY)),
            (settings::deadline::GRAIN, Value::choice(grain)),
            (settings::deadline::DAYS, Value::Int(days)),
        ];
        bench.one(settings::KEY, settings::deadline::KIND, fields);
    }

    #[test]
    fn what_is_over_is_due_by_the_day_that_the_county_has_set() {
        let mut bench = Bench::new();
        let town = bench.org("某镇", "乡镇", None);
        let near = bench.org("甲村", "村", Some(town));
        bench.org("乙村", "村", None);
        assert!(found(&bench, None, "2024-05-10").is_empty(), "nothing is due that nobody has set");
        deadline(&mut bench, "季", 15);
        let quarter = |left| [("2024-Q1".to_owned(), "2024-04-15".to_owned(), left, 2)];
        assert_eq!(found(&bench, None, "2024-04-01"), quarter(14), "over since yesterday");
        assert_eq!(found(&bench, None, "2024-04-15"), quarter(0), "the last day");
        assert_eq!(found(&bench, None, "2024-05-10"), quarter(-25), "late");
        bench.money(near, "2024-Q1", "经营收入", "10");
        assert_eq!(
            found(&bench, None, "2024-05-10"),
            [("2024-Q1".to_owned(), "2024-04-15".to_owned(), -25, 1)]
        );
        assert!(found(&bench, Some(town), "2024-05-10").is_empty(), "the town has handed in");
    }

    #[test]
    fn late_periods_stay_until_they_are_handed_in_or_a_year_old() {
        let mut bench = Bench::new();
        let village = bench.org("甲村", "村", None);
        deadline(&mut bench, "月", 10);
        bench.money(village, "2024-02", "经营收入", "10");
        let periods = |bench: &Bench, today: &str| {
            found(bench, None, today).into_iter().map(|(period, ..)| period).collect::<Vec<_>>()
        };
        assert_eq!(
            periods(&bench, "2024-05-20"),
            ["2024-03", "2024-04"],
            "and nothing before the first return"
        );
        bench.money(village, "2024-03", "经营收入", "10");
        assert_eq!(periods(&bench, "2024-05-20"), ["2024-04"]);
        assert_eq!(
            periods(&bench, "2025-05-20").first().map(String::as_str),
            Some("2024-05"),
            "a year later"
        );
    }

    #[test]
    fn a_village_that_reports_by_the_year_owes_no_month() {
        let mut bench = Bench::new();
        let village = bench.org("甲村", "村", None);
        deadline(&mut bench, "月", 10);
        bench.money(village, "2024", "经营收入", "10");
        assert!(found(&bench, None, "2024-05-20").is_empty());
    }
}
