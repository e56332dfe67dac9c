//! Passwords of the portal's own making.

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::clock::Ambient;

/// Without those that are taken for each other when they are read out or copied by hand: I, l, 1, O, 0.
const KINDS: [&[u8]; 4] = [b"abcdefghijkmnopqrstuvwxyz", b"ABCDEFGHJKLMNPQRSTUVWXYZ", b"23456789", b"!#$%*+-=?@"];
/// 67 signs, sixteen of them: 97 bits. Entra takes 8 to 256 characters of at least three kinds.
const LENGTH: usize = 16;

/// A password that nobody has had before, with a sign of every kind.
pub(super) fn make(ambient: &Ambient) -> SecretString {
    let signs = KINDS.concat();
    loop {
        let mut password = Zeroizing::new(String::with_capacity(LENGTH));
        while password.len() < LENGTH {
            let random = Zeroizing::new(ambient.bytes::<64>());
            // What is beyond the last whole multiple would make the first signs likelier than the others.
            let bound = (256 / signs.len()) * signs.len();
            let fair = random.iter().map(|byte| usize::from(*byte)).filter(|number| *number < bound);
            let room = LENGTH - password.len();
            password.extend(
                fair.take(room).filter_map(|number| signs.get(number % signs.len())).map(|sign| char::from(*sign)),
            );
        }
        if KINDS.iter().all(|kind| password.bytes().any(|sign| kind.contains(&sign))) {
            return SecretString::from(password.as_str());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_password_has_every_kind_of_sign_and_none_that_is_taken_for_another() {
        let ambient = Ambient::system();
        let made: BTreeSet<String> = (0..500).map(|_| make(&ambient).expose_secret().to_owned()).collect();
        assert_eq!(made.len(), 500, "no two are the same");
        for password in made {
            assert_eq!(password.len(), LENGTH);
            assert!(KINDS.iter().all(|kind| password.bytes().any(|sign| kind.contains(&sign))), "{password}");
            assert!(!password.contains(['I', 'l', '1', 'O', '0', '<', '&', '"', '\'']), "{password}");
        }
    }

    #[test]
    fn every_sign_is_about_as_likely_as_any_other() {
        let ambient = Ambient::system();
        let mut counts = [0_u32; 128];
        for _ in 0..4_000 {
            for sign in make(&ambient).expose_secret().bytes() {
                counts[usize::from(sign)] += 1;
            }
        }
        // 64,000 signs over 67: about 955 each. Passwords without a digit or sign are thrown away, which favours those.
        let drawn: Vec<u32> = counts.into_iter().filter(|count| *count > 0).collect();
        assert_eq!(drawn.len(), KINDS.concat().len());
        assert!(drawn.iter().all(|count| (700..1_400).contains(count)), "{drawn:?}");
    }
}
