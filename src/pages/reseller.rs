//! `/resellers/{id}`: one reseller, and how its own onboardings go on.

use leptos::prelude::*;

use crate::{
    components::{
        badge::{Badge, Tone},
        time::Exactly,
    },
    domain::{ResellerChoice, ResellerState, country_name},
    i18n::{rich, t},
    journal::{Submission, SubmissionSetting},
    paths,
};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct ResellerView {
    /// As Partner Center lists it.
    pub reseller: ResellerChoice,
    /// The setting, if somebody has made one.
    pub setting: Option<SubmissionSetting>,
    /// Whether it was changed a moment ago.
    pub saved: bool,
}

/// A submission setting in words.
pub(super) fn submission_words(submission: Submission) -> &'static str {
    match submission {
        Submission::Direct => t!(resellers.submits_directly),
        Submission::Approved => t!(resellers.an_account_manager_approves),
    }
}

/// The page.
#[component]
pub fn ResellerPage(
    /// What it shows.
    view: ResellerView,
) -> impl IntoView {
    let ResellerView { reseller, setting, saved } = view;
    let location = country_name(&reseller.location).map_or_else(|| reseller.location.clone(), str::to_owned);
    let (tone, state) = match &reseller.state {
        ResellerState::Active => (Tone::Good, t!(resellers.active).to_owned()),
        ResellerState::Inactive(state) => (Tone::Warning, state.clone()),
    };
    view! {
        <div class="page page--form">
            <div class="page__header">
                <div>
                    <h1 class="page__title">{reseller.name.clone()}</h1>
                    <p class="lede">
                        <a href=paths::RESELLERS>{t!(resellers.all_resellers)}</a>
                    </p>
                </div>
                <Badge tone label=state/>
            </div>
            {saved.then(|| view! { <p class="notice notice--good" role="status">{t!(resellers.the_setting_is_saved_it)}</p> })}
            <section class="card">
                <h2 class="card__title">{t!(resellers.relationship)}</h2>
                <dl class="summary-list">
                    <div class="summary-list__row">
                        <dt>{t!(resellers.mpn_id)}</dt>
                        <dd class="mono">{reseller.mpn_id.clone()}</dd>
                    </div>
                    <div class="summary-list__row">
                        <dt>{t!(resellers.location)}</dt>
                        <dd>{location}</dd>
                    </div>
                    <div class="summary-list__row">
                        <dt>{t!(resellers.tenant_id)}</dt>
                        <dd class="mono break" translate="no">{reseller.id.to_string()}</dd>
                    </div>
                </dl>
            </section>
            {settings_card(&reseller, setting)}
        </div>
    }
}

fn settings_card(reseller: &ResellerChoice, setting: Option<SubmissionSetting>) -> impl IntoView + use<> {
    let chosen = setting.as_ref().map_or(Submission::Direct, |setting| setting.submission);
    let choices = Submission::ALL.map(|submission| choice(submission, submission == chosen)).collect_view();
    let made = setting.map(|SubmissionSetting { by_name, at, .. }| {
        view! { <p class="soft">{rich!(resellers.last_changed_by, by_name = by_name, at = view! { <Exactly at/> })}</p> }
    });
    view! {
        <form class="card" method="post" action=paths::reseller(&reseller.id)>
            <fieldset class="group">
                <legend class="group__title">{t!(resellers.when_a_person_of_this)}</legend>
                {choices}
            </fieldset>
            {made}
            <div class="actions">
                <button class="button" type="submit">
                    {t!(resellers.save)}
                </button>
            </div>
        </form>
    }
}

fn choice(submission: Submission, is_chosen: bool) -> impl IntoView {
    let (label, hint) = match submission {
        Submission::Direct => (t!(resellers.it_submits_directly), t!(resellers.the_tenant_is_created_at)),
        Submission::Approved => (t!(resellers.an_account_manager_approves_it), t!(resellers.it_waits_on_the_home)),
    };
    let id = format!("submission-{}", submission.word());
    view! {
        <div class="choice">
            <input id=id.clone() type="radio" name="submission" value=submission.word() checked=is_chosen/>
            <label for=id>{label}</label>
            <p class="choice__hint">{hint}</p>
        </div>
    }
}
