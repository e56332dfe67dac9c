//! Server-rendered views that pages are made of.

pub mod icon;
pub mod shell;
#[cfg(test)]
pub(crate) mod testing;
