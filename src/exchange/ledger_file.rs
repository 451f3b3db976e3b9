//! The ledger file (台账文件, `.xcz`): a whole ledger in one file, to back up, to carry and to merge.
//!
//! # Format, version 1
//!
//! A zip archive with these entries, in this order:
//!
//! | entry | what it is |
//! |---|---|
//! | `manifest.json` | stored, not compressed, and first, so that a torn file can still be recognised |
//! | `blobs/<sha-256>` | attached files under their digest, stored, sorted |
//! | `log/0001.jsonl`, `log/0002.jsonl`, … | sealed batches byte for byte, ordered by their first stamp, a new part after some 16 MB; deflated |
//!
//! The manifest is one JSON object:
//!
//! ```text
//! {"format": "xingcun-ledger", "format_version": 1, "product_version": "0.1.0",
//!  "devices": {"<device>": {"next_seq": 18, "digest": "<sha-256 of its last batch>"}},
//!  "counts": {"batches": 2, "operations": 17, "records": {"R06": 63}},
//!  "parts": [{"name": "log/0001.jsonl", "size": 4711, "sha256": "…"}]}
//! ```
//!
//! A file that holds only what concerns one place has `"only": {"row": "01J…", "name": "柳河镇"}` as well: its batches are
//! parts of others (`crate::ledger::BatchKind::Part`).
//!
//! `devices` and `counts` are computed from the log and must agree with it; `counts.records` is for human
//! eyes. The archive's comment is `xingcun-ledger sha256:` and the SHA-256 of every byte of the file before
//! those 64 digits, so that not one byte can change unseen. An archive without a comment (unpacked and packed
//! again by hand) is accepted: parts, batches and chains have digests of their own.
//!
//! The same log gives the same bytes: times are 1980-01-01, nothing depends on the machine.
//!
//! Reading refuses in three ways that call for three different answers: [`LedgerFileError::NotOurs`] (take
//! another file), [`LedgerFileError::Newer`] (update the program), [`LedgerFileError::Damaged`] (ask for the
//! file again, it says where). Batches that are missing from the middle of a device's chain are no damage –
//! the file they come in has yet to arrive – and are listed as [`Gap`]s.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _, Write as _};

use serde::{Deserialize, Serialize};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::ledger::{BatchId, DeviceId, Digest, LogError, Sealed, State, decode};
use crate::register::Message;
use crate::value::order;
use crate::value::order::Ordered as _;
use crate::value::{RowId, Value};

/// The name that the manifest gives the format.
pub const FORMAT: &str = "xingcun-ledger";
/// The format that this program writes, and the newest that it reads.
pub const FORMAT_VERSION: u32 = 1;

const MANIFEST: &str = "manifest.json";
const STAMP: &str = "xingcun-ledger sha256:";
/// A log part is closed once it is this long.
const PART_SIZE: usize = 16 << 20;
/// More than this, unpacked, is not written and not read: a browser could not hold it, and a small archive
/// that unpacks to more is an attack.
const MAX_UNPACKED: u64 = 1 << 30;

/// Attached files by the SHA-256 of their bytes.
pub type Blobs = BTreeMap<Digest, Vec<u8>>;

/// A ledger read from a file.
#[derive(Debug, Clone)]
pub struct LedgerFile {
    /// What the file says about itself.
    pub manifest: Manifest,
    /// Its batches, in the order of the file.
    pub log: Vec<Sealed>,
    /// Its attached files.
    pub blobs: Blobs,
    /// Batches that the chains show to exist, and that are not in the file.
    pub gaps: Vec<Gap>,
}

/// What a ledger file says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// Version of the format.
    pub format_version: u32,
    /// Version of the program that wrote it.
    pub product_version: String,
    /// How far each device is known.
    pub devices: BTreeMap<DeviceId, ChainEnd>,
    /// How much is inside.
    pub counts: Counts,
    /// Every other entry.
    pub parts: Vec<Part>,
    /// The place that it is about, where it holds only what concerns that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
}

/// The place that a ledger file is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Only {
    /// Its record.
    pub row: RowId,
    /// Its name.
    pub name: String,
}

/// The end of one device's chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainEnd {
    /// Sequence number that its next batch will have.
    pub next_seq: u64,
    /// Digest of its last batch.
    pub digest: Digest,
}

/// How much is in a ledger file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Batches.
    pub batches: u64,
    /// Operations in them.
    pub operations: u64,
    /// Records by register, removed ones left out.
    pub records: BTreeMap<String, u64>,
}

/// One entry of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its size, unpacked.
    pub size: u64,
    /// SHA-256 of its bytes, unpacked.
    pub sha256: Digest,
}

/// A stretch of one device's operations that is not in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Whose.
    pub device: DeviceId,
    /// First sequence number that is missing.
    pub from: u64,
    /// First one that is there again.
    pub to: u64,
}

/// Why a ledger file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerFileError {
    /// It is a ledger file, and it was changed or cut.
    #[error("{}", .0.message().en)]
    Damaged(Damage),
    /// It is something else.
    #[error("not a ledger file")]
    NotOurs,
    /// A newer version of the program wrote it.
    #[error("ledger file of format {format_version}, newer than {FORMAT_VERSION}")]
    Newer {
        /// Its format.
        format_version: u32,
    },
    /// More than a ledger file may hold.
    #[error("more than {} MB unpacked", MAX_UNPACKED >> 20)]
    TooLarge,
}

/// Where a ledger file is damaged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Entry of the archive; the archive itself when empty.
    pub part: String,
    /// Line in it, from 1, and the byte at which the line begins, from 0.
    pub at: Option<(usize, usize)>,
    /// How.
    pub flaw: Flaw,
}

/// How a part is damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// The archive cannot be opened, or was cut.
    Archive,
    /// Bytes outside the parts were changed.
    Wrapping,
    /// The entry is missing.
    Missing,
    /// The entry is not in the manifest.
    Unlisted,
    /// The entry's bytes were changed.
    Changed,
    /// The line is not what it should be.
    Line(String),
    /// The batch does not follow the one that its device sealed before.
    Chain(BatchId),
    /// The batch is there twice.
    Twice(BatchId),
    /// The manifest and the log say different things.
    Disagrees,
}

impl Damage {
    fn new(part: &str, flaw: Flaw) -> Self {
        Self { part: part.to_owned(), at: None, flaw }
    }

    /// For people.
    pub fn message(&self) -> Message {
        let (zh, en) = match &self.flaw {
            Flaw::Archive => ("文件被截断，或压缩包目录已损坏".to_owned(), "the archive was cut".to_owned()),
            Flaw::Wrapping => {
                ("压缩包的头部或目录被改动".to_owned(), "the archive's headers were changed".to_owned())
            }
            Flaw::Missing => ("缺少这一部分".to_owned(), "missing".to_owned()),
            Flaw::Unlisted => ("清单里没有这一部分".to_owned(), "not in the manifest".to_owned()),
            Flaw::Changed => {
                ("内容与校验值不符".to_owned(), "the bytes do not fit their checksum".to_owned())
            }
            // What exactly the line lacks is said in the words of the format, which are English.
            Flaw::Line(what) => ("这一行不是完整的操作记录".to_owned(), what.clone()),
            Flaw::Chain(id) => (
                format!("设备 {} 的第 {} 号操作与它的上一批接不上", id.device, id.seq),
                format!("batch {} of {} does not follow the one before", id.seq, id.device),
            ),
            Flaw::Twice(id) => (
                format!("设备 {} 的第 {} 号操作出现了两次", id.device, id.seq),
                format!("batch {} of {} is there twice", id.seq, id.device),
            ),
            Flaw::Disagrees => ("清单与日志不符".to_owned(), "manifest and log disagree".to_owned()),
        };
        let part = if self.part.is_empty() { "zip" } else { &self.part };
        let (at_zh, at_en) = self.at.map_or_else(Default::default, |(line, byte)| {
            (format!("第{line}行（第{byte}字节）"), format!(" line {line} (byte {byte})"))
        });
        Message::new(format!("{part} {at_zh}：{zh}"), format!("{part}{at_en}: {en}"))
    }
}

impl From<Damage> for LedgerFileError {
    fn from(damage: Damage) -> Self {
        Self::Damaged(damage)
    }
}

impl LedgerFileError {
    /// For people.
    pub fn message(&self) -> Message {
        let zh = match self {
            Self::Damaged(damage) => format!("台账文件已损坏：{}", damage.message().zh),
            Self::NotOurs => "不是兴村的台账文件（.xcz）".to_owned(),
            Self::Newer { format_version } => {
                format!(
                    "台账文件来自更新的版本（格式 {format_version}，本程序只认到 {FORMAT_VERSION}），请先更新程序"
                )
            }
            Self::TooLarge => format!("台账文件展开后超过 {} MB，不予处理", MAX_UNPACKED >> 20),
        };
        Message::new(zh, self.to_string())
    }
}

/// Whether `bytes` begin or end like a ledger file, whole or torn.
pub fn looks_like(bytes: &[u8]) -> bool {
    let near = 4096.min(bytes.len());
    let ends = [bytes.get(..near), bytes.get(bytes.len() - near..)];
    ends.into_iter().flatten().any(|end| end.windows(FORMAT.len()).any(|w| w == FORMAT.as_bytes()))
}

/// The attached files that the records of `state` name.
pub fn attachments(state: &State) -> BTreeSet<Digest> {
    let files = |value: &Value| match value {
        Value::Files(files) => files.iter().map(|f| f.digest.to_string()).collect(),
        _ => Vec::new(),
    };
    let records = state.registers().flat_map(|(_, sheet)| sheet.all());
    let named = records.flat_map(|r| r.cells().iter().flat_map(|(_, v)| files(v)));
    named.filter_map(|text| serde_json::from_value(serde_json::Value::String(text)).ok()).collect()
}

/// Writes a ledger file. The batches may come in any order; one that is there twice is written once.
pub fn write<'a>(
    log: impl IntoIterator<Item = &'a Sealed>,
    blobs: &Blobs,
) -> Result<Vec<u8>, LedgerFileError> {
    write_only(log, blobs, None)
}

/// The same of what concerns one place, which the file says.
pub fn write_only<'a>(
    log: impl IntoIterator<Item = &'a Sealed>,
    blobs: &Blobs,
    only: Option<Only>,
) -> Result<Vec<u8>, LedgerFileError> {
    let mut log: Vec<&Sealed> = log.into_iter().collect();
    order::sort_by_key(&mut log, |s| (s.batch.stamp, s.batch.id));
    log.dedup_by_key(|s| s.digest);
    let parts = log_parts(&log);
    let unpacked =
        parts.iter().map(|(_, bytes)| bytes.len()).chain(blobs.values().map(Vec::len)).sum::<usize>();
    if unpacked as u64 > MAX_UNPACKED {
        return Err(LedgerFileError::TooLarge);
    }
    let blobs: Vec<(String, &[u8])> =
        blobs.iter().map(|(digest, bytes)| (format!("blobs/{digest}"), &**bytes)).collect();
    let part = |(name, bytes): (&String, &[u8])| Part {
        name: name.clone(),
        size: bytes.len() as u64,
        sha256: Digest::of(bytes),
    };
    let stored = blobs.iter().map(|(name, bytes)| (name, *bytes));
    let packed = parts.iter().map(|(name, bytes)| (name, &**bytes));
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        format_version: FORMAT_VERSION,
        product_version: env!("CARGO_PKG_VERSION").to_owned(),
        devices: chain_ends(log.iter().copied()),
        counts: counts(&log),
        parts: stored.map(part).chain(packed.map(part)).collect(),
        only,
    };
    // Writing to memory has no way to fail that the sizes checked above leave open.
    pack(&manifest, &blobs, &parts).map_err(|_| LedgerFileError::TooLarge)
}

fn pack(
    manifest: &Manifest,
    blobs: &[(String, &[u8])],
    log: &[(String, Vec<u8>)],
) -> zip::result::ZipResult<Vec<u8>> {
    let plain = SimpleFileOptions::default()
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644)
        .system(zip::System::Unix)
        .compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.set_comment(format!("{STAMP}{}", Digest::default()))?;
    zip.start_file(MANIFEST, plain)?;
    zip.write_all(&serde_json::to_vec_pretty(manifest).map_err(std::io::Error::from)?)?;
    for (name, bytes) in blobs {
        zip.start_file(name.as_str(), plain)?;
        zip.write_all(bytes)?;
    }
    for (name, bytes) in log {
        zip.start_file(name.as_str(), plain.compression_method(CompressionMethod::Deflated))?;
        zip.write_all(bytes)?;
    }
    let mut file = zip.finish()?.into_inner();
    let digest = file.len() - 64;
    file.truncate(digest);
    let whole = Digest::of(&file);
    file.extend_from_slice(whole.to_string().as_bytes());
    Ok(file)
}

fn log_parts(log: &[&Sealed]) -> Vec<(String, Vec<u8>)> {
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for sealed in log {
        let name = format!("log/{:04}.jsonl", parts.len() + 1);
        match parts.last_mut() {
            Some((_, open)) if open.len() < PART_SIZE => open.extend_from_slice(&sealed.bytes),
            _ => parts.push((name, sealed.bytes.clone())),
        }
    }
    parts
}

fn chain_ends<'a>(log: impl Iterator<Item = &'a Sealed>) -> BTreeMap<DeviceId, ChainEnd> {
    let mut ends: BTreeMap<DeviceId, ChainEnd> = BTreeMap::new();
    for sealed in log {
        let end = ChainEnd { next_seq: next_seq(sealed), digest: sealed.digest };
        let known = ends.entry(sealed.batch.id.device).or_insert(end);
        if known.next_seq < end.next_seq {
            *known = end;
        }
    }
    ends
}

fn next_seq(sealed: &Sealed) -> u64 {
    sealed.batch.next_seq()
}

fn counts(log: &[&Sealed]) -> Counts {
    let mut state = State::new();
    for sealed in log {
        state.apply(&sealed.batch, sealed.digest);
    }
    Counts {
        batches: log.len() as u64,
        operations: log.iter().map(|s| s.batch.operations.len() as u64).sum(),
        records: state.registers().map(|(key, sheet)| (key.to_string(), sheet.count_live() as u64)).collect(),
    }
}

/// Reads a ledger file and checks every digest in it.
pub fn read(bytes: &[u8]) -> Result<LedgerFile, LedgerFileError> {
    let ours = looks_like(bytes);
    let foreign = |flaw| if ours { Damage::new("", flaw).into() } else { LedgerFileError::NotOurs };
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| foreign(Flaw::Archive))?;
    let manifest = manifest(&mut zip, ours)?;
    let mut room = MAX_UNPACKED;
    let (mut log, mut places, mut blobs) = (Vec::new(), Vec::new(), Blobs::new());
    for part in &manifest.parts {
        let content = unpack(&mut zip, part, &mut room)?;
        if part.name.starts_with("log/") {
            for sealed in decode(&content).map_err(|e| broken_line(&part.name, &content, &e))? {
                places.push(part.name.as_str());
                log.push(sealed);
            }
        } else if part.name == format!("blobs/{}", part.sha256) {
            blobs.insert(part.sha256, content);
        } else {
            return Err(Damage::new(MANIFEST, Flaw::Disagrees).into());
        }
    }
    check_listed(&zip, &manifest)?;
    let gaps = check_chains(&log, &places)?;
    let told = (manifest.counts.batches, manifest.counts.operations, &manifest.devices);
    let operations = log.iter().map(|s| s.batch.operations.len() as u64).sum();
    if told != (log.len() as u64, operations, &chain_ends(log.iter())) {
        return Err(Damage::new(MANIFEST, Flaw::Disagrees).into());
    }
    check_whole(bytes, zip.comment())?;
    Ok(LedgerFile { manifest, log, blobs, gaps })
}

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

fn manifest(zip: &mut Archive<'_>, ours: bool) -> Result<Manifest, LedgerFileError> {
    #[derive(Deserialize)]
    struct Kind {
        format: String,
        format_version: u32,
    }
    let refuse = |flaw| if ours { Damage::new(MANIFEST, flaw).into() } else { LedgerFileError::NotOurs };
    if zip.index_for_name(MANIFEST).is_none() {
        return Err(refuse(Flaw::Missing));
    }
    let (content, whole) = inflate(zip, MANIFEST, 1 << 26).map_err(|_| refuse(Flaw::Changed))?;
    if !whole {
        return Err(refuse(Flaw::Changed));
    }
    let kind: Kind = serde_json::from_slice(&content).map_err(|e| refuse(Flaw::Line(e.to_string())))?;
    if kind.format != FORMAT {
        return Err(LedgerFileError::NotOurs);
    }
    if kind.format_version > FORMAT_VERSION {
        return Err(LedgerFileError::Newer { format_version: kind.format_version });
    }
    serde_json::from_slice(&content).map_err(|e| Damage::new(MANIFEST, Flaw::Line(e.to_string())).into())
}

/// The bytes of an entry as far as they can be unpacked, and whether that is all of them.
fn inflate(zip: &mut Archive<'_>, name: &str, limit: u64) -> Result<(Vec<u8>, bool), Flaw> {
    let entry = zip.by_name(name).map_err(|e| match e {
        zip::result::ZipError::FileNotFound => Flaw::Missing,
        _ => Flaw::Changed,
    })?;
    let mut content = Vec::new();
    let whole = entry.take(limit.saturating_add(1)).read_to_end(&mut content).is_ok();
    Ok((content, whole))
}

fn unpack(zip: &mut Archive<'_>, part: &Part, room: &mut u64) -> Result<Vec<u8>, LedgerFileError> {
    if part.size > *room {
        return Err(LedgerFileError::TooLarge);
    }
    let (content, whole) = inflate(zip, &part.name, *room).map_err(|flaw| Damage::new(&part.name, flaw))?;
    if content.len() as u64 > *room {
        return Err(LedgerFileError::TooLarge);
    }
    *room -= content.len() as u64;
    if whole && content.len() as u64 == part.size && Digest::of(&content) == part.sha256 {
        return Ok(content);
    }
    // The batches' own digests say more exactly where.
    let place = part.name.starts_with("log/").then(|| decode(&content).err()).flatten();
    Err(match place {
        Some(e) => broken_line(&part.name, &content, &e),
        None => Damage::new(&part.name, Flaw::Changed).into(),
    })
}

fn broken_line(part: &str, content: &[u8], error: &LogError) -> LedgerFileError {
    let (line, flaw) = match error {
        LogError::Malformed { line, what } => (*line, Flaw::Line(what.clone())),
        LogError::Tampered { line } => (*line, Flaw::Changed),
    };
    let ends = content.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1);
    let byte = std::iter::once(0).chain(ends).nth(line.saturating_sub(1)).unwrap_or(content.len());
    Damage { part: part.to_owned(), at: Some((line, byte)), flaw }.into()
}

/// Nothing may hide beside what the manifest lists. Other programs' folders are left alone.
fn check_listed(zip: &Archive<'_>, manifest: &Manifest) -> Result<(), Damage> {
    let listed: BTreeSet<&str> = manifest.parts.iter().map(|p| p.name.as_str()).into_set();
    for name in zip.file_names() {
        let name = name.map_err(|_| Damage::new("", Flaw::Archive))?;
        let inside = name.starts_with("log/") || name.starts_with("blobs/");
        if inside && !name.ends_with('/') && !listed.contains(&*name) {
            return Err(Damage::new(&name, Flaw::Unlisted));
        }
    }
    Ok(())
}

/// Each device's batches follow one another; what is missing between them is listed.
fn check_chains(log: &[Sealed], places: &[&str]) -> Result<Vec<Gap>, Damage> {
    let mut order: Vec<(&Sealed, &str)> = log.iter().zip(places.iter().copied()).collect();
    order::sort_by_key(&mut order, |(s, _)| (s.batch.id, s.digest));
    let mut gaps = Vec::new();
    let mut before: Option<&Sealed> = None;
    for (sealed, part) in order {
        let id = sealed.batch.id;
        let known = before.filter(|b| b.batch.id.device == id.device);
        let (expected, previous) = known.map_or((1, Digest::default()), |b| (next_seq(b), b.digest));
        if id.seq < expected {
            return Err(located(log, places, sealed, part, Flaw::Twice(id)));
        }
        if id.seq > expected {
            gaps.push(Gap { device: id.device, from: expected, to: id.seq });
        } else if sealed.batch.previous != previous {
            return Err(located(log, places, sealed, part, Flaw::Chain(id)));
        }
        before = Some(sealed);
    }
    Ok(gaps)
}

/// The damage at the line where `sealed` begins.
fn located(log: &[Sealed], places: &[&str], sealed: &Sealed, part: &str, flaw: Flaw) -> Damage {
    let (mut line, mut byte) = (1, 0);
    for (other, place) in log.iter().zip(places) {
        if std::ptr::eq(other, sealed) {
            break;
        }
        if *place == part {
            line += other.bytes.iter().filter(|b| **b == b'\n').count();
            byte += other.bytes.len();
        }
    }
    Damage { part: part.to_owned(), at: Some((line, byte)), flaw }
}

/// The comment's digest covers every byte before it. Without a comment the file must end with the archive.
fn check_whole(bytes: &[u8], comment: &[u8]) -> Result<(), Damage> {
    let changed = || Damage::new("", Flaw::Wrapping);
    if comment.is_empty() {
        let end = bytes.len().checked_sub(22).and_then(|at| bytes.get(at..)).unwrap_or_default();
        return if end.starts_with(b"PK\x05\x06") { Ok(()) } else { Err(changed()) };
    }
    let (body, digits) =
        bytes.len().checked_sub(64).and_then(|at| bytes.split_at_checked(at)).ok_or_else(changed)?;
    let sealed = body.ends_with(STAMP.as_bytes()) && comment.len() == STAMP.len() + 64;
    if sealed && Digest::of(body).to_string().as_bytes() == digits { Ok(()) } else { Err(changed()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Author, BatchKind, Draft, Seeded};
    use crate::value::Text;

    /// Two devices, three batches, Chinese text.
    fn sample() -> (Vec<Sealed>, Blobs) {
        let mut state = State::new();
        let mut log = Vec::new();
        for (n, device) in [0xa1, 0xb2, 0xa1].into_iter().enumerate() {
            let mut author = Author::new(
                DeviceId(device),
                crate::ledger::Person::unnamed("清凉村填报员"),
                &state,
                Box::new(Seeded(n as u64)),
            );
            let mut draft = Draft::new(BatchKind::Edit);
            for k in 0..=n {
                let name = Value::text(&format!("第{k}村"));
                let row = author.row_id(1_700_000_000_000);
                draft.create("R01", "org", row, vec![(Text::from("name"), name)], None);
            }
            let sealed = author.write(&state, draft, 1_700_000_000_000 + n as u64 * 1000).unwrap();
            state.apply(&sealed.batch, sealed.digest);
            log.push(sealed);
        }
        let blob = "附件".as_bytes().to_vec();
        (log, Blobs::from([(Digest::of(&blob), blob)]))
    }

    #[test]
    fn written_and_read_back_with_the_same_bytes_whatever_the_order() {
        let (mut log, blobs) = sample();
        let bytes = write(&log, &blobs).unwrap();
        let file = read(&bytes).unwrap();
        assert_eq!((file.log, file.blobs, file.gaps), (log.clone(), blobs.clone(), vec![]));
        assert_eq!(file.manifest.counts.records.get("R01"), Some(&6));
        log.reverse();
        log.push(log.first().unwrap().clone());
        assert_eq!(write(&log, &blobs).unwrap(), bytes);
        assert_eq!(read(&write(&[], &Blobs::new()).unwrap()).unwrap().log, []);
    }

    #[test]
    fn no_byte_can_change_and_no_tail_can_go_unseen() {
        let (log, blobs) = sample();
        let bytes = write(&log, &blobs).unwrap();
        for at in 0..bytes.len() {
            for flip in [0x01, 0x20, 0xff] {
                let mut bad = bytes.clone();
                bad[at] ^= flip;
                let error = read(&bad).expect_err(&format!("byte {at} ^ {flip}"));
                assert!(matches!(error, LedgerFileError::Damaged(_)), "byte {at} ^ {flip}: {error}");
            }
            let error = read(&bytes[..at]).unwrap_err();
            let expected =
                if at < 80 { LedgerFileError::NotOurs } else { Damage::new("", Flaw::Archive).into() };
            assert!(
                error == expected || matches!(error, LedgerFileError::Damaged(_)),
                "cut at {at}: {error}"
            );
        }
    }

    /// Files that people have kept stay readable, whatever becomes of this module.
    #[test]
    fn the_test_vector_of_version_1() {
        let file = read(include_bytes!("../../tests/golden/ledger/v1.xcz")).unwrap();
        assert_eq!((file.log, file.blobs), sample());
        assert_eq!(file.manifest.format_version, 1);
    }

    fn repack(change: impl Fn(&str, Vec<u8>) -> Vec<u8>) -> Vec<u8> {
        let (log, blobs) = sample();
        let bytes = write(&log, &blobs).unwrap();
        let mut zip = ZipArchive::new(Cursor::new(&bytes[..])).unwrap();
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        for n in 0..zip.len() {
            let mut entry = zip.by_index(n).unwrap();
            let name = entry.name().unwrap().into_owned();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            out.start_file(&*name, SimpleFileOptions::default()).unwrap();
            out.write_all(&change(&name, content)).unwrap();
        }
        out.finish().unwrap().into_inner()
    }

    fn swap(content: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
        String::from_utf8(content).unwrap().replace(from, to).into_bytes()
    }

    #[test]
    fn packed_again_by_hand_it_is_read_and_a_change_is_found_in_its_line() {
        assert_eq!(read(&repack(|_, c| c)).unwrap().log, sample().0);
        let bad = repack(|n, c| if n.starts_with("log/") { swap(c, "第2村", "第9村") } else { c });
        let Err(LedgerFileError::Damaged(damage)) = read(&bad) else { panic!("accepted") };
        let place = (damage.part.as_str(), damage.at.map(|(line, _)| line), &damage.flaw);
        assert_eq!(place, ("log/0001.jsonl", Some(9), &Flaw::Changed));
        let bad =
            repack(|n, c| if n == MANIFEST { swap(c, "\"operations\": 6", "\"operations\": 7") } else { c });
        assert_eq!(read(&bad).unwrap_err(), Damage::new(MANIFEST, Flaw::Disagrees).into());
    }

    #[test]
    fn newer_foreign_and_other_files() {
        let newer =
            repack(
                |n, c| {
                    if n == MANIFEST { swap(c, "\"format_version\": 1", "\"format_version\": 2") } else { c }
                },
            );
        assert_eq!(read(&newer).unwrap_err(), LedgerFileError::Newer { format_version: 2 });
        let foreign = repack(|n, c| if n == MANIFEST { swap(c, FORMAT, "other") } else { c });
        assert_eq!(read(&foreign).unwrap_err(), LedgerFileError::NotOurs);
        for other in [&b""[..], b"PK", "村名,面积".as_bytes()] {
            assert_eq!(read(other).unwrap_err(), LedgerFileError::NotOurs);
        }
    }

    #[test]
    fn a_missing_batch_is_a_gap_and_a_foreign_one_a_broken_chain() {
        let (log, blobs) = sample();
        let file = read(&write(log.iter().skip(1), &blobs).unwrap()).unwrap();
        assert_eq!(file.gaps, [Gap { device: DeviceId(0xa1), from: 1, to: 2 }]);
        let mut batch = log.last().unwrap().batch.clone();
        batch.previous = Digest([7; 32]);
        let forged = [log[0].clone(), log[1].clone(), crate::ledger::seal(batch.clone())];
        let Err(LedgerFileError::Damaged(damage)) = read(&write(&forged, &blobs).unwrap()) else {
            panic!("accepted")
        };
        assert_eq!((damage.at.map(|a| a.0), damage.flaw), (Some(7), Flaw::Chain(batch.id)));
    }
}
