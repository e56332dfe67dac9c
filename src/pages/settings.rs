//! `/settings`: the connected account, the set-up, the people.

use leptos::prelude::*;

use super::countries::{CountryView, countries};
use crate::{
    clock::Timestamp,
    components::{
        badge::{Badge, Tone},
        notice::{Notice, NoticeKind},
        summary::SummaryRow,
        time::{Ago, Exactly, date},
    },
    domain::PersonKey,
    paths,
};

/// What one look of the set-up doctor has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    what: String,
    detail: String,
    outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Good,
    Told,
    Failed,
}

impl Finding {
    /// That something works.
    pub fn good(what: &str, detail: &str) -> Self {
        Self { what: what.to_owned(), detail: detail.to_owned(), outcome: Outcome::Good }
    }

    /// What the portal cannot judge itself.
    pub fn told(what: &str, detail: &str) -> Self {
        Self { outcome: Outcome::Told, ..Self::good(what, detail) }
    }

    /// That something does not work.
    pub fn failed(what: &str, detail: &str) -> Self {
        Self { outcome: Outcome::Failed, ..Self::good(what, detail) }
    }

    /// What was looked at.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What it looks like, or what to do about it.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Whether something has to be done.
    pub fn is_failure(&self) -> bool {
        self.outcome == Outcome::Failed
    }

    /// Whether the portal could judge it at all.
    pub fn is_judged(&self) -> bool {
        self.outcome != Outcome::Told
    }
}

/// The connected account.
#[derive(Clone, Debug)]
pub struct ConnectionView {
    /// Display name.
    pub person: String,
    /// Sign-in name.
    pub sign_in_name: String,
    /// Who has connected it.
    pub connected_by: String,
    /// When.
    pub connected_at: Timestamp,
    /// When it last gave a token.
    pub used_at: Timestamp,
    /// When it has to agree again at the latest.
    pub renew_by: Timestamp,
    /// Whether that is soon.
    pub is_old: bool,
    /// Since when it gives no tokens any more, and what to do.
    pub trouble: Option<(Timestamp, String)>,
}

/// Somebody who has signed in.
#[derive(Clone, Debug)]
pub struct KnownPersonView {
    /// Identity.
    pub key: PersonKey,
    /// Display name.
    pub name: String,
    /// Sign-in name.
    pub sign_in_name: String,
    /// When the person signed in last.
    pub signed_in_at: Timestamp,
    /// Since when the person is shut out.
    pub disabled_at: Option<Timestamp>,
    /// Whether it is the person who looks.
    pub is_self: bool,
}

/// What the last button has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsResult {
    /// An account was connected.
    Connected,
    /// No account was connected.
    Failed,
    /// The account was taken away.
    Disconnected,
    /// A person was shut out.
    ShutOut,
    /// A person was let in again.
    LetIn,
    /// What was learned of a country is forgotten.
    Forgotten,
}

impl SettingsResult {
    /// The result of a word; `None` for any other text.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "connected" => Self::Connected,
            "failed" => Self::Failed,
            "disconnected" => Self::Disconnected,
            "shut-out" => Self::ShutOut,
            "let-in" => Self::LetIn,
            "forgotten" => Self::Forgotten,
            _ => return None,
        })
    }

    fn said(self) -> (NoticeKind, &'static str, &'static str) {
        match self {
            Self::Connected => (
                NoticeKind::Good,
                "The account is connected",
                "Onboardings of resellers run with it from now on; those that waited for it go on by themselves.",
            ),
            Self::Failed => (
                NoticeKind::Bad,
                "The account could not be connected",
                "Nothing was changed. Try again, and confirm with the second factor of the account.",
            ),
            Self::Disconnected => (
                NoticeKind::Info,
                "The account is disconnected",
                "What it had granted is erased here. Resellers cannot create customers until an account is connected.",
            ),
            Self::ShutOut => {
                (NoticeKind::Info, "The person is shut out", "It holds from the person's next request on.")
            }
            Self::Forgotten => (
                NoticeKind::Info,
                "What was learned is forgotten",
                "The form asks again for what Microsoft's rules say. A refusal teaches it anew.",
            ),
            Self::LetIn => {
                (NoticeKind::Good, "The person may sign in again", "The role is the one that Microsoft names.")
            }
        }
    }
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct SettingsView {
    /// What the last button has come to.
    pub result: Option<SettingsResult>,
    /// The connected account, if there is one.
    pub connection: Option<ConnectionView>,
    /// What the doctor has found.
    pub findings: Vec<Finding>,
    /// Where customers are created, in words.
    pub served: String,
    /// What there is to know of countries.
    pub countries: Vec<CountryView>,
    /// Who has signed in, the last first.
    pub people: Vec<KnownPersonView>,
    /// What time it is for the page.
    pub now: Timestamp,
}

/// The settings.
#[component]
pub fn SettingsPage(
    /// What it shows.
    view: SettingsView,
) -> impl IntoView {
    let SettingsView { result, connection, findings, served, countries: news, people, now } = view;
    let result = result.map(|result| {
        let (kind, title, words) = result.said();
        view! {
            <div role="status">
                <Notice kind title>
                    <p>{words}</p>
                </Notice>
            </div>
        }
    });
    view! {
        <div class="page stack">
            <h1 class="page__title">"Settings"</h1>
            {result}
            {account(connection, now)}
            {set_up(findings)}
            {countries(served, news)}
            {people_table(people, now)}
        </div>
    }
    .into_any()
}

fn account(connection: Option<ConnectionView>, now: Timestamp) -> AnyView {
    let is_connected = connection.is_some();
    let content = match connection {
        Some(connection) => connected(connection, now),
        None => view! {
            <Notice kind=NoticeKind::Warning title="No account is connected">
                <p>
                    "Microsoft gives resellers no access of their own. Until an account of your organisation is connected, \
                     they can sign in and fill in the form, and nothing more."
                </p>
            </Notice>
        }
        .into_any(),
    };
    let remove = is_connected.then(|| {
        view! {
            <form method="post" action=paths::CONNECTION_REMOVE>
                <button class="button button--secondary" type="submit">
                    "Disconnect"
                </button>
            </form>
        }
    });
    view! {
        <section class="card stack" aria-labelledby="account-title">
            <h2 class="card__title" id="account-title">
                "Account for resellers"
            </h2>
            {content}
            <p class="soft">
                "Use an account of its own for this, with the role of admin agent in Partner Center and a second factor. You \
                 are led to Microsoft, where that account signs in."
            </p>
            <div class="actions">
                <form method="post" action=paths::CONNECTION>
                    <button class="button" type="submit">
                        {if is_connected { "Connect again" } else { "Connect an account" }}
                    </button>
                </form>
                {remove}
            </div>
        </section>
    }
    .into_any()
}

fn connected(connection: ConnectionView, now: Timestamp) -> AnyView {
    let ConnectionView { person, sign_in_name, connected_by, connected_at, used_at, renew_by, is_old, trouble } =
        connection;
    let (tone, label) = match (&trouble, is_old) {
        (Some(_), _) => (Tone::Bad, "Not accepted any more"),
        (None, true) => (Tone::Warning, "Has to be renewed soon"),
        (None, false) => (Tone::Good, "Works"),
    };
    let trouble = trouble.map(|(since, words)| {
        view! {
            <Notice kind=NoticeKind::Bad title="Microsoft no longer accepts the account">
                <p>{words}</p>
                <p>"Since " <Exactly at=since/> ". Onboardings of resellers wait until it is connected again."</p>
            </Notice>
        }
    });
    let renewal = is_old.then(|| {
        view! {
            <Notice kind=NoticeKind::Warning title="Let the account agree again">
                <p>"Microsoft ends what was granted after 90 days, on " {date(renew_by)} "."</p>
            </Notice>
        }
    });
    view! {
        {trouble}
        {renewal}
        <dl class="summary-list">
            <SummaryRow label="Account">
                {person} " " <span class="mono" translate="no">
                    {sign_in_name}
                </span>
            </SummaryRow>
            <SummaryRow label="State">
                <Badge tone label/>
            </SummaryRow>
            <SummaryRow label="Connected">
                <Ago at=connected_at now/> " by " {connected_by}
            </SummaryRow>
            <SummaryRow label="Last used">
                <Ago at=used_at now/>
            </SummaryRow>
            <SummaryRow label="Renew before">{date(renew_by)}</SummaryRow>
        </dl>
    }
    .into_any()
}

fn set_up(findings: Vec<Finding>) -> AnyView {
    let rows = findings
        .into_iter()
        .map(|finding| {
            let (tone, label) = match finding.outcome {
                Outcome::Good => (Tone::Good, "Good"),
                Outcome::Told => (Tone::Neutral, "To compare"),
                Outcome::Failed => (Tone::Bad, "To do"),
            };
            view! {
                <tr>
                    <th scope="row">{finding.what}</th>
                    <td data-label="State">
                        <Badge tone label/>
                    </td>
                    <td data-label="Finding">{finding.detail}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="stack">
            <h2 id="set-up-title">"Set-up"</h2>
            <div class="table-frame" tabindex="0" role="region" aria-labelledby="set-up-title">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"What"</th>
                            <th scope="col">"State"</th>
                            <th scope="col">"Finding"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn people_table(people: Vec<KnownPersonView>, now: Timestamp) -> AnyView {
    let rows = people.into_iter().map(|person| person_row(person, now)).collect_view();
    view! {
        <section class="stack">
            <h2 id="people-title">"People"</h2>
            <p class="soft">
                "Who has signed in. Roles come from Microsoft Entra; whoever is shut out here has none from the next request on."
            </p>
            <div class="table-frame" tabindex="0" role="region" aria-labelledby="people-title">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Person"</th>
                            <th scope="col">"Last sign-in"</th>
                            <th scope="col">"Access"</th>
                            <th scope="col">
                                <span class="visually-hidden">"Action"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn person_row(person: KnownPersonView, now: Timestamp) -> impl IntoView {
    let KnownPersonView { key, name, sign_in_name, signed_in_at, disabled_at, is_self } = person;
    let (tone, label, access, action) = match disabled_at {
        Some(_) => (Tone::Bad, "Shut out", "give", "Let in again"),
        None => (Tone::Good, "By role", "end", "Shut out"),
    };
    let about = name.clone();
    let button = (!is_self).then(|| {
        view! {
            <form method="post" action=paths::PEOPLE>
                <input type="hidden" name="tid" value=key.tid/>
                <input type="hidden" name="oid" value=key.oid/>
                <button class="button button--quiet" type="submit" name="access" value=access>
                    {action} <span class="visually-hidden">": " {about}</span>
                </button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row">
                {name}
                <span class="table__note mono" translate="no">
                    {sign_in_name}
                </span>
            </th>
            <td data-label="Last sign-in">
                <Ago at=signed_in_at now/>
            </td>
            <td data-label="Access">
                <Badge tone label/>
            </td>
            <td>{button}</td>
        </tr>
    }
}
