//! What happened.
//!
//! Duty: the log of operations is the truth; everything else is derived from it. A device seals changes into
//! [`Batch`]es, each chained to its previous one by a digest; [`State`] is what the batches add up to, in
//! whatever order they arrive; undo is a further batch; history and any past moment are the log read again.
//! Inputs: drafts of changes, a clock reading and random bits from outside. Outputs: sealed batches and the
//! state. Neighbours: `register` above; `table`, `exchange` and `storage` read from here.
//!
//! # Log text
//!
//! One batch is a run of JSON lines (UTF-8, `\n` at each end):
//!
//! ```text
//! {"batch":{"device":"9f3a…","seq":17,"clock":"2026-11-22T03:00:00.123Z","counter":0,"actor":"张三",
//!           "kind":{"import":{"file":"…xlsx"}},"sources":[…],"count":4,"previous":"<sha-256>"}}
//! {"register":"R06","count":3,"rows":[["01J…",2],"01K…"],"create":{"kind":"line","origins":[[0,5,3]],"fields":{
//!           "area":{"decimal":["120","80.5",null]},"product":{"choice":{"words":["生猪"],"at":[0,0,0]}}}}}
//! {"register":"R06","row":"01J…","set":{"field":"area","value":{"decimal":"121"},"before":{"decimal":"120"},"seen":"1795…000.0.9f3a…"}}
//! {"end":{"digest":"<sha-256 of all the lines above>"}}
//! ```
//!
//! The n-th operation of a batch (from 0) has the identity (device, seq + n) and the clock (clock, counter +
//! n).
//!
//! Creations that follow each other and are of one kind share a line, up to 2 000 of them; one alone has the same form.
//! - `rows` are their identities: a text for one, `[first, n]` for n whose numbers follow each other.
//! - `origins` are their places in the workbook: `[table, row, n]` for n rows that follow each other, `[n]` for n from
//!   nowhere. It is left out when none has one.
//! - `fields` has a column for every field that any of them has, sorted by key; `null` where one has none. A column of
//!   one kind is `{kind: list}`, of several a plain list of values that each name their kind. Words that repeat (texts,
//!   choices, references, periods, days) are listed once: `{"words":[…],"at":[…]}`.
//!
//! Lines of kinds that this version does not know are kept and passed on as they are. Such a line names its `register`
//! and its `row` or `rows`; with a `count` it stands for so many operations.

mod apply;
mod back;
mod batch;
mod brief;
mod children;
mod clock;
mod columns;
mod conflict;
mod draft;
mod edition;
mod gate;
mod gather;
mod glance;
mod history;
mod leaf;
mod line;
mod log;
pub mod merge;
mod person;
mod references;
pub mod rescue;
pub mod reshape;
mod reversal;
mod rows;
mod sheet;
mod slot;
mod state;
pub mod turns;
mod twin;
mod undo;
mod world;

#[cfg(test)]
mod tests;

pub use back::{needs_log, take_back};
pub use batch::{Batch, BatchId, BatchKind, Change, Creation, Digest, Operation, Origin, Run, Source, Taken};
pub(crate) use brief::{Brief, Kind as BriefKind};
pub use clock::{Clock, DeviceId, Skew, Stamp, Timing};
pub use conflict::{About, Conflict, Says, Side};
pub use draft::{Author, Draft, Entropy, Ready, Seeded};
pub use edition::Stretch;
pub use gate::{Admitted, Ground, Locks, Refusal, Refused, admit, held_by, place_in};
pub use glance::{Glimpse, Pass};
pub use history::{Event, Place, cell_history, origin_of, replay_until, row_history};
pub(crate) use leaf::{Columns, Packed, much_was_opened};
pub use log::{LogError, Sealed, decode, seal};
pub use merge::part_of;
pub use person::{Person, Persons};
pub use references::{Pointer, dangling, named_by, naming};
pub use reversal::plan_move;
pub use rows::LEAF;
pub use sheet::Sheet;
pub use slot::{Echo, Head, Seen, Slot, Verdict};
pub(crate) use slot::{More, Rest};
pub use state::{BatchHead, DeviceHead, Record, State, Tally};
pub(crate) use state::{OPEN, Words};
pub use undo::{Overtaken, Undo, plan_undo};
pub use world::Surroundings;
