//! Values of every kind, for properties that must hold for all of them.

use proptest::prelude::*;

use super::{Date, DateTime, Decimal, FileRef, Grain, Modifier, Money, Period, Quantity, RowId, Text, Value};

pub(crate) fn text() -> impl Strategy<Value = Text> {
    prop_oneof![
        4 => prop::sample::select(vec!["", "清凉村", "养殖", "area", "备注"]).prop_map(Text::from),
        1 => "\\PC{0,12}".prop_map(|s| Text::from(s.as_str())),
    ]
}

pub(crate) fn decimal() -> impl Strategy<Value = Decimal> {
    (any::<i128>(), 0u32..=28, any::<bool>()).prop_map(|(n, scale, negative)| {
        let mut d = Decimal::from_i128_with_scale(n >> 33, scale);
        d.set_sign_negative(negative);
        d
    })
}

fn date() -> impl Strategy<Value = Date> {
    (-9999i16..=9999, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| Date::new(y, m, d).unwrap())
}

fn period() -> impl Strategy<Value = Period> {
    let grains = prop::sample::select(vec![Grain::Year, Grain::Half, Grain::Quarter, Grain::Month]);
    (1900i16..=2200, grains, 0u8..12)
        .prop_map(|(y, g, i)| Period::new(y, g, i % (12 / g.months()) + 1).unwrap())
}

fn quantity() -> impl Strategy<Value = Quantity> {
    let modifiers = prop::sample::select(Modifier::ALL.to_vec());
    let optional = || prop::option::of(decimal());
    (decimal(), optional(), optional(), modifiers, any::<bool>(), text()).prop_map(
        |(face, low, high, modifier, forecast, text)| Quantity { face, low, high, modifier, forecast, text },
    )
}

pub(crate) fn row_id() -> impl Strategy<Value = RowId> {
    any::<u128>().prop_map(RowId::from_bits)
}

pub(crate) fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::Text),
        any::<i64>().prop_map(Value::Int),
        decimal().prop_map(Value::Decimal),
        any::<i64>().prop_map(|n| Value::Money(Money::from_fen(n))),
        any::<bool>().prop_map(Value::Bool),
        date().prop_map(Value::Date),
        (0i16..=9999, 1i8..=12, 1i8..=28, 0i8..24, 0i8..60).prop_map(|(y, mo, d, h, mi)| Value::DateTime(
            DateTime::new(Date::new(y, mo, d).unwrap(), h, mi).unwrap()
        )),
        period().prop_map(Value::Period),
        text().prop_map(Value::Choice),
        prop::collection::vec(text(), 0..4).prop_map(Value::Many),
        row_id().prop_map(Value::Ref),
        prop::collection::vec(row_id(), 0..4).prop_map(Value::Refs),
        quantity().prop_map(|q| Value::Quantity(Box::new(q))),
        prop::collection::vec((text(), text(), any::<u64>()), 0..3).prop_map(|files| Value::Files(
            files.into_iter().map(|(name, digest, size)| FileRef { name, digest, size }).collect()
        )),
    ]
}
