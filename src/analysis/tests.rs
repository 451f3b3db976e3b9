//! The room's promises: pivots against brute force, the law of adding up, indicators against the figures of
//! the source articles, and the sample county.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::indicator::{Ask, Average, Indicators, all, to_json};
use super::overview::Overview;
use super::pivot::{Measure, Spec, pivot, to_csv};
use super::{findings, sample};
use crate::register::Severity;
use crate::table::fixture::{Bench, dec, finance, industry};
use crate::table::{Cache, Places, Table};
use crate::value::{Date, Grain, Period, RowId, Value};

const SUBJECTS: [(&str, &str); 5] = [
    ("经营收入", "经营收入"),
    ("经营收入·出租", "经营收入"),
    ("投资收益", "投资收益"),
    ("补助收入", "补助收入"),
    ("经营支出", "经营支出"),
];

fn any_period() -> impl Strategy<Value = Period> {
    let grain = prop::sample::select(vec![Grain::Year, Grain::Quarter, Grain::Month, Grain::Month]);
    (2022i16..2025, grain, 1u8..5)
        .prop_map(|(y, g, n)| Period::new(y, g, if g == Grain::Year { 1 } else { n }).unwrap())
}

/// One row as brute force sees it.
#[derive(Debug, Clone)]
struct Raw {
    org: usize,
    what: usize,
    period: Period,
    fen: i64,
    lump: i64,
    forecast: bool,
}

fn any_rows() -> impl Strategy<Value = Vec<Raw>> {
    let row = (
        0usize..3,
        0usize..5,
        any_period(),
        0i64..1_000_000,
        prop::sample::select(vec![0i64, 0, 0, 2, 5]),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(org, what, period, fen, lump, forecast)| Raw {
            org,
            what,
            period,
            fen,
            lump,
            forecast,
        });
    prop::collection::vec(row, 0..30)
}

/// What is asked of both.
#[derive(Debug, Clone)]
struct Question {
    down: &'static str,
    across: Option<&'static str>,
    within: Option<Period>,
    operating: bool,
}

fn any_question() -> impl Strategy<Value = Question> {
    let dims = vec!["org", "town", "kind", "year", "quarter", "month"];
    let across = vec![None, Some("year"), Some("quarter"), Some("month"), Some("org")];
    (prop::sample::select(dims), prop::sample::select(across), prop::option::of(any_period()), any::<bool>())
        .prop_map(|(down, across, within, operating)| Question { down, across, within, operating })
}

/// A row that counts, for which period, with how much.
type Counted<'a> = (&'a Raw, Period, i64);

/// The law, read aloud: every pair of rows is looked at.
fn brute(
    rows: &[Raw],
    q: &Question,
    series: fn(&Raw) -> (usize, String),
    stock: bool,
) -> BTreeMap<(String, String), Decimal> {
    let grain_of = |d: &str| match d {
        "quarter" => Grain::Quarter,
        "month" => Grain::Month,
        _ => Grain::Year,
    };
    let longest = [Some(grain_of(q.down)), q.across.map(grain_of), q.within.map(Period::grain)]
        .into_iter()
        .flatten()
        .max()
        .unwrap();
    let usable: Vec<(usize, &Raw)> =
        rows.iter().enumerate().filter(|(_, r)| r.period.grain() >= longest).collect();
    let standing: Vec<&(usize, &Raw)> = usable
        .iter()
        .filter(|(i, r)| {
            !usable.iter().any(|(j, o)| {
                i != j && series(o) == series(r) && o.period != r.period && o.period.contains(r.period)
            })
        })
        .collect();
    let horizon =
        q.within.map(Period::year).or(standing.iter().map(|(_, r)| r.period.year()).max()).unwrap_or(0);
    let mut cells: BTreeMap<(String, String), Vec<Counted<'_>>> = BTreeMap::new();
    for (_, r) in standing {
        let n = if stock { 1 } else { r.lump.max(1) };
        for k in 0..n {
            let at = Period::new(r.period.year() + k as i16, r.period.grain(), r.period.index()).unwrap();
            let value = r.fen * (k + 1) / n - r.fen * k / n;
            let beyond = n > 1 && at.year() > horizon;
            if beyond || q.within.is_some_and(|w| !w.contains(at)) {
                continue;
            }
            let label = |d: &str| match d {
                "org" => format!("村{}", r.org),
                "town" => {
                    if r.org < 2 {
                        "甲镇".to_owned()
                    } else {
                        "—".to_owned()
                    }
                }
                "kind" => series(r).1,
                other => at.widen(grain_of(other)).unwrap().to_string(),
            };
            cells
                .entry((label(q.down), q.across.map(label).unwrap_or_default()))
                .or_default()
                .push((r, at, value));
        }
    }
    let sum = |parts: Vec<(&Raw, Period, i64)>| {
        let end = |p: Period| p.year() as i32 * 12 + i32::from(p.last_month());
        let kept = parts.iter().filter(|(r, at, _)| {
            !stock
                || parts
                    .iter()
                    .filter(|(o, _, _)| series(o) == series(r))
                    .all(|(_, other, _)| end(*other) <= end(*at))
        });
        Decimal::new(kept.map(|(_, _, v)| v).sum(), 2)
    };
    cells.into_iter().map(|(k, parts)| (k, sum(parts))).collect()
}

fn bench_with_villages() -> (Bench, Vec<RowId>) {
    let mut b = Bench::new();
    let town = b.org("甲镇", "乡镇", None);
    let orgs = (0..3).map(|n| b.org(&format!("村{n}"), "村", (n < 2).then_some(town))).collect();
    (b, orgs)
}

/// Compares a pivot with brute force, and each number with the rows behind it.
fn agrees(
    table: &Table<'_>,
    q: &Question,
    kind: &str,
    field: &str,
    conditions: &[&str],
    expected: &BTreeMap<(String, String), Decimal>,
) {
    let dim = |d: &'static str| if d == "kind" { kind.to_owned() } else { d.to_owned() };
    let mut spec = Spec::read(table, &[], &[], &[&format!("sum:{field}")], conditions).unwrap();
    spec.rows = vec![dim(q.down)];
    spec.cols = q.across.map(dim).into_iter().collect();
    spec.filter.period = q.within;
    spec.totals = true;
    let got = pivot(table, &spec).unwrap();
    // One column more than asked for tells apart what must not be added; brute force adds it all the same.
    let mut cells: BTreeMap<(String, String), Decimal> = BTreeMap::new();
    for ((r, c, _), cell) in &got.cells {
        let label = |m: &super::pivot::Member, asked: usize| {
            m.labels.iter().take(asked).map(|l| l.to_string()).next().unwrap_or_default()
        };
        let at = (label(&got.rows[*r], 1), label(&got.cols[*c], spec.cols.len()));
        *cells.entry(at).or_default() += cell.value.unwrap();
    }
    assert_eq!(&cells, expected, "{q:?}");
    let words = crate::table::law::apart(table, field).unwrap();
    let mixes =
        |cell: &super::pivot::Cell| words.as_ref().is_some_and(|w| crate::table::law::mixes(w, &cell.parts));
    assert!(got.cells.values().all(|c| !mixes(c)));
    for cell in got
        .cells
        .values()
        .chain(got.row_totals.values())
        .chain(got.col_totals.values())
        .chain(got.grand.values())
    {
        let drilled = got.drill(cell);
        assert_eq!(drilled.len(), cell.parts.len());
        if mixes(cell) {
            assert_eq!(cell.value, None);
            assert!(got.notes()[0].zh.contains("不相加"));
            continue;
        }
        assert_eq!(cell.value.unwrap_or_default(), drilled.iter().map(|(_, v)| *v).sum::<Decimal>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(700))]

    #[test]
    fn flows_and_lump_sums_against_brute_force(rows in any_rows(), q in any_question()) {
        let (mut b, orgs) = bench_with_villages();
        let lines = rows.iter().map(|r| {
            let yuan = Decimal::new(r.fen, 2).to_string();
            let mut line = finance(orgs[r.org], &r.period.to_string(), SUBJECTS[r.what].0, &yuan);
            if r.lump > 0 { line.push(("lump_years", Value::Int(r.lump))); }
            line
        }).collect();
        b.many("R07", "line", lines);
        let kept: Vec<Raw> = rows.into_iter().filter(|r| !q.operating || r.what < 3).collect();
        let expected = brute(&kept, &q, |r| (r.org, SUBJECTS[r.what].1.to_owned()), false);
        let conditions: &[&str] = if q.operating { &["is_operational=true"] } else { &[] };
        let table = Table::open(&b.state, "R07", None).unwrap();
        agrees(&table, &q, "subject_class", "amount", conditions, &expected);
    }

    #[test]
    fn stocks_and_forecasts_against_brute_force(rows in any_rows(), q in any_question()) {
        let (mut b, orgs) = bench_with_villages();
        let products = ["不知火", "血橙", "枇杷", "水稻", "葡萄"];
        let lines = rows.iter().map(|r| {
            let area = Decimal::new(r.fen, 2).to_string();
            industry(orgs[r.org], products[r.what], &r.period.to_string(), [&area, "", ""], if r.forecast { "预计" } else { "实际" })
        }).collect();
        b.many("R06", "line", lines);
        let kept: Vec<Raw> = rows.into_iter().filter(|r| !r.forecast).collect();
        let expected = brute(&kept, &q, |r| (r.org, ["不知火", "血橙", "枇杷", "水稻", "葡萄"][r.what].to_owned()), true);
        let table = Table::open(&b.state, "R06", None).unwrap();
        agrees(&table, &q, "product", "area", &[], &expected);
    }
}

#[test]
fn a_year_and_its_months_never_add_up() {
    let (mut b, v) = bench_with_villages();
    b.money(v[0], "2024", "经营收入", "100.00");
    b.money(v[0], "2024-03", "经营收入·出租", "30.00");
    b.money(v[0], "2024-04", "投资收益", "7.00");
    b.money(v[1], "2024-Q1", "经营收入", "20.00");
    b.money(v[1], "2024-02", "经营收入", "5.00");
    b.money(v[1], "2024-05", "经营收入", "1.00");
    let table = Table::open(&b.state, "R07", None).unwrap();
    let ask = |rows: &[&str], cols: &[&str], conditions: &[&str]| {
        let mut spec = Spec::read(&table, rows, cols, &["sum:amount"], conditions).unwrap();
        spec.totals = true;
        pivot(&table, &spec).unwrap()
    };
    let year = ask(&["org"], &["year"], &["year=2024"]);
    assert_eq!(to_csv(&year), "org,2024,合计\n村0,107.00,107.00\n村1,21.00,21.00\n合计,128.00,128.00\n");
    assert_eq!(year.left.covered.len(), 2);
    assert!(year.notes()[0].zh.contains("2行"));
    let month = ask(&["month"], &[], &["year=2024"]);
    assert_eq!(
        to_csv(&month),
        "month,sum:amount\n2024-02,5.00\n2024-03,30.00\n2024-04,7.00\n2024-05,1.00\n合计,43.00\n"
    );
    assert_eq!(month.left.longer.len(), 2);
}

/// Income and expense are never one number: a cell that would hold both is split, a total stays blank.
#[test]
fn what_came_in_and_what_went_out_stand_beside_each_other() {
    let (mut b, v) = bench_with_villages();
    b.money(v[0], "2024", "经营收入", "100.00");
    b.money(v[0], "2024", "经营支出", "30.00");
    b.money(v[1], "2024", "投资收益", "20.00");
    let table = Table::open(&b.state, "R07", None).unwrap();
    let ask = |rows: &[&str], conditions: &[&str]| {
        let mut spec = Spec::read(&table, rows, &["year"], &["sum:amount"], conditions).unwrap();
        spec.totals = true;
        pivot(&table, &spec).unwrap()
    };
    let split = ask(&["org"], &[]);
    assert_eq!(
        to_csv(&split),
        "org,2024 支出,2024 收入,合计\n村0,30.00,100.00,\n村1,,20.00,20.00\n合计,30.00,120.00,\n"
    );
    assert_eq!(split.notes()[0].zh, "金额按“收/支”分开合计，不相加");
    let asked = ask(&["direction"], &[]);
    assert_eq!(to_csv(&asked), "direction,2024,合计\n支出,30.00,30.00\n收入,120.00,120.00\n合计,,\n");
    let income = ask(&["org"], &["direction=收入"]);
    assert_eq!(to_csv(&income), "org,2024,合计\n村0,100.00,100.00\n村1,20.00,20.00\n合计,120.00,120.00\n");
    assert!(income.notes().is_empty());
}

#[test]
fn measures_beside_sums() {
    let (mut b, v) = bench_with_villages();
    b.crop(v[0], "不知火", "2024", ["100", "135.5", "84000.00"], "实际");
    b.crop(v[1], "不知火", "2024", ["50", "60", "40000.00"], "实际");
    b.crop(v[1], "血橙", "2024", ["30", "", ""], "实际");
    b.crop(v[1], "血橙", "2025", ["31", "1", "1.00"], "预计");
    let table = Table::open(&b.state, "R06", None).unwrap();
    let measures = [
        "count",
        "avg:area",
        "median:area",
        "min:area",
        "max:output",
        "distinct:org",
        "ratio:output_value/area",
    ];
    let mut spec = Spec::read(&table, &["product"], &[], &measures, &[]).unwrap();
    assert_eq!(
        to_csv(&pivot(&table, &spec).unwrap()),
        "product,count,avg:area,median:area,min:area,max:output,distinct:org,ratio:output_value/area\n\
         不知火,2,75,75,50,135.5,2,826.666667\n血橙,1,30,30,30,,1,\n"
    );
    spec.with_aside = true;
    assert_eq!(pivot(&table, &spec).unwrap().left.aside.len(), 0);
    let named = Spec::read(&table, &["nature"], &[], &["count"], &[]).unwrap();
    assert_eq!(to_csv(&pivot(&table, &named).unwrap()), "nature,count\n实际,3\n预计,1\n");
    let refused = |m: &str| {
        let spec = Spec { measures: vec![Measure::parse(m).unwrap()], ..Spec::default() };
        pivot(&table, &spec).unwrap_err().to_string()
    };
    assert!(refused("sum:avg_price").contains("不能相加"));
    assert!(refused("sum:product").contains("不是数字"));
    assert!(refused("sum:nothing").contains("area"));
    assert!(Measure::parse("total:area").is_err());
}

/// Six villages whose operating income is 76.38万元, three of them above 15万元 (domain §0.2).
#[test]
fn means_medians_and_thresholds_of_six_villages() {
    let mut b = Bench::new();
    let town = b.org("某镇", "乡镇", None);
    let incomes = ["253000.00", "180000.00", "150000.01", "90000.00", "50000.00", "40799.99"];
    for (n, yuan) in incomes.iter().enumerate() {
        let v = b.org(&format!("村{n}"), "村", Some(town));
        b.money(v, "2024", "经营收入", yuan);
        b.money(v, "2024", "补助收入·财政奖补", "900000.00");
        b.money(v, "2023", "投资收益", "100000.00");
    }
    let silent = b.org("未报村", "村", Some(town));
    let zero = b.org("空壳村", "村", Some(town));
    b.money(zero, "2024", "补助收入", "1.00");
    let cache = Cache::new();
    let mut desk = Indicators::new(&b.state, &cache);
    let ask = Ask::of("2024".parse().unwrap());
    let read = |desk: &Indicators<'_>, code: &str| desk.read(code, &ask).unwrap();
    let i16 = read(&desk, "I-16");
    assert_eq!(i16.value, Some(dec("763800.00")));
    assert_eq!((i16.villages, i16.reported, i16.should), (6, 7, 8));
    assert!(i16.notes.iter().any(|n| n.zh.contains("1个村未报")));
    assert_eq!(read(&desk, "I-18").value, Some(dec("27.3")));
    let i20 = read(&desk, "I-20");
    let counts: Vec<(String, u32)> =
        i20.parts.iter().map(|p| (p.name.to_string(), p.value.unwrap().try_into().unwrap())).collect();
    let expected = [
        ("无收入（空壳）", 1),
        ("5万元以下（薄弱）", 2),
        ("5万元以上", 5),
        ("10万元以上", 3),
        ("超15万元", 3),
        ("超20万元", 1),
        ("50万元以上", 0),
        ("100万元以上", 0),
    ];
    assert_eq!(counts, expected.map(|(n, c)| (n.to_owned(), c)));
    assert_eq!((i20.numerator, i20.denominator), (Some(dec("1")), Some(dec("8"))));
    assert_eq!(read(&desk, "I-17").parts[0].value, Some(dec("763800") / dec("8")));
    desk.average = Average::Reporting;
    assert_eq!(read(&desk, "I-17").denominator, Some(dec("7")));
    let gap = read(&desk, "I-21");
    assert_eq!((gap.villages, gap.parts[0].value), (7, None), "max over nothing is no number");
    assert!(read(&desk, "I-22").missing.unwrap().zh.contains("没有支出"));
    for code in ["I-13", "I-14", "I-23"] {
        let r = read(&desk, code);
        assert!(r.value.is_none() && r.missing.is_some(), "{code}");
    }
    let have = desk.completeness("R07", &ask);
    assert_eq!(have.missing, [silent]);
    let json = to_json(&desk.read_all(&ask));
    assert_eq!(json["I-16"]["value"], 763_800);
    assert_eq!(json["I-16"]["unit"], "元");
    assert_eq!(json["I-16"]["villages"], 6);
    assert!(json["I-23"]["value"].is_null());
}

/// The first screen computes its indicators from a table of its own, and must read the same in it.
#[test]
fn the_leading_indicators_read_as_they_do_among_all() {
    let mut b = Bench::new();
    let draft = sample::draft(b.author(), 1_700_000_000_000);
    b.record(draft);
    let cache = Cache::new();
    let desk = Indicators::new(&b.state, &cache);
    for year in [2024, 2025] {
        let ask = Ask::of(Period::year_of(year));
        let leading: Vec<_> = all().iter().filter_map(|d| desk.read_leading(d.code, &ask)).collect();
        let codes: Vec<_> = leading.iter().map(|r| r.code).collect();
        assert_eq!(codes, ["I-01", "I-02", "I-03", "I-04", "I-05", "I-07", "I-15", "I-16", "I-20"]);
        for reading in leading {
            assert_eq!(desk.read(reading.code, &ask).unwrap(), reading);
        }
    }
}

/// A village that came into the ledger because another register spoke of it owes nothing to this one: the
/// figure per village is what it was, and mean and median are of the same villages.
#[test]
fn a_figure_per_village_is_over_those_that_report_the_register() {
    let mut b = Bench::new();
    let told = |b: &mut Bench, name: &str, register: &str| {
        let reports = Value::Many(vec![register.into()]);
        let fields = vec![("name", Value::text(name)), ("kind", Value::choice("村")), ("reports", reports)];
        b.one("R01", "org", fields)
    };
    let finance: Vec<RowId> = (0..4).map(|n| told(&mut b, &format!("村{n}"), "集体经济收支台账")).collect();
    for (v, yuan) in finance.iter().zip(["100.00", "200.00", "600.00"]) {
        b.money(*v, "2024", "经营收入", yuan);
    }
    let industry = told(&mut b, "果村", "产业生产台账");
    b.crop(industry, "不知火", "2024", ["100", "135.5", "84000.00"], "实际");
    let asked = Ask::of(Period::year_of(2024));
    let counted = |b: &Bench| {
        let cache = Cache::new();
        let desk = Indicators::new(&b.state, &cache);
        let per = desk.operating_per_village(&asked);
        let i20 = desk.read("I-20", &asked).unwrap();
        assert_eq!(i20.denominator, Some(Decimal::from(per.over)));
        assert_eq!(desk.read("I-17", &asked).unwrap().denominator, Some(Decimal::from(per.over)));
        assert_eq!(desk.read("I-03", &asked).unwrap().should, desk.completeness("R06", &asked).should.len());
        let page = Overview::of(&desk, &asked).unwrap();
        assert_eq!(page.cards[4].per_village.as_ref(), Some(&per));
        assert_eq!(page.cards[4].figure.value, per.mean);
        assert_eq!(page.income_by_source.reported.last(), Some(&(per.reported, per.over)));
        per
    };
    let per = counted(&b);
    assert_eq!((per.over, per.mean, per.sum), (4, Some(dec("225")), Some(dec("900"))));
    assert_eq!((per.reported, per.reported_mean, per.median), (3, Some(dec("300")), Some(dec("200"))));
    // One that is declared to report everything, and has not, is missing; one that has ever reported is due.
    b.org("新村", "村", None);
    assert_eq!(counted(&b).over, 5);
    b.money(industry, "2023", "经营收入", "5.00");
    assert_eq!(counted(&b).over, 6);
}

/// A village that reports by the year owes nothing for a quarter; what it reported stands for all four.
#[test]
fn who_reports_by_the_year_is_not_missing_in_four_quarters() {
    let mut b = Bench::new();
    let [by_year, by_quarter, late, never] = ["年村", "季村", "迟村", "无村"].map(|n| b.org(n, "村", None));
    b.crop(by_year, "不知火", "2024", ["100", "", ""], "实际");
    b.crop(by_quarter, "不知火", "2024-Q1", ["50", "", ""], "实际");
    b.crop(late, "不知火", "2023", ["70", "", ""], "实际");
    let cache = Cache::new();
    let desk = Indicators::new(&b.state, &cache);
    let (year, quarter) = (Ask::of(Period::year_of(2024)), Ask::of("2024-Q2".parse().unwrap()));
    let (of_year, of_quarter) = (desk.completeness("R06", &year), desk.completeness("R06", &quarter));
    let sorted = |mut all: Vec<RowId>| {
        all.sort();
        all
    };
    assert_eq!(sorted(of_year.missing.clone()), sorted(vec![late, never]));
    assert_eq!((of_year.should.len(), of_year.longer.len()), (4, 0));
    assert_eq!(sorted(of_quarter.should.clone()), sorted(vec![by_quarter, never]));
    assert_eq!(sorted(of_quarter.longer.clone()), sorted(vec![by_year, late]));
    assert_eq!(of_quarter.words().zh, "已报 0 / 应报 2，另2村按更长期间报送");
    let matrix = desk.matrix("R06", &year, Grain::Quarter);
    let row = |v: RowId| {
        let (_, returns) = matrix.rows.iter().find(|(village, _)| *village == v).unwrap();
        returns.iter().map(|r| (r.period.to_string(), r.columns, r.standing.words().zh)).collect::<Vec<_>>()
    };
    assert_eq!(row(by_year), [("2024".to_owned(), 4, "填报中".to_owned())]);
    assert_eq!(row(late), [("2024".to_owned(), 4, "未报".to_owned())]);
    assert_eq!(row(by_quarter).len(), 4);
    assert_eq!(row(never).iter().filter(|(_, _, s)| s == "未报").count(), 4);
}

/// 13 of 36 villages above 20万元 is 36.11 %, and a village at 20万元 exactly does not count.
#[test]
fn thirteen_of_thirty_six() {
    let mut b = Bench::new();
    for n in 0..36 {
        let v = b.org(&format!("村{n:02}"), "村", None);
        b.money(v, "2024", "经营收入", if n < 13 { "200000.01" } else { "200000.00" });
    }
    let cache = Cache::new();
    let desk = Indicators::new(&b.state, &cache);
    let reading = desk.read("I-20", &Ask::of(Period::year_of(2024))).unwrap();
    assert_eq!(super::format::percent(reading.value), "36.11%");
    assert_eq!((reading.numerator, reading.villages), (Some(dec("13")), 36));
}

/// 56 232 t on 41 070 mu worth 2.2亿 (domain §3.1): ratios are Σ ÷ Σ, and only of what has both numbers.
#[test]
fn industry_ratios() {
    let (mut b, v) = bench_with_villages();
    b.crop(v[0], "不知火", "2024", ["40000", "56000", "219000000.00"], "实际");
    b.crop(v[1], "不知火", "2024-Q2", ["1000", "100", "400000.00"], "实际");
    b.crop(v[1], "不知火", "2024-Q4", ["1070", "132", "600000.00"], "实际");
    b.crop(v[2], "水稻", "2024", ["", "9", ""], "实际");
    b.crop(v[0], "不知火", "2024", ["40000", "56000", "200000000.00"], "预计");
    let cache = Cache::new();
    let desk = Indicators::new(&b.state, &cache);
    let ask = Ask::of(Period::year_of(2024));
    let read = |code: &str| desk.read(code, &ask).unwrap();
    assert_eq!(read("I-01").value, Some(dec("41070")));
    assert_eq!(read("I-02").value, Some(dec("56241")));
    assert_eq!(read("I-03").value, Some(dec("220000000")));
    assert_eq!(super::format::fixed(read("I-04").value.unwrap(), 2), "1369.17");
    assert_eq!(super::format::fixed(read("I-05").value.unwrap(), 2), "5356.71");
    assert_eq!(super::format::fixed(read("I-06").value.unwrap(), 2), "3.91");
    assert_eq!(read("I-08").value, Some(dec("109.5")));
    assert_eq!(read("I-09").parts[0].share, Some(dec("100.00")));
    assert!(read("I-04").notes.iter().any(|n| n.zh.contains("只填了其中一个数")));
    assert!(read("I-12").missing.unwrap().zh.contains("托管"));
    assert!(read("I-07").value.is_none());
}

#[test]
fn rules_find_the_same_in_steps_as_at_once() {
    let mut b = Bench::new();
    let draft = sample::draft(b.author(), 1_700_000_000_000);
    b.record(draft);
    let (places, today) = (Places::of(&b.state), Date::new(2025, 12, 31).unwrap());
    let mut sweep = findings::Sweep::default();
    while !sweep.step(&b.state, today, 7) {}
    assert!(sweep.step(&b.state, today, 0), "done stays done");
    assert_eq!(sweep.found(), findings::findings(&b.state, &places, None, today));
    // Something changes half way: it begins anew.
    let mut sweep = findings::Sweep::default();
    sweep.step(&b.state, today, 100);
    b.org("新村", "村", None);
    assert!(!sweep.step(&b.state, today, 0));
    while !sweep.step(&b.state, today, 1000) {}
    assert_eq!(sweep.found(), findings::findings(&b.state, &Places::of(&b.state), None, today));
}

#[test]
fn the_sample_county_is_whole_and_the_same_every_time() {
    let make = || {
        let mut b = Bench::new();
        let draft = sample::draft(b.author(), 1_700_000_000_000);
        let again = draft.clone();
        b.record(draft);
        (b, again)
    };
    let (b, draft) = make();
    assert_eq!(draft, make().1);
    assert!(b.state.sample().is_some());
    for register in b.state.schema().all() {
        assert!(
            b.state.sheet(&register.key).is_some_and(|s| s.count_live() > 0),
            "{} is shown",
            register.key
        );
    }
    let places = Places::of(&b.state);
    assert_eq!(places.villages(None, None).len(), 36);
    // The day on which it was made: some rent is late then, some contract ends soon.
    let today = Date::from_unix_millis(1_700_000_000_000).unwrap();
    let found = findings::findings(&b.state, &places, None, today);
    let mut grave: BTreeMap<&str, usize> = BTreeMap::new();
    for f in found.iter().filter(|f| f.finding.severity < Severity::Info) {
        println!("{} {} {:?}", f.register, f.finding.rule, f.finding.message.zh);
        *grave.entry(&*f.finding.rule).or_default() += 1;
    }
    let flagged = BTreeMap::from([("amount_jump", 1), ("ends_soon", 4), ("in_arrears", 6)]);
    assert_eq!(
        grave, flagged,
        "one outlier, late rent and contracts that end, and nothing else, are flagged"
    );
    let cache = Cache::new();
    let desk = Indicators::new(&b.state, &cache);
    let page = Overview::of(&desk, &Ask::of(Period::year_of(2025))).unwrap();
    for card in &page.cards {
        println!(
            "{} {:?} {:?} {:?} {:?}",
            card.figure.name.zh, card.figure.value, card.last_year, card.growth.percent, card.second.value
        );
    }
    for year in &page.ladder {
        println!(
            "{} {:?} 未报{}",
            year.year,
            year.steps.iter().map(|s| s.villages.len()).collect::<Vec<_>>(),
            year.missing
        );
    }
    assert_eq!(page.cards.len(), 6);
    assert!(
        page.cards
            .iter()
            .all(|c| c.figure.value.is_some() && c.last_year.is_some() && c.second.value.is_some())
    );
    assert_eq!((page.value_by_product.years.len(), page.value_by_product.parts.len()), (5, 6));
    assert_eq!(page.income_by_source.break_before, Some(2024));
    assert_eq!(page.income_by_source.reported.last(), Some(&(34, 36)));
    let missing: Vec<usize> = page.completeness.iter().map(|c| c.missing.len()).collect();
    assert_eq!(missing, [2, 2]);
    assert_eq!(page.ranking.villages.len(), 34);
    let total: Decimal = page.income_by_source.parts.iter().filter_map(|p| *p.values.last()?).sum();
    assert_eq!(Some(total), page.cards[3].figure.value);
    // The rows behind each part add up to it.
    let table = cache.table(&b.state, "R06", None).unwrap();
    for (stack, field) in [(&page.value_by_product, "output_value"), (&page.area_by_product, "area")] {
        let column = table.column(field).unwrap();
        for (n, part) in stack.parts.iter().enumerate() {
            for (year, value) in part.values.iter().enumerate() {
                let rows = stack.rows(&desk, n, year).unwrap();
                let numbers = rows.iter().filter_map(|id| column.number(table.row_of(*id)?));
                assert_eq!(crate::table::law::total(numbers), *value, "{} {}", part.name, stack.years[year]);
            }
        }
    }
    // Of a lump sum a slice counts, in more than its own year.
    for (n, part) in page.income_by_source.parts.iter().enumerate() {
        for (year, value) in part.values.iter().enumerate() {
            assert_eq!(page.income_by_source.rows(&desk, n, year).unwrap().is_empty(), value.is_none());
        }
    }
    let over = page.thresholds.iter().find(|t| t.threshold.code == ">20").unwrap();
    assert_eq!(over.last_year, Some(13));
    assert_eq!(page.quarters.rows.len(), 36);
    let town = places.resolve("示例镇一")[0];
    let part = Overview::of(&desk, &Ask::of(Period::year_of(2025)).at(Some(town))).unwrap();
    assert_eq!(part.villages, 12);
    // A quarter is asked for: only rows of that quarter count.
    let quarter = desk.read("I-03", &Ask::of("2025-Q2".parse().unwrap())).unwrap();
    assert!(quarter.value.is_some() && quarter.reported < 36);
}

#[test]
fn a_lump_sum_counts_one_slice_in_each_years_operating_income() {
    let (mut b, v) = bench_with_villages();
    let row = b.money(v[0], "2023", "经营收入·出租", "600000.00");
    b.set("R07", row, "lump_years", Value::Int(10));
    b.money(v[0], "2025", "投资收益", "1000.00");
    let cache = Cache::new();
    let desk = Indicators::new(&b.state, &cache);
    let value = |y: i16| desk.read("I-16", &Ask::of(Period::year_of(y))).unwrap().value;
    assert_eq!(
        [2022, 2023, 2024, 2025].map(value),
        [None, Some(dec("60000")), Some(dec("60000")), Some(dec("61000"))]
    );
    let table = Table::open(&b.state, "R07", None).unwrap();
    let spec = Spec::read(&table, &["org"], &["year"], &["sum:amount"], &[]).unwrap();
    assert_eq!(
        to_csv(&pivot(&table, &spec).unwrap()),
        "org,2023,2024,2025\n村0,60000.00,60000.00,61000.00\n"
    );
}
