//! The way to Entra ID, and what is to be said when a person comes back from there without a session.

use leptos::prelude::*;

use crate::{
    components::notice::{Notice, NoticeKind},
    entra::SignInProblem,
    i18n::{rich, t},
};

/// Why a person stands before the sign-in page, as its address says it (`?problem=`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInNotice {
    /// A sign-in has failed.
    Failed(SignInProblem),
    /// The session has ended while the person was at work.
    Ended,
}

impl SignInNotice {
    /// The word in the address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed(problem) => problem.word(),
            Self::Ended => "ended",
        }
    }

    /// The notice of a word; `None` for any other text.
    pub fn from_word(word: &str) -> Option<Self> {
        if word == Self::Ended.word() { Some(Self::Ended) } else { word.parse().ok().map(Self::Failed) }
    }

    fn kind(self) -> NoticeKind {
        match self {
            Self::Ended | Self::Failed(SignInProblem::Expired) => NoticeKind::Info,
            Self::Failed(SignInProblem::Unavailable | SignInProblem::SecondFactor | SignInProblem::ProvidersOwn) => {
                NoticeKind::Warning
            }
            Self::Failed(_) => NoticeKind::Bad,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Failed(SignInProblem::Denied) => t!(sign_in.microsoft_did_not_sign_you),
            Self::Failed(SignInProblem::SecondFactor) => t!(sign_in.your_sign_in_had_no),
            Self::Failed(SignInProblem::NoRole) => t!(sign_in.you_have_no_role_in),
            Self::Failed(SignInProblem::ForeignTenant) => t!(sign_in.your_organisation_is_not_known),
            Self::Failed(SignInProblem::ProvidersOwn) => t!(sign_in.you_belong_to_the_provider),
            Self::Failed(SignInProblem::NoRelationship) => t!(sign_in.your_organisation_is_no_reseller),
            Self::Failed(SignInProblem::Disabled) => t!(sign_in.you_have_been_shut_out),
            Self::Failed(SignInProblem::Expired) => t!(sign_in.that_sign_in_took_too),
            Self::Failed(SignInProblem::Unavailable) => t!(sign_in.signing_in_does_not_work),
            Self::Failed(SignInProblem::Failed) => t!(sign_in.the_sign_in_could_not),
            Self::Ended => t!(sign_in.your_session_has_ended),
        }
    }

    /// What happened, and whose move it is.
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Failed(SignInProblem::Denied) => {
                [t!(sign_in.you_or_the_rules_of), t!(sign_in.try_again_if_your_organisation)]
            }
            Self::Failed(SignInProblem::SecondFactor) => {
                [t!(sign_in.microsoft_refuses_to_create_customers), t!(sign_in.sign_in_again_and_confirm)]
            }
            Self::Failed(SignInProblem::NoRole) => {
                [t!(sign_in.microsoft_knows_you_but_nobody), t!(sign_in.an_administrator_of_the_provider)]
            }
            Self::Failed(SignInProblem::ForeignTenant) => {
                [t!(sign_in.this_account_belongs_to_an), t!(sign_in.sign_in_with_the_account)]
            }
            Self::Failed(SignInProblem::ProvidersOwn) => {
                [t!(sign_in.the_sign_in_for_resellers), t!(sign_in.use_the_other_button_sign)]
            }
            Self::Failed(SignInProblem::NoRelationship) => {
                [t!(sign_in.microsoft_knows_you_but_your), t!(sign_in.ask_your_contact_at_the)]
            }
            Self::Failed(SignInProblem::Disabled) => {
                [t!(sign_in.an_administrator_of_the_provider_has), t!(sign_in.only_an_administrator_can_give)]
            }
            Self::Failed(SignInProblem::Expired) => {
                [t!(sign_in.it_was_not_finished_in), t!(sign_in.start_it_again_nothing_has)]
            }
            Self::Failed(SignInProblem::Unavailable) => {
                [t!(sign_in.microsofts_sign_in_service_or), t!(sign_in.there_is_nothing_to_repair)]
            }
            Self::Failed(SignInProblem::Failed) => {
                [t!(sign_in.microsofts_answer_was_not_what), t!(sign_in.try_again_if_it_happens)]
            }
            Self::Ended => [t!(sign_in.sessions_end_after_a_while), t!(sign_in.sign_in_again_to_go)],
        }
    }
}

/// What the sign-in page shows.
#[derive(Clone, Debug)]
pub struct SignInView {
    /// Address that starts the sign-in of the provider's people, with the way back in it.
    pub start: String,
    /// The same for the people of resellers.
    pub start_as_reseller: String,
    /// Why the person is here, if there is something to say.
    pub notice: Option<SignInNotice>,
    /// Whether answers of a form wait for the person to come back.
    pub answers_saved: bool,
    /// Finds the request in the log.
    pub reference: String,
}

/// The sign-in page.
#[component]
pub fn SignInPage(
    /// What it shows.
    view: SignInView,
) -> impl IntoView {
    let SignInView { start, start_as_reseller, notice, answers_saved, reference } = view;
    view! {
        <div class="narrow">
            {notice.map(|notice| view! { <Reason notice answers_saved/> })}
            <h1 class="page__title">{t!(sign_in.title)}</h1>
            <p class="lede">
                {t!(sign_in.onboard_customers_with_your_own)}
            </p>
            <ul class="doors">
                <li>
                    <a class="button" href=start>
                        {t!(sign_in.sign_in_with_microsoft)}
                    </a>
                    <p class="soft">{t!(sign_in.for_the_providers_account_managers)}</p>
                </li>
                <li>
                    <a class="button button--secondary" href=start_as_reseller>
                        {t!(sign_in.sign_in_as_a_reseller)}
                    </a>
                    <p class="soft">{t!(sign_in.for_indirect_resellers_with_the)}</p>
                </li>
            </ul>
            <p class="soft">{t!(sign_in.microsoft_asks_for_your_password)}</p>
            {(!reference.is_empty()).then(|| view! { <p class="soft">{rich!(sign_in.reference, reference = view! { <code class="mono">{reference}</code> })}</p> })}
        </div>
    }
}

/// What is to be said to a person who came back without a session.
#[component]
fn Reason(notice: SignInNotice, answers_saved: bool) -> impl IntoView {
    let [what, whose_move] = notice.words();
    view! {
        <div role="alert">
            <Notice kind=notice.kind() title=notice.title()>
                <p>{what}</p>
                <p>{whose_move}</p>
                {answers_saved
                    .then(|| view! { <p>
                                <strong>{t!(sign_in.your_answers_are_saved_you)}</strong>
                            </p> })}
            </Notice>
        </div>
    }
}
