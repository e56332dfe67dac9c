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
    i18n::{rich, t},
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
    let errors = view.problem.iter().map(|problem| ("reason", reason_words(*problem).to_owned())).collect();
    let last = view.acts.first().filter(|_| view.problem.is_none());
    let outcome = last.and_then(|act| outcome(&view, act));
    let is_under_way = view.is_busy || last.is_some_and(|act| act.state == ActState::Sending);
    let busy = view.is_busy.then(|| {
        view! {
            <Notice kind=NoticeKind::Warning title=t!(new_password.this_was_not_sent)>
                <p>
                    {t!(new_password.another_new_password_is_being)}
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
                {rich!(new_password.back_to, company_name = company_name.clone())}
            </a>
            <h1 class="page__title">{rich!(new_password.set_a_new_first_password, company_name = company_name)}</h1>
            {busy}
            {outcome}
            {meaning}
            {form}
        </div>
    }
}

/// What is wrong with a reason.
fn reason_words(problem: ReasonProblem) -> &'static str {
    match problem {
        ReasonProblem::TooShort => t!(new_password.reason_too_short),
        ReasonProblem::TooLong => t!(new_password.reason_too_long),
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
                <Notice kind=NoticeKind::Info title=t!(new_password.microsoft_is_being_asked)>
                    <p>{rich!(new_password.a_new_password_is_being, by = by)}</p>
                </Notice>
            }
            .into_any(),
        ),
        ActState::Refused => {
            let said = act_said(act, &view.onboarding);
            Some(
                view! {
                    <Notice kind=NoticeKind::Bad title=t!(new_password.no_new_password_was_set)>
                        {said}
                        <p class="soft">{rich!(new_password.asked_for_by, by = by, when = when)}</p>
                        {ids}
                    </Notice>
                }
                .into_any(),
            )
        }
        ActState::Unknown => Some(
            view! {
                <Notice kind=NoticeKind::Warning title=t!(new_password.we_do_not_know_if)>
                    <p>
                        {rich!(new_password.microsofts_answer_was_lost_a, by = by, when = when)}
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
            <Notice kind=NoticeKind::Warning title=t!(new_password.microsoft_will_probably_refuse)>
                <p>
                    {t!(new_password.the_standard_admin_roles_were)}
                </p>
            </Notice>
        }
    });
    view! {
        {no_gdap}
        <section class="card">
            <h2 class="card__title">{t!(new_password.what_happens)}</h2>
            <ul class="list">
                <li>
                    {rich!(new_password.the_portal_makes_a_new, administrator = view! { <span class="mono break" translate="no">
                        {administrator}
                    </span> })}
                </li>
                <li>{t!(new_password.whatever_password_holds_now_stops)}</li>
                <li>{t!(new_password.the_new_one_is_sealed)}</li>
                <li>
                    {rich!(new_password.it_needs_a_role_in, yours = view! { <strong>{t!(new_password.of_yours)}</strong> })}
                </li>
                <li>{t!(new_password.who_asked_for_it_when)}</li>
            </ul>
        </section>
    }
    .into_any()
}

fn form(view: NewPasswordView) -> AnyView {
    let error = view.problem.map(|problem| reason_words(problem).to_owned());
    let described_by = described_by("reason", true, error.is_some());
    let invalid = error.is_some().then_some("true");
    let class = field_class(error.is_some());
    view! {
        <form class="card" method="post" action=paths::new_password(&view.onboarding.id) novalidate>
            <input type="hidden" name="act" value=view.act.to_string()/>
            <div class=class>
                <label class="field__label" for="reason">
                    {t!(new_password.reason)}
                </label>
                <p class="field__hint" id="reason-hint">
                    {t!(new_password.why_the_first_password_is)}
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
                    {t!(new_password.set_a_new_first_password_2)}
                </button>
                <a class="button button--secondary" href=paths::customer(&view.onboarding.id)>
                    {t!(new_password.cancel)}
                </a>
            </div>
        </form>
    }
    .into_any()
}
