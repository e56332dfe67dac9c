//! What tests of the journal and of those above it start from.

use std::sync::Arc;

use crate::{
    clock::{Ambient, ManualClock, SystemRandom},
    database::Database,
    domain::{CountryRules, NewCustomerForm, Operator, PersonKey, Role, Side},
    journal::{DailyCaps, Journal, Payload},
    keyring::Keyring,
};

/// First Up Consultants of Microsoft's documents.
pub(crate) const RESELLER: &str = "484e548c-f5f3-4528-93a9-c16c6373cb59";

/// A clock that stands still, and what uses it.
pub(crate) fn ambient() -> (Arc<ManualClock>, Ambient) {
    let clock = Arc::new(ManualClock::new("2026-11-20T12:00:00Z".parse().unwrap()));
    (Arc::clone(&clock), Ambient { clock, random: Arc::new(SystemRandom) })
}

/// A journal over a database of its own, without caps.
pub(crate) async fn journal(ambient: &Ambient) -> Journal {
    let keyring = Keyring::ephemeral(ambient.clone());
    let caps = DailyCaps { person: u32::MAX, reseller: u32::MAX, everybody: u32::MAX };
    Journal::new(Database::temporary().await.unwrap(), keyring, ambient.clone()).capped(caps)
}

/// A person of the provider.
pub(crate) fn person(name: &str, role: Role) -> Operator {
    Operator {
        key: PersonKey { tid: "a1b2c3d4-0000-4000-8000-00000000c0de".to_owned(), oid: format!("oid-of-{name}") },
        name: name.to_owned(),
        sign_in_name: format!("{name}@tailwind.example"),
        side: Side::Provider(role),
        address: None,
    }
}

/// The account manager who owns what is onboarded.
pub(crate) fn adele() -> Operator {
    person("adele", Role::AccountManager)
}

/// The customer of Microsoft's documents, as it would be typed.
pub(crate) fn wingtip_toys() -> NewCustomerForm {
    let text = str::to_owned;
    NewCustomerForm {
        customer_of: text("reseller"),
        reseller_id: text(RESELLER),
        reseller_search: text("First Up Consultants"),
        country: text("US"),
        company_name: text("Wingtip Toys"),
        domain: text("wingtiptoys"),
        address_line1: text("One Microsoft Way"),
        city: text("Redmond"),
        state: text("WA"),
        postal_code: text("98052"),
        first_name: text("Gena"),
        last_name: text("Soto"),
        email: text("Gena@wingtiptoys.com"),
        phone: text("4255550101"),
        culture: text("en-US"),
        language: text("en"),
        ..NewCustomerForm::default()
    }
}

/// What [`wingtip_toys`] becomes.
pub(crate) fn payload() -> Payload {
    let rules = CountryRules::built_in(&"US".parse().unwrap());
    Payload::new(wingtip_toys().parse(&rules).unwrap(), ".onmicrosoft.com")
}
