//! Every page in every state, rendered and read.

mod customer;
mod hostile;
mod lists;
mod preview;
mod review;
mod samples;
mod secrets;
mod sign_in;
mod tenants;
mod two_sides;
mod untranslated;
