//! How long somebody waits who does not know the passphrase.
//!
//! Counted beside the header, so that loading the page anew does not begin from none. It slows down whoever sits at the
//! device; what protects a stolen one is that each attempt costs [`super::ROUNDS`] rounds.

/// Attempts that cost nothing: fingers slip.
const FREE: u32 = 3;
/// Milliseconds after the first one that costs; each further one costs twice as much.
const FIRST: u64 = 5_000;
/// Milliseconds beyond which nobody is made to wait.
pub const WAIT_LONGEST: u64 = 15 * 60_000;

/// Attempts that failed one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tries {
    /// How many.
    pub failed: u32,
    /// When the last was, in milliseconds since 1970-01-01 UTC.
    pub at: u64,
}

impl Tries {
    /// As they are kept; none where nothing is kept, or nothing of ours.
    pub fn read(text: &str) -> Self {
        let mut parts = text.split(' ');
        let mut number = || parts.next().and_then(|n| n.parse::<u64>().ok());
        match (number(), number()) {
            (Some(failed), Some(at)) => Self { failed: u32::try_from(failed).unwrap_or(u32::MAX), at },
            _ => Self::default(),
        }
    }

    /// To be kept.
    pub fn text(self) -> String {
        format!("{} {}", self.failed, self.at)
    }

    /// One more.
    #[must_use]
    pub fn and_one(self, now: u64) -> Self {
        Self { failed: self.failed.saturating_add(1), at: now }
    }

    /// Milliseconds that are left to wait. A clock that was set back begins the wait anew, and never makes it longer.
    pub fn left(self, now: u64) -> u64 {
        let Some(costing) = self.failed.checked_sub(FREE) else { return 0 };
        let all = FIRST.saturating_mul(1 << costing.min(20)).min(WAIT_LONGEST);
        match now.checked_sub(self.at) {
            Some(waited) => all.saturating_sub(waited),
            None => all,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_and_survive_being_kept() {
        let mut tries = Tries::default();
        let mut waits = Vec::new();
        for _ in 0..14 {
            tries = tries.and_one(1_000);
            assert_eq!(Tries::read(&tries.text()), tries);
            waits.push(tries.left(1_000) / 1000);
        }
        assert_eq!(waits, [0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900]);
        assert_eq!(Tries { failed: 4, at: 1_000 }.left(7_000), 4_000, "part of it is over");
        assert_eq!(Tries { failed: 4, at: 1_000 }.left(99_000), 0);
        assert_eq!(Tries { failed: 4, at: 99_000 }.left(1_000), 10_000, "the clock was set back");
        assert_eq!(Tries { failed: u32::MAX, at: 0 }.left(0), WAIT_LONGEST);
        for other in ["", "x", "3", "3 x", "-1 5"] {
            assert_eq!(Tries::read(other), Tries::default(), "{other}");
        }
    }
}
