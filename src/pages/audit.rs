//! `/audit`: who did what, for administrators.

use leptos::prelude::*;
use url::form_urlencoded::Serializer;

use crate::{
    audit::{Act, Format, Link, RecordKind, RecordedAct, Search},
    clock::Timestamp,
    components::{
        badge::{Badge, Tone},
        time::Exactly,
    },
    i18n::{rich, t},
    paths,
};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct AuditView {
    /// What was looked for.
    pub search: Search,
    /// One page of it, newest first.
    pub acts: Vec<RecordedAct>,
    /// Where the next page starts, if there is one: the position of the oldest row of this page.
    pub older_than: Option<i64>,
    /// Whether this is the first page.
    pub first: bool,
    /// The last row of all.
    pub last: Option<Link>,
    /// When Partner Center's records were compared last; `None`: never.
    pub compared_at: Option<Timestamp>,
}

/// Name and value of each field of a search that says something: what an address and the form of an export carry.
pub fn audit_query(search: &Search) -> Vec<(&'static str, String)> {
    let day = |at: Option<Timestamp>| at.map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
    let outcome = search.refused.map_or("", |refused| if refused { "refused" } else { "done" });
    let fields = [
        ("person", search.person.clone()),
        ("record", search.record.clone()),
        ("act", search.act.map(|act| act.as_str().to_owned()).unwrap_or_default()),
        ("outcome", outcome.to_owned()),
        ("from", day(search.from)),
        ("to", day(search.to)),
    ];
    fields.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// The audit.
#[component]
pub fn AuditPage(
    /// What it shows.
    view: AuditView,
) -> impl IntoView {
    let AuditView { search, acts, older_than, first, last, compared_at } = view;
    let list = if acts.is_empty() { empty(search.is_narrow(), first).into_any() } else { table(acts).into_any() };
    view! {
        <div class="page">
            <header class="page__header">
                <div>
                    <h1 class="page__title">{t!(audit.audit)}</h1>
                    <p class="lede">
                        {t!(audit.who_did_what_from_where)}
                    </p>
                </div>
            </header>
            {filter(&search)}
            {list}
            {paging(&search, older_than, first)}
            {exports(&search)}
            {comparison(compared_at)}
            {last.as_ref().map(end_of_chain)}
        </div>
    }
}

fn filter(search: &Search) -> impl IntoView + use<> {
    let day = |at: Option<Timestamp>| at.map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
    let acts = Act::ALL
        .iter()
        .map(|act| {
            let is_chosen = search.act == Some(*act);
            view! {
                <option value=act.as_str() selected=is_chosen>
                    {act.label()}
                </option>
            }
        })
        .collect_view();
    let is_refused = |refused| search.refused == Some(refused);
    view! {
        <form class="audit-filter" method="get" action=paths::AUDIT role="search" aria-label=t!(audit.audit)>
            <div class="audit-filter__field audit-filter__field--wide">
                <label class="field__label" for="person">{t!(audit.person)}</label>
                <input class="input" id="person" name="person" value=search.person.clone() autocomplete="off"
                    aria-describedby="person-hint"/>
                <span class="field__hint" id="person-hint">{t!(audit.part_of_the_name_or)}</span>
            </div>
            <div class="audit-filter__field audit-filter__field--wide">
                <label class="field__label" for="record">{t!(audit.record)}</label>
                <input class="input" id="record" name="record" value=search.record.clone() autocomplete="off"
                    spellcheck="false" aria-describedby="record-hint"/>
                <span class="field__hint" id="record-hint">{t!(audit.id_of_an_onboarding_request)}</span>
            </div>
            <div class="audit-filter__field">
                <label class="field__label" for="act">{t!(audit.what)}</label>
                <select class="select" id="act" name="act">
                    <option value="">{t!(audit.everything)}</option>
                    {acts}
                </select>
            </div>
            <div class="audit-filter__field">
                <label class="field__label" for="outcome">{t!(audit.outcome)}</label>
                <select class="select" id="outcome" name="outcome">
                    <option value="">{t!(audit.both)}</option>
                    <option value="done" selected=is_refused(false)>{t!(audit.done)}</option>
                    <option value="refused" selected=is_refused(true)>{t!(audit.refused)}</option>
                </select>
            </div>
            <div class="audit-filter__field">
                <label class="field__label" for="from">{t!(audit.from_utc)}</label>
                <input class="input" type="date" id="from" name="from" value=day(search.from)/>
            </div>
            <div class="audit-filter__field">
                <label class="field__label" for="to">{t!(audit.to_utc)}</label>
                <input class="input" type="date" id="to" name="to" value=day(search.to)/>
            </div>
            <div class="audit-filter__actions">
                <button class="button" type="submit">{t!(audit.search)}</button>
                {search
                    .is_narrow()
                    .then(|| view! { <a class="button button--secondary" href=paths::AUDIT>{t!(audit.show_everything)}</a> })}
            </div>
        </form>
    }
}

fn empty(is_narrow: bool, first: bool) -> impl IntoView {
    let (title, words) = match (is_narrow, first) {
        (true, true) => (t!(audit.nothing_fits), t!(audit.leave_out_a_condition_or)),
        (_, false) => (t!(audit.that_was_all), t!(audit.there_are_no_older_entries)),
        (false, true) => (t!(audit.nothing_has_happened_yet), t!(audit.entries_appear_here_from_the)),
    };
    view! {
        <div class="empty">
            <h2>{title}</h2>
            <p>{words}</p>
        </div>
    }
}

fn table(acts: Vec<RecordedAct>) -> impl IntoView {
    let rows = acts.into_iter().map(|act| row(&act)).collect_view();
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label=t!(audit.entries_newest_first)>
            <table class="table audit__table">
                <thead>
                    <tr>
                        <th scope="col">{t!(audit.no)}</th>
                        <th scope="col">{t!(audit.when)}</th>
                        <th scope="col">{t!(audit.what)}</th>
                        <th scope="col">{t!(audit.who)}</th>
                        <th scope="col">{t!(audit.from)}</th>
                        <th scope="col">{t!(audit.record)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(act: &RecordedAct) -> impl IntoView + use<> {
    let label = act.act_label();
    let refused = act.is_refused().then(|| {
        let why = act.why.clone().unwrap_or_default();
        view! { <Badge tone=Tone::Bad label=t!(audit.refused)/> <span class="table__note mono">{why}</span> }
    });
    let detail = act.detail.clone().map(|detail| view! { <span class="table__note">{detail}</span> });
    let role = act.role_label();
    let who = act.name.clone().unwrap_or_else(|| role.clone());
    let role = act.name.is_some().then(|| view! { <span class="table__note">{role}</span> });
    view! {
        <tr>
            <td data-label=t!(audit.no) class="mono">{act.position}</td>
            <td data-label=t!(audit.when)><Exactly at=act.at/></td>
            <th scope="row">{label} " " {refused} {detail}</th>
            <td data-label=t!(audit.who)>{who} {role}</td>
            <td data-label=t!(audit.from) class="mono">{act.address.clone().unwrap_or_else(|| "–".to_owned())}</td>
            <td data-label=t!(audit.record)>{record(act)}</td>
        </tr>
    }
}

/// What it was about, with the way there if it is an onboarding, and Microsoft's ids.
fn record(act: &RecordedAct) -> impl IntoView + use<> {
    let id = act.record.clone().unwrap_or_default();
    let address = match act.kind() {
        Some(RecordKind::Onboarding) => id.parse().ok().map(|id| paths::customer(&id)),
        Some(RecordKind::Customer) => id.parse().ok().map(|id| paths::tenant(&id)),
        _ => None,
    };
    let record = match address {
        Some(address) => view! { <a class="mono" translate="no" href=address>{id}</a> }.into_any(),
        None if id.is_empty() => "–".into_any(),
        None => view! { <span class="mono" translate="no">{id}</span> }.into_any(),
    };
    let request = act.request_id.clone().map(|id| {
        view! { <span class="table__note">{rich!(audit.request_id, id = view! { <span class="mono" translate="no">{id}</span> })}</span> }
    });
    view! { {record} {request} }
}

fn paging(search: &Search, older_than: Option<i64>, first: bool) -> Option<impl IntoView + use<>> {
    let address = |before: Option<i64>| {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(audit_query(search));
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        let query = query.finish();
        if query.is_empty() { paths::AUDIT.to_owned() } else { [paths::AUDIT, "?", &query].concat() }
    };
    let newest = (!first).then(|| address(None));
    let older = older_than.map(|before| address(Some(before)));
    (older.is_some() || newest.is_some()).then(|| {
        view! {
            <nav class="paging" aria-label=t!(audit.pages_of_the_audit)>
                {newest.map(|href| view! { <a class="button button--secondary" href=href>{t!(audit.newest)}</a> })}
                {older.map(|href| view! { <a class="button button--secondary" href=href rel="next">{t!(audit.older)}</a> })}
            </nav>
        }
    })
}

/// A POST, because an export is an entry of its own.
fn exports(search: &Search) -> impl IntoView + use<> {
    let hidden = audit_query(search)
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    let what = if search.is_narrow() { t!(audit.export_what_fits) } else { t!(audit.export_everything) };
    view! {
        <form class="actions" method="post" action=paths::AUDIT_EXPORT>
            {hidden}
            <button class="button button--secondary" type="submit" name="format" value=Format::Csv.word()>
                {rich!(audit.as_csv, what = what)}
            </button>
            <button class="button button--secondary" type="submit" name="format" value=Format::JsonLines.word()>
                {rich!(audit.as_json_lines, what = what)}
            </button>
        </form>
    }
}

/// How far the audit knows what was made past the portal.
fn comparison(compared_at: Option<Timestamp>) -> impl IntoView {
    let outside = format!("{}?act={}", paths::AUDIT, Act::FindOutside.as_str());
    let when = match compared_at {
        Some(at) => {
            view! { {rich!(audit.compared_with_partner_centers_own_records, at = view! { <Exactly at/> })} }.into_any()
        }
        None => t!(audit.not_yet_compared_with_partner).into_any(),
    };
    view! {
        <p class="soft">
            {when}
            {rich!(audit.once_a_day_customers_that, them = view! { <a href=outside>{t!(audit.show_them)}</a> })}
        </p>
    }
}

fn end_of_chain(last: &Link) -> impl IntoView + use<> {
    view! {
        <p class="soft audit__end">
            {rich!(audit.last_entry_kept_elsewhere_it, last = view! { <code class="mono" translate="no">{last.to_string()}</code> })}
        </p>
    }
}
