//! What each state means to the person who looks at it, and what can be done.

use leptos::prelude::*;

use super::failure::{self, Explanation};
use crate::{
    components::{
        icon::{Icon, IconName},
        notice::{Notice, NoticeKind},
    },
    domain::Operator,
    journal::{Onboarding, OnboardingState, Reason},
    paths,
};

/// The part of the page that belongs to the state; nothing for a created tenant that is as it should be.
pub(super) fn about(onboarding: &Onboarding, viewer: &Operator) -> Option<AnyView> {
    let may_act = viewer.may_onboard();
    match onboarding.state {
        OnboardingState::Draft => Some(draft(onboarding, may_act)),
        // The progress says it all.
        OnboardingState::Submitted
        | OnboardingState::Sending
        | OnboardingState::Unknown
        | OnboardingState::Reconciling => None,
        OnboardingState::Created => wrong_reseller(onboarding),
        OnboardingState::Rejected => Some(rejected(onboarding, may_act)),
        OnboardingState::NotCreated => Some(not_created(onboarding, may_act)),
        OnboardingState::NeedsAttention => Some(needs_attention(onboarding, viewer)),
    }
}

fn draft(onboarding: &Onboarding, may_act: bool) -> AnyView {
    let address = paths::draft(&onboarding.id);
    view! {
        <section class="card">
            <p>"This is a draft. Nothing has been sent to Microsoft."</p>
            {may_act
                .then(|| {
                    view! {
                        <div class="actions">
                            <a class="button" href=address>
                                "Continue"
                            </a>
                        </div>
                    }
                })}
        </section>
    }
    .into_any()
}

fn rejected(onboarding: &Onboarding, may_act: bool) -> AnyView {
    let Explanation { what, whose_move } = failure::explain(onboarding);
    let action = may_act.then(|| change_details(onboarding));
    view! {
        <Notice kind=NoticeKind::Bad title="Microsoft refused, and nothing was created">
            <p>{what}</p>
            <p>{whose_move}</p>
            <p>"Your answers are kept. They become a new draft when you change them."</p>
            {action}
        </Notice>
    }
    .into_any()
}

fn not_created(onboarding: &Onboarding, may_act: bool) -> AnyView {
    let action = may_act.then(|| change_details(onboarding));
    let why = failure::refusal_of_repeat(onboarding).map(|Explanation { what, whose_move }| {
        view! {
            <p>{what}</p>
            <p>{whose_move}</p>
        }
    });
    view! {
        <Notice kind=NoticeKind::Info title="The tenant was not created">
            <p>
                "The answer had been lost. Ten minutes later none of your customers has the domain, and it is still free."
            </p>
            {why}
            <p>"You can send the same answers again as a new onboarding, or change them first."</p>
            {action}
        </Notice>
    }
    .into_any()
}

/// A created tenant that Microsoft has put under another reseller.
fn wrong_reseller(onboarding: &Onboarding) -> Option<AnyView> {
    let failure = onboarding.failure.as_ref()?;
    (failure.reason == Reason::ResellerDiffers).then(|| {
        let Explanation { what, whose_move } = failure::explain(onboarding);
        view! {
            <Notice kind=NoticeKind::Bad title="The tenant was created under another reseller">
                <p>{what}</p>
                <p>{whose_move}</p>
            </Notice>
        }
        .into_any()
    })
}

fn needs_attention(onboarding: &Onboarding, viewer: &Operator) -> AnyView {
    let Explanation { what, whose_move } = failure::explain(onboarding);
    let reason = onboarding.failure.as_ref().map(|failure| failure.reason);
    let (title, go_on) = match reason {
        Some(Reason::SignInAgain) if viewer.key != onboarding.owner => {
            ("The owner has to sign in again", Some(ask_again(onboarding, "Go on in your own name")))
        }
        Some(Reason::SignInAgain) => ("Sign in again to go on", Some(sign_in_and_go_on(onboarding))),
        Some(Reason::NotConnected) => {
            ("The provider has to connect its account", Some(ask_again(onboarding, "Go on now")))
        }
        Some(Reason::Throttled) => ("Microsoft asked us to wait", Some(ask_again(onboarding, "Go on now"))),
        Some(reason) if reason.is_resumable() && onboarding.in_doubt => {
            ("We could not find out what became of it", Some(ask_again(onboarding, "Check again")))
        }
        Some(reason) if reason.is_resumable() => {
            ("The onboarding was stopped", Some(ask_again(onboarding, "Go on now")))
        }
        _ => ("The onboarding was stopped", None),
    };
    let may_act = viewer.may_onboard();
    let may_go_on = may_act && (viewer.key == onboarding.owner || viewer.is_admin());
    let copy = (may_act && onboarding.may_be_copied()).then(|| change_details(onboarding));
    view! {
        <Notice kind=NoticeKind::Warning title>
            <p>{what}</p>
            <p>{whose_move}</p>
            <div class="actions">{go_on.filter(|_| may_go_on)} {copy}</div>
        </Notice>
    }
    .into_any()
}

/// Takes the answers into a new draft.
fn change_details(onboarding: &Onboarding) -> AnyView {
    // Where there is something else to do, that comes first.
    let is_first = onboarding.state != OnboardingState::NeedsAttention;
    let class = if is_first { "button" } else { "button button--secondary" };
    view! {
        <form class="actions" method="post" action=paths::copy(&onboarding.id)>
            <button class=class type="submit">
                "Change the details"
            </button>
        </form>
    }
    .into_any()
}

/// Repeats the question with the same request id.
pub(super) fn ask_again(onboarding: &Onboarding, label: &'static str) -> AnyView {
    view! {
        <form class="actions" method="post" action=paths::resume(&onboarding.id)>
            <button class="button" type="submit">
                <Icon name=IconName::Refresh/>
                {label}
            </button>
        </form>
    }
    .into_any()
}

/// A fresh sign-in that leads back here: the portal goes on by itself then. The button is for whoever has signed in
/// already.
fn sign_in_and_go_on(onboarding: &Onboarding) -> AnyView {
    let sign_in = paths::sign_in(&paths::customer(&onboarding.id), None);
    view! {
        <div class="actions">
            <a class="button" href=sign_in>
                "Sign in again"
            </a>
            <form method="post" action=paths::resume(&onboarding.id)>
                <button class="button button--secondary" type="submit">
                    "Go on"
                </button>
            </form>
        </div>
    }
    .into_any()
}
