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
                <h2 class="card__title">"The onboarding under way"</h2>
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
                            "See where it stands"
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
            "This onboarding already waits for approval",
            "Your changes came after it was handed in, and were not used",
            "Nothing has been sent to Microsoft, and nothing was changed. To change what was handed in, open it and take it back: it becomes your draft again.",
        )
    } else {
        (
            "This onboarding was already sent",
            "Your changes came after it was sent, and were not used",
            "One onboarding makes one tenant. What was approved first is what Microsoft got; nothing was sent twice, and nothing was changed.",
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
            <h2 class="card__title">"Is it another customer?"</h2>
            <p>"Then your answers can become a draft of its own. Nothing is sent before you have checked it."</p>
            <form class="actions" method="post" action=paths::NEW_CUSTOMER>
                {fields}
                <input type="hidden" name="draft" value=draft.to_string()/>
                <button class="button button--secondary" type="submit" name="intent" value="country">
                    "Make a new draft of my answers"
                </button>
            </form>
        </section>
    }
}
