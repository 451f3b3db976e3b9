//! What went wrong, in words a person can act on. Everything here fails through this one type, so that
//! the last thing printed is always a sentence and never a backtrace.
//!
//! Input: an error of the system or a sentence. Output: [`Trouble`]. Used by every file of this program.

use std::{fmt, io, path::Path};

/// A sentence: what failed and, where it is known, what to do about it.
#[derive(Debug)]
pub struct Trouble(String);

pub type Outcome<T> = Result<T, Trouble>;

impl Trouble {
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The operating system says "No such file"; this adds which one and what it was wanted for.
pub trait At<T> {
    fn at(self, doing: &str, path: &Path) -> Outcome<T>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, doing: &str, path: &Path) -> Outcome<T> {
        self.map_err(|error| Trouble(format!("cannot {doing} {}: {error}", path.display())))
    }
}
