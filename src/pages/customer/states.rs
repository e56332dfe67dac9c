//! What each state means to the person who looks at it, and what can be done.

use leptos::prelude::*;

use super::failure::{self, Explanation};
use crate::{
    components::{
        icon::{Icon, IconName},
        notice::{Notice, NoticeKind},
    },
    domain::Operator,
    islands::FollowProgress,
    journal::{Failure, Onboarding, OnboardingState, reason},
    paths,
};

/// The part of the page that belongs to the state; nothing for a created tenant that is as it should be.
pub(super) fn about(onboarding: &Onboarding, viewer: &Operator) -> Option<AnyView> {
    let may_act = viewer.role.may_onboard();
    match onboarding.state {
        OnboardingState::Draft => Some(draft(onboarding, may_act)),
        OnboardingState::Submitted | OnboardingState::Sending | OnboardingState::Reconciling => {
            Some(working(onboarding))
        }
        OnboardingState::Created => wrong_reseller(onboarding),
        OnboardingState::Rejected => Some(rejected(onboarding, may_act)),
        OnboardingState::Unknown => Some(unknown(onboarding, may_act)),
        OnboardingState::NotCreated => Some(not_created(onboarding, may_act)),
        OnboardingState::NeedsAttention => Some(needs_attention(onboarding, may_act)),
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

/// The wait. With script the page follows the work; without, it loads itself again.
fn working(onboarding: &Onboarding) -> AnyView {
    let state = onboarding.state;
    let reached = match state {
        OnboardingState::Submitted => 1,
        _ => 2,
    };
    let words = if state == OnboardingState::Reconciling {
        "The answer to the first question was lost, so the portal asks Microsoft again what has become of it. No second \
         tenant can come of this."
    } else {
        "Creating a tenant usually takes 5 to 30 seconds."
    };
    let steps = ["Saved", "Sent to Microsoft", "Created"]
        .into_iter()
        .enumerate()
        .map(|(at, label)| progress_step(label, at.cmp(&reached)))
        .collect_view();
    view! {
        <section class="card" aria-labelledby="progress-title">
            <h2 class="card__title" id="progress-title">
                "Microsoft is at work"
            </h2>
            <ol class="progress">{steps}</ol>
            <p>{words}</p>
            <p class="soft">
                "You can leave this page and come back; the work goes on without it. Its address stays the same."
            </p>
            <FollowProgress id=onboarding.id.clone()/>
        </section>
    }
    .into_any()
}

/// A step of the wait: done if it lies before the one that is reached.
fn progress_step(label: &'static str, order: std::cmp::Ordering) -> impl IntoView {
    let (state, words, icon) = match order {
        std::cmp::Ordering::Less => ("done", "Done: ", IconName::Check),
        std::cmp::Ordering::Equal => ("now", "Under way: ", IconName::Refresh),
        std::cmp::Ordering::Greater => ("next", "To come: ", IconName::Clock),
    };
    view! {
        <li data-state=state>
            <Icon name=icon/>
            <span>
                <span class="visually-hidden">{words}</span>
                {label}
            </span>
        </li>
    }
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
    view! {
        <Notice kind=NoticeKind::Info title="The tenant was not created">
            <p>"The answer had been lost. Microsoft has since made clear that it did not create the tenant."</p>
            <p>"You can send the same answers again as a new onboarding, or change them first."</p>
            {action}
        </Notice>
    }
    .into_any()
}

fn unknown(onboarding: &Onboarding, may_act: bool) -> AnyView {
    let action = may_act.then(|| ask_again(onboarding, "Ask Microsoft again"));
    view! {
        <Notice kind=NoticeKind::Warning title="We do not yet know if Microsoft created the tenant">
            <p>
                <strong>"Do not start again."</strong>
                " The answer was lost on its way, and a second onboarding could make a second tenant."
            </p>
            <p>
                "Asking again is safe: it repeats the same request, which Microsoft recognises. This can take a few minutes."
            </p>
            {action}
        </Notice>
    }
    .into_any()
}

/// A created tenant that Microsoft has put under another reseller.
fn wrong_reseller(onboarding: &Onboarding) -> Option<AnyView> {
    let failure = onboarding.failure.as_ref()?;
    (failure.reason == reason::RESELLER_DIFFERS).then(|| {
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

fn needs_attention(onboarding: &Onboarding, may_act: bool) -> AnyView {
    if let Some(notice) = wrong_reseller(onboarding) {
        return notice;
    }
    let why = onboarding.failure.as_ref().map(|failure: &Failure| failure.reason.as_str());
    let Explanation { what, whose_move } = failure::explain(onboarding);
    let (title, action) = match why {
        Some(reason::SIGN_IN_AGAIN) => ("Sign in again to go on", sign_in_and_go_on(onboarding)),
        Some(reason::PAYLOAD_CHANGED) => ("The onboarding was stopped", change_details(onboarding)),
        Some(reason::THROTTLED) => ("Microsoft asked us to wait", ask_again(onboarding, "Go on now")),
        _ => ("The onboarding was stopped", ask_again(onboarding, "Go on now")),
    };
    view! {
        <Notice kind=NoticeKind::Warning title>
            <p>{what}</p>
            <p>{whose_move}</p>
            {may_act.then_some(action)}
        </Notice>
    }
    .into_any()
}

/// Takes the answers into a new draft.
fn change_details(onboarding: &Onboarding) -> AnyView {
    view! {
        <form class="actions" method="post" action=paths::copy(&onboarding.id)>
            <button class="button" type="submit">
                "Change the details"
            </button>
        </form>
    }
    .into_any()
}

/// Repeats the question with the same request id.
fn ask_again(onboarding: &Onboarding, label: &'static str) -> AnyView {
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

/// Two steps: a fresh sign-in that leads back here, then the same request once more.
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
