//! What was entered: to the letter as it was sent.

use leptos::prelude::*;

use crate::{
    components::summary::SummaryRow,
    domain::{country_name, culture_name, language_name},
    journal::Payload,
};

/// The answers; nothing before anything was sent.
pub(super) fn entered_card(sent: Option<&Payload>) -> Option<impl IntoView + use<>> {
    let customer = sent?.customer();
    let address = customer.default_address();
    let contact = [Some(address.first_name()), address.middle_name(), Some(address.last_name())];
    let contact = contact.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let country = address.country().as_str();
    let lines = [
        Some(address.address_line1()),
        address.address_line2(),
        address.address_line3(),
        address.district(),
        address.city(),
        address.state(),
        address.postal_code(),
        Some(country_name(country).unwrap_or(country)),
    ];
    let lines = lines.into_iter().flatten().map(str::to_owned).collect::<Vec<_>>().join(", ");
    let culture = culture_name(customer.culture()).unwrap_or(customer.culture()).to_owned();
    let language = language_name(customer.language()).unwrap_or(customer.language()).to_owned();
    let roles = if customer.enable_gdap_by_default() { "Asked for (GDAP)" } else { "Not asked for" };
    let registration_number = customer.registration_number().map(str::to_owned);
    let phone = address.phone_number().map(str::to_owned);
    let (company_name, email) = (customer.company_name().to_owned(), customer.email().to_owned());
    Some(view! {
        <section class="card">
            <h2 class="card__title">"What was entered"</h2>
            <dl class="summary-list">
                <SummaryRow label="Registered company name">{company_name}</SummaryRow>
                {registration_number.map(|number| view! { <SummaryRow label="Registration number">{number}</SummaryRow> })}
                <SummaryRow label="Address">{lines}</SummaryRow>
                <SummaryRow label="Main contact">{contact}</SummaryRow>
                <SummaryRow label="Email address">
                    <span class="break">{email}</span>
                </SummaryRow>
                {phone.map(|phone| view! { <SummaryRow label="Phone number">{phone}</SummaryRow> })}
                <SummaryRow label="Format of invoices">{culture}</SummaryRow>
                <SummaryRow label="Language of Microsoft's messages">{language}</SummaryRow>
                <SummaryRow label="Standard admin roles">{roles}</SummaryRow>
            </dl>
        </section>
    })
}
