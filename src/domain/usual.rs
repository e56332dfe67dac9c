//! What the customers of one reseller mostly have in common.

use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::NewCustomerForm;
use crate::json::read_struct;

/// What was chosen for the last customer of a reseller, as far as the next one will mostly have the same. Nothing in it is
/// about that customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsualChoices {
    /// Country of the company.
    pub country: String,
    /// Format of invoices.
    pub culture: String,
    /// Language of messages.
    pub language: String,
    /// `on`: the provider got the default roles.
    pub gdap: String,
}

read_struct!(UsualChoices { country, culture, language, gdap });

#[cfg(feature = "ssr")]
impl UsualChoices {
    /// Those of this form.
    pub fn of(form: &NewCustomerForm) -> Self {
        Self {
            country: form.country.clone(),
            culture: form.culture.clone(),
            language: form.language.clone(),
            gdap: form.gdap.clone(),
        }
    }
}
