use std::{collections::HashMap, time::Duration};

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use axum::body::Body;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http::{Request, header};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::*;
use crate::simulator::{CLIENT_ID, CLIENT_SECRET, FIRST_UP, Fault, FaultKind, Operation, PROVIDER_TENANT};

const REDIRECT_URI: &str = "http://localhost:3000/auth/callback?from=here";
// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

type Form = Vec<(&'static str, String)>;

fn authorization_request() -> Form {
    vec![
        ("client_id", CLIENT_ID.to_string()),
        ("response_type", "code".to_owned()),
        ("redirect_uri", REDIRECT_URI.to_owned()),
        (
            "scope",
            "openid profile offline_access https://api.partnercenter.microsoft.com/user_impersonation".to_owned(),
        ),
        ("state", "state & more".to_owned()),
        ("nonce", "nonce".to_owned()),
        ("code_challenge", CHALLENGE.to_owned()),
        ("code_challenge_method", "S256".to_owned()),
    ]
}

fn with(mut form: Form, name: &'static str, value: &str) -> Form {
    form.retain(|(known, _)| *known != name);
    form.push((name, value.to_owned()));
    form
}

fn without(mut form: Form, name: &str) -> Form {
    form.retain(|(known, _)| *known != name);
    form
}

fn encode(form: &Form) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

async fn authorize_at(simulator: &Simulator, tenant: &str, form: &Form) -> Reply {
    let path = format!("/{tenant}/oauth2/v2.0/authorize?{}", encode(form));
    send(&simulator.router(), Request::get(path).body(Body::empty()).unwrap()).await
}

async fn authorize(simulator: &Simulator, form: &Form) -> Reply {
    authorize_at(simulator, &PROVIDER_TENANT.to_string(), form).await
}

/// What came back to the application.
fn returned(reply: &Reply) -> HashMap<String, String> {
    let address = Url::parse(reply.header("location")).expect("a redirect");
    assert!(address.as_str().starts_with(REDIRECT_URI), "{address}");
    address.query_pairs().into_owned().collect()
}

async fn code_for(simulator: &Simulator, upn: &str) -> String {
    let reply = authorize(simulator, &with(authorization_request(), "login_hint", upn)).await;
    let parameters = returned(&reply);
    assert_eq!(parameters["state"], "state & more");
    parameters["code"].clone()
}

fn code_request(code: &str) -> Form {
    vec![
        ("grant_type", "authorization_code".to_owned()),
        ("client_id", CLIENT_ID.to_string()),
        ("client_secret", CLIENT_SECRET.to_owned()),
        ("code", code.to_owned()),
        ("redirect_uri", REDIRECT_URI.to_owned()),
        ("code_verifier", VERIFIER.to_owned()),
    ]
}

fn refresh_request(refresh_token: &str) -> Form {
    vec![
        ("grant_type", "refresh_token".to_owned()),
        ("client_id", CLIENT_ID.to_string()),
        ("client_secret", CLIENT_SECRET.to_owned()),
        ("refresh_token", refresh_token.to_owned()),
    ]
}

async fn token(simulator: &Simulator, form: &Form) -> (u16, Value) {
    token_with(simulator, form, None).await
}

async fn token_with(simulator: &Simulator, form: &Form, authorization: Option<&str>) -> (u16, Value) {
    let mut request = Request::post(format!("/{PROVIDER_TENANT}/oauth2/v2.0/token"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(value) = authorization {
        request = request.header(header::AUTHORIZATION, value);
    }
    let reply = send(&simulator.router(), request.body(Body::from(encode(form))).unwrap()).await;
    assert_eq!(reply.header("cache-control"), "no-store");
    (reply.status.as_u16(), serde_json::from_slice(&reply.body).unwrap())
}

async fn tokens_of(simulator: &Simulator, upn: &str) -> Value {
    let code = code_for(simulator, upn).await;
    let (status, body) = token(simulator, &code_request(&code)).await;
    assert_eq!(status, 200, "{body}");
    body
}

fn claims(token: &Value) -> Value {
    let part = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

async fn get_json(simulator: &Simulator, path: &str) -> Value {
    let reply = send(&simulator.router(), Request::get(path).body(Body::empty()).unwrap()).await;
    serde_json::from_slice(&reply.body).unwrap()
}

#[tokio::test]
async fn the_metadata_name_the_endpoints_of_the_tenant() {
    let simulator = start().await;
    let metadata = get_json(&simulator, &format!("/{PROVIDER_TENANT}/v2.0/.well-known/openid-configuration")).await;
    let base = format!("{}/{PROVIDER_TENANT}", simulator.origin());
    assert_eq!(metadata["issuer"], format!("{base}/v2.0"));
    assert_eq!(metadata["token_endpoint"], format!("{base}/oauth2/v2.0/token"));
    let any = get_json(&simulator, "/organizations/v2.0/.well-known/openid-configuration").await;
    assert_eq!(any["issuer"], format!("{}/{{tenantid}}/v2.0", simulator.origin()));
    let unknown = get_json(&simulator, "/11111111-1111-4111-8111-111111111111/v2.0/.well-known/openid-configuration");
    assert_eq!(unknown.await["error_codes"][0], 90002);
}

#[tokio::test]
async fn a_tenant_is_found_by_its_domains() {
    let simulator = start().await;
    let issuer = async |domain: &str| {
        let metadata = get_json(&simulator, &format!("/{domain}/v2.0/.well-known/openid-configuration")).await;
        metadata["issuer"].as_str().map(str::to_owned).ok_or_else(|| metadata["error_codes"][0].clone())
    };
    let coho = issuer("cohowinery.onmicrosoft.com").await.unwrap();
    assert_eq!(issuer("cohowinery.example").await.unwrap(), coho, "one tenant, two domains");
    assert!(issuer("Woodgrove.example").await.is_ok(), "a stranger's");
    assert!(issuer("contoso.onmicrosoft.com").await.is_ok());
    assert!(issuer("phantom.onmicrosoft.com").await.is_ok(), "Partner Center calls it free");
    for nobody in ["nobodyhasthis.onmicrosoft.com", "contoso.example", "wingtiptoys.com"] {
        assert_eq!(issuer(nobody).await.unwrap_err(), 90002, "{nobody}");
    }
}

#[tokio::test]
async fn an_account_manager_gets_tokens_that_the_published_key_verifies() {
    let simulator = start().await;
    let tokens = tokens_of(&simulator, "adele@tailwind.example").await;
    let id = claims(&tokens["id_token"]);
    assert_eq!(id["iss"], format!("{}/{PROVIDER_TENANT}/v2.0", simulator.origin()));
    assert_eq!(id["aud"], CLIENT_ID.to_string());
    assert_eq!(id["nonce"], "nonce");
    assert_eq!(id["tid"], PROVIDER_TENANT.to_string());
    assert_eq!(id["preferred_username"], "adele@tailwind.example");
    assert_eq!(id["roles"], json!(["Portal.AccountManager"]));
    assert_eq!(id["amr"], json!(["pwd", "mfa"]));
    let access = claims(&tokens["access_token"]);
    assert_eq!(access["aud"], "https://api.partnercenter.microsoft.com");
    assert_eq!(access["scp"], "user_impersonation");
    assert_eq!(access["ver"], "1.0");
    assert_eq!(access["oid"], id["oid"]);

    let keys = get_json(&simulator, &format!("/{PROVIDER_TENANT}/discovery/v2.0/keys")).await;
    let part = |name: &str| URL_SAFE_NO_PAD.decode(keys["keys"][0][name].as_str().unwrap()).unwrap();
    for token in ["id_token", "access_token"] {
        let (signed, signature) = tokens[token].as_str().unwrap().rsplit_once('.').unwrap();
        RsaPublicKeyComponents { n: part("n"), e: part("e") }
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
            .unwrap();
    }
}

#[tokio::test]
async fn people_without_a_role_or_a_second_factor_have_tokens_that_say_so() {
    let simulator = start().await;
    let irvin = claims(&tokens_of(&simulator, "irvin@tailwind.example").await["id_token"]);
    assert_eq!(irvin.get("roles"), None);
    let lidia = tokens_of(&simulator, "lidia@tailwind.example").await;
    assert_eq!(claims(&lidia["id_token"])["amr"], json!(["pwd"]));
    assert_eq!(claims(&lidia["access_token"])["amr"], json!(["pwd"]));
}

#[tokio::test]
async fn every_parameter_of_the_authorization_request_is_needed() {
    let simulator = start().await;
    let request = || with(authorization_request(), "login_hint", "adele@tailwind.example");
    for name in ["response_type", "scope", "nonce", "code_challenge", "code_challenge_method"] {
        let parameters = returned(&authorize(&simulator, &without(request(), name)).await);
        assert_eq!(parameters["error"], "invalid_request", "{name}");
        assert_eq!(parameters["state"], "state & more", "{name}");
    }
    let without_state = returned(&authorize(&simulator, &without(request(), "state")).await);
    assert!(without_state["error_description"].contains("'state'"));
    for (name, value, error) in [
        ("response_type", "code id_token", "unsupported_response_type"),
        ("scope", "profile", "invalid_scope"),
        ("scope", "openid https://nobody.example/.default", "invalid_resource"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge", "too-short", "invalid_request"),
        ("response_mode", "fragment", "invalid_request"),
    ] {
        let parameters = returned(&authorize(&simulator, &with(request(), name, value)).await);
        assert_eq!(parameters["error"], error, "{name}={value}");
    }
}

#[tokio::test]
async fn nothing_goes_to_an_address_that_is_not_known_to_be_the_applications() {
    let simulator = start().await;
    for (name, value, number) in [
        ("redirect_uri", "https://evil.example/callback", "AADSTS50011"),
        ("redirect_uri", "http://localhost.evil.example/", "AADSTS50011"),
        ("redirect_uri", "http://localhost:3000/#fragment", "AADSTS50011"),
        ("client_id", "another", "AADSTS700016"),
    ] {
        let reply = authorize(&simulator, &with(authorization_request(), name, value)).await;
        assert_eq!(reply.status, 400, "{value}");
        assert_eq!(reply.header("location"), "");
        assert!(reply.text().contains(number), "{value}: {}", reply.text());
    }
}

#[tokio::test]
async fn the_page_offers_everybody_and_a_way_out() {
    let simulator = start().await;
    let page = authorize(&simulator, &authorization_request()).await;
    assert_eq!(page.status, 200);
    for upn in ["adele", "diego", "nestor", "grady", "lidia", "irvin"] {
        assert!(page.text().contains(&format!("value=\"{upn}@tailwind.example\"")), "{upn}");
    }
    let press = async |button: &str| {
        let request =
            Request::post(format!("/{PROVIDER_TENANT}/oauth2/v2.0/authorize?{}", encode(&authorization_request())))
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        returned(&send(&simulator.router(), request.body(Body::from(button.to_owned())).unwrap()).await)
    };
    assert!(press("upn=adele%40tailwind.example").await.contains_key("code"));
    assert_eq!(press("cancel=1").await["error"], "access_denied");
}

#[tokio::test]
async fn prompt_decides_between_page_and_silence() {
    let simulator = start().await;
    let hinted = with(authorization_request(), "login_hint", "adele@tailwind.example");
    assert_eq!(authorize(&simulator, &with(hinted.clone(), "prompt", "login")).await.status, 200);
    assert_eq!(authorize(&simulator, &with(hinted, "prompt", "select_account")).await.status, 303);
    let silent = with(authorization_request(), "prompt", "none");
    assert_eq!(returned(&authorize(&simulator, &silent).await)["error"], "login_required");
}

#[tokio::test]
async fn form_post_brings_the_code_in_a_form() {
    let simulator = start().await;
    let form = with(authorization_request(), "login_hint", "adele@tailwind.example");
    let page = authorize(&simulator, &with(form, "response_mode", "form_post")).await;
    assert!(page.text().contains("name=\"code\""));
    assert!(page.text().contains("value=\"state &amp; more\""));
}

#[tokio::test]
async fn people_of_other_tenants_sign_in_at_their_own_authority_or_any() {
    let simulator = start().await;
    let megan = with(authorization_request(), "login_hint", "megan@firstup.example");
    let refused = authorize(&simulator, &megan).await;
    assert!(refused.text().contains("AADSTS50020"));
    assert_eq!(refused.header("location"), "");
    for tenant in ["common", "organizations", &FIRST_UP.to_string()] {
        let code = returned(&authorize_at(&simulator, tenant, &megan).await)["code"].clone();
        let request = Request::post(format!("/{tenant}/oauth2/v2.0/token"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(encode(&code_request(&code))))
            .unwrap();
        let body: Value = serde_json::from_slice(&send(&simulator.router(), request).await.body).unwrap();
        let id = claims(&body["id_token"]);
        assert_eq!(id["tid"], FIRST_UP.to_string(), "{tenant}");
        assert_eq!(id["iss"], format!("{}/{FIRST_UP}/v2.0", simulator.origin()), "{tenant}");
    }
}

#[tokio::test]
async fn a_code_needs_its_verifier_its_redirect_uri_and_the_secret() {
    let simulator = start().await;
    let code = code_for(&simulator, "adele@tailwind.example").await;
    for (form, status, error, number) in [
        (with(code_request(&code), "code_verifier", CHALLENGE), 400, "invalid_grant", 501_481),
        (without(code_request(&code), "code_verifier"), 400, "invalid_request", 900_144),
        (with(code_request(&code), "redirect_uri", "http://localhost:3000/"), 400, "invalid_grant", 500_112),
        (with(code_request(&code), "client_secret", "wrong"), 401, "invalid_client", 7_000_215),
        (without(code_request(&code), "client_secret"), 401, "invalid_client", 7_000_218),
        (with(code_request(&code), "client_id", "other"), 400, "unauthorized_client", 700_016),
        (with(code_request(&code), "code", "made-up"), 400, "invalid_grant", 9_002_313),
        (with(code_request(&code), "grant_type", "password"), 400, "unsupported_grant_type", 70003),
    ] {
        let (got, body) = token(&simulator, &form).await;
        assert_eq!((got, &body["error"], &body["error_codes"][0]), (status, &json!(error), &json!(number)));
        assert!(body["error_description"].as_str().unwrap().starts_with(&format!("AADSTS{number}: ")));
    }
    assert_eq!(token(&simulator, &code_request(&code)).await.0, 200, "a refusal does not use the code up");
}

#[tokio::test]
async fn a_code_is_good_once_and_for_ten_minutes() {
    let simulator = start().await;
    let code = code_for(&simulator, "adele@tailwind.example").await;
    assert_eq!(token(&simulator, &code_request(&code)).await.0, 200);
    assert_eq!(token(&simulator, &code_request(&code)).await.1["error_codes"][0], 54005);
    let old = code_for(&simulator, "adele@tailwind.example").await;
    simulator.clock().advance(Duration::from_secs(601));
    assert_eq!(token(&simulator, &code_request(&old)).await.1["error_codes"][0], 70008);
}

#[tokio::test]
async fn the_secret_may_come_in_the_header() {
    let simulator = start().await;
    let code = code_for(&simulator, "adele@tailwind.example").await;
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")));
    let form = without(without(code_request(&code), "client_id"), "client_secret");
    assert_eq!(token_with(&simulator, &form, Some(&basic)).await.0, 200);
}

#[tokio::test]
async fn a_refresh_brings_a_new_refresh_token_and_the_old_one_stays_good() {
    let simulator = start().await;
    let first = tokens_of(&simulator, "adele@tailwind.example").await["refresh_token"].clone();
    let first = first.as_str().unwrap();
    let (status, body) = token(&simulator, &refresh_request(first)).await;
    assert_eq!(status, 200);
    assert_ne!(body["refresh_token"], first);
    assert_eq!(token(&simulator, &refresh_request(first)).await.0, 200);
    assert_eq!(simulator.ledger().refresh_grants, 2);
    simulator.clock().advance(Duration::from_hours(91 * 24));
    assert_eq!(token(&simulator, &refresh_request(first)).await.1["error_codes"][0], 700_082);
}

#[tokio::test]
async fn single_use_refresh_tokens_are_refused_the_second_time() {
    let simulator = start_with(|options| options.refresh_tokens = RefreshTokens::SingleUse).await;
    let first = tokens_of(&simulator, "adele@tailwind.example").await["refresh_token"].clone();
    let first = first.as_str().unwrap();
    assert_eq!(token(&simulator, &refresh_request(first)).await.0, 200);
    assert_eq!(token(&simulator, &refresh_request(first)).await.1["error"], "invalid_grant");
}

#[tokio::test]
async fn a_refresh_can_be_refused_for_want_of_a_second_factor_or_because_all_were_revoked() {
    let simulator = start().await;
    let refresh_token = tokens_of(&simulator, "adele@tailwind.example").await["refresh_token"].clone();
    let request = refresh_request(refresh_token.as_str().unwrap());
    let kind = FaultKind::MfaRequiredOnRefresh;
    simulator.script_fault(Fault { operation: Operation::Token, after: 0, count: 1, commit: None, kind });
    assert_eq!(token(&simulator, &request).await.1["error_codes"][0], 50076);
    assert_eq!(token(&simulator, &request).await.0, 200);
    simulator.revoke_refresh_tokens();
    assert_eq!(token(&simulator, &request).await.1["error_codes"][0], 70000);
}

#[tokio::test]
async fn signing_out_leads_back_to_the_application_and_nowhere_else() {
    let simulator = start().await;
    let leave = async |address: &str| {
        let query = encode(&vec![("post_logout_redirect_uri", address.to_owned())]);
        let path = format!("/{PROVIDER_TENANT}/oauth2/v2.0/logout?{query}");
        send(&simulator.router(), Request::get(path).body(Body::empty()).unwrap()).await
    };
    assert_eq!(leave("http://localhost:3000/").await.header("location"), "http://localhost:3000/");
    assert_eq!(leave("https://evil.example/").await.header("location"), "");
}
