//! B1 for what plain forms send, and for the queries of pages: every address that is no server function.

use std::sync::Arc;

use http::Method;
use url::form_urlencoded::Serializer;

use super::{
    Trial,
    dice::Dice,
    functions::{Crowd, FORBIDDEN, POWERLESS, Sent, changed_nothing, foreign_to},
};
use crate::{
    access::{Request, inventory},
    support::WINGTIP,
};

/// What buttons and hidden fields say, apart from what people type.
const WORDS: [&str; 26] = [
    "continue",
    "save",
    "country",
    "search",
    "replace",
    "sign-in",
    "relationship",
    "domains-1",
    "domains-4294967295",
    "use-domain-x",
    "use",
    "keep",
    "approve",
    "send-back",
    "end",
    "let-in",
    "direct",
    "approval",
    "csv",
    "jsonl",
    "on",
    "yes",
    "reseller",
    "created",
    "en",
    "7",
];

/// The fields of each form; of pages those of their addresses.
fn fields(request: &Request) -> Vec<(&'static str, &'static str)> {
    let blank = |names: &'static str| names.split(' ').map(|name| (name, "")).collect::<Vec<_>>();
    match (request.method.as_str(), request.pattern.as_str()) {
        ("POST", "/customers/new" | "/customers/new/save") => {
            let mut form = WINGTIP.to_vec();
            form.extend([
                ("draft", ""),
                ("intent", "save"),
                ("page", "p"),
                ("save", "1"),
                ("version", "1"),
                ("at", "city"),
            ]);
            form
        }
        ("POST", "/customers/{id}/review") => blank("payload_hash"),
        ("POST", "/customers/{id}/approval") => blank("choice payload_hash comment"),
        ("POST", "/customers/{id}/address") => {
            blank("decision address reason address_line1 address_line2 city state postal_code")
        }
        ("POST", "/customers/{id}/credentials") => blank("token"),
        ("POST", "/customers/{id}/credentials/hand-over") => blank("term"),
        ("POST", "/customers/{id}/agreement") => blank("act first_name last_name email phone accepted_on attested"),
        ("POST", "/customers/{id}/agreement/check") => blank("act"),
        ("POST", "/customers/{id}/password") => blank("act reason"),
        ("POST", "/resellers/{id}") => blank("submission"),
        ("POST", "/settings/people") => blank("tid oid access"),
        ("POST", "/settings/countries") => blank("country"),
        ("POST", "/language") => blank("language return_to"),
        (_, "/audit" | "/audit/export") => blank("person record act outcome from to before format"),
        ("GET", "/customers" | "/customers/export.csv") => {
            blank("q reseller state person from to unopened sort rows at other")
        }
        ("GET", "/customers/new") => blank("draft reseller check"),
        ("GET", "/auth/start") => blank("return_to resume login_hint as"),
        ("GET", "/auth/callback") => blank("state code error error_description iss session_state"),
        ("GET", "/sign-in") => blank("return_to problem ref resume as"),
        _ => blank("part again waits result saved"),
    }
}

/// One made-up form or address.
fn sent(dice: &mut Dice, request: &Request, ids: &[String]) -> Sent {
    let mut form: Vec<(String, String)> =
        fields(request).into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    for (_, value) in &mut form {
        if value.is_empty() || dice.once_in(3) {
            *value = match dice.below(5) {
                0 => dice.of(ids).clone(),
                1 | 2 => (*dice.of(&WORDS)).to_owned(),
                _ => dice.text(),
            };
        }
    }
    for _ in 0..dice.below(3) {
        match dice.below(3) {
            0 if !form.is_empty() => drop(form.remove(dice.below(form.len()))),
            1 if !form.is_empty() => {
                let (name, _) = dice.of(&form).clone();
                form.push((name, dice.text()));
            }
            _ => form.push(((*dice.of(&FORBIDDEN)).to_owned(), dice.text())),
        }
    }
    let mut text = Serializer::new(String::new()).extend_pairs(form).finish().into_bytes();
    if dice.once_in(4) {
        text = dice.mutated(&text);
    }
    let id = match dice.below(6) {
        0 => url::form_urlencoded::byte_serialize(&dice.bytes(60)).collect(),
        1 => format!("0193b0a0-0000-7000-8000-{:012x}", dice.number() & 0xffff_ffff_ffff),
        _ => dice.of(ids).clone(),
    };
    let path = request.pattern.replace("{id}", &id);
    if request.method == Method::GET {
        // A long text is no address, and a sign in it is written so.
        let query: String = text
            .iter()
            .take(6_000)
            .map(|byte| {
                if byte.is_ascii_graphic() && *byte != b'#' {
                    char::from(*byte).to_string()
                } else {
                    format!("%{byte:02x}")
                }
            })
            .collect();
        return Sent { method: Method::GET, path: format!("{path}?{query}"), content_type: None, body: Vec::new() };
    }
    let content_type = match dice.below(10) {
        0 => None,
        1 => Some("multipart/form-data; boundary=x".to_owned()),
        2 => Some("application/x-www-form-urlencoded; charset=utf-16".to_owned()),
        3 => Some("application/x-www-form-urlencodedx".to_owned()),
        4 => Some("application/json".to_owned()),
        _ => Some("application/x-www-form-urlencoded".to_owned()),
    };
    let body = if dice.once_in(12) { dice.bytes(300) } else { text };
    Sent { method: request.method.clone(), path, content_type, body }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_and_no_address_is_too_much_for_a_page() {
    let trial = Trial::begin("no_form_and_no_address_is_too_much_for_a_page");
    let (mut dice, crowd) = (trial.dice(), Crowd::gather().await);
    let ids: Arc<[String]> = crowd.everybody.records.iter().map(|(_, id)| id.clone()).collect();
    let each = trial.size(10_000, 20);
    // Whoever signs out is not there for the rest; how a sign-out is read has tests of its own.
    let pages: Vec<_> = inventory()
        .into_iter()
        .filter(|request| !request.is_function() && request.pattern != "/auth/sign-out")
        .collect();
    let mut sent_in_all = 0;
    let others = crowd.people.iter().map(|(name, _)| *name).filter(|name| !POWERLESS.contains(name));
    for who in std::iter::once(POWERLESS.to_vec()).chain(others.map(|name| vec![name])) {
        let share = (each * who.len()).div_ceil(crowd.people.len());
        let foreign = match who.as_slice() {
            [person] => foreign_to(&crowd.everybody, person),
            _ => crowd.everybody.records.iter().map(|(_, id)| id.clone()).collect(),
        };
        let foreign = foreign.iter().map(String::as_str).collect::<Vec<_>>();
        let before = crowd.rows().await;
        let foreign_before = crowd.rows_of(&foreign).await;
        for page in &pages {
            let (page, ids) = (page.clone(), Arc::clone(&ids));
            let make = move |dice: &mut Dice| sent(dice, &page, &ids);
            sent_in_all += crowd.bombard(&mut dice, share, &who, make).await;
        }
        if who.len() > 1 {
            changed_nothing(&before, &crowd.rows().await, &who);
        }
        assert_eq!(crowd.rows_of(&foreign).await, foreign_before, "{who:?} has changed what is another's");
    }
    let customers = crowd.everybody.world.simulator.ledger().customers.len();
    assert_eq!(customers, 2, "no tenant comes of a form that names nothing that was seen");
    trial.end(sent_in_all, "forms and addresses");
}
