//! A folder that is gone when its last user is.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use super::DatabaseError;
use crate::clock::Ambient;

/// A folder for this process alone, removed with everything in it when dropped.
#[derive(Debug)]
pub(super) struct TemporaryDirectory(PathBuf);

impl TemporaryDirectory {
    /// Makes one with an unpredictable name that only its owner may enter.
    pub(super) fn create(ambient: &Ambient) -> Result<Self, DatabaseError> {
        let path = env::temp_dir().join(format!("reseller-portal-{}", ambient.uuid_v4()));
        create_private(&path).map_err(|source| DatabaseError::File { path: path.display().to_string(), source })?;
        Ok(Self(path))
    }

    /// The content of every file in it.
    #[cfg(test)]
    pub(super) fn files(&self) -> Vec<Vec<u8>> {
        fs::read_dir(&self.0).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryDirectory {
    fn drop(&mut self) {
        // Nobody can be told here, and a left-over folder in the system's own temporary place harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn create_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
