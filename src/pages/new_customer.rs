//! The onboarding form: what the server alone knows of it.

use leptos::prelude::*;

use crate::{
    domain::{
        CountryRules, Field, FieldErrors, NewCustomerForm, OnboardingId, ResellerChoice, ResellerState, all_countries,
        words,
    },
    islands::{FormStart, OnboardingForm, control_described_by, no_country, reseller_meta},
};

/// The resellers that a search without script found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResellerPick {
    /// At most 50.
    pub matches: Vec<ResellerChoice>,
    /// How many there are in all.
    pub total: u32,
}

/// What the form's page shows.
#[derive(Clone, Debug)]
pub struct NewCustomerView {
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
    /// The reseller of `form.reseller_id`, as the live list has it.
    pub chosen_reseller: Option<ResellerChoice>,
    /// Whether the person may create a customer of the provider itself.
    pub may_create_direct: bool,
    /// `.onmicrosoft.com` or its like in another cloud.
    pub domain_suffix: &'static str,
    /// Whether Partner Center could not be asked for the list of resellers.
    pub upstream_down: bool,
}

/// The onboarding form.
#[component]
pub fn NewCustomerPage(
    /// What it shows.
    props: NewCustomerView,
) -> impl IntoView {
    let fallbacks = resellers_without_script(&props);
    let country = country_field(&props);
    let start = FormStart {
        draft: props.draft,
        form: props.form,
        errors: props.errors,
        rules: props.rules,
        reseller: props.chosen_reseller,
        may_create_direct: props.may_create_direct,
        domain_suffix: props.domain_suffix.to_owned(),
    };
    view! {
        {props.upstream_down.then(upstream_notice)}
        <OnboardingForm start=start>{fallbacks} {country}</OnboardingForm>
    }
    .into_any()
}

fn upstream_notice() -> impl IntoView {
    view! {
        <div class="notice notice--warning" role="status">
            <p>
                "Microsoft Partner Center does not answer just now, so the list of resellers is missing. You can fill in the rest and save it."
            </p>
        </div>
    }
}

/// Search and choice of a reseller for browsers without script.
fn resellers_without_script(props: &NewCustomerView) -> AnyView {
    let search = view! {
        <button type="submit" name="intent" value="search" class="button button--secondary">
            "Search resellers"
        </button>
    };
    match &props.resellers {
        // The answer to a search is there at once, script or not, until the island takes over.
        Some(pick) => view! {
            <div class="stack" data-without-script="">{search} {reseller_choices(props, pick)}</div>
        }
        .into_any(),
        None => view! {
            <noscript>
                <div class="stack">{search} {reseller_choices(props, &ResellerPick::default())}</div>
            </noscript>
        }
        .into_any(),
    }
}

/// The chosen reseller and the ones that were found, as radio buttons; nothing if there are none.
fn reseller_choices(props: &NewCustomerView, pick: &ResellerPick) -> AnyView {
    let chosen = props.chosen_reseller.as_ref();
    let found = pick.matches.iter().filter(|reseller| chosen.is_none_or(|chosen| chosen.id != reseller.id));
    let choices: Vec<_> = chosen
        .into_iter()
        .chain(found)
        .map(|reseller| reseller_choice(reseller, props.form.reseller_id == reseller.id.as_str()))
        .collect();
    if choices.is_empty() {
        let nothing = props.resellers.is_some().then(|| view! { <p>"No reseller fits. Try a part of the name."</p> });
        return view! { {nothing} }.into_any();
    }
    let shown = u32::try_from(pick.matches.len()).unwrap_or(u32::MAX);
    let more = pick.total.saturating_sub(shown);
    let more =
        (more > 0).then(|| view! { <p class="field__hint">{more} " more. Search for a longer part of the name."</p> });
    view! {
        <fieldset class="field">
            <legend class="field__label">"Choose the reseller"</legend>
            {choices}
            {more}
        </fieldset>
    }
    .into_any()
}

fn reseller_choice(reseller: &ResellerChoice, checked: bool) -> impl IntoView + use<> {
    let id = ["reseller_id-", reseller.id.as_str()].concat();
    let inactive = match &reseller.state {
        ResellerState::Active => None,
        ResellerState::Inactive(state) => Some(format!("Cannot get customers: the relationship is {state}")),
    };
    view! {
        <div class="choice">
            <input
                type="radio"
                id=id.clone()
                name="reseller_id"
                value=reseller.id.as_str().to_owned()
                checked=checked
                disabled=inactive.is_some()
            />
            <label for=id>{reseller.name.clone()}</label>
            <p class="choice__hint">{reseller_meta(reseller)} {inactive.map(|reason| view! { <br/> {reason} })}</p>
        </div>
    }
}

/// The list of countries.
fn country_field(props: &NewCustomerView) -> impl IntoView + use<> {
    let field = Field::Country;
    let nowhere = no_country();
    let rules = props.rules.as_ref().unwrap_or(&nowhere);
    let error = props.errors.get(field).map(|problem| words::message(field, problem, rules));
    let options = all_countries()
        .iter()
        .map(|&(code, name)| view! { <option value=code selected=code == props.form.country>{name}</option> })
        .collect_view();
    view! {
        <div class=if error.is_some() { "field field--error" } else { "field" }>
            <label class="field__label" for=field.name()>{words::label(field, rules)}</label>
            <p class="field__hint" id="country-hint">{words::hint(field, rules)}</p>
            <p class="field__error" id="country-error" hidden=error.is_none()>{error.clone()}</p>
            <select
                class="select"
                id=field.name()
                name=field.name()
                autocomplete="country"
                aria-describedby=control_described_by(field, true, error.is_some())
                aria-invalid=error.is_some().then_some("true")
            >
                <option value="">"Choose from the list"</option>
                {options}
            </select>
            <noscript>
                <button type="submit" name="intent" value="country" class="button button--secondary">
                    "Update fields for this country"
                </button>
            </noscript>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Problem, ResellerId, testing::united_states},
        islands::{samples::germany, testing::html},
    };

    #[expect(clippy::unwrap_used, reason = "a test")]
    fn empty() -> NewCustomerView {
        NewCustomerView {
            draft: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
            form: NewCustomerForm::default(),
            errors: FieldErrors::default(),
            rules: None,
            resellers: None,
            chosen_reseller: None,
            may_create_direct: false,
            domain_suffix: ".onmicrosoft.com",
            upstream_down: false,
        }
    }

    #[expect(clippy::unwrap_used, reason = "a test")]
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
    fn the_form_works_without_script() {
        let html = page(empty());
        assert!(html.contains(r#"method="post" action="/customers/new" novalidate"#), "{html}");
        for intent in ["continue", "save", "country", "search"] {
            assert!(html.contains(&format!(r#"name="intent" value="{intent}""#)), "{intent}");
        }
        assert!(!html.contains(" required"), "the server decides what is missing");
    }

    #[test]
    fn every_field_has_a_label() {
        let html = page(NewCustomerView { rules: Some(united_states()), ..empty() });
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
        let mut form = NewCustomerForm::default();
        form.reseller_id = first_up().id.as_str().to_owned();
        let html = page(NewCustomerView { form, chosen_reseller: Some(first_up()), ..empty() });
        assert_eq!(html.matches(r#"name="reseller_id""#).count(), 1, "one control, or the post is refused");
        assert!(html.contains("MPN ID 4847383"));
    }

    #[test]
    fn typed_text_is_escaped() {
        let mut form = NewCustomerForm::default();
        form.company_name = r#""><script>alert(1)</script>"#.to_owned();
        assert!(!page(NewCustomerView { form, ..empty() }).contains("<script>"));
    }
}
