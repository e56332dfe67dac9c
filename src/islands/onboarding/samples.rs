//! Countries' rules for the tests of the form, beside those of the domain's own tests.

use super::combobox::Offer;
use crate::domain::{
    CountryRules,
    testing::{choice, united_states},
};

/// No states, postal code first.
pub(crate) fn germany() -> CountryRules {
    CountryRules {
        country: "DE".parse().unwrap_or_else(|_| unreachable!("two letters")),
        country_name: "Germany".to_owned(),
        state: None,
        postal_code_label: Some("Postal code".to_owned()),
        postal_code_sample: Some("10117".to_owned()),
        locality_order: ["postal_code", "city"].map(str::to_owned).to_vec(),
        phone_pattern: None,
        phone_sample: None,
        calling_codes: vec!["49".to_owned()],
        address_format: "%N%n%O%n%A%n%Z %C".to_owned(),
        cultures: vec![choice("de-DE", "German (Germany)")],
        languages: vec![choice("de", "German"), choice("en", "English")],
        ..united_states()
    }
}

/// A reseller of the simulator.
pub(crate) fn first_up() -> Offer {
    Offer {
        id: "484e548c-f5f3-4528-93a9-c16c6373cb59".to_owned(),
        name: "First Up Consultants".to_owned(),
        meta: "MPN ID 4847383 \u{b7} United States".to_owned(),
        unavailable: None,
    }
}
