//! Seeded chance. Everything that is left to it comes from the seed that the rig prints.

use std::time::Duration;

use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

/// A source of chance; [`Dice::branch`] gives each task one of its own, so that their order changes nothing.
pub(crate) struct Dice {
    seed: u64,
    rng: ChaCha20Rng,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, rng: ChaCha20Rng::seed_from_u64(seed) }
    }

    /// Another source, the same for the same number.
    pub(crate) fn branch(&self, number: u64) -> Self {
        Self::new(self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(number))
    }

    /// 0 up to, not including, `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.rng.next_u64() % end }
    }

    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(from.len().try_into().unwrap())).unwrap();
        &from[at]
    }

    pub(crate) fn millis(&mut self, at_most: u64) -> Duration {
        Duration::from_millis(self.below(at_most + 1))
    }

    /// 64 hexadecimal digits, for claim tokens.
    pub(crate) fn token(&mut self) -> String {
        let [one, two, three, four] = std::array::from_fn(|_| self.rng.next_u64());
        format!("{one:016x}{two:016x}{three:016x}{four:016x}")
    }
}
