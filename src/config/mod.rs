//! Settings from the environment, parsed once at the start: a setting that is missing or wrong stops it with its name
//! and an example.

mod cloud;

pub use self::cloud::Cloud;
