//! The addresses of the sign-in. They render nothing: each answer is a redirect, a failed sign-in's to the sign-in page
//! with a word of a closed set and a number that is in the log too.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Extension, Router,
    extract::{RawQuery, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, LOCATION, SET_COOKIE},
    },
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use tower_sessions::{
    Session,
    cookie::{Cookie, SameSite, time::Duration},
};
use url::Url;

use super::{onboarding_form::Submitted, visit::ClientAddress};
use crate::{
    audit::{Act, Actor, Audit, Entry},
    clock::Ambient,
    domain::{Field, OnboardingId, Operator},
    entra::{
        BrowserCookies, CallbackQuery, Consent, Door, Entra, EntraError, Finished, Identity, Purpose, ReturnTo,
        SignInFailure, SignInProblem, SignInRequest, SignedIn,
    },
    measure, paths,
    provisioning::{Provisioning, ProvisioningError},
    session::{self, SessionError, Sessions},
    state::AppState,
};

/// Letters and digits that cannot be taken for one another (Crockford's base 32), for numbers that are read out on the
/// telephone.
const READABLE: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P',
    'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// The routes of the sign-in.
pub fn routes(state: &AppState) -> Router<AppState> {
    router(AuthContext {
        entra: state.entra.clone(),
        sessions: state.sessions.clone(),
        audit: state.audit.clone(),
        provisioning: state.provisioning.clone(),
        public_url: state.config.public_url.clone(),
        ambient: state.ambient.clone(),
    })
}

/// The same over the parts alone.
fn router<S: Clone + Send + Sync + 'static>(context: AuthContext) -> Router<S> {
    Router::new()
        .route(paths::AUTH_START, get(start))
        .route(paths::AUTH_CALLBACK, get(callback))
        .route(paths::SIGN_OUT, post(sign_out))
        .with_state(Arc::new(context))
}

/// What the handlers work with.
#[derive(Clone)]
pub struct AuthContext {
    /// Sign-in and tokens.
    pub entra: Entra,
    /// Sessions and operators.
    pub sessions: Sessions,
    /// For who was not let in.
    pub audit: Audit,
    /// For forms that waited for the sign-in.
    pub provisioning: Provisioning,
    /// The origin that browsers use.
    pub public_url: Url,
    /// For reference numbers.
    pub ambient: Ambient,
}

/// Query of [`start`].
#[derive(Default, Deserialize)]
struct StartQuery {
    return_to: Option<String>,
    resume: Option<String>,
    login_hint: Option<String>,
    /// `reseller`: through the door of other organisations.
    #[serde(rename = "as")]
    side: Option<String>,
}

/// A sign-in that has led to no session, and the number under which the log knows it.
struct Failed {
    problem: SignInProblem,
    reference: String,
    return_to: ReturnTo,
    resume: Option<String>,
}

/// A form that could not be brought back, and the key under which it waits still.
struct Unparked {
    reason: String,
    key: String,
}

/// `GET /auth/start`: sends the browser to the authority. `return_to`, `resume` and `login_hint` may be given, and
/// `as=reseller`. A link on a page of another site leads to the sign-in page first.
pub async fn start(
    State(auth): State<Arc<AuthContext>>,
    RawQuery(query): RawQuery,
    address: Option<Extension<ClientAddress>>,
    headers: HeaderMap,
) -> Response {
    let address = address.map(|Extension(address)| address.0);
    let query: StartQuery = serde_urlencoded::from_str(&query.unwrap_or_default()).unwrap_or_default();
    let return_to = query.return_to.as_deref().map(ReturnTo::parse).unwrap_or_default();
    let resume = query.resume.filter(|key| session::is_parked_form_key(key));
    if headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return see_other(ask_first(&return_to, resume.as_deref()).as_str(), &[]);
    }
    let door = if query.side.as_deref() == Some(paths::AS_RESELLER) { Door::Organizations } else { Door::Provider };
    let request = SignInRequest {
        door,
        purpose: Purpose::SignIn,
        return_to: return_to.clone(),
        resume: resume.as_deref(),
        login_hint: query.login_hint.as_deref(),
        cookies: BrowserCookies::from_headers(&headers),
    };
    match auth.entra.start(request).await {
        Ok(redirect) => see_other(redirect.url.as_str(), &redirect.cookies),
        Err(error) => auth.turn_away(SignInFailure { error, return_to, resume }, address, &[]).await,
    }
}

/// The page with the button. Whoever is signed in at the authority needs no more than this address to be signed in here,
/// and that is for the person to ask for, not for a page of somebody else.
fn ask_first(return_to: &ReturnTo, resume: Option<&str>) -> ReturnTo {
    let mut page = ReturnTo::parse(paths::SIGN_IN);
    if *return_to != ReturnTo::default() {
        page = page.with_parameter("return_to", return_to.as_str());
    }
    match resume {
        Some(key) => page.with_parameter("resume", key),
        None => page,
    }
}

/// `GET /auth/callback`: the browser comes back from the authority.
pub async fn callback(
    State(auth): State<Arc<AuthContext>>,
    session: Session,
    RawQuery(query): RawQuery,
    address: Option<Extension<ClientAddress>>,
    headers: HeaderMap,
) -> Response {
    let address = address.map(|Extension(address)| address.0);
    let query = match CallbackQuery::parse(&query.unwrap_or_default()) {
        Ok(query) => query,
        Err(error) => return auth.turn_away(error.into(), address, &[]).await,
    };
    let cookies = BrowserCookies::from_headers(&headers);
    let spent: Vec<_> = auth.entra.spent_cookie(&query).into_iter().collect();
    match auth.entra.finish(query, &cookies).await {
        Ok(Finished::Consented(consent)) => auth.connect(&session, consent, address, &spent).await,
        Ok(Finished::SignedIn(signed_in)) => match auth.admit(&session, &signed_in, address).await {
            Ok(operator) => match auth.landing(&operator, &signed_in).await {
                Ok(address) => {
                    measure::sign_in("signed_in");
                    see_other(&address, &spent)
                }
                Err(failed) => failed.answer(&spent),
            },
            Err(failed) => failed.answer(&spent),
        },
        // The address was opened twice, and the first time has done what the second wants.
        Err(SignInFailure { error: EntraError::AlreadyUsed, .. }) if auth.is_signed_in(&session).await => {
            see_other(paths::HOME, &spent)
        }
        Err(failure) => auth.turn_away(failure, address, &spent).await,
    }
}

/// `POST /auth/sign-out`: ends the session here, forgets what was granted if it was the person's last, and leads to
/// the authority to end the session there.
pub async fn sign_out(
    State(auth): State<Arc<AuthContext>>,
    session: Session,
    address: Option<Extension<ClientAddress>>,
) -> Response {
    let address = address.map(|Extension(address)| address.0);
    let person = match auth.sessions.sign_out(&session, address).await {
        Ok(person) => person,
        Err(error) => {
            tracing::error!(%error, "auth.sign_out: the session could not be ended");
            return (StatusCode::SERVICE_UNAVAILABLE, no_store()).into_response();
        }
    };
    let is_provider = person.is_none_or(|person| auth.entra.is_provider(&person));
    let target = auth.entra.sign_out_url(if is_provider { Door::Provider } else { Door::Organizations }).await;
    let target = target.as_ref().map_or(paths::SIGN_IN, Url::as_str);
    let mut response = see_other(target, &[auth.session_cookie_removal()]);
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
    response
}

impl AuthContext {
    /// Keeps what an account has agreed to, if an administrator is who has asked it to: the browser's session says who
    /// that is, as of now.
    async fn connect(
        &self,
        session: &Session,
        consent: Consent,
        address: Option<IpAddr>,
        spent: &[Cookie<'static>],
    ) -> Response {
        let operator = match self.sessions.operator(session).await {
            Ok(Some(operator)) if operator.is_admin() => Operator { address, ..operator },
            Ok(_) => return see_other(&paths::sign_in(paths::SETTINGS, Some("ended")), spent),
            Err(error) => {
                tracing::error!(%error, "auth.callback: the session could not be read");
                return see_other(&paths::settings_after("failed"), spent);
            }
        };
        match self.entra.connect(&operator, consent).await {
            Ok(()) => see_other(&paths::settings_after("connected"), spent),
            Err(error) => {
                tracing::error!(%error, "auth.callback: the account could not be connected");
                see_other(&paths::settings_after("failed"), spent)
            }
        }
    }

    async fn admit(
        &self,
        session: &Session,
        signed_in: &SignedIn,
        address: Option<IpAddr>,
    ) -> Result<Operator, Failed> {
        // A relationship that is older than the portal's last list.
        self.provisioning.make_known(&signed_in.identity.key).await;
        let error = match self.sessions.sign_in(session, &signed_in.identity, address).await {
            Ok(operator) => return Ok(operator),
            Err(error) => error,
        };
        let person = &signed_in.identity.key;
        let problem = match error {
            SessionError::NoRole => SignInProblem::NoRole,
            SessionError::NoRelationship => SignInProblem::NoRelationship,
            SessionError::Disabled => SignInProblem::Disabled,
            _ => SignInProblem::Unavailable,
        };
        measure::sign_in(problem.word());
        let reference = self.reference();
        tracing::warn!(reference, %problem, tid = person.tid, oid = person.oid, %error, "auth.callback: sign-in failed");
        self.record_refusal(problem, Some(&signed_in.identity), address).await;
        Err(Failed { problem, reference, return_to: signed_in.return_to.clone(), resume: signed_in.resume.clone() })
    }

    /// Where a person goes on: to the form that waited, or to the page that was asked for.
    ///
    /// The form becomes a draft here and not on the page that shows it: the callback is the one GET that changes
    /// something, and it works once.
    async fn landing(&self, operator: &Operator, signed_in: &SignedIn) -> Result<String, Failed> {
        let asked_for = signed_in.return_to.as_str().to_owned();
        let Some(key) = signed_in.resume.as_deref().filter(|_| operator.may_onboard()) else {
            return Ok(asked_for);
        };
        match self.unpark(operator, key).await {
            Ok(draft) => Ok(draft.map_or(asked_for, |(id, field)| paths::draft_at(&id, field))),
            Err(Unparked { reason, key }) => {
                let reference = self.reference();
                tracing::error!(reference, reason, "auth.callback: a form that waited could not be brought back");
                let problem = SignInProblem::Unavailable;
                Err(Failed { problem, reference, return_to: signed_in.return_to.clone(), resume: Some(key) })
            }
        }
    }

    /// Makes a draft of a form that waited, or brings its draft up to date; `None` if there is none (any more). Answers the
    /// draft, and the field that the person was in. What fails leaves the form waiting.
    async fn unpark(&self, operator: &Operator, key: &str) -> Result<Option<(OnboardingId, Option<Field>)>, Unparked> {
        let still = |reason: String| Unparked { reason, key: key.to_owned() };
        let text = self.sessions.take_parked_form(key).await.map_err(|error| still(error.to_string()))?;
        let Some(text) = text else { return Ok(None) };
        let Ok(waited) = serde_json::from_str::<Submitted>(&text) else { return Ok(None) };
        match self.store_waited(operator, &waited).await {
            Ok(id) => Ok(Some((id, waited.at()))),
            Err(error) => {
                let again = self.sessions.park_form(&text).await.unwrap_or_else(|_| key.to_owned());
                Err(Unparked { reason: error.to_string(), key: again })
            }
        }
    }

    /// Stores what waited in the draft that it was typed into. Where that is not possible (another person has signed in,
    /// another window has changed it, it was sent), it is a draft of its own: what was typed is not lost.
    async fn store_waited(&self, operator: &Operator, waited: &Submitted) -> Result<OnboardingId, ProvisioningError> {
        if let Ok(named) = waited.draft.parse::<OnboardingId>() {
            let id = self.provisioning.place_of_draft(operator, &named).await?;
            match self.provisioning.save_draft_from(operator, &id, &waited.form, waited.window()).await {
                Ok(_) => return Ok(id),
                Err(
                    ProvisioningError::NotFound
                    | ProvisioningError::AlreadySent
                    | ProvisioningError::SentOtherwise(_)
                    | ProvisioningError::ChangedElsewhere(_),
                ) => {}
                Err(error) => return Err(error),
            }
        }
        let id = OnboardingId::from(self.ambient.uuid_v7());
        self.provisioning.save_draft(operator, &id, &waited.form).await?;
        Ok(id)
    }

    /// That somebody was not let in, and why. An authority that answers nothing usable is part of it: whoever stands in its
    /// place looks the same.
    async fn record_refusal(&self, problem: SignInProblem, identity: Option<&Identity>, address: Option<IpAddr>) {
        let key = identity.map(|identity| &identity.key);
        let name = identity.map(|identity| identity.name.as_str());
        let actor = Actor::Nobody { key, name, address };
        self.audit.record_refusal(&Entry::refused(Act::SignIn, actor, problem.word())).await;
    }

    /// The answer to who comes back from the authority without being let in.
    async fn turn_away(&self, failure: SignInFailure, address: Option<IpAddr>, spent: &[Cookie<'static>]) -> Response {
        let failed = self.refuse(failure);
        self.record_refusal(failed.problem, None, address).await;
        failed.answer(spent)
    }

    fn refuse(&self, failure: SignInFailure) -> Failed {
        let problem = SignInProblem::from(&failure.error);
        measure::sign_in(problem.word());
        let reference = self.reference();
        tracing::warn!(reference, %problem, error = %failure.error, "auth: sign-in failed");
        Failed { problem, reference, return_to: failure.return_to, resume: failure.resume }
    }

    async fn is_signed_in(&self, session: &Session) -> bool {
        matches!(self.sessions.operator(session).await, Ok(Some(_)))
    }

    /// The session's layer removes the cookie too, but without `Secure`, and browsers take that for a `__Host-` cookie
    /// that is set wrongly.
    fn session_cookie_removal(&self) -> Cookie<'static> {
        Cookie::build((session::cookie_name(&self.public_url), ""))
            .path("/")
            .secure(self.public_url.scheme() == "https")
            .http_only(true)
            .same_site(SameSite::Lax)
            .max_age(Duration::ZERO)
            .build()
    }

    /// Eight characters, 40 bits.
    fn reference(&self) -> String {
        self.ambient.bytes::<8>().iter().filter_map(|byte| READABLE.get(usize::from(byte % 32))).collect()
    }
}

impl Failed {
    /// The sign-in page, with all it takes to try again without a loss.
    fn answer(&self, cookies: &[Cookie<'static>]) -> Response {
        let page = ask_first(&self.return_to, self.resume.as_deref())
            .with_parameter("problem", self.problem.word())
            .with_parameter("ref", &self.reference);
        see_other(page.as_str(), cookies)
    }
}

/// 303 with these cookies.
pub(super) fn see_other(location: &str, cookies: &[Cookie<'static>]) -> Response {
    let Ok(location) = HeaderValue::from_str(location) else {
        return (StatusCode::INTERNAL_SERVER_ERROR, no_store()).into_response();
    };
    let mut response = (StatusCode::SEE_OTHER, no_store(), [(LOCATION, location)]).into_response();
    let values = cookies.iter().filter_map(|cookie| HeaderValue::from_str(&cookie.to_string()).ok());
    for value in values {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

fn no_store() -> [(HeaderName, HeaderValue); 1] {
    [(CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}

#[cfg(test)]
#[cfg(feature = "simulator")]
mod tests {
    use axum::{body::Body, extract::Request};
    use serde_json::json;
    use tower::ServiceExt;

    use super::*;
    use crate::{
        clock::SignedDuration,
        config::Cloud,
        credentials::CredentialStore,
        domain::{NewCustomerForm, Role, Side},
        entra::fake_provider::FakeProvider,
        journal::Journal,
        partner_center::PartnerCenter,
        relationships::Relationships,
    };

    /// The portal's sign-in, and a browser that keeps cookies.
    struct Browser {
        provider: FakeProvider,
        context: AuthContext,
        app: Router,
        cookies: Vec<Cookie<'static>>,
    }

    impl Browser {
        async fn open(public_url: &str) -> Self {
            let provider = FakeProvider::start().await;
            let entra = provider.entra_at(public_url);
            let (database, keyring) = (provider.database.clone(), provider.keyring.clone());
            let ambient = provider.ambient.clone();
            let provisioning = Provisioning::new(
                Journal::new(database.clone(), keyring.clone(), ambient.clone()),
                CredentialStore::new(database.clone(), keyring.clone(), ambient.clone()),
                Arc::new(entra.clone()),
                PartnerCenter::new(crate::http::client("test").unwrap(), public_url.parse().unwrap(), ambient.clone()),
                Relationships::new(database.clone(), ambient.clone()),
                Cloud::Global,
                ambient,
            );
            let audit = Audit::new(database.clone(), keyring.clone(), provider.ambient.clone());
            let sessions = Sessions::new(database, keyring, entra.clone(), provider.ambient.clone());
            let public_url: Url = public_url.parse().unwrap();
            let layer = sessions.layer(&public_url);
            let ambient = provider.ambient.clone();
            let context = AuthContext { entra, sessions, audit, provisioning, public_url, ambient };
            Self { app: router(context.clone()).layer(layer), provider, context, cookies: Vec::new() }
        }

        fn journal(&self) -> Journal {
            let FakeProvider { database, keyring, ambient, .. } = &self.provider;
            Journal::new(database.clone(), keyring.clone(), ambient.clone())
        }

        async fn send(&mut self, method: &str, address: &str) -> Response {
            let jar = self.cookies.iter().map(|cookie| cookie.stripped().to_string()).collect::<Vec<_>>().join("; ");
            let request = Request::builder().method(method).uri(address).header("cookie", jar);
            let response = self.app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(response.status(), StatusCode::SEE_OTHER, "{address}");
            assert_eq!(response.headers()["cache-control"], "no-store");
            for value in response.headers().get_all(SET_COOKIE) {
                self.keep(Cookie::parse(value.to_str().unwrap().to_owned()).unwrap());
            }
            response
        }

        fn keep(&mut self, cookie: Cookie<'static>) {
            // As a browser does: a `__Host-` cookie without `Secure` is not taken, not even to remove it.
            if cookie.name().starts_with("__Host-") && cookie.secure() != Some(true) {
                return;
            }
            assert_eq!(cookie.path(), Some("/"));
            self.cookies.retain(|known| known.name() != cookie.name());
            if cookie.max_age() != Some(Duration::ZERO) {
                let flags = (cookie.http_only(), cookie.same_site());
                assert_eq!(flags, (Some(true), Some(SameSite::Lax)), "the flags of the cookie {}", cookie.name());
                self.cookies.push(cookie);
            }
        }

        async fn start(&mut self, query: &str) -> Url {
            location(&self.send("GET", &format!("/auth/start?{query}")).await).parse().unwrap()
        }

        async fn sign_in(&mut self, query: &str) -> String {
            let url = self.start(query).await;
            let back = self.provider.agree(&url);
            location(&self.send("GET", &format!("/auth/callback?{back}")).await)
        }

        fn operator() -> Operator {
            let key = FakeProvider::adele();
            Operator {
                key,
                name: String::new(),
                sign_in_name: String::new(),
                side: Side::Provider(Role::AccountManager),
                address: None,
            }
        }

        fn names(&self) -> Vec<&str> {
            self.cookies.iter().map(Cookie::name).collect()
        }
    }

    fn location(response: &Response) -> String {
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    fn has(address: &str, name: &str, value: &str) -> bool {
        let url = Url::parse("http://portal.invalid").unwrap().join(address).unwrap();
        assert_eq!(url.path(), "/sign-in");
        url.query_pairs().any(|(key, text)| key == name && text == value)
    }

    #[tokio::test]
    async fn a_person_signs_in_and_out() {
        for (public_url, cookie) in [("https://portal.example", "__Host-portal"), ("http://localhost:3000", "portal")] {
            let mut browser = Browser::open(public_url).await;
            assert_eq!(browser.sign_in("return_to=%2Fcustomers%3Fpage%3D2").await, "/customers?page=2");
            assert_eq!(browser.names(), [cookie]);
            let session = browser.cookies[0].value().to_owned();

            // A second sign-in in the same browser has another session, and the first is over.
            browser.sign_in("").await;
            assert_ne!(browser.cookies[0].value(), session);

            let response = browser.send("POST", "/auth/sign-out").await;
            assert_eq!(location(&response), "/sign-in");
            assert_eq!(response.headers()["clear-site-data"], "\"cache\"");
            assert!(browser.names().is_empty());
            let rows = sqlx::query("SELECT id FROM session").fetch_all(browser.provider.database.read()).await.unwrap();
            assert!(rows.is_empty());
            assert!(browser.context.entra.access_token(&FakeProvider::adele()).await.is_err());
        }
    }

    #[tokio::test]
    async fn nobody_is_led_away_by_a_return_address() {
        let mut browser = Browser::open("http://localhost:3000").await;
        for text in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example", "%2F.%2F%2Fevil.example"]
        {
            assert_eq!(browser.sign_in(&format!("return_to={text}")).await, "/", "led away");
        }
    }

    #[tokio::test]
    async fn a_form_that_waited_is_a_draft_after_the_sign_in_and_no_page_makes_it_one() {
        let mut browser = Browser::open("http://localhost:3000").await;
        let form = NewCustomerForm { company_name: "Wingtip Toys".to_owned(), ..NewCustomerForm::default() };
        let key = browser.context.sessions.park_form(&serde_json::to_string(&form).unwrap()).await.unwrap();
        let page = browser.sign_in(&format!("resume={key}&return_to=/a")).await;
        let draft: OnboardingId = page.strip_prefix("/customers/new?draft=").unwrap().parse().unwrap();
        let journal = browser.journal();
        let waiting = journal.waiting_for(&Browser::operator()).await.unwrap();
        assert_eq!(waiting.drafts.len(), 1);
        assert_eq!((&waiting.drafts[0].id, &waiting.drafts[0].form), (&draft, &form));

        assert_eq!(browser.sign_in(&format!("resume={key}&return_to=/a")).await, "/a", "a key works once");
        assert_eq!(browser.sign_in("resume=%22%3E").await, "/");
    }

    #[tokio::test]
    async fn a_form_that_cannot_be_stored_waits_on() {
        let mut browser = Browser::open("http://localhost:3000").await;
        let key = browser.context.sessions.park_form("{}").await.unwrap();
        let refuse = "CREATE TRIGGER full BEFORE INSERT ON onboarding BEGIN SELECT RAISE(ABORT, 'full'); END";
        sqlx::query(refuse).execute(browser.provider.database.write()).await.unwrap();
        let page = browser.sign_in(&format!("resume={key}")).await;
        assert!(has(&page, "problem", "unavailable"), "{page}");
        sqlx::query("DROP TRIGGER full").execute(browser.provider.database.write()).await.unwrap();
        let url = Url::parse("http://portal.invalid").unwrap().join(&page).unwrap();
        let again = url.query_pairs().find(|(name, _)| name == "resume").unwrap().1.into_owned();
        let page = browser.sign_in(&format!("resume={again}")).await;
        assert!(page.starts_with("/customers/new?draft="), "{page}");
    }

    #[tokio::test]
    async fn a_failed_sign_in_leads_to_the_sign_in_page_with_all_it_takes_to_try_again() {
        let mut browser = Browser::open("http://localhost:3000").await;
        let key = browser.context.sessions.park_form("{}").await.unwrap();
        let url = browser.start(&format!("return_to=/customers&resume={key}")).await;
        let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let query = format!("error=access_denied&error_description=%3Cscript%3Ecanary&state={state}");
        let page = location(&browser.send("GET", &format!("/auth/callback?{query}")).await);
        assert!(has(&page, "problem", "denied") && has(&page, "return_to", "/customers") && has(&page, "resume", &key));
        assert!(page.contains("ref=") && !page.contains("canary"));
        assert!(browser.names().is_empty(), "the cookie of the sign-in is over");
    }

    #[tokio::test]
    async fn each_failure_has_its_word() {
        let mut browser = Browser::open("http://localhost:3000").await;
        for (claims, access_claims, word) in [
            (json!({"roles": []}), json!({}), "no-role"),
            (json!({"tid": "another"}), json!({}), "foreign-tenant"),
            (json!({}), json!({"amr": ["pwd"]}), "second-factor"),
            (json!({"aud": "another"}), json!({}), "failed"),
        ] {
            browser.provider.world().claims_patch = claims;
            browser.provider.world().access_claims_patch = access_claims;
            let page = browser.sign_in("").await;
            assert!(has(&page, "problem", word), "{page}");
            assert!(browser.names().is_empty(), "{word}");
            assert!(browser.context.entra.access_token(&FakeProvider::adele()).await.is_err(), "{word}");
        }
        for query in ["", "code=a&state=b", "state=a&state=b"] {
            let page = location(&browser.send("GET", &format!("/auth/callback?{query}")).await);
            assert!(page.starts_with("/sign-in?problem="), "{page}");
        }
    }

    #[tokio::test]
    async fn an_authority_that_is_down_is_no_dead_end() {
        let mut browser = Browser::open("http://localhost:3000").await;
        browser.provider.world().metadata_status = 503;
        let page = location(&browser.send("GET", "/auth/start?return_to=/customers").await);
        assert!(has(&page, "problem", "unavailable") && has(&page, "return_to", "/customers"));
        browser.provider.world().metadata_status = 200;
        browser.provider.clock.advance(SignedDuration::from_secs(2));
        assert_eq!(browser.sign_in("").await, "/");
    }

    #[tokio::test]
    async fn a_callback_that_is_opened_again_leads_home() {
        let mut browser = Browser::open("http://localhost:3000").await;
        let url = browser.start("return_to=/customers").await;
        let under_way = browser.cookies.clone();
        let back = browser.provider.agree(&url);
        browser.send("GET", &format!("/auth/callback?{back}")).await;
        browser.cookies.extend(under_way);
        assert_eq!(location(&browser.send("GET", &format!("/auth/callback?{back}")).await), "/");
    }

    #[tokio::test]
    async fn signing_out_without_a_session_is_fine() {
        let mut browser = Browser::open("http://localhost:3000").await;
        assert_eq!(location(&browser.send("POST", "/auth/sign-out").await), "/sign-in");
    }
}
