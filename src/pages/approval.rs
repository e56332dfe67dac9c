//! What a reseller wants to send, for whoever approves it: the answers as they would go out, and the two ways on.

use leptos::prelude::*;

use super::review::{Obstacle, Way, answers, obstacle_words};
use crate::{
    clock::Timestamp,
    components::{
        icon::{Icon, IconName},
        notice::{Notice, NoticeKind},
        stepper::{Step, Stepper},
        time::Ago,
    },
    config::Environment,
    domain::{LONGEST_COMMENT, OnboardingId, Problem},
    i18n::{rich, t},
    paths,
    provisioning::Review,
};

/// Ids of the fields, to which the summary of errors leads.
const WHY: &str = "why";
const COMMENT: &str = "comment";

/// What was typed with an answer that cannot be taken, and why not.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Whether it was to be sent back rather than approved.
    pub sends_back: bool,
    /// As typed.
    pub comment: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct ApprovalView {
    /// The answers, with what Microsoft says of them.
    pub review: Review,
    /// The address as on an envelope of its country, one line each.
    pub address_lines: Vec<String>,
    /// What the portal talks to.
    pub environment: Environment,
    /// Who wants to send it.
    pub owner_name: String,
    /// Since when it waits.
    pub asked_at: Timestamp,
    /// An answer that cannot be taken as it is.
    pub refused: Option<Refused>,
    /// What time it is for the page.
    pub now: Timestamp,
}

/// The page.
#[component]
pub fn ApprovalPage(
    /// What it shows.
    view: ApprovalView,
) -> impl IntoView {
    let ApprovalView { review, address_lines, environment, owner_name, asked_at, refused, now } = view;
    let reseller = review.reseller.as_ref().map(|reseller| reseller.name.clone()).unwrap_or_default();
    let decision = match Obstacle::of(&review) {
        Some(obstacle) => {
            let (title, words, _) = obstacle_words(&review, obstacle);
            view! {
                <Notice kind=NoticeKind::Bad title>
                    <p>{words}</p>
                </Notice>
            }
            .into_any()
        }
        None => approve_card(&review, environment, refused.as_ref().filter(|refused| !refused.sends_back)),
    };
    let asked_by = owner_name.clone();
    view! {
        <div class="page page--form">
            {refused.as_ref().map(summary)}
            <Stepper current=Step::Check/>
            <header>
                <h1 class="page__title">{rich!(approval.check_what_wants_to_send, reseller = reseller)}</h1>
                <p class="lede">{rich!(approval.entered_by_waits_since, asked_by = view! { <strong>{asked_by}</strong> }, when = view! { <Ago at=asked_at now/> })}</p>
            </header>
            {answers(&review, &address_lines, Way::Nowhere, None)}
            {decision}
            {send_back_card(&review, owner_name, refused.as_ref().filter(|refused| refused.sends_back))}
        </div>
    }
}

fn summary(refused: &Refused) -> impl IntoView + use<> {
    let field = if refused.sends_back { WHY } else { COMMENT };
    view! {
        <div class="error-summary" tabindex="-1">
            <div role="alert">
                <h2>{t!(approval.there_is_a_problem)}</h2>
                <ul>
                    <li>
                        <a href=format!("#{field}")>{words(&refused.problem)}</a>
                    </li>
                </ul>
            </div>
        </div>
    }
}

/// What is wrong with a comment.
fn words(problem: &Problem) -> String {
    match problem {
        Problem::Missing => t!(approval.say_what_is_to_be).to_owned(),
        Problem::TooLong { max } => t!(approval.shorten_the_comment_to_characters, max = max),
        _ => t!(approval.leave_out_angle_brackets_and).to_owned(),
    }
}

/// The form that approves; a comment is welcome.
fn approve_card(review: &Review, environment: Environment, refused: Option<&Refused>) -> AnyView {
    let means = match environment {
        Environment::Production => t!(approval.a_real_tenant_is_created),
        Environment::Sandbox => t!(approval.a_tenant_is_created_in),
        Environment::Simulator => t!(approval.the_simulator_creates_a_tenant),
    };
    view! {
        <form class="card" method="post" action=paths::approval(&review.id)>
            <h2 class="card__title">{t!(approval.approve_it)}</h2>
            <p>{rich!(approval.what_is_sent_is_exactly, means = means)}</p>
            {answered("approve", &review.payload_hash)}
            {comment_field(COMMENT, t!(approval.comment), true, t!(approval.the_reseller_reads_it), refused)}
            <div class="actions">
                <button class="button" type="submit">
                    <Icon name=IconName::Check/>
                    {t!(approval.approve_and_create_the_tenant)}
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// The form that sends it back; without a reason nobody could mend it.
fn send_back_card(review: &Review, owner_name: String, refused: Option<&Refused>) -> impl IntoView + use<> {
    view! {
        <form class="card" method="post" action=paths::approval(&review.id)>
            <h2 class="card__title">{t!(approval.send_it_back)}</h2>
            <p>{rich!(approval.it_becomes_a_draft_of, owner_name = owner_name)}</p>
            {answered("send_back", &review.payload_hash)}
            {comment_field(WHY, t!(approval.what_is_to_be_changed), false, t!(approval.the_reseller_reads_it_no), refused)}
            <div class="actions">
                <button class="button button--secondary" type="submit">
                    {t!(approval.send_back)}
                </button>
                <a class="button button--quiet" href=leave(&review.id)>
                    {t!(approval.decide_later)}
                </a>
            </div>
        </form>
    }
}

fn leave(id: &OnboardingId) -> String {
    paths::customer(id)
}

fn answered(answer: &'static str, payload_hash: &str) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="answer" value=answer/>
        <input type="hidden" name="payload_hash" value=payload_hash.to_owned()/>
    }
}

/// One line of text; what was typed stays.
fn comment_field(
    id: &'static str,
    label: &'static str,
    is_optional: bool,
    hint: &'static str,
    refused: Option<&Refused>,
) -> impl IntoView + use<> {
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = refused.map_or_else(|| hint_id.clone(), |_| format!("{hint_id} {error_id}"));
    let class = if refused.is_some() { "field field--error" } else { "field" };
    let typed = refused.map(|refused| refused.comment.clone()).unwrap_or_default();
    let error = refused.map(|refused| {
        let words = words(&refused.problem);
        view! {
            <p class="field__error" id=error_id>
                <Icon name=IconName::Alert/>
                <span><span class="visually-hidden">{t!(approval.error)}</span>{words}</span>
            </p>
        }
    });
    view! {
        <div class=class>
            <label class="field__label" for=id>
                {label} {is_optional.then(|| view! { <span class="field__optional">{t!(approval.optional)}</span> })}
            </label>
            <p class="field__hint" id=hint_id>
                {hint}
            </p>
            {error}
            <input
                class="input"
                id=id
                name="comment"
                type="text"
                maxlength=LONGEST_COMMENT.to_string()
                autocomplete="off"
                value=typed
                aria-describedby=described
                aria-invalid=refused.map(|_| "true")
            />
        </div>
    }
}
