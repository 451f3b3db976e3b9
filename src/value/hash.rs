//! Hashing of what is short and spread already: identities, codes and numbers.
//!
//! Duty: the standard hasher withstands texts that were chosen to collide, and pays for that at every look-up;
//! a table of a hundred thousand rows looks up millions of times. Inputs: numbers. Output: [`Quick`], to be
//! used in a map. Texts from files stay with the standard hasher.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map from numbers or identities.
pub type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

/// Multiplies and turns, one number at a time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.write_u64(u64::from(*b)));
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_u128(&mut self, n: u128) {
        self.write_u64(n as u64);
        self.write_u64((n >> 64) as u64);
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }

    /// Multiplying leaves the low bits poor, and maps look at them first.
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::hash::{BuildHasher as _, Hash};

    fn buckets<T: Hash>(all: impl Iterator<Item = T>) -> usize {
        let build = BuildHasherDefault::<Quick>::default();
        all.map(|n| build.hash_one(n) & 0xfff).collect::<HashSet<_>>().len()
    }

    #[test]
    fn numbers_in_a_row_and_steps_of_a_power_spread() {
        // Chance alone fills 63 % of as many places.
        for step in [1u64, 2, 16, 1 << 16, 1 << 32] {
            let found = buckets((0..4096u64).map(|n| n * step));
            assert!(found > 2000, "step {step}: {found}");
        }
        assert!(buckets((0..64u32).flat_map(|a| (0..64u32).map(move |b| (a, b)))) > 2000);
    }
}
