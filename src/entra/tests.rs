//! Sign-in and tokens against a provider that does wrong what it is told to.

use std::{io, time::Duration};

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sqlx::Row;
use tower_sessions::cookie::Cookie;
use wiremock::{Mock, matchers};

use super::{
    fake_provider::{CLIENT_ID, FakeProvider, Refresh, Signer, TENANT, jar},
    token_endpoint::TokenCallError,
    *,
};
use crate::clock::SignedDuration;

async fn start(entra: &Entra) -> Redirect {
    entra.start(SignInRequest::default()).await.unwrap()
}

async fn sign_in(provider: &FakeProvider, entra: &Entra) -> Result<SignedIn, EntraError> {
    let redirect = start(entra).await;
    let finished = entra.finish(provider.callback(&redirect.url), &jar(&redirect.cookies)).await;
    finished.map(|finished| finished.signed_in().unwrap()).map_err(|failure| failure.error)
}

/// Everything that is stored, as text.
async fn dump(provider: &FakeProvider) -> String {
    let mut text = String::new();
    for table in ["sign_in_transaction", "entra_grant"] {
        let statement = format!("SELECT * FROM {table}");
        for row in sqlx::query(sqlx::AssertSqlSafe(statement)).fetch_all(provider.database.read()).await.unwrap() {
            for column in 0..row.len() {
                text.push_str(&row.try_get::<String, _>(column).unwrap_or_default());
                text.push(' ');
            }
        }
    }
    text
}

#[tokio::test]
async fn a_person_signs_in_and_has_a_token() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let return_to = ReturnTo::parse("/customers?page=2");
    let request = SignInRequest {
        return_to: return_to.clone(),
        resume: Some("key"),
        login_hint: Some("adele@tailwind.example"),
        ..SignInRequest::default()
    };
    let redirect = entra.start(request).await.unwrap();
    let query = redirect.url.query().unwrap();
    assert!(query.contains(
        "scope=https%3A%2F%2Fapi.partnercenter.microsoft.com%2Fuser_impersonation+offline_access+openid+profile"
    ));
    assert!(query.contains("redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fauth%2Fcallback"));
    assert!(query.contains("login_hint=adele%40tailwind.example"));

    let finished = entra.finish(provider.callback(&redirect.url), &jar(&redirect.cookies)).await.unwrap();
    let signed_in = finished.signed_in().unwrap();
    assert_eq!(signed_in.return_to, return_to);
    assert_eq!(signed_in.resume.as_deref(), Some("key"));
    let identity = Identity {
        key: FakeProvider::adele(),
        name: "Adele Vance".to_owned(),
        sign_in_name: "adele@tailwind.example".to_owned(),
        roles: vec!["Portal.AccountManager".to_owned()],
    };
    assert_eq!(signed_in.identity, identity);
    let token = entra.access_token(&identity.key).await.unwrap();
    assert_eq!(token.expose_secret().split('.').count(), 3);
    assert_eq!(provider.world().refreshes, 0);
    assert!(!dump(&provider).await.contains("canary"));
    assert!(!format!("{token:?} {signed_in:?}").contains("canary"));
}

#[tokio::test]
async fn cookies_are_tied_to_the_host_when_the_portal_is_reached_over_https() {
    let provider = FakeProvider::start().await;
    let secure = start(&provider.entra_at("https://portal.example")).await.cookies.remove(0);
    assert!(secure.name().starts_with("__Host-portal-sign-in-"));
    assert_eq!((secure.secure(), secure.http_only(), secure.path()), (Some(true), Some(true), Some("/")));
    assert_eq!(secure.same_site(), Some(tower_sessions::cookie::SameSite::Lax));
    let plain = start(&provider.entra()).await.cookies.remove(0);
    assert!(plain.name().starts_with("portal-sign-in-"));
    assert_eq!(plain.secure(), Some(false));
}

#[tokio::test]
async fn claims_that_are_not_ours_are_refused() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let now = provider.now().as_second();
    let cases: &[(Value, IdTokenError)] = &[
        (json!({"iss": "https://evil.example"}), IdTokenError::Issuer),
        (json!({"iss": format!("{}/{TENANT}/v2.0/", provider.server.uri())}), IdTokenError::Issuer),
        (json!({"iss": null}), IdTokenError::Malformed),
        (json!({"aud": "another-app"}), IdTokenError::Audience),
        (json!({"aud": []}), IdTokenError::Audience),
        (json!({"aud": null}), IdTokenError::Malformed),
        (json!({"aud": [CLIENT_ID, "another-app"], "azp": CLIENT_ID}), IdTokenError::Audience),
        (json!({"aud": "https://api.partnercenter.microsoft.com"}), IdTokenError::Audience),
        (json!({"azp": "another-app"}), IdTokenError::AuthorizedParty),
        (json!({"exp": now - 60}), IdTokenError::Expired),
        (json!({"exp": null}), IdTokenError::Expired),
        (json!({"exp": "tomorrow"}), IdTokenError::Malformed),
        (json!({"exp": 1e300}), IdTokenError::Malformed),
        (json!({"nbf": now + 61}), IdTokenError::NotYetValid),
        (json!({"iat": now + 61}), IdTokenError::NotYetValid),
        (json!({"iat": null}), IdTokenError::Malformed),
        (json!({"nonce": "another"}), IdTokenError::Nonce),
        (json!({"nonce": null}), IdTokenError::Nonce),
        (json!({"sub": ""}), IdTokenError::NoSubject),
        (json!({"sub": null}), IdTokenError::NoSubject),
        (json!({"oid": ""}), IdTokenError::NoObjectId),
        (json!({"oid": null}), IdTokenError::NoObjectId),
        (json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}), IdTokenError::AccessTokenHash),
    ];
    for (patch, expected) in cases {
        provider.world().claims_patch = patch.clone();
        match sign_in(&provider, &entra).await.err() {
            Some(EntraError::IdToken(error)) => assert_eq!(error, *expected, "{patch}"),
            other => panic!("{patch}: {other:?}"),
        }
    }
    assert!(matches!(entra.access_token(&FakeProvider::adele()).await, Err(TokenError::SignInAgain)));
}

#[tokio::test]
async fn claims_of_other_shapes_that_the_standards_allow_are_accepted() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let now = provider.now().as_second();
    for patch in [
        json!({"aud": [CLIENT_ID]}),
        json!({"azp": CLIENT_ID}),
        json!({"nbf": now + 60, "iat": now + 60}),
        json!({"exp": now - 59}),
        json!({"exp": 1_999_999_999.5}),
        json!({"roles": "Portal.Admin", "name": null, "preferred_username": null, "upn": "adele@tailwind.example"}),
        json!({"tid": TENANT.to_ascii_uppercase()}),
    ] {
        provider.world().claims_patch = patch.clone();
        let signed_in = sign_in(&provider, &entra).await;
        assert_eq!(signed_in.map(|signed_in| signed_in.identity.key).ok(), Some(FakeProvider::adele()), "{patch}");
    }
}

#[tokio::test]
async fn clocks_may_differ_by_a_minute_and_no_more() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let now = provider.now().as_second();
    for skew in (-600..=600).step_by(10) {
        // A token that is good for this one second, by a clock that is `skew` ahead of ours.
        provider.world().claims_patch = json!({"nbf": now + skew, "iat": now + skew, "exp": now + skew + 1});
        let accepted = sign_in(&provider, &entra).await.is_ok();
        assert_eq!(accepted, (-60..=60).contains(&skew), "{skew}");
    }
}

#[tokio::test]
async fn a_person_of_another_tenant_is_told_so() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let theirs = "484e548c-f5f3-4528-93a9-c16c6373cb59";
    for patch in [
        json!({"tid": theirs}),
        json!({"tid": null}),
        json!({"tid": theirs, "iss": format!("{}/{theirs}/v2.0", provider.server.uri()), "roles": ["Portal.Admin"]}),
    ] {
        provider.world().claims_patch = patch;
        let signed_in = sign_in(&provider, &entra).await;
        assert!(matches!(signed_in, Err(EntraError::ForeignTenant)), "a foreign tenant came in: {signed_in:?}");
    }
}

#[tokio::test]
async fn an_access_token_of_which_the_id_token_names_the_hash_is_accepted() {
    // Both are the standard's own example (OpenID Connect Core 1.0, appendix A.3).
    let (access_token, hash) = ("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "77QmUPtjPfzWtF2AnpK9RQ");
    let provider = FakeProvider::start().await;
    provider.world().answer_patch = json!({"access_token": access_token});
    provider.world().claims_patch = json!({"at_hash": hash, "amr": ["mfa"]});
    let signed_in = sign_in(&provider, &provider.entra()).await;
    assert!(signed_in.is_ok(), "{signed_in:?}");
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    for (signer, header, expected) in [
        (Signer::Foreign, json!({}), IdTokenError::Signature),
        (Signer::Nobody, json!({}), IdTokenError::Malformed),
        (Signer::PublicKeyAsSecret, json!({}), IdTokenError::Algorithm),
        (Signer::Published, json!({"alg": "RS512"}), IdTokenError::Algorithm),
        (Signer::Published, json!({"alg": "HS256"}), IdTokenError::Algorithm),
        (Signer::Published, json!({"kid": "unknown"}), IdTokenError::UnknownKey),
        (Signer::Published, json!({"crit": ["b64"], "b64": true}), IdTokenError::Malformed),
    ] {
        provider.world().signer = signer;
        provider.world().header_patch = header.clone();
        match sign_in(&provider, &entra).await.err() {
            Some(EntraError::IdToken(error)) => assert_eq!(error, expected, "{signer:?} {header}"),
            other => panic!("{signer:?} {header}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn answers_of_the_token_endpoint_that_are_none_are_refused() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    provider.world().answer_patch = json!({"id_token": null});
    assert!(matches!(sign_in(&provider, &entra).await, Err(EntraError::MissingIdToken)));
    for patch in [json!({"access_token": null}), json!({"token_type": null}), json!({"token_type": "mac"})] {
        provider.world().answer_patch = patch.clone();
        assert!(matches!(sign_in(&provider, &entra).await, Err(EntraError::TokenUnavailable)), "{patch}");
    }
    for id_token in ["", "a.b", "a.b.c", "e30.e30.", "<html>"] {
        provider.world().answer_patch = json!({"id_token": id_token});
        assert!(matches!(sign_in(&provider, &entra).await, Err(EntraError::IdToken(_))), "{id_token}");
    }
}

#[tokio::test]
async fn a_redirect_of_the_token_endpoint_is_not_followed() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let elsewhere = wiremock::ResponseTemplate::new(307).insert_header("location", "/elsewhere");
    Mock::given(matchers::path("/token")).respond_with(elsewhere).with_priority(1).mount(&provider.server).await;
    assert!(matches!(sign_in(&provider, &entra).await, Err(EntraError::TokenUnavailable)));
    let paths = provider.server.received_requests().await.unwrap().into_iter().map(|request| request.url);
    assert!(paths.into_iter().all(|url| url.path() != "/elsewhere"), "the redirect was followed");
}

#[tokio::test]
async fn a_token_without_key_id_is_accepted_while_there_is_one_key() {
    let provider = FakeProvider::start().await;
    provider.world().header_patch = json!({"kid": null});
    assert!(sign_in(&provider, &provider.entra()).await.is_ok());
    provider.world().key_ids = vec!["one", "two"];
    let refused = sign_in(&provider, &provider.entra()).await;
    assert!(matches!(refused, Err(EntraError::IdToken(IdTokenError::UnknownKey))));
}

#[tokio::test]
async fn a_new_key_of_the_authority_is_looked_for_once_a_minute_at_most() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let key_reads = async || {
        let requests = provider.server.received_requests().await.unwrap();
        requests.iter().filter(|request| request.url.path() == "/keys").count()
    };
    assert!(sign_in(&provider, &entra).await.is_ok());
    assert_eq!(key_reads().await, 1);

    provider.world().header_patch = json!({"kid": "two"});
    provider.world().key_ids = vec!["one", "two"];
    assert!(sign_in(&provider, &entra).await.is_ok());
    assert_eq!(key_reads().await, 2);

    provider.world().header_patch = json!({"kid": "three"});
    for _ in 0..5 {
        assert!(sign_in(&provider, &entra).await.is_err());
    }
    assert_eq!(key_reads().await, 2);
    provider.clock.advance(SignedDuration::from_secs(60));
    assert!(sign_in(&provider, &entra).await.is_err());
    assert_eq!(key_reads().await, 3);
}

#[tokio::test]
async fn a_second_factor_is_looked_for_in_the_id_token_first() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    for (id_token, access_token, accepted) in [
        (json!({}), json!({}), true),
        (json!({}), json!({"amr": ["pwd"]}), false),
        (json!({}), json!({"amr": null}), false),
        (json!({"amr": ["pwd"]}), json!({}), false),
        (json!({"amr": ["pwd", "mfa"]}), json!({"amr": null}), true),
        (json!({"amr": "mfa"}), json!({"amr": null}), true),
    ] {
        provider.world().claims_patch = id_token.clone();
        provider.world().access_claims_patch = access_token.clone();
        match sign_in(&provider, &entra).await {
            Ok(_) => assert!(accepted, "{id_token} {access_token}"),
            Err(EntraError::SecondFactorMissing) => assert!(!accepted, "{id_token} {access_token}"),
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn an_access_token_need_not_be_readable() {
    let provider = FakeProvider::start().await;
    provider.world().answer_patch = json!({"access_token": "opaque"});
    provider.world().claims_patch = json!({"amr": ["mfa"]});
    assert!(sign_in(&provider, &provider.entra()).await.is_ok());
    provider.world().claims_patch = json!({});
    assert!(matches!(sign_in(&provider, &provider.entra()).await, Err(EntraError::SecondFactorMissing)));
}

#[tokio::test]
async fn a_sign_in_is_finished_once_even_if_it_comes_back_sixteen_times() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let redirect = start(&entra).await;
    let query = provider.agree(&redirect.url);
    let cookies = jar(&redirect.cookies);
    let tries = (0..16).map(|_| {
        let (entra, query, cookies) = (entra.clone(), CallbackQuery::parse(&query).unwrap(), cookies.clone());
        tokio::spawn(async move { entra.finish(query, &cookies).await.map_err(|failure| failure.error) })
    });
    let mut finished = 0;
    for attempt in tries.collect::<Vec<_>>() {
        match attempt.await.unwrap() {
            Ok(_) => finished += 1,
            Err(error) => assert!(matches!(error, EntraError::AlreadyUsed), "{error}"),
        }
    }
    assert_eq!(finished, 1);
}

#[tokio::test]
async fn a_sign_in_is_finished_by_the_browser_that_began_it() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let (mine, theirs) = (start(&entra).await, start(&entra).await);
    let finish = async |url, cookies: &[Cookie<'static>]| {
        entra.finish(provider.callback(url), &jar(cookies)).await.map_err(|failure| failure.error)
    };
    let in_another_browser = finish(&mine.url, &theirs.cookies).await;
    assert!(matches!(in_another_browser, Err(EntraError::StateMismatch)), "{in_another_browser:?}");
    assert!(matches!(finish(&mine.url, &[]).await, Err(EntraError::StateMismatch)));
    // The name of mine with the value of theirs.
    let forged = Cookie::new(mine.cookies[0].name().to_owned(), theirs.cookies[0].value().to_owned());
    let forged = finish(&mine.url, &[forged]).await;
    assert!(matches!(forged, Err(EntraError::StateMismatch)), "a forged cookie was taken: {forged:?}");
    // None of these attempts has used the transaction up.
    assert!(finish(&mine.url, &mine.cookies).await.is_ok());
}

/// Whose a part of an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Mine,
    Theirs,
    Nobodys,
    /// The cookie's name is mine, its value theirs.
    Mixed,
}

#[tokio::test]
async fn no_part_of_an_answer_can_be_exchanged_for_that_of_another_browser() {
    use Whose::{Mine, Mixed, Nobodys, Theirs};
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let mut swaps = 0;
    for state in [Mine, Theirs] {
        for code in [Mine, Theirs] {
            for cookie in [Mine, Theirs, Nobodys, Mixed] {
                let (mine, theirs) = (start(&entra).await, start(&entra).await);
                let queries = [&mine, &theirs].map(|redirect| provider.agree(&redirect.url));
                let part = |name: &str, whose| {
                    let query = &queries[usize::from(whose == Theirs)];
                    query.split('&').find(|part| part.starts_with(name)).unwrap().to_owned()
                };
                let query = format!("{}&{}", part("code=", code), part("state=", state));
                let mixed = Cookie::new(mine.cookies[0].name().to_owned(), theirs.cookies[0].value().to_owned());
                let cookies = match cookie {
                    Mine => mine.cookies.clone(),
                    Theirs => theirs.cookies.clone(),
                    Nobodys => Vec::new(),
                    Mixed => vec![mixed],
                };
                let finished = entra.finish(CallbackQuery::parse(&query).unwrap(), &jar(&cookies)).await;
                let is_whole = state == code && code == cookie;
                assert_eq!(finished.is_ok(), is_whole, "state {state:?}, code {code:?}, cookie {cookie:?}");
                swaps += usize::from(!is_whole);
            }
        }
    }
    // What the browser does not carry: the nonce that the ID token names, and the challenge that the code stands for.
    for part in ["nonce", "code_challenge"] {
        let (mine, theirs) = (start(&entra).await, start(&entra).await);
        let value = |url: &url::Url, name: &str| {
            url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap()
        };
        let pairs: Vec<(String, String)> = mine.url.query_pairs().into_owned().collect();
        let mut exchanged = mine.url.clone();
        exchanged.query_pairs_mut().clear().extend_pairs(pairs.iter().map(|(name, own)| {
            let other = value(&theirs.url, part);
            (name.as_str(), if name == part { other } else { own.clone() })
        }));
        let refused = entra.finish(provider.callback(&exchanged), &jar(&mine.cookies)).await;
        assert!(refused.is_err(), "{part} of another sign-in");
        swaps += 1;
    }
    assert_eq!(swaps, 16);
}

#[tokio::test]
async fn a_code_of_another_sign_in_does_not_fit_its_verifier() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let (mine, theirs) = (start(&entra).await, start(&entra).await);
    let stolen = provider.agree(&theirs.url);
    let code = stolen.split('&').next().unwrap();
    let state = mine.url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let injected = CallbackQuery::parse(&format!("{code}&state={state}")).unwrap();
    let refused = entra.finish(injected, &jar(&mine.cookies)).await.map_err(|failure| failure.error);
    let fits_not = matches!(refused, Err(EntraError::TokenRefused(Refusal { error: OAuthCode::InvalidGrant, .. })));
    assert!(fits_not, "the code of another sign-in was redeemed: {refused:?}");
}

#[tokio::test]
async fn five_tabs_sign_in_at_once_and_a_sixth_gives_up_the_oldest() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let mut cookies: Vec<Cookie<'static>> = Vec::new();
    let mut tabs = Vec::new();
    for _ in 0..6 {
        provider.clock.advance(SignedDuration::from_secs(1));
        let redirect = entra.start(SignInRequest { cookies: jar(&cookies), ..SignInRequest::default() }).await.unwrap();
        for cookie in redirect.cookies {
            cookies.retain(|known| known.name() != cookie.name());
            if cookie.max_age() != Some(tower_sessions::cookie::time::Duration::ZERO) {
                cookies.push(cookie);
            }
        }
        tabs.push(redirect.url);
    }
    assert_eq!(cookies.len(), 5);
    for (tab, url) in tabs.iter().enumerate() {
        let finished = entra.finish(provider.callback(url), &jar(&cookies)).await.is_ok();
        assert_eq!(finished, tab > 0, "tab {tab}");
    }
}

#[tokio::test]
async fn a_sign_in_may_take_ten_minutes() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    for (minutes, accepted) in [(9, true), (10, false), (11, false)] {
        let redirect = start(&entra).await;
        provider.clock.advance(SignedDuration::from_mins(minutes));
        match entra.finish(provider.callback(&redirect.url), &jar(&redirect.cookies)).await {
            Ok(_) => assert!(accepted, "{minutes}"),
            Err(failure) => assert!(!accepted && matches!(failure.error, EntraError::Expired), "{minutes}: {failure}"),
        }
    }
    provider.clock.advance(SignedDuration::from_hours(2));
    entra.sweep().await.unwrap();
    let rows = sqlx::query("SELECT id FROM sign_in_transaction").fetch_all(provider.database.read()).await.unwrap();
    assert!(rows.is_empty());
}

#[tokio::test]
async fn a_refusal_of_the_person_keeps_the_way_back_and_not_the_words() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let return_to = ReturnTo::parse("/customers");
    let request = SignInRequest { return_to: return_to.clone(), resume: Some("key"), ..SignInRequest::default() };
    let redirect = entra.start(request).await.unwrap();
    let state = redirect.url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let query = format!("error=access_denied&error_description=canary-words&state={state}");
    let failure = entra.finish(CallbackQuery::parse(&query).unwrap(), &jar(&redirect.cookies)).await.unwrap_err();
    assert_eq!((&failure.return_to, failure.resume.as_deref()), (&return_to, Some("key")));
    assert_eq!(SignInProblem::from(&failure.error), SignInProblem::Denied);
    assert!(!format!("{failure:?} {failure}").contains("canary"));
}

#[tokio::test]
async fn responses_that_are_none_are_refused() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    assert!(matches!(CallbackQuery::parse("state=a&state=b&code=c").err(), Some(EntraError::MalformedResponse)));
    for (query, state) in [("", false), ("code=c", false), ("code=c&state=", false), ("", true), ("code=c&iss=x", true)]
    {
        let redirect = start(&entra).await;
        let own = redirect.url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let query = if state { format!("{query}&state={own}") } else { query.to_owned() };
        let error =
            entra.finish(CallbackQuery::parse(&query).unwrap(), &jar(&redirect.cookies)).await.unwrap_err().error;
        let expected = matches!(
            (&error, state),
            (EntraError::StateMismatch, false) | (EntraError::MissingCode | EntraError::IssuerMismatch, true)
        );
        assert!(expected, "{query}: {error}");
    }
}

#[tokio::test]
async fn a_provider_that_promises_to_name_itself_has_to() {
    let provider = FakeProvider::start().await;
    provider.world().metadata_patch = json!({"authorization_response_iss_parameter_supported": true});
    let entra = provider.entra();
    assert!(matches!(sign_in(&provider, &entra).await, Err(EntraError::IssuerMismatch)));
    let redirect = start(&entra).await;
    let issuer = format!("{}/{TENANT}/v2.0", provider.server.uri());
    let query = format!("{}&iss={issuer}", provider.agree(&redirect.url));
    assert!(entra.finish(CallbackQuery::parse(&query).unwrap(), &jar(&redirect.cookies)).await.is_ok());
}

#[tokio::test]
async fn metadata_that_lead_elsewhere_are_refused() {
    let provider = FakeProvider::start().await;
    let port = provider.server.address().port();
    for patch in [
        json!({"issuer": "https://evil.example"}),
        json!({"issuer": format!("{}/{TENANT}/v2.0/", provider.server.uri())}),
        json!({"issuer": null}),
        json!({"token_endpoint": "https://evil.example/token"}),
        json!({"token_endpoint": format!("http://localhost:{port}/token")}),
        json!({"token_endpoint": null}),
        json!({"authorization_endpoint": "http://192.168.0.1/authorize"}),
        json!({"jwks_uri": "file:///etc/passwd"}),
        json!({"jwks_uri": format!("{}/token", provider.server.uri())}),
        json!({"end_session_endpoint": "https://evil.example/"}),
        json!({"id_token_signing_alg_values_supported": ["ES256", "none"]}),
        json!({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}),
    ] {
        provider.world().metadata_patch = patch.clone();
        let refused = provider.entra().start(SignInRequest::default()).await.err();
        assert!(matches!(refused, Some(EntraError::MetadataUnavailable(_))), "{patch}: {refused:?}");
    }
}

#[tokio::test]
async fn client_secrets_go_the_way_that_the_provider_takes() {
    for methods in [json!(null), json!(["client_secret_basic", "client_secret_post"]), json!(["client_secret_post"])] {
        let provider = FakeProvider::start().await;
        provider.world().metadata_patch = json!({"token_endpoint_auth_methods_supported": methods});
        assert!(sign_in(&provider, &provider.entra()).await.is_ok(), "{methods}");
        let requests = provider.server.received_requests().await.unwrap();
        let exchange = requests.iter().find(|request| request.url.path() == "/token").unwrap();
        let by_post = methods == json!(["client_secret_post"]);
        assert_eq!(exchange.headers.contains_key("authorization"), !by_post, "{methods}");
    }
}

#[tokio::test]
async fn the_last_good_metadata_carry_over_an_outage_of_a_day() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    assert!(entra.probe().await.is_ok());
    provider.world().metadata_status = 503;
    provider.clock.advance(SignedDuration::from_hours(23));
    assert!(sign_in(&provider, &entra).await.is_ok());
    provider.clock.advance(SignedDuration::from_hours(1));
    assert!(matches!(entra.probe().await, Err(MetadataError::Status(503))));
    // Those who come at the same moment do not each ask again; those who come later do.
    assert!(matches!(entra.probe().await, Err(MetadataError::Pausing)));
    provider.world().metadata_status = 200;
    provider.clock.advance(SignedDuration::from_secs(2));
    assert!(entra.probe().await.is_ok());
}

#[tokio::test]
async fn metadata_are_read_once_for_all_who_wait() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let starts = (0..20).map(|_| {
        let entra = entra.clone();
        tokio::spawn(async move { entra.start(SignInRequest::default()).await.is_ok() })
    });
    for start in starts.collect::<Vec<_>>() {
        assert!(start.await.unwrap());
    }
    assert_eq!(provider.server.received_requests().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_hundred_askers_make_one_refresh() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    sign_in(&provider, &entra).await.unwrap();
    provider.world().refresh_delay = Duration::from_millis(200);
    provider.clock.advance(SignedDuration::from_mins(59) + SignedDuration::from_secs(1));
    let askers = (0..100).map(|_| {
        let entra = entra.clone();
        tokio::spawn(
            async move { entra.access_token(&FakeProvider::adele()).await.unwrap().expose_secret().to_owned() },
        )
    });
    let mut tokens = Vec::new();
    for asker in askers.collect::<Vec<_>>() {
        tokens.push(asker.await.unwrap());
    }
    tokens.dedup();
    assert_eq!(tokens.len(), 1);
    assert_eq!(provider.world().refreshes, 1);
    assert!(!dump(&provider).await.contains("canary"));
}

#[tokio::test]
async fn two_processes_refresh_once_for_both() {
    let provider = FakeProvider::start().await;
    let processes = [provider.entra(), provider.entra()];
    sign_in(&provider, &processes[0]).await.unwrap();
    provider.world().refresh_delay = Duration::from_millis(50);
    for round in 1..=5 {
        provider.clock.advance(SignedDuration::from_hours(1));
        let askers = (0..200).map(|asker| {
            let entra = processes[asker % 2].clone();
            tokio::spawn(async move { entra.access_token(&FakeProvider::adele()).await.map(|_| ()) })
        });
        for asker in askers.collect::<Vec<_>>() {
            assert!(asker.await.unwrap().is_ok(), "round {round}");
        }
        assert_eq!(provider.world().refreshes, round, "what one process has refreshed is good for the other");
    }
    assert_eq!(provider.world().reused, 0);
    assert!(!dump(&provider).await.contains("canary"), "both tokens are sealed");
}

#[tokio::test]
async fn a_lease_of_a_dead_process_is_taken_over() {
    let provider = FakeProvider::start().await;
    sign_in(&provider, &provider.entra()).await.unwrap();
    for ends_in in [SignedDuration::ZERO, SignedDuration::from_hours(1)] {
        let ends_at = (provider.now() + ends_in).as_microsecond();
        sqlx::query("UPDATE entra_grant SET lease = 'dead', lease_ends_at = $1")
            .bind(ends_at)
            .execute(provider.database.write())
            .await
            .unwrap();
        assert!(provider.entra().access_token(&FakeProvider::adele()).await.is_ok(), "{ends_in:?}");
    }
}

#[tokio::test]
async fn a_killed_refresher_holds_others_up_for_less_than_they_wait() {
    let provider = FakeProvider::start().await;
    let (killed, other) = (provider.entra(), provider.entra());
    let adele = FakeProvider::adele();
    sign_in(&provider, &other).await.unwrap();
    provider.clock.advance(SignedDuration::from_hours(1));
    assert!(matches!(
        killed.inner.grants.lease(&adele, grants::Wanted::Token { discarded: None }).await,
        Ok(grants::Lease::Ours(_))
    ));
    let asker = tokio::spawn({
        let (other, adele) = (other.clone(), adele.clone());
        async move { other.access_token(&adele).await.is_ok() }
    });
    provider.clock.advance(SignedDuration::from_secs(9));
    assert!(
        matches!(
            killed.inner.grants.lease(&adele, grants::Wanted::Token { discarded: None }).await,
            Ok(grants::Lease::Taken)
        ),
        "it may be alive"
    );
    provider.clock.advance(SignedDuration::from_secs(1));
    assert!(asker.await.unwrap(), "one who had come while it was held");
    assert_eq!(provider.world().refreshes, 1);
    assert!(tokens::waits_longer_than(grants::LEASE));
}

#[tokio::test]
async fn a_refresh_that_takes_long_keeps_its_lease_as_long_as_nobody_else_has_it() {
    let provider = FakeProvider::start().await;
    let (slow, other) = (provider.entra(), provider.entra());
    let adele = FakeProvider::adele();
    sign_in(&provider, &slow).await.unwrap();
    provider.clock.advance(SignedDuration::from_hours(1));
    let Ok(grants::Lease::Ours(leased)) =
        slow.inner.grants.lease(&adele, grants::Wanted::Token { discarded: None }).await
    else {
        panic!("it is free")
    };
    let holder = leased.holder();
    for _ in 0..3 {
        provider.clock.advance(SignedDuration::from_secs(9));
        assert!(slow.inner.grants.renew(&adele, &holder).await.unwrap());
    }
    assert!(matches!(
        other.inner.grants.lease(&adele, grants::Wanted::Token { discarded: None }).await,
        Ok(grants::Lease::Taken)
    ));
    provider.clock.advance(SignedDuration::from_secs(11));
    assert!(matches!(
        other.inner.grants.lease(&adele, grants::Wanted::Token { discarded: None }).await,
        Ok(grants::Lease::Ours(_))
    ));
    assert!(!slow.inner.grants.renew(&adele, &holder).await.unwrap(), "it has been overtaken");
}

#[tokio::test]
async fn a_refresh_says_that_it_is_alive_while_the_authority_thinks() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    let adele = FakeProvider::adele();
    sign_in(&provider, &entra).await.unwrap();
    // Longer than one sign of life, which goes by the machine's clock.
    provider.world().refresh_delay = grants::SIGN_OF_LIFE + Duration::from_secs(5);
    provider.clock.advance(SignedDuration::from_hours(1));
    let refresh = tokio::spawn({
        let (entra, adele) = (entra.clone(), adele.clone());
        async move { entra.access_token(&adele).await.is_ok() }
    });
    let lease_end = async || {
        let row = sqlx::query("SELECT lease_ends_at FROM entra_grant").fetch_one(provider.database.read()).await;
        row.unwrap().get::<i64, _>(0)
    };
    while lease_end().await == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let taken = lease_end().await;
    provider.clock.advance(SignedDuration::from_secs(5));
    while lease_end().await == taken {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(lease_end().await > taken && !refresh.is_finished());
    refresh.abort();
}

#[tokio::test]
async fn a_lease_of_a_process_whose_clock_is_a_little_ahead_is_left_alone() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    sign_in(&provider, &entra).await.unwrap();
    provider.clock.advance(SignedDuration::from_hours(1));
    sqlx::query("UPDATE entra_grant SET lease = 'alive', lease_ends_at = $1")
        .bind((provider.now() + SignedDuration::from_secs(11)).as_microsecond())
        .execute(provider.database.write())
        .await
        .unwrap();
    let adele = FakeProvider::adele();
    let asked = entra.access_token(&adele);
    assert!(tokio::time::timeout(Duration::from_millis(300), asked).await.is_err(), "it waits");
    assert_eq!(provider.world().refreshes, 0);
}

#[tokio::test]
async fn a_token_that_was_refused_is_not_used_again_and_a_new_sign_in_elsewhere_is_noticed() {
    let provider = FakeProvider::start().await;
    let (here, there) = (provider.entra(), provider.entra());
    let adele = FakeProvider::adele();
    let token = async |entra: &Entra| entra.access_token(&adele).await.unwrap().expose_secret().to_owned();
    sign_in(&provider, &here).await.unwrap();
    let refused = token(&here).await;
    here.discard_access_token(&adele);
    assert_ne!(token(&here).await, refused);
    assert_eq!(provider.world().refreshes, 1);

    sign_in(&provider, &there).await.unwrap();
    here.discard_access_token(&adele);
    assert_eq!(token(&here).await, token(&there).await, "of the new sign-in");
    assert_eq!(provider.world().refreshes, 1, "which had brought one");
}

#[tokio::test]
async fn an_access_token_that_proved_wrong_is_not_shared() {
    let provider = FakeProvider::start().await;
    let (here, there) = (provider.entra(), provider.entra());
    sign_in(&provider, &here).await.unwrap();
    provider.clock.advance(SignedDuration::from_hours(1));
    provider.world().access_claims_patch = json!({"amr": ["pwd"]});
    for process in [here, there] {
        assert!(matches!(process.access_token(&FakeProvider::adele()).await, Err(TokenError::SignInAgain)));
    }
    assert_eq!(provider.world().refreshes, 1);
}

#[tokio::test]
async fn an_asker_who_goes_away_does_not_take_the_refresh_along() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    sign_in(&provider, &entra).await.unwrap();
    provider.world().refresh_delay = Duration::from_millis(200);
    provider.clock.advance(SignedDuration::from_hours(1));
    let adele = FakeProvider::adele();
    let asker = entra.access_token(&adele);
    assert!(tokio::time::timeout(Duration::from_millis(100), asker).await.is_err());
    assert!(entra.access_token(&FakeProvider::adele()).await.is_ok());
    let world = provider.world();
    assert_eq!((world.refreshes, world.reused), (1, 0));
}

#[tokio::test]
async fn what_the_authority_no_longer_honours_is_forgotten() {
    for error in ["invalid_grant", "interaction_required"] {
        let provider = FakeProvider::start().await;
        let entra = provider.entra();
        sign_in(&provider, &entra).await.unwrap();
        provider.clock.advance(SignedDuration::from_hours(1));
        provider.world().refresh = Refresh::Refuse(400, error);
        for _ in 0..3 {
            assert!(matches!(entra.access_token(&FakeProvider::adele()).await, Err(TokenError::SignInAgain)));
        }
        assert_eq!(provider.world().refreshes, 1, "{error}");
        provider.world().refresh = Refresh::Rotate;
        sign_in(&provider, &entra).await.unwrap();
        assert!(entra.access_token(&FakeProvider::adele()).await.is_ok());
    }
}

#[tokio::test]
async fn trouble_of_the_authority_costs_no_grant() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    sign_in(&provider, &entra).await.unwrap();
    provider.clock.advance(SignedDuration::from_hours(1));
    for (status, error) in [(503, "temporarily_unavailable"), (500, "server_error"), (401, "invalid_client"), (500, "")]
    {
        provider.world().refresh = Refresh::Refuse(status, error);
        assert!(matches!(entra.access_token(&FakeProvider::adele()).await, Err(TokenError::Unavailable)), "{error}");
    }
    provider.world().refresh = Refresh::Rotate;
    assert!(entra.access_token(&FakeProvider::adele()).await.is_ok());
}

#[tokio::test]
async fn a_lost_connection_is_tried_once_more() {
    for (losses, recovers) in [(1, true), (2, false)] {
        let provider = FakeProvider::start().await;
        let entra = provider.entra();
        sign_in(&provider, &entra).await.unwrap();
        provider.clock.advance(SignedDuration::from_hours(1));
        Mock::given(matchers::path("/token"))
            .respond_with_err(|_: &wiremock::Request| io::Error::new(io::ErrorKind::ConnectionReset, "reset"))
            .up_to_n_times(losses)
            .with_priority(1)
            .mount(&provider.server)
            .await;
        let token = entra.access_token(&FakeProvider::adele()).await;
        assert_eq!(token.is_ok(), recovers, "{losses}");
        assert!(entra.access_token(&FakeProvider::adele()).await.is_ok(), "{losses}");
    }
}

#[tokio::test]
async fn a_refresh_that_brings_another_person_or_no_second_factor_ends_the_grant() {
    for (id_token, access_token) in [
        (json!({"oid": "another"}), json!({})),
        (json!({"aud": "another"}), json!({})),
        (json!({}), json!({"amr": ["pwd"]})),
    ] {
        let provider = FakeProvider::start().await;
        let entra = provider.entra();
        sign_in(&provider, &entra).await.unwrap();
        provider.clock.advance(SignedDuration::from_hours(1));
        provider.world().claims_patch = id_token.clone();
        provider.world().access_claims_patch = access_token;
        for _ in 0..2 {
            let refused = entra.access_token(&FakeProvider::adele()).await;
            assert!(matches!(refused, Err(TokenError::SignInAgain)), "{id_token}");
        }
        assert_eq!(provider.world().refreshes, 1);
    }
}

#[tokio::test]
async fn a_provider_that_repeats_neither_id_token_nor_refresh_token_is_fine() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    sign_in(&provider, &entra).await.unwrap();
    provider.world().answer_patch = json!({"id_token": null, "refresh_token": null});
    provider.clock.advance(SignedDuration::from_hours(1));
    let kept = provider.world().good_refresh_token.clone();
    assert!(entra.access_token(&FakeProvider::adele()).await.is_ok());
    provider.world().good_refresh_token = kept;
    provider.clock.advance(SignedDuration::from_hours(1));
    assert!(entra.access_token(&FakeProvider::adele()).await.is_ok());
}

#[tokio::test]
async fn without_a_refresh_token_the_access_token_is_all_there_is() {
    let provider = FakeProvider::start().await;
    provider.world().answer_patch = json!({"refresh_token": null, "expires_in": 600});
    let entra = provider.entra();
    sign_in(&provider, &entra).await.unwrap();
    provider.clock.advance(SignedDuration::from_mins(9));
    assert!(entra.access_token(&FakeProvider::adele()).await.is_ok());
    provider.clock.advance(SignedDuration::from_secs(1));
    assert!(matches!(entra.access_token(&FakeProvider::adele()).await, Err(TokenError::SignInAgain)));
    assert_eq!(provider.world().refreshes, 0);
}

#[tokio::test]
async fn who_is_forgotten_has_no_token_here_or_anywhere() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    sign_in(&provider, &entra).await.unwrap();
    entra.forget(&FakeProvider::adele()).await.unwrap();
    for process in [entra, provider.entra()] {
        assert!(matches!(process.access_token(&FakeProvider::adele()).await, Err(TokenError::SignInAgain)));
    }
    assert!(!dump(&provider).await.contains("v1."));
}

#[tokio::test]
async fn who_signs_out_during_a_refresh_gets_no_token_of_it() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    sign_in(&provider, &entra).await.unwrap();
    provider.clock.advance(SignedDuration::from_hours(1));
    provider.world().refresh_delay = Duration::from_millis(200);
    let asker = tokio::spawn({
        let entra = entra.clone();
        async move { entra.access_token(&FakeProvider::adele()).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    entra.forget(&FakeProvider::adele()).await.unwrap();
    assert!(matches!(asker.await.unwrap(), Err(TokenError::SignInAgain)));
    assert!(matches!(entra.access_token(&FakeProvider::adele()).await, Err(TokenError::SignInAgain)));
}

#[tokio::test]
async fn signing_out_leads_to_the_authority_and_back() {
    let provider = FakeProvider::start().await;
    assert_eq!(provider.entra().sign_out_url(Door::Provider).await, None);
    provider.world().metadata_patch = json!({"end_session_endpoint": format!("{}/logout", provider.server.uri())});
    let url = provider.entra().sign_out_url(Door::Provider).await.unwrap();
    assert_eq!(url.path(), "/logout");
    let back = url.query_pairs().find(|(name, _)| name == "post_logout_redirect_uri").unwrap().1.into_owned();
    assert_eq!(back, "http://localhost:3000/sign-in");
}

#[test]
fn the_authoritys_own_trouble_is_no_refusal_of_the_person() {
    for code in ["server_error", "temporarily_unavailable"] {
        let error = EntraError::from(TokenCallError::Refused(Refusal::new(code, None)));
        assert!(matches!(error, EntraError::TokenUnavailable), "{code}: {error}");
    }
    let error = EntraError::from(TokenCallError::Refused(Refusal::new("invalid_grant", None)));
    assert!(matches!(error, EntraError::TokenRefused(_)), "{error}");
}

#[tokio::test]
async fn what_was_granted_and_not_used_for_ninety_days_is_swept() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    sign_in(&provider, &entra).await.unwrap();
    let grants = async || {
        let rows = sqlx::query("SELECT oid FROM entra_grant").fetch_all(provider.database.read()).await.unwrap();
        rows.len()
    };
    provider.clock.advance(SignedDuration::from_hours(90 * 24));
    entra.sweep().await.unwrap();
    assert_eq!(grants().await, 1, "Entra may still take it");
    provider.clock.advance(SignedDuration::from_secs(1));
    entra.sweep().await.unwrap();
    assert_eq!(grants().await, 0);
}

#[tokio::test]
async fn what_somebody_has_granted_does_not_open_in_the_row_of_somebody_else() {
    let provider = FakeProvider::start().await;
    sign_in(&provider, &provider.entra()).await.unwrap();
    sqlx::query(
        "INSERT INTO entra_grant (tid, oid, refresh_token, access_token, access_ends_at, version, lease, \
         lease_ends_at, refreshed_at) SELECT tid, 'another', refresh_token, access_token, access_ends_at, version, \
         lease, lease_ends_at, refreshed_at FROM entra_grant",
    )
    .execute(provider.database.write())
    .await
    .unwrap();
    let another = PersonKey { oid: "another".to_owned(), ..FakeProvider::adele() };
    assert!(provider.entra().access_token(&another).await.is_err(), "Adele's access token was given away");
    provider.clock.advance(SignedDuration::from_hours(2));
    assert!(provider.entra().access_token(&another).await.is_err());
    assert_eq!(provider.world().refreshes, 0, "Adele's refresh token was used");
}

#[tokio::test]
async fn a_refresh_during_which_the_person_signs_in_anew_brings_its_token_and_leaves_the_new_grant_alone() {
    let provider = FakeProvider::start().await;
    let (entra, there) = (provider.entra(), provider.entra());
    sign_in(&provider, &entra).await.unwrap();
    provider.clock.advance(SignedDuration::from_hours(1));
    provider.world().refresh_delay = Duration::from_millis(500);
    let refresh = tokio::spawn(async move { there.access_token(&FakeProvider::adele()).await });
    while provider.world().refreshes == 0 {
        tokio::task::yield_now().await;
    }
    sign_in(&provider, &entra).await.unwrap();
    let refreshed = refresh.await.unwrap();
    assert!(refreshed.is_ok(), "{:?}", refreshed.err());
    provider.world().refresh_delay = Duration::ZERO;
    provider.clock.advance(SignedDuration::from_hours(1));
    assert!(entra.access_token(&FakeProvider::adele()).await.is_ok());
    assert_eq!(provider.world().reused, 0);
}

#[tokio::test]
async fn the_door_of_every_organisation_is_looked_at_by_itself() {
    let provider = FakeProvider::start().await;
    let entra = provider.entra();
    assert!(entra.probe().await.is_ok());
    // This provider has the one door.
    assert!(matches!(entra.probe_organizations().await, Err(MetadataError::Status(404))));
    assert_eq!(entra.authority_origin(), provider.server.uri());
}

#[tokio::test]
async fn cookies_that_only_begin_like_those_of_a_sign_in_are_left_alone() {
    let provider = FakeProvider::start().await;
    let others = (0..6).flat_map(|at| [format!("{at}"), format!("{}.{at}", "a".repeat(41))]);
    let others: Vec<_> = others.map(|name| Cookie::new(format!("portal-sign-in-{name}"), "x")).collect();
    let request = SignInRequest { cookies: jar(&others), ..SignInRequest::default() };
    let redirect = provider.entra().start(request).await.unwrap();
    assert_eq!(redirect.cookies.len(), 1, "none is taken back: {:?}", redirect.cookies);
}
