//! Server-rendered views that pages are made of.

pub mod badge;
pub mod copyable;
pub mod domain_name;
pub mod field;
pub mod icon;
pub mod keys;
pub mod notice;
pub mod onboarding;
pub mod printed;
pub mod shell;
pub mod stepper;
pub mod summary;
#[cfg(test)]
pub(crate) mod testing;
pub mod time;
