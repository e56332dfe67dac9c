//! The document around every page: head, top bar, main landmark.

use leptos::{config::LeptosOptions, prelude::*};

use super::{
    icon::{Icon, IconName},
    keys::Keys,
};
use crate::{
    config::Environment,
    domain::{Operator, Role, Side},
    i18n::{Language, SAME_PAGE_ID, t},
    paths,
};

/// A module of WebAssembly with the script that starts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// The island of the form.
    Form,
    /// All other islands: they are small, and the form is not.
    Pages,
}

impl Script {
    /// Both files are called so.
    fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Pages => "pages",
        }
    }
}

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
    /// The language of the page.
    pub language: Language,
    /// Where whoever chooses another language goes on.
    pub same_page: String,
    /// The languages that can be chosen.
    pub languages: &'static [Language],
    /// Address of the style sheet.
    pub stylesheet: String,
    /// What makes the page's islands live, if it has any.
    pub scripts: Option<Script>,
    /// Whether it shows a secret and therefore has no script at all.
    pub bare: bool,
    /// Whether the title says that something is wrong.
    pub has_errors: bool,
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
    let Frame { options, environment, operator, path, stylesheet, scripts, bare, has_errors, refresh_seconds, .. } =
        frame;
    let Frame { language, languages, same_page, .. } = frame;
    let keys = ["/", &options.site_pkg_dir, "/keys.js"].concat();
    let keys = operator.clone().filter(|_| !bare).map(|operator| view! { <Keys operator script=keys/> });
    let prefix = if has_errors { t!(shell.error_prefix) } else { "" };
    let mut title = title;
    title.insert_str(0, prefix);
    title.extend([" - ", t!(shell.product)]);
    // Whoever looks at a secret stays: another page would not have it any more.
    let languages = (!bare).then_some(LanguageSwitchProps { language, languages, same_page });
    view! {
        <!DOCTYPE html>
        <html lang=language.tag() dir=direction(language) data-environment=environment_word(environment)>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="description" content=t!(sign_in.onboard_customers_with_your_own)/>
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
                {scripts
                    .map(|script| {
                        let mut options = options;
                        options.output_name = script.name().into();
                        view! { <HydrationScripts options islands=true/> }
                    })}
            </head>
            <body>
                <a class="skip-link" href="#main">
                    {t!(shell.skip_to_the_content)}
                </a>
                <TopBar environment operator path languages/>
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
fn TopBar(
    environment: Environment,
    operator: Option<Operator>,
    path: String,
    languages: Option<LanguageSwitchProps>,
) -> impl IntoView {
    let links = operator.as_ref().map(navigation);
    view! {
        <header class="bar">
            <div class="bar__inner">
                <a class="bar__name" href=paths::HOME>
                    {t!(shell.product)}
                </a>
                <EnvironmentBadge environment/>
                {links.map(|links| view! { <Navigation links path/> })}
                <div class="bar__end">
                    {operator.map(|operator| view! { <Person operator/> })}
                    {languages.map(LanguageSwitch)}
                </div>
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
            <span class="visually-hidden">{t!(shell.connected_to)}</span>
            {environment_label(environment)}
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

fn environment_label(environment: Environment) -> &'static str {
    match environment {
        Environment::Production => t!(shell.production),
        Environment::Sandbox => t!(shell.sandbox),
        Environment::Simulator => t!(shell.simulator),
    }
}

/// On whose behalf, in a word or two.
fn role_label(side: &Side) -> &'static str {
    match side {
        Side::Provider(Role::Support) => t!(shell.support),
        Side::Provider(Role::AccountManager) => t!(shell.account_manager),
        Side::Provider(Role::Admin) => t!(shell.administrator),
        Side::Reseller(_) => t!(shell.reseller),
    }
}

/// `dir` where it is not what browsers take for granted.
fn direction(language: Language) -> Option<&'static str> {
    Some(language.direction()).filter(|direction| *direction != "ltr")
}

/// The languages, each by its own name, behind the one that is spoken; a button each, so that it works without script.
#[component]
fn LanguageSwitch(language: Language, languages: &'static [Language], same_page: String) -> impl IntoView {
    let buttons = languages
        .iter()
        .map(|&other| {
            let current = (other == language).then_some("true");
            view! {
                <li>
                    <button class="languages__one" type="submit" name="language" value=other.tag() lang=other.tag()
                        aria-current=current>
                        {other.name()}
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="languages">
            <summary class="languages__current">
                <Icon name=IconName::Globe/>
                <span class="visually-hidden">{t!(shell.language)} ": "</span>
                {language.name()}
            </summary>
            <form method="post" action=paths::LANGUAGE>
                <input type="hidden" id=SAME_PAGE_ID name="return_to" value=same_page/>
                <ul>{buttons}</ul>
            </form>
        </details>
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
        <nav class="bar__navigation" aria-label=t!(shell.main)>
            <ul>{links}</ul>
        </nav>
    }
}

/// Address and label of what a person may open. The list of resellers is asked of Partner Center on behalf of the
/// person, which a person of support cannot do; a reseller is told of no other.
fn navigation(operator: &Operator) -> Vec<(&'static str, &'static str)> {
    let mut links = vec![(paths::HOME, t!(shell.home)), (paths::CUSTOMERS, t!(shell.customers))];
    if operator.reseller().is_none() && operator.may_onboard() {
        links.push((paths::RESELLERS, t!(shell.resellers)));
    }
    if operator.is_admin() {
        links.push((paths::AUDIT, t!(shell.audit)));
        links.push((paths::SETTINGS, t!(shell.settings)));
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
    let role = role_label(&operator.side);
    let role = match organisation {
        Some(organisation) => t!(shell.in_role_of, role = role, organisation = organisation),
        None => role.to_owned(),
    };
    view! {
        <div class="bar__person">
            <div class="bar__who">
                <span class="bar__person-name">
                    <span class="visually-hidden">{t!(shell.signed_in_as)}</span>
                    {operator.name}
                </span>
                <span class="bar__person-role">
                    {role}
                </span>
            </div>
            <form method="post" action=paths::SIGN_OUT>
                <button class="button button--quiet" type="submit">
                    <Icon name=IconName::SignOut/>
                    {t!(shell.sign_out)}
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
            assert!(html.contains(&format!("</span>{}</span>", environment_label(environment))), "{html}");
        }
    }

    #[test]
    fn the_page_that_is_open_is_marked_and_home_is_not() {
        let html = page(Frame { path: "/customers/018f".to_owned(), ..sample_frame() });
        assert_eq!(html.matches(r#"aria-current="page""#).count(), 1, "{html}");
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
        let html = page(Frame { scripts: Some(Script::Form), ..sample_frame() });
        assert!(!html.contains(" style="), "{html}");
    }

    #[test]
    fn a_page_with_a_secret_offers_no_way_to_lose_it_to_another_language() {
        assert!(page(Frame { bare: false, ..sample_frame() }).contains(paths::LANGUAGE));
        assert!(!page(Frame { bare: true, ..sample_frame() }).contains(paths::LANGUAGE));
    }

    #[test]
    fn a_title_can_say_that_something_is_wrong() {
        let html = page(Frame { has_errors: true, ..sample_frame() });
        assert!(html.contains("<title>Error: Customers - Reseller portal</title>"), "{html}");
    }
}
