//! One record with everything that the registers say of it: 一村一档, 一人一档, and the same of a household, a business, a
//! centre.
//!
//! Duty: whatever lies in a place, stands under a record or names it, register by register, with sums and indicators. No
//! register is named here, so that a file grows by itself when registers come. Inputs: an [`Indicators`], the record, a
//! period (what belongs to no period is shown as of now). Outputs: a [`Dossier`]; every number carries its rows.
//! Neighbours: `table::law` adds up, `ledger::naming` says who names whom; the page words and draws it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rust_decimal::Decimal;

use super::indicator::{Ask, Indicated, Indicators, all};
use super::pivot;
use crate::ledger::naming;
use crate::register::{Aggregate, Field, Message, Register, RowKind, Sense};
use crate::table::law::{self, LeftOut};
use crate::table::{Filter, QueryError, Table};
use crate::value::order::Ordered as _;
use crate::value::{Period, RowId, Text, order};

/// The file of one record.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// What is said of it, in order of registers; registers that say nothing are left out.
    pub chapters: Vec<Chapter>,
}

/// What one register says.
#[derive(Debug, Clone)]
pub struct Chapter {
    /// The register.
    pub register: Arc<Register>,
    /// Its indicators for the place that have a number; none of a record that is no place.
    pub readings: Vec<Indicated>,
    /// Its rows, by kind and by what ties them to the record.
    pub portions: Vec<Portion>,
}

/// Rows of one kind that are tied to the record in one way.
#[derive(Debug, Clone)]
pub struct Portion {
    /// The kind.
    pub kind: Arc<RowKind>,
    /// What ties them.
    pub tie: Tie,
    /// The rows that count: those of later periods first, then in order of identities.
    pub rows: Vec<RowId>,
    /// Sums of the figures that matter most in the kind, where they add up.
    pub totals: Vec<Total>,
}

/// What ties rows to a record.
#[derive(Debug, Clone)]
pub enum Tie {
    /// They lie in the place, or in one below it.
    Inside,
    /// They stand under the record.
    Under,
    /// They name it in this field.
    Naming(Arc<Field>),
}

/// A sum over a portion.
#[derive(Debug, Clone, PartialEq)]
pub struct Total {
    /// Key of the field that is summed.
    pub field: Text,
    /// The sum; money in 元.
    pub value: Decimal,
    /// The rows that contribute.
    pub rows: Vec<RowId>,
    /// What was left out of it, in words.
    pub notes: Vec<Message>,
}

impl Dossier {
    /// The file of the record `subject` of `register`.
    pub fn of(
        desk: &Indicators<'_>,
        (register, subject): (&str, RowId),
        period: Period,
    ) -> Result<Self, QueryError> {
        let place = Some(subject).filter(|_| desk.places().get(subject).is_some());
        let ask = Ask::of(period).at(place);
        let mut named = ties(desk, register, subject);
        let mut chapters = Vec::new();
        for register in desk.state().schema().all() {
            let mut portions = Vec::new();
            for kind in &register.kinds {
                let inside = place.map(|p| inside(desk, (register, kind), p, period)).transpose()?.flatten();
                let known: BTreeSet<RowId> = inside.iter().flat_map(|p| p.rows.iter().copied()).into_set();
                portions.extend(inside);
                for (field, mut rows) in
                    named.remove(&(register.key.to_string(), kind.key.to_string())).unwrap_or_default()
                {
                    rows.retain(|row| !known.contains(row));
                    let Some(field) = kind.field(&field).filter(|_| !rows.is_empty()) else { continue };
                    // What lies in a place at another time is no other tie.
                    if place.is_some() && (field.has(Sense::Place) || field.has(Sense::Above)) {
                        continue;
                    }
                    let tie =
                        if field.has(Sense::Parent) { Tie::Under } else { Tie::Naming(Arc::clone(field)) };
                    portions.extend(tied(desk, (register, kind), tie, rows)?);
                }
            }
            let readings = if place.is_some() { readings(desk, register, &ask) } else { Vec::new() };
            if !(portions.is_empty() && readings.is_empty()) {
                chapters.push(Chapter { register: Arc::clone(register), readings, portions });
            }
        }
        Ok(Self { chapters })
    }

    /// How many records it tells of.
    pub fn records(&self) -> usize {
        self.chapters.iter().flat_map(|c| &c.portions).map(|p| p.rows.len()).sum()
    }
}

/// By register and kind: the fields that name the record, each with the rows that do.
type Ties = BTreeMap<(String, String), BTreeMap<Text, BTreeSet<RowId>>>;

fn ties(desk: &Indicators<'_>, register: &str, subject: RowId) -> Ties {
    let mut ties = Ties::new();
    for pointer in naming(desk.state(), register, subject) {
        let Some(record) = desk.state().record(&pointer.register, pointer.row) else { continue };
        let of = (pointer.register.to_string(), record.kind().to_string());
        ties.entry(of).or_default().entry(pointer.field).or_default().insert(pointer.row);
    }
    ties
}

/// The indicators of a register that have a number here.
fn readings(desk: &Indicators<'_>, register: &Register, ask: &Ask) -> Vec<Indicated> {
    let own = all().into_iter().filter(|d| d.register == register.key);
    own.filter_map(|d| desk.read(d.code, ask)).filter(|r| r.value.is_some()).collect()
}

/// The rows of a kind that lie in a place; of a kind with periods those within the one asked for.
fn inside(
    desk: &Indicators<'_>,
    (register, kind): (&Arc<Register>, &Arc<RowKind>),
    place: RowId,
    period: Period,
) -> Result<Option<Portion>, QueryError> {
    let table = desk.cache().table(desk.state(), &register.key, Some(&kind.key));
    // A dictionary lies nowhere.
    if !table.is_some_and(|t| t.of_places() || t.sense(Sense::Place).is_ok()) {
        return Ok(None);
    }
    let period = Some(period).filter(|_| kind.periodic());
    let filter = Filter { place: Some(place), period, ..Filter::default() };
    let own = |table: &Table<'_>, row: &u32| table.id(*row) == Some(place);
    portion(desk, (register, kind), Tie::Inside, filter, own)
}

/// The rows of a kind that name the record.
fn tied(
    desk: &Indicators<'_>,
    (register, kind): (&Arc<Register>, &Arc<RowKind>),
    tie: Tie,
    rows: BTreeSet<RowId>,
) -> Result<Option<Portion>, QueryError> {
    let filter = Filter { only: Some(rows), ..Filter::default() };
    portion(desk, (register, kind), tie, filter, |_, _| false)
}

fn portion(
    desk: &Indicators<'_>,
    (register, kind): (&Arc<Register>, &Arc<RowKind>),
    tie: Tie,
    filter: Filter,
    without: impl Fn(&Table<'_>, &u32) -> bool,
) -> Result<Option<Portion>, QueryError> {
    let Some(table) = desk.cache().table(desk.state(), &register.key, Some(&kind.key)) else {
        return Ok(None);
    };
    let (mut rows, _) = law::counting(&table, filter.rows(&table)?, &filter, false)?;
    rows.retain(|row| !without(&table, row));
    if rows.is_empty() {
        return Ok(None);
    }
    let totals = totals(&table, &rows, &filter)?;
    let mut ordered: Vec<(Option<Period>, RowId)> =
        rows.iter().filter_map(|row| Some((table.period(*row), table.id(*row)?))).collect();
    order::sort_by_key(&mut ordered, |(period, id)| (std::cmp::Reverse(*period), *id));
    let rows = ordered.into_iter().map(|(_, id)| id).collect();
    Ok(Some(Portion { kind: Arc::clone(kind), tie, rows, totals }))
}

/// Sums of the figures that matter most; what is never added together has none.
fn totals(table: &Table<'_>, rows: &[u32], filter: &Filter) -> Result<Vec<Total>, QueryError> {
    let kind = table.kind();
    let apart = |f: &Field| kind.law.apart.is_some_and(|(amount, _)| f.key == amount);
    let adds = |f: &&Arc<Field>| matches!(f.aggregate, Aggregate::Flow | Aggregate::Stock) && !apart(f);
    let mut totals = Vec::new();
    for field in kind.key_fields().filter(adds) {
        let (parts, left) = law::parts(table, rows, &field.key, &filter.time(kind)?)?;
        let parts = law::settle(table, parts, field.aggregate);
        let Some(value) = law::total(parts.iter().map(|p| p.value)) else { continue };
        let rows = parts.iter().filter_map(|p| table.id(p.row)).into_set().into_iter().collect();
        totals.push(Total { field: Text::from(&*field.key), value, rows, notes: notes(&left) });
    }
    Ok(totals)
}

fn notes(left: &LeftOut) -> Vec<Message> {
    pivot::notes(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Cache;
    use crate::table::fixture::Bench;
    use crate::value::Value;

    fn of(b: &Bench, register: &str, subject: RowId) -> Dossier {
        let cache = Cache::new();
        Dossier::of(&Indicators::new(&b.state, &cache), (register, subject), Period::year_of(2024)).unwrap()
    }

    /// `R02 person Inside 2`, a line for each portion.
    fn said(dossier: &Dossier) -> Vec<String> {
        let tie = |tie: &Tie| match tie {
            Tie::Inside => "inside".to_owned(),
            Tie::Under => "under".to_owned(),
            Tie::Naming(field) => field.key.to_string(),
        };
        let line = |c: &Chapter, p: &Portion| {
            format!("{} {} {} {}", c.register.key, p.kind.key, tie(&p.tie), p.rows.len())
        };
        dossier.chapters.iter().flat_map(|c| c.portions.iter().map(move |p| line(c, p))).collect()
    }

    fn person(b: &mut Bench, org: RowId, name: &str) -> RowId {
        b.one("R02", "person", vec![("org", Value::Ref(org)), ("name", Value::text(name))])
    }

    #[test]
    fn a_village_has_what_lies_in_it_and_what_names_it() {
        let mut b = Bench::new();
        let town = b.org("某镇", "乡镇", None);
        let [village, other] = ["清凉村", "五四村"].map(|name| b.org(name, "村", Some(town)));
        let head = person(&mut b, village, "张三");
        person(&mut b, other, "李四");
        b.money(village, "2024", "经营收入", "12000");
        b.money(village, "2023", "经营收入", "500");
        b.money(other, "2024", "经营收入", "700");
        b.one("R03", "talent", vec![("org", Value::Ref(other)), ("person", Value::Ref(head))]);
        let own = of(&b, "R01", village);
        assert_eq!(said(&own), ["R02 person inside 1", "R07 line inside 1"]);
        let income = own.chapters.iter().find(|c| c.register.key == "R07").unwrap();
        let operating = income.readings.iter().find(|r| r.code == "I-16").unwrap();
        assert_eq!((operating.value, operating.rows.len()), (Some(Decimal::from(12000)), 1));
        // The township has both, and its villages.
        let whole = of(&b, "R01", town);
        assert_eq!(
            said(&whole),
            ["R01 org inside 2", "R02 person inside 2", "R03 talent inside 1", "R07 line inside 2"]
        );
        assert_eq!((own.records(), whole.records()), (2, 7));
    }

    #[test]
    fn somebody_has_what_stands_under_and_what_names_wherever_that_is() {
        let mut b = Bench::new();
        let [village, other] = ["清凉村", "五四村"].map(|name| b.org(name, "村", None));
        let (who, else_) = (person(&mut b, village, "张三"), person(&mut b, village, "李四"));
        b.one("R02", "post", vec![("parent", Value::Ref(who)), ("post", Value::choice("书记"))]);
        b.one("R03", "talent", vec![("org", Value::Ref(other)), ("person", Value::Ref(who))]);
        b.one(
            "R03",
            "talent",
            vec![("org", Value::Ref(other)), ("person", Value::Ref(else_)), ("mentor", Value::Ref(who))],
        );
        assert_eq!(
            said(&of(&b, "R02", who)),
            ["R02 post under 1", "R03 talent mentor 1", "R03 talent person 1"]
        );
        assert_eq!(said(&of(&b, "R02", else_)), ["R03 talent person 1"]);
    }

    #[test]
    fn figures_that_matter_are_summed_with_their_rows() {
        let mut b = Bench::new();
        let village = b.org("清凉村", "村", None);
        for (head, people) in [("张三", 3), ("李四", 5)] {
            b.one(
                "R04",
                "household",
                vec![
                    ("org", Value::Ref(village)),
                    ("head", Value::text(head)),
                    ("members_n", Value::Int(people)),
                ],
            );
        }
        let own = of(&b, "R01", village);
        let portion = &own.chapters.iter().find(|c| c.register.key == "R04").unwrap().portions[0];
        let total = portion.totals.first().unwrap();
        assert_eq!((total.value, total.rows.len()), (Decimal::from(8), 2));
    }
}
