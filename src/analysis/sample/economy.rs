//! What the villages of the sample county grow and earn.

use rust_decimal::Decimal;

use super::{Scribe, Village, YEARS};
use crate::register::catalog::r06::{self, dictionary};
use crate::register::catalog::r07;
use crate::value::{Grain, Money, Period, RowId, Value};

/// A product: name, kilograms a mu, 分 a kilogram, and the ranges that rules accept.
struct Product {
    name: &'static str,
    sector: &'static str,
    yield_kg: i64,
    price_fen: i64,
    yields: (i64, i64),
    prices: (i64, i64),
    /// The quarter in which it is picked and sold.
    picked: u8,
}

const PRODUCTS: [Product; 7] = [
    Product {
        name: "不知火",
        sector: "种植",
        yield_kg: 1400,
        price_fen: 560,
        yields: (700, 2600),
        prices: (3, 12),
        picked: 1,
    },
    Product {
        name: "血橙",
        sector: "种植",
        yield_kg: 1600,
        price_fen: 400,
        yields: (800, 3000),
        prices: (2, 9),
        picked: 1,
    },
    Product {
        name: "枇杷",
        sector: "种植",
        yield_kg: 700,
        price_fen: 820,
        yields: (300, 1300),
        prices: (4, 16),
        picked: 2,
    },
    Product {
        name: "葡萄",
        sector: "种植",
        yield_kg: 1250,
        price_fen: 730,
        yields: (600, 2200),
        prices: (4, 20),
        picked: 3,
    },
    Product {
        name: "水稻",
        sector: "种植",
        yield_kg: 560,
        price_fen: 272,
        yields: (350, 850),
        prices: (2, 5),
        picked: 3,
    },
    Product {
        name: "油茶",
        sector: "林业",
        yield_kg: 210,
        price_fen: 1180,
        yields: (60, 420),
        prices: (6, 22),
        picked: 4,
    },
    Product {
        name: "中药材",
        sector: "种植",
        yield_kg: 330,
        price_fen: 1850,
        yields: (120, 800),
        prices: (8, 45),
        picked: 4,
    },
];

const REVIEWED: &[&str] = &["填报中", "已报送", "乡镇已审"];
const HANDED_IN: &[&str] = &["填报中", "已报送"];

/// Villages that have not reported the last year's industry, and the last year's finance.
const SILENT: ([usize; 2], [usize; 2]) = ([3, 29], [6, 31]);
/// The village whose rent was typed with a digit too many in the last year.
const OUTLIER: usize = 20;
/// The village that received ten years' rent at once in 2023.
const LUMP: usize = 14;

pub(super) fn write(scribe: &mut Scribe<'_>, villages: &[Village]) {
    for product in &PRODUCTS {
        dictionary_entry(scribe, product);
    }
    for village in villages {
        industry(scribe, village);
    }
    for village in villages {
        finance(scribe, village);
    }
}

fn dictionary_entry(scribe: &mut Scribe<'_>, p: &Product) {
    let whole = |n: i64| Value::Decimal(Decimal::from(n));
    scribe.write(
        r06::KEY,
        dictionary::KIND,
        vec![
            (dictionary::NAME, Value::text(p.name)),
            (dictionary::SECTOR, Value::choice(p.sector)),
            (dictionary::AREA_UNIT, Value::choice("亩")),
            (dictionary::OUTPUT_UNIT, Value::choice("吨")),
            (dictionary::YIELD_MIN, whole(p.yields.0)),
            (dictionary::YIELD_MAX, whole(p.yields.1)),
            (dictionary::PRICE_MIN, whole(p.prices.0)),
            (dictionary::PRICE_MAX, whole(p.prices.1)),
            (dictionary::REMARK, Value::text("示例")),
        ],
    );
}

/// One product in one village in one period.
struct Crop {
    product: &'static Product,
    area: Decimal,
    added: Decimal,
    /// 公斤
    output: Option<i64>,
    /// 分
    value: Option<i64>,
    households: i64,
}

/// Towns report differently in the last year: the first by quarters, the second by quarters and by year, the
/// third by year.
fn industry(scribe: &mut Scribe<'_>, village: &Village) {
    let n = village.number;
    let last = *YEARS.end();
    let picks = [n % 3, 3 + n % 2, 5 + n % 2];
    let grown = picks.into_iter().take(if n.is_multiple_of(4) { 3 } else { 2 });
    for product in grown.filter_map(|p| PRODUCTS.get(p)) {
        let mut area = scribe.dice.between(180, 960) * if product.name == "不知火" { 2 } else { 1 };
        for year in YEARS {
            let added = area * scribe.dice.between(0, 6) / 100;
            area += if year == *YEARS.start() { 0 } else { added };
            let crop = crop(scribe, product, area, added, village.households);
            if year == last && SILENT.0.contains(&n) {
                continue;
            }
            if year < last || village.town > 0 {
                let states = if year < last || n.is_multiple_of(3) { REVIEWED } else { HANDED_IN };
                report(scribe, village, &crop, Period::year_of(year), "实际", states);
            }
            if year == last && village.town < 2 {
                quarters(scribe, village, &crop, year);
            }
            if year == last && village.town == 0 {
                let more = |n: Option<i64>, percent: i64| n.map(|n| n / 100 * percent);
                let hoped = Crop { value: more(crop.value, 106), output: more(crop.output, 104), ..crop };
                report(scribe, village, &hoped, Period::year_of(year), "预计", HANDED_IN);
            }
        }
    }
}

fn crop(scribe: &mut Scribe<'_>, product: &'static Product, area: i64, added: i64, households: i64) -> Crop {
    let output = area * product.yield_kg * scribe.dice.between(90, 112) / 100;
    let price = product.price_fen * scribe.dice.between(92, 110) / 100;
    Crop {
        product,
        area: Decimal::from(area),
        added: Decimal::from(added),
        output: Some(output),
        value: Some(output * price),
        households: (area / scribe.dice.between(5, 9)).clamp(8, households),
    }
}

/// Area every quarter, output and value in the quarter in which the product is picked; some fourth quarters are
/// not yet reported.
fn quarters(scribe: &mut Scribe<'_>, village: &Village, crop: &Crop, year: i16) {
    for q in 1u8..=4 {
        let states = if q < 4 { REVIEWED } else { HANDED_IN };
        if q == 4 && village.number % 5 == 2 {
            continue;
        }
        let picked = q == crop.product.picked;
        let (output, value) = if picked { (crop.output, crop.value) } else { (None, None) };
        if let Some(period) = Period::new(year, Grain::Quarter, q) {
            report(scribe, village, &Crop { output, value, ..*crop }, period, "实际", states);
        }
    }
}

fn report(
    scribe: &mut Scribe<'_>,
    village: &Village,
    crop: &Crop,
    period: Period,
    nature: &str,
    states: &[&str],
) {
    let mut fields = vec![
        (r06::line::ORG, Value::Ref(village.id)),
        (r06::line::PRODUCT, Value::choice(crop.product.name)),
        (r06::line::STEP, Value::choice(r06::PLANTING)),
        (r06::line::PERIOD, Value::Period(period)),
        (r06::line::AREA, Value::Decimal(crop.area)),
        (r06::line::AREA_NEW, Value::Decimal(crop.added)),
        (r06::line::HOUSEHOLDS, Value::Int(crop.households)),
        (r06::line::NATURE, Value::choice(nature)),
    ];
    fields.extend(crop.output.map(|kg| (r06::line::OUTPUT, Value::Decimal(Decimal::new(kg, 3).normalize()))));
    // Villages write values in whole hundreds of 元.
    let hundreds = |fen: i64| Value::Money(Money::from_fen(fen / 10_000 * 10_000));
    fields.extend(crop.value.map(|fen| (r06::line::OUTPUT_VALUE, hundreds(fen))));
    let row = scribe.write(r06::KEY, r06::line::KIND, fields);
    scribe.advance(r06::KEY, row, states);
}

/// Yearly statements; twelve villages also keep the last year's rent by month.
fn finance(scribe: &mut Scribe<'_>, village: &Village) {
    let (n, last) = (village.number, *YEARS.end());
    // 13 of 36 are above 20万元 in the last two years, as the seeds have it.
    let strong = matches!(n, 0 | 3 | 5 | 7 | 10 | 12 | 15 | 18 | 21 | 24 | 27 | 30 | 33);
    let base = if strong { scribe.dice.between(2240, 6900) } else { scribe.dice.between(190, 1880) };
    let rent = base * scribe.dice.between(22, 38) / 100;
    let (aid, other) = (scribe.dice.between(90, 760), scribe.dice.between(6, 60));
    for (year, percent) in YEARS.zip([68i64, 77, 88, 97, 100]) {
        let wobble = scribe.dice.between(98, 102);
        let operating = base * percent / 100;
        let (aid, other) =
            (aid * scribe.dice.between(75, 135) / 100, other * scribe.dice.between(60, 150) / 100);
        let (costs, office) = (operating * scribe.dice.between(32, 44) / 100, scribe.dice.between(50, 240));
        if year == last && SILENT.1.contains(&n) {
            continue;
        }
        let rent = rent * percent * wobble / 10_000;
        let invest = operating * 18 / 100;
        let typed = if n == OUTLIER && year == last { rent * 12 } else { rent };
        let lines = [
            (
                if n % 2 == 0 { "经营收入·产品销售" } else { "经营收入·服务" },
                operating - rent - invest,
                "产业经营",
            ),
            (if year < 2024 { "经营收入·发包" } else { "经营收入·出租" }, typed, "资源发包"),
            ("投资收益·入股分红", invest, "入股分红"),
            ("补助收入·财政奖补", aid, ""),
            ("其他收入·捐赠", other, ""),
            ("经营支出", costs, ""),
            ("管理费用", office, ""),
        ];
        for (subject, hundreds, mode) in lines {
            // An old subject beside a new one is no jump: the outlier compares with its own subject.
            let old = (subject == "经营收入·发包").then_some("发包及上交收入");
            entry(
                scribe,
                village,
                (Period::year_of(year), subject, hundreds * 10_000),
                mode,
                old,
                year < last,
            );
        }
        if year == last && n % 3 == 1 {
            months(scribe, village, year, rent);
        }
    }
    if n == LUMP {
        lump(scribe, village);
    }
}

/// The same rent by month: contained in the yearly statement, and not added to it.
fn months(scribe: &mut Scribe<'_>, village: &Village, year: i16, hundreds: i64) {
    for month in 1u8..=12 {
        if let Some(period) = Period::month_of(year, month) {
            entry(
                scribe,
                village,
                (period, "经营收入·出租", hundreds * 10_000 / 12),
                "资源发包",
                None,
                false,
            );
        }
    }
}

/// 60万元 of rent for ten years, received in 2023: one slice a year counts.
fn lump(scribe: &mut Scribe<'_>, village: &Village) {
    let row = scribe.write(
        r07::KEY,
        r07::line::KIND,
        vec![
            (r07::line::ORG, Value::Ref(village.id)),
            (r07::line::PERIOD, Value::Period(Period::year_of(2023))),
            (r07::line::DIRECTION, Value::choice(r07::INCOME)),
            (r07::line::SUBJECT, Value::choice("经营收入·出租")),
            (r07::line::AMOUNT, Value::Money(Money::from_fen(60_000_000))),
            (r07::line::LUMP_YEARS, Value::Int(10)),
            (r07::line::EARNING_MODE, Value::choice("物业出租")),
            (r07::line::COUNTERPARTY, Value::text("示例冷链公司")),
            (r07::line::REMARK, Value::text("一次收取10年厂房租金，按年分摊")),
        ],
    );
    scribe.advance(r07::KEY, row, &["录入", "待复核", "已复核"]);
}

fn entry(
    scribe: &mut Scribe<'_>,
    village: &Village,
    (period, subject, fen): (Period, &str, i64),
    mode: &str,
    old: Option<&str>,
    reviewed: bool,
) -> RowId {
    let class = subject.split('·').next().unwrap_or(subject);
    let income = class.ends_with("收入") || class == "投资收益";
    let mut fields = vec![
        (r07::line::ORG, Value::Ref(village.id)),
        (r07::line::PERIOD, Value::Period(period)),
        (r07::line::DIRECTION, Value::choice(if income { r07::INCOME } else { r07::EXPENSE })),
        (r07::line::SUBJECT, Value::choice(subject)),
        (r07::line::AMOUNT, Value::Money(Money::from_fen(fen))),
    ];
    fields.extend((!mode.is_empty()).then(|| (r07::line::EARNING_MODE, Value::choice(mode))));
    fields.extend(old.map(|o| (r07::line::FORMER, Value::text(o))));
    let row = scribe.write(r07::KEY, r07::line::KIND, fields);
    let states: &[&str] =
        if reviewed { &["录入", "待复核", "已复核"] } else { &["录入", "待复核"] };
    scribe.advance(r07::KEY, row, states);
    row
}
