//! Chance that a seed repeats, and what can be done to a text by chance.

use uuid::Uuid;

use crate::{access::strangers::Chance, hostile::texts};

/// Bytes that mean something to one parser or another.
const SIGNS: &[u8] = b"\0\t\n\r \"#%&'()*+,-./0:;<=>?@[\\]^_`{|}~\x1b\x7f\x80\xbf\xc0\xed\xef\xff";

/// Numbers at which something ends.
const NUMBERS: [&str; 14] = [
    "0",
    "-1",
    "1e999",
    "-1e-999",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "4294967296",
    "2147483648",
    "0.1",
    "1.7976931348623157e309",
    "99999999999999999999999999999999999999999999999999",
    "00",
    "NaN",
];

/// Chance.
#[derive(Clone)]
pub(super) struct Dice {
    chance: Chance,
    texts: std::sync::Arc<[String]>,
}

impl Dice {
    pub(super) fn any_seed() -> u64 {
        Uuid::new_v4().as_u64_pair().1
    }

    pub(super) fn new(seed: u64) -> Self {
        let texts = texts::all().into_iter().filter(|text| text.len() < 12_000).collect();
        Self { chance: Chance(seed), texts }
    }

    /// Dice of their own for somebody who throws at the same time.
    pub(super) fn fork(&mut self) -> Self {
        Self { chance: Chance(self.chance.next()), texts: std::sync::Arc::clone(&self.texts) }
    }

    pub(super) fn number(&mut self) -> u64 {
        self.chance.next()
    }

    /// From 0 to `end`, without it.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap();
        usize::try_from(self.chance.next() % end).unwrap()
    }

    /// Once in so many times.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(super) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    pub(super) fn of<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub(super) fn byte(&mut self) -> u8 {
        if self.once_in(2) { *self.of(SIGNS) } else { u8::try_from(self.below(256)).unwrap() }
    }

    pub(super) fn bytes(&mut self, most: usize) -> Vec<u8> {
        let count = self.below(most + 1);
        (0..count).map(|_| self.byte()).collect()
    }

    /// A text of any kind: hostile, long, empty, a number, an id.
    pub(super) fn text(&mut self) -> String {
        match self.below(8) {
            0 => String::new(),
            1 => (*self.of(&NUMBERS)).to_owned(),
            2 => Uuid::from_u64_pair(self.number(), self.number()).to_string(),
            3 => {
                let length = self.below(20_000);
                (*self.pick(&["a", "é", "\u{10ffff}", "%", "\"", "."])).repeat(length / 4)
            }
            4 => String::from_utf8_lossy(&self.bytes(40)).into_owned(),
            _ => {
                let texts = std::sync::Arc::clone(&self.texts);
                self.of(&texts).clone()
            }
        }
    }

    pub(super) fn number_text(&mut self) -> &'static str {
        self.pick(&NUMBERS)
    }

    /// Bytes with one to four of them changed, taken out, doubled, or exchanged for others.
    pub(super) fn mutated(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len() + 1);
            let until = (at + self.below(12)).min(bytes.len());
            match self.below(7) {
                0 if at < bytes.len() => bytes[at] = self.byte(),
                1 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                2 => bytes.insert(at, self.byte()),
                3 => drop(bytes.drain(at..until)),
                4 => bytes.truncate(at),
                5 => {
                    let piece = bytes[at..until].to_vec();
                    bytes.splice(at..at, piece);
                }
                _ => {
                    let piece = self.bytes(12);
                    bytes.splice(at..until, piece);
                }
            }
        }
        bytes
    }
}
