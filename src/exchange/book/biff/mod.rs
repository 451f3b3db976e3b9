//! Workbooks of Excel 2 to 2003 and of WPS: streams of records (BIFF).
//!
//! Duty: the sheets of a stream with their cells as a person sees them; nothing is kept that the stream does not hold.
//! Inputs: the stream. Outputs: [`BookSheet`]s. Neighbours: `ole` gets the stream out of its file; `budget` bounds it.

mod globals;
mod record;
mod sheet;

use self::globals::Globals;
use self::record::{Record, Records, Version, kind};
use self::sheet::Sheet;
use super::budget::Budget;
use super::{BookError, BookSheet, Cell, Phase, Progress, step};

/// Records between two looks at whether the person has broken off.
const STEP: u64 = 4096;

/// Whether the bytes are such a stream without a file around it, as Excel 2 to 4 and some programs write.
pub(super) fn is_bare(bytes: &[u8]) -> bool {
    Version::of(bytes).is_some()
}

/// The sheets of a stream.
pub(super) fn sheets(
    stream: &[u8],
    budget: &mut Budget,
    progress: &mut dyn Progress,
) -> Result<Vec<BookSheet>, BookError> {
    let version = Version::of(stream).ok_or_else(BookError::damaged_book)?;
    let mut book = Globals::new(version);
    let mut reading = Reading { stream, budget, progress, records: 0 };
    // The older generations have all in one: what sheets refer to stands among their cells.
    let whole = version < Version::Five;
    let read = reading.each("目录", 0, whole, &mut |record, budget| book.take(record, budget))?;
    if book.protected {
        return Err(BookError::Protected);
    }
    read.ok_or_else(BookError::damaged_book)?;
    if whole && book.sheets.is_empty() {
        let name = "Sheet1".to_owned();
        book.sheets.push(globals::Bound { name, at: 0, hidden: false });
    }
    let mut read = Vec::new();
    for bound in &book.sheets {
        let mut sheet = Sheet::new(&book, &bound.name);
        let whole = reading
            .each(&bound.name, bound.at, false, &mut |record, budget| sheet.take(record, budget))?
            .is_some();
        if !whole {
            return Err(BookError::damaged_sheet(&bound.name));
        }
        read.push((sheet, bound));
    }
    // Where no formula of the whole book has a value, whoever wrote it did not compute.
    let computed = read.iter().any(|(sheet, _)| sheet.computed);
    read.into_iter().map(|(sheet, bound)| finished(sheet, bound, computed, reading.budget)).collect()
}

fn finished(
    mut sheet: Sheet<'_>,
    bound: &globals::Bound,
    computed: bool,
    budget: &mut Budget,
) -> Result<BookSheet, BookError> {
    if !computed {
        for (row, column) in std::mem::take(&mut sheet.without) {
            budget.cells(1, &bound.name)?;
            sheet.found.cells.push(row, column, Cell::NoValue);
        }
    }
    sheet.found.sheet(&bound.name, bound.hidden, budget)
}

/// A stream that is gone through, in parts more than once.
struct Reading<'a, 'b> {
    stream: &'a [u8],
    budget: &'b mut Budget,
    progress: &'b mut dyn Progress,
    records: u64,
}

type OnRecord<'a, 'f> = dyn FnMut(Record<'a>, &mut Budget) -> Result<Option<()>, BookError> + 'f;

impl<'a> Reading<'a, '_> {
    /// The records of what begins at `at`, without what is nested in it (charts); `deep` takes those as well. None where
    /// it is not all there.
    fn each(
        &mut self,
        name: &str,
        at: usize,
        deep: bool,
        on_record: &mut OnRecord<'a, '_>,
    ) -> Result<Option<()>, BookError> {
        let Some(mut records) = Records::from(self.stream, at) else { return Ok(None) };
        let mut depth = 0u32;
        loop {
            let Ok(Some(record)) = records.next() else { return Ok(None) };
            self.count(name, &record)?;
            if kind::BOF.contains(&record.kind) {
                depth += 1;
            } else if depth == 0 {
                // What was pointed at is the beginning of nothing.
                return Ok(None);
            } else if record.kind == kind::EOF {
                depth -= 1;
                if depth == 0 {
                    return Ok(Some(()));
                }
            } else if (depth == 1 || deep) && on_record(record, self.budget)?.is_none() {
                return Ok(None);
            }
        }
    }

    fn count(&mut self, name: &str, record: &Record<'_>) -> Result<(), BookError> {
        let more: usize = record.more.iter().map(|part| part.len()).sum();
        self.budget.work((record.bytes.len() + more) as u64 + 4, name)?;
        self.records += 1;
        match self.records.is_multiple_of(STEP) {
            true => step(self.progress, self.records, self.records, Phase::Reading),
            false => Ok(()),
        }
    }
}
