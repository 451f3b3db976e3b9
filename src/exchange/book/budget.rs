//! What the reading of one file may cost.
//!
//! Duty: counts what a file makes the readers do and hold, so that a few bytes that promise a great deal are refused
//! instead of ending the program. Everything is counted, nothing is timed: the same file costs the same everywhere.
//! Inputs: amounts. Outputs: leave to go on, or [`BookError::TooLarge`]. Neighbours: every reader asks before it
//! allocates or repeats.

use super::{BookError, MOST_CELLS, MOST_IN_CELL};

/// Amounts that a reading may spend, or has spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    /// Bytes of records and tags that are gone through, unpacked, each time that they are.
    pub work: u64,
    /// Cells with content, of all sheets together.
    pub cells: u64,
    /// Bytes of words and of what describes cells.
    pub words: u64,
    /// Rows up to the last filled one and cells under merged areas, of all sheets together: they take memory although the
    /// file need not hold anything for them.
    pub room: u64,
}

/// What a workbook of a county may need, and what a browser's page can hold.
pub const MOST: Amounts = Amounts {
    // Some seconds of reading.
    work: 1 << 30,
    cells: MOST_CELLS as u64,
    // Three million cells with words of their own of sixty bytes.
    words: 192 << 20,
    // A dozen sheets that were formatted down to the last row.
    room: 16 << 20,
};

/// Bytes that a text takes besides its own.
const OF_A_TEXT: u64 = 40;

/// What is left of the amounts.
#[derive(Debug, Clone)]
pub struct Budget {
    most: Amounts,
    left: Amounts,
}

impl Default for Budget {
    fn default() -> Self {
        Self::of(MOST)
    }
}

/// Takes `n` from what is left; none when there is not so much.
const fn take(left: &mut u64, n: u64) -> Option<()> {
    match left.checked_sub(n) {
        Some(rest) => {
            *left = rest;
            Some(())
        }
        None => None,
    }
}

fn too_large(place: &str, size: String, limit: String) -> BookError {
    BookError::TooLarge { sheet: place.to_owned(), size, limit }
}

impl Budget {
    /// These amounts and no more.
    pub const fn of(most: Amounts) -> Self {
        Self { most, left: most }
    }

    /// What was spent so far.
    pub const fn spent(&self) -> Amounts {
        let (most, left) = (self.most, self.left);
        Amounts {
            work: most.work - left.work,
            cells: most.cells - left.cells,
            words: most.words - left.words,
            room: most.room - left.room,
        }
    }

    /// Bytes that may still be gone through.
    pub(super) const fn work_left(&self) -> u64 {
        self.left.work
    }

    /// Cells that may still be read.
    pub(super) const fn cells_left(&self) -> u64 {
        self.left.cells
    }

    /// `n` bytes are gone through.
    pub(super) fn work(&mut self, n: u64, place: &str) -> Result<(), BookError> {
        let most = self.most.work >> 20;
        take(&mut self.left.work, n)
            .ok_or_else(|| too_large(place, format!("展开后超过{most}MB"), format!("{most}MB")))
    }

    /// `n` cells are kept.
    pub(super) fn cells(&mut self, n: u64, place: &str) -> Result<(), BookError> {
        let most = self.most.cells;
        take(&mut self.left.cells, n)
            .ok_or_else(|| too_large(place, format!("超过{most}个有内容的格子"), format!("{most}个")))
    }

    /// A cell has a text of `n` bytes.
    pub(super) fn in_cell(n: usize, place: &str) -> Result<(), BookError> {
        let most = MOST_IN_CELL >> 10;
        let fits = n <= MOST_IN_CELL;
        fits.then_some(())
            .ok_or_else(|| too_large(place, format!("一格里的文字超过{most}KB"), format!("{most}KB")))
    }

    /// A text of `n` bytes is kept.
    pub(super) fn text(&mut self, n: usize, place: &str) -> Result<(), BookError> {
        Self::in_cell(n, place)?;
        self.words((n as u64).saturating_add(OF_A_TEXT), place)
    }

    /// `n` bytes of what describes cells are kept.
    pub(super) fn words(&mut self, n: u64, place: &str) -> Result<(), BookError> {
        let most = self.most.words >> 20;
        take(&mut self.left.words, n)
            .ok_or_else(|| too_large(place, format!("文字超过{most}MB"), format!("{most}MB")))
    }

    /// Room for `n` rows, or cells under merged areas.
    pub(super) fn room(&mut self, n: u64, place: &str) -> Result<(), BookError> {
        let most = self.most.room;
        take(&mut self.left.room, n)
            .ok_or_else(|| too_large(place, format!("超过{most}行（连同空行）"), format!("{most}行")))
    }
}
