//! Above the list: the search box, ready-made questions, the filters, and what is filtered by.

use leptos::prelude::*;

use super::CustomersView;
use crate::{
    components::icon::{Icon, IconName},
    i18n::{rich, t},
    listing::{CustomerQuery, Day, ListedCustomer, Sort, StateFilter, person_word},
    paths,
};

/// One form, sent by GET: its address can be kept and passed on.
pub(super) fn filters(view: &CustomersView) -> impl IntoView + use<> {
    let compact = view.compact.then(|| view! { <input type="hidden" name="rows" value="compact"/> });
    let hint = if view.operator.reseller().is_some() {
        t!(customers.part_of_a_company_or)
    } else {
        t!(customers.part_of_a_company_reseller)
    };
    view! {
        <form class="list-form" method="get" action=paths::CUSTOMERS role="search">
            <div class="list-form__search">
                <label class="field__label" for="q">
                    {t!(customers.search_customers)}
                </label>
                <p class="field__hint" id="q-hint">
                    {hint}
                </p>
                <div class="list-form__box">
                    <input
                        class="input"
                        type="search"
                        id="q"
                        name="q"
                        value=view.query.text.clone()
                        maxlength="200"
                        autocomplete="off"
                        spellcheck="false"
                        aria-describedby="q-hint"
                    />
                    <button class="button button--primary" type="submit">
                        <Icon name=IconName::Search/>
                        {t!(customers.search)}
                    </button>
                </div>
            </div>
            <details class="list-form__more" open=has_open_filters(view)>
                <summary>{t!(customers.filters_and_order)}</summary>
                <div class="list-form__fields">{fields(view)}</div>
                <div class="actions">
                    <button class="button button--secondary" type="submit">
                        {t!(customers.apply)}
                    </button>
                </div>
            </details>
            {compact}
        </form>
        {shortcuts(view)}
        {reseller_note(view)}
        {chips(view)}
    }
}

/// Filters that no shortcut shows are shown open.
fn has_open_filters(view: &CustomersView) -> bool {
    let query = &view.query;
    query.from.is_some()
        || query.to.is_some()
        || query.sort != Sort::default()
        || !view.reseller.text.is_empty()
        || query.person.as_ref().is_some_and(|person| *person != view.operator.key)
}

fn fields(view: &CustomersView) -> impl IntoView + use<> {
    let reseller = view.operator.reseller().is_none().then(|| {
        let text = view.reseller.text.clone();
        view! {
            <div class="field">
                <label class="field__label" for="reseller">
                    {t!(customers.reseller)}
                </label>
                <input class="input" type="text" id="reseller" name="reseller" value=text autocomplete="off"/>
            </div>
        }
    });
    view! {
        {select("state", t!(customers.state), t!(customers.any_state), state_options(view))}
        {reseller}
        {select("person", t!(customers.started_by), t!(customers.anyone), person_options(view))}
        {day("from", t!(customers.started_on_or_after), view.query.from)}
        {day("to", t!(customers.started_on_or_before), view.query.to)}
        {select("sort", t!(customers.order), t!(customers.newest_first), sort_options(view))}
        <div class="field list-form__check">
            <label>
                {rich!(customers.password_not_opened_yet, unopened = view! { <input type="checkbox" name="unopened" value="yes" checked=view.query.unopened/> })}
            </label>
        </div>
    }
}

/// An option: its value, its label, and whether it is chosen.
type Choice = (String, String, bool);

fn state_options(view: &CustomersView) -> Vec<Choice> {
    let wanted = StateFilter::ALL.into_iter();
    let wanted = wanted.filter(|state| *state != StateFilter::Elsewhere || view.operator.reseller().is_none());
    wanted.map(|state| (state.word().to_owned(), state.label().to_owned(), view.query.state == Some(state))).collect()
}

fn sort_options(view: &CustomersView) -> Vec<Choice> {
    let others = Sort::ALL.into_iter().filter(|sort| *sort != Sort::default());
    others.map(|sort| (sort.word().to_owned(), sort.label().to_owned(), view.query.sort == sort)).collect()
}

/// Oneself, and whoever is filtered by just now: others are chosen by their names in the list.
fn person_options(view: &CustomersView) -> Vec<Choice> {
    let me = view.operator.key.clone();
    let is_me = view.query.person.as_ref() == Some(&me);
    let other = view.query.person.clone().filter(|_| !is_me);
    let other = other.map(|person| (person_word(&person, &view.operator), person_name(view), true));
    [("me".to_owned(), t!(customers.me).to_owned(), is_me)].into_iter().chain(other).collect()
}

/// The name of the person who is filtered by, as the rows have it.
fn person_name(view: &CustomersView) -> String {
    let first = view.rows.iter().find_map(|row| match row {
        ListedCustomer::Onboarding(onboarding) => Some(onboarding.owner_name.clone()),
        ListedCustomer::Tenant(_) => None,
    });
    first.unwrap_or_else(|| t!(customers.one_person).to_owned())
}

fn select(name: &'static str, label: &'static str, any: &'static str, choices: Vec<Choice>) -> impl IntoView {
    let choices = choices
        .into_iter()
        .map(|(value, label, selected)| {
            view! {
                <option value=value selected=selected>
                    {label}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field__label" for=name>
                {label}
            </label>
            <select class="select" id=name name=name>
                <option value="">{any}</option>
                {choices}
            </select>
        </div>
    }
}

fn day(name: &'static str, label: &'static str, day: Option<Day>) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field__label" for=name>
                {label}
            </label>
            <input class="input" type="date" id=name name=name value=day.map(|day| day.to_string())/>
        </div>
    }
}

/// What people look at most, one click away.
fn shortcuts(view: &CustomersView) -> impl IntoView + use<> {
    let plain = CustomerQuery { sort: view.query.sort, ..CustomerQuery::default() };
    let state = |state| CustomerQuery { state: Some(state), ..plain.clone() };
    let mut questions = vec![
        (t!(customers.all), plain.clone()),
        (t!(customers.mine), CustomerQuery { person: Some(view.operator.key.clone()), ..plain.clone() }),
        (t!(customers.needs_attention), state(StateFilter::Attention)),
        (t!(customers.password_not_opened), CustomerQuery { unopened: true, ..plain.clone() }),
    ];
    if view.operator.reseller().is_none() {
        questions.push((t!(customers.not_made_here), state(StateFilter::Elsewhere)));
    }
    let links = questions
        .into_iter()
        .map(|(label, query)| {
            let current = (view.query == query && view.reseller.text.is_empty()).then_some("true");
            view! {
                <li>
                    <a class="segments__one" href=paths::customers_with(&view.fields(&query)) aria-current=current>
                        {label}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav aria-label=t!(customers.parts_of_the_list)>
            <ul class="segments">{links}</ul>
        </nav>
    }
}

/// A name that fits no reseller, or several.
fn reseller_note(view: &CustomersView) -> Option<impl IntoView + use<>> {
    let filter = &view.reseller;
    if filter.candidates.is_empty() && !filter.is_unknown {
        return None;
    }
    let words = if filter.is_unknown {
        t!(customers.no_reseller_with_customers_here, text = filter.text.as_str())
    } else {
        t!(customers.several_resellers_fit_choose_one, text = filter.text.as_str())
    };
    let candidates = filter
        .candidates
        .iter()
        .map(|(id, name)| {
            let address = view.address(|query| query.reseller = Some(id.clone()));
            view! {
                <li>
                    <a href=address>{name.clone()}</a>
                </li>
            }
        })
        .collect_view();
    Some(view! {
        <div class="list-note" role="status">
            <p>{words}</p>
            <ul class="list-note__choices">{candidates}</ul>
        </div>
    })
}

/// What is filtered by, each with the way to take it away.
fn chips(view: &CustomersView) -> Option<impl IntoView + use<>> {
    let query = &view.query;
    let mut chips: Vec<(String, String)> = Vec::new();
    let mut add = |words: Option<String>, change: fn(&mut CustomerQuery)| {
        chips.extend(words.map(|words| (words, view.address(change))));
    };
    let text = Some(&query.text).filter(|text| !text.is_empty());
    add(text.map(|text| format!("\u{201c}{text}\u{201d}")), |query| query.text.clear());
    add(query.state.map(|state| state.label().to_owned()), |query| query.state = None);
    add(query.reseller.as_ref().map(|_| t!(customers.reseller_2, text = view.reseller.text.as_str())), |query| {
        query.reseller = None;
    });
    let is_me = query.person.as_ref() == Some(&view.operator.key);
    let person = query.person.as_ref().map(|_| if is_me { t!(customers.by_me).to_owned() } else { person_name(view) });
    add(person.map(|name| t!(customers.started_by_2, name = name)), |query| query.person = None);
    add(query.from.map(|day| t!(customers.from, day = day.to_string())), |query| query.from = None);
    add(query.to.map(|day| t!(customers.to, day = day.to_string())), |query| query.to = None);
    add(query.unopened.then(|| t!(customers.password_not_opened).to_owned()), |query| query.unopened = false);
    if chips.is_empty() {
        return None;
    }
    let chips = chips
        .into_iter()
        .map(|(words, address)| {
            view! {
                <li>
                    <a class="chip" href=address>
                        <span class="visually-hidden">{t!(customers.remove_the_filter)}</span>
                        {words}
                        <Icon name=IconName::X/>
                    </a>
                </li>
            }
        })
        .collect_view();
    Some(view! { <ul class="chips" aria-label=t!(customers.filters_in_use)>{chips}</ul> })
}
