//! What remains to be done once a tenant exists.

use leptos::prelude::*;

use super::live::LiveView;
use crate::{
    clock::Timestamp,
    components::{
        icon::{Icon, IconName},
        onboarding::SoldThrough,
        time::Exactly,
    },
    credentials::CredentialsStatus,
    i18n::{rich, t},
    partner_center::ValidationStatus,
    paths,
    tenants::{ActState, Compared, Finding, Subject, Told},
};

/// How a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It was seen to be done, at this time if it is known.
    Done(Option<Timestamp>),
    /// It was seen not to be done, or nobody has looked.
    Open,
    /// It was seen to be wrong.
    Wrong,
    /// The portal cannot see it.
    Unseen,
}

/// One line.
struct Line {
    standing: Standing,
    label: String,
    note: Option<&'static str>,
    action: Option<AnyView>,
}

impl Line {
    fn new(standing: Standing, label: impl Into<String>, note: Option<&'static str>) -> Self {
        Self { standing, label: label.into(), note, action: None }
    }
}

/// The list, with what can be done about each line.
pub(super) fn checklist(view: &LiveView, compared: &[Compared]) -> impl IntoView + use<> {
    let lines = [
        Some(visible(view)),
        Some(reseller(view, compared)),
        Some(password(view)),
        Some(account(view)),
        Some(agreement(view)),
        Some(delegated_administration(view)),
        Some(Line::new(
            Standing::Unseen,
            t!(customer.licences_ordered),
            Some(t!(customer.in_partner_center_under_this)),
        )),
        Some(Line::new(Standing::Unseen, t!(customer.the_administrator_has_signed_in), None)),
        handed_over(view),
    ];
    let lines = lines.into_iter().flatten().map(line).collect_view();
    view! {
        <section class="card">
            <h2 class="card__title">{t!(customer.next_steps)}</h2>
            <ul class="checklist">{lines}</ul>
        </section>
    }
}

fn line(Line { standing, label, note, action }: Line) -> impl IntoView {
    let (state, words, icon, at) = match standing {
        Standing::Done(at) => ("done", t!(customer.done), IconName::Check, at),
        Standing::Open => ("open", t!(customer.to_do), IconName::Clock, None),
        Standing::Wrong => ("wrong", t!(customer.wrong), IconName::X, None),
        Standing::Unseen => ("unseen", t!(customer.cannot_be_seen_from_here), IconName::EyeOff, None),
    };
    view! {
        <li data-state=state>
            <Icon name=icon/>
            <div>
                <span class="visually-hidden">{words}</span>
                <span>{label}</span>
                {at.map(|at| view! { <span class="checklist__note">{rich!(customer.seen_on, at = view! { <Exactly at/> })}</span> })}
                {note.map(|note| view! { <span class="checklist__note">{note}</span> })}
                {action}
            </div>
        </li>
    }
}

fn visible(view: &LiveView) -> Line {
    let live = view.live.as_ref().filter(|live| live.customer.is_ok()).map(|live| live.asked_at);
    let standing = match view.onboarding.visible_at.or(live) {
        Some(at) => Standing::Done(Some(at)),
        None => Standing::Open,
    };
    Line::new(standing, t!(customer.visible_in_partner_center), None)
}

fn reseller(view: &LiveView, compared: &[Compared]) -> Line {
    let label = match SoldThrough::of(&view.onboarding) {
        SoldThrough::Reseller(name) => t!(customer.reseller_relationship_with, name = name),
        SoldThrough::Direct | SoldThrough::NotChosen => t!(customer.direct_customer_no_reseller_is).to_owned(),
    };
    let finding = compared.iter().find(|line| line.subject == Subject::Reseller).map(|line| line.finding);
    let asked_at = view.live.as_ref().map(|live| live.asked_at);
    let standing = match (finding, view.onboarding.reseller_verified_at) {
        (Some(Finding::Differs), _) => Standing::Wrong,
        (Some(Finding::Same), _) => Standing::Done(asked_at),
        (_, Some(at)) => Standing::Done(Some(at)),
        _ => Standing::Open,
    };
    Line::new(standing, label, None)
}

fn password(view: &LiveView) -> Line {
    let (standing, note) = match &view.credentials {
        Some(CredentialsStatus::Confirmed { confirmed_at, .. }) => (Standing::Done(Some(*confirmed_at)), None),
        Some(status) if status.is_lost() => (Standing::Wrong, Some(t!(customer.it_is_lost_a_new))),
        _ => (Standing::Open, Some(t!(customer.open_it_on_the_customers))),
    };
    Line::new(standing, t!(customer.admin_password_stored), note)
}

/// What was told, without the reasons why something was not.
fn known<T>(view: &LiveView, told: impl Fn(&crate::tenants::LiveTenant) -> &Told<T>) -> Option<(&T, Timestamp)> {
    let live = view.live.as_ref()?;
    told(live).as_ref().ok().map(|value| (value, live.asked_at))
}

fn account(view: &LiveView) -> Line {
    let (standing, note) = match known(view, |live| &live.validation) {
        Some((ValidationStatus::Allowed, at)) => (Standing::Done(Some(at)), None),
        Some((ValidationStatus::NoStatus, at)) => {
            (Standing::Done(Some(at)), Some(t!(customer.microsoft_has_no_status_for)))
        }
        Some((ValidationStatus::UnderReview, _)) => {
            (Standing::Open, Some(t!(customer.under_review_at_microsoft_until)))
        }
        Some((ValidationStatus::NotAllowed, _)) => {
            (Standing::Wrong, Some(t!(customer.microsoft_does_not_allow_orders)))
        }
        Some((ValidationStatus::NotReady | ValidationStatus::Unknown, _)) => {
            (Standing::Open, Some(t!(customer.microsoft_has_not_said_yet)))
        }
        None => (Standing::Open, Some(t!(customer.not_asked))),
    };
    Line::new(standing, t!(customer.account_checked_by_microsoft), note)
}

/// Whoever has recorded it: this portal, somebody in Partner Center, or the customer.
fn agreement(view: &LiveView) -> Line {
    let ours = view.agreements.iter().find(|act| act.state == ActState::Done).and_then(|act| act.ended_at);
    let recorded = known(view, |live| &live.agreements);
    let signed = known(view, |live| &live.signed_by_customer).filter(|(signed, _)| **signed);
    let (standing, note) = match (recorded, signed, ours) {
        (_, Some((_, at)), _) => (Standing::Done(Some(at)), Some(t!(customer.by_the_customer_in_the))),
        (Some((recorded, at)), _, _) if !recorded.is_empty() => (Standing::Done(Some(at)), None),
        (_, _, Some(at)) => (Standing::Done(Some(at)), None),
        (Some(_), _, None) => (Standing::Open, Some(t!(customer.nothing_can_be_ordered_without))),
        (None, _, None) => (Standing::Open, Some(t!(customer.not_asked))),
    };
    let action = view.may_attest.then(|| {
        let label = if matches!(standing, Standing::Done(_)) {
            t!(customer.see_what_is_on_record)
        } else {
            t!(customer.record_the_acceptance)
        };
        view! {
            <a class="checklist__action" href=paths::agreement(&view.onboarding.id)>
                {label}
            </a>
        }
        .into_any()
    });
    Line { action, ..Line::new(standing, t!(customer.microsoft_customer_agreement_accepted), note) }
}

fn delegated_administration(view: &LiveView) -> Line {
    let asked_for = view.sent.as_ref().is_some_and(|sent| sent.customer().enable_gdap_by_default());
    let (label, note) = if asked_for {
        (t!(customer.security_groups_assigned_to_the), t!(customer.the_standard_roles_were_asked))
    } else {
        (t!(customer.admin_relationship_gdap_agreed_with), t!(customer.the_standard_roles_were_not))
    };
    Line::new(Standing::Unseen, label, Some(note))
}

fn handed_over(view: &LiveView) -> Option<Line> {
    match SoldThrough::of(&view.onboarding) {
        SoldThrough::Reseller(name) => {
            let label = t!(customer.told_that_the_tenant_is, name = name);
            Some(Line::new(Standing::Unseen, label, None))
        }
        SoldThrough::Direct | SoldThrough::NotChosen => None,
    }
}
