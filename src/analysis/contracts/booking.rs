//! A rent that comes in: what is received of a due and the income of the village are one step, and so is taking it back.
//!
//! Inputs: the due, what came in and when. Outputs: one draft, which the gate judges and one undo takes back; the income
//! names its contract. Neighbours: the page of arrears asks, the register of finance keeps the entry.

use crate::ledger::{BatchKind, Draft, Record, State};
use crate::register::Fields as _;
use crate::register::catalog::r07::{self, line};
use crate::register::catalog::r09::{self, contract, due};
use crate::value::order;
use crate::value::{Date, Money, Period, RowId, Text, Value};

/// A rent as a person books it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rent {
    /// The due that it is for.
    pub due: RowId,
    /// What came in.
    pub amount: Money,
    /// When.
    pub on: Date,
    /// The subject of the income.
    pub subject: Text,
}

/// The step; none where the due or its contract is not there.
pub fn draft(state: &State, rent: &Rent, new_id: &mut dyn FnMut() -> RowId) -> Option<Draft> {
    let (due, contract) = of(state, rent.due)?;
    let schema = state.schema();
    let village = state.place_of(schema.register(r09::KEY)?, contract)?;
    let before = due.value(due::RECEIVED).and_then(Value::as_money).unwrap_or(Money::ZERO);
    let mut draft = Draft::new(BatchKind::Edit);
    let received = Value::Money(before.checked_add(rent.amount)?);
    draft.set(state, r09::KEY, rent.due, due::RECEIVED, Some(received), None);
    draft.set(state, r09::KEY, rent.due, due::RECEIVED_ON, Some(Value::Date(rent.on)), None);
    let month = Period::month_of(rent.on.year(), u8::try_from(rent.on.month()).ok()?)?;
    let mut fields = vec![
        (Text::from(line::ORG), Value::Ref(village)),
        (Text::from(line::PERIOD), Value::Period(month)),
        (Text::from(line::DIRECTION), Value::choice(r07::INCOME)),
        (Text::from(line::SUBJECT), Value::Choice(rent.subject.clone())),
        (Text::from(line::AMOUNT), Value::Money(rent.amount)),
        (Text::from(line::CONTRACT), Value::Ref(contract.id())),
        (Text::from(line::DUE), Value::Ref(rent.due)),
        (Text::from(line::PAID_ON), Value::Date(rent.on)),
    ];
    let party = contract.value(contract::PARTY).cloned();
    fields.extend(party.map(|party| (Text::from(line::COUNTERPARTY), party)));
    // Rent for several years at once counts one slice a year.
    let years = contract.value(contract::LUMP_YEARS).cloned();
    fields.extend(years.map(|years| (Text::from(line::LUMP_YEARS), years)));
    order::sort_by(&mut fields, |a, b| a.0.cmp(&b.0));
    draft.create(r07::KEY, line::KIND, new_id(), fields, None);
    Some(draft)
}

/// The subject that the income of a due most likely has: rooms are rented, land is contracted out.
pub fn subject(state: &State, due: RowId) -> &'static str {
    let contract = of(state, due).map(|(_, contract)| contract);
    let rooms = contract.is_some_and(|c| {
        c.value(contract::FLOOR).is_some()
            || c.value(contract::PER).and_then(Value::as_str) == Some(r09::PER_FLOOR)
    });
    if rooms { r07::RENT } else { r07::LEASE }
}

fn of(state: &State, due: RowId) -> Option<(&Record, &Record)> {
    let due = state.record(r09::KEY, due).filter(|r| !r.is_gone())?;
    let contract = due.value(due::PARENT).and_then(Value::as_ref_id)?;
    Some((due, state.record(r09::KEY, contract).filter(|r| !r.is_gone())?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::contracts::Rents;
    use crate::ledger::{Person, admit, plan_move};
    use crate::register::{NoWorld, Severity};
    use crate::table::Cache;
    use crate::table::fixture::Bench;

    fn yuan(n: i64) -> Value {
        Value::Money(Money::from_fen(n * 100))
    }

    fn on(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn rent(due: RowId, n: i64) -> Rent {
        Rent { due, amount: Money::from_fen(n * 100), on: on("2024-06-05"), subject: r07::LEASE.into() }
    }

    fn bench() -> (Bench, RowId, RowId) {
        let mut b = Bench::new();
        let village = b.org("清凉村", "村", None);
        let contract = b.one(
            "R09",
            "contract",
            vec![
                ("org", Value::Ref(village)),
                ("name", Value::text("果园")),
                ("party_b", Value::text("张三")),
            ],
        );
        let due = b.one(
            "R09",
            "due",
            vec![
                ("parent", Value::Ref(contract)),
                ("due", Value::Date(on("2024-03-01"))),
                ("amount", yuan(5000)),
                ("received", yuan(1000)),
            ],
        );
        (b, contract, due)
    }

    #[test]
    fn a_rent_is_received_and_booked_in_one_step() {
        let (mut b, contract, due) = bench();
        let today = on("2024-06-05");
        let owed = |b: &Bench| Rents::of(&Cache::new(), &b.state, None, today).unwrap().owed();
        assert_eq!(owed(&b), Some(4000.into()));
        let id = RowId::from_bits(99);
        let made = draft(&b.state, &rent(due, 4000), &mut || id).unwrap();
        let admitted = admit(&b.state, &Person::county("县"), made).unwrap();
        b.record(admitted.into_draft());
        assert_eq!(owed(&b), Some(0.into()));
        let entry = b.state.record("R07", id).unwrap();
        assert_eq!(entry.value("contract"), Some(&Value::Ref(contract)));
        assert_eq!(entry.value("amount"), Some(&yuan(4000)));
        assert_eq!(entry.value("counter_party"), Some(&Value::text("张三")));
        assert_eq!(entry.value("period").and_then(Value::as_period).unwrap().to_string(), "2024-06");
        let schema = b.state.schema();
        let kind = schema.register("R07").unwrap().kind("line").unwrap();
        let wrong = kind.rules.iter().filter(|r| r.severity == Severity::Error);
        assert!(wrong.filter_map(|r| r.test("R07", "line", entry, &NoWorld)).next().is_none());
    }

    fn close(b: &mut Bench, entry: RowId) {
        for (from, to) in [("录入", "待复核"), ("待复核", "已复核"), ("已复核", "已结账")] {
            b.advance("R07", entry, from, to);
        }
    }

    /// Whether the contract says that a rent was reversed and its dues do not know.
    fn missed(b: &Bench, contract: RowId) -> bool {
        let kind = b.state.schema().kind("R09", "contract").unwrap();
        let world = crate::ledger::Surroundings::new(&b.state);
        let record = b.state.record("R09", contract).unwrap();
        let mut rules = kind.rules.iter();
        rules.any(|r| r.key == "reversed_rent" && r.test("R09", "contract", record, &world).is_some())
    }

    #[test]
    fn what_a_reversed_rent_had_brought_is_taken_off_its_due_and_both_entries_stand() {
        let (mut b, contract, due) = bench();
        let id = RowId::from_bits(99);
        let made = draft(&b.state, &rent(due, 4000), &mut || id).unwrap();
        b.record(made);
        let said = |b: &Bench, key: &str| b.state.record("R09", due).unwrap().value(key).cloned();
        assert_eq!(said(&b, "received"), Some(yuan(5000)));
        assert_eq!(said(&b, "received_at"), Some(Value::Date(on("2024-06-05"))));
        close(&mut b, id);
        b.reverse("R07", id, "已红冲", "记错了");
        // What had come in before stays, with the last day that is known.
        assert_eq!(said(&b, "received"), Some(yuan(1000)));
        assert_eq!(said(&b, "received_at"), Some(Value::Date(on("2024-06-05"))));
        assert!(missed(&b, contract), "of what is left the books know nothing");
        let entries: Vec<_> =
            b.state.sheet("R07").unwrap().of_kind("line").map(|r| r.value("amount").cloned()).collect();
        assert_eq!(entries, [Some(yuan(4000)), Some(yuan(-4000))], "both are shown");
        let kept = b.state.record("R07", id).unwrap();
        assert_eq!((kept.value("due"), kept.stage()), (Some(&Value::Ref(due)), Some("已红冲")));
    }

    #[test]
    fn where_nothing_is_left_there_is_no_day_either() {
        let (mut b, contract, due) = bench();
        b.set("R09", due, "received", yuan(0));
        let id = RowId::from_bits(99);
        let made = draft(&b.state, &rent(due, 4000), &mut || id).unwrap();
        b.record(made);
        close(&mut b, id);
        let said = |b: &Bench| {
            let due = b.state.record("R09", due).unwrap();
            (due.value("received").cloned(), due.value("received_at").cloned())
        };
        assert_eq!(said(&b), (Some(yuan(4000)), Some(Value::Date(on("2024-06-05")))));
        // As the gate lets a town's reviewer do it.
        let mut step = Draft::new(BatchKind::Move);
        plan_move(&mut step, &b.state, "R07", id, "已红冲", Some("记错了"), &mut || {
            RowId::from_bits(100)
        });
        let admitted = admit(&b.state, &Person::county("县"), step).unwrap();
        b.record(admitted.into_draft());
        assert_eq!(said(&b), (Some(yuan(0)), None));
        assert!(!missed(&b, contract), "books and dues agree");
    }

    #[test]
    fn a_reversed_rent_whose_due_was_corrected_by_hand_takes_nothing_more() {
        let (mut b, contract, due) = bench();
        let id = RowId::from_bits(99);
        b.set("R09", due, "received", yuan(0));
        let made = draft(&b.state, &rent(due, 4000), &mut || id).unwrap();
        b.record(made);
        b.set("R09", due, "received", yuan(500));
        close(&mut b, id);
        b.reverse("R07", id, "已红冲", "记错了");
        assert_eq!(b.state.record("R09", due).unwrap().value("received"), Some(&yuan(500)));
        assert!(missed(&b, contract), "the dues say that something came in, the books that nothing did");
        b.set("R09", due, "received", yuan(0));
        assert!(!missed(&b, contract));
    }

    #[test]
    fn an_entry_that_names_only_its_contract_is_missed_by_it_when_it_is_reversed() {
        let (mut b, contract, due) = bench();
        let village = b.state.record("R09", contract).unwrap().value("org").cloned().unwrap();
        let id = b.one(
            "R07",
            "line",
            vec![
                ("org", village),
                ("period", Value::Period("2024-06".parse().unwrap())),
                ("subject", Value::choice(r07::LEASE)),
                ("amount", yuan(1000)),
                ("contract", Value::Ref(contract)),
            ],
        );
        assert!(!missed(&b, contract));
        close(&mut b, id);
        b.reverse("R07", id, "已红冲", "记错了");
        assert!(missed(&b, contract), "nobody knows of which due it was");
        b.set("R09", due, "received", yuan(0));
        assert!(!missed(&b, contract));
    }

    #[test]
    fn what_is_gone_is_not_booked() {
        let (mut b, _, due) = bench();
        let mut gone = Draft::new(BatchKind::Edit);
        gone.delete("R09", due);
        b.record(gone);
        assert!(draft(&b.state, &rent(due, 1), &mut || RowId::from_bits(9)).is_none());
    }
}
