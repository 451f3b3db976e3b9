//! A table that goes on is the table that would be read from the beginning.

use proptest::prelude::*;

use super::super::{Cache, Table};
use crate::ledger::{BatchKind, Draft, Surroundings, Verdict};
use crate::register::{FieldKind, Schema, World as _};
use crate::table::column::DIMENSIONS;
use crate::table::fixture::{Bench, dec, finance, industry};
use crate::table::query::{Query, SortKey, footer, run};
use crate::table::{Clause, Filter};
use crate::value::{Modifier, Money, Quantity, RowId, Text, Value};

const KINDS: [(&str, &str); 3] = [("R01", "org"), ("R06", "line"), ("R07", "line")];

/// One change: of which kind, what is done, to which row, in which field, with which value.
type Act = (u8, u8, u8, u8, u8);

fn acts() -> impl Strategy<Value = Vec<Vec<Act>>> {
    let act = (0u8..6, 0u8..9, any::<u8>(), any::<u8>(), 0u8..7);
    prop::collection::vec(prop::collection::vec(act, 1..5), 1..10)
}

/// A value that the field may have; `n` chooses it, 0 takes it away.
fn value(kind: &FieldKind, n: u8, orgs: &[RowId]) -> Option<Value> {
    let number = dec(&format!("{}.{n}", u32::from(n) * 7));
    let org = orgs.get(usize::from(n) % orgs.len().max(1)).copied();
    if n == 0 {
        return None;
    }
    Some(match kind {
        FieldKind::Int => Value::Int(i64::from(n)),
        FieldKind::Decimal(_) | FieldKind::Percent => Value::Decimal(number),
        FieldKind::Money => Value::Money(Money::from_yuan(number)?),
        FieldKind::Quantity => Value::Quantity(Box::new(Quantity {
            face: number,
            low: None,
            high: None,
            modifier: Modifier::About,
            forecast: n.is_multiple_of(2),
            text: Text::from(format!("约{n}")),
        })),
        FieldKind::Period(_) => {
            Value::Period(["2023", "2024", "2024-H1", "2024-07", "2025"][usize::from(n) % 5].parse().ok()?)
        }
        FieldKind::Date => Value::Date(crate::value::Date::new(2023, 6, n.cast_signed())?),
        FieldKind::Bool => Value::Bool(n.is_multiple_of(2)),
        FieldKind::Choice(_) => Value::choice(["预计", "实际", "柑橘", "经营支出"][usize::from(n) % 4]),
        FieldKind::Ref(_) => Value::Ref(org?),
        FieldKind::Refs(_) => Value::Refs(vec![org?]),
        FieldKind::Text(_) | FieldKind::LongText => Value::text(["甲", "乙", "丙镇"][usize::from(n) % 3]),
        _ => return None,
    })
}

/// A ledger with a few rows of each kind.
fn begun() -> (Bench, Vec<Vec<RowId>>) {
    let mut b = Bench::new();
    let town = b.org("沙溪镇", "乡镇", None);
    let orgs = [town, b.org("清凉村", "村", Some(town)), b.org("五星村", "村", Some(town))];
    let crops = [
        b.crop(orgs[1], "柑橘", "2023", ["1", "2", "3"], "实际"),
        b.crop(orgs[1], "柑橘", "2024", ["4", "5", "6"], "实际"),
        b.crop(orgs[2], "柑橘", "2024", ["7", "", "9"], "预计"),
    ];
    let money =
        [b.money(orgs[1], "2024", "投资收益", "10.00"), b.money(orgs[2], "2024-07", "经营支出", "3.00")];
    (b, vec![orgs.to_vec(), crops.to_vec(), money.to_vec()])
}

fn play(b: &mut Bench, rows: &mut [Vec<RowId>], batch: &[Act]) {
    let orgs = rows[0].clone();
    let mut draft = Draft::new(BatchKind::Edit);
    for (n, (which, what, row, field, chosen)) in batch.iter().enumerate() {
        // The register of places changes less often than the others.
        let k = if *which == 0 { 0 } else { 1 + usize::from(*which) % 2 };
        let (key, kind) = KINDS[k];
        let of = &mut rows[k];
        let id = of[usize::from(*row) % of.len()];
        let declared = Schema::base().kind(key, kind).unwrap();
        match what {
            0 => {
                // Identities do not arrive in their order.
                let id = RowId::from_bits(u128::from(*row) << 100 | u128::from(*field) << 8 | n as u128);
                let (org, period) = (orgs[usize::from(*row) % orgs.len()], "2024");
                let fields = match k {
                    0 => vec![("name", Value::text("新村")), ("kind", Value::choice("村"))],
                    1 => industry(org, "黄金梨", period, ["1", "2", "3"], "实际"),
                    _ => finance(org, period, "补助收入", "5.00"),
                };
                if b.state.record(key, id).is_none() && !of.contains(&id) {
                    let fields = fields.into_iter().map(|(k, v)| (Text::from(k), v)).collect();
                    draft.create(key, kind, id, fields, None);
                    of.push(id);
                }
            }
            1 => draft.delete(key, id),
            2 => draft.restore(key, id),
            4 => {
                let other = of[usize::from(*field) % of.len()];
                let verdict = if *chosen < 5 { Verdict::One } else { Verdict::Open };
                draft.join(&b.state, key, (id, other), verdict);
            }
            3 => draft.advance(key, id, "录入", ["已红冲", "审核", "撤并"][usize::from(*chosen) % 3], None),
            _ => {
                let field = &declared.fields[usize::from(*field) % declared.fields.len()];
                draft.set(&b.state, key, id, &field.key, value(&field.kind, *chosen, &orgs), None);
            }
        }
    }
    if !draft.is_empty() {
        b.record(draft);
    }
}

fn of_year<'a>(cache: &Cache, b: &'a Bench, year: i16) -> Table<'a> {
    let register = b.state.schema().register("R06").unwrap();
    cache.of_year(&b.state, (register, register.main().unwrap()), Some(year))
}

fn keys(table: &Table<'_>) -> Vec<String> {
    let fields = table.kind().fields.iter().map(|f| f.key.to_string());
    fields.chain(DIMENSIONS.iter().map(|d| (*d).to_owned())).collect()
}

/// Everything that can be read from a table.
fn told(table: &Table<'_>) -> Vec<String> {
    let mut said = vec![format!("{:?} {:?} {:?}", table.ids(), table.series(), table.years())];
    said.extend((0..table.len() as u32).map(|r| format!("{:?}", table.record(r).map(|r| r.id()))));
    for key in keys(table) {
        let Ok(column) = table.column(&key) else { continue };
        said.push(format!(
            "{key} {:?} {:?} {:?} {:?}",
            column.data,
            column.worded,
            column.forecast,
            column.ranks()
        ));
    }
    let kind = table.kind();
    let numbers: Vec<String> =
        kind.fields.iter().filter(|f| f.is_number()).map(|f| f.key.to_string()).collect();
    let clauses: &[&str] = if kind.periodic() { &["", "period=2024", "org=清凉村"] } else { &[""] };
    for clause in clauses {
        let clauses: Vec<Clause> = Clause::parse(table.state().schema(), kind, clause).into_iter().collect();
        let filter = Filter { clauses, ..Filter::default() };
        said.push(format!("{:?}", footer(table, &filter, &numbers)));
        for (first, descending) in [("org", false), ("period", true), ("state", false)] {
            let sort = [first, "period"].map(|k| SortKey { key: k.to_owned(), descending }).to_vec();
            said.push(format!("{:?}", run(table, &Query { filter: filter.clone(), sort })));
        }
    }
    said
}

proptest! {
    #[test]
    fn a_patched_table_is_the_table_built_anew(batches in acts(), looks in prop::collection::vec(any::<u8>(), 10)) {
        let (mut b, mut rows) = begun();
        let cache = Cache::new();
        for (batch, look) in batches.iter().zip(looks) {
            // Whoever looked before has looked at some columns, at all, or at nothing.
            for (key, kind) in KINDS {
                let table = cache.table(&b.state, key, Some(kind)).unwrap();
                match look % 4 {
                    0 => {}
                    1 => drop(told(&table)),
                    _ => keys(&table).iter().skip(usize::from(look) % 5).step_by(2).for_each(|k| drop(table.column(k))),
                }
            }
            play(&mut b, &mut rows, batch);
            if look % 3 == 0 {
                continue;
            }
            for (key, kind) in KINDS {
                let patched = cache.table(&b.state, key, Some(kind)).unwrap();
                let anew = Table::open(&b.state, key, Some(kind)).unwrap();
                prop_assert_eq!(told(&patched), told(&anew));
                let declared = b.state.schema().register(key).unwrap();
                prop_assert_eq!(cache.years(&b.state, declared, patched.kind()), anew.years());
            }
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Tables of single years go on in the same way, and have the rows of their year and no others.
    #[test]
    fn the_table_of_a_year_has_its_rows(batches in acts(), looks in prop::collection::vec(any::<u8>(), 10)) {
        let (mut b, mut rows) = begun();
        let cache = Cache::new();
        for (batch, look) in batches.iter().zip(looks) {
            for year in [2023i16, 2024, 2025].into_iter().filter(|year| u8::try_from(year % 3).unwrap() != look % 3) {
                drop(told(&of_year(&cache, &b, year)));
            }
            play(&mut b, &mut rows, batch);
            let whole = Table::open(&b.state, "R06", None).unwrap();
            for year in 2022i16..2026 {
                let patched = of_year(&cache, &b, year);
                let anew = told(&of_year(&Cache::new(), &b, year));
                prop_assert_eq!(told(&patched), anew);
                let ids = |table: &Table<'_>| -> Vec<_> {
                    table.rows_of_years(year, year).into_iter().filter_map(|row| table.id(row)).collect()
                };
                prop_assert_eq!(ids(&patched), ids(&whole));
                prop_assert_eq!(patched.len(), ids(&patched).len(), "only those");
                let chosen = cache.table_of_year(&b.state, "R06", year).unwrap();
                prop_assert_eq!(ids(&chosen), ids(&whole));
            }
        }
    }
}

proptest! {

    #[test]
    fn indexes_that_follow_find_what_new_ones_find(batches in acts()) {
        let (mut b, mut rows) = begun();
        for batch in &batches {
            play(&mut b, &mut rows, batch);
            let following = Surroundings::new(&b.state);
            let copy = b.state.clone();
            let anew = Surroundings::new(&copy);
            for (key, kind) in [KINDS[1], KINDS[2]] {
                for record in b.state.sheet(key).into_iter().flat_map(|s| s.all()) {
                    for field in ["area", "output", "amount"] {
                        prop_assert_eq!(following.year_before(key, kind, record, field), anew.year_before(key, kind, record, field));
                    }
                }
            }
            for name in ["沙溪镇", "清凉村", "新村", "甲", "乙"] {
                let id = |world: &Surroundings<'_>| world.entry("R01", "org", name).map(|r| r.value("kind").cloned());
                prop_assert_eq!(id(&following), id(&anew));
            }
        }
    }
}

#[test]
fn a_column_in_which_nothing_changed_stays_itself() {
    let (mut b, rows) = begun();
    let cache = Cache::new();
    let column = |b: &Bench, key: &str| cache.table(&b.state, "R06", None).unwrap().column(key).unwrap();
    let before = ["org", "period", "area", "output"].map(|k| column(&b, k));
    b.set("R06", rows[1][0], "output", Value::Decimal(dec("77")));
    let after = ["org", "period", "area", "output"].map(|k| column(&b, k));
    let same: Vec<bool> = before.iter().zip(&after).map(|(a, b)| std::sync::Arc::ptr_eq(a, b)).collect();
    assert_eq!(same, [true, true, true, false]);
    assert_eq!(
        after[3].number(cache.table(&b.state, "R06", None).unwrap().row_of(rows[1][0]).unwrap()),
        Some(dec("77"))
    );
}
