//! Setting a new first password: what it means and what it needs, said before; what came of it, after.

use leptos::prelude::*;

use super::{act::act_said, support::support_part};
use crate::{
    clock::Timestamp,
    components::{
        field::{ErrorSummary, FieldError, described_by, field_class},
        icon::{Icon, IconName},
        notice::{Notice, NoticeKind},
        time::Ago,
    },
    domain::ActId,
    journal::Onboarding,
    paths,
    tenants::{Act, ActState, ReasonProblem},
};

/// What the page shows. No secret is on it.
#[derive(Clone, Debug)]
pub struct NewPasswordView {
    /// The onboarding of the tenant.
    pub onboarding: Onboarding,
    /// Attempts so far, newest first.
    pub acts: Vec<Act>,
    /// Whether the standard roles (GDAP) were asked for when the tenant was created.
    pub gdap_asked_for: bool,
    /// Under which id the form is sent.
    pub act: ActId,
    /// What was typed.
    pub reason: String,
    /// What is wrong with it.
    pub problem: Option<ReasonProblem>,
    /// Another attempt is under way, so that this one was not made.
    pub is_busy: bool,
    /// Address of Partner Center's API, for its support.
    pub partner_center: String,
    /// What time it is for the page.
    pub now: Timestamp,
}

/// The page.
#[component]
pub fn NewPasswordPage(
    /// What it shows.
    view: NewPasswordView,
) -> impl IntoView {
    let company_name = view.onboarding.company_name.clone();
    let errors = view.problem.iter().map(|problem| ("reason", problem.message().to_owned())).collect();
    let last = view.acts.first().filter(|_| view.problem.is_none());
    let outcome = last.and_then(|act| outcome(&view, act));
    let is_under_way = view.is_busy || last.is_some_and(|act| act.state == ActState::Sending);
    let busy = view.is_busy.then(|| {
        view! {
            <Notice kind=NoticeKind::Warning title="This was not sent">
                <p>
                    "Another new password is being set, or was asked for with the same form. What you typed is still here: look at the customer's page before you send it again."
                </p>
            </Notice>
        }
    });
    let meaning = what_it_means(&view);
    let back = paths::customer(&view.onboarding.id);
    let form = (!is_under_way || view.is_busy).then(|| form(view));
    view! {
        <div class="page page--form">
            <ErrorSummary errors/>
            <a class="back" href=back>
                "Back to " {company_name.clone()}
            </a>
            <h1 class="page__title">"Set a new first password for " {company_name}</h1>
            {busy}
            {outcome}
            {meaning}
            {form}
        </div>
    }
}

/// What became of the last attempt; nothing to say of one that has worked.
fn outcome(view: &NewPasswordView, act: &Act) -> Option<AnyView> {
    let now = view.now;
    let (by, at) = (act.actor_name.clone(), act.ended_at.unwrap_or(act.begun_at));
    let when = view! { <Ago at now/> };
    let ids = support_part(act, &view.onboarding, &view.partner_center);
    match act.state {
        ActState::Done => None,
        ActState::Sending => Some(
            view! {
                <Notice kind=NoticeKind::Info title="Microsoft is being asked">
                    <p>"A new password is being set, by " {by} ". This page looks again by itself."</p>
                </Notice>
            }
            .into_any(),
        ),
        ActState::Refused => {
            let said = act_said(act, &view.onboarding);
            Some(
                view! {
                    <Notice kind=NoticeKind::Bad title="No new password was set">
                        {said}
                        <p class="soft">"Asked for by " {by} ", " {when} "."</p>
                        {ids}
                    </Notice>
                }
                .into_any(),
            )
        }
        ActState::Unknown => Some(
            view! {
                <Notice kind=NoticeKind::Warning title="We do not know if a new password was set">
                    <p>
                        "Microsoft's answer was lost (" {by} ", " {when}
                        "). A password may hold that nobody has, and that the portal has forgotten. Set another one: only that ends the doubt."
                    </p>
                    {ids}
                </Notice>
            }
            .into_any(),
        ),
    }
}

/// Said before anything is done.
fn what_it_means(view: &NewPasswordView) -> AnyView {
    let administrator = format!("admin@{}", view.onboarding.domain);
    let no_gdap = (!view.gdap_asked_for).then(|| {
        view! {
            <Notice kind=NoticeKind::Warning title="Microsoft will probably refuse">
                <p>
                    "The standard admin roles were not asked for when this tenant was created. Unless the customer has accepted an admin relationship since, nobody at the provider may do this."
                </p>
            </Notice>
        }
    });
    view! {
        {no_gdap}
        <section class="card">
            <h2 class="card__title">"What happens"</h2>
            <ul class="list">
                <li>
                    "The portal makes a new password and sets it for "
                    <span class="mono break" translate="no">
                        {administrator}
                    </span>
                    ". It has to be changed at the next sign-in."
                </li>
                <li>"Whatever password holds now stops working at once."</li>
                <li>"The new one is sealed like the first, and shown once on the customer's page, to whoever may open it."</li>
                <li>
                    "It needs a role "
                    <strong>"of yours"</strong>
                    " in the customer's tenant, by GDAP: User Administrator, or Privileged Authentication Administrator, which Microsoft asks for where the user is a global administrator. Without one Microsoft refuses, and nothing changes."
                </li>
                <li>"Who asked for it, when and why stays on record."</li>
            </ul>
        </section>
    }
    .into_any()
}

fn form(view: NewPasswordView) -> AnyView {
    let error = view.problem.map(|problem| problem.message().to_owned());
    let described_by = described_by("reason", true, error.is_some());
    let invalid = error.is_some().then_some("true");
    let class = field_class(error.is_some());
    view! {
        <form class="card" method="post" action=paths::new_password(&view.onboarding.id) novalidate>
            <input type="hidden" name="act" value=view.act.to_string()/>
            <div class=class>
                <label class="field__label" for="reason">
                    "Reason"
                </label>
                <p class="field__hint" id="reason-hint">
                    "Why the first password is lost, and who has asked for a new one. Never a password"
                </p>
                {error.map(|error| view! { <FieldError name="reason" error/> })}
                <input
                    class="input"
                    id="reason"
                    name="reason"
                    type="text"
                    autocomplete="off"
                    value=view.reason
                    aria-describedby=described_by
                    aria-invalid=invalid
                />
            </div>
            <div class="actions">
                <button class="button" type="submit">
                    <Icon name=IconName::Lock/>
                    "Set a new first password"
                </button>
                <a class="button button--secondary" href=paths::customer(&view.onboarding.id)>
                    "Cancel"
                </a>
            </div>
        </form>
    }
    .into_any()
}
