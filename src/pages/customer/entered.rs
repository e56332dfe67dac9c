//! What was entered: to the letter as it was sent.

use leptos::prelude::*;

use crate::{
    components::summary::SummaryRow,
    domain::{country_name, culture_name, language_name},
    i18n::t,
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
    let roles =
        if customer.enable_gdap_by_default() { t!(customer.asked_for_gdap) } else { t!(customer.not_asked_for) };
    let registration_number = customer.registration_number().map(str::to_owned);
    let phone = address.phone_number().map(str::to_owned);
    let (company_name, email) = (customer.company_name().to_owned(), customer.email().to_owned());
    Some(view! {
        <section class="card">
            <h2 class="card__title">{t!(customer.what_was_entered)}</h2>
            <dl class="summary-list">
                <SummaryRow label=t!(customer.registered_company_name)>{company_name}</SummaryRow>
                {registration_number.map(|number| view! { <SummaryRow label=t!(customer.registration_number)>{number}</SummaryRow> })}
                <SummaryRow label=t!(customer.address)>{lines}</SummaryRow>
                <SummaryRow label=t!(customer.main_contact)>{contact}</SummaryRow>
                <SummaryRow label=t!(customer.email_address)>
                    <span class="break">{email}</span>
                </SummaryRow>
                {phone.map(|phone| view! { <SummaryRow label=t!(customer.phone_number)>{phone}</SummaryRow> })}
                <SummaryRow label=t!(customer.format_of_invoices)>{culture}</SummaryRow>
                <SummaryRow label=t!(customer.language_of_microsofts_messages)>{language}</SummaryRow>
                <SummaryRow label=t!(customer.standard_admin_roles)>{roles}</SummaryRow>
            </dl>
        </section>
    })
}
