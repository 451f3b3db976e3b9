//! The sums that indicators are made of, each computed once for a place and a period.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::threshold::{self, Threshold};
use super::{Ask, Computed};
use crate::analysis::completeness::{Completeness, Matrix, Returns};
use crate::analysis::pivot;
use crate::ledger::State;
use crate::register::{Aggregate, Condition, Sense};
use crate::table::law::{self, LeftOut, Part};
use crate::table::{Cache, Clause, Filter, Kept, Op, Places, QueryError, Table, dimension};
use crate::value::order::Ordered as _;
use crate::value::{Date, Grain, RowId};

/// Over which villages a mean is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Average {
    /// All that should report.
    #[default]
    All,
    /// Those that have reported.
    Reporting,
}

/// Where indicators are computed: a state, its tables, and what a county decides about means and thresholds.
pub struct Indicators<'a> {
    state: &'a State,
    cache: &'a Cache,
    places: Arc<Places>,
    /// Over which villages means are taken.
    pub average: Average,
    /// The thresholds of I-20.
    pub thresholds: Vec<Threshold>,
    /// The day on which the question is asked: what is late depends on it.
    pub today: Option<Date>,
    sums: RefCell<HashMap<String, Rc<Sum>>>,
    complete: RefCell<HashMap<String, Rc<Completeness>>>,
    returns: RefCell<HashMap<String, Rc<Returns>>>,
}

/// Contributions of rows and their sum.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    /// The exact sum; none when no row contributes.
    pub value: Option<Decimal>,
    /// What each row contributes.
    pub parts: Vec<Part>,
    /// The records, in the order of the parts.
    pub ids: Vec<RowId>,
    /// The village of each part, where it has one.
    pub villages: Vec<Option<RowId>>,
    /// What was left out.
    pub left: LeftOut,
}

impl Sum {
    /// Σ by village.
    pub fn by_village(&self) -> BTreeMap<RowId, Decimal> {
        let mut sums: BTreeMap<RowId, Vec<Decimal>> = BTreeMap::new();
        for (part, village) in self.parts.iter().zip(&self.villages) {
            if let Some(village) = village {
                sums.entry(*village).or_default().push(part.value);
            }
        }
        sums.into_iter().filter_map(|(v, all)| Some((v, law::total(all)?))).into_map()
    }

    /// How many villages contribute.
    pub fn village_count(&self) -> usize {
        self.villages.iter().flatten().into_set().len()
    }

    /// Only the parts that `keep` accepts.
    #[must_use]
    pub fn only(&self, keep: impl Fn(&Part) -> bool) -> Self {
        let kept: Vec<((Part, RowId), Option<RowId>)> = self
            .parts
            .iter()
            .copied()
            .zip(self.ids.iter().copied())
            .zip(self.villages.iter().copied())
            .filter(|((p, _), _)| keep(p))
            .collect();
        Self {
            value: law::total(kept.iter().map(|((p, _), _)| p.value)),
            parts: kept.iter().map(|((p, _), _)| *p).collect(),
            ids: kept.iter().map(|((_, id), _)| *id).collect(),
            villages: kept.iter().map(|(_, v)| *v).collect(),
            left: self.left.clone(),
        }
    }

    /// As a plain number.
    pub(super) fn computed(&self) -> Computed {
        Computed {
            value: self.value,
            numerator: self.value,
            villages: self.village_count(),
            rows: self.ids.clone(),
            notes: pivot::notes(&self.left),
            ..Computed::default()
        }
    }
}

impl<'a> Indicators<'a> {
    /// Means over all villages, thresholds as a new ledger has them.
    pub fn new(state: &'a State, cache: &'a Cache) -> Self {
        Self {
            state,
            cache,
            places: cache.places(state),
            average: Average::default(),
            thresholds: threshold::of(state.schema()),
            today: None,
            sums: RefCell::default(),
            complete: RefCell::default(),
            returns: RefCell::default(),
        }
    }

    /// The state.
    pub const fn state(&self) -> &'a State {
        self.state
    }
    /// The tables.
    pub const fn cache(&self) -> &'a Cache {
        self.cache
    }
    /// The places.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// The register's main table, as far as sums over the year of `ask` need it: the rows of its sums are counted in it.
    pub fn table(&self, register: &str, ask: &Ask) -> Option<Table<'a>> {
        self.cache.table_of_year(self.state, register, ask.period.year())
    }

    /// Σ of a field over the rows of `which`, under the law of adding up.
    pub fn sum(&self, register: &str, field: &str, ask: &Ask, which: Condition) -> Rc<Sum> {
        self.sum_of((register, field), ask, which, None)
    }

    /// Σ of a field over the rows that have one word of a list: a subject, a class, a direction.
    pub fn sum_of_word(&self, register: &str, field: &str, ask: &Ask, (by, word): (&str, &str)) -> Rc<Sum> {
        let clause = Clause { key: by.to_owned(), op: Op::Is, value: word.to_owned() };
        self.sum_of((register, field), ask, Condition::Any, Some(clause))
    }

    fn sum_of(
        &self,
        (register, field): (&str, &str),
        ask: &Ask,
        which: Condition,
        clause: Option<Clause>,
    ) -> Rc<Sum> {
        // A register without products has no rows of one.
        let told_apart = || self.table(register, ask).is_some_and(|t| t.kind().dictionary().is_some());
        let product = ask.product.as_deref().filter(|_| told_apart()).unwrap_or_default().to_owned();
        let by = clause.as_ref().map(|c| (&c.key, &c.value));
        let key = format!("{register}|{field}|{which:?}|{by:?}|{:?}|{}|{product}", ask.place, ask.period);
        if let Some(known) = self.sums.borrow().get(&key) {
            return Rc::clone(known);
        }
        // An unknown register or field has no rows: there is nothing to add.
        let sum = Rc::new(self.add_up((register, field), ask, (which, clause), &product).unwrap_or_default());
        self.sums.borrow_mut().insert(key, Rc::clone(&sum));
        sum
    }

    fn add_up(
        &self,
        (register, field): (&str, &str),
        ask: &Ask,
        (which, clause): (Condition, Option<Clause>),
        product: &str,
    ) -> Result<Sum, QueryError> {
        let Some(table) = self.table(register, ask) else { return Ok(Sum::default()) };
        let mut filter =
            Filter { place: ask.place, period: Some(ask.period), view: Some(which), ..Filter::default() };
        filter.clauses.extend(clause);
        if let (false, Some((field, _))) = (product.is_empty(), table.kind().dictionary()) {
            let value = product.to_owned();
            filter.clauses.push(Clause { key: field.key.to_string(), op: Op::Is, value });
        }
        // Only a lump sum counts in other years than its own.
        let near = match table.kind().law.spread {
            Some((amount, _)) if amount == field => table.all_rows(),
            _ => table.rows_of_years(ask.period.year(), ask.period.year()),
        };
        let (rows, base) = law::counting(&table, filter.select_of(&table, near)?, &filter, false)?;
        let (parts, mut left) = law::parts(&table, &rows, field, &filter.time(table.kind())?)?;
        let aggregate = table.kind().field(field).map_or(Aggregate::None, |f| f.aggregate);
        let parts = law::settle(&table, parts, aggregate);
        left.merge(&self.near(&table, base, ask)?);
        let village = table.column(dimension::VILLAGE)?;
        Ok(Sum {
            value: law::total(parts.iter().map(|p| p.value)),
            ids: parts.iter().filter_map(|p| table.id(p.row)).collect(),
            villages: parts.iter().map(|p| village.refers(p.row)).collect(),
            parts,
            left,
        })
    }

    /// Of the rows that do not count at all, those of the period asked for.
    fn near(&self, table: &Table<'_>, mut left: LeftOut, ask: &Ask) -> Result<LeftOut, QueryError> {
        if table.kind().periodic() {
            let period = table.sense(Sense::Period)?;
            let inside = |r: &u32| period.period(*r).is_some_and(|p| ask.period.contains(p));
            left.aside.retain(inside);
            left.ended.retain(inside);
            left.homeless.retain(inside);
        }
        Ok(left)
    }

    /// Who has reported.
    pub fn completeness(&self, register: &str, ask: &Ask) -> Rc<Completeness> {
        let key = format!("{register}|{:?}|{}", ask.place, ask.period);
        if let Some(known) = self.complete.borrow().get(&key) {
            return Rc::clone(known);
        }
        let found = self.returns(register).completeness(&self.places, ask.place, ask.period);
        let found = Rc::new(found);
        self.complete.borrow_mut().insert(key, Rc::clone(&found));
        found
    }

    /// Villages by the periods of `grain` in the year of `ask`.
    pub fn matrix(&self, register: &str, ask: &Ask, grain: Grain) -> Matrix {
        self.returns(register).matrix(&self.places, ask.place, ask.period.year(), grain)
    }

    /// The returns of a register, read once.
    pub fn returns(&self, register: &str) -> Rc<Returns> {
        let mut known = self.returns.borrow_mut();
        let declared = self.state.schema().register(register);
        // A register without the columns of a return has none.
        let read = || declared.and_then(|r| Returns::of(self.cache, self.state, r).ok()).unwrap_or_default();
        Rc::clone(known.entry(register.to_owned()).or_insert_with(|| Rc::new(read())))
    }

    /// The outcome of `work`, which reads nothing of the register but what sums over `year` need, where one is given: from
    /// before, where the records are the same. `question` names it.
    pub fn gist<T: Kept>(
        &self,
        (register, year): (&str, Option<i16>),
        question: &str,
        work: impl FnOnce() -> Result<T, QueryError>,
    ) -> Result<T, QueryError> {
        let question = format!("{question}|{:?}", self.average);
        self.cache.gist(self.state, (register, year), &question, work)
    }

    /// Two sums over what has both numbers, for Σ ÷ Σ: the same rows for two flows, the same series where one
    /// is a stock. Also how many rows had only one of the two.
    pub(super) fn matched(
        &self,
        register: &str,
        fields: [&str; 2],
        ask: &Ask,
        which: &Condition,
    ) -> (Sum, Sum, usize) {
        let [a, b] = fields.map(|f| self.sum(register, f, ask, *which));
        let Some(table) = self.table(register, ask) else { return (Sum::default(), Sum::default(), 0) };
        let stock =
            fields.iter().any(|f| table.kind().field(f).is_some_and(|f| f.aggregate == Aggregate::Stock));
        let series = table.series();
        let key = |p: &Part| if stock { series.get(p.row as usize).copied().unwrap_or(p.row) } else { p.row };
        let keys = |s: &Sum| s.parts.iter().map(key).into_set();
        let (in_a, in_b) = (keys(&a), keys(&b));
        let (x, y) = (a.only(|p| in_b.contains(&key(p))), b.only(|p| in_a.contains(&key(p))));
        let alone = a.parts.len() + b.parts.len() - x.parts.len() - y.parts.len();
        (x, y, alone)
    }
}
