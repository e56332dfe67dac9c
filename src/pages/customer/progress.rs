//! How far an onboarding is: saved, sent, created, visible in Partner Center, reseller verified.
//!
//! The steps are a fragment of their own. With script it is fetched and put in place of itself while something moves;
//! without, the page loads itself again.

use leptos::prelude::*;

use super::states::ask_again;
use crate::{
    clock::Timestamp,
    components::{
        icon::{Icon, IconName},
        notice::{Notice, NoticeKind},
        time::Exactly,
    },
    domain::Operator,
    i18n::{rich, t},
    islands::{FollowProgress, PROGRESS_ID, PROGRESS_MOVES},
    journal::{Happening, Onboarding, OnboardingEvent, OnboardingState, Reason},
};

/// Seconds between two loads of a page without script, while the portal waits for Microsoft's answer.
const WHILE_WAITING: u32 = 3;
/// The same while the new tenant is read back, which is nobody's hurry.
const WHILE_READING_BACK: u32 = 10;

/// For so many seconds nobody wonders where a new tenant is.
const YOUNG: i64 = 45;

/// Seconds after which a page without script should load itself again; `None`: nothing moves.
pub fn refresh_seconds(onboarding: &Onboarding) -> Option<u32> {
    if onboarding.state.is_working() {
        Some(WHILE_WAITING)
    } else {
        onboarding.is_being_read_back().then_some(WHILE_READING_BACK)
    }
}

/// The card with the steps; nothing for a draft and for what has ended without a tenant.
pub(super) fn progress_card(
    onboarding: &Onboarding,
    events: &[OnboardingEvent],
    viewer: &Operator,
    now: Timestamp,
) -> Option<AnyView> {
    let waits = onboarding.state.is_working();
    if !waits && onboarding.state != OnboardingState::Created {
        return None;
    }
    let content = progress_content(onboarding, events, now);
    let follow =
        (waits || onboarding.is_being_read_back()).then(|| view! { <FollowProgress id=onboarding.id.clone() waits/> });
    // The portal looks again by itself; whoever cannot wait may say so.
    let may_ask = viewer.key == onboarding.owner && viewer.may_onboard() || viewer.is_admin();
    let ask = (is_not_known(onboarding) && may_ask).then(|| ask_again(onboarding, t!(customer.check_again_now)));
    let phase = if waits { "waiting" } else { "created" };
    Some(
        view! {
            <section class="card">
                <div id=PROGRESS_ID class="stack" aria-live="polite" data-phase=phase>
                    {content}
                </div>
                {ask}
                {follow}
            </section>
        }
        .into_any(),
    )
}

/// What is in the card, and is fetched again. Its times are exact, so that it stays the same until something happens.
pub fn progress_content(onboarding: &Onboarding, events: &[OnboardingEvent], now: Timestamp) -> AnyView {
    let steps = steps(onboarding, events).into_iter().map(step).collect_view();
    let moves = (onboarding.state.is_working() || onboarding.is_being_read_back()).then_some(PROGRESS_MOVES);
    view! {
        {heading(onboarding)}
        <ol class="progress" data-moves=moves>
            {steps}
        </ol>
        {words(onboarding, now).map(|words| view! { <p class="soft">{words}</p> })}
    }
    .into_any()
}

/// A title, or what everybody must know before anything else while an outcome is in doubt.
fn heading(onboarding: &Onboarding) -> AnyView {
    if is_not_known(onboarding) {
        return view! {
            <Notice kind=NoticeKind::Warning title=t!(customer.we_do_not_yet_know)>
                <p>
                    {rich!(customer.we_are_checking_this_can, again = view! { <strong>{t!(customer.do_not_start_again)}</strong> })}
                </p>
            </Notice>
        }
        .into_any();
    }
    let title = if onboarding.state.is_working() { t!(customer.microsoft_is_at_work) } else { t!(customer.progress) };
    view! { <h2 class="card__title">{title}</h2> }.into_any()
}

fn is_not_known(onboarding: &Onboarding) -> bool {
    matches!(onboarding.state, OnboardingState::Unknown | OnboardingState::Reconciling)
}

/// What happens meanwhile, in a sentence.
fn words(onboarding: &Onboarding, now: Timestamp) -> Option<String> {
    let leave = t!(customer.you_can_leave);
    let reason = onboarding.failure.as_ref().map(|failure| failure.reason);
    let later = onboarding.next_attempt_at.filter(|at| *at > now).map(|at| at.strftime("%H:%M:%S UTC").to_string());
    match (onboarding.state, reason, later) {
        (OnboardingState::Submitted, Some(Reason::Throttled), Some(at)) => {
            Some(t!(customer.microsoft_asked_us_to_wait, at = at, leave = leave))
        }
        (OnboardingState::Submitted, Some(_), Some(at)) => {
            Some(t!(customer.microsofts_sign_in_does_not, at = at, leave = leave))
        }
        (OnboardingState::Unknown | OnboardingState::Reconciling, _, Some(at)) => {
            Some(t!(customer.next_look_at, at = at, leave = leave))
        }
        (OnboardingState::Unknown | OnboardingState::Reconciling, ..) => Some(leave.to_owned()),
        (state, ..) if state.is_working() => Some(t!(customer.creating_a_tenant_usually_takes, leave = leave)),
        (OnboardingState::Created, None, _) if onboarding.is_being_read_back() => {
            let words = if onboarding.visible_at.is_some() {
                t!(customer.reseller_takes_minutes)
            } else {
                t!(customer.visible_takes_minutes)
            };
            let is_young = now.duration_since(onboarding.changed_at).as_secs() < YOUNG;
            (!is_young).then(|| words.to_owned())
        }
        (OnboardingState::Created, None, _) if onboarding.reseller_verified_at.is_none() => {
            Some(t!(customer.the_portal_has_stopped_looking).to_owned())
        }
        _ => None,
    }
}

/// One of the five steps.
struct Step {
    label: &'static str,
    standing: Standing,
}

enum Standing {
    Done(Option<Timestamp>),
    Now,
    Next,
    Wrong,
}

fn steps(onboarding: &Onboarding, events: &[OnboardingEvent]) -> [Step; 5] {
    use OnboardingState::{Created, Sending, Submitted};
    let became = |state| events.iter().find(|event| event.what == Happening::Became(state)).map(|event| event.at);
    let created = onboarding.state == Created;
    let sent = created || !matches!(onboarding.state, Submitted);
    let differs = onboarding.failure.as_ref().is_some_and(|failure| failure.reason == Reason::ResellerDiffers);
    let reached = |is_done: bool, at: Option<Timestamp>, is_next: bool| match (is_done, is_next) {
        (true, _) => Standing::Done(at),
        (false, true) => Standing::Now,
        (false, false) => Standing::Next,
    };
    let looks = onboarding.is_being_read_back();
    let visible = onboarding.visible_at;
    let verified = onboarding.reseller_verified_at;
    let reseller = match verified {
        None if differs => Standing::Wrong,
        verified => reached(verified.is_some(), verified, looks && visible.is_some()),
    };
    let label = if differs { t!(customer.reseller_differs) } else { t!(customer.reseller_verified) };
    [
        Step { label: t!(customer.saved), standing: Standing::Done(became(Submitted)) },
        Step { label: t!(customer.sent_to_microsoft), standing: reached(sent, became(Sending), true) },
        Step { label: t!(customer.created), standing: reached(created, became(Created), sent) },
        Step { label: t!(customer.visible_in_partner_center), standing: reached(visible.is_some(), visible, looks) },
        Step { label, standing: reseller },
    ]
}

fn step(Step { label, standing }: Step) -> impl IntoView {
    let (state, words, icon, at) = match standing {
        Standing::Done(at) => ("done", t!(customer.done), IconName::Check, at),
        Standing::Now => ("now", t!(customer.under_way), IconName::Refresh, None),
        Standing::Next => ("next", t!(customer.to_come), IconName::Clock, None),
        Standing::Wrong => ("wrong", t!(customer.wrong), IconName::X, None),
    };
    view! {
        <li data-state=state>
            <Icon name=icon/>
            <span>
                <span class="visually-hidden">{words}</span>
                {label}
            </span>
            {at.map(|at| view! { <span class="progress__when"><Exactly at=at/></span> })}
        </li>
    }
}
