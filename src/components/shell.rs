//! The document around every page: head, top bar, main landmark.

use leptos::{config::LeptosOptions, prelude::*};

use super::{
    icon::{Icon, IconName},
    keys::Keys,
};
use crate::{config::Environment, domain::Operator, paths};

/// Name of the product, at the end of every title and at the start of the top bar.
pub const PRODUCT: &str = "Reseller portal";

/// What surrounds a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Where the browser finds the WebAssembly.
    pub options: LeptosOptions,
    /// What the badge says.
    pub environment: Environment,
    /// Who is signed in; without one the bar shows neither navigation nor person.
    pub operator: Option<Operator>,
    /// Path of the request, for marking where we are in the navigation.
    pub path: String,
    /// Address of the style sheet.
    pub stylesheet: String,
    /// Whether the page has islands and therefore needs their scripts.
    pub scripts: bool,
    /// Whether it shows a secret and therefore has no script at all.
    pub bare: bool,
    /// Stands in front of the title, e.g. `Error: `.
    pub title_prefix: Option<&'static str>,
    /// Without script, the page loads itself again after so many seconds.
    pub refresh_seconds: Option<u32>,
}

/// The whole HTML document.
#[component]
pub fn Shell(
    /// What surrounds the page.
    frame: Frame,
    /// Says what the page is, or what to do on it.
    title: String,
    /// The page.
    children: Children,
) -> impl IntoView {
    let Frame { options, environment, operator, path, stylesheet, scripts, bare, title_prefix, refresh_seconds } =
        frame;
    let keys = ["/", &options.site_pkg_dir, "/keys.js"].concat();
    let keys = operator.clone().filter(|_| !bare).map(|operator| view! { <Keys operator script=keys/> });
    let title = [title_prefix.unwrap_or_default().to_owned(), title, format!(" - {PRODUCT}")].concat();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-environment=environment_word(environment)>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{title}</title>
                <link rel="stylesheet" href=stylesheet/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {refresh_seconds
                    .map(|seconds| {
                        view! {
                            <noscript>
                                <meta http-equiv="refresh" content=seconds.to_string()/>
                            </noscript>
                        }
                    })}
                {scripts.then(|| view! { <HydrationScripts options islands=true/> })}
            </head>
            <body>
                <a class="skip-link" href="#main">
                    "Skip to the content"
                </a>
                <TopBar environment operator path/>
                <main id="main" class="main" tabindex="-1">
                    {children()}
                </main>
                {keys}
            </body>
        </html>
    }
}

/// Name, where we are, navigation, person.
#[component]
fn TopBar(environment: Environment, operator: Option<Operator>, path: String) -> impl IntoView {
    let links = operator.as_ref().map(navigation);
    view! {
        <header class="bar">
            <div class="bar__inner">
                <a class="bar__name" href=paths::HOME>
                    {PRODUCT}
                </a>
                <EnvironmentBadge environment/>
                {links.map(|links| view! { <Navigation links path/> })}
                {operator.map(|operator| view! { <Person operator/> })}
            </div>
        </header>
    }
}

/// Says in a word and a colour whether what happens here is real.
#[component]
pub fn EnvironmentBadge(
    /// What the portal talks to.
    environment: Environment,
) -> impl IntoView {
    let class = format!("environment environment--{}", environment_word(environment));
    view! {
        <span class=class>
            <span class="visually-hidden">"Connected to: "</span>
            {environment.label()}
        </span>
    }
}

/// The environment as the style sheet names it.
fn environment_word(environment: Environment) -> &'static str {
    match environment {
        Environment::Production => "production",
        Environment::Sandbox => "sandbox",
        Environment::Simulator => "simulator",
    }
}

/// The pages that the person may open.
#[component]
fn Navigation(links: Vec<(&'static str, &'static str)>, path: String) -> impl IntoView {
    let links = links
        .into_iter()
        .map(|(href, label)| {
            let current = is_current(href, &path).then_some("page");
            view! {
                <li>
                    <a class="bar__link" href=href aria-current=current>
                        {label}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="bar__navigation" aria-label="Main">
            <ul>{links}</ul>
        </nav>
    }
}

/// Address and label of what a person may open. The list of resellers is asked of Partner Center on behalf of the
/// person, which a person of support cannot do; a reseller is told of no other.
fn navigation(operator: &Operator) -> Vec<(&'static str, &'static str)> {
    let mut links = vec![(paths::HOME, "Home"), (paths::CUSTOMERS, "Customers")];
    if operator.reseller().is_none() && operator.may_onboard() {
        links.push((paths::RESELLERS, "Resellers"));
    }
    if operator.is_admin() {
        links.push((paths::AUDIT, "Audit"));
        links.push((paths::SETTINGS, "Settings"));
    }
    links
}

/// Whether `path` is the page `href` or lies below it; everything lies below the home page, which counts alone.
fn is_current(href: &str, path: &str) -> bool {
    path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || (href != paths::HOME && rest.starts_with('/')))
}

/// Who is signed in, and the way out. A POST, because leaving changes something.
#[component]
fn Person(operator: Operator) -> impl IntoView {
    let organisation = operator.reseller().map(|reseller| reseller.name.as_str());
    let organisation = organisation.or_else(|| Some(operator.sign_in_name.split_once('@')?.1));
    let role = match organisation {
        Some(organisation) => format!("{}, {organisation}", operator.side.label()),
        None => operator.side.label().to_owned(),
    };
    view! {
        <div class="bar__person">
            <div class="bar__who">
                <span class="bar__person-name">
                    <span class="visually-hidden">"Signed in as "</span>
                    {operator.name}
                </span>
                <span class="bar__person-role">
                    {role}
                </span>
            </div>
            <form method="post" action=paths::SIGN_OUT>
                <button class="button button--quiet" type="submit">
                    <Icon name=IconName::SignOut/>
                    "Sign out"
                </button>
            </form>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::testing::{html, sample_frame, sample_operator};
    use crate::domain::Role;

    fn page(frame: Frame) -> String {
        let title = "Customers".to_owned();
        html(move || view! { <Shell frame title><p>"content"</p></Shell> })
    }

    #[test]
    fn the_environment_is_said_in_a_word() {
        for environment in [Environment::Production, Environment::Sandbox, Environment::Simulator] {
            let html = page(Frame { environment, ..sample_frame() });
            assert!(html.contains(&format!("</span>{}</span>", environment.label())), "{html}");
        }
    }

    #[test]
    fn the_page_that_is_open_is_marked_and_home_is_not() {
        let html = page(Frame { path: "/customers/018f".to_owned(), ..sample_frame() });
        assert_eq!(html.matches("aria-current").count(), 1, "{html}");
        assert!(html.contains(r#"href="/customers" aria-current="page""#), "{html}");
    }

    #[test]
    fn the_form_for_a_new_customer_counts_as_customers_but_a_longer_word_does_not() {
        assert!(is_current("/customers", "/customers/new"));
        assert!(!is_current("/customers", "/customersomething"));
        assert!(is_current("/", "/"));
        assert!(!is_current("/", "/resellers"));
    }

    #[test]
    fn without_an_operator_there_is_neither_navigation_nor_sign_out() {
        let html = page(Frame { operator: None, ..sample_frame() });
        assert!(!html.contains("<nav"), "{html}");
        assert!(!html.contains("Sign out"), "{html}");
    }

    #[test]
    fn signing_out_is_a_post() {
        let html = page(sample_frame());
        assert!(html.contains(r#"<form method="post" action="/auth/sign-out">"#), "{html}");
    }

    #[test]
    fn support_is_not_led_to_pages_that_it_cannot_open() {
        let html = page(Frame { operator: Some(sample_operator(Role::Support)), ..sample_frame() });
        assert!(!html.contains(r#"href="/resellers""#), "{html}");
        assert!(html.contains("Support, tailwind.example"), "{html}");
    }

    #[test]
    fn a_page_that_waits_refreshes_itself_only_without_script() {
        let html = page(Frame { refresh_seconds: Some(5), ..sample_frame() });
        assert!(html.contains(r#"<noscript><meta http-equiv="refresh" content="5"></noscript>"#), "{html}");
        assert!(!page(sample_frame()).contains("<noscript"));
    }

    #[test]
    fn no_page_carries_an_inline_style() {
        let html = page(Frame { scripts: true, ..sample_frame() });
        assert!(!html.contains(" style="), "{html}");
    }

    #[test]
    fn a_title_can_say_that_something_is_wrong() {
        let html = page(Frame { title_prefix: Some("Error: "), ..sample_frame() });
        assert!(html.contains("<title>Error: Customers - Reseller portal</title>"), "{html}");
    }
}
