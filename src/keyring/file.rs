//! The keys file: `{ "writing": "<id>", "keys": [{ "id": "<id>", "key": "<base64>" }] }`, readable for its owner alone.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretBox};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::{KEY_LENGTH, Key, KeyringError, Keys};
use crate::clock::Ambient;

/// Larger than any keys file: thousands of keys.
const LONGEST_FILE: u64 = 1024 * 1024;

/// The file's content.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeysFile {
    writing: String,
    keys: Vec<KeyEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyEntry {
    id: String,
    key: String,
}

impl Drop for KeyEntry {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

/// Reads the keys; makes the file with one fresh key if there is none.
pub(super) fn open_or_create(path: &Path, ambient: &Ambient) -> Result<Keys, KeyringError> {
    match File::open(path) {
        Ok(file) => read(path, file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create(path, ambient).map_err(|error| refuse(path, format!("cannot be created: {error}")))?;
            // Read back: another process may have been first, and then its keys count.
            let file = File::open(path).map_err(|error| refuse(path, error))?;
            read(path, file)
        }
        Err(error) => Err(refuse(path, error)),
    }
}

fn read(path: &Path, file: File) -> Result<Keys, KeyringError> {
    refuse_if_others_may_read(path, &file)?;
    let mut text = Zeroizing::new(String::new());
    // Room for all of it at once: a string that grows leaves copies behind that nobody erases.
    let length = file.metadata().map_err(|error| refuse(path, error))?.len().min(LONGEST_FILE);
    text.reserve_exact(usize::try_from(length).unwrap_or(0).saturating_add(1));
    file.take(LONGEST_FILE).read_to_string(&mut text).map_err(|error| refuse(path, error))?;
    // The parser's own words would quote the file.
    let content: KeysFile = serde_json::from_str(&text).map_err(|error| {
        let place = format!("line {} column {}", error.line(), error.column());
        refuse(path, format!("is not the JSON {{\"writing\": …, \"keys\": [{{\"id\": …, \"key\": …}}]}}: {place}"))
    })?;
    understand(&content).map_err(|reason| refuse(path, reason))
}

fn understand(content: &KeysFile) -> Result<Keys, String> {
    let mut writing = None;
    let mut former: Vec<Key> = Vec::new();
    for entry in &content.keys {
        let key = understand_key(entry)?;
        if writing.iter().chain(&former).any(|known| known.id == key.id) {
            return Err(format!("has two keys with the id {}", key.id));
        }
        if key.id == content.writing {
            writing = Some(key);
        } else {
            former.push(key);
        }
    }
    let writing =
        writing.ok_or_else(|| format!("has no key with the id {}, which \"writing\" names", content.writing))?;
    Ok(Keys { writing, former })
}

fn understand_key(entry: &KeyEntry) -> Result<Key, String> {
    let well_formed = (1..=64).contains(&entry.id.len())
        && entry.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !well_formed {
        return Err("has a key whose id is not 1 to 64 letters, digits, - or _".to_owned());
    }
    let bytes = STANDARD.decode(&entry.key).map(Zeroizing::new).ok();
    let bytes = bytes.filter(|bytes| bytes.len() == KEY_LENGTH);
    let bytes = bytes.ok_or_else(|| format!("key {} is not {KEY_LENGTH} bytes in base64", entry.id))?;
    let secret = SecretBox::init_with_mut(|secret: &mut [u8; KEY_LENGTH]| secret.copy_from_slice(&bytes));
    Ok(Key { id: entry.id.clone(), secret })
}

/// Writes a file with one fresh key under another name and links it into place when it is whole: whoever looks in
/// between finds no file or all of it, and of two processes that do this at once one wins.
fn create(path: &Path, ambient: &Ambient) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.new", ambient.uuid_v4()));
    let draft = Path::new(&name);
    let linked = write_draft(draft, ambient).and_then(|()| match fs::hard_link(draft, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    });
    let removed = fs::remove_file(draft);
    linked.and(removed)?;
    sync_folder(path)
}

fn write_draft(path: &Path, ambient: &Ambient) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let key = Key::generate(ambient);
    let entry = KeyEntry { id: key.id.clone(), key: STANDARD.encode(key.secret.expose_secret()) };
    let content = KeysFile { writing: key.id.clone(), keys: vec![entry] };
    file.write_all(Zeroizing::new(serde_json::to_vec_pretty(&content)?).as_slice())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Makes the new name survive a power cut, as the keys are about to seal what cannot be made again.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(unix)]
fn refuse_if_others_may_read(path: &Path, file: &File) -> Result<(), KeyringError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(|error| refuse(path, error))?.permissions().mode() & 0o777;
    if mode.trailing_zeros() >= 6 {
        return Ok(()); // nothing for group and world
    }
    let shown = path.display();
    Err(refuse(path, format!("mode {mode:04o} lets others read or change it; run: chmod 600 '{shown}'")))
}

#[cfg(not(unix))]
fn refuse_if_others_may_read(_: &Path, _: &File) -> Result<(), KeyringError> {
    Ok(())
}

fn refuse(path: &Path, reason: impl fmt::Display) -> KeyringError {
    KeyringError::File { path: path.display().to_string(), reason: reason.to_string() }
}
