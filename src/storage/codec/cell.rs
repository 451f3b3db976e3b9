//! One value as bytes: its kind is written apart, because neighbours in a column nearly always share it.

use rust_decimal::Decimal;

use super::Unreadable;
use super::bytes::{In, Out};
use crate::value::{Date, FileRef, Grain, Modifier, Money, Period, Quantity, Text, Value};

/// Numbers of the kinds; they are on people's disks and never change.
pub(super) fn kind(value: &Value) -> u8 {
    match value {
        Value::Text(_) => 0,
        Value::Int(_) => 1,
        Value::Decimal(_) => 2,
        Value::Money(_) => 3,
        Value::Bool(_) => 4,
        Value::Date(_) => 5,
        Value::DateTime(_) => 6,
        Value::Period(_) => 7,
        Value::Choice(_) => 8,
        Value::Many(_) => 9,
        Value::Ref(_) => 10,
        Value::Refs(_) => 11,
        Value::Quantity(_) => 12,
        Value::Files(_) => 13,
    }
}

pub(super) fn put(out: &mut Out, value: &Value) {
    match value {
        Value::Text(t) | Value::Choice(t) => out.word(t),
        Value::Int(n) => out.int(*n),
        Value::Decimal(d) => put_decimal(out, *d),
        Value::Money(m) => out.int(m.fen()),
        Value::Bool(b) => out.byte(u8::from(*b)),
        Value::Date(d) => out.int(pack_date(*d)),
        // As text: the log keeps minutes, and what the log does not keep, the cache must not either.
        Value::DateTime(d) => out.word(&Text::from(d.to_string())),
        Value::Period(p) => out.int(pack_period(*p)),
        Value::Many(words) => {
            out.len(words.len());
            words.iter().for_each(|w| out.word(w));
        }
        Value::Ref(id) => out.row(*id),
        Value::Refs(ids) => {
            out.len(ids.len());
            ids.iter().for_each(|id| out.row(*id));
        }
        Value::Quantity(q) => put_quantity(out, q),
        Value::Files(files) => {
            out.len(files.len());
            for file in files {
                out.word(&file.name);
                out.word(&file.digest);
                out.uint(file.size);
            }
        }
    }
}

pub(super) fn get(
    input: &mut In<'_>,
    kind: u8,
    share: &mut impl FnMut(&Text) -> Text,
) -> Result<Value, Unreadable> {
    Ok(match kind {
        0 => Value::Text(input.word()?),
        1 => Value::Int(input.int()?),
        2 => Value::Decimal(get_decimal(input)?),
        3 => Value::Money(Money::from_fen(input.int()?)),
        4 => Value::Bool(input.byte()? != 0),
        5 => Value::Date(unpack_date(input.int()?)?),
        6 => Value::DateTime(input.word()?.parse().map_err(|_| Unreadable::Malformed("not a moment"))?),
        7 => Value::Period(unpack_period(input.int()?)?),
        8 => Value::Choice(input.shared(share)?),
        9 => Value::Many(list(input, |i| i.word())?),
        10 => Value::Ref(input.row()?),
        11 => Value::Refs(list(input, |i| i.row())?),
        12 => Value::Quantity(Box::new(get_quantity(input)?)),
        13 => Value::Files(list(input, |i| {
            Ok(FileRef { name: i.word()?, digest: i.word()?, size: i.uint()? })
        })?),
        _ => return Err(Unreadable::Malformed("unknown kind of value")),
    })
}

fn list<T>(
    input: &mut In<'_>,
    mut get: impl FnMut(&mut In<'_>) -> Result<T, Unreadable>,
) -> Result<Vec<T>, Unreadable> {
    let n = input.len()?;
    let mut items = Vec::with_capacity(n.min(1024));
    for _ in 0..n {
        items.push(get(input)?);
    }
    Ok(items)
}

/// Scale and sign in one byte, then the digits: `1.0` and `1.00` stay different.
fn put_decimal(out: &mut Out, d: Decimal) {
    out.byte(d.scale() as u8 | if d.is_sign_negative() { 0x80 } else { 0 });
    out.wide(d.mantissa().unsigned_abs());
}

fn get_decimal(input: &mut In<'_>) -> Result<Decimal, Unreadable> {
    let head = input.byte()?;
    let digits = i128::try_from(input.wide()?).map_err(|_| Unreadable::Malformed("not a decimal"))?;
    let mut d = Decimal::try_from_i128_with_scale(digits, u32::from(head & 0x7f))
        .map_err(|_| Unreadable::Malformed("not a decimal"))?;
    d.set_sign_negative(head & 0x80 != 0);
    Ok(d)
}

fn pack_date(d: Date) -> i64 {
    (i64::from(d.year()) * 16 + i64::from(d.month())) * 32 + i64::from(d.day())
}

fn unpack_date(n: i64) -> Result<Date, Unreadable> {
    let bad = Unreadable::Malformed("not a date");
    let year = i16::try_from(n.div_euclid(512)).map_err(|_| bad.clone())?;
    let (month, day) = (n.div_euclid(32).rem_euclid(16), n.rem_euclid(32));
    Date::new(year, month as i8, day as i8).ok_or(bad)
}

fn pack_period(p: Period) -> i64 {
    let grain = match p.grain() {
        Grain::Year => 0,
        Grain::Half => 1,
        Grain::Quarter => 2,
        Grain::Month => 3,
    };
    (i64::from(p.year()) * 4 + grain) * 16 + i64::from(p.index())
}

fn unpack_period(n: i64) -> Result<Period, Unreadable> {
    let bad = Unreadable::Malformed("not a period");
    let year = i16::try_from(n.div_euclid(64)).map_err(|_| bad.clone())?;
    let grain = match n.div_euclid(16).rem_euclid(4) {
        0 => Grain::Year,
        1 => Grain::Half,
        2 => Grain::Quarter,
        _ => Grain::Month,
    };
    Period::new(year, grain, n.rem_euclid(16) as u8).ok_or(bad)
}

/// One byte says the modifier (bits 0–3), which bounds are there (4, 5) and whether it is a forecast (6).
fn put_quantity(out: &mut Out, q: &Quantity) {
    let modifier = Modifier::ALL.iter().position(|m| *m == q.modifier).unwrap_or_default();
    out.byte(
        modifier as u8
            | u8::from(q.low.is_some()) << 4
            | u8::from(q.high.is_some()) << 5
            | u8::from(q.forecast) << 6,
    );
    put_decimal(out, q.face);
    q.low.into_iter().chain(q.high).for_each(|d| put_decimal(out, d));
    out.word(&q.text);
}

fn get_quantity(input: &mut In<'_>) -> Result<Quantity, Unreadable> {
    let head = input.byte()?;
    let modifier = Modifier::ALL
        .get(usize::from(head & 0x0f))
        .copied()
        .ok_or(Unreadable::Malformed("unknown wording of a quantity"))?;
    let face = get_decimal(input)?;
    let low = if head & 0x10 != 0 { Some(get_decimal(input)?) } else { None };
    let high = if head & 0x20 != 0 { Some(get_decimal(input)?) } else { None };
    Ok(Quantity { face, low, high, modifier, forecast: head & 0x40 != 0, text: input.word()? })
}
