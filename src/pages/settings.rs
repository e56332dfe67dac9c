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
    i18n::{rich, t},
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
                t!(settings.the_account_is_connected),
                t!(settings.onboardings_of_resellers_run_with),
            ),
            Self::Failed => {
                (NoticeKind::Bad, t!(settings.the_account_could_not_be), t!(settings.nothing_was_changed_try_again))
            }
            Self::Disconnected => {
                (NoticeKind::Info, t!(settings.the_account_is_disconnected), t!(settings.what_it_had_granted_is))
            }
            Self::ShutOut => {
                (NoticeKind::Info, t!(settings.the_person_is_shut_out), t!(settings.it_holds_from_the_persons))
            }
            Self::Forgotten => {
                (NoticeKind::Info, t!(settings.what_was_learned_is_forgotten), t!(settings.the_form_asks_again))
            }
            Self::LetIn => (NoticeKind::Good, t!(settings.the_person_may_sign_in), t!(settings.the_role_is_the_one)),
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
            <h1 class="page__title">{t!(settings.settings)}</h1>
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
            <Notice kind=NoticeKind::Warning title=t!(settings.no_account_is_connected)>
                <p>
                    {t!(settings.microsoft_gives_resellers_no_access)}
                </p>
            </Notice>
        }
        .into_any(),
    };
    let remove = is_connected.then(|| {
        view! {
            <form method="post" action=paths::CONNECTION_REMOVE>
                <button class="button button--secondary" type="submit">
                    {t!(settings.disconnect)}
                </button>
            </form>
        }
    });
    view! {
        <section class="card stack" aria-labelledby="account-title">
            <h2 class="card__title" id="account-title">
                {t!(settings.account_for_resellers)}
            </h2>
            {content}
            <p class="soft">
                {t!(settings.use_an_account_of_its)}
            </p>
            <div class="actions">
                <form method="post" action=paths::CONNECTION>
                    <button class="button" type="submit">
                        {if is_connected { t!(settings.connect_again) } else { t!(settings.connect_an_account) }}
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
        (Some(_), _) => (Tone::Bad, t!(settings.not_accepted_any_more)),
        (None, true) => (Tone::Warning, t!(settings.has_to_be_renewed_soon)),
        (None, false) => (Tone::Good, t!(settings.works)),
    };
    let trouble = trouble.map(|(since, words)| {
        view! {
            <Notice kind=NoticeKind::Bad title=t!(settings.microsoft_no_longer_accepts_the)>
                <p>{words}</p>
                <p>{rich!(settings.since_onboardings_of_resellers_wait, at = view! { <Exactly at=since/> })}</p>
            </Notice>
        }
    });
    let renewal = is_old.then(|| {
        view! {
            <Notice kind=NoticeKind::Warning title=t!(settings.let_the_account_agree_again)>
                <p>{rich!(settings.microsoft_ends_what_was_granted, renew_by = date(renew_by))}</p>
            </Notice>
        }
    });
    view! {
        {trouble}
        {renewal}
        <dl class="summary-list">
            <SummaryRow label=t!(settings.account)>
                {person} " " <span class="mono" translate="no">
                    {sign_in_name}
                </span>
            </SummaryRow>
            <SummaryRow label=t!(settings.state)>
                <Badge tone label/>
            </SummaryRow>
            <SummaryRow label=t!(settings.connected)>
                {rich!(settings.by, when = view! { <Ago at=connected_at now/> }, connected_by = connected_by)}
            </SummaryRow>
            <SummaryRow label=t!(settings.last_used)>
                <Ago at=used_at now/>
            </SummaryRow>
            <SummaryRow label=t!(settings.renew_before)>{date(renew_by)}</SummaryRow>
        </dl>
    }
    .into_any()
}

fn set_up(findings: Vec<Finding>) -> AnyView {
    let rows = findings
        .into_iter()
        .map(|finding| {
            let (tone, label) = match finding.outcome {
                Outcome::Good => (Tone::Good, t!(settings.good)),
                Outcome::Told => (Tone::Neutral, t!(settings.to_compare)),
                Outcome::Failed => (Tone::Bad, t!(settings.to_do)),
            };
            view! {
                <tr>
                    <th scope="row">{finding.what}</th>
                    <td data-label=t!(settings.state)>
                        <Badge tone label/>
                    </td>
                    <td data-label=t!(settings.finding)>{finding.detail}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="stack">
            <h2 id="set-up-title">{t!(settings.set_up)}</h2>
            <div class="table-frame" tabindex="0" role="region" aria-labelledby="set-up-title">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{t!(settings.what)}</th>
                            <th scope="col">{t!(settings.state)}</th>
                            <th scope="col">{t!(settings.finding)}</th>
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
            <h2 id="people-title">{t!(settings.people)}</h2>
            <p class="soft">
                {t!(settings.who_has_signed_in_roles)}
            </p>
            <div class="table-frame" tabindex="0" role="region" aria-labelledby="people-title">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{t!(settings.person)}</th>
                            <th scope="col">{t!(settings.last_sign_in)}</th>
                            <th scope="col">{t!(settings.access)}</th>
                            <th scope="col">
                                <span class="visually-hidden">{t!(settings.action)}</span>
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
        Some(_) => (Tone::Bad, t!(settings.shut_out), "give", t!(settings.let_in_again)),
        None => (Tone::Good, t!(settings.by_role), "end", t!(settings.shut_out)),
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
            <td data-label=t!(settings.last_sign_in)>
                <Ago at=signed_in_at now/>
            </td>
            <td data-label=t!(settings.access)>
                <Badge tone label/>
            </td>
            <td>{button}</td>
        </tr>
    }
}
