//! The list of resellers.

use leptos::prelude::*;

use super::{fields, state::Onboarding};
use crate::domain::Field;

/// What the list knows.
#[derive(Clone, Copy)]
pub(super) struct Combobox {}

impl Combobox {
    pub(super) fn new() -> Self {
        Self {}
    }
}

/// The field.
pub(super) fn reseller_field(form: Onboarding) -> impl IntoView {
    fields::text_field(form, Field::Reseller)
}
