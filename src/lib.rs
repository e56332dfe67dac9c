#![doc = include_str!("ARCHITECTURE.md")]
// The type of a view names every element in it.
#![recursion_limit = "256"]
// Each of the browser's two modules leaves out what the other one is for.
#![cfg_attr(
    all(feature = "hydrate", not(all(feature = "hydrate-form", feature = "hydrate-pages"))),
    expect(dead_code, unused_imports, reason = "used by the other module")
)]

// First, because its macros are known from here on.
#[cfg(feature = "ssr")]
#[macro_use]
pub mod sabotage;

#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod api;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod domain;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod error;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod i18n;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod islands;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod json;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod paths;

#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod audit;
#[cfg(feature = "ssr")]
pub mod clock;
#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod config;
#[cfg(feature = "ssr")]
pub mod credentials;
#[cfg(feature = "ssr")]
pub mod csv;
#[cfg(feature = "ssr")]
pub mod database;
#[cfg(feature = "ssr")]
pub mod entra;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
pub mod journal;
#[cfg(feature = "ssr")]
pub mod keyring;
#[cfg(feature = "ssr")]
pub mod listing;
#[cfg(feature = "ssr")]
pub mod measure;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod partner_center;
#[cfg(feature = "ssr")]
pub mod provisioning;
#[cfg(feature = "ssr")]
pub mod refusals;
#[cfg(feature = "ssr")]
pub mod relationships;
#[cfg(feature = "ssr")]
pub mod rotation;
#[cfg(feature = "ssr")]
pub mod rulebook;
#[cfg(feature = "ssr")]
pub mod search_index;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
pub mod state;
#[cfg(feature = "ssr")]
pub mod tenants;

#[cfg(feature = "simulator")]
pub mod simulator;

/// For the unit tests; the integration tests have the same file.
#[cfg(test)]
#[cfg(feature = "ssr")]
#[path = "tests/hostile/texts.rs"]
mod hostile_texts;

/// Unit tests that are run again with a bug in them.
#[cfg(test)]
#[cfg(feature = "torture")]
#[path = "tests/planted/units.rs"]
mod planted;

/// Makes the islands of a page live; called by the browser's entry crates in `src/hydrate`.
#[cfg(feature = "hydrate")]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    // The form's island neither has children nor shows anything reactive, and needs nothing of what this sets up.
    #[cfg(feature = "hydrate-pages")]
    leptos::mount::hydrate_islands();
}
