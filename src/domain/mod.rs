//! Pure values, on both sides: what a person types ([`NewCustomerForm`]), what it becomes once it has been understood
//! ([`NewCustomer`]), and the rules in between. No I/O, no clock, nothing that knows a browser or a server.

mod checks;
mod country;
mod field;
mod form;
mod ids;
mod new_customer;
mod operator;
mod pattern;
mod reseller;
mod rules;

pub use self::{
    checks::{AddressCheck, AddressParts, DomainAvailability, ResellerReadiness},
    country::{CountryCode, all_countries, country_name, culture_name, language_name},
    field::{Field, FieldError, FieldErrors, Problem},
    form::{CustomerOf, NewCustomerForm},
    ids::{CorrelationId, CustomerId, InvalidId, OnboardingId, RequestId, ResellerId},
    new_customer::{DefaultAddress, NewCustomer, SoldBy},
    operator::{Operator, PersonKey, Role},
    pattern::Pattern,
    reseller::{ResellerChoice, ResellerState},
    rules::{Choice, CountryRules, LiveCountryRules, RegistrationNumberRule, RulesSource, StateRule},
};
