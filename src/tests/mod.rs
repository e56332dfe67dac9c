//! Integration tests: the portal and the simulator in this process, over real sockets on loopback.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first surprise")]

mod access;
mod architecture;
mod asvs;
mod audit;
mod bad_input;
mod browser;
mod countries;
mod customer_list;
mod domain_help;
mod drafts;
mod error_codes;
mod faults;
mod hostile;
mod keys;
mod languages;
mod limits;
mod lost_answers;
mod main_job;
mod operations;
#[cfg(feature = "torture")]
mod planted;
mod ports;
mod postgres;
mod resellers;
mod safety;
mod several_processes;
mod source_rules;
mod support;
mod tenants;
mod threats;
mod two_sides;
mod upstream_calls;
mod upstream_tls;
