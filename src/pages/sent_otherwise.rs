//! The answer to a form whose onboarding was sent already, with other answers.

use leptos::prelude::*;

use crate::{
    clock::Timestamp,
    components::{
        domain_name::domain_name,
        notice::{Notice, NoticeKind},
        onboarding::{OnboardingRow, StateBadge},
        time::Ago,
    },
    domain::OnboardingId,
    i18n::t,
    journal::OnboardingState,
    paths,
};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct SentOtherwiseView {
    /// The onboarding that was sent.
    pub sent: OnboardingRow,
    /// What came too late, by the names of the form; empty if nothing was typed.
    pub answers: Vec<(String, String)>,
    /// Id of a new draft for them.
    pub draft: OnboardingId,
    /// What time it is for the page.
    pub now: Timestamp,
}

/// Says that the answers came too late, shows the onboarding that was sent, and keeps the answers.
#[component]
pub fn SentOtherwisePage(
    /// What it shows.
    view: SentOtherwiseView,
) -> impl IntoView {
    let SentOtherwiseView { sent, answers, draft, now } = view;
    let name = sent.name();
    let (title, notice, words) = words(sent.state);
    view! {
        <div class="page">
            <h1 class="page__title">{title}</h1>
            <Notice kind=NoticeKind::Warning title=notice>
                <p>{words}</p>
            </Notice>
            <section class="card">
                <h2 class="card__title">{t!(customer.the_onboarding_under_way)}</h2>
                <ul class="waiting">
                    <li class="waiting__item">
                        <div class="waiting__what">
                            <a class="waiting__name" href=paths::customer(&sent.id)>
                                {name}
                            </a>
                            <span class="waiting__note">
                                {sent.sold_through.words()} ", "
                                {domain_name(&sent.domain)}
                            </span>
                        </div>
                        <StateBadge state=sent.state/>
                        <span class="waiting__when">
                            <Ago in_row=true at=sent.changed_at now/>
                        </span>
                        <a class="button" href=paths::customer(&sent.id)>
                            {t!(customer.see_where_it_stands)}
                        </a>
                    </li>
                </ul>
            </section>
            {(!answers.is_empty()).then(|| keep(answers, &draft))}
        </div>
    }
}

/// Title, notice, and what it means: an onboarding that waits for approval has not reached Microsoft.
fn words(state: OnboardingState) -> (&'static str, &'static str, &'static str) {
    if state == OnboardingState::AwaitingApproval {
        (
            t!(customer.this_onboarding_already_waits_for),
            t!(customer.your_changes_came_after_it),
            t!(customer.nothing_has_been_sent_to),
        )
    } else {
        (
            t!(customer.this_onboarding_was_already_sent),
            t!(customer.your_changes_came_after_it_was),
            t!(customer.one_onboarding_makes_one_tenant),
        )
    }
}

/// What was typed is not lost: it can become a draft of another onboarding.
fn keep(answers: Vec<(String, String)>, draft: &OnboardingId) -> impl IntoView + use<> {
    let draft = draft.clone();
    let fields =
        answers.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    view! {
        <section class="card">
            <h2 class="card__title">{t!(customer.is_it_another_customer)}</h2>
            <p>{t!(customer.then_your_answers_can_become)}</p>
            <form class="actions" method="post" action=paths::NEW_CUSTOMER>
                {fields}
                <input type="hidden" name="draft" value=draft.to_string()/>
                <button class="button button--secondary" type="submit" name="intent" value="country">
                    {t!(customer.make_a_new_draft_of)}
                </button>
            </form>
        </section>
    }
}
