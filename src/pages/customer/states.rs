//! What each state means to the person who looks at it, and what can be done.

use leptos::prelude::*;

use super::{
    super::{support::SUPPORT_ID, whose_move::whose_move},
    failure::{self, Explanation},
};
use crate::{
    components::{
        icon::{Icon, IconName},
        notice::{Notice, NoticeKind},
        onboarding::SentBackNotice,
    },
    domain::Operator,
    i18n::{rich, t},
    journal::{Onboarding, OnboardingState, Reason},
    paths,
    refusals::Next,
};

/// The part of the page that belongs to the state; nothing for a created tenant that is as it should be.
pub(super) fn about(onboarding: &Onboarding, viewer: &Operator) -> Option<AnyView> {
    let may_act = viewer.may_onboard();
    match onboarding.state {
        OnboardingState::Draft => Some(draft(onboarding, may_act)),
        OnboardingState::AwaitingApproval => Some(awaiting_approval(onboarding, viewer)),
        // The progress says it all.
        OnboardingState::Submitted
        | OnboardingState::Sending
        | OnboardingState::Unknown
        | OnboardingState::Reconciling => None,
        OnboardingState::Created => wrong_reseller(onboarding, viewer),
        OnboardingState::Rejected => Some(rejected(onboarding, viewer)),
        OnboardingState::NotCreated => Some(not_created(onboarding, viewer)),
        OnboardingState::NeedsAttention => Some(needs_attention(onboarding, viewer)),
    }
}

fn draft(onboarding: &Onboarding, may_act: bool) -> AnyView {
    let address = paths::draft(&onboarding.id);
    view! {
        {onboarding.sent_back.as_ref().map(|sent_back| view! { <SentBackNotice sent_back=sent_back.clone()/> })}
        <section class="card">
            <p>{t!(customer.this_is_a_draft_nothing)}</p>
            {may_act
                .then(|| {
                    view! {
                        <div class="actions">
                            <a class="button" href=address>
                                {t!(customer.do_continue)}
                            </a>
                        </div>
                    }
                })}
        </section>
    }
    .into_any()
}

/// Whose move it is, and what the viewer can do: answer, take it back, or wait.
fn awaiting_approval(onboarding: &Onboarding, viewer: &Operator) -> AnyView {
    let (withdraw, approval) = (paths::withdraw(&onboarding.id), paths::approval(&onboarding.id));
    if viewer.key == onboarding.owner {
        return view! {
            <Notice kind=NoticeKind::Info title=t!(customer.an_account_manager_of_the)>
                <p>{t!(customer.nothing_has_been_sent_to_microsoft)}</p>
                <p>{t!(customer.if_something_is_to_be)}</p>
                <form class="actions" method="post" action=withdraw>
                    <button class="button button--secondary" type="submit">
                        <Icon name=IconName::Edit/>
                        {t!(customer.take_it_back_and_change)}
                    </button>
                </form>
            </Notice>
        }
        .into_any();
    }
    let may_answer = viewer.role().is_some() && viewer.may_onboard();
    let (title, answer) = if may_answer {
        let answer = view! {
            <div class="actions">
                <a class="button" href=approval>
                    {t!(customer.look_at_it_and_answer)}
                </a>
            </div>
        };
        (t!(customer.it_waits_for_your_approval), Some(answer))
    } else {
        (t!(customer.it_waits_for_the_approval), None)
    };
    let who = onboarding.owner_name.clone();
    view! {
        <Notice kind=NoticeKind::Info title>
            <p>{rich!(customer.has_entered_it_nothing_has, who = view! { <strong>{who}</strong> })}</p>
            {answer}
        </Notice>
    }
    .into_any()
}

/// What happened, and whose move it is.
fn said(explanation: &Explanation, onboarding: &Onboarding, viewer: &Operator) -> AnyView {
    let title = explanation.whose_move(onboarding, viewer);
    whose_move(explanation.said.clone(), title)
}

fn rejected(onboarding: &Onboarding, viewer: &Operator) -> AnyView {
    let explanation = failure::explain(onboarding);
    let actions = actions(onboarding, viewer, explanation.next);
    let said = said(&explanation, onboarding, viewer);
    view! {
        <Notice kind=NoticeKind::Bad title=t!(customer.microsoft_refused_and_nothing_was)>
            {said}
            <p>{t!(customer.your_answers_are_kept_they)}</p>
            {actions}
        </Notice>
    }
    .into_any()
}

fn not_created(onboarding: &Onboarding, viewer: &Operator) -> AnyView {
    let why = failure::refusal_of_repeat(onboarding);
    let actions = actions(onboarding, viewer, why.as_ref().map_or(Next::SendAgain, |why| why.next));
    let why = why.map(|why| said(&why, onboarding, viewer));
    view! {
        <Notice kind=NoticeKind::Info title=t!(customer.the_tenant_was_not_created)>
            <p>
                {t!(customer.the_answer_had_been_lost)}
            </p>
            {why}
            <p>{t!(customer.you_can_send_the_same)}</p>
            {actions}
        </Notice>
    }
    .into_any()
}

/// What can be done from here: what helps most first. The answers can be taken up again in any case.
fn actions(onboarding: &Onboarding, viewer: &Operator, next: Next) -> AnyView {
    let copy = viewer.may_onboard().then(|| change_details(onboarding));
    // A reseller's people have no list of resellers, and nobody at Microsoft whom they could ask.
    let at_provider = viewer.reseller().is_none();
    let other = match next {
        Next::Resellers if at_provider && viewer.may_onboard() => {
            Some((paths::RESELLERS.to_owned(), t!(customer.look_at_the_resellers)))
        }
        Next::Support => Some((format!("#{SUPPORT_ID}"), t!(customer.for_microsofts_support))),
        _ => None,
    };
    let other = other.map(|(address, label)| {
        view! {
            <a class="button button--secondary" href=address>
                {label}
            </a>
        }
    });
    view! { <div class="actions">{copy} {other}</div> }.into_any()
}

/// A created tenant that Microsoft has put under another reseller.
fn wrong_reseller(onboarding: &Onboarding, viewer: &Operator) -> Option<AnyView> {
    let failure = onboarding.failure.as_ref()?;
    (failure.reason == Reason::ResellerDiffers).then(|| {
        let said = said(&failure::explain(onboarding), onboarding, viewer);
        view! {
            <Notice kind=NoticeKind::Bad title=t!(customer.the_tenant_was_created_under)>{said}</Notice>
        }
        .into_any()
    })
}

fn needs_attention(onboarding: &Onboarding, viewer: &Operator) -> AnyView {
    let said = said(&failure::explain(onboarding), onboarding, viewer);
    let reason = onboarding.failure.as_ref().map(|failure| failure.reason);
    let (title, go_on) = match reason {
        Some(Reason::SignInAgain) if viewer.key != onboarding.owner => {
            (t!(customer.the_owner_has_to_sign), Some(ask_again(onboarding, t!(customer.go_on_in_your_own))))
        }
        Some(Reason::SignInAgain) => (t!(customer.sign_in_again_to_go), Some(sign_in_and_go_on(onboarding))),
        Some(Reason::NotConnected) => {
            (t!(customer.the_provider_has_to_connect), Some(ask_again(onboarding, t!(customer.go_on_now))))
        }
        Some(Reason::Throttled) => {
            (t!(customer.microsoft_asked_us_to_wait_2), Some(ask_again(onboarding, t!(customer.go_on_now))))
        }
        Some(reason) if reason.is_resumable() && onboarding.in_doubt => {
            (t!(customer.we_could_not_find_out), Some(ask_again(onboarding, t!(customer.check_again))))
        }
        Some(reason) if reason.is_resumable() => {
            (t!(customer.the_onboarding_was_stopped), Some(ask_again(onboarding, t!(customer.go_on_now))))
        }
        _ => (t!(customer.the_onboarding_was_stopped), None),
    };
    let may_act = viewer.may_onboard();
    let may_go_on = may_act && (viewer.key == onboarding.owner || viewer.is_admin());
    let copy = (may_act && onboarding.may_be_copied()).then(|| change_details(onboarding));
    view! {
        <Notice kind=NoticeKind::Warning title>
            {said}
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
                {t!(customer.change_the_details)}
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
                {t!(customer.sign_in_again)}
            </a>
            <form method="post" action=paths::resume(&onboarding.id)>
                <button class="button button--secondary" type="submit">
                    {t!(customer.go_on)}
                </button>
            </form>
        </div>
    }
    .into_any()
}
