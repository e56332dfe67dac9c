//! The pages: who are you, what went wrong, signed out. Plain HTML; nothing but `form_post` knows a script.

use axum::{
    extract::RawQuery,
    response::{Html, IntoResponse, Redirect, Response},
};
use http::{HeaderValue, StatusCode, header};
use url::Url;

use super::{
    authority::Authority,
    authorize::{Parameters, is_on_loopback},
    errors::{OAuthError, no_store},
};
use crate::simulator::people::{PEOPLE, PROVIDER_NAME, Person};

const STYLE: &str = include_str!("page.css");

/// The demo people as buttons, a hinted one first. The form posts to the address of the page, query and all.
pub(super) fn choose(authority: &Authority, hinted: Option<&'static Person>) -> Response {
    let (mut here, mut elsewhere) = (String::new(), String::new());
    let first = hinted.into_iter();
    let rest = PEOPLE.iter().filter(|person| hinted.is_none_or(|hinted| hinted.oid != person.oid));
    for person in first.chain(rest) {
        let list = if authority.admits(person) { &mut here } else { &mut elsewhere };
        list.push_str(&button(person));
    }
    let elsewhere = if elsewhere.is_empty() {
        String::new()
    } else {
        format!("<h2>Other organisations</h2><p>This sign-in refuses them.</p><ul>{elsewhere}</ul>")
    };
    let body = format!(
        "<h1>Pick an account</h1>\
         <p>These people exist in the simulator only. There are no passwords.</p>\
         <form method=\"post\"><ul>{here}</ul>{elsewhere}\
         <button class=\"quiet\" name=\"cancel\" value=\"1\">Cancel</button></form>"
    );
    document(StatusCode::OK, "Sign in", &body)
}

fn button(person: &Person) -> String {
    format!(
        "<li><button name=\"upn\" value=\"{upn}\"><strong>{name}</strong><span>{upn}</span>\
         <span>{part}, {organisation}</span></button></li>",
        upn = escape(person.upn),
        name = escape(person.name),
        part = person.part(),
        organisation = escape(person.organisation),
    )
}

/// An error that must not go back to the application, because it is not known to be one.
pub(super) fn error(error: &OAuthError) -> Response {
    let body = format!(
        "<h1>Sorry, but we are having trouble signing you in</h1><p role=\"alert\">{}</p>\
         <p>Go back to the application and start again.</p>",
        escape(&error.description())
    );
    document(StatusCode::BAD_REQUEST, "Sign-in error", &body)
}

/// `response_mode=form_post`: a form that sends itself, with a button where scripts do not run.
pub(super) fn form_post(action: &str, parameters: &[(&str, &str)]) -> Response {
    let fields: Vec<String> = parameters.iter().map(|(name, value)| hidden_field(name, value)).collect();
    let fields = fields.concat();
    let body = format!(
        "<h1>Signing you in</h1><form method=\"post\" action=\"{}\">{fields}<button>Continue</button></form>\
         <script>document.forms[0].submit()</script>",
        escape(action)
    );
    document(StatusCode::OK, "Signing in", &body)
}

fn hidden_field(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value))
}

/// `/{tenant}/oauth2/v2.0/logout`: goes back to the application, if it says where that is.
pub(super) async fn sign_out(RawQuery(query): RawQuery) -> Response {
    let query = Parameters::read(&query.unwrap_or_default());
    let back = query.get("post_logout_redirect_uri").and_then(|address| Url::parse(address).ok());
    match back.filter(is_on_loopback) {
        Some(mut address) => {
            if let Some(state) = query.get("state") {
                address.query_pairs_mut().append_pair("state", state);
            }
            Redirect::to(address.as_str()).into_response()
        }
        None => document(StatusCode::OK, "Signed out", "<h1>You signed out of your account</h1>"),
    }
}

fn document(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} - Entra simulator</title><style>{STYLE}</style></head>\
         <body><main><p class=\"brand\">{PROVIDER_NAME} <span>simulator</span></p>{body}</main></body></html>"
    );
    let mut response = (status, Html(html)).into_response();
    no_store(&mut response);
    let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; frame-ancestors 'none'";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

/// Text for an element or a quoted attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
