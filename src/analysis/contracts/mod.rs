//! What contracts bring in, what of it is late, and which of them end soon (I-24, I-25), as of a day.
//!
//! Inputs: tables, a place, the day. Outputs: [`Rents`] and [`Clearing`] with the records behind every number.
//! Neighbours: `indicator` reads its numbers here, the pages their lists.

pub mod booking;

use rust_decimal::Decimal;

use crate::ledger::State;
use crate::register::Label;
use crate::register::catalog::r09::{self, contract, due};
use crate::register::{Fields as _, label};
use crate::table::{Cache, Filter, QueryError, Table, dimension, law};
use crate::value::order::{self, Ordered as _};
use crate::value::{Date, RowId, Text, Value};

/// How long something is late, in bands of days: (longest, name).
pub static AGES: [(i64, Label); 4] = [
    (30, label("0–30天", "0–30 days")),
    (90, label("31–90天", "31–90 days")),
    (r09::LONG, label("91–365天", "91–365 days")),
    (i64::MAX, label("365天以上", "more than 365 days")),
];

/// A due that was not received in full by its day.
#[derive(Debug, Clone, PartialEq)]
pub struct Late {
    /// The due.
    pub due: RowId,
    /// Its contract.
    pub contract: Option<RowId>,
    /// Whose it is.
    pub party: Text,
    /// What was let.
    pub subject: Text,
    /// The village.
    pub place: Option<RowId>,
    /// When it fell due.
    pub day: Date,
    /// What has not come in, in 元.
    pub owed: Decimal,
    /// For how many days.
    pub days: i64,
}

/// A contract that ends soon.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// The contract.
    pub contract: RowId,
    /// The other party.
    pub party: Text,
    /// What was let.
    pub subject: Text,
    /// The village.
    pub place: Option<RowId>,
    /// Its last day.
    pub day: Date,
    /// In how many days.
    pub days: i64,
}

/// Arrears and contracts that end.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rents {
    /// What is late, the longest first.
    pub late: Vec<Late>,
    /// What ends within the days that are called to mind, the soonest first.
    pub soon: Vec<Ending>,
    /// Whether there is any contract at all.
    pub contracts: usize,
    /// Whether anything was ever written down as due: without, nobody knows what is late.
    pub dues: usize,
}

impl Rents {
    /// Those under `place` (everywhere when none) on the day `today`.
    pub fn of(cache: &Cache, state: &State, place: Option<RowId>, today: Date) -> Result<Self, QueryError> {
        let filter = Filter { place, ..Filter::default() };
        let mut rents = Self::default();
        if let Some(table) = cache.table(state, r09::KEY, Some(due::KIND)) {
            let rows = filter.rows(&table)?;
            rents.dues = rows.len();
            rents.late = late(&table, rows, today)?;
        }
        if let Some(table) = cache.table(state, r09::KEY, Some(contract::KIND)) {
            let rows = filter.rows(&table)?;
            rents.contracts = rows.len();
            rents.soon = soon(&table, rows, today)?;
        }
        Ok(rents)
    }

    /// All that is late, in 元; none where nobody has written down what is due.
    pub fn owed(&self) -> Option<Decimal> {
        law::total(self.late.iter().map(|l| l.owed)).or((self.dues > 0).then_some(Decimal::ZERO))
    }

    /// What is late by age: the sum and the dues, for each of [`AGES`].
    pub fn by_age(&self) -> [(Option<Decimal>, Vec<RowId>); 4] {
        let mut from = 0;
        AGES.each_ref().map(|(longest, _)| {
            let inside: Vec<&Late> =
                self.late.iter().filter(|l| l.days > from && l.days <= *longest).collect();
            from = *longest;
            (law::total(inside.iter().map(|l| l.owed)), inside.iter().map(|l| l.due).collect())
        })
    }
}

fn late(table: &Table<'_>, rows: Vec<u32>, today: Date) -> Result<Vec<Late>, QueryError> {
    let village = table.column(dimension::VILLAGE)?;
    let mut late = Vec::new();
    for row in rows {
        let Some(record) = table.record(row) else { continue };
        let Some((owed, days)) = r09::arrears(record, today) else { continue };
        let Some(Value::Date(day)) = record.value(due::DAY) else { continue };
        let contract = record.value(due::PARENT).and_then(Value::as_ref_id);
        let [party, subject] = said(table.state(), contract);
        let place = village.refers(row);
        late.push(Late {
            due: record.id(),
            contract,
            party,
            subject,
            place,
            day: *day,
            owed: owed.yuan(),
            days,
        });
    }
    order::sort_by(&mut late, |a, b| (b.days, a.due).cmp(&(a.days, b.due)));
    Ok(late)
}

fn soon(table: &Table<'_>, rows: Vec<u32>, today: Date) -> Result<Vec<Ending>, QueryError> {
    let village = table.column(dimension::VILLAGE)?;
    let bound = table.state().schema().bound(&r09::SOON);
    let mut soon = Vec::new();
    for row in rows {
        let Some(record) = table.record(row) else { continue };
        let Some(day) = r09::last_day(record) else { continue };
        let days = today.days_until(day);
        if days < 0 || Decimal::from(days) > bound {
            continue;
        }
        let [party, subject] = said(table.state(), Some(record.id()));
        soon.push(Ending { contract: record.id(), party, subject, place: village.refers(row), day, days });
    }
    order::sort_by_key(&mut soon, |e| (e.days, e.contract));
    Ok(soon)
}

/// The other party of a contract and what it lets.
fn said(state: &State, contract: Option<RowId>) -> [Text; 2] {
    let record = contract.and_then(|id| state.record(r09::KEY, id));
    [contract::PARTY, contract::NAME].map(|key| {
        let word = record.and_then(|r| r.value(key)?.as_str());
        Text::from(word.unwrap_or_default())
    })
}

/// What the clean-up (清化收) has come to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Clearing {
    /// What was recovered, in 元; none where nobody has said.
    pub recovered: Option<Decimal>,
    /// The contracts that it was recovered from.
    pub rows: Vec<RowId>,
    /// Villages with such contracts.
    pub villages: usize,
    /// How many contracts there are.
    pub contracts: usize,
    /// How many of them are cleared.
    pub cleared: usize,
    /// Area that was found, in 亩.
    pub new_area: Option<Decimal>,
}

impl Clearing {
    /// That under `place` (everywhere when none).
    pub fn of(cache: &Cache, state: &State, place: Option<RowId>) -> Result<Self, QueryError> {
        let Some(table) = cache.table(state, r09::KEY, Some(contract::KIND)) else {
            return Ok(Self::default());
        };
        let rows = Filter { place, ..Filter::default() }.rows(&table)?;
        let (recovered, area) = (table.column(contract::RECOVERED)?, table.column(contract::NEW_AREA)?);
        let (village, stage) = (table.column(dimension::VILLAGE)?, table.column(dimension::STATE)?);
        let with: Vec<u32> = rows.iter().copied().filter(|r| recovered.number(*r).is_some()).collect();
        let villages: std::collections::BTreeSet<RowId> =
            with.iter().filter_map(|r| village.refers(*r)).into_set();
        let cleared =
            |r: &&u32| stage.word(stage.code(**r)).is_some_and(|word| r09::CLEARED.contains(&&**word));
        Ok(Self {
            recovered: law::total(with.iter().filter_map(|r| recovered.number(*r))),
            villages: villages.len(),
            contracts: rows.len(),
            cleared: rows.iter().filter(cleared).count(),
            new_area: law::total(rows.iter().filter_map(|r| area.number(*r))),
            rows: with.iter().filter_map(|r| table.id(*r)).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::fixture::Bench;
    use crate::value::Money;

    fn on(text: &str) -> Value {
        Value::Date(text.parse().unwrap())
    }

    fn yuan(n: i64) -> Value {
        Value::Money(Money::from_fen(n * 100))
    }

    /// Two villages of one town, a contract each, and four dues of the first.
    fn bench() -> (Bench, RowId, [RowId; 2], Vec<RowId>) {
        let mut b = Bench::new();
        let town = b.org("柳河镇", "乡镇", None);
        let villages = ["清凉村", "五四村"].map(|name| b.org(name, "村", Some(town)));
        let contracts = villages.map(|org| {
            let fields = vec![
                ("org", Value::Ref(org)),
                ("name", Value::text("果园")),
                ("party_b", Value::text("张三")),
                ("end", on("2024-08-30")),
                ("recovered_amount", yuan(1000)),
            ];
            b.one("R09", "contract", fields)
        });
        let dues = [
            ("2024-05-31", 0),
            ("2024-03-02", 40),
            ("2023-06-01", 0),
            ("2024-06-01", 0),
            ("2024-01-01", 100),
        ];
        let dues = dues.map(|(day, received)| {
            let mut fields =
                vec![("parent", Value::Ref(contracts[0])), ("due", on(day)), ("amount", yuan(100))];
            fields.extend((received > 0).then(|| ("received", yuan(received))));
            b.one("R09", "due", fields)
        });
        (b, villages[0], contracts, dues.to_vec())
    }

    #[test]
    fn what_is_late_is_listed_by_age_and_place() {
        let (b, village, contracts, dues) = bench();
        let today = "2024-06-01".parse().unwrap();
        let rents = |place| Rents::of(&Cache::new(), &b.state, place, today).unwrap();
        let all = rents(None);
        let late: Vec<_> = all.late.iter().map(|l| (l.due, l.days, l.owed.normalize().to_string())).collect();
        // Received in full, and due today: neither is late.
        let wanted = [(dues[2], 366, "100"), (dues[1], 91, "60"), (dues[0], 1, "100")];
        assert_eq!(late, wanted.map(|(due, days, owed)| (due, days, owed.to_owned())));
        assert_eq!(all.owed(), Some(260.into()));
        let ages = all.by_age().map(|(sum, rows)| (sum.map(|n| n.normalize().to_string()), rows));
        let band = |sum: &str, row: RowId| (Some(sum.to_owned()), vec![row]);
        assert_eq!(
            ages,
            [band("100", dues[0]), (None, Vec::new()), band("60", dues[1]), band("100", dues[2])]
        );
        assert_eq!((&*all.late[0].party, all.late[0].place), ("张三", Some(village)));
        assert_eq!(all.soon.iter().map(|e| e.days).collect::<Vec<_>>(), [90, 90]);
        let here = rents(Some(village));
        assert_eq!((here.late.len(), here.soon.len(), here.soon[0].contract), (3, 1, contracts[0]));
        assert_eq!((all.dues, rents(Some(village)).dues), (5, 5));
        let later = Rents::of(&Cache::new(), &b.state, None, "2024-08-31".parse().unwrap()).unwrap();
        assert!(later.soon.is_empty(), "what has ended no longer ends soon");
    }

    #[test]
    fn what_nobody_has_written_down_is_not_nothing() {
        let mut b = Bench::new();
        let village = b.org("清凉村", "村", None);
        b.one("R09", "contract", vec![("org", Value::Ref(village)), ("party_b", Value::text("张三"))]);
        let rents = Rents::of(&Cache::new(), &b.state, None, "2024-06-01".parse().unwrap()).unwrap();
        assert_eq!((rents.contracts, rents.dues, rents.owed()), (1, 0, None));
        assert_eq!(Clearing::of(&Cache::new(), &b.state, None).unwrap().recovered, None);
    }

    #[test]
    fn what_was_recovered_and_how_far_the_clean_up_has_come() {
        let (mut b, village, contracts, _) = bench();
        let clearing = |b: &Bench, place| Clearing::of(&Cache::new(), &b.state, place).unwrap();
        let all = clearing(&b, None);
        assert_eq!((all.recovered, all.contracts, all.cleared, all.villages), (Some(2000.into()), 2, 0, 2));
        b.advance("R09", contracts[0], "待摸排", "归档");
        let here = clearing(&b, Some(village));
        assert_eq!((here.recovered, here.contracts, here.cleared), (Some(1000.into()), 1, 1));
        assert_eq!(here.rows, [contracts[0]]);
    }
}
