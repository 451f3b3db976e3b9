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
