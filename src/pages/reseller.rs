//! `/resellers/{id}`: one reseller, and how its own onboardings go on.

use leptos::prelude::*;

use crate::{
    components::{
        badge::{Badge, Tone},
        time::Exactly,
    },
    domain::{ResellerChoice, ResellerState, country_name},
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
        Submission::Direct => "Submits directly",
        Submission::Approved => "An account manager approves",
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
        ResellerState::Active => (Tone::Good, "Active".to_owned()),
        ResellerState::Inactive(state) => (Tone::Warning, state.clone()),
    };
    view! {
        <div class="page page--form">
            <div class="page__header">
                <div>
                    <h1 class="page__title">{reseller.name.clone()}</h1>
                    <p class="lede">
                        <a href=paths::RESELLERS>"All resellers"</a>
                    </p>
                </div>
                <Badge tone label=state/>
            </div>
            {saved.then(|| view! { <p class="notice notice--good" role="status">"The setting is saved. It holds for what is sent from now on."</p> })}
            <section class="card">
                <h2 class="card__title">"Relationship"</h2>
                <dl class="summary-list">
                    <div class="summary-list__row">
                        <dt>"MPN ID"</dt>
                        <dd class="mono">{reseller.mpn_id.clone()}</dd>
                    </div>
                    <div class="summary-list__row">
                        <dt>"Location"</dt>
                        <dd>{location}</dd>
                    </div>
                    <div class="summary-list__row">
                        <dt>"Tenant ID"</dt>
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
        view! { <p class="soft">"Last changed by " {by_name} ", " <Exactly at/></p> }
    });
    view! {
        <form class="card" method="post" action=paths::reseller(&reseller.id)>
            <fieldset class="group">
                <legend class="group__title">"When a person of this reseller sends an onboarding"</legend>
                {choices}
            </fieldset>
            {made}
            <div class="actions">
                <button class="button" type="submit">
                    "Save"
                </button>
            </div>
        </form>
    }
}

fn choice(submission: Submission, is_chosen: bool) -> impl IntoView {
    let (label, hint) = match submission {
        Submission::Direct => ("It submits directly", "The tenant is created at once, with the provider's connection."),
        Submission::Approved => (
            "An account manager approves it first",
            "It waits on the home page of every account manager. What waits already goes on waiting if you change this.",
        ),
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
