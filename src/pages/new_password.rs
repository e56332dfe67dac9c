//! Setting a new first password: what it means and what it needs, said before; what came of it, after.

use leptos::prelude::*;

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
    tenants::{Act, ActFailure, ActState, Hindrance, ReasonProblem},
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
    let outcome = last.and_then(|act| outcome(act, view.now));
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
fn outcome(act: &Act, now: Timestamp) -> Option<AnyView> {
    let (by, at) = (act.actor_name.clone(), act.ended_at.unwrap_or(act.begun_at));
    let when = view! { <Ago at now/> };
    let ids = ids(act);
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
            let (what, who_can_help) = explain(act.failure.as_ref());
            Some(
                view! {
                    <Notice kind=NoticeKind::Bad title="No new password was set">
                        <p>{what} " (" {by} ", " {when} ")"</p>
                        {who_can_help.into_iter().map(|words| view! { <p>{words}</p> }).collect_view()}
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

/// What happened, and who can help.
fn explain(failure: Option<&ActFailure>) -> (&'static str, Vec<&'static str>) {
    let status = failure.and_then(|failure| failure.status);
    match failure.map(|failure| failure.hindrance) {
        Some(Hindrance::Refused) if status == Some(403) => (
            "Microsoft refused: you have no role in this customer's tenant that allows it.",
            vec![
                "Who can help: a colleague in a security group that has the role User Administrator or Privileged \
                 Authentication Administrator by GDAP; for a global administrator it takes the latter.",
                "If nobody has it: an administrator of the provider assigns such a group to the admin relationship in \
                 Partner Center (Customers, this company, Admin relationships). If there is no relationship, the customer \
                 has to accept one first; until then Microsoft's partner support can help with the ids below.",
            ],
        ),
        Some(Hindrance::Refused) if status == Some(404) => (
            "Partner Center does not show this customer, or not yet.",
            vec!["A new customer can take some minutes to appear. Try again then."],
        ),
        Some(Hindrance::Refused) => (
            "Microsoft refused, for a reason that this portal does not know.",
            vec!["Microsoft's partner support can help with the ids below."],
        ),
        Some(Hindrance::NoSuchUser) => (
            "The tenant has no administrator with this name: it was renamed or removed.",
            vec!["Somebody has signed in as the administrator then. Ask the customer's administrator."],
        ),
        Some(Hindrance::SignInAgain) => (
            "Microsoft no longer accepts your sign-in, or it had no second factor.",
            vec!["Sign in again with multi-factor authentication, then try again."],
        ),
        Some(Hindrance::Throttled) => {
            ("Microsoft has more requests than it wants to answer.", vec!["Wait a minute, then try again."])
        }
        _ => ("Microsoft could not be asked, and nothing was changed.", vec!["Try again in a minute."]),
    }
}

/// What Microsoft's support asks for.
fn ids(act: &Act) -> impl IntoView + use<> {
    let ms_cv = act.failure.as_ref().and_then(|failure| failure.ms_cv.clone());
    view! {
        <p class="soft">
            "For Microsoft's support: request " <code class="mono break">{act.request_id.to_string()}</code>
            ", correlation " <code class="mono break">{act.correlation_id.to_string()}</code>
            {ms_cv.map(|ms_cv| view! { ", MS-CV " <code class="mono break">{ms_cv}</code> })} "."
        </p>
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
