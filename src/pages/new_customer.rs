//! The onboarding form: what the server alone knows of it.

use std::{iter, sync::OnceLock};

use leptos::prelude::*;

use super::{
    draft::Keeping,
    empty_form,
    resellers::list_missing,
    whose_move::{Said, whose_move},
};
use crate::{
    components::{
        notice::{Notice, NoticeKind},
        onboarding::SentBackNotice,
        stepper::{Step, Stepper},
    },
    domain::{
        CountryRules, DomainAnswer, Field, FieldErrors, NewCustomerForm, OnboardingId, Problem, ResellerChoice,
        ServedCountries, UsualChoices, all_countries, country_name, words,
    },
    i18n::{Language, area, phrasebook, rich, t},
    islands::{
        DOMAINS, Element, Node, Offer, OnboardingForm, Printed, ServerParts, Start, button, el, onboarding_form, option,
    },
    journal::SentBack,
    paths,
    refusals::{Mover, Row},
};

/// The resellers that a search without script found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResellerPick {
    /// At most 50.
    pub matches: Vec<ResellerChoice>,
    /// How many there are in all.
    pub total: u32,
}

/// That the answers were sent before, and refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedBefore {
    /// As which onboarding.
    pub id: OnboardingId,
    /// What happened, and what can be done about it.
    pub said: Said,
    /// Whose move it is.
    pub mover: Mover,
}

/// What the form's page shows.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each asked alone")]
pub struct NewCustomerView {
    /// How the draft is kept.
    pub keeping: Keeping,
    /// The onboarding that the form's draft belongs to; new for an empty form.
    pub draft: OnboardingId,
    /// What was typed so far.
    pub form: NewCustomerForm,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// What the chosen country wants; `None` if none is chosen.
    pub rules: Option<CountryRules>,
    /// The answer to `intent=search`, or the ones to choose from if what was typed is none of them.
    pub resellers: Option<ResellerPick>,
    /// What is known of the domain, and what may be used instead; `None`: nobody has asked.
    pub domain_answer: Option<DomainAnswer>,
    /// So many times were other domains asked for.
    pub domain_round: u32,
    /// The reseller of `form.reseller_id`, as the live list has it.
    pub chosen_reseller: Option<ResellerChoice>,
    /// What the last customer of that reseller had, if the form begins with it.
    pub usual: Option<UsualChoices>,
    /// Whether the person may create a customer of the provider itself.
    pub may_create_direct: bool,
    /// Whether the person works for `chosen_reseller`, so that there is nothing to choose.
    pub is_resellers_own: bool,
    /// Whether the provider has connected no account, so that a reseller's customers cannot be created just now.
    pub not_connected: bool,
    /// `.onmicrosoft.com` or its like in another cloud.
    pub domain_suffix: &'static str,
    /// Whether the draft is shown for what is wrong with it.
    pub shows_errors: bool,
    /// Where customers are created.
    pub served: ServedCountries,
    /// What somebody of the provider wants changed.
    pub sent_back: Option<SentBack>,
    /// What Microsoft said to the same answers before.
    pub refused: Option<RefusedBefore>,
    /// Why Microsoft does not show the list of resellers, if it says so.
    pub list_refused: Option<&'static Row>,
    /// Whether Partner Center could not be asked for the list of resellers.
    pub upstream_down: bool,
}

/// The onboarding form.
#[component]
pub fn NewCustomerPage(
    /// What it shows.
    props: NewCustomerView,
) -> impl IntoView {
    let upstream_down = props.upstream_down;
    let sent_back = props.sent_back.clone();
    let not_connected = props.not_connected;
    let (refused, list_refused) = (props.refused.clone(), props.list_refused);
    let changed_elsewhere = props.keeping.changed_elsewhere_notice(&props.draft);
    let removed = props.rules.as_ref().filter(|rules| rules.leaves_number_out(&props.form.registration_number));
    let removed = removed.filter(|_| props.shows_errors).map(removed_notice);
    let form = empty_form::printed(props);
    view! {
        <div class="page">
            <Stepper current=Step::Details/>
            {changed_elsewhere}
            {sent_back.map(|sent_back| view! { <SentBackNotice sent_back/> })}
            {refused.map(refused_notice)}
            {upstream_down.then(|| upstream_notice(list_refused))}
            {not_connected.then(not_connected_notice)}
            {removed}
            {form}
            <OnboardingForm/>
        </div>
    }
    .into_any()
}

/// What Microsoft said to these answers, and that they are a new request.
fn refused_notice(refused: RefusedBefore) -> AnyView {
    let RefusedBefore { id, said, mover } = refused;
    let said = whose_move(said, mover.title().to_owned());
    view! {
        <Notice kind=NoticeKind::Warning title=t!(new_customer.microsoft_refused_these_answers)>
            {said}
            <p class="soft">
                {rich!(
                    new_customer.what_you_send_from_here,
                    refused = view! { <a href=paths::customer(&id)>{t!(new_customer.the_refused_one)}</a> },
                )}
            </p>
        </Notice>
    }
    .into_any()
}

/// A number that was typed is kept and not sent: the country wants none (600002).
fn removed_notice(rules: &CountryRules) -> AnyView {
    let words = words::message(Field::RegistrationNumber, &Problem::NotWanted, rules);
    view! {
        <Notice kind=NoticeKind::Info title=t!(new_customer.the_registration_number_is_left)>
            <p>{words}</p>
        </Notice>
    }
    .into_any()
}

fn upstream_notice(refused: Option<&Row>) -> AnyView {
    if refused.is_some() {
        let why = list_missing(refused);
        return view! {
            <Notice kind=NoticeKind::Warning title=t!(new_customer.microsoft_does_not_show_the)>
                {why}
                <p>{t!(new_customer.you_can_fill_in_the)}</p>
            </Notice>
        }
        .into_any();
    }
    view! {
        <Notice kind=NoticeKind::Warning title=t!(new_customer.microsoft_partner_center_does_not)>
            <p>{t!(new_customer.the_list_of_resellers_is)}</p>
        </Notice>
    }
    .into_any()
}

fn not_connected_notice() -> AnyView {
    view! {
        <Notice kind=NoticeKind::Warning title=t!(new_customer.customers_cannot_be_created_just)>
            <p>
                {t!(new_customer.your_provider_has_to_connect)}
            </p>
        </Notice>
    }
    .into_any()
}

/// The form and what it starts with.
pub(super) fn live_form(props: NewCustomerView) -> Element {
    let parts = ServerParts {
        countries: countries(&props.served, &props.form.country),
        resellers: (!props.is_resellers_own).then(|| resellers_without_script(&props)),
        update_country: Some(el("noscript").child(button(
            "country",
            t!(new_customer.update_fields_for_this_country),
            "button button--secondary",
        ))),
        keeping: props.keeping.fields(),
        kept: props.keeping.line(&props.draft),
        suggest_domains: Some(el("noscript").child(button(
            &format!("{DOMAINS}0"),
            t!(new_customer.suggest_domains),
            "button button--secondary",
        ))),
    };
    let rules = props.rules.unwrap_or_else(|| CountryRules::before_choice().in_language(Language::of_page().tag()));
    let start = Start {
        draft: props.draft.into(),
        faults: faults(&props.errors, &rules),
        rules,
        reseller: props.chosen_reseller.map(offer),
        usual: props.usual,
        may_create_direct: props.may_create_direct,
        is_resellers_own: props.is_resellers_own,
        domain_suffix: props.domain_suffix.to_owned(),
        domain_answer: props.domain_answer,
        domain_round: props.domain_round,
        phrases: phrasebook(&area::form),
    };
    // Without it the form works as it does without script.
    let json = serde_json::to_string(&start).unwrap_or_default();
    onboarding_form(start, &json, props.form, parts)
}

/// Names of the fields that something is wrong with, and what is said about it.
fn faults(errors: &FieldErrors, rules: &CountryRules) -> Vec<(String, String)> {
    errors
        .iter()
        .map(|error| (error.field.name().to_owned(), words::message(error.field, &error.problem, rules)))
        .collect()
}

/// A reseller in words.
fn offer(reseller: ResellerChoice) -> Offer {
    let place = country_name(&reseller.location).unwrap_or(&reseller.location).to_owned();
    Offer::new(reseller, &place)
}

/// The countries to choose from. A draft's own is among them whatever the setting says by now; what is wrong with it is
/// said beside it.
fn countries(served: &ServedCountries, chosen: &str) -> Vec<Node> {
    /// Every country, one list a language: what most forms begin with.
    static ALL: [OnceLock<Printed>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];
    let prompt = ("", t!(new_customer.choose_from_the_list));
    let listed = || iter::once(prompt).chain(all_countries().iter().copied());
    if *served != ServedCountries::All {
        let listed = listed().filter(|(code, _)| code.is_empty() || *code == chosen || served.serves_code(code));
        return listed.map(|(code, name)| Node::Element(option(code, name, code == chosen))).collect();
    }
    let all = ALL[Language::of_page().number()]
        .get_or_init(|| Printed::of(listed().map(|(code, name)| option(code, name, false))));
    match listed().enumerate().find(|(_, (code, _))| *code == chosen) {
        Some((place, (code, name))) => all.with(place, option(code, name, true)),
        None => all.all(),
    }
}

/// Search and choice of a reseller for browsers without script.
fn resellers_without_script(props: &NewCustomerView) -> Element {
    let found = props.resellers.as_ref();
    // The answer to a search is there for every browser until the island takes over, in case it never does.
    let around = if found.is_some() { el("div").class("stack") } else { el("noscript") };
    around
        .child(button("search", t!(new_customer.search_resellers), "button button--secondary"))
        .and(reseller_choices(props, found.map_or(&[], |found| &found.matches)))
        .and(found.and_then(rest))
}

/// The chosen reseller and the ones that were found, as radio buttons; nothing if there are none.
fn reseller_choices(props: &NewCustomerView, found: &[ResellerChoice]) -> Option<Element> {
    let chosen = props.chosen_reseller.as_ref();
    let others = found.iter().filter(|reseller| chosen.is_none_or(|chosen| chosen.id != reseller.id));
    let choices: Vec<Element> = chosen
        .into_iter()
        .map(|chosen| reseller_choice(chosen, true))
        .chain(others.map(|other| reseller_choice(other, false)))
        .collect();
    let legend = el("legend").class("field__label").text(t!(new_customer.choose_the_reseller));
    (!choices.is_empty()).then(|| el("fieldset").class("field").child(legend).all(choices))
}

fn reseller_choice(reseller: &ResellerChoice, is_chosen: bool) -> Element {
    let Offer { id, name, meta, unavailable } = offer(reseller.clone());
    let control = ["reseller_id-", &id].concat();
    let radio = el("input")
        .id(&control)
        .attr("type", "radio")
        .attr("name", "reseller_id")
        .attr("value", &id)
        .flag("checked", is_chosen)
        .flag("disabled", unavailable.is_some());
    el("div")
        .class("choice")
        .child(radio)
        .child(el("label").attr("for", &control).text(&name))
        .child(el("p").class("choice__hint").text(&meta))
        .and(unavailable.map(|reason| el("p").class("choice__hint").text(&reason)))
}

/// How many did not find room, or that there are none.
fn rest(found: &ResellerPick) -> Option<Element> {
    let shown = u32::try_from(found.matches.len()).unwrap_or(u32::MAX);
    let words = match found.total.saturating_sub(shown) {
        0 if shown == 0 => t!(new_customer.no_reseller_fits_try_a).to_owned(),
        0 => return None,
        more => t!(new_customer.more_search_for_a_longer, more = more),
    };
    Some(el("p").class("field__hint").text(&words))
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;

    /// The form of somebody who has not begun.
    pub(in crate::pages) fn empty() -> NewCustomerView {
        NewCustomerView {
            draft: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
            form: NewCustomerForm::default(),
            errors: FieldErrors::default(),
            rules: None,
            resellers: None,
            domain_answer: None,
            domain_round: 0,
            chosen_reseller: None,
            usual: None,
            may_create_direct: false,
            is_resellers_own: false,
            not_connected: false,
            domain_suffix: ".onmicrosoft.com",
            served: ServedCountries::All,
            shows_errors: false,
            sent_back: None,
            refused: None,
            list_refused: None,
            upstream_down: false,
            keeping: Keeping::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{testing::empty, *};
    use crate::{
        domain::{Field, Problem, ResellerId, ResellerState, testing::united_states},
        islands::{samples::germany, testing::html},
    };

    fn first_up() -> ResellerChoice {
        ResellerChoice {
            id: "484e548c-f5f3-4528-93a9-c16c6373cb59".parse::<ResellerId>().unwrap(),
            name: "First Up Consultants".to_owned(),
            mpn_id: "4847383".to_owned(),
            location: "US".to_owned(),
            state: ResellerState::Active,
        }
    }

    fn page(props: NewCustomerView) -> String {
        html(move || view! { <NewCustomerPage props=props/> })
    }

    fn position(html: &str, needle: &str) -> usize {
        html.find(needle).unwrap_or_else(|| panic!("{needle} is not in {html}"))
    }

    #[test]
    fn before_a_country_is_chosen_every_label_is_in_the_language_of_the_page() {
        let html = html(|| {
            provide_context(Language::Swedish);
            view! { <NewCustomerPage props=empty()/> }
        });
        assert!(html.contains(">Ort<") && !html.contains(">City<"), "{html}");
    }

    #[test]
    fn the_form_works_without_script() {
        let html = page(empty());
        assert!(html.contains(r#"method="post" action="/customers/new" novalidate=""#), "{html}");
        for intent in ["continue", "save", "country", "search"] {
            assert!(html.contains(&format!(r#"name="intent" value="{intent}""#)), "{intent}");
        }
        assert!(!html.contains(" required"), "the server decides what is missing");
    }

    #[test]
    fn every_field_has_a_label() {
        let rules = CountryRules {
            has_middle_names: true,
            district_label: Some("District".to_owned()),
            locality_order: ["district", "city", "state", "postal_code"].map(str::to_owned).to_vec(),
            ..united_states()
        };
        let form = NewCustomerForm { address_line2: "Floor 2".to_owned(), ..NewCustomerForm::default() };
        let html = page(NewCustomerView { rules: Some(rules), form, ..empty() });
        for field in Field::ALL {
            if !matches!(field, Field::CustomerOf | Field::RegistrationNumber) {
                assert!(html.contains(&format!(r#"for="{}""#, field.name())), "{field:?}");
                assert!(html.contains(&format!(r#"id="{}""#, field.name())), "{field:?}");
            }
        }
    }

    #[test]
    fn errors_stand_beside_the_field_and_in_the_summary() {
        let mut errors = FieldErrors::default();
        errors.push(Field::City, Problem::Missing);
        errors.push(Field::Country, Problem::Missing);
        let html = page(NewCustomerView { errors, ..empty() });
        assert!(position(&html, "There is a problem") < position(&html, "<h1"));
        assert!(html.contains(r##"<a href="#city">"##));
        assert!(position(&html, r#"id="city-error""#) < position(&html, r#"name="city""#));
        assert!(html.contains(r#"aria-describedby="city-error" aria-invalid="true""#), "{html}");
        assert!(html.contains(r#"aria-describedby="country-hint country-error" aria-invalid="true""#), "{html}");
    }

    #[test]
    fn fields_follow_the_country() {
        let us = page(NewCustomerView { rules: Some(united_states()), ..empty() });
        assert!(position(&us, r#"name="city""#) < position(&us, r#"name="state""#));
        assert!(us.contains("ZIP code") && us.contains("Washington"));
        let de = page(NewCustomerView { rules: Some(germany()), ..empty() });
        assert!(position(&de, r#"name="postal_code""#) < position(&de, r#"name="city""#));
        assert!(!de.contains(r#"name="state""#));
        assert!(de.contains(r#"<option value="de-DE" selected"#));
    }

    #[test]
    fn a_chosen_reseller_stays_chosen_without_script() {
        let form = NewCustomerForm { reseller_id: first_up().id.into(), ..NewCustomerForm::default() };
        let html = page(NewCustomerView { form, chosen_reseller: Some(first_up()), ..empty() });
        assert_eq!(html.matches(r#"name="reseller_id""#).count(), 1, "one control, or the post is refused");
        assert!(html.contains("MPN ID 4847383"));
    }

    #[test]
    fn typed_text_is_escaped() {
        let company_name = r#""><script>alert(1)</script>"#.to_owned();
        let form = NewCustomerForm { company_name, ..NewCustomerForm::default() };
        assert!(!page(NewCustomerView { form, ..empty() }).contains("<script>"));
    }
}
