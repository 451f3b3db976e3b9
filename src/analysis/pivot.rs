//! Cross tables: members down, members across, measures in the cells, each with the rows behind it.
//!
//! Duty: groups the contributions of rows (see [`crate::table::law`]) by dimensions and reduces them to
//! measures. A total is the measure over everything in its row or column, not the sum of rounded or settled
//! cells. What a kind keeps apart (收入, 支出) is never reduced to one number: a cell that would mix it is split
//! by one more column, a total that would stays blank, and this is said. Inputs: a [`Table`] and a [`Spec`]. Outputs: a [`Pivot`], and its CSV for the command line.
//!
//! ```
//! use xingcun::analysis::pivot::{Measure, Spec, pivot, to_csv};
//! use xingcun::{ledger::State, table::Table};
//! let state = State::new();
//! let table = Table::open(&state, "R07", None).ok_or("no such register")?;
//! let spec = Spec::read(&table, &["org"], &["year"], &["sum:amount"], &["is_operational=true"])?;
//! assert_eq!(to_csv(&pivot(&table, &spec)?), "org\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::register::{Aggregate, FieldKind, Message, Sense, path};
use crate::table::law::{self, LeftCounts, LeftOut, Part};
use crate::table::{Column, Data, Filter, MISSING, QueryError, Table, Time, dimension};
use crate::value::fold::lower;
use crate::value::hash::QuickMap;
use crate::value::order;
use crate::value::order::Ordered as _;
use crate::value::{Grain, Period, RowId, Text, exact};

/// What a cell shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// How many records; those for longer and shorter periods alike.
    Count,
    /// The sum of a field.
    Sum(String),
    /// The mean of its contributions.
    Avg(String),
    /// The smallest contribution.
    Min(String),
    /// The largest contribution.
    Max(String),
    /// The middle contribution.
    Median(String),
    /// How many different values.
    Distinct(String),
    /// Σ of the first field over Σ of the second.
    Ratio(String, String),
}

/// A question.
#[derive(Debug, Clone, Default)]
pub struct Spec {
    /// Dimensions or fields down the side.
    pub rows: Vec<String>,
    /// Dimensions or fields across.
    pub cols: Vec<String>,
    /// What the cells show.
    pub measures: Vec<Measure>,
    /// Which rows are looked at.
    pub filter: Filter,
    /// Whether totals are wanted.
    pub totals: bool,
    /// Whether rows set aside (预计) count too.
    pub with_aside: bool,
}

/// A member of the side or of the head: one label for each dimension.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// What is shown; `—` where a record has no value.
    pub labels: Vec<Text>,
    /// The record that the last dimension stands for (a village), where it stands for one.
    pub id: Option<RowId>,
}

/// One number with what stands behind it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// The number, exact; money in 元. None where there is nothing to count.
    pub value: Option<Decimal>,
    /// The contributions, in order of rows. For a sum they add up to the number; for a count each is 1.
    pub parts: Vec<Part>,
    /// For a ratio, the contributions below the line.
    pub base: Vec<Part>,
}

/// The answer.
#[derive(Debug, Clone, Default)]
pub struct Pivot {
    /// Dimension keys of the side.
    pub row_keys: Vec<String>,
    /// Dimension keys of the head; one more than asked for where sums had to be kept apart.
    pub col_keys: Vec<String>,
    /// Members of the side, in order.
    pub rows: Vec<Member>,
    /// Members of the head, in order; one without labels when nothing goes across.
    pub cols: Vec<Member>,
    /// What the cells show.
    pub measures: Vec<Measure>,
    /// Cells by (row, column, measure); a missing one is empty.
    pub cells: BTreeMap<(usize, usize, usize), Cell>,
    /// Totals of each row, by (row, measure).
    pub row_totals: BTreeMap<(usize, usize), Cell>,
    /// Totals of each column, by (column, measure).
    pub col_totals: BTreeMap<(usize, usize), Cell>,
    /// Totals of everything, by measure.
    pub grand: BTreeMap<usize, Cell>,
    /// Whether totals were asked for.
    pub totals: bool,
    /// How many places each measure is written with; money has two.
    pub places: Vec<Option<u32>>,
    /// What was left out or counts otherwise than written.
    pub left: LeftOut,
    /// What has to be said where sums were kept apart.
    pub apart: Option<Message>,
    /// The table's own list of identities.
    ids: Arc<[RowId]>,
}

impl Measure {
    /// Reads `sum:amount`, `count`, `avg:`, `min:`, `max:`, `median:`, `distinct:`, `ratio:output_value/area`.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let bad = || {
            QueryError::new(
                format!(
                    "指标“{text}”看不懂，应为 count、sum:字段、avg:字段、min:字段、max:字段、median:字段、distinct:字段 或 ratio:字段/字段"
                ),
                format!(
                    "Cannot read the measure {text}; use count, sum:, avg:, min:, max:, median:, distinct: or ratio:a/b"
                ),
            )
        };
        if text == "count" {
            return Ok(Self::Count);
        }
        let (name, field) = text.split_once(':').ok_or_else(bad)?;
        let field = field.trim().to_owned();
        if field.is_empty() {
            return Err(bad());
        }
        match name.trim() {
            "sum" => Ok(Self::Sum(field)),
            "avg" | "mean" => Ok(Self::Avg(field)),
            "min" => Ok(Self::Min(field)),
            "max" => Ok(Self::Max(field)),
            "median" => Ok(Self::Median(field)),
            "distinct" => Ok(Self::Distinct(field)),
            "ratio" => {
                let (over, under) = field.split_once('/').ok_or_else(bad)?;
                Ok(Self::Ratio(over.trim().to_owned(), under.trim().to_owned()))
            }
            _ => Err(bad()),
        }
    }

    /// Of the fields that people call so: by their keys.
    fn of(self, key: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::Count => Self::Count,
            Self::Sum(f) => Self::Sum(key(&f)),
            Self::Avg(f) => Self::Avg(key(&f)),
            Self::Min(f) => Self::Min(key(&f)),
            Self::Max(f) => Self::Max(key(&f)),
            Self::Median(f) => Self::Median(key(&f)),
            Self::Distinct(f) => Self::Distinct(key(&f)),
            Self::Ratio(a, b) => Self::Ratio(key(&a), key(&b)),
        }
    }

    /// The field whose contributions are reduced.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Count => None,
            Self::Sum(f) | Self::Avg(f) | Self::Min(f) | Self::Max(f) | Self::Median(f) => Some(f),
            Self::Distinct(f) | Self::Ratio(f, _) => Some(f),
        }
    }

    fn check(&self, table: &Table<'_>) -> Result<(), QueryError> {
        let fields: Vec<&str> = match self {
            Self::Count => return Ok(()),
            Self::Distinct(key) => return table.column(key).map(|_| ()),
            Self::Ratio(a, b) => vec![a, b],
            other => other.field().into_iter().collect(),
        };
        for key in fields {
            // Counted once a line, what is said once above would be added as often as it has lines.
            if let Some((first, _)) =
                path::split(key).filter(|_| table.kind().reach(table.state().schema(), key).is_some())
            {
                let of = table.kind().field(first).map(|f| &f.label);
                let (zh, en) = of.map_or(("", ""), |l| (&l.zh, &l.en));
                return Err(QueryError::new(
                    format!("“{key}”是{zh}的数，按行汇总会重复计，请到{zh}里汇总"),
                    format!("{key} belongs to {en}; added up by lines it would count more than once"),
                ));
            }
            let field =
                table.kind().field(key).ok_or_else(|| QueryError::unknown_field(table.kind(), key))?;
            if !field.is_number() {
                return Err(QueryError::new(
                    format!("“{}”（{key}）不是数字，不能汇总", field.label.zh),
                    format!("{key} is not a number"),
                ));
            }
            let adds = matches!(field.aggregate, Aggregate::Flow | Aggregate::Stock);
            if matches!(self, Self::Sum(_) | Self::Ratio(..)) && !adds {
                return Err(QueryError::new(
                    format!("“{}”（{key}）不能相加，请用 ratio:分子/分母 重新计算", field.label.zh),
                    format!("{key} does not add up; recompute it with ratio:a/b"),
                ));
            }
        }
        Ok(())
    }

    /// The words that keep its contributions apart, where there are such.
    fn apart(&self, table: &Table<'_>) -> Result<Option<Arc<Column>>, QueryError> {
        match self {
            Self::Count | Self::Distinct(_) => Ok(None),
            other => law::apart(table, other.field().unwrap_or_default()),
        }
    }

    /// Decimals to write; none for as many as there are.
    fn places(&self, table: &Table<'_>) -> Option<u32> {
        let money = |key: &str| table.kind().field(key).is_some_and(|f| matches!(f.kind, FieldKind::Money));
        match self {
            Self::Ratio(..) | Self::Count | Self::Distinct(_) => None,
            other => other.field().filter(|f| money(f)).map(|_| 2),
        }
    }
}

impl std::fmt::Display for Measure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count => f.write_str("count"),
            Self::Sum(x) => write!(f, "sum:{x}"),
            Self::Avg(x) => write!(f, "avg:{x}"),
            Self::Min(x) => write!(f, "min:{x}"),
            Self::Max(x) => write!(f, "max:{x}"),
            Self::Median(x) => write!(f, "median:{x}"),
            Self::Distinct(x) => write!(f, "distinct:{x}"),
            Self::Ratio(a, b) => write!(f, "ratio:{a}/{b}"),
        }
    }
}

impl Spec {
    /// Reads a question as the command line writes it.
    pub fn read(
        table: &Table<'_>,
        rows: &[&str],
        cols: &[&str],
        measures: &[&str],
        conditions: &[&str],
    ) -> Result<Self, QueryError> {
        let key = |named: &str| {
            table.kind().field_named(named).map_or_else(|| named.to_owned(), |f| f.key.to_string())
        };
        let keys = |all: &[&str]| all.iter().map(|k| key(k)).collect::<Vec<String>>();
        let conditions: Vec<String> = conditions.iter().map(|c| (*c).to_owned()).collect();
        let measure = |text: &&str| Measure::parse(text).map(|m| m.of(&key));
        Ok(Self {
            rows: keys(rows),
            cols: keys(cols),
            measures: measures.iter().map(measure).collect::<Result<_, _>>()?,
            filter: Filter::parse(table.state().schema(), table.kind(), &conditions)?,
            totals: false,
            with_aside: false,
        })
    }
}

/// Where a part belongs: the order of each label, and the label's code or period.
type Key = Vec<Slot>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Slot {
    Time(Period),
    Rank(u32),
    None,
}

/// One dimension, ready to be asked for a row's member.
enum Axis {
    Time(Grain),
    /// Another period than that of the record.
    Period(Arc<Column>),
    Words(Arc<Column>),
}

impl Axis {
    fn of(table: &Table<'_>, key: &str) -> Result<Self, QueryError> {
        let time = table.kind().periodic() && table.kind().field(key).is_none();
        match key {
            dimension::YEAR if time => Ok(Self::Time(Grain::Year)),
            dimension::QUARTER if time => Ok(Self::Time(Grain::Quarter)),
            dimension::MONTH if time => Ok(Self::Time(Grain::Month)),
            _ => {
                let column = table.column(key)?;
                let own = table.kind().key_of(Sense::Period) == Some(key);
                let other = !own && matches!(column.data, Data::Periods(_));
                Ok(if other { Self::Period(column) } else { Self::Words(column) })
            }
        }
    }

    fn slot(&self, row: u32, period: Option<Period>) -> Slot {
        match self {
            Self::Time(grain) => period.and_then(|p| p.widen(*grain)).map_or(Slot::None, Slot::Time),
            Self::Period(column) => column.period(row).map_or(Slot::None, Slot::Time),
            // The period itself: a slice of a lump sum counts in its own year.
            Self::Words(column) if matches!(column.data, Data::Periods(_)) => {
                period.map_or(Slot::None, Slot::Time)
            }
            Self::Words(column) => match column.ranks().get(row as usize) {
                None | Some(&MISSING) => Slot::None,
                Some(rank) => Slot::Rank(*rank),
            },
        }
    }
}

/// Answers a question.
pub fn pivot(table: &Table<'_>, spec: &Spec) -> Result<Pivot, QueryError> {
    let axes = |keys: &[String]| keys.iter().map(|k| Axis::of(table, k)).collect::<Result<Vec<_>, _>>();
    let (down, across) = (axes(&spec.rows)?, axes(&spec.cols)?);
    let time = narrowed(spec.filter.time(table.kind())?, down.iter().chain(&across));
    let asked = spec.with_aside
        || table
            .kind()
            .law
            .aside
            .is_some_and(|(key, _)| spec.rows.iter().chain(&spec.cols).any(|k| k == key));
    let (rows, mut left) = law::counting(table, spec.filter.select(table)?, &spec.filter, asked)?;
    let mut loose = Vec::new();
    for measure in &spec.measures {
        measure.check(table)?;
        loose.push(Loose::collect(table, measure, &rows, &time, &down, &across, &mut left)?);
    }
    if let Some(word) = mixed(table, spec, &loose)? {
        let mut split = spec.clone();
        split.cols.push(word.to_owned());
        return Ok(Pivot { apart: kept_apart(table), ..pivot(table, &split)? });
    }
    let mut answer = Pivot {
        row_keys: spec.rows.clone(),
        col_keys: spec.cols.clone(),
        measures: spec.measures.clone(),
        totals: spec.totals,
        places: spec.measures.iter().map(|m| m.places(table)).collect(),
        ..Pivot::default()
    };
    answer.fill(table, spec, loose, [&down, &across])?;
    answer.left = left;
    Ok(answer)
}

/// The dimension by which cells have to be split, where one would add up what its kind keeps apart.
fn mixed(table: &Table<'_>, spec: &Spec, loose: &[Loose]) -> Result<Option<&'static str>, QueryError> {
    let Some((_, word)) = table.kind().law.apart else { return Ok(None) };
    if spec.rows.iter().chain(&spec.cols).any(|key| key == word) {
        return Ok(None);
    }
    for (measure, loose) in spec.measures.iter().zip(loose) {
        let Some(words) = measure.apart(table)? else { continue };
        if loose.over.values().chain(loose.under.values()).any(|parts| law::mixes(&words, parts)) {
            return Ok(Some(word));
        }
    }
    Ok(None)
}

fn kept_apart(table: &Table<'_>) -> Option<Message> {
    let (sum, word) = table.kind().law.apart?;
    let (sum, word) = (&table.kind().field(sum)?.label, &table.kind().field(word)?.label);
    Some(Message::new(
        format!("{}按“{}”分开合计，不相加", sum.zh, word.zh),
        format!("{}: summed apart by {}, never together", sum.en, lower(&word.en)),
    ))
}

/// Rows must be as short as the shortest dimension that goes down or across.
fn narrowed<'a>(time: Time, axes: impl Iterator<Item = &'a Axis>) -> Time {
    axes.fold(time, |time, axis| match axis {
        Axis::Time(grain) => time.at_most(*grain),
        Axis::Words(_) | Axis::Period(_) => time,
    })
}

/// The parts of one measure by cell, not yet settled.
struct Loose {
    over: BTreeMap<(Key, Key), Vec<Part>>,
    under: BTreeMap<(Key, Key), Vec<Part>>,
}

impl Loose {
    fn collect(
        table: &Table<'_>,
        measure: &Measure,
        rows: &[u32],
        time: &Time,
        down: &[Axis],
        across: &[Axis],
        left: &mut LeftOut,
    ) -> Result<Self, QueryError> {
        let sorted = |parts| grouped(parts, down, across);
        let mut take = |field: &str| -> Result<Vec<Part>, QueryError> {
            let (parts, without) = law::parts(table, rows, field, time)?;
            left.merge(&without);
            Ok(parts)
        };
        let (over, under) = match measure {
            Measure::Count => (records(table, rows, None, time)?, Vec::new()),
            Measure::Distinct(field) => (records(table, rows, Some(field), time)?, Vec::new()),
            Measure::Ratio(a, b) => (take(a)?, take(b)?),
            other => (take(other.field().unwrap_or_default())?, Vec::new()),
        };
        Ok(Self { over: sorted(over), under: sorted(under) })
    }
}

/// Parts by the cell that they belong to. What agrees so far and agrees in the next dimension too belongs
/// together: a number a row, instead of a key that has to be compared with all others.
fn grouped(parts: Vec<Part>, down: &[Axis], across: &[Axis]) -> BTreeMap<(Key, Key), Vec<Part>> {
    let mut numbers = vec![0usize; parts.len()];
    let mut groups = 1;
    for axis in down.iter().chain(across) {
        let mut seen: QuickMap<(usize, Slot), usize> = QuickMap::default();
        for (number, part) in numbers.iter_mut().zip(&parts) {
            let next = seen.len();
            *number = *seen.entry((*number, axis.slot(part.row, part.period))).or_insert(next);
        }
        groups = seen.len();
    }
    let mut cells: Vec<Vec<Part>> = vec![Vec::new(); groups];
    for (number, part) in numbers.into_iter().zip(parts) {
        if let Some(cell) = cells.get_mut(number) {
            cell.push(part);
        }
    }
    let keyed = |parts: Vec<Part>| {
        let first = *parts.first()?;
        let key = |axes: &[Axis]| axes.iter().map(|a| a.slot(first.row, first.period)).collect();
        Some(((key(down), key(across)), parts))
    };
    cells.into_iter().filter_map(keyed).collect()
}

/// Every record counts once, with 1; only those with a value in `field`, where one is named.
fn records(
    table: &Table<'_>,
    rows: &[u32],
    field: Option<&str>,
    time: &Time,
) -> Result<Vec<Part>, QueryError> {
    let column = field.map(|f| table.column(f)).transpose()?;
    let period = table.kind().periodic().then(|| table.sense(Sense::Period)).transpose()?;
    let fits = |row: &u32| {
        let when = period.as_ref().and_then(|p| p.period(*row));
        let short = when.is_none_or(|p| p.grain() >= time.longest());
        let there = column.as_ref().is_none_or(|c| c.present(*row));
        (there && short && (period.is_none() || time.admits(when))).then_some(Part {
            row: *row,
            period: when,
            value: Decimal::ONE,
        })
    };
    Ok(rows.iter().filter_map(fits).collect())
}

impl Pivot {
    fn fill(
        &mut self,
        table: &Table<'_>,
        spec: &Spec,
        loose: Vec<Loose>,
        axes: [&Vec<Axis>; 2],
    ) -> Result<(), QueryError> {
        let keys = |side: fn(&(Key, Key)) -> &Key| -> Vec<Key> {
            let all = loose.iter().flat_map(|l| l.over.keys().chain(l.under.keys()));
            all.map(|k| side(k).clone()).into_set().into_iter().collect()
        };
        let (down, across) = (keys(|k| &k.0), keys(|k| &k.1));
        self.rows = members(&spec.rows, &down, axes[0]);
        self.cols = members(&spec.cols, &across, axes[1]);
        let place = |all: &[Key], key: &Key| all.binary_search(key).unwrap_or_default();
        for (m, (measure, loose)) in spec.measures.iter().zip(loose).enumerate() {
            let mut groups: BTreeMap<(usize, usize), [Vec<Part>; 2]> = BTreeMap::new();
            for (n, side) in [loose.over, loose.under].into_iter().enumerate() {
                for ((r, c), parts) in side {
                    let at = (place(&down, &r), place(&across, &c));
                    if let Some(slot) = groups.entry(at).or_default().get_mut(n) {
                        *slot = parts;
                    }
                }
            }
            self.reduce(table, m, measure, groups)?;
        }
        self.ids = table.ids();
        Ok(())
    }

    fn reduce(
        &mut self,
        table: &Table<'_>,
        m: usize,
        measure: &Measure,
        groups: BTreeMap<(usize, usize), [Vec<Part>; 2]>,
    ) -> Result<(), QueryError> {
        if self.totals {
            let mut by_row: BTreeMap<usize, [Vec<Part>; 2]> = BTreeMap::new();
            let mut by_col: BTreeMap<usize, [Vec<Part>; 2]> = BTreeMap::new();
            let mut grand = <[Vec<Part>; 2]>::default();
            for ((r, c), [over, under]) in &groups {
                for [a, b] in [by_row.entry(*r).or_default(), by_col.entry(*c).or_default(), &mut grand] {
                    a.extend_from_slice(over);
                    b.extend_from_slice(under);
                }
            }
            for (r, sides) in by_row {
                self.row_totals.insert((r, m), Cell::reduce(table, measure, sides)?);
            }
            for (c, sides) in by_col {
                self.col_totals.insert((c, m), Cell::reduce(table, measure, sides)?);
            }
            self.grand.insert(m, Cell::reduce(table, measure, grand)?);
        }
        let totals = self.row_totals.values().chain(self.col_totals.values()).chain(self.grand.values());
        if totals.into_iter().any(|cell| cell.value.is_none() && !cell.parts.is_empty()) {
            self.apart = kept_apart(table);
        }
        for ((r, c), sides) in groups {
            self.cells.insert((r, c, m), Cell::reduce(table, measure, sides)?);
        }
        Ok(())
    }

    /// One cell; empty where nothing stands behind it.
    pub fn cell(&self, row: usize, col: usize, measure: usize) -> Option<&Cell> {
        self.cells.get(&(row, col, measure))
    }

    /// The cell of members named by their first labels.
    pub fn value(&self, row: &str, col: &str) -> Option<Decimal> {
        let at = |all: &[Member], label: &str| {
            all.iter().position(|m| m.labels.first().map_or("", |l| &**l) == label)
        };
        self.cell(at(&self.rows, row)?, at(&self.cols, col)?, 0)?.value
    }

    /// The records behind a cell, each with what it contributes.
    pub fn drill(&self, cell: &Cell) -> Vec<(RowId, Decimal)> {
        let sides = cell.parts.iter().chain(&cell.base);
        sides.filter_map(|p| Some((*self.ids.get(p.row as usize)?, p.value))).collect()
    }

    /// What has to be said beside the numbers.
    pub fn notes(&self) -> Vec<Message> {
        self.apart.iter().cloned().chain(notes(&self.left)).collect()
    }
}

/// What was left out, in words.
pub fn notes(left: &LeftOut) -> Vec<Message> {
    notes_of(&left.counts())
}

/// How much was left out, in words.
pub fn notes_of(left: &LeftCounts) -> Vec<Message> {
    let say = |rows: usize, zh: &str, en: &str| {
        (rows > 0).then(|| Message::new(format!("{rows}行{zh}"), format!("{rows} rows {en}")))
    };
    [
        say(
            left.covered,
            "已包含在同年更长期间的数据里，不重复计算",
            "are contained in a row for a longer period and do not count again",
        ),
        say(
            left.longer,
            "的期间比所问的长，未计入",
            "are for a longer period than asked for and do not count",
        ),
        say(left.aside, "为预计数，未计入", "are forecasts and do not count"),
        say(left.forecast, "的数字写作预计，未计入", "have numbers worded as forecasts and do not count"),
        say(left.ended, "已终止，未计入", "have ended and do not count"),
        say(
            left.homeless,
            "的所属村已删除，未计入（村数里也没有它）",
            "belong to a removed village; neither they nor the village count",
        ),
        say(
            left.sliced,
            "为一次收取多年的款项，只计当年一份",
            "are lump sums of which one slice a year counts",
        ),
        say(
            left.worded,
            "的数字写作约数，按字面数计入",
            "have worded numbers that count with their face value",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Cell {
    fn reduce(table: &Table<'_>, measure: &Measure, sides: [Vec<Part>; 2]) -> Result<Self, QueryError> {
        let aggregate = |field: &str| table.kind().field(field).map_or(Aggregate::None, |f| f.aggregate);
        let [over, under] = sides;
        let mut parts = match measure {
            Measure::Count | Measure::Distinct(_) => over,
            other => law::settle(table, over, aggregate(other.field().unwrap_or_default())),
        };
        let mut base = match measure {
            Measure::Ratio(_, field) => law::settle(table, under, aggregate(field)),
            _ => Vec::new(),
        };
        for side in [&mut parts, &mut base] {
            order::sort_by_key(side, |p| (p.row, p.period));
        }
        let mixes = measure.apart(table)?.is_some_and(|words| law::mixes(&words, &parts));
        let values = || parts.iter().map(|p| p.value);
        let value = match measure {
            _ if mixes => None,
            Measure::Count => Some(Decimal::from(parts.len())),
            Measure::Sum(_) => law::total(values()),
            Measure::Avg(_) => law::total(values()).and_then(|s| exact::over(s, Decimal::from(parts.len()))),
            Measure::Min(_) => values().min(),
            Measure::Max(_) => values().max(),
            Measure::Median(_) => super::statistics::median(values().collect()),
            Measure::Distinct(field) => {
                let column = table.column(field)?;
                let ranks: BTreeSet<u32> =
                    parts.iter().filter_map(|p| column.ranks().get(p.row as usize).copied()).into_set();
                Some(Decimal::from(ranks.len()))
            }
            Measure::Ratio(..) => {
                let under = law::total(base.iter().map(|p| p.value));
                law::total(values()).zip(under).and_then(|(a, b)| exact::over(a, b))
            }
        };
        Ok(Self { value, parts, base })
    }
}

fn members(keys: &[String], found: &[Key], axes: &[Axis]) -> Vec<Member> {
    // What a rank is called, for each dimension: the first row with that rank says it.
    let mut names: Vec<BTreeMap<u32, (Text, Option<RowId>)>> = Vec::new();
    for (axis, key) in axes.iter().zip(keys) {
        let mut called = BTreeMap::new();
        if let Axis::Words(column) = axis {
            let wanted: BTreeSet<u32> = found
                .iter()
                .filter_map(|k| match k.get(names.len()) {
                    Some(Slot::Rank(rank)) => Some(*rank),
                    _ => None,
                })
                .into_set();
            for (row, rank) in (0u32..).zip(column.ranks()) {
                if wanted.contains(rank) && !called.contains_key(rank) {
                    let label = column.text(row).unwrap_or_else(|| Text::from(key.as_str()));
                    called.insert(*rank, (label, column.refers(row)));
                }
                if called.len() == wanted.len() {
                    break;
                }
            }
        }
        names.push(called);
    }
    found.iter().map(|key| member(key, &names)).collect()
}

fn member(key: &Key, names: &[BTreeMap<u32, (Text, Option<RowId>)>]) -> Member {
    let mut id = None;
    let labels = key
        .iter()
        .zip(names)
        .map(|(slot, called)| match slot {
            Slot::Time(period) => Text::from(period.to_string()),
            Slot::Rank(rank) => match called.get(rank) {
                Some((label, record)) => {
                    id = *record;
                    label.clone()
                }
                None => Text::from("—"),
            },
            Slot::None => Text::from("—"),
        })
        .collect();
    Member { labels, id }
}

/// The table as CSV: the members of the side first, then one column a member of the head. Money has two
/// decimals, other numbers as many as they need (at most six); a missing number is blank.
pub fn to_csv(pivot: &Pivot) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut put = |line: Vec<String>| {
        // Writing to memory cannot fail.
        let _ = writer.write_record(&line);
    };
    put(head(pivot));
    for (r, member) in pivot.rows.iter().enumerate() {
        let mut line: Vec<String> = member.labels.iter().map(|l| l.to_string()).collect();
        if line.is_empty() {
            line.push("合计".to_owned());
        }
        for c in 0..pivot.cols.len() {
            line.extend((0..pivot.measures.len()).map(|m| written(pivot, m, pivot.cell(r, c, m))));
        }
        if has_total_column(pivot) {
            line.extend((0..pivot.measures.len()).map(|m| written(pivot, m, pivot.row_totals.get(&(r, m)))));
        }
        put(line);
    }
    if pivot.totals && !pivot.row_keys.is_empty() {
        put(foot(pivot));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

fn has_total_column(pivot: &Pivot) -> bool {
    pivot.totals && pivot.cols.iter().any(|c| !c.labels.is_empty())
}

fn head(pivot: &Pivot) -> Vec<String> {
    let mut line = pivot.row_keys.clone();
    if line.is_empty() {
        line.push(String::new());
    }
    let one = pivot.measures.len() == 1;
    let heading = |label: String, measure: &Measure| match (label.is_empty(), one) {
        (true, _) => measure.to_string(),
        (false, true) => label,
        (false, false) => format!("{label} {measure}"),
    };
    for col in &pivot.cols {
        line.extend(pivot.measures.iter().map(|m| heading(col.labels.join(" "), m)));
    }
    if has_total_column(pivot) {
        line.extend(pivot.measures.iter().map(|m| heading("合计".to_owned(), m)));
    }
    line
}

fn foot(pivot: &Pivot) -> Vec<String> {
    let mut line = vec!["合计".to_owned()];
    line.resize(pivot.row_keys.len().max(1), String::new());
    for c in 0..pivot.cols.len() {
        line.extend((0..pivot.measures.len()).map(|m| written(pivot, m, pivot.col_totals.get(&(c, m)))));
    }
    if has_total_column(pivot) {
        line.extend((0..pivot.measures.len()).map(|m| written(pivot, m, pivot.grand.get(&m))));
    }
    line
}

fn written(pivot: &Pivot, measure: usize, cell: Option<&Cell>) -> String {
    let Some(value) = cell.and_then(|c| c.value) else { return String::new() };
    match pivot.places.get(measure).copied().flatten() {
        Some(places) => super::format::fixed(value, places),
        None => super::format::rounded(value, 6).normalize().to_string(),
    }
}
