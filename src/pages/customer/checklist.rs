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
        Some(Line::new(Standing::Unseen, "Licences ordered", Some("In Partner Center, under this customer."))),
        Some(Line::new(
            Standing::Unseen,
            "The administrator has signed in, changed the password and set up a second factor",
            None,
        )),
        handed_over(view),
    ];
    let lines = lines.into_iter().flatten().map(line).collect_view();
    view! {
        <section class="card">
            <h2 class="card__title">"Next steps"</h2>
            <ul class="checklist">{lines}</ul>
        </section>
    }
}

fn line(Line { standing, label, note, action }: Line) -> impl IntoView {
    let (state, words, icon, at) = match standing {
        Standing::Done(at) => ("done", "Done: ", IconName::Check, at),
        Standing::Open => ("open", "To do: ", IconName::Clock, None),
        Standing::Wrong => ("wrong", "Wrong: ", IconName::X, None),
        Standing::Unseen => ("unseen", "Cannot be seen from here: ", IconName::EyeOff, None),
    };
    view! {
        <li data-state=state>
            <Icon name=icon/>
            <div>
                <span class="visually-hidden">{words}</span>
                <span>{label}</span>
                {at.map(|at| view! { <span class="checklist__note">"Seen on " <Exactly at/></span> })}
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
    Line::new(standing, "Visible in Partner Center", None)
}

fn reseller(view: &LiveView, compared: &[Compared]) -> Line {
    let label = match SoldThrough::of(&view.onboarding) {
        SoldThrough::Reseller(name) => format!("Reseller relationship with {name}"),
        SoldThrough::Direct | SoldThrough::NotChosen => "Direct customer: no reseller is named".to_owned(),
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
        Some(status) if status.is_lost() => {
            (Standing::Wrong, Some("It is lost. A new one can be set on the customer's page."))
        }
        _ => (Standing::Open, Some("Open it on the customer's page, store it, and confirm that you have.")),
    };
    Line::new(standing, "Admin password stored", note)
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
            (Standing::Done(Some(at)), Some("Microsoft has no status for it, which blocks nothing."))
        }
        Some((ValidationStatus::UnderReview, _)) => {
            (Standing::Open, Some("Under review at Microsoft. Until that is over nothing can be ordered."))
        }
        Some((ValidationStatus::NotAllowed, _)) => {
            (Standing::Wrong, Some("Microsoft does not allow orders for it. Ask Microsoft's partner support."))
        }
        Some((ValidationStatus::NotReady | ValidationStatus::Unknown, _)) => {
            (Standing::Open, Some("Microsoft has not said yet. Until it does nothing can be ordered."))
        }
        None => (Standing::Open, Some(NOT_ASKED)),
    };
    Line::new(standing, "Account checked by Microsoft", note)
}

const NOT_ASKED: &str = "Partner Center was not asked, or could not be.";

/// Whoever has recorded it: this portal, somebody in Partner Center, or the customer.
fn agreement(view: &LiveView) -> Line {
    let ours = view.agreements.iter().find(|act| act.state == ActState::Done).and_then(|act| act.ended_at);
    let recorded = known(view, |live| &live.agreements);
    let signed = known(view, |live| &live.signed_by_customer).filter(|(signed, _)| **signed);
    let (standing, note) = match (recorded, signed, ours) {
        (_, Some((_, at)), _) => {
            (Standing::Done(Some(at)), Some("By the customer, in the Microsoft 365 admin center."))
        }
        (Some((recorded, at)), _, _) if !recorded.is_empty() => (Standing::Done(Some(at)), None),
        (_, _, Some(at)) => (Standing::Done(Some(at)), None),
        (Some(_), _, None) => (Standing::Open, Some("Nothing can be ordered without it.")),
        (None, _, None) => (Standing::Open, Some(NOT_ASKED)),
    };
    let action = view.may_attest.then(|| {
        let label =
            if matches!(standing, Standing::Done(_)) { "See what is on record" } else { "Record the acceptance" };
        view! {
            <a class="checklist__action" href=paths::agreement(&view.onboarding.id)>
                {label}
            </a>
        }
        .into_any()
    });
    Line { action, ..Line::new(standing, "Microsoft Customer Agreement accepted", note) }
}

fn delegated_administration(view: &LiveView) -> Line {
    let asked_for = view.sent.as_ref().is_some_and(|sent| sent.customer().enable_gdap_by_default());
    let (label, note) = if asked_for {
        (
            "Security groups assigned to the admin relationship (GDAP)",
            "The standard roles were asked for. Nobody has them until a security group is assigned in Partner Center, and \
             a lost password cannot be set anew without.",
        )
    } else {
        (
            "Admin relationship (GDAP) agreed with the customer, if one is wanted",
            "The standard roles were not asked for, so the provider has no rights in this tenant.",
        )
    };
    Line::new(Standing::Unseen, label, Some(note))
}

fn handed_over(view: &LiveView) -> Option<Line> {
    match SoldThrough::of(&view.onboarding) {
        SoldThrough::Reseller(name) => {
            let label = format!("{name} told that the tenant is ready, with its tenant ID and domain");
            Some(Line::new(Standing::Unseen, label, None))
        }
        SoldThrough::Direct | SoldThrough::NotChosen => None,
    }
}
