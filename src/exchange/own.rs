//! A register of the county's own out of a workbook that no register fits.
//!
//! Duty: what each column holds, as its cells show it, and which columns tell rows apart; a person looks at the offer
//! and changes it. Two ledgers that make the same register make one: its identity, from which its key follows, is made
//! of its name and its columns, and so are those of its fields; their rows meet when the ledgers are merged, like those
//! of any register. Inputs: a sheet and its table. Outputs: an [`Offer`], plain data, and the settings that make it a
//! register. Neighbours: `register::own` reads the settings; the import then goes on as with any register.

use std::collections::{BTreeSet, HashSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::book::{BookSheet, Cell};
use super::cell::{Read, read};
use super::layout::{Column, FoundTable, Headings};
use super::mapping::without_year;
use super::text::{bare, fold};
use crate::ledger::{BatchKind, Draft, State};
use crate::register::catalog::settings::{self, holds};
use crate::register::reading::Context;
use crate::register::{Field, FieldKind, Options, common_headings, key_of, label};
use crate::value::unit::{self, Class};
use crate::value::{Grain, RowId, Text, Value, order};

/// Rows that are looked at: what a column holds shows in the first thousands.
const LOOKED_AT: usize = 5_000;
/// Columns that become fields: a form with more is filled in by nobody.
const MOST: usize = 80;
/// Different words of a column that may be a list to choose from.
const WORDS: usize = 12;
/// How often each word stands there at least, on average: fewer are names.
const REPEATS: usize = 3;
/// Letters of a word in a list.
const LETTERS: usize = 12;
/// Letters of a text that needs a paragraph.
const LONG: usize = 60;
/// Letters of a name.
const NAME: usize = 60;

/// A register that a table could become.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Offer {
    /// What it is called.
    pub name: String,
    /// Its fields, in the order of the columns.
    pub fields: Vec<OfferedField>,
}

/// A field that a column could become.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OfferedField {
    /// `D`; none when the table as a whole says it.
    pub column: Option<String>,
    /// What it is called.
    pub label: String,
    /// What it holds, one of the county's types.
    pub holds: String,
    /// Decimals.
    pub places: u32,
    /// Its base unit.
    pub unit: Option<String>,
    /// The words of a list.
    pub words: Vec<String>,
    /// It tells rows apart, with the others that do.
    pub tells: bool,
    /// It names the record.
    pub names: bool,
}

/// The cells of a column in the rows of data.
struct Cells<'a> {
    column: &'a Column,
    filled: Vec<&'a Cell>,
}

/// What the table could become. `known` are the headings of the ledger.
pub fn offer(sheet: &BookSheet, table: &FoundTable, known: &Headings) -> Offer {
    let rows: Vec<u32> = table.data().take(LOOKED_AT).map(|r| r.index).collect();
    let common: HashSet<String> = common_headings().iter().map(|h| bare(&fold(h))).collect();
    let mut fields: Vec<OfferedField> = Vec::new();
    for column in &table.header {
        let heading = bare(&fold(&column.heading));
        let said =
            super::layout::is_serial(&column.heading) || heading.is_empty() || common.contains(&heading);
        if said || fields.len() >= MOST {
            continue;
        }
        let filled =
            rows.iter().map(|r| sheet.grid.seen(*r, column.index)).filter(|c| !c.is_blank()).collect();
        let field = field_of(table, known, &Cells { column, filled });
        // 2023年产值 and 2024年产值 are one field of two periods.
        if !fields.iter().any(|f| f.label == field.label) {
            fields.push(field);
        }
    }
    let by_heading = table.header.iter().any(|c| c.period.is_some() && c.numeric);
    let has_period = fields.iter().any(|f| f.holds == holds::PERIOD);
    if (table.period.is_some() || by_heading) && !has_period {
        let period =
            OfferedField {
                label: "期间".to_owned(), holds: holds::PERIOD.to_owned(), ..Default::default()
            };
        fields.insert(0, period);
    }
    name_rows(&mut fields);
    tell_apart(&mut fields, sheet, table, &rows);
    let title = table.title.as_ref().map(|t| t.text.trim().to_owned()).filter(|t| !t.is_empty());
    let name = title.unwrap_or_else(|| table.sheet.to_string());
    Offer { name: without_year(&name).trim_matches('·').chars().take(NAME).collect(), fields }
}

/// The heading without its unit, and without the year that makes it one period of several.
fn name_of(column: &Column) -> String {
    let plain = match column.period.filter(|_| column.numeric) {
        Some(_) => without_year(&column.heading),
        None => column.heading.clone(),
    };
    let mut name = plain.trim().to_owned();
    for (open, close) in [('（', '）'), ('(', ')')] {
        let found = name.rfind(open).zip(name.rfind(close)).filter(|(a, b)| a < b);
        let inside = found.and_then(|(a, b)| Some((a, b, name.get(a + open.len_utf8()..b)?)));
        if let Some((a, b, word)) = inside
            && unit::find(&fold(word)).is_some()
        {
            let rest = name.get(b + close.len_utf8()..).unwrap_or_default();
            name = format!("{}{rest}", name.get(..a).unwrap_or_default());
        }
    }
    let name = name.split('/').next().filter(|_| column.unit.is_some()).unwrap_or(&name).trim().to_owned();
    if name.is_empty() {
        column.heading.chars().take(NAME).collect()
    } else {
        name.chars().take(NAME).collect()
    }
}

fn field_of(table: &FoundTable, known: &Headings, cells: &Cells<'_>) -> OfferedField {
    let column = cells.column;
    let folded = bare(&fold(&column.heading));
    let says = |words: &[&str]| words.iter().any(|w| folded.contains(w));
    let line = || {
        table
            .units
            .iter()
            .find(|u| u.class == Class::Money && says(&["元", "额", "收入", "支出", "产值", "资金"]))
    };
    let unit = column.unit.clone().or_else(|| line().map(|u| u.unit.clone())).and_then(|u| unit::find(&u));
    let mut field = OfferedField {
        column: Some(column.letters.clone()),
        label: name_of(column),
        holds: holds::TEXT.to_owned(),
        ..OfferedField::default()
    };
    let mut is = |kind: &str| kind.clone_into(&mut field.holds);
    if cells.filled.is_empty() {
        return field;
    }
    if known.is_key(&column.heading) {
        is(holds::PLACE);
    } else if says(&["身份证", "证件号"]) && cells.all(FieldKind::IdentityNumber) {
        is(holds::IDENTITY);
    } else if says(&["电话", "手机", "联系方式"]) && cells.all(FieldKind::Phone) {
        is(holds::PHONE);
    } else if says(&["账号", "卡号", "帐号"]) && cells.all(FieldKind::Account) {
        is(holds::ACCOUNT);
    } else if cells.all(FieldKind::Bool) && cells.texts().count() == cells.filled.len() {
        is(holds::BOOL);
    } else if says(&["年度", "年份", "月份", "季度", "期间"]) && cells.all(FieldKind::Period(GRAINS))
    {
        is(holds::PERIOD);
    } else if cells.dates() {
        is(holds::DATE);
    } else if unit.as_ref().is_some_and(|u| u.class == Class::Percent) && cells.all(FieldKind::Percent)
        || cells.filled.iter().all(|c| matches!(c, Cell::Percent(_)))
    {
        is(holds::PERCENT);
    } else if unit.as_ref().is_some_and(|u| u.class == Class::Money) && cells.all(FieldKind::Money) {
        is(holds::MONEY);
    } else if !says(&["编号", "编码", "代码", "号码"]) && cells.all(FieldKind::Decimal(6)) {
        field.places = cells.places();
        field.holds = if field.places == 0 { holds::INT } else { holds::DECIMAL }.to_owned();
        field.unit = unit.map(|u| u.name);
    } else if let Some(words) = cells.words() {
        field.words = words;
        field.holds = holds::CHOICE.to_owned();
    } else if cells.texts().any(|t| t.chars().count() > LONG) {
        is(holds::LONG);
    }
    field
}

const GRAINS: &[Grain] = &[Grain::Year, Grain::Half, Grain::Quarter, Grain::Month];

impl Cells<'_> {
    /// Whether every cell can be read so.
    fn all(&self, kind: FieldKind) -> bool {
        let field = Field::new("", label("", ""), kind);
        let base = field.base_unit().and_then(unit::find);
        let unit = self.column.unit.as_deref().and_then(unit::find);
        self.filled.iter().all(|cell| {
            let around = Context { unit: unit.as_ref(), base: base.as_ref().or(unit.as_ref()), year: None };
            !matches!(read(cell, &field, around), Read::Refused(_))
        })
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.filled.iter().filter_map(|cell| match cell {
            Cell::Text(text) => Some(text.trim()),
            _ => None,
        })
    }

    /// Days as days: a mere number is none, nor is 2024.
    fn dates(&self) -> bool {
        let day = |cell: &&Cell| match cell {
            Cell::Date(_) => true,
            Cell::Text(text) => text.chars().filter(|c| !c.is_ascii_digit()).count() >= 2,
            _ => false,
        };
        self.filled.iter().all(day) && self.all(FieldKind::Date)
    }

    /// The most decimals that a cell has.
    fn places(&self) -> u32 {
        let places = self
            .filled
            .iter()
            .filter_map(|c| super::cell::decimal(c, None))
            .map(|n: Decimal| n.normalize().scale());
        places.max().unwrap_or_default().min(6)
    }

    /// The words of the column, where few of them repeat.
    fn words(&self) -> Option<Vec<String>> {
        let all: BTreeSet<&str> = self.texts().collect();
        let count = self.texts().count();
        let few = all.len() <= WORDS && all.len() * REPEATS <= count && count == self.filled.len();
        let short = all.iter().all(|w| w.chars().count() <= LETTERS && !w.contains(['、', '，', ',', '；']));
        (few && short).then(|| all.into_iter().map(str::to_owned).collect())
    }
}

/// The first column of names: neither a place nor a number.
fn name_rows(fields: &mut [OfferedField]) {
    let named = |f: &&mut OfferedField| f.holds == holds::TEXT;
    if let Some(field) = fields.iter_mut().find(named) {
        field.names = true;
    }
}

/// Which columns tell rows apart: a number of its own, otherwise place, period and as many columns as it takes.
fn tell_apart(fields: &mut [OfferedField], sheet: &BookSheet, table: &FoundTable, rows: &[u32]) {
    let index = |field: &OfferedField| {
        let letters = field.column.as_ref()?;
        table.header.iter().find(|c| c.letters == *letters).map(|c| c.index)
    };
    let unique = |fields: &[OfferedField]| {
        let columns: Vec<u32> = fields.iter().filter(|f| f.tells).filter_map(index).collect();
        let key =
            |row: &u32| columns.iter().map(|c| fold(&sheet.grid.seen(*row, *c).shown())).collect::<Vec<_>>();
        !columns.is_empty() && rows.iter().map(key).collect::<HashSet<_>>().len() == rows.len()
    };
    let order = |f: &OfferedField| match &*f.holds {
        holds::PLACE | holds::PERIOD => 0,
        _ if f.names => 1,
        holds::TEXT => 2,
        holds::CHOICE | holds::DATE => 3,
        _ => 4,
    };
    let mut turn: Vec<usize> = (0..fields.len()).collect();
    order::sort_by_key(&mut turn, |n| (fields.get(*n).map(&order), *n));
    let first = turn.iter().filter(|n| fields.get(**n).is_some_and(|f| order(f) == 0)).count();
    for (done, n) in turn.into_iter().enumerate() {
        if done > first && unique(fields) {
            break;
        }
        let may = fields.get_mut(n).filter(|f| f.holds != holds::LONG && f.holds != holds::FILES);
        if let Some(field) = may {
            field.tells = true;
        }
    }
}

/// Milliseconds in identities that are made of what they name: no clock ever gives them, and provisional ones have none.
const MADE: u64 = 1;

/// The identity of what is called so.
fn made_of<'a>(parts: impl IntoIterator<Item = &'a str>) -> RowId {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let chance = hash.finalize().iter().take(16).fold(0u128, |all, byte| all << 8 | u128::from(*byte));
    RowId::new(MADE, chance)
}

/// What a value of the type can stand for: ledgers that differ within one of these mean one field.
fn sort_of(holds: &str) -> &str {
    match holds {
        holds::TEXT | holds::LONG | holds::CHOICE => holds::TEXT,
        holds::INT | holds::DECIMAL => holds::DECIMAL,
        other => other,
    }
}

/// The identities of the register and of its fields, in order. A ledger that has had such a register, and been changed
/// since, makes another one.
fn identities(offer: &Offer, state: &State, new_id: &mut dyn FnMut() -> RowId) -> (RowId, Vec<RowId>) {
    let (name, mut labels) =
        (fold(&offer.name), offer.fields.iter().map(|f| fold(&f.label)).collect::<Vec<_>>());
    order::sort(&mut labels);
    let book = made_of(std::iter::once(&*name).chain(labels.iter().map(String::as_str)));
    let own = book.to_string();
    let field = |f: &OfferedField| {
        made_of([&*own, &*fold(&f.label), sort_of(&f.holds), f.unit.as_deref().unwrap_or_default()])
    };
    let mut fields: Vec<RowId> = offer.fields.iter().map(field).collect();
    let mut ids = fields.clone();
    ids.push(book);
    let there = ids.iter().any(|id| state.record(settings::KEY, *id).is_some());
    let twice = ids.iter().collect::<HashSet<_>>().len() < ids.len();
    if there || twice {
        fields.fill_with(&mut *new_id);
        return (new_id(), fields);
    }
    (book, fields)
}

/// The settings that make the offer a register of the ledger, and the key of that register.
pub fn draft(offer: &Offer, file: &str, state: &State, new_id: &mut dyn FnMut() -> RowId) -> (Draft, String) {
    let mut draft = Draft::new(BatchKind::Import { file: Text::from(file) });
    let (book, fields) = identities(offer, state, new_id);
    let key = key_of(book);
    let said = |all: Vec<(&str, Value)>| {
        let mut all: Vec<(Text, Value)> = all.into_iter().map(|(k, v)| (Text::from(k), v)).collect();
        order::sort_by(&mut all, |a, b| a.0.cmp(&b.0));
        all
    };
    let name = vec![(settings::register::LABEL, Value::text(offer.name.trim()))];
    draft.create(settings::KEY, settings::register::KIND, book, said(name), None);
    for ((n, field), id) in (1i64..).zip(&offer.fields).zip(fields) {
        use settings::field as set;
        let mut values = vec![
            (set::REGISTER, Value::text(&key)),
            (set::LABEL, Value::text(field.label.trim())),
            (set::TYPE, Value::choice(&field.holds)),
            (set::ORDER, Value::Int(n)),
        ];
        if field.holds == holds::DECIMAL {
            values.push((set::PLACES, Value::Int(i64::from(field.places))));
        }
        values.extend(field.unit.as_deref().map(|u| (set::UNIT, Value::text(u))));
        if !field.words.is_empty() {
            values.push((
                set::WORDS,
                Value::Many(field.words.iter().map(|w| Text::from(w.as_str())).collect()),
            ));
        }
        values.extend(field.tells.then_some((set::TELLS, Value::Bool(true))));
        values.extend(field.names.then_some((set::NAMING, Value::Bool(true))));
        draft.create(settings::KEY, settings::field::KIND, id, said(values), None);
    }
    (draft, key)
}

/// The types that a field of the county's own may have.
pub fn types() -> Options {
    Options::closed(settings::TYPES)
}

#[cfg(test)]
mod tests {
    use super::super::{Quiet, Report, book, layout};
    use super::*;
    use crate::register::Schema;

    fn offered(csv: &str, name: &str) -> Offer {
        let book = book::read(csv.as_bytes(), name, &mut Quiet).unwrap();
        let known = Headings::of(Schema::base());
        let tables = layout::tables(&book, &known, &mut Report::default());
        offer(tables[0].sheet_in(&book).unwrap(), &tables[0], &known)
    }

    #[test]
    fn columns_are_taken_for_what_their_cells_hold() {
        let csv = "村名,农机名称,发动机编号,动力（千瓦）,购置价（元）,购置日期,状态,负责人电话,在保\n\
            清凉村,拖拉机,0012,36.5,48000,2021-03-05,在用,13985500001,是\n\
            清凉村,旋耕机,0013,4,3200.5,2022-04-01,在用,13985500002,否\n\
            五四村,拖拉机,0014,36.5,48000,2021-03-05,在用,13985500003,是\n\
            五四村,收割机,0015,55,96000,2023-05-06,停用,13985500004,是\n\
            沙溪村,耕整机,0016,4,2800,2020-01-02,停用,13985500005,否\n\
            沙溪村,插秧机,0017,12,30000,2024-06-07,停用,13985500006,是\n";
        let offer = offered(csv, "农机台账.csv");
        let said: Vec<(&str, &str)> = offer.fields.iter().map(|f| (&*f.label, &*f.holds)).collect();
        let wanted = [
            ("村名", holds::PLACE),
            ("农机名称", holds::TEXT),
            ("发动机编号", holds::TEXT),
            ("动力（千瓦）", holds::DECIMAL),
            ("购置价", holds::MONEY),
            ("购置日期", holds::DATE),
            ("状态", holds::CHOICE),
            ("负责人电话", holds::PHONE),
            ("在保", holds::BOOL),
        ];
        assert_eq!(said, wanted);
        assert_eq!(offer.fields[6].words, ["停用", "在用"]);
        // Place and name tell these rows apart, so nothing else has to.
        let tells: Vec<&str> = offer.fields.iter().filter(|f| f.tells).map(|f| &*f.label).collect();
        assert_eq!(tells, ["村名", "农机名称"]);
        assert!(offer.fields[1].names);
    }
}
