//! The list of batches, and the manifest that says which pages belong together.
//!
//! A page alone cannot know that it is out of date. The manifest is written in the same transaction as the
//! pages it names: it lists the checksum of every page that makes up the snapshot, and how far each device
//! is known. The list of batches says exactly which batches the snapshot contains; every batch of the log
//! that is not listed is the tail and is applied on top. That is exact even when batches arrive in any order,
//! which one position per device would not be.

use std::collections::BTreeMap;

use super::bytes::{In, Out};
use super::{Unreadable, frame, unframe};
use crate::ledger::{BatchHead, BatchKind, DeviceHead, DeviceId, Digest, Source, Tally};
use crate::value::Text;

const HEADS_MARK: [u8; 3] = *b"XCH";
const MANIFEST_MARK: [u8; 3] = *b"XCM";
const VERSION: u8 = 3;

/// What a snapshot consists of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// How far each device is known.
    pub devices: BTreeMap<DeviceId, DeviceHead>,
    /// Every page by register and number.
    pub pages: BTreeMap<(Text, u32), PageMark>,
}

/// What a page of the snapshot must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageMark {
    /// Its checksum.
    pub checksum: u32,
    /// How many rows or batches it has.
    pub rows: u32,
}

/// The manifest's bytes.
pub fn encode_manifest(manifest: &Manifest) -> Vec<u8> {
    let mut out = Out::default();
    out.len(manifest.devices.len());
    for (device, head) in &manifest.devices {
        out.device(*device);
        out.uint(head.next_seq);
        out.raw(&head.digest.0);
        out.stamp(head.last);
    }
    out.len(manifest.pages.len());
    for ((register, page), mark) in &manifest.pages {
        out.word(register);
        out.uint(u64::from(*page));
        out.raw(&mark.checksum.to_le_bytes());
        out.uint(u64::from(mark.rows));
    }
    frame(MANIFEST_MARK, VERSION, &out.finish())
}

/// The manifest back.
pub fn decode_manifest(bytes: &[u8]) -> Result<Manifest, Unreadable> {
    let (body, _) = unframe(MANIFEST_MARK, VERSION, bytes)?;
    let mut input = In::new(body)?;
    let mut manifest = Manifest::default();
    for _ in 0..input.len()? {
        let device = input.device()?;
        let head =
            DeviceHead { next_seq: input.uint()?, digest: Digest(input.chunk()?), last: input.stamp()? };
        manifest.devices.insert(device, head);
    }
    for _ in 0..input.len()? {
        let at = (input.word()?, small(&mut input)?);
        let mark = PageMark { checksum: u32::from_le_bytes(input.chunk()?), rows: small(&mut input)? };
        manifest.pages.insert(at, mark);
    }
    input.end()?;
    Ok(manifest)
}

fn small(input: &mut In<'_>) -> Result<u32, Unreadable> {
    u32::try_from(input.uint()?).map_err(|_| Unreadable::Malformed("number out of range"))
}

/// A page of the list of batches.
pub fn encode_heads(heads: &[BatchHead]) -> Vec<u8> {
    let mut out = Out::default();
    out.len(heads.len());
    for head in heads {
        out.device(head.id.device);
        out.uint(head.id.seq);
        out.raw(&head.digest.0);
        out.stamp(head.stamp);
        out.word(&json(&head.actor));
        // Kinds and sources grow with the program: as JSON, which repeats little (nearly all are "edit", and
        // a word is written once).
        out.word(&json(&head.kind));
        out.word(&json(&head.sources));
        out.byte(u8::from(head.suspect_clock));
        out.len(head.tally.len());
        for (register, t) in &head.tally {
            out.word(register);
            [t.created, t.set, t.moved, t.deleted, t.restored, t.joined, t.unknown]
                .into_iter()
                .for_each(|n| out.uint(u64::from(n)));
        }
    }
    frame(HEADS_MARK, VERSION, &out.finish())
}

fn json<T: serde::Serialize>(value: &T) -> Text {
    // Plain data has no way to fail; an empty word would be refused when read, and the page made again.
    Text::from(serde_json::to_string(value).unwrap_or_default())
}

/// The batches of a page and its checksum.
pub fn decode_heads(
    bytes: &[u8],
    mut share: impl FnMut(&Text) -> Text,
) -> Result<(Vec<BatchHead>, u32), Unreadable> {
    let (body, sum) = unframe(HEADS_MARK, VERSION, bytes)?;
    let mut input = In::new(body)?;
    let n = input.len()?;
    let mut heads = Vec::with_capacity(n.min(super::HEADS));
    for _ in 0..n {
        let id = crate::ledger::BatchId { device: input.device()?, seq: input.uint()? };
        let digest = Digest(input.chunk()?);
        let stamp = input.stamp()?;
        let actor = parse(&input.word()?)?;
        let kind: BatchKind = parse(&input.word()?)?;
        let sources: Vec<Source> = parse(&input.word()?)?;
        let suspect_clock = input.byte()? != 0;
        let mut tally = BTreeMap::new();
        for _ in 0..input.len()? {
            let register = input.shared(&mut share)?;
            let mut next = || small(&mut input);
            let counts = Tally {
                created: next()?,
                set: next()?,
                moved: next()?,
                deleted: next()?,
                restored: next()?,
                joined: next()?,
                unknown: next()?,
            };
            tally.insert(register, counts);
        }
        heads.push(BatchHead { id, digest, stamp, actor, kind, sources, tally, suspect_clock });
    }
    input.end()?;
    Ok((heads, sum))
}

fn parse<T: serde::de::DeserializeOwned>(word: &Text) -> Result<T, Unreadable> {
    serde_json::from_slice(word.as_bytes())
        .map_err(|_| Unreadable::Malformed("not the JSON of a batch's head"))
}
