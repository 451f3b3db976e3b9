//! Which rows: place, period, state, conditions on fields, text.
//!
//! Duty: conditions are read from text (`amount>=20万`, `org=清凉村`, `period=2024`), checked against the
//! declaration with an error that says what would have been right, and applied to a [`Table`]. Conditions on
//! time are kept apart as [`Time`], because a lump sum that is spread over years counts in years in which it
//! has no row (see [`super::law`]).

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::column::{Column, DIMENSIONS, Data, dimension};
use super::error::QueryError;
use super::frame::Table;
use super::places::Epoch;
use super::spelling::{self, fold};
use crate::register::{Condition, Field, FieldKind, RowKind, Schema, Sense, Target};
use crate::value::{Grain, Period, RowId, Text, exact};

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `=`; for periods and time: lies within.
    Is,
    /// `!=`
    IsNot,
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `<`
    Below,
    /// `~`
    Contains,
}

/// One condition on a field or dimension. An empty `value` with `=` asks for rows where it is missing, with
/// `!=` for rows where it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Field key or dimension.
    pub key: String,
    /// The comparison.
    pub op: Op,
    /// What is compared with, as typed.
    pub value: String,
}

/// Which rows are looked at.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A place with everything below it, or a group with its members.
    pub place: Option<RowId>,
    /// Rows whose period lies within it. Registers without periods do not mind.
    pub period: Option<Period>,
    /// Rows in this state of the workflow.
    pub state: Option<Text>,
    /// Rows that show this text, also by pinyin.
    pub text: String,
    /// Conditions that must all hold.
    pub clauses: Vec<Clause>,
    /// A saved view's condition.
    pub view: Option<Condition>,
    /// Only these records.
    pub only: Option<BTreeSet<RowId>>,
}

/// Conditions on time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Time {
    within: Option<Period>,
    tests: Vec<TimeTest>,
    longest: Option<Grain>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct TimeTest {
    /// The grain looked at; the period itself when none.
    grain: Option<Grain>,
    op: Op,
    when: When,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Period(Period),
    /// The n-th quarter or month of any year.
    Index(u8),
}

const OPERATORS: &[(&str, Op)] = &[
    (">=", Op::AtLeast),
    ("≥", Op::AtLeast),
    ("<=", Op::AtMost),
    ("≤", Op::AtMost),
    ("!=", Op::IsNot),
    ("≠", Op::IsNot),
    (">", Op::Above),
    ("＞", Op::Above),
    ("<", Op::Below),
    ("＜", Op::Below),
    ("~", Op::Contains),
    ("=", Op::Is),
    ("＝", Op::Is),
];

impl Clause {
    /// Reads `FIELD=VALUE`, with `=`, `!=`, `>=`, `<=`, `>`, `<` or `~` (contains). The field may be named by
    /// its key or its Chinese label.
    pub fn parse(schema: &Schema, kind: &RowKind, text: &str) -> Result<Self, QueryError> {
        let found = text.char_indices().find_map(|(at, _)| {
            let rest = text.get(at..)?;
            OPERATORS.iter().find_map(|(sign, op)| Some((at, *op, rest.strip_prefix(sign)?)))
        });
        let Some((at, op, value)) = found else {
            return Err(QueryError::new(
                format!("条件“{text}”看不懂，应写作 字段=值、字段>=值、字段~文字"),
                format!("Cannot read the condition {text}; write FIELD=VALUE, FIELD>=VALUE or FIELD~TEXT"),
            ));
        };
        let named = text.get(..at).unwrap_or_default().trim();
        let key = key_of(schema, kind, named).ok_or_else(|| QueryError::unknown_field(kind, named))?;
        let clause = Self { key, op, value: value.trim().to_owned() };
        clause.check(schema, kind)?;
        Ok(clause)
    }

    fn check(&self, schema: &Schema, kind: &RowKind) -> Result<(), QueryError> {
        if self.time_grain(kind).is_some() {
            return self.when(kind).map(|_| ());
        }
        match kind.reach(schema, &self.key) {
            Some(field) if field.is_number() && !self.value.is_empty() && self.op != Op::Contains => {
                number(field, &self.value).map(|_| ())
            }
            Some(field) => self.check_words(field),
            None => Ok(()),
        }
    }

    fn check_words(&self, field: &Field) -> Result<(), QueryError> {
        if matches!(field.kind, FieldKind::Bool) && yes_or_no(&self.value).is_none() && !self.value.is_empty()
        {
            return Err(self.bad_value(field, "true 或 false（是、否）", "true or false"));
        }
        if matches!(field.kind, FieldKind::Date)
            && self.op != Op::Contains
            && !self.value.is_empty()
            && self.value.parse::<crate::value::Date>().is_err()
        {
            return Err(self.bad_value(field, "日期，如 2024-03-05", "a day such as 2024-03-05"));
        }
        let Some(options) = field.options().filter(|o| o.closed && matches!(self.op, Op::Is | Op::IsNot))
        else {
            return Ok(());
        };
        if self.value.is_empty() || options.find(&self.value).is_some() {
            return Ok(());
        }
        let words: Vec<&str> = options.words().map(|o| o.word).collect();
        Err(self.bad_value(field, &words.join("、"), &words.join(", ")))
    }

    fn bad_value(&self, field: &Field, zh: &str, en: &str) -> QueryError {
        QueryError::new(
            format!("字段“{}”不能是“{}”，应为：{zh}", field.key, self.value),
            format!("{} cannot be {}; it takes {en}", field.key, self.value),
        )
    }

    /// For conditions on time: the grain that is looked at, none within for the period itself.
    fn time_grain(&self, kind: &RowKind) -> Option<Option<Grain>> {
        if !kind.periodic() || self.op == Op::Contains || self.value.is_empty() {
            return None;
        }
        match &*self.key {
            key if kind.key_of(Sense::Period) == Some(key) => Some(None),
            dimension::YEAR => Some(Some(Grain::Year)),
            dimension::QUARTER => Some(Some(Grain::Quarter)),
            dimension::MONTH => Some(Some(Grain::Month)),
            _ => None,
        }
    }

    fn when(&self, kind: &RowKind) -> Result<When, QueryError> {
        let text = self.value.trim_end_matches('年');
        let index = text.trim_start_matches(['Q', 'q']).parse::<u8>().ok().filter(|n| (1..=12).contains(n));
        let plain_index = matches!(self.time_grain(kind), Some(Some(Grain::Quarter | Grain::Month)));
        match (text.parse::<Period>(), index) {
            (Ok(period), _) => Ok(When::Period(period)),
            (Err(_), Some(index)) if plain_index => Ok(When::Index(index)),
            _ => Err(QueryError::new(
                format!("“{}”不是期间，应写作 2024、2024-H1、2024-Q3 或 2024-07", self.value),
                format!("{} is no period; write 2024, 2024-H1, 2024-Q3 or 2024-07", self.value),
            )),
        }
    }
}

fn key_of(schema: &Schema, kind: &RowKind, named: &str) -> Option<String> {
    let known = || {
        let own = kind.field_named(named).map(|f| f.key.to_string());
        own.or_else(|| kind.reach(schema, named).map(|_| named.to_owned()))
    };
    if DIMENSIONS.contains(&named) { Some(named.to_owned()) } else { known() }
}

fn yes_or_no(text: &str) -> Option<&'static str> {
    match &*text.to_ascii_lowercase() {
        "true" | "yes" | "1" | "是" => Some("是"),
        "false" | "no" | "0" | "否" => Some("否"),
        _ => None,
    }
}

/// A number as typed in a condition: separators and the scales 万 and 亿 are understood, and the field's unit.
fn number(field: &Field, text: &str) -> Result<Decimal, QueryError> {
    let bare: String = text.chars().filter(|c| !matches!(c, ',' | '，' | ' ')).collect();
    let unit = field.unit.as_deref().unwrap_or_default();
    let mut rest = bare.strip_suffix(unit).unwrap_or(&bare);
    let mut scale = Decimal::ONE;
    for (sign, times) in [("亿", 100_000_000), ("万", 10_000), ("%", 1)] {
        if let Some(cut) = rest.strip_suffix(sign) {
            (rest, scale) = (cut, Decimal::from(times));
        }
    }
    rest.parse::<Decimal>().ok().and_then(|n| exact::times(n, scale)).ok_or_else(|| {
        QueryError::new(
            format!("字段“{}”要和数字比较，“{text}”不是数字", field.key),
            format!("{} is compared with a number; {text} is none", field.key),
        )
    })
}

impl Filter {
    /// Conditions read from text, as the command line gives them.
    pub fn parse(schema: &Schema, kind: &RowKind, conditions: &[String]) -> Result<Self, QueryError> {
        let clauses = conditions.iter().map(|c| Clause::parse(schema, kind, c)).collect::<Result<_, _>>()?;
        Ok(Self { clauses, ..Self::default() })
    }

    /// Whether a condition names the field; then its values were asked for on purpose.
    pub fn names(&self, key: &str) -> bool {
        self.clauses.iter().any(|c| c.key == key) || self.view.as_ref().is_some_and(|v| view_names(v, key))
    }

    /// The conditions on time.
    pub fn time(&self, kind: &RowKind) -> Result<Time, QueryError> {
        let mut time = Time::default();
        if kind.periodic() {
            time.within = self.period;
            time.longest = self.period.map(Period::grain);
        }
        for clause in &self.clauses {
            let Some(grain) = clause.time_grain(kind) else { continue };
            let when = clause.when(kind)?;
            let needed = match (grain, when) {
                (Some(grain), _) => grain,
                (None, When::Period(p)) => p.grain(),
                (None, When::Index(_)) => Grain::Year,
            };
            if clause.op != Op::IsNot {
                time.longest = time.longest.max(Some(needed));
            }
            time.tests.push(TimeTest { grain, op: clause.op, when });
        }
        Ok(time)
    }

    /// The rows that fulfil everything but the conditions on time, in the order of identities.
    pub fn select(&self, table: &Table<'_>) -> Result<Vec<u32>, QueryError> {
        self.select_of(table, table.all_rows())
    }

    /// Of some rows those that fulfil everything but the conditions on time.
    pub fn select_of(&self, table: &Table<'_>, mut rows: Vec<u32>) -> Result<Vec<u32>, QueryError> {
        if let Some(only) = &self.only {
            rows.retain(|r| table.id(*r).is_some_and(|id| only.contains(&id)));
        }
        if let Some(place) = self.place {
            let org = table.sense(Sense::Place)?;
            let (places, epochs) = (table.places(), table.epochs());
            let mut trees: BTreeMap<Epoch, BTreeSet<RowId>> = BTreeMap::new();
            let epoch = |row: u32| {
                let then = epochs.as_ref().and_then(|e| e.get(row as usize)).copied();
                then.unwrap_or_else(|| places.now())
            };
            rows.retain(|r| {
                let epoch = epoch(*r);
                let inside = trees.entry(epoch).or_insert_with(|| places.under_in(place, epoch));
                org.refers(*r).is_some_and(|id| inside.contains(&id))
            });
        }
        if let Some(state) = &self.state {
            let column = table.column(dimension::STATE)?;
            rows.retain(|r| column.word(column.code(*r)) == Some(state));
        }
        for clause in &self.clauses {
            if clause.time_grain(table.kind()).is_none() {
                clause.keep(table, &mut rows)?;
            }
        }
        if let Some(view) = &self.view {
            let test = view_test(table, view)?;
            rows.retain(|r| test(*r));
        }
        self.keep_text(table, rows)
    }

    /// The rows that fulfil everything, each by its own period.
    pub fn rows(&self, table: &Table<'_>) -> Result<Vec<u32>, QueryError> {
        let mut rows = self.select(table)?;
        let time = self.time(table.kind())?;
        if time.asks() {
            let period = table.sense(Sense::Period)?;
            rows.retain(|r| time.admits(period.period(*r)));
        }
        Ok(rows)
    }

    fn keep_text(&self, table: &Table<'_>, mut rows: Vec<u32>) -> Result<Vec<u32>, QueryError> {
        for word in self.text.split_whitespace().map(fold).filter(|w| !w.is_empty()) {
            let mut hits = vec![false; rows.len()];
            let keys = searched(table);
            table.gather(&keys);
            for key in keys {
                table.column(&key)?.mark_matches(&word, &rows, &mut hits);
            }
            let mut hit = hits.into_iter();
            rows.retain(|_| hit.next().unwrap_or_default());
        }
        Ok(rows)
    }
}

/// The columns that text search looks through: every field that shows words or numbers, and the town.
fn searched(table: &Table<'_>) -> Vec<String> {
    let shown = |f: &&std::sync::Arc<Field>| !matches!(f.kind, FieldKind::Files);
    let mut keys: Vec<String> = table.kind().fields.iter().filter(shown).map(|f| f.key.to_string()).collect();
    // A line is found by what it stands under, too.
    let above = table.register().naming_parent(table.kind());
    keys.extend(above.into_iter().filter_map(|f| table.kind().path_above(f)));
    keys.extend([dimension::TOWN, dimension::STATE].map(str::to_owned));
    keys
}

impl Time {
    /// Whether there is any condition.
    pub fn asks(&self) -> bool {
        self.within.is_some() || !self.tests.is_empty()
    }

    /// The longest grain of rows that can fulfil the conditions.
    pub fn longest(&self) -> Grain {
        self.longest.unwrap_or(Grain::Year)
    }

    /// Admits no period longer than `grain`.
    #[must_use]
    pub fn at_most(mut self, grain: Grain) -> Self {
        self.longest = self.longest.max(Some(grain));
        self
    }

    /// Whether a row or slice of this period fulfils the conditions.
    pub fn admits(&self, period: Option<Period>) -> bool {
        let Some(period) = period else { return !self.asks() };
        self.within.is_none_or(|w| w.contains(period)) && self.tests.iter().all(|t| t.holds(period))
    }

    /// The last year that is asked for, where one is.
    pub fn last_year(&self) -> Option<i16> {
        let named = self.tests.iter().filter_map(|t| match (t.op, t.when) {
            (Op::Is | Op::AtMost | Op::Below, When::Period(p)) => Some(p.year()),
            _ => None,
        });
        self.within.map(Period::year).into_iter().chain(named).min()
    }
}

impl TimeTest {
    fn holds(&self, period: Period) -> bool {
        let looked = match self.grain {
            Some(grain) => match period.widen(grain) {
                Some(wide) => wide,
                None => return false,
            },
            None => period,
        };
        let month = |p: Period, last: bool| {
            i32::from(p.year()) * 12 + i32::from(if last { p.last_month() } else { p.first_month() })
        };
        match self.when {
            When::Period(p) => match self.op {
                Op::Is | Op::Contains => p.contains(looked),
                Op::IsNot => !p.contains(looked),
                Op::AtLeast => month(looked, false) >= month(p, false),
                Op::AtMost => month(looked, true) <= month(p, true),
                Op::Above => month(looked, false) > month(p, true),
                Op::Below => month(looked, true) < month(p, false),
            },
            When::Index(n) => self.op.holds(looked.index().cmp(&n)),
        }
    }
}

impl Op {
    fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Is | Self::Contains => order.is_eq(),
            Self::IsNot => order.is_ne(),
            Self::AtLeast => order.is_ge(),
            Self::AtMost => order.is_le(),
            Self::Above => order.is_gt(),
            Self::Below => order.is_lt(),
        }
    }
}

impl Clause {
    fn keep(&self, table: &Table<'_>, rows: &mut Vec<u32>) -> Result<(), QueryError> {
        let column = table.column(&self.key)?;
        if self.value.is_empty() {
            rows.retain(|r| column.present(*r) == (self.op == Op::IsNot));
            return Ok(());
        }
        match &column.data {
            Data::Words { ids, .. } if !ids.is_empty() && self.op != Op::Contains => {
                self.keep_places(table, &column, rows)
            }
            Data::Words { words, .. } => {
                let field = table.kind().reach(table.state().schema(), &self.key).map(|f| &**f);
                let fits: Vec<bool> = words.iter().map(|w| self.fits_word(field, w)).collect();
                let absent = self.op == Op::IsNot;
                rows.retain(|r| fits.get(column.code(*r) as usize).copied().unwrap_or(absent));
                Ok(())
            }
            Data::Numbers(_) => self.keep_numbers(table, &column, rows),
            _ => {
                let absent = self.op == Op::IsNot;
                rows.retain(|r| match column.text(*r) {
                    Some(t) if self.op == Op::Contains => t.contains(&self.value),
                    // Days written year first compare as text.
                    Some(t) => self.op.holds((*t).cmp(&self.value)),
                    None => absent,
                });
                Ok(())
            }
        }
    }

    fn keep_numbers(
        &self,
        table: &Table<'_>,
        column: &Column,
        rows: &mut Vec<u32>,
    ) -> Result<(), QueryError> {
        let Some(field) = table.kind().reach(table.state().schema(), &self.key) else { return Ok(()) };
        if self.op == Op::Contains {
            rows.retain(|r| column.text(*r).is_some_and(|t| t.contains(&self.value)));
            return Ok(());
        }
        let bound = number(field, &self.value)?;
        let absent = self.op == Op::IsNot;
        rows.retain(|r| column.number(*r).map_or(absent, |n| self.op.holds(n.cmp(&bound))));
        Ok(())
    }

    fn keep_places(&self, table: &Table<'_>, column: &Column, rows: &mut Vec<u32>) -> Result<(), QueryError> {
        let target = table.kind().reach(table.state().schema(), &self.key).and_then(|f| f.target());
        let in_places = target.is_none_or(Target::is_place);
        let elsewhere = target.is_some_and(|t| t.pools().iter().any(|p| !p.is_place()));
        let wanted: Vec<RowId> = if in_places { table.places().resolve(&self.value) } else { Vec::new() };
        if wanted.is_empty() && !elsewhere {
            return Err(QueryError::new(
                format!("没有叫“{}”的单位", self.value),
                format!("No place is called {}", self.value),
            ));
        }
        let wants = |row: u32| match column.refers(row) {
            Some(id) => {
                let called = || column.text(row).is_some_and(|t| fold(&t) == fold(&self.value));
                wanted.contains(&id) || elsewhere && called()
            }
            None => false,
        };
        rows.retain(|r| wants(*r) != (self.op == Op::IsNot));
        Ok(())
    }

    fn fits_word(&self, field: Option<&Field>, word: &str) -> bool {
        if self.op == Op::Contains {
            return spelling::contains(word, &fold(&self.value));
        }
        let meant = match field.map(|f| &f.kind) {
            Some(FieldKind::Bool) => yes_or_no(&self.value).unwrap_or(&self.value),
            _ => field
                .and_then(|f| f.options())
                .and_then(|o| o.find(&self.value))
                .map_or(&*self.value, |o| o.word),
        };
        let (folded, meant) = (fold(word), fold(meant));
        let listed = || word.split('、').any(|part| fold(part) == meant);
        match self.op {
            Op::Is => folded == meant || listed(),
            Op::IsNot => folded != meant && !listed(),
            op => match (folded.parse::<Decimal>(), meant.parse::<Decimal>()) {
                (Ok(a), Ok(b)) => op.holds(a.cmp(&b)),
                _ => op.holds(folded.cmp(&meant)),
            },
        }
    }
}

fn view_names(view: &Condition, key: &str) -> bool {
    match view {
        Condition::Any => false,
        Condition::Is(field, _) | Condition::Present(field) | Condition::GrainIs(field, _) => *field == key,
        Condition::All(all) => all.iter().any(|c| view_names(c, key)),
        Condition::Not(c) => view_names(c, key),
    }
}

type RowTest = Box<dyn Fn(u32) -> bool>;

/// A view's condition on columns, so that computed fields can be asked for.
fn view_test(table: &Table<'_>, view: &Condition) -> Result<RowTest, QueryError> {
    Ok(match view {
        Condition::Any => Box::new(|_| true),
        Condition::Is(field, words) => {
            let column = table.column(field)?;
            let words: Vec<String> =
                words.iter().map(|w| yes_or_no_word(table.kind(), field, w).to_owned()).collect();
            Box::new(move |r| {
                column
                    .text(r)
                    .is_some_and(|t| words.iter().any(|w| **w == *t || t.split('、').any(|part| part == w)))
            })
        }
        Condition::Present(field) => {
            let column = table.column(field)?;
            Box::new(move |r| column.present(r))
        }
        Condition::GrainIs(field, grain) => {
            let (column, grain) = (table.column(field)?, *grain);
            Box::new(move |r| column.period(r).is_some_and(|p| p.grain() == grain))
        }
        Condition::All(all) => {
            let tests = all.iter().map(|c| view_test(table, c)).collect::<Result<Vec<_>, _>>()?;
            Box::new(move |r| tests.iter().all(|t| t(r)))
        }
        Condition::Not(c) => {
            let test = view_test(table, c)?;
            Box::new(move |r| !test(r))
        }
    })
}

fn yes_or_no_word<'a>(kind: &RowKind, field: &str, word: &'a str) -> &'a str {
    match kind.field(field).map(|f| &f.kind) {
        Some(FieldKind::Bool) => yes_or_no(word).unwrap_or(word),
        _ => word,
    }
}
