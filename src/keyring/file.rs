//! The keys file: `{ "writing": "<id>", "keys": [{ "id": "<id>", "key": "<base64>" }] }`, oldest key first, readable for
//! its owner alone.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretBox};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::{KEY_LENGTH, Key, KeyringError, Keys, edit::folder};
use crate::clock::Ambient;

/// Larger than any keys file: thousands of keys.
const LONGEST_FILE: u64 = 1024 * 1024;

/// The file's content.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeysFile {
    pub(super) writing: String,
    pub(super) keys: Vec<KeyEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyEntry {
    pub(super) id: String,
    key: String,
}

impl KeyEntry {
    pub(super) fn generate(ambient: &Ambient) -> Self {
        let key = Key::generate(ambient);
        Self { id: key.id, key: STANDARD.encode(key.secret.expose_secret()) }
    }
}

impl Drop for KeyEntry {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

/// What tells one state of the file from another: every change makes a new file (see `edit`), and one by hand moves the
/// time or the length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    inode: u64,
}

/// The state of the file; `None` if it is not there.
pub(super) fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let inode = 0;
    Some(Stamp { length: metadata.len(), modified: metadata.modified().ok(), inode })
}

/// Reads the keys.
pub(super) fn read(path: &Path) -> Result<Keys, KeyringError> {
    let content = read_content(path)?;
    understand(&content).map_err(|reason| refuse(path, reason))
}

pub(super) fn read_content(path: &Path) -> Result<KeysFile, KeyringError> {
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => KeyringError::Missing { path: path.display().to_string() },
        _ => refuse(path, error),
    })?;
    refuse_if_others_may_read(path, &file)?;
    let mut text = Zeroizing::new(String::new());
    // Room for all of it at once: a string that grows leaves copies behind that nobody erases.
    let length = file.metadata().map_err(|error| refuse(path, error))?.len().min(LONGEST_FILE);
    text.reserve_exact(usize::try_from(length).unwrap_or(0).saturating_add(1));
    file.take(LONGEST_FILE).read_to_string(&mut text).map_err(|error| refuse(path, error))?;
    // The parser's own words would quote the file.
    serde_json::from_str(&text).map_err(|error| {
        let place = format!("line {} column {}", error.line(), error.column());
        refuse(path, format!("is not the JSON {{\"writing\": …, \"keys\": [{{\"id\": …, \"key\": …}}]}}: {place}"))
    })
}

pub(super) fn understand(content: &KeysFile) -> Result<Keys, String> {
    let mut all: Vec<Key> = Vec::new();
    for entry in &content.keys {
        let key = understand_key(entry)?;
        if all.iter().any(|known| known.id == key.id) {
            return Err(format!("has two keys with the id {}", key.id));
        }
        all.push(key);
    }
    let writing = all.iter().position(|key| key.id == content.writing);
    let writing =
        writing.ok_or_else(|| format!("has no key with the id {}, which \"writing\" names", content.writing))?;
    Ok(Keys { all, writing })
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

/// Makes a file with one fresh key, unless another process is first: then its keys count.
pub(super) fn create(path: &Path, ambient: &Ambient) -> Result<(), KeyringError> {
    let entry = KeyEntry::generate(ambient);
    let content = KeysFile { writing: entry.id.clone(), keys: vec![entry] };
    let draft = Draft::write(path, &content, ambient).map_err(|error| cannot_be(path, "created", &error))?;
    match fs::hard_link(&draft.0, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(cannot_be(path, "created", &error)),
        _ => {
            drop(draft);
            sync_folder(path).map_err(|error| cannot_be(path, "created", &error))
        }
    }
}

/// Puts another content in place of the file's. Whoever looks meanwhile finds the former one or the new one, whole.
pub(super) fn replace(path: &Path, content: &KeysFile, ambient: &Ambient) -> Result<(), KeyringError> {
    let replaced = Draft::write(path, content, ambient).and_then(|draft| {
        keep_owner(path, &draft.0)?;
        fs::rename(&draft.0, path)?;
        sync_folder(path)
    });
    replaced.map_err(|error| cannot_be(path, "replaced", &error))
}

/// A file that is whole before it gets its name; removed if it does not.
struct Draft(PathBuf);

impl Draft {
    fn write(path: &Path, content: &KeysFile, ambient: &Ambient) -> io::Result<Self> {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}.new", ambient.uuid_v4()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let draft = Self(PathBuf::from(name));
        let mut file = options.open(&draft.0)?;
        file.write_all(Zeroizing::new(serde_json::to_vec_pretty(content)?).as_slice())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        Ok(draft)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After a rename there is none of this name any more.
        let _ = fs::remove_file(&self.0);
    }
}

/// An administrator may change the keys of a portal that runs as somebody else, and must not lock it out.
#[cfg(unix)]
fn keep_owner(path: &Path, draft: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let (former, new) = (fs::metadata(path)?, fs::metadata(draft)?);
    if (former.uid(), former.gid()) == (new.uid(), new.gid()) {
        return Ok(());
    }
    chown(draft, Some(former.uid()), Some(former.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes the new name survive a power cut, as the keys are about to seal what cannot be made again.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder(path))?.sync_all() } else { Ok(()) }
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

fn cannot_be(path: &Path, what: &str, error: &io::Error) -> KeyringError {
    refuse(path, format!("cannot be {what}: {error}"))
}

pub(super) fn refuse(path: &Path, reason: impl fmt::Display) -> KeyringError {
    KeyringError::File { path: path.display().to_string(), reason: reason.to_string() }
}
