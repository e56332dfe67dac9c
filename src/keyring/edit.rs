//! Changes of the keys file, one at a time: `portal keys`.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use super::{
    KeyringError,
    file::{self, KeyEntry, KeysFile, refuse},
};
use crate::clock::Ambient;

/// Adds a key that opens and does not seal yet; answers its id.
pub fn add_key(path: &Path, ambient: &Ambient) -> Result<String, KeyringError> {
    edit(path, ambient, |content| {
        let entry = KeyEntry::generate(ambient);
        let id = entry.id.clone();
        content.keys.push(entry);
        Ok(id)
    })
}

/// Lets the newest key seal from now on; makes one if the newest does so already. Answers its id.
pub fn write_with_newest(path: &Path, ambient: &Ambient) -> Result<String, KeyringError> {
    edit(path, ambient, |content| {
        if content.keys.last().is_none_or(|newest| newest.id == content.writing) {
            content.keys.push(KeyEntry::generate(ambient));
        }
        if let Some(newest) = content.keys.last() {
            content.writing.clone_from(&newest.id);
        }
        Ok(content.writing.clone())
    })
}

/// Takes a key out of the file. What is sealed with it stays shut for ever; whoever calls this has made sure that there
/// is nothing.
pub fn retire_key(path: &Path, ambient: &Ambient, id: &str) -> Result<(), KeyringError> {
    edit(path, ambient, |content| {
        if content.writing == id {
            return Err(format!("the key {id} is the one that seals; run `portal keys rotate` first"));
        }
        let count = content.keys.len();
        content.keys.retain(|entry| entry.id != id);
        if content.keys.len() == count { Err(format!("has no key with the id {id}")) } else { Ok(()) }
    })
}

fn edit<T>(
    path: &Path,
    ambient: &Ambient,
    change: impl FnOnce(&mut KeysFile) -> Result<T, String>,
) -> Result<T, KeyringError> {
    // Its folder is what is locked: the file itself is another one after each change.
    let _lock = lock(&folder(path)).map_err(|error| refuse(path, format!("its folder cannot be locked: {error}")))?;
    let mut content = file::read_content(path)?;
    file::understand(&content).map_err(|reason| refuse(path, reason))?;
    let answer = change(&mut content).map_err(|reason| refuse(path, reason))?;
    file::replace(path, &content, ambient)?;
    Ok(answer)
}

fn lock(folder: &Path) -> io::Result<File> {
    let folder = File::open(folder)?;
    folder.lock()?;
    Ok(folder)
}

/// The folder of a file, whose name may be a bare one.
pub(super) fn folder(path: &Path) -> PathBuf {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}
