//! I-42, I-43 and I-44: who the members of the party are, who is on the way to be one, and who of the village committees
//! also sits in a business.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::finance::with_shares;
use super::standing::{as_of_now, read, standing};
use super::{Ask, Computed, Indicators, Share};
use crate::ledger::Record;
use crate::register::catalog::r02::{self, person, post};
use crate::register::{Fields as _, Message};
use crate::value::order::Ordered as _;
use crate::value::{Period, RowId, Text, Value, exact};

const PEOPLE: (&str, &str) = (r02::KEY, person::KIND);
const POSTS: (&str, &str) = (r02::KEY, post::KIND);

/// Bands of age in full years, each up to this one; the last has no end (domain I-42).
const AGES: [(&str, i32); 4] = [("35岁及以下", 35), ("36—50岁", 50), ("51—60岁", 60), ("60岁以上", i32::MAX)];

fn word(desk: &Indicators<'_>, record: &Record, key: &str) -> Option<Text> {
    read(desk, PEOPLE, record, key)?.as_str().map(Text::from)
}

/// The members of the party.
fn members<'a>(desk: &Indicators<'a>, ask: &Ask) -> Vec<&'a Record> {
    let mut all = standing(desk, PEOPLE, ask);
    all.retain(|r| word(desk, r, person::STAGE).is_some_and(|stage| r02::MEMBERS.contains(&&*stage)));
    all
}

/// Full years at the end of the period.
fn age(desk: &Indicators<'_>, record: &Record, at: Period) -> Option<i32> {
    let (born, day) = (read(desk, PEOPLE, record, person::BIRTH)?.as_period()?, at.last_day()?);
    let born_on = born.last_day()?;
    let years = i32::from(day.year()) - i32::from(born_on.year());
    // Of the day only the month is known.
    Some(if day.month() < born_on.month() { years - 1 } else { years })
}

pub(super) fn structure(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let all = members(desk, ask);
    if all.is_empty() {
        return Computed::none("没有党员", "There are no party members");
    }
    let ages: Vec<i32> = all.iter().filter_map(|r| age(desk, r, ask.period)).collect();
    let young = ages.iter().filter(|age| **age <= 35).count();
    let mut parts = bands(&ages);
    for (key, name) in [(person::GENDER, "性别"), (person::EDUCATION, "学历")] {
        parts.extend(by_word(name, all.iter().filter_map(|r| word(desk, r, key))));
    }
    let (numerator, denominator) = (Decimal::from(young), Decimal::from(ages.len()));
    let mut notes = vec![as_of_now()];
    let unknown = all.len() - ages.len();
    if unknown > 0 {
        notes.push(Message::new(
            format!("{unknown}名党员没有出生年月，不计入年龄结构"),
            format!("{unknown} members have no month of birth and are in no band"),
        ));
    }
    Computed {
        value: exact::percent(numerator, denominator),
        numerator: Some(numerator),
        denominator: Some(denominator),
        villages: villages(desk, &all),
        rows: all.iter().map(|r| r.id()).collect(),
        notes,
        parts,
        ..Computed::default()
    }
}

fn bands(ages: &[i32]) -> Vec<Share> {
    let mut from = i32::MIN;
    let mut parts = Vec::new();
    for (name, until) in AGES {
        let n = ages.iter().filter(|age| (from..=until).contains(*age)).count();
        parts.push(Share::new(&format!("年龄·{name}"), Some(Decimal::from(n))).in_unit("人"));
        from = until.saturating_add(1);
    }
    with_shares(&mut parts);
    parts
}

/// How many say each word, the most first.
fn by_word(name: &str, words: impl Iterator<Item = Text>) -> Vec<Share> {
    let mut counts: BTreeMap<Text, usize> = BTreeMap::new();
    words.for_each(|word| *counts.entry(word).or_default() += 1);
    let mut sorted: Vec<(Text, usize)> = counts.into_iter().collect();
    crate::value::order::sort_by_key(&mut sorted, |(_, n)| std::cmp::Reverse(*n));
    let share = |(word, n): (Text, usize)| {
        Share::new(&format!("{name}·{word}"), Some(Decimal::from(n))).in_unit("人")
    };
    let mut parts: Vec<Share> = sorted.into_iter().map(share).collect();
    with_shares(&mut parts);
    parts
}

fn villages(desk: &Indicators<'_>, all: &[&Record]) -> usize {
    let village = |r: &&Record| desk.places().village_of(super::standing::place_of(desk, PEOPLE, r)?);
    all.iter().filter_map(village).into_set().len()
}

/// Who is on the way into the party and not there yet.
pub(super) fn on_the_way(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let all = standing(desk, PEOPLE, ask);
    let at = |step: &str| -> Vec<&Record> {
        all.iter().copied().filter(|r| word(desk, r, person::STAGE).is_some_and(|w| *w == *step)).collect()
    };
    let steps: Vec<(&str, Vec<&Record>)> = r02::WAY.iter().map(|step| (*step, at(step))).collect();
    if steps.iter().all(|(_, people)| people.is_empty()) {
        return Computed::none("没有登记党员阶段", "No membership is on record");
    }
    let before = steps.iter().filter(|(step, _)| *step != r02::FULL).flat_map(|(_, people)| people);
    let rows: Vec<RowId> = before.clone().map(|r| r.id()).collect();
    let people: Vec<&Record> = before.copied().collect();
    let count = Decimal::from(rows.len());
    Computed {
        value: Some(count),
        numerator: Some(count),
        villages: villages(desk, &people),
        rows,
        notes: vec![as_of_now()],
        parts: steps
            .iter()
            .map(|(step, people)| Share::new(step, Some(Decimal::from(people.len()))).in_unit("人"))
            .collect(),
        ..Computed::default()
    }
}

/// People of the village committees who also have a post in a business ÷ people of the village committees.
pub(super) fn in_both(desk: &Indicators<'_>, ask: &Ask) -> Computed {
    let end = ask.period.last_day();
    let holds = |r: &Record| {
        let until = r.value(post::UNTIL).and_then(Value::as_date);
        let from = r.value(post::FROM).and_then(Value::as_date);
        end.is_none_or(|end| until.is_none_or(|day| day > end) && from.is_none_or(|day| day <= end))
    };
    let people: BTreeSet<RowId> = standing(desk, PEOPLE, ask).iter().map(|r| r.id()).collect();
    let posts = standing(desk, POSTS, ask);
    let of = |r: &&&Record| {
        let whose = r.value(post::PARENT).and_then(Value::as_ref_id)?;
        (people.contains(&whose) && holds(r)).then_some(whose)
    };
    let committee = |r: &&&Record| {
        let word = r.value(post::POST).and_then(Value::as_str);
        word.is_some_and(|w| r02::COMMITTEES.contains(&w)) && r.value(post::ENTITY).is_none()
    };
    let committees = posts.iter().filter(committee).filter_map(|r| of(&r)).into_set();
    let business = posts.iter().filter(|r| r.value(post::ENTITY).is_some()).filter_map(|r| of(&r)).into_set();
    if committees.is_empty() {
        return Computed::none("没有登记两委成员的职务", "No posts of village committees are on record");
    }
    let both: Vec<RowId> = committees.intersection(&business).copied().collect();
    let (numerator, denominator) = (Decimal::from(both.len()), Decimal::from(committees.len()));
    Computed {
        value: exact::percent(numerator, denominator),
        numerator: Some(numerator),
        denominator: Some(denominator),
        rows: both,
        ..Computed::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Cache;
    use crate::table::fixture::Bench;
    use crate::value::Grain;

    fn n(n: i64) -> Option<Decimal> {
        Some(n.into())
    }

    fn read(b: &Bench, code: &str, place: Option<RowId>) -> super::super::Indicated {
        let cache = Cache::new();
        Indicators::new(&b.state, &cache).read(code, &Ask::of(Period::year_of(2024)).at(place)).unwrap()
    }

    fn person(b: &mut Bench, org: RowId, name: &str, stage: &str, born: Option<(i16, u8)>) -> RowId {
        let mut fields = vec![
            ("org", Value::Ref(org)),
            ("name", Value::text(name)),
            ("member_stage", Value::choice(stage)),
            ("gender", Value::choice("女")),
        ];
        let month = born.and_then(|(year, month)| Period::new(year, Grain::Month, month));
        fields.extend(month.map(|m| ("birth", Value::Period(m))));
        b.one("R02", "person", fields)
    }

    #[test]
    fn members_by_age_at_the_end_of_the_year() {
        let mut b = Bench::new();
        let village = b.org("清凉村", "村", None);
        assert!(read(&b, "I-42", None).missing.is_some());
        // 35 in December, 36 before it, 61, and one of whom nobody knows.
        person(&mut b, village, "甲甲", "正式党员", Some((1989, 12)));
        person(&mut b, village, "乙乙", "预备党员", Some((1988, 1)));
        person(&mut b, village, "丙丙", "正式党员", Some((1963, 6)));
        person(&mut b, village, "丁丁", "正式党员", None);
        person(&mut b, village, "戊戊", "积极分子", Some((2000, 1)));
        let all = read(&b, "I-42", None);
        assert_eq!((all.numerator, all.denominator, all.rows.len()), (n(1), n(3), 4));
        let part = |name: &str| all.parts.iter().find(|p| &*p.name == name).map(|p| (p.value, p.share));
        assert_eq!(part("年龄·35岁及以下"), Some((n(1), Some(Decimal::new(3334, 2)))));
        assert_eq!(part("年龄·36—50岁").map(|p| p.0), Some(n(1)));
        assert_eq!(part("年龄·60岁以上").map(|p| p.0), Some(n(1)));
        assert_eq!(part("性别·女"), Some((n(4), n(100))));
        let ages = all.parts.iter().filter(|p| p.name.starts_with("年龄"));
        assert_eq!(ages.filter_map(|p| p.share).sum::<Decimal>(), Decimal::ONE_HUNDRED);
        assert!(all.notes.iter().any(|m| m.zh.contains("1名党员没有出生年月")));
    }

    #[test]
    fn whoever_is_on_the_way_is_counted_once_at_the_last_step() {
        let mut b = Bench::new();
        let villages = ["清凉村", "五四村"].map(|name| b.org(name, "村", None));
        person(&mut b, villages[0], "甲甲", "申请人", None);
        person(&mut b, villages[1], "乙乙", "预备党员", None);
        person(&mut b, villages[1], "丙丙", "正式党员", None);
        // One of whom only the steps are known.
        let steps = vec![("org", Value::Ref(villages[0])), ("name", Value::text("丁丁"))];
        let by_steps = b.one("R02", "person", steps);
        for stage in ["申请人", "积极分子"] {
            b.one("R02", "stage", vec![("parent", Value::Ref(by_steps)), ("stage", Value::choice(stage))]);
        }
        let all = read(&b, "I-43", None);
        assert_eq!((all.value, all.villages), (n(3), 2));
        let counts: Vec<_> = all.parts.iter().map(|p| (&*p.name, p.value)).collect();
        let wanted = [
            ("申请人", n(1)),
            ("积极分子", n(1)),
            ("发展对象", n(0)),
            ("预备党员", n(1)),
            ("正式党员", n(1)),
        ];
        assert_eq!(counts, wanted);
        assert_eq!(read(&b, "I-43", Some(villages[1])).value, n(1));
    }

    #[test]
    fn who_sits_on_a_committee_and_in_a_business() {
        let mut b = Bench::new();
        let village = b.org("清凉村", "村", None);
        let business = b.one(
            "R05",
            "entity",
            vec![
                ("org", Value::Ref(village)),
                ("name", Value::text("傣园")),
                ("kind", Value::choice("强村公司")),
            ],
        );
        let people = ["甲甲", "乙乙", "丙丙"].map(|name| person(&mut b, village, name, "正式党员", None));
        let mut post = |who: RowId, post: &str, entity: bool, until: Option<&str>| {
            let mut fields = vec![("parent", Value::Ref(who)), ("post", Value::choice(post))];
            fields.push(if entity { ("entity", Value::Ref(business)) } else { ("org", Value::Ref(village)) });
            fields.extend(until.map(|day| ("to", Value::Date(day.parse().unwrap()))));
            b.one("R02", "post", fields)
        };
        post(people[0], "书记", false, None);
        post(people[0], "理事长", true, None);
        post(people[1], "委员", false, None);
        post(people[1], "理事", true, Some("2023-06-30"));
        post(people[2], "委员", false, Some("2023-06-30"));
        post(people[2], "理事", true, None);
        let all = read(&b, "I-44", None);
        assert_eq!((all.value, all.numerator, all.denominator), (n(50), n(1), n(2)));
    }
}
