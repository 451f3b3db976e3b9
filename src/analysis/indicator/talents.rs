//! I-48 and I-49: what the talents are, and how many came and went.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::finance::with_shares;
use super::organisations::population;
use super::standing::{as_of_now, place_of, standing};
use super::{Ask, Computed, Indicators, Share};
use crate::ledger::Record;
use crate::register::Fields as _;
use crate::register::catalog::r03::{self, talent};
use crate::value::order::Ordered as _;
use crate::value::{Date, Grain, Period, RowId, Text, Value, exact};

const TALENTS: (&str, &str) = (r03::KEY, talent::KIND);

fn whose(record: &Record) -> Option<RowId> {
    record.value(talent::PERSON).and_then(Value::as_ref_id)
}

fn villages(desk: &Indicators<'_>, all: &[&Record]) -> usize {
    let village = |r: &&Record| desk.places().village_of(place_of(desk, TALENTS, r)?);
    all.iter().filter_map(village).into_set().len()
}

/// People by category; somebody in two of them is one person.
pub(super) fn composition(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let all = standing(desk, TALENTS, ask);
    if all.is_empty() {
        return Computed::none("人才库里没有人", "There are no talents");
    }
    let people = all.iter().filter_map(|r| whose(r)).into_set().len();
    let by = |key: &str, group: &str| {
        let mut found: BTreeMap<Text, BTreeSet<RowId>> = BTreeMap::new();
        for record in &all {
            let word = record.value(key).and_then(Value::as_str).unwrap_or("未注明");
            found.entry(Text::from(word)).or_default().extend(whose(record));
        }
        let mut sorted: Vec<(Text, usize)> = found.into_iter().map(|(word, who)| (word, who.len())).collect();
        crate::value::order::sort_by_key(&mut sorted, |(_, n)| std::cmp::Reverse(*n));
        let share = |(word, n): (Text, usize)| Share::new(&format!("{group}{word}"), Some(Decimal::from(n)));
        let mut parts: Vec<Share> = sorted.into_iter().map(share).collect();
        with_shares(&mut parts);
        parts
    };
    let mut parts = by(talent::CATEGORY, "");
    parts.extend(by(talent::LEVEL, "级别·"));
    let count = Decimal::from(people);
    Computed {
        value: Some(count),
        numerator: Some(count),
        villages: villages(desk, &all),
        rows: all.iter().map(|r| r.id()).collect(),
        notes: vec![as_of_now()],
        parts,
        ..Computed::default()
    }
}

/// Whether a day lies in the period.
fn within(period: Period, day: Date) -> bool {
    let month = u8::try_from(day.month()).ok().and_then(|n| Period::new(day.year(), Grain::Month, n));
    month.is_some_and(|month| period.contains(month))
}

/// Who came into a library in the period − who left one.
pub(super) fn flow(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    // Who has left is on record as well.
    let all = super::standing::on_record(desk, TALENTS, ask);
    let on = |key: &str| -> Vec<&Record> {
        let day = |r: &Record| r.value(key).and_then(Value::as_date);
        all.iter().copied().filter(|r| day(r).is_some_and(|day| within(ask.period, day))).collect()
    };
    let (came, went) = (on(talent::ENTERED), on(talent::LEFT));
    let dated = all.iter().any(|r| r.value(talent::ENTERED).is_some() || r.value(talent::LEFT).is_some());
    if !dated {
        return Computed::none("没有登记入库、出库时间", "No days of entering or leaving are on record");
    }
    let people = |rows: &[&Record]| Decimal::from(rows.iter().filter_map(|r| whose(r)).into_set().len());
    let (arrived, gone) = (people(&came), people(&went));
    let net = arrived - gone;
    let per = population(desk, ask)
        .and_then(|n| exact::over(n, Decimal::from(10_000)))
        .and_then(|n| exact::over(net, n));
    let rows: Vec<&Record> = came.into_iter().chain(went).collect();
    Computed {
        value: Some(net),
        numerator: Some(net),
        villages: villages(desk, &rows),
        rows: rows.iter().map(|r| r.id()).collect(),
        parts: vec![
            Share::new("入库", Some(arrived)),
            Share::new("出库", Some(gone)),
            Share::new("每万户籍人口", per),
        ],
        ..Computed::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Cache;
    use crate::table::fixture::Bench;

    fn n(n: i64) -> Option<Decimal> {
        Some(n.into())
    }

    fn read(b: &Bench, code: &str, period: &str) -> super::super::Indicated {
        let cache = Cache::new();
        Indicators::new(&b.state, &cache).read(code, &Ask::of(period.parse().unwrap())).unwrap()
    }

    fn talent(b: &mut Bench, org: RowId, person: RowId, category: &str, entered: &str) -> RowId {
        let fields = vec![
            ("org", Value::Ref(org)),
            ("person", Value::Ref(person)),
            ("category", Value::choice(category)),
            ("entered", Value::Date(entered.parse().unwrap())),
        ];
        b.one("R03", "talent", fields)
    }

    fn people<const N: usize>(b: &mut Bench, org: RowId) -> [RowId; N] {
        std::array::from_fn(|at| {
            let name = format!("张{}", char::from_u32(0x4e00 + at as u32).unwrap());
            b.one("R02", "person", vec![("org", Value::Ref(org)), ("name", Value::text(&name))])
        })
    }

    /// The article's 1 304 talents, a hundredth of each: the shares add up to the whole.
    #[test]
    fn shares_of_categories_total_a_hundred() {
        let mut b = Bench::new();
        let village = b.org("清凉村", "村", None);
        assert!(read(&b, "I-48", "2024").missing.is_some());
        let who: [RowId; 1304] = people(&mut b, village);
        let sizes = [("经营管理型", 300), ("专业生产型", 550), ("乡贤", 294), ("电商达人", 160)];
        let mut of = sizes.iter().flat_map(|(category, size)| std::iter::repeat_n(*category, *size));
        let rows = who.iter().map(|person| {
            vec![
                ("org", Value::Ref(village)),
                ("person", Value::Ref(*person)),
                ("category", Value::choice(of.next().unwrap())),
            ]
        });
        let rows = rows.collect();
        b.many("R03", "talent", rows);
        let all = read(&b, "I-48", "2024");
        assert_eq!((all.value, all.villages), (n(1304), 1));
        let share = |name: &str| all.parts.iter().find(|p| &*p.name == name).and_then(|p| p.share).unwrap();
        let shares = sizes.map(|(name, _)| share(name).to_string());
        assert_eq!(shares, ["23.01", "42.18", "22.54", "12.27"]);
    }

    #[test]
    fn somebody_in_two_categories_is_one_and_who_left_is_none() {
        let mut b = Bench::new();
        let village = b.org("清凉村", "村", None);
        let who: [RowId; 3] = people(&mut b, village);
        talent(&mut b, village, who[0], "乡贤", "2024-03-05");
        talent(&mut b, village, who[0], "电商达人", "2024-03-05");
        let left = talent(&mut b, village, who[1], "乡贤", "2023-11-01");
        talent(&mut b, village, who[2], "乡贤", "2024-07-01");
        assert_eq!(read(&b, "I-48", "2024").value, n(3));
        b.set("R03", left, "left", Value::Date("2024-02-01".parse().unwrap()));
        b.advance("R03", left, "村级摸排", "出库");
        let all = read(&b, "I-48", "2024");
        let part = |name: &str| all.parts.iter().find(|p| &*p.name == name).and_then(|p| p.value);
        assert_eq!((all.value, part("乡贤"), part("电商达人")), (n(2), n(2), n(1)));
        // In the first quarter one came and one went, in the third one came.
        let flow = |period: &str| {
            let found = read(&b, "I-49", period);
            (found.value, found.parts[0].value, found.parts[1].value)
        };
        assert_eq!(flow("2024-Q1"), (n(0), n(1), n(1)));
        assert_eq!((flow("2024-Q2"), flow("2024-Q3")), ((n(0), n(0), n(0)), (n(1), n(1), n(0))));
        assert_eq!(flow("2024"), (n(1), n(2), n(1)));
        b.set("R01", village, "pop_reg", Value::Int(20_000));
        assert_eq!(read(&b, "I-49", "2024").parts[2].value, Some(Decimal::new(5, 1)));
    }
}
