//! The way to Entra ID, and what is to be said when a person comes back from there without a session.

use leptos::prelude::*;

use crate::{
    components::{
        notice::{Notice, NoticeKind},
        shell::PRODUCT,
    },
    entra::SignInProblem,
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
            Self::Failed(SignInProblem::Denied) => "Microsoft did not sign you in",
            Self::Failed(SignInProblem::SecondFactor) => "Your sign-in had no second factor",
            Self::Failed(SignInProblem::NoRole) => "You have no role in this portal",
            Self::Failed(SignInProblem::ForeignTenant) => "Your organisation is not known here",
            Self::Failed(SignInProblem::ProvidersOwn) => "You belong to the provider",
            Self::Failed(SignInProblem::NoRelationship) => "Your organisation is no reseller here",
            Self::Failed(SignInProblem::Disabled) => "You have been shut out of this portal",
            Self::Failed(SignInProblem::Expired) => "That sign-in took too long",
            Self::Failed(SignInProblem::Unavailable) => "Signing in does not work just now",
            Self::Failed(SignInProblem::Failed) => "The sign-in could not be completed",
            Self::Ended => "Your session has ended",
        }
    }

    /// What happened, and whose move it is.
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Failed(SignInProblem::Denied) => [
                "You, or the rules of your organisation, did not allow the sign-in to this portal.",
                "Try again. If your organisation asks for approval, its administrator has to give it in Microsoft Entra.",
            ],
            Self::Failed(SignInProblem::SecondFactor) => [
                "Microsoft refuses to create customers without multi-factor authentication.",
                "Sign in again and confirm with your second factor. If you have none, set it up with your administrator first.",
            ],
            Self::Failed(SignInProblem::NoRole) => [
                "Microsoft knows you, but nobody has given you a role in this portal.",
                "An administrator of the provider can assign one in Microsoft Entra: Portal.AccountManager to onboard \
                 customers, Portal.Support to look at them.",
            ],
            Self::Failed(SignInProblem::ForeignTenant) => [
                "This account belongs to an organisation that does not use this portal.",
                "Sign in with the account of the provider's organisation. If yours is one of its indirect resellers, sign \
                 in as a reseller.",
            ],
            Self::Failed(SignInProblem::ProvidersOwn) => [
                "The sign-in for resellers is for the people of other organisations.",
                "Use the other button, Sign in with Microsoft.",
            ],
            Self::Failed(SignInProblem::NoRelationship) => [
                "Microsoft knows you, but your organisation has no active indirect reseller relationship with the provider, \
                 or this portal has not heard of it yet.",
                "Ask your contact at the provider: the relationship is in Partner Center, and an account manager who opens \
                 the list of resellers here brings it up to date.",
            ],
            Self::Failed(SignInProblem::Disabled) => [
                "An administrator of the provider has ended your access.",
                "Only an administrator can give it back. What you had saved or sent is kept.",
            ],
            Self::Failed(SignInProblem::Expired) => [
                "It was not finished in time, or it was started in another browser or tab.",
                "Start it again; nothing has to be repaired.",
            ],
            Self::Failed(SignInProblem::Unavailable) => [
                "Microsoft's sign-in service or this portal does not answer.",
                "There is nothing to repair on your side. Try again in a few minutes.",
            ],
            Self::Failed(SignInProblem::Failed) => [
                "Microsoft's answer was not what this portal expects, so nobody was signed in.",
                "Try again. If it happens again, give the reference below to the people who run this portal.",
            ],
            Self::Ended => [
                "Sessions end after a while, so that nobody else works in your name.",
                "Sign in again to go on where you were. What you had saved or sent is kept.",
            ],
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
            <h1 class="page__title">"Sign in to the " {PRODUCT.to_lowercase()}</h1>
            <p class="lede">
                "Onboard customers with your own Microsoft account and its second factor."
            </p>
            <ul class="doors">
                <li>
                    <a class="button" href=start>
                        "Sign in with Microsoft"
                    </a>
                    <p class="soft">"For the provider's account managers, support and administrators."</p>
                </li>
                <li>
                    <a class="button button--secondary" href=start_as_reseller>
                        "Sign in as a reseller"
                    </a>
                    <p class="soft">"For indirect resellers, with the account of your own organisation."</p>
                </li>
            </ul>
            <p class="soft">"Microsoft asks for your password, this portal never does."</p>
            {(!reference.is_empty()).then(|| view! { <p class="soft">"Reference: " <code class="mono">{reference}</code></p> })}
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
                                <strong>"Your answers are saved. You will find them in the form."</strong>
                            </p> })}
            </Notice>
        </div>
    }
}
