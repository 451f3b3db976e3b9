//! Every kind of every register, written as a workbook and read again: nothing changes, masked or not.

use super::export::{self, Options};
use super::{Fate, Options as Wish, Quiet, book, import};
use crate::ledger::{Admitted, Author, BatchKind, DeviceId, Draft, Person, Seeded, State};
use crate::register::{Field, FieldKind, Need, Pool, Register, RowKind, Schema, Sense};
use crate::value::{Date, DateTime, Decimal, Grain, Modifier, Money, Period, Quantity, RowId, Text, Value};

/// A ledger in which each kind has records with a value in every field that a cell can hold.
struct Full {
    state: State,
    author: Author,
}

impl Full {
    fn new() -> Self {
        let state = State::new();
        let author = Author::new(DeviceId(1), Person::county("县"), &state, Box::new(Seeded(11)));
        let mut full = Self { state, author };
        let place = |name: &str, kind: &str, above: Option<RowId>| {
            let mut fields =
                vec![(Text::from("name"), Value::text(name)), (Text::from("kind"), Value::choice(kind))];
            fields.extend(above.map(|a| (Text::from("parent"), Value::Ref(a))));
            fields
        };
        let town = full.create("R01", "org", place("柳河镇", "乡镇", None));
        for name in ["五四村", "清凉村"] {
            full.create("R01", "org", place(name, "村", Some(town)));
        }
        for register in Schema::base().all() {
            for kind in &register.kinds {
                if !kind.is_place(&register.key) {
                    (1..=3).for_each(|n| full.fill(register, kind, n));
                }
            }
        }
        full
    }

    /// As another program might have written it: what the rules say is not asked.
    fn create(&mut self, register: &str, kind: &str, fields: Vec<(Text, Value)>) -> RowId {
        let id = self.author.row_id(1);
        let mut draft = Draft::new(BatchKind::Edit);
        draft.create(register, kind, id, fields, None);
        let sealed = self.author.seal(&self.state, Admitted::elsewhere(draft), 2);
        self.state.apply(&sealed.batch, sealed.digest);
        id
    }

    fn fill(&mut self, register: &Register, kind: &RowKind, n: i64) {
        let typed = kind.fields.iter().filter(|f| !f.computed_only());
        let fields: Vec<_> = typed.filter_map(|f| Some((Text::from(&*f.key), self.value(f, n)?))).collect();
        self.create(&register.key, &kind.key, fields);
    }

    /// The n-th record of a pool, from the beginning again where there are fewer.
    fn row(&self, pool: &Pool, n: i64) -> Option<RowId> {
        let (register, kind) = Schema::base().pool(pool)?;
        let rows = self.state.sheet(&register.key)?.of_kind(&kind.key).filter(|r| pool.takes(kind, *r));
        let rows: Vec<RowId> = rows.map(|r| r.id()).collect();
        rows.get(usize::try_from(n).ok()? % rows.len().max(1)).copied()
    }

    fn value(&self, field: &Field, n: i64) -> Option<Value> {
        let words = format!("{}{n}", field.label.zh);
        Some(match &field.kind {
            FieldKind::Text(most) => Value::text(&words.chars().take(usize::from(*most)).collect::<String>()),
            FieldKind::LongText => Value::text(&format!("{words}，共两句。第二句")),
            FieldKind::TextList => Value::Many(vec![words.as_str().into(), "又一个".into()]),
            FieldKind::Int => Value::Int(n),
            FieldKind::Decimal(_) | FieldKind::Percent => Value::Decimal(Decimal::new(15 * n, 1).normalize()),
            FieldKind::Money => Value::Money(Money::from_fen(123_400 + n)),
            FieldKind::Date => Value::Date(Date::new(2024, 2, 1 + n as i8)?),
            FieldKind::DateTime => Value::DateTime(DateTime::new(Date::new(2024, 2, 1 + n as i8)?, 4, 5)?),
            FieldKind::Period(grains) => {
                let grain = if grains.contains(&Grain::Year) { Grain::Year } else { *grains.first()? };
                Value::Period(Period::new(2020 + n as i16, grain, 1)?)
            }
            FieldKind::Bool => Value::Bool(n % 2 == 0),
            FieldKind::Choice(o) => Value::choice(o.words().next().map_or("柑橘", |x| x.word)),
            FieldKind::Choices(o) => Value::Many(o.words().take(2).map(|x| Text::from(x.word)).collect()),
            FieldKind::Ref(to) => Value::Ref(to.pools().iter().find_map(|p| self.row(p, n))?),
            FieldKind::Refs(to) => {
                let all: Vec<RowId> =
                    to.pools().iter().flat_map(|p| [self.row(p, 0), self.row(p, 1)]).flatten().collect();
                if all.len() < 2 || all.first() == all.last() {
                    return None;
                }
                Value::Refs(all)
            }
            FieldKind::Quantity => Value::Quantity(Box::new(Quantity {
                face: Decimal::from(30 + n),
                low: Some(Decimal::from(31 + n)),
                high: None,
                modifier: Modifier::Over,
                forecast: false,
                text: Text::from(format!("{}余", 30 + n)),
            })),
            FieldKind::Phone => Value::text(&format!("1381234567{n}")),
            FieldKind::IdentityNumber => Value::text("11010519491231002X"),
            FieldKind::Account => Value::text(&format!("622202123456789012{n}")),
            FieldKind::Files => return None,
        })
    }
}

#[test]
fn whatever_is_exported_reads_back_with_nothing_changed() {
    let full = Full::new();
    for register in Schema::base().all() {
        for unmasked in [false, true] {
            let parts = export::parts(&full.state, register);
            for file in export::workbooks(&parts, Options { unmasked }).unwrap() {
                let book = book::read(&file, "导出.xlsx", &mut Quiet).unwrap();
                // What the rules say of made-up figures is no matter here.
                let plan = import(&book, &full.state, &Wish::default(), &mut Quiet).unwrap();
                for (part, kind) in parts.iter().map(|p| (p, p.table.kind())) {
                    let of = |t: u32| plan.tables.get(t as usize).is_some_and(|t| t.kind == kind.key);
                    let drafts: Vec<_> = plan.drafts.iter().filter(|d| of(d.table)).collect();
                    let told: Vec<_> = plan
                        .findings
                        .iter()
                        .filter(|f| *f.sheet == *kind.label.zh)
                        .map(|f| format!("{} {} {}", f.cell, f.rule, f.message.zh))
                        .collect();
                    let same = drafts.iter().all(|d| matches!(d.fate, Fate::Unchanged { .. }));
                    let fates: Vec<_> = drafts.iter().map(|d| &d.fate).collect();
                    assert!(
                        same && drafts.len() == part.rows.len(),
                        "{} {} {unmasked}: {fates:?} {told:#?}",
                        register.key,
                        kind.key
                    );
                }
            }
        }
    }
}

#[test]
fn what_stands_under_a_record_has_a_key_that_tells_its_rows_apart() {
    for kind in Schema::base().all().iter().flat_map(|r| &r.kinds).filter(|k| k.under.is_some()) {
        assert!(!kind.keys.is_empty(), "{} comes back from an export as new rows", kind.key);
        let parent = kind.of(Sense::Parent).unwrap();
        assert!(matches!(parent.need, Need::Always));
        assert!(kind.keys.iter().all(|k| k.parts.first().map(|p| &**p) == Some(&*parent.key)));
    }
}
