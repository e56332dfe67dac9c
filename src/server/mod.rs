//! Server.

pub mod auth;
