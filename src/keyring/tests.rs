use std::{fs, path::PathBuf};

use proptest::prelude::*;

use super::*;

const PLACE: SealedIn<'_> = SealedIn { table: "credential", column: "sealed", row: "r1", owner: "t/o" };

fn keyring() -> Keyring {
    Keyring::ephemeral(Ambient::system())
}

/// A folder of its own for one test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("keyring-test-{}", Ambient::system().uuid_v4()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("keys.json")
    }

    /// Writes the keys file, readable for its owner alone, and opens it.
    fn open(&self, content: &str) -> Result<Keyring, KeyringError> {
        let _ = fs::remove_file(self.file());
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        std::io::Write::write_all(&mut options.open(self.file()).unwrap(), content.as_bytes()).unwrap();
        Keyring::open_or_create(&self.file(), Ambient::system())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn base64_key(byte: u8) -> String {
    base64::engine::general_purpose::STANDARD.encode([byte; KEY_LENGTH])
}

#[test]
fn what_is_sealed_opens_in_its_own_place() {
    let keyring = keyring();
    let envelope = keyring.seal(PLACE, b"0Krha*Io").unwrap();
    assert_eq!(keyring.open(PLACE, &envelope).unwrap().expose_secret(), b"0Krha*Io");
    assert_eq!(key_id_of(&envelope), keyring.writing_key_id().ok().as_deref());
}

#[test]
fn the_same_secret_is_sealed_differently_each_time() {
    let keyring = keyring();
    assert_ne!(keyring.seal(PLACE, b"same").unwrap(), keyring.seal(PLACE, b"same").unwrap());
}

#[test]
fn an_envelope_moved_to_another_place_does_not_open() {
    let keyring = keyring();
    let envelope = keyring.seal(PLACE, b"secret").unwrap();
    let elsewhere = [
        SealedIn { table: "grant", ..PLACE },
        SealedIn { column: "form", ..PLACE },
        SealedIn { row: "r2", ..PLACE },
        SealedIn { owner: "t/p", ..PLACE },
        // The same letters, divided in another way.
        SealedIn { table: "credentials", column: "ealed", ..PLACE },
    ];
    for place in elsewhere {
        assert!(matches!(keyring.open(place, &envelope), Err(KeyringError::Unopenable)), "{place:?}");
    }
}

#[test]
fn every_flipped_bit_keeps_an_envelope_shut() {
    let keyring = keyring();
    let envelope = keyring.seal(PLACE, b"=;;n.=s9Z").unwrap();
    for at in 0..envelope.len() {
        for bit in 0..7 {
            let mut bytes = envelope.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let changed = String::from_utf8(bytes).unwrap();
            assert!(keyring.open(PLACE, &changed).is_err(), "bit {bit} of character {at}");
        }
    }
}

#[test]
fn parts_of_two_envelopes_do_not_make_a_third() {
    let keyring = keyring();
    let (one, other) = (keyring.seal(PLACE, b"secret").unwrap(), keyring.seal(PLACE, b"secret").unwrap());
    let (one, other): (Vec<_>, Vec<_>) = (one.split('.').collect(), other.split('.').collect());
    let mixed = [one[0], one[1], one[2], other[3]].join(".");
    assert!(matches!(keyring.open(PLACE, &mixed), Err(KeyringError::Unopenable)));
}

#[test]
fn the_key_id_is_bound_to_the_envelope() {
    let folder = Folder::new();
    let same = base64_key(7);
    let keyring = folder
        .open(&format!(r#"{{"writing":"a","keys":[{{"id":"a","key":"{same}"}},{{"id":"b","key":"{same}"}}]}}"#))
        .unwrap();
    let renamed = keyring.seal(PLACE, b"secret").unwrap().replacen("v1.a.", "v1.b.", 1);
    assert!(matches!(keyring.open(PLACE, &renamed), Err(KeyringError::Unopenable)));
}

#[test]
fn a_missing_key_is_named() {
    let envelope = keyring().seal(PLACE, b"secret").unwrap();
    let id = envelope.split('.').nth(1).unwrap().to_owned();
    assert!(matches!(keyring().open(PLACE, &envelope), Err(KeyringError::UnknownKey { key_id }) if key_id == id));
}

#[test]
fn a_file_is_made_once_and_read_again() {
    let folder = Folder::new();
    let first = Keyring::open_or_create(&folder.file(), Ambient::system()).unwrap();
    let envelope = first.seal(PLACE, b"secret").unwrap();
    let second = Keyring::open_or_create(&folder.file(), Ambient::system()).unwrap();
    assert_eq!(second.open(PLACE, &envelope).unwrap().expose_secret(), b"secret");
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1, "no draft is left");
}

#[test]
fn processes_that_start_at_once_agree_on_one_file() {
    let folder = Folder::new();
    let path = folder.file();
    let keyrings: Vec<Keyring> = std::thread::scope(|scope| {
        let open = || Keyring::open_or_create(&path, Ambient::system()).unwrap();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let envelope = keyrings[0].seal(PLACE, b"secret").unwrap();
    assert!(keyrings.iter().all(|keyring| keyring.open(PLACE, &envelope).is_ok()));
}

#[cfg(unix)]
#[test]
fn a_file_that_others_may_read_is_refused_with_the_remedy() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    Keyring::open_or_create(&folder.file(), Ambient::system()).unwrap();
    assert_eq!(fs::metadata(folder.file()).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(folder.file(), fs::Permissions::from_mode(0o640)).unwrap();
    let error = Keyring::open_or_create(&folder.file(), Ambient::system()).unwrap_err().to_string();
    assert!(error.contains("mode 0640") && error.contains("chmod 600"), "{error}");
}

#[test]
fn a_former_key_still_opens_and_no_longer_seals() {
    let folder = Folder::new();
    let (old, new) = (base64_key(1), base64_key(2));
    let before = folder.open(&format!(r#"{{"writing":"old","keys":[{{"id":"old","key":"{old}"}}]}}"#)).unwrap();
    let envelope = before.seal(PLACE, b"secret").unwrap();
    let after = folder
        .open(&format!(r#"{{"writing":"new","keys":[{{"id":"old","key":"{old}"}},{{"id":"new","key":"{new}"}}]}}"#))
        .unwrap();
    assert_eq!(after.open(PLACE, &envelope).unwrap().expose_secret(), b"secret");
    assert!(after.seal(PLACE, b"x").unwrap().starts_with("v1.new."));
}

#[test]
fn unusable_files_are_refused_without_quoting_a_key() {
    let folder = Folder::new();
    let key = base64_key(9);
    let entry = format!(r#"{{"id":"a","key":"{key}"}}"#);
    let cases = [
        (String::new(), "JSON"),
        (format!(r#"{{"writing":"a","keys":["{key}"]}}"#), "JSON"),
        (format!(r#"{{"writing":"{}","keys":[{entry}]}}"#, "b"), "has no key with the id b"),
        (format!(r#"{{"writing":"a","keys":[{entry},{entry}]}}"#), "two keys"),
        (r#"{"writing":"a","keys":[{"id":"a","key":"AAAA"}]}"#.to_owned(), "32 bytes"),
        (format!(r#"{{"writing":"a.b","keys":[{{"id":"a.b","key":"{key}"}}]}}"#), "letters, digits"),
    ];
    for (content, expected) in cases {
        let error = folder.open(&content).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains(&key), "{error}");
    }
}

#[test]
fn debug_shows_no_key() {
    let folder = Folder::new();
    let key = base64_key(9);
    let keyring = folder.open(&format!(r#"{{"writing":"a","keys":[{{"id":"a","key":"{key}"}}]}}"#)).unwrap();
    assert_eq!(format!("{keyring:?}"), r#"Keyring { keys: [("a", Writing)], .. }"#);
}

proptest! {
    #[test]
    fn any_text_at_all_is_an_answer_and_never_a_panic(text in ".*") {
        prop_assert!(keyring().open(PLACE, &text).is_err());
    }

    #[test]
    fn any_secret_comes_back_to_the_byte(secret in proptest::collection::vec(any::<u8>(), 0..300)) {
        let keyring = keyring();
        let envelope = keyring.seal(PLACE, &secret).unwrap();
        let opened = keyring.open(PLACE, &envelope).unwrap();
        prop_assert_eq!(opened.expose_secret(), secret.as_slice());
    }
}
