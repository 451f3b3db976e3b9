//! Everything that the 总览 page shows for a place and a period, as plain data.
//!
//! Duty: six cards with last year beside each, industry output by product, collective income by source, the
//! ladder of villages, their ranking and completeness. Inputs: a [`Indicators`] and an [`Ask`]. Output: an
//! [`Overview`]; every number carries the records behind it. Charts and words are made where they are shown.
//! Neighbours: what rules find does not depend on the period and takes its time; `findings` looks for it.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::completeness::{self, Completeness, Matrix};
use super::indicator::threshold::{self, HEADLINE};
use super::indicator::{Ask, Band, Indicated, Indicators, PerVillage, Threshold};
use super::stacks::{Stack, products, sources};
use super::statistics::{self, Growth};
use crate::register::catalog::{r06, r07};
use crate::register::{Label, label};
use crate::table::QueryError;
use crate::value::fold::lower;
use crate::value::order;
use crate::value::order::Ordered as _;
use crate::value::{Grain, Period, RowId, Text};

/// How many years charts go back.
const YEARS: i16 = 5;
/// The fields that the page reads of every row.
const LOOKED_AT: [(&str, &[&str]); 2] = {
    use r06::line;
    let grown = &[
        line::AREA,
        line::ENTITY,
        line::HOUSEHOLDS,
        line::LIVESTOCK,
        line::NATURE,
        line::ORG,
        line::OUTPUT,
        line::OUTPUT_VALUE,
        line::PERIOD,
        line::PRODUCT,
        line::STEP,
    ];
    use r07::line as entry;
    let booked = &[entry::AMOUNT, entry::LUMP_YEARS, entry::ORG, entry::PERIOD, entry::SUBJECT];
    [(r06::KEY, grown), (r07::KEY, booked)]
};

/// The page.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// Where; everywhere when none.
    pub place: Option<RowId>,
    /// How many villages exist there in the period.
    pub villages: usize,
    /// Six cards, in order.
    pub cards: Vec<Card>,
    /// Output value by product over the years, in 元.
    pub value_by_product: Stack,
    /// Area by product over the years, in 亩.
    pub area_by_product: Stack,
    /// Collective income by source over the years, in 元.
    pub income_by_source: Stack,
    /// Villages by bands of operating income, one row a year.
    pub ladder: Vec<LadderYear>,
    /// How many villages fulfil each threshold, with last year beside it.
    pub thresholds: Vec<ThresholdCount>,
    /// Villages by operating income, the largest first.
    pub ranking: Ranking,
    /// Who has reported, by register.
    pub completeness: Vec<Completeness>,
    /// Industry reports of the year, villages by quarters.
    pub quarters: Matrix,
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Money in 元, shown in 元, 万元 or 亿元.
    Money,
    /// A number with its unit.
    Plain,
    /// A count out of a count: 13 / 36.
    OutOf,
    /// A percentage.
    Percent,
}

/// A number with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it is.
    pub name: Label,
    /// The number.
    pub value: Option<Decimal>,
    /// Its base unit.
    pub unit: &'static str,
    /// How it is written.
    pub shape: Shape,
}

/// One card.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// The indicator behind it.
    pub code: &'static str,
    /// The number.
    pub figure: Figure,
    /// For a count out of a count, the second one.
    pub out_of: Option<Decimal>,
    /// The same a year before.
    pub last_year: Option<Decimal>,
    /// The change; for counts look at `change`, for the rest at `percent`.
    pub growth: Growth,
    /// The second reading: the median beside a mean, the share beside a count.
    pub second: Figure,
    /// What a figure per village was divided by.
    pub per_village: Option<PerVillage>,
    /// The indicator with rows, notes and completeness.
    pub reading: Indicated,
}

/// Villages by bands in one year.
#[derive(Debug, Clone, PartialEq)]
pub struct LadderYear {
    /// The year.
    pub year: i16,
    /// The bands from the lowest.
    pub steps: Vec<LadderStep>,
    /// Villages that have not reported that year.
    pub missing: usize,
}

/// One band in one year.
#[derive(Debug, Clone, PartialEq)]
pub struct LadderStep {
    /// The band.
    pub band: Band,
    /// The villages in it, by name.
    pub villages: Vec<RowId>,
    /// How many were in it the year before; none when nobody had reported then.
    pub last_year: Option<usize>,
}

/// How many villages fulfil a threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct ThresholdCount {
    /// The threshold.
    pub threshold: Threshold,
    /// Those that fulfil it.
    pub villages: Vec<RowId>,
    /// How many did the year before; none when nobody had reported then.
    pub last_year: Option<usize>,
}

/// Villages by operating income.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ranking {
    /// The largest first; equal ones in the order of their names.
    pub villages: Vec<Ranked>,
    /// Where the threshold line is drawn, in 元.
    pub line: Option<Decimal>,
    /// The line's name.
    pub line_label: String,
}

/// One village of the ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The village.
    pub village: RowId,
    /// Its name.
    pub name: Text,
    /// Operating income in 元.
    pub value: Decimal,
    /// The same a year before.
    pub last_year: Option<Decimal>,
}

impl Overview {
    /// Computes the page.
    pub fn of(desk: &Indicators<'_>, ask: &Ask) -> Result<Self, QueryError> {
        gather(desk, ask);
        let years = years(desk, ask);
        let by_year: BTreeMap<i16, BTreeMap<RowId, Decimal>> = (ask.period.year() - YEARS
            ..=ask.period.year())
            .map(|y| (y, operating(desk, &Ask { period: Period::year_of(y), ..ask.clone() })))
            .into_map();
        let completeness = completeness::reported_registers(desk.state())
            .map(|r| (*desk.completeness(&r, ask)).clone())
            .collect();
        Ok(Self {
            place: ask.place,
            villages: desk.places().villages(ask.place, Some(ask.period)).len(),
            cards: cards(desk, ask),
            value_by_product: products(desk, ask, &years, r06::line::OUTPUT_VALUE, "元")?,
            area_by_product: products(desk, ask, &years, r06::line::AREA, "亩")?,
            income_by_source: sources(desk, ask, &years)?,
            ladder: years.iter().map(|y| ladder_year(desk, ask, *y, &by_year)).collect(),
            thresholds: threshold_counts(desk, ask),
            ranking: ranking(desk, ask),
            completeness,
            quarters: desk.matrix(r06::KEY, ask, Grain::Quarter),
        })
    }
}

/// The work of [`Overview::of`] in pieces that can be done beforehand. Most of the first time goes into what is done
/// once – tables that are kept, years that were never added up, code that a browser compiles when it first runs – so that
/// all of it in one piece would hold a phone up for half a second.
pub const BEFOREHAND: [fn(&Indicators<'_>, &Ask); 9] = [
    |desk, ask| {
        let registers = completeness::reported_registers(desk.state());
        drop(registers.map(|r| desk.completeness(&r, ask)).collect::<Vec<_>>());
    },
    |desk, ask| back(desk, ask, 4),
    |desk, ask| back(desk, ask, 3),
    |desk, ask| back(desk, ask, 2),
    |desk, ask| back(desk, ask, 1),
    gather,
    |desk, ask| drop(cards(desk, ask)),
    |desk, ask| back(desk, ask, 0),
    |desk, ask| drop((threshold_counts(desk, ask), ranking(desk, ask))),
];

/// Adds up what charts show of a year so many years ago; of all years at once where they do not lie apart.
fn back(desk: &Indicators<'_>, ask: &Ask, ago: i16) {
    let apart = desk.cache().lies_apart(desk.state(), r06::KEY);
    let mut years = years(desk, ask);
    years.retain(|year| if apart { *year == ask.period.year() - ago } else { ago == 0 });
    if !years.is_empty() {
        drop(products(desk, ask, &years, r06::line::OUTPUT_VALUE, "元"));
        drop(products(desk, ask, &years, r06::line::AREA, "亩"));
    }
}

/// Reads the columns that are looked at into the tables that are kept.
fn gather(desk: &Indicators<'_>, ask: &Ask) {
    for (register, fields) in LOOKED_AT {
        if let Some(table) = desk.table(register, ask) {
            table.gather(&fields.iter().map(|f| (*f).to_owned()).collect::<Vec<_>>());
        }
    }
}

/// The years with data, at most five, up to the one asked for.
fn years(desk: &Indicators<'_>, ask: &Ask) -> Vec<i16> {
    let last = ask.period.year();
    let mut found = BTreeSet::new();
    found.insert(last);
    for register in completeness::reported_registers(desk.state()) {
        let years = desk.returns(&register).years(desk.places(), ask.place);
        found.extend(years.into_iter().filter(|y| *y <= last && *y > last - YEARS));
    }
    found.into_iter().collect()
}

/// I-16 of each village that has reported. Whether a village has follows from all years.
fn operating(desk: &Indicators<'_>, ask: &Ask) -> BTreeMap<RowId, Decimal> {
    let question = format!("operating {} {:?}", ask.period, ask.place);
    let work = || Ok(desk.operating_by_village(ask));
    // Nothing in it can fail.
    desk.gist((r07::KEY, None), &question, work).unwrap_or_default()
}

/// What a card shows of its indicator.
fn leading(code: &str, indicated: &Indicated) -> Option<Decimal> {
    if code == COUNTED { indicated.numerator } else { indicated.value }
}

/// What the card of an indicator shows a year before.
fn last_year(desk: &Indicators<'_>, ask: &Ask, code: &'static str) -> Option<Decimal> {
    let (then, register) = (ask.last_year(), super::indicator::leading(code)?.register);
    // Only a plain sum of industry needs no other year: means are over the villages that have ever reported.
    let year = (register == r06::KEY).then(|| then.period.year());
    desk.gist((register, year), &format!("{code} {then:?}"), || {
        let read = || desk.read_leading(code, &then).and_then(|r| leading(code, &r));
        Ok(if code == DIVIDED { desk.operating_per_village(&then).mean } else { read() })
    })
    .unwrap_or_default()
}

/// The card that shows a mean per village.
const DIVIDED: &str = "I-16";
/// The card that counts villages.
const COUNTED: &str = "I-20";

fn cards(desk: &Indicators<'_>, ask: &Ask) -> Vec<Card> {
    use Shape::{Money, OutOf, Percent, Plain};
    let median = |_: &Indicated| desk.operating_per_village(ask).median;
    let other = |code: &'static str| move |_: &Indicated| desk.read_leading(code, ask).and_then(|r| r.value);
    let card = |code, name, shape, second: Figure, with: &dyn Fn(&Indicated) -> Option<Decimal>| {
        make_card(desk, ask, (code, name, shape), (second, with))
    };
    let second = |zh, en, unit, shape| Figure { name: label(zh, en), value: None, unit, shape };
    [
        card(
            "I-03",
            label("产业产值", "Output value"),
            Money,
            second("亩均产值", "value", "元/亩", Plain),
            &other("I-05"),
        ),
        card(
            "I-01",
            label("种植面积", "Area"),
            Plain,
            second("户均面积", "area", "亩/户", Plain),
            &|_| desk.read_leading("I-07", ask).and_then(|r| r.parts.first().and_then(|p| p.value)),
        ),
        card(
            "I-02",
            label("产量", "Output"),
            Plain,
            second("亩产", "yield", "公斤/亩", Plain),
            &other("I-04"),
        ),
        card(
            "I-15",
            label("集体经济总收入", "Collective income"),
            Money,
            second("经营性", "operating", "元", Money),
            &other("I-16"),
        ),
        card(
            "I-16",
            label("村均经营性收入", "Operating income per village"),
            Money,
            second("中位数", "median", "元", Money),
            &median,
        ),
        card(
            "I-20",
            label("超20万元的村", "Villages above 200,000 yuan"),
            OutOf,
            second("占", "share", "%", Percent),
            &|r| r.value,
        ),
    ]
    .into_iter()
    .flatten()
    .map(|card| named_by_threshold(desk, card))
    .map(|card| divided(desk, ask, card))
    .collect()
}

/// I-17 is about all income; the card shows operating income per village, so that its rows are those of I-16
/// and add up to the figure times the villages.
fn divided(desk: &Indicators<'_>, ask: &Ask, mut card: Card) -> Card {
    if card.code == DIVIDED {
        let now = desk.operating_per_village(ask);
        card.figure.value = now.mean;
        card.growth = statistics::growth(now.mean, card.last_year);
        card.reading.rows = now.rows.iter().map(|id| (r07::KEY, *id)).collect();
        card.per_village = Some(now);
    }
    card
}

/// The count of villages is named by the threshold that a county leads with.
fn named_by_threshold(desk: &Indicators<'_>, mut card: Card) -> Card {
    if card.code == COUNTED {
        card.out_of = card.reading.denominator;
        if let Some(t) = desk.thresholds.iter().find(|t| t.code == HEADLINE) {
            card.figure.name = Label {
                zh: format!("{}的村", t.label).into(),
                en: format!("Villages: {}", lower(&t.label_en)).into(),
            };
        }
    }
    card
}

type Pick<'f> = &'f dyn Fn(&Indicated) -> Option<Decimal>;

fn make_card(
    desk: &Indicators<'_>,
    ask: &Ask,
    (code, name, shape): (&'static str, Label, Shape),
    (second, with): (Figure, Pick<'_>),
) -> Option<Card> {
    let reading = desk.read_leading(code, ask)?;
    let (value, last_year) = (leading(code, &reading), last_year(desk, ask, code));
    let unit = match (shape, code) {
        (Shape::Money, _) => "元",
        (Shape::OutOf, _) => "个",
        _ => reading.unit,
    };
    Some(Card {
        code,
        figure: Figure { name, value, unit, shape },
        out_of: None,
        last_year,
        growth: statistics::growth(value, last_year),
        second: Figure { value: with(&reading), ..second },
        per_village: None,
        reading,
    })
}

fn ladder_year(
    desk: &Indicators<'_>,
    ask: &Ask,
    year: i16,
    by_year: &BTreeMap<i16, BTreeMap<RowId, Decimal>>,
) -> LadderYear {
    let none = BTreeMap::new();
    let now = by_year.get(&year).unwrap_or(&none);
    let before = by_year.get(&(year - 1)).filter(|b| !b.is_empty());
    let steps = threshold::ladder()
        .into_iter()
        .map(|band| LadderStep {
            band,
            villages: by_name(desk, now.iter().filter(|(_, v)| band.holds(**v)).map(|(id, _)| *id)),
            last_year: before.map(|b| b.values().filter(|v| band.holds(**v)).count()),
        })
        .collect();
    let have = desk.completeness(r07::KEY, &Ask { period: Period::year_of(year), ..ask.clone() });
    LadderYear { year, steps, missing: have.missing.len() }
}

fn by_name(desk: &Indicators<'_>, villages: impl Iterator<Item = RowId>) -> Vec<RowId> {
    let mut named: Vec<(Text, RowId)> = villages.map(|v| (desk.places().name(v), v)).collect();
    order::sort(&mut named);
    named.into_iter().map(|(_, v)| v).collect()
}

fn threshold_counts(desk: &Indicators<'_>, ask: &Ask) -> Vec<ThresholdCount> {
    let (now, before) = (operating(desk, ask), operating(desk, &ask.last_year()));
    desk.thresholds
        .iter()
        .filter(|t| t.indicator == "I-16")
        .map(|t| ThresholdCount {
            threshold: t.clone(),
            villages: by_name(desk, now.iter().filter(|(_, v)| t.holds(**v)).map(|(id, _)| *id)),
            last_year: (!before.is_empty()).then(|| before.values().filter(|v| t.holds(**v)).count()),
        })
        .collect()
}

fn ranking(desk: &Indicators<'_>, ask: &Ask) -> Ranking {
    let (now, before) = (operating(desk, ask), operating(desk, &ask.last_year()));
    let mut villages: Vec<Ranked> = now
        .into_iter()
        .map(|(village, value)| Ranked {
            village,
            name: desk.places().name(village),
            value,
            last_year: before.get(&village).copied(),
        })
        .collect();
    order::sort_by(&mut villages, |a, b| {
        b.value.cmp(&a.value).then_with(|| (&a.name, a.village).cmp(&(&b.name, b.village)))
    });
    let line = desk.thresholds.iter().find(|t| t.code == HEADLINE);
    Ranking {
        villages,
        line: line.map(|t| t.value),
        line_label: line.map(|t| t.label.clone()).unwrap_or_default(),
    }
}
