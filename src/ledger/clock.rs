//! A hybrid logical clock: wall time where it can be trusted, counting where it cannot.
//!
//! Village and township computers have wrong clocks. A stamp never goes backwards on a device, and never
//! falls behind a stamp that the device has seen; a clock that is far off is tolerated and reported.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// One installation of the program: a browser profile or a command line's ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub u64);

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for DeviceId {
    type Err = std::num::ParseIntError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        u64::from_str_radix(s, 16).map(Self)
    }
}

impl Serialize for DeviceId {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DeviceId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// When an operation happened, totally ordered over all devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamp {
    /// Milliseconds since 1970-01-01 UTC.
    pub millis: u64,
    /// Order within one millisecond.
    pub counter: u32,
    /// Breaks ties between devices.
    pub device: DeviceId,
}

impl Stamp {
    /// The stamp `n` operations later in the same batch.
    #[must_use]
    pub const fn plus(self, n: u32) -> Self {
        Self { counter: self.counter.saturating_add(n), ..self }
    }
}

/// How far a wall clock is from what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skew {
    /// Within five minutes.
    Fine,
    /// The wall clock shows an earlier time than operations already recorded, by so many milliseconds.
    Behind(u64),
}

/// Tolerated before a clock counts as suspect.
const DRIFT: u64 = 5 * 60 * 1000;

/// No step is older than the program (2025-01-01): a clock that shows less was reset, as empty batteries do.
const EARLIEST: u64 = 1_735_689_600_000;

/// What a stamp's time is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// The clock showed this time, and nothing speaks against it.
    Right,
    /// The clock was wrong.
    Wrong,
    /// The time is that of an earlier step whose clock was ahead; only the order is known.
    Follows,
}

impl Stamp {
    /// Whether the wall clock showed this very time; otherwise it is carried on from an earlier step.
    const fn is_own(self) -> bool {
        self.counter == 0
    }

    /// What this step's time is worth, seen at wall time `now`; `suspect` is what its device noted when it was made.
    /// A step from the future had a clock that was ahead: it is the wrong one, not those that had to follow it.
    pub const fn timing(self, suspect: bool, now: u64) -> Timing {
        if now >= EARLIEST && self.millis > now + DRIFT {
            return if self.is_own() { Timing::Wrong } else { Timing::Follows };
        }
        if suspect { Timing::Wrong } else { Timing::Right }
    }
}

/// Whether a wall clock that shows `now`, earlier than steps already made on the device, is right and those steps'
/// clock was ahead. It is when the time passes the only test there is: from the last step before them until now
/// there must be room for the time that passed between them. `own` are the device's stamps, in order.
pub fn caught_up(own: &[Stamp], now: u64) -> bool {
    let shown = |s: &&Stamp| s.is_own();
    let ahead = |s: &&Stamp| s.millis > now + DRIFT;
    let (Some(first), Some(last)) =
        (own.iter().filter(shown).find(ahead), own.iter().filter(shown).rfind(ahead))
    else {
        // Only other devices were ahead.
        return now >= EARLIEST;
    };
    let before = own.iter().filter(shown).filter(|s| s.millis <= now + DRIFT).map(|s| s.millis).max();
    let room = now.saturating_sub(before.unwrap_or(EARLIEST)) + DRIFT;
    now >= EARLIEST && last.millis - first.millis <= room
}

/// The clock of one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    device: DeviceId,
    millis: u64,
    counter: u32,
}

impl Clock {
    /// A clock that has seen nothing.
    pub const fn new(device: DeviceId) -> Self {
        Self { device, millis: 0, counter: 0 }
    }

    /// Takes note of a stamp made elsewhere or read from the log.
    pub fn observe(&mut self, stamp: Stamp) {
        if (stamp.millis, stamp.counter) > (self.millis, self.counter) {
            (self.millis, self.counter) = (stamp.millis, stamp.counter);
        }
    }

    /// Where the wall clock is behind, steps are told apart by counting alone, and two computers that go on from one
    /// copied profile would count the same: chance keeps them apart.
    pub fn leap(&mut self, chance: u64) {
        self.counter = self.counter.saturating_add((chance & 0xffff) as u32);
    }

    /// The time that the next step must not fall behind.
    pub const fn millis(&self) -> u64 {
        self.millis
    }

    /// Reserves stamps for `count` operations at wall time `now` and returns the first.
    pub fn tick(&mut self, now: u64, count: u32) -> (Stamp, Skew) {
        let skew = match self.millis.saturating_sub(now) {
            behind if behind > DRIFT => Skew::Behind(behind),
            _ => Skew::Fine,
        };
        // A counter that would run over borrows the next millisecond.
        let room = self.counter.checked_add(count).is_some();
        if now > self.millis {
            (self.millis, self.counter) = (now, 0);
        } else if !room {
            (self.millis, self.counter) = (self.millis + 1, 0);
        } else {
            self.counter += 1;
        }
        let first = Stamp { millis: self.millis, counter: self.counter, device: self.device };
        self.counter = self.counter.saturating_add(count.saturating_sub(1));
        (first, skew)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn never_backwards_whatever_the_wall_clock_says(walls in prop::collection::vec((0u64..1_000_000_000, 1u32..1000), 1..50)) {
            let mut clock = Clock::new(DeviceId(1));
            let mut last: Option<Stamp> = None;
            for (now, count) in walls {
                let (first, _) = clock.tick(now, count);
                if let Some(l) = last { prop_assert!(first > l); }
                last = Some(first.plus(count - 1));
            }
        }

        #[test]
        fn later_than_everything_seen(seen in 0u64..1_000_000, now in 0u64..1_000_000, counter in any::<u32>()) {
            let mut clock = Clock::new(DeviceId(1));
            let other = Stamp { millis: seen, counter, device: DeviceId(2) };
            clock.observe(other);
            prop_assert!(clock.tick(now, 5).0 > other);
        }
    }

    const DAY: u64 = 24 * 60 * 60 * 1000;
    const NOW: u64 = 1_795_000_000_000;

    /// Steps at these wall times, as one device records them: each stamp and whether its clock was noted as wrong.
    fn recorded(walls: &[u64]) -> Vec<(Stamp, bool)> {
        let mut clock = Clock::new(DeviceId(1));
        let mut own: Vec<Stamp> = Vec::new();
        let step = |wall: &u64| {
            let (stamp, skew) = clock.tick(*wall, 3);
            let suspect = skew != Skew::Fine && !caught_up(&own, *wall);
            own.push(stamp);
            (stamp, suspect)
        };
        walls.iter().map(step).collect()
    }

    fn timings(walls: &[u64], now: u64) -> Vec<Timing> {
        recorded(walls).into_iter().map(|(stamp, suspect)| stamp.timing(suspect, now)).collect()
    }

    #[test]
    fn a_clock_ten_years_ahead_and_back_marks_the_steps_that_were_ahead() {
        use Timing::{Follows, Right, Wrong};
        let ten = 3652 * DAY;
        let walls = [NOW, NOW + DAY, NOW + DAY + ten, NOW + DAY + ten + 60_000, NOW + 2 * DAY, NOW + 3 * DAY];
        assert_eq!(timings(&walls, NOW + 3 * DAY), [Right, Right, Wrong, Wrong, Follows, Follows]);
        assert!(
            recorded(&walls).iter().all(|(_, suspect)| !suspect),
            "the right ones are never noted as wrong"
        );
        // It was ahead from the very first step.
        assert_eq!(timings(&[NOW + ten, NOW], NOW), [Wrong, Follows]);
    }

    #[test]
    fn a_clock_that_falls_behind_marks_the_steps_that_were_behind() {
        use Timing::{Right, Wrong};
        let reset = 1_262_304_000_000;
        assert_eq!(
            timings(&[NOW, NOW + DAY, reset, NOW + 2 * DAY], NOW + 2 * DAY),
            [Right, Right, Wrong, Right]
        );
        // Three months behind, still a time that could be: but the steps of these months have no room in it.
        let months: Vec<u64> = (0..90).map(|n| NOW + n * DAY).collect();
        let walls: Vec<u64> = months.iter().copied().chain([NOW + DAY / 2, NOW + 90 * DAY]).collect();
        let found = timings(&walls, NOW + 90 * DAY);
        let wrong: Vec<usize> = (0..found.len()).filter(|n| found.get(*n) == Some(&Wrong)).collect();
        assert_eq!(wrong, [90]);
        // Looked at with a clock that was reset, nothing is called wrong.
        assert_eq!(timings(&[NOW, NOW + DAY], reset), [Right, Right]);
    }

    #[test]
    fn a_step_after_anothers_that_was_ahead_is_not_wrong() {
        let mut clock = Clock::new(DeviceId(1));
        let other = Stamp { millis: NOW + 3652 * DAY, counter: 0, device: DeviceId(2) };
        clock.observe(other);
        let (mine, skew) = clock.tick(NOW, 1);
        assert!(skew != Skew::Fine && caught_up(&[], NOW));
        assert_eq!((other.timing(false, NOW), mine.timing(false, NOW)), (Timing::Wrong, Timing::Follows));
    }

    #[test]
    fn a_clock_ten_years_back_is_reported_and_order_stays_sane() {
        let mut clock = Clock::new(DeviceId(1));
        let (a, fine) = clock.tick(1_700_000_000_000, 1);
        let (b, back) = clock.tick(1_400_000_000_000, 1);
        assert_eq!(fine, Skew::Fine);
        assert!(matches!(back, Skew::Behind(_)));
        assert!(b > a);
    }
}
