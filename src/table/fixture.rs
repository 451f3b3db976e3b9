//! A small ledger built by drafts, for tests of this room and of `analysis`.

use rust_decimal::Decimal;

use crate::ledger::{Admitted, Author, BatchKind, DeviceId, Draft, Seeded, State};
use crate::value::{Money, RowId, Text, Value};

/// A ledger in a test.
pub(crate) struct Bench {
    pub state: State,
    author: Author,
    now: u64,
}

impl Bench {
    pub fn new() -> Self {
        let state = State::new();
        let author =
            Author::new(DeviceId(7), crate::ledger::Person::county("测试"), &state, Box::new(Seeded(7)));
        Self { state, author, now: 1_700_000_000_000 }
    }

    pub fn record(&mut self, draft: Draft) {
        self.now += 1000;
        let sealed = self.author.seal(&self.state, Admitted::elsewhere(draft), self.now);
        assert!(self.state.apply(&sealed.batch, sealed.digest));
    }

    /// Records a draft that the gate lets through.
    pub fn admitted(&mut self, draft: Draft) -> Result<crate::ledger::Sealed, crate::ledger::Refused> {
        self.now += 1000;
        let sealed = self.author.write(&self.state, draft, self.now)?;
        assert!(self.state.apply(&sealed.batch, sealed.digest));
        Ok(sealed)
    }

    pub fn author(&mut self) -> &mut Author {
        &mut self.author
    }

    pub fn many(&mut self, register: &str, kind: &str, rows: Vec<Vec<(&str, Value)>>) -> Vec<RowId> {
        let mut draft = Draft::new(BatchKind::Edit);
        let mut ids = Vec::new();
        for fields in rows {
            self.now += 1;
            let id = self.author.row_id(self.now);
            let fields = fields.into_iter().map(|(k, v)| (Text::from(k), v)).collect();
            draft.create(register, kind, id, fields, None);
            ids.push(id);
        }
        self.record(draft);
        ids
    }

    pub fn one(&mut self, register: &str, kind: &str, fields: Vec<(&str, Value)>) -> RowId {
        self.many(register, kind, vec![fields])[0]
    }

    pub fn org(&mut self, name: &str, kind: &str, parent: Option<RowId>) -> RowId {
        let mut fields = vec![("name", Value::text(name)), ("kind", Value::choice(kind))];
        fields.extend(parent.map(|p| ("parent", Value::Ref(p))));
        self.one("R01", "org", fields)
    }

    pub fn advance(&mut self, register: &str, row: RowId, from: &str, to: &str) {
        let mut draft = Draft::new(BatchKind::Move);
        draft.advance(register, row, from, to, None);
        self.record(draft);
    }

    /// Reverses a closed entry.
    pub fn reverse(&mut self, register: &str, row: RowId, to: &str, why: &str) {
        let mut draft = Draft::new(BatchKind::Move);
        let (author, now) = (&mut self.author, self.now);
        let mut id = || author.row_id(now);
        crate::ledger::plan_move(&mut draft, &self.state, register, row, to, Some(why), &mut id);
        self.record(draft);
    }

    pub fn set(&mut self, register: &str, row: RowId, field: &str, value: Value) {
        let mut draft = Draft::new(BatchKind::Edit);
        draft.set(&self.state, register, row, field, Some(value), None);
        self.record(draft);
    }

    /// An entry of R07 in 元.
    pub fn money(&mut self, org: RowId, period: &str, subject: &str, yuan: &str) -> RowId {
        self.one("R07", "line", finance(org, period, subject, yuan))
    }

    /// A report of R06: area, output in 吨, value in 元.
    pub fn crop(
        &mut self,
        org: RowId,
        product: &str,
        period: &str,
        numbers: [&str; 3],
        nature: &str,
    ) -> RowId {
        self.one("R06", "line", industry(org, product, period, numbers, nature))
    }
}

pub(crate) fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(crate) fn finance(org: RowId, period: &str, subject: &str, yuan: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("org", Value::Ref(org)),
        ("period", Value::Period(period.parse().unwrap())),
        ("subject", Value::choice(subject)),
        ("amount", Value::Money(Money::from_yuan(dec(yuan)).unwrap())),
    ]
}

pub(crate) fn industry(
    org: RowId,
    product: &str,
    period: &str,
    [area, output, value]: [&str; 3],
    nature: &str,
) -> Vec<(&'static str, Value)> {
    let mut fields = vec![
        ("org", Value::Ref(org)),
        ("product", Value::choice(product)),
        ("stage", Value::choice("种植")),
        ("period", Value::Period(period.parse().unwrap())),
        ("nature", Value::choice(nature)),
    ];
    let mut put = |key, text: &str, value: fn(Decimal) -> Value| {
        if !text.is_empty() {
            fields.push((key, value(dec(text))));
        }
    };
    put("area", area, Value::Decimal);
    put("output", output, Value::Decimal);
    put("output_value", value, |d| Value::Money(Money::from_yuan(d).unwrap()));
    fields
}
