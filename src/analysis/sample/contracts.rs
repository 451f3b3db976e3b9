//! What the villages of the sample county own, let and owe. Days lie around the one on which the sample is opened, so
//! that some rent is late and some contract ends soon whenever that is.

use super::{Scribe, Village};
use crate::register::catalog::r09::{self, asset, contract, debt, due};
use crate::value::{Date, Decimal, Money, RowId, Text, Value};

/// Something to let: its name, class, per what its price is, and the price in 分 a year.
type Subject = (&'static str, &'static str, &'static str, i64);
const LAND: Subject = ("柑橘园", "农用地", r09::PER_MU, 32_000);
const SUBJECTS: [Subject; 6] = [
    LAND,
    ("机动地", "农用地", r09::PER_MU, 18_000),
    ("鱼塘", "水面", r09::PER_MU, 45_000),
    ("旧校舍", "建筑物", r09::PER_YEAR, 1_200_000),
    ("冷库", "冷库", r09::PER_YEAR, 3_600_000),
    ("大棚", "大棚", r09::PER_YEAR, 800_000),
];
const TENANTS: [&str; 8] =
    ["示例农户甲", "示例农户乙", "示例农户丙", "示例合作社", "示例公司", "示例大户", "示例超市", "示例果业"];
/// How long contracts run.
const TERM: i32 = 5;

/// Writes an asset, a contract with its dues for every village, and a debt for some.
pub(super) fn write(scribe: &mut Scribe<'_>, villages: &[Village]) {
    let Some(today) = i64::try_from(scribe.now).ok().and_then(Date::from_unix_millis) else { return };
    for village in villages {
        let lease = Lease::of(scribe, village, today);
        if let Some(row) = lease.write(scribe, village) {
            lease.dues(scribe, row, village, today);
            lease.clean_up(scribe, row);
        }
        if village.number % 4 == 1 {
            owe(scribe, village, today);
        }
    }
}

/// One contract as it will be written.
struct Lease {
    subject: Subject,
    from: Option<Date>,
    until: Option<Date>,
    /// 亩, or one whole.
    quantity: i64,
    tenant: &'static str,
    issue: Option<&'static str>,
    /// What the clean-up has brought in, in 分.
    recovered: Option<i64>,
}

impl Lease {
    fn of(scribe: &mut Scribe<'_>, village: &Village, today: Date) -> Self {
        let n = village.number;
        let pick = |all: usize| n.checked_rem(all).unwrap_or_default();
        let subject = SUBJECTS.get(pick(SUBJECTS.len())).copied().unwrap_or(LAND);
        // Every tenth ends within ninety days, the others in the years to come.
        let left = if n % 10 == 3 { scribe.dice.between(10, 80) } else { scribe.dice.between(200, 1_200) };
        let until = i32::try_from(left).ok().and_then(|days| today.days_later(days));
        let from = until.and_then(|day| day.days_later(1)).and_then(|day| day.months_later(-12 * TERM));
        let issue = match n % 6 {
            1 => Some("价格过低"),
            4 => Some("长期拖欠"),
            _ => None,
        };
        Self {
            subject,
            from,
            until,
            quantity: if subject.2 == r09::PER_MU { scribe.dice.between(8, 120) } else { 1 },
            tenant: TENANTS.get(pick(TENANTS.len())).copied().unwrap_or("示例农户"),
            issue,
            recovered: (n % 3 == 1).then(|| scribe.dice.between(20, 400) * 10_000),
        }
    }

    /// 分 a year.
    fn yearly(&self) -> i64 {
        self.subject.3 * self.quantity
    }

    fn write(&self, scribe: &mut Scribe<'_>, village: &Village) -> Option<RowId> {
        let (name, class, per, price) = self.subject;
        let number = format!("ZC-{:03}", village.number + 1);
        let land = per == r09::PER_MU;
        let mut what = vec![
            (asset::ORG, Value::Ref(village.id)),
            (asset::NAME, Value::text(name)),
            (asset::NO, Value::text(&number)),
            (asset::SORT, Value::choice(if land { "资源" } else { "资产" })),
            (asset::CLASS, Value::choice(class)),
            (asset::USE, Value::choice(if land { "发包" } else { "出租" })),
        ];
        if land {
            what.push((asset::AREA, Value::Decimal(Decimal::from(self.quantity))));
        } else {
            let worth = scribe.dice.between(20, 90) * 1_000_000;
            what.push((asset::QUANTITY, Value::Int(1)));
            what.push((asset::ORIGINAL, fen(worth)));
            what.push((asset::NET, fen(worth / 10 * scribe.dice.between(4, 9))));
        }
        let asset = scribe.write(r09::KEY, asset::KIND, what);
        let issues = self.issue.unwrap_or("无");
        let mut fields = vec![
            (contract::ORG, Value::Ref(village.id)),
            (contract::NO, Value::text(&format!("HT-{:03}", village.number + 1))),
            (contract::NAME, Value::text(name)),
            (contract::ASSET, Value::Ref(asset)),
            (contract::PARTY, Value::text(self.tenant)),
            (contract::BEGINS, Value::Date(self.from?)),
            (contract::ENDS, Value::Date(self.until?)),
            (contract::SIGNED, Value::Date(self.from?)),
            (contract::PRICE, fen(price)),
            (contract::PER, Value::choice(per)),
            (contract::TOTAL, fen(self.yearly() * i64::from(TERM))),
            (contract::BIDDING, Value::choice("公开竞价")),
            (contract::MEETING, Value::text("村民代表会议（示例）")),
            (contract::ISSUES, Value::Many(vec![Text::from(issues)])),
        ];
        if land {
            fields.push((contract::AREA, Value::Decimal(Decimal::from(self.quantity))));
        }
        if let Some(recovered) = self.recovered {
            fields.push((contract::DISPOSITION, Value::choice("补签规范")));
            fields.push((contract::RECOVERED, fen(recovered)));
        }
        Some(scribe.write(r09::KEY, contract::KIND, fields))
    }

    /// A due for every year; of a few contracts the last one that has passed was not paid in full.
    fn dues(&self, scribe: &mut Scribe<'_>, row: RowId, village: &Village, today: Date) {
        let late = village.number % 6 == 4;
        for year in 0..TERM {
            let Some(day) = self.from.and_then(|from| from.months_later(12 * year)) else { continue };
            let past = day.days_until(today);
            let last = past > 0 && past <= 365;
            let mut fields = vec![
                (due::PARENT, Value::Ref(row)),
                (due::DAY, Value::Date(day)),
                (due::AMOUNT, fen(self.yearly())),
            ];
            if past > 0 && !(late && last && village.number.is_multiple_of(4)) {
                let share = if late && last { 2 } else { 1 };
                fields.push((due::RECEIVED, fen(self.yearly() / share)));
                fields.push((due::RECEIVED_ON, Value::Date(day)));
            }
            scribe.write(r09::KEY, due::KIND, fields);
        }
    }

    fn clean_up(&self, scribe: &mut Scribe<'_>, row: RowId) {
        let way = r09::WAY;
        let upto = match (self.recovered, self.issue) {
            (Some(_), _) => way.len(),
            (None, Some(_)) => 3,
            (None, None) => 2,
        };
        scribe.advance(r09::KEY, row, way.get(..upto).unwrap_or(way));
    }
}

fn owe(scribe: &mut Scribe<'_>, village: &Village, today: Date) {
    let amount = scribe.dice.between(3, 40) * 1_000_000;
    let since = i32::try_from(scribe.dice.between(700, 3_000)).ok().and_then(|days| today.days_later(-days));
    let mut fields = vec![
        (debt::ORG, Value::Ref(village.id)),
        (debt::SORT, Value::choice(if village.number % 8 == 1 { "应付" } else { "应收" })),
        (debt::NAME, Value::text("修路工程款（示例）")),
        (debt::PARTY, Value::text("示例工程队")),
        (debt::AMOUNT, fen(amount)),
        (debt::RESOLVED, fen(amount / 10 * scribe.dice.between(0, 9))),
    ];
    fields.extend(since.map(|day| (debt::SINCE, Value::Date(day))));
    scribe.write(r09::KEY, debt::KIND, fields);
}

fn fen(fen: i64) -> Value {
    Value::Money(Money::from_fen(fen))
}
