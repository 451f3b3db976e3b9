//! Files out: workbooks of registers and lists, ledger files whole or in part, the text of an article's file.
//!
//! Inputs: the ledger, or what the page hands over. Outputs: bytes beside the reply. Neighbours: `xingcun::exchange` makes
//! them, also for the command line.

use xingcun::exchange::article::source;
use xingcun::exchange::job::{BackedUp, Listing, Reply};
use xingcun::exchange::ledger_file::Blobs;
use xingcun::exchange::{self, backup, export, ledger_file, merging, part};
use xingcun::ledger::{DeviceId, Entropy as _, State, decode};
use xingcun::storage::{Extra, Session};
use xingcun::value::RowId;
use xingcun::value::order::Ordered as _;
use xingcun::web::Keeper;
use xingcun::web::device::Chance;
use xingcun::web::worker::Done;

use crate::said::{Answered, no, plain, refused, today};

pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A register as a workbook.
pub(crate) fn write_workbook(session: &Session<Keeper>, key: &str) -> Answered {
    let Some(declared) = session.with(|state| state.schema().register(key).cloned()) else {
        return refused("没有这本台账", "There is no such register");
    };
    let made =
        session.with(|state| export::workbooks(&export::parts(state, &declared), export::Options::default()));
    match made {
        Ok(books) => {
            let name = format!("{}-{}.xlsx", declared.label.zh, today());
            Ok(Done::with(Reply::File { name, mime: XLSX.to_owned() }, books))
        }
        Err(error) => Err(error.to_string()),
    }
}

/// The text of an article's file.
pub(crate) fn read_text(name: &str, bytes: &[u8]) -> Answered {
    match source::text(bytes) {
        Ok(text) => plain(Reply::Text(text)),
        Err(error) => {
            let why = error.message();
            refused(format!("{name}：{}", why.zh), format!("{name}: {}", why.en))
        }
    }
}

/// Lines that a page shows as a workbook.
pub(crate) fn write_lines(lines: &Listing) -> Answered {
    let book = export::lines(lines).map_err(|e| e.to_string())?;
    Ok(Done::with(Reply::File { name: format!("{}.xlsx", lines.title), mime: XLSX.to_owned() }, vec![book]))
}

/// The attached files that can be read, and how many cannot: what is left is worth a backup all the same.
async fn attached(session: &Session<Keeper>) -> (Blobs, u64) {
    let (mut blobs, mut lost) = (Blobs::new(), 0);
    for digest in session.with(exchange::attachments) {
        match session.blob(&digest.to_string()).await {
            Ok(Some(bytes)) => drop(blobs.insert(digest, bytes)),
            Ok(None) | Err(_) => lost += 1,
        }
    }
    (blobs, lost)
}

/// Everything as a ledger file, read back before it is offered.
pub(crate) async fn backup(session: &Session<Keeper>, record: bool) -> Answered {
    let log = session.log().await.map_err(|e| e.to_string())?;
    let (blobs, files_lost) = attached(session).await;
    let fresh = DeviceId(Chance.bits());
    let made = match session.with(|state| backup::make(state, log, &blobs, fresh)) {
        Ok(made) => made,
        Err(error) => return no(error.message()),
    };
    if record && !made.rescued.is_empty() {
        // The file is complete either way; with no room here, the next one is completed anew.
        let _ = session.commit(&made.rescued, Extra::default()).await;
    }
    let rescued = made.rescued.len() as u64;
    Ok(Done::with(Reply::Backup(told(&made, rescued, files_lost)), vec![made.bytes]))
}

/// A ledger file of batches that the page hands over.
pub(crate) fn pack(files: &[String], buffers: Vec<Vec<u8>>) -> Answered {
    let mut buffers = buffers.into_iter();
    let log = decode(&buffers.next().unwrap_or_default()).map_err(|e| e.to_string())?;
    let digest = |text: &String| serde_json::from_value(serde_json::Value::String(text.clone())).ok();
    let blobs: Blobs =
        files.iter().zip(buffers).filter_map(|(name, bytes)| Some((digest(name)?, bytes))).into_map();
    let mut shown = State::new();
    log.iter().for_each(|s| _ = shown.apply(&s.batch, s.digest));
    match backup::make(&shown, log, &blobs, DeviceId(Chance.bits())) {
        Ok(made) => Ok(Done::with(Reply::Backup(told(&made, 0, 0)), vec![made.bytes])),
        Err(error) => no(error.message()),
    }
}

fn told(made: &backup::Backup, rescued: u64, files_lost: u64) -> BackedUp {
    let counts = &made.counts;
    BackedUp {
        name: format!("兴村台账-{}.xcz", today()),
        records: counts.records.iter().filter(|(_, n)| **n > 0).map(|(k, n)| (k.clone(), *n)).into_map(),
        batches: counts.batches,
        rescued,
        files_lost,
    }
}

/// What concerns one place, read back before it is offered.
pub(crate) async fn send(session: &Session<Keeper>, place: RowId) -> Answered {
    let log = session.log().await.map_err(|e| e.to_string())?;
    let only = session.with(|state| merging::only(state, place));
    let cut = session.with(|state| part::cut(&log, &part::rows(state, place)));
    let mut state = State::new();
    cut.iter().for_each(|s| _ = state.apply(&s.batch, s.digest));
    let mut blobs = Blobs::new();
    for digest in exchange::attachments(&state) {
        if let Ok(Some(bytes)) = session.blob(&digest.to_string()).await {
            blobs.insert(digest, bytes);
        }
    }
    let name = format!("{}-{}.xcz", only.name, today());
    let made = ledger_file::write_only(&cut, &blobs, Some(only)).and_then(|bytes| {
        ledger_file::read(&bytes)?;
        Ok(bytes)
    });
    match made {
        Ok(bytes) => Ok(Done::with(Reply::File { name, mime: "application/zip".to_owned() }, vec![bytes])),
        Err(error) => no(error.message()),
    }
}
