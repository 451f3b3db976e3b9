//! A ledger file on disk: opened, extended by a batch, replaced as a whole.
//!
//! Nothing is changed in place. The new file is written beside the old one, flushed to the disk and renamed
//! over it, so that a failed command, a full disk or a power cut leave the ledger byte for byte as it was.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use xingcun::exchange::ledger_file::{self, Blobs, Gap, LedgerFileError};
use xingcun::exchange::record_json;
use xingcun::ledger::{Author, Batch, BatchId, DeviceId, Draft, Person, Refused, Sealed, Seeded, State};
use xingcun::value::{Date, utc_millis};

use super::outcome::Failure;

/// A ledger in memory, and the file it came from.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    /// SHA-256 of the file as it was read; none when it did not exist.
    read: Option<[u8; 32]>,
    log: Vec<Sealed>,
    /// How many batches the file holds.
    stored: usize,
    blobs: Blobs,
    /// What the log adds up to.
    pub state: State,
    /// Batches that are known to exist and are not here.
    pub gaps: Vec<Gap>,
}

impl Ledger {
    /// Opens a ledger that must exist.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        match fs::read(path) {
            Ok(bytes) => Self::from_bytes(path, &bytes).map_err(|e| refused(path, &e)),
            Err(e) => Err(unreadable(path, &e)),
        }
    }

    /// The key of the register that people call `named`, by its key or its name.
    pub fn register(&self, named: &str) -> Result<String, Failure> {
        record_json::register(&self.state, named).map(|r| r.key.to_string()).map_err(Failure::usage)
    }

    /// Opens a ledger, or begins one when there is no such file.
    pub fn open_or_new(path: &Path) -> Result<Self, Failure> {
        match fs::symlink_metadata(path) {
            Err(e) if e.kind() == ErrorKind::NotFound => {
                let state = State::new();
                let (log, blobs, gaps) = Default::default();
                Ok(Self { path: path.to_owned(), read: None, log, stored: 0, blobs, state, gaps })
            }
            _ => Self::open(path),
        }
    }

    /// From the bytes of the file at `path`.
    pub fn from_bytes(path: &Path, bytes: &[u8]) -> Result<Self, LedgerFileError> {
        let file = ledger_file::read(bytes)?;
        let mut state = State::new();
        for sealed in &file.log {
            state.apply(&sealed.batch, sealed.digest);
        }
        let read = Some(Sha256::digest(bytes).into());
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let stored = file.log.len();
        Ok(Self { path, read, log: file.log, stored, blobs: file.blobs, state, gaps: file.gaps })
    }

    /// The device under which this run writes.
    ///
    /// Every run is a device of its own: ledger files are copied, sent and put back from backups, and two
    /// copies that both went on with one device's numbers would hold different batches of the same name, of
    /// which a merge could keep only one. `inputs` are the bytes of the files that the run works on: without
    /// them, equal seeds would make equal devices out of different work.
    pub fn author(&self, who: Person, inputs: &[u8]) -> Result<Author, Failure> {
        let mut hash = Sha256::new();
        hash.update(seed()?.to_le_bytes());
        hash.update(self.path.as_os_str().as_encoded_bytes());
        hash.update(self.read.unwrap_or_default());
        hash.update(inputs);
        let digest = hash.finalize();
        let mut words = digest.chunks(8).map(|c| c.iter().fold(0u64, |n, b| n << 8 | u64::from(*b)));
        let (device, chance) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        Ok(Author::new(DeviceId(device), who, &self.state, Box::new(Seeded(chance))))
    }

    /// Takes a draft through the gate, seals it and adds it, in memory. An empty draft adds nothing.
    pub fn add(&mut self, author: &mut Author, draft: Draft, now: u64) -> Result<Option<BatchId>, Refused> {
        if draft.is_empty() {
            return Ok(None);
        }
        let sealed = author.write(&self.state, draft, now)?;
        let id = sealed.batch.id;
        self.state.apply(&sealed.batch, sealed.digest);
        self.log.push(sealed);
        Ok(Some(id))
    }

    /// Takes back what this run has added since the log was `length` long: nothing of it is on disk.
    pub fn forget_since(&mut self, length: usize) {
        self.log.truncate(length);
        let mut state = State::new();
        for sealed in &self.log {
            state.apply(&sealed.batch, sealed.digest);
        }
        self.state = state;
    }

    /// One batch of the log.
    pub fn batch(&self, id: BatchId) -> Option<&Batch> {
        self.log.iter().map(|s| &s.batch).find(|b| b.id == id)
    }

    /// Its batches.
    pub fn log(&self) -> &[Sealed] {
        &self.log
    }

    /// SHA-256 of the file as it was read.
    pub fn digest(&self) -> [u8; 32] {
        self.read.unwrap_or_default()
    }

    /// Its attached files.
    pub const fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// Its batches and attached files.
    pub fn into_parts(self) -> (Vec<Sealed>, Blobs) {
        (self.log, self.blobs)
    }

    /// Adds attached files.
    pub fn take_blobs(&mut self, blobs: Blobs) {
        self.blobs.extend(blobs);
    }

    /// Adds batches of others; `state` is what it adds up to with them.
    pub fn receive(&mut self, brought: Vec<Sealed>, state: State) {
        self.log.extend(brought);
        self.state = state;
    }

    /// Whether there is something to save.
    pub fn has_grown(&self) -> bool {
        self.log.len() > self.stored
    }

    /// Writes a file of its own.
    pub fn save_as(&self, path: &Path) -> Result<(), Failure> {
        let bytes = ledger_file::write(&self.log, &self.blobs).map_err(|e| refused(path, &e))?;
        replace(path, &bytes)
    }

    /// Replaces the file.
    pub fn save(&self) -> Result<(), Failure> {
        let bytes = ledger_file::write(&self.log, &self.blobs).map_err(|e| refused(&self.path, &e))?;
        let now = fs::read(&self.path).ok().map(|bytes| Sha256::digest(bytes).into());
        if now != self.read {
            let path = self.path.display();
            return Err(Failure::new(format!("{path}：台账在处理期间被别的程序改动，没有写入，请再试一次")));
        }
        replace(&self.path, &bytes)
    }
}

/// Writes `bytes` beside `path`, makes sure they are on the disk, and renames them over it.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed =
        |e: std::io::Error| Failure::new(format!("{}：写不进去（{e}），原文件没有动", path.display()));
    let name = path.file_name().ok_or_else(|| Failure::new(format!("{}：不是文件名", path.display())))?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = folder.join(format!(".{}.{}.tmp", name.to_string_lossy(), std::process::id()));
    let written = write_flushed(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if let Err(e) = written {
        let _ = fs::remove_file(&beside);
        return Err(failed(e));
    }
    // The new name is on the disk once the folder is; not every system can open a folder.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn write_flushed(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The file could not be read from the disk.
pub fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    let why = match error.kind() {
        ErrorKind::NotFound => "没有这个文件".to_owned(),
        ErrorKind::PermissionDenied => "没有读取权限".to_owned(),
        ErrorKind::IsADirectory => "是文件夹，不是文件".to_owned(),
        _ => error.to_string(),
    };
    Failure::new(format!("{}：{why}", path.display()))
}

/// The file is not a ledger that can be used.
pub fn refused(path: &Path, error: &LedgerFileError) -> Failure {
    Failure::new(format!("{}：{}", path.display(), error.message().zh))
}

/// Milliseconds since 1970-01-01 UTC.
pub fn now() -> Result<u64, Failure> {
    let Ok(given) = std::env::var("XINGCUN_NOW") else {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        return Ok(since.map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or_default()));
    };
    let moment = || utc_millis(&given).and_then(|millis| u64::try_from(millis).ok());
    given
        .parse()
        .ok()
        .or_else(moment)
        .ok_or_else(|| Failure::usage(format!("XINGCUN_NOW 不是时刻：“{given}”，应如 2026-11-22T03:00:00Z")))
}

/// How far the clocks of the villages are ahead of UTC: eight hours everywhere in China.
const AHEAD: i64 = 8 * 3_600_000;

/// The day on their calendars.
pub fn today() -> Result<Date, Failure> {
    let millis = i64::try_from(now()?).unwrap_or(i64::MAX).saturating_add(AHEAD);
    Date::from_unix_millis(millis).ok_or_else(|| Failure::usage("XINGCUN_NOW 不是能写成日期的时刻"))
}

fn seed() -> Result<u64, Failure> {
    use std::hash::{BuildHasher as _, Hasher as _};
    let Ok(given) = std::env::var("XINGCUN_SEED") else {
        // The standard library's hash maps are keyed with the system's randomness.
        return Ok(std::hash::RandomState::new().build_hasher().finish());
    };
    given.parse().map_err(|_| Failure::usage(format!("XINGCUN_SEED 不是整数：“{given}”")))
}
