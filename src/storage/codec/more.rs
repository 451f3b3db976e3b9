//! What few records have: rival writes, verdicts about other rows, references as they were written.

use super::bytes::{In, Out};
use super::{Unreadable, cell};
use crate::ledger::{Echo, Head, More, Rest, Slot, Stamp, Verdict};
use crate::value::{Text, Value};

pub(super) fn put(out: &mut Out, more: &More) {
    out.len(more.rests.len());
    for rest in &more.rests {
        put_slot(out, &rest.slot);
        out.len(rest.rivals.len());
        for head in &rest.rivals {
            out.stamp(head.stamp);
            put_value(out, head.value.as_ref());
            put_stamps(out, &head.beside);
            put_echo(out, head.echo);
        }
        put_stamps(out, &rest.awaited);
        put_stamps(out, &rest.beside);
        put_echo(out, rest.echo);
    }
    out.len(more.twins.len());
    for (other, verdict, stamp) in &more.twins {
        out.row(*other);
        out.byte(*verdict as u8);
        out.stamp(*stamp);
    }
    out.len(more.written.len());
    for (field, value) in &more.written {
        out.word(field);
        put_value(out, Some(value));
    }
    put_stamps(out, &more.births);
}

pub(super) fn get(input: &mut In<'_>, share: &mut impl FnMut(&Text) -> Text) -> Result<More, Unreadable> {
    let mut more = More::default();
    for _ in 0..input.len()? {
        let slot = get_slot(input, share)?;
        let mut rivals = Vec::new();
        for _ in 0..input.len()? {
            let stamp = input.stamp()?;
            let (value, beside) = (get_value(input, share)?, get_stamps(input)?);
            rivals.push(Head { stamp, value, beside, echo: get_echo(input)? });
        }
        let (awaited, beside) = (get_stamps(input)?, get_stamps(input)?);
        more.rests.push(Rest { slot, rivals, awaited, beside, echo: get_echo(input)? });
    }
    for _ in 0..input.len()? {
        let other = input.row()?;
        let verdict = match input.byte()? {
            0 => Verdict::Open,
            1 => Verdict::One,
            2 => Verdict::Two,
            _ => return Err(Unreadable::Malformed("unknown verdict")),
        };
        more.twins.push((other, verdict, input.stamp()?));
    }
    for _ in 0..input.len()? {
        let field = input.shared(share)?;
        let value = get_value(input, share)?.ok_or(Unreadable::Malformed("no value"))?;
        more.written.push((field, value));
    }
    more.births = get_stamps(input)?;
    Ok(more)
}

/// Numbers of the slots; they are on people's disks and never change.
fn put_slot(out: &mut Out, slot: &Slot) {
    match slot {
        Slot::Field(field) => {
            out.byte(0);
            out.word(field);
        }
        Slot::State => out.byte(1),
        Slot::Life => out.byte(2),
        Slot::Twin(other) => {
            out.byte(3);
            out.row(*other);
        }
    }
}

fn get_slot(input: &mut In<'_>, share: &mut impl FnMut(&Text) -> Text) -> Result<Slot, Unreadable> {
    Ok(match input.byte()? {
        0 => Slot::Field(input.shared(share)?),
        1 => Slot::State,
        2 => Slot::Life,
        3 => Slot::Twin(input.row()?),
        _ => return Err(Unreadable::Malformed("unknown slot")),
    })
}

/// The kind of value, and the value; one number stands for none.
const NONE: u8 = 0xff;

fn put_value(out: &mut Out, value: Option<&Value>) {
    match value {
        Some(value) => {
            out.byte(cell::kind(value));
            cell::put(out, value);
        }
        None => out.byte(NONE),
    }
}

fn get_value(input: &mut In<'_>, share: &mut impl FnMut(&Text) -> Text) -> Result<Option<Value>, Unreadable> {
    match input.byte()? {
        NONE => Ok(None),
        kind => cell::get(input, kind, share).map(Some),
    }
}

fn put_stamps(out: &mut Out, stamps: &[Stamp]) {
    out.len(stamps.len());
    stamps.iter().for_each(|s| out.stamp(*s));
}

fn get_stamps(input: &mut In<'_>) -> Result<Vec<Stamp>, Unreadable> {
    let mut stamps = Vec::new();
    for _ in 0..input.len()? {
        stamps.push(input.stamp()?);
    }
    Ok(stamps)
}

fn put_echo(out: &mut Out, echo: Option<Echo>) {
    out.byte(u8::from(echo.is_some()));
    if let Some(Echo { row, stamp }) = echo {
        out.row(row);
        out.stamp(stamp);
    }
}

fn get_echo(input: &mut In<'_>) -> Result<Option<Echo>, Unreadable> {
    match input.byte()? {
        0 => Ok(None),
        _ => Ok(Some(Echo { row: input.row()?, stamp: input.stamp()? })),
    }
}
