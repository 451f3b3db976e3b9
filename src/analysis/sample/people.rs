//! Who lives and works in the sample county: people with posts, talents, households with their hubs, businesses and
//! centres. Names are put together from two lists, so that some are alike, as they are anywhere; nobody has a number.

use super::{Scribe, Village};
use crate::register::catalog::r01::{self, org as place};
use crate::register::catalog::r02::{self, person, post};
use crate::register::catalog::r03::{self, talent};
use crate::register::catalog::r04::{self, household};
use crate::register::catalog::r05::{self, entity};
use crate::register::catalog::r11::{self, facility};
use crate::value::{Date, Grain, Period, RowId, Value};

const SURNAMES: [&str; 12] = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "曾"];
const GIVEN: [&str; 17] = [
    "建国", "秀英", "志强", "桂芳", "德明", "春梅", "国庆", "玉兰", "永福", "小燕", "长生", "丽华", "文斌",
    "翠平", "海军", "晓霞", "大勇",
];
const POSTS: [(&str, &str); 3] = [("书记", "正式党员"), ("委员", "正式党员"), ("网格员", "积极分子")];
const EDUCATION: [&str; 5] = ["初中", "高中中专", "大专", "本科", "高中中专"];
/// What talents are good at: category, and in words.
const SKILLS: [(&str, &str); 6] = [
    ("种植能手", "柑橘修剪"),
    ("养殖能手", "生态养鱼"),
    ("电商达人", "直播带货"),
    ("经营管理型", "合作社管理"),
    ("乡贤", "返乡投资"),
    ("加工能手", "果品加工"),
];
const LEVELS: [&str; 3] = ["村级能人库", "乡级人才库", "县级人才库"];
/// Households of a village; the first of them links the others.
const HOUSEHOLDS: usize = 10;

/// Writes them all, village by village.
pub(super) fn write(scribe: &mut Scribe<'_>, villages: &[Village]) {
    let mut branches: Vec<RowId> = Vec::new();
    for village in villages {
        // One branch a township, under its first village: the villages of the sample come township by township.
        if branches.len() <= village.town {
            branches.push(branch(scribe, village));
        }
        let people = people(scribe, village, branches.last().copied());
        talents(scribe, village, &people);
        households(scribe, village);
        businesses(scribe, village);
        centre(scribe, village);
    }
}

/// A name that belongs to nobody.
fn name(scribe: &mut Scribe<'_>) -> String {
    let mut pick = |all: &[&'static str]| {
        let last = i64::try_from(all.len()).unwrap_or(1) - 1;
        usize::try_from(scribe.dice.between(0, last)).ok().and_then(|n| all.get(n).copied()).unwrap_or("示例")
    };
    let surname = pick(&SURNAMES);
    format!("{surname}{}", pick(&GIVEN))
}

fn nth(all: &[&'static str], n: usize) -> &'static str {
    n.checked_rem(all.len()).and_then(|n| all.get(n).copied()).unwrap_or_default()
}

fn branch(scribe: &mut Scribe<'_>, village: &Village) -> RowId {
    let fields = vec![
        (place::NAME, Value::text(&format!("示例第{}联村党总支", village.town + 1))),
        (place::SORT, Value::choice(r01::PARTY)),
        (place::PARENT, Value::Ref(village.id)),
        (place::PARTY_LEVEL, Value::choice("党总支")),
        (place::PARTY_FORM, Value::choice("联村")),
        (place::SUBSTANCE, Value::choice(r01::SUBSTANTIAL)),
    ];
    scribe.write(r01::KEY, place::KIND, fields)
}

fn people(scribe: &mut Scribe<'_>, village: &Village, branch: Option<RowId>) -> Vec<RowId> {
    let mut written = Vec::new();
    for (n, (office, stage)) in POSTS.iter().enumerate() {
        let called = name(scribe);
        let year = i16::try_from(scribe.dice.between(1962, 1998)).unwrap_or(1980);
        let month = u8::try_from(scribe.dice.between(1, 12)).unwrap_or(1);
        let mut fields = vec![
            (person::ORG, Value::Ref(village.id)),
            (person::NAME, Value::text(&called)),
            (person::GENDER, Value::choice(if (village.number + n).is_multiple_of(3) { "女" } else { "男" })),
            (person::EDUCATION, Value::choice(nth(&EDUCATION, village.number + n))),
            (person::STAGE, Value::choice(stage)),
        ];
        fields
            .extend(Period::new(year, Grain::Month, month).map(|born| (person::BIRTH, Value::Period(born))));
        let member = r02::MEMBERS.contains(stage);
        fields.extend(branch.filter(|_| member).map(|row| (person::PARTY, Value::Ref(row))));
        let row = scribe.write(r02::KEY, person::KIND, fields);
        let mut fields = vec![
            (post::PARENT, Value::Ref(row)),
            (post::POST, Value::choice(office)),
            (post::ORG, Value::Ref(village.id)),
        ];
        fields.extend(Date::new(2021, 1, 20).map(|day| (post::FROM, Value::Date(day))));
        scribe.write(r02::KEY, post::KIND, fields);
        written.push(row);
    }
    written
}

/// Whoever keeps the grid is a talent too; in every third village so is the secretary.
fn talents(scribe: &mut Scribe<'_>, village: &Village, people: &[RowId]) {
    let every = village.number.is_multiple_of(3);
    for (n, person) in people.iter().enumerate().filter(|(n, _)| *n == 2 || every && *n == 0) {
        let (category, skill) = SKILLS
            .get((village.number + n).checked_rem(SKILLS.len()).unwrap_or_default())
            .copied()
            .unwrap_or_default();
        let mut fields = vec![
            (talent::ORG, Value::Ref(village.id)),
            (talent::PERSON, Value::Ref(*person)),
            (talent::CATEGORY, Value::choice(category)),
            (talent::LEVEL, Value::choice(nth(&LEVELS, village.number))),
            (talent::SPECIALITY, Value::text(skill)),
            (talent::LED, Value::Int(scribe.dice.between(3, 40))),
        ];
        fields.extend(Date::new(2024, 3, 1).map(|day| (talent::ENTERED, Value::Date(day))));
        let row = scribe.write(r03::KEY, talent::KIND, fields);
        scribe.advance(r03::KEY, row, r03::LISTING);
    }
}

fn households(scribe: &mut Scribe<'_>, village: &Village) {
    let fields = vec![
        (place::NAME, Value::text("第一村民小组")),
        (place::SORT, Value::choice(r01::HAMLET)),
        (place::PARENT, Value::Ref(village.id)),
    ];
    let group = scribe.write(r01::KEY, place::KIND, fields);
    let mut hub = None;
    for n in 0..HOUSEHOLDS {
        let members = scribe.dice.between(1, 6);
        let mut fields = vec![
            (household::ORG, Value::Ref(village.id)),
            (household::GROUP, Value::Ref(group)),
            (household::HEAD, Value::text(&name(scribe))),
            (household::NUMBER, Value::text(&format!("{:03}", n + 1))),
            (household::MEMBERS, Value::Int(members)),
            (household::LABOUR, Value::Int(scribe.dice.between(0, members))),
        ];
        fields.extend(hub.map(|row| (household::HUB, Value::Ref(row))));
        let row = scribe.write(r04::KEY, household::KIND, fields);
        hub.get_or_insert(row);
    }
}

/// Every other village has a co-operative, every fourth a farm.
fn businesses(scribe: &mut Scribe<'_>, village: &Village) {
    let mut found = |sort: &'static str, called: String, led: bool| {
        let fields = vec![
            (entity::ORG, Value::Ref(village.id)),
            (entity::NAME, Value::text(&called)),
            (entity::SORT, Value::choice(sort)),
            (entity::BY_MEMBER, Value::Bool(led)),
            (entity::MEMBERS, Value::Int(scribe.dice.between(6, 80))),
            (entity::LED, Value::Int(scribe.dice.between(10, 160))),
        ];
        scribe.write(r05::KEY, entity::KIND, fields);
    };
    if village.number.is_multiple_of(2) {
        let led = village.number.is_multiple_of(4);
        let sort = if led { r05::PARTY_COOPERATIVE } else { r05::COOPERATIVE };
        found(sort, format!("示例果蔬专业合作社第{}社", village.number + 1), led);
    }
    if village.number % 4 == 1 {
        found("家庭农场", format!("示例家庭农场{}号", village.number + 1), false);
    }
}

fn centre(scribe: &mut Scribe<'_>, village: &Village) {
    let fields = vec![
        (facility::ORG, Value::Ref(village.id)),
        (facility::NAME, Value::text("党群服务中心（示例）")),
        (facility::SORT, Value::choice(r11::CENTRE)),
        (facility::AREA, Value::Decimal(scribe.dice.between(120, 900).into())),
        (facility::MATTERS, Value::Int(scribe.dice.between(12, 40))),
    ];
    scribe.write(r11::KEY, facility::KIND, fields);
}
