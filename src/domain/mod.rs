//! Pure values, on both sides. No I/O, no clock, nothing that knows a browser or a server.
//!
//! What a person types is a [`NewCustomerForm`]; what it becomes once it has been understood by the [`CountryRules`] of
//! the customer's country is a [`NewCustomer`]; what is wrong with it until then are [`FieldErrors`], said in [`words`].

#[cfg(feature = "ssr")]
mod acceptance;
mod address_check;
#[cfg(feature = "ssr")]
pub mod advice_words;
mod checks;
#[cfg(feature = "ssr")]
mod comment;
mod company_name;
mod country;
#[cfg(feature = "ssr")]
mod country_rules;
#[cfg(feature = "ssr")]
mod data;
mod domain_prefix;
#[cfg(feature = "ssr")]
mod dotnet;
mod email;
mod envelope;
mod field;
mod form;
mod ids;
#[cfg(feature = "ssr")]
mod legal_forms;
#[cfg(feature = "ssr")]
mod lesson;
#[cfg(feature = "ssr")]
mod mail_domain;
#[cfg(feature = "ssr")]
mod names;
mod new_customer;
mod operator;
mod parse;
mod pattern;
mod person_name;
mod phone;
mod postal_code;
mod registration_number;
mod reseller;
mod rules;
#[cfg(feature = "ssr")]
mod served;
#[cfg(feature = "ssr")]
mod split_address;
#[cfg(feature = "ssr")]
mod suggestions;
#[cfg(test)]
pub(crate) mod testing;
mod text;
mod usual;
pub mod words;

pub(crate) use self::text::{case, cut};

#[cfg(feature = "ssr")]
pub use self::acceptance::{
    Acceptance, AcceptanceError, AcceptanceErrors, AcceptanceField, AcceptanceForm, AcceptanceProblem,
};
#[cfg(feature = "ssr")]
pub use self::comment::{Comment, LONGEST_COMMENT};
#[cfg(feature = "ssr")]
pub use self::country::{all_countries, country_name, country_synonyms, culture_name, language_name};
#[cfg(feature = "ssr")]
pub use self::split_address::{country_of_address, split_address};
pub use self::{
    address_check::{AddressCheck, AddressStatus, compare_addresses},
    checks::{
        AddressAnswer, AddressParts, Advice, DomainAnswer, DomainAvailability, DomainCandidate, DomainQuestion,
        ResellerReadiness, TenantQuestion, Tone,
    },
    country::CountryCode,
    field::{Field, FieldError, FieldErrors, Problem},
    form::{CustomerOf, NewCustomerForm},
    ids::{ActId, CorrelationId, CustomerId, InvalidId, OnboardingId, RequestId, ResellerId},
    new_customer::{DefaultAddress, NewCustomer, SoldBy},
    operator::{Operator, PersonKey, ResellerOfPerson, Role, Side},
    pattern::Pattern,
    reseller::{ResellerChoice, ResellerState},
    rules::{Choice, CountryRules, LiveCountryRules, RegistrationNumberRule, RulesSource, StateRule},
    usual::UsualChoices,
};
#[cfg(feature = "ssr")]
pub use self::{
    domain_prefix::domain_prefix,
    dotnet::Untranslatable,
    lesson::NumberLesson,
    mail_domain::company_mail_domain,
    names::{countries_in, country_name_in, culture_name_in, language_name_in},
    served::ServedCountries,
    suggestions::domain_candidates,
};
