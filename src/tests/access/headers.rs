//! What every answer says to browsers and caches, whoever asks for what, in whatever way: held against one list, answer by
//! answer. Of a portal that is reached over https, whose cookies and headers are the stricter ones.
#![expect(clippy::print_stderr, reason = "figures")]

use std::collections::{BTreeMap, BTreeSet, HashSet};

use reqwest::{Method, Url};

use super::{Everybody, Request, inventory, switch};
use crate::{
    browser::{Browser, Page},
    support::{ADELE, World},
};

/// As browsers know the portal.
const PUBLIC: &str = "https://localhost";

/// With it everybody asks for everything in all ways, and not three of them and by turns.
const IN_FULL: &str = "PORTAL_HEADERS_IN_FULL";

/// How many pages are looked through for a nonce that has come before; 10,000 is the full size.
const NONCES: &str = "PORTAL_NONCES";

/// What the policy of a page says, but for its nonce and the authority's origin.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'nonce-' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self'; connect-src 'self'; form-action 'self' ; base-uri 'none'; frame-ancestors 'none'";
const OTHER_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Where pages of others come from; none may be told that it may read anything.
const FOREIGN_ORIGINS: [&str; 30] = [
    "null",
    "https://evil.example",
    "http://evil.example",
    "https://localhost.evil.example",
    "https://evillocalhost",
    "https://localhost:8443",
    "http://localhost:80",
    "https://LOCALHOST",
    "https://localhost.",
    "https://sub.localhost",
    "https://localhost/",
    "https://localhost@evil.example",
    "https://localhost%00.evil.example",
    "https://localhost,https://evil.example",
    "https://localhost https://evil.example",
    "*",
    "file://",
    "data:",
    "http://localhost",
    "http://localhost:3000",
    "http://127.0.0.1",
    "http://[::1]",
    "https://login.microsoftonline.com",
    "https://login.microsoftonline.com.evil.example",
    "https://api.partnercenter.microsoft.com",
    "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "moz-extension://00000000-0000-4000-8000-000000000000",
    "capacitor://localhost",
    "https://xn--prtal-jua.example",
    "https://localhost\t",
];

/// How cookies of a sign-in under way begin.
const SIGN_IN: &str = "__Host-portal-sign-in-";

/// What must be held of every answer, and what has been seen.
#[derive(Default)]
struct Judge {
    answers: usize,
    statuses: BTreeMap<u16, usize>,
    nonces: HashSet<String>,
    cookies: BTreeSet<String>,
}

impl Judge {
    fn look(&mut self, who: &str, asked: &str, page: &Page) {
        let at = format!("{asked} for {who}: {} {:?}", page.status, page.headers);
        self.answers += 1;
        *self.statuses.entry(page.status.as_u16()).or_default() += 1;
        for (name, value) in [
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-robots-tag", "noindex, nofollow"),
        ] {
            assert_eq!(one(page, name, &at), value, "{name} of {at}");
        }
        assert!(["same-origin", "no-referrer"].contains(&one(page, "referrer-policy", &at)), "{at}");
        let permissions = one(page, "permissions-policy", &at);
        for feature in ["camera", "clipboard-read", "display-capture", "geolocation", "microphone", "payment", "usb"] {
            assert!(permissions.contains(&format!("{feature}=()")), "{at}");
        }
        let is_asset = ["/pkg/", "/favicon.svg", "/icons.svg", "/robots.txt"].iter().any(|file| asked.contains(file));
        let is_kept = is_asset && page.status.is_success();
        assert_eq!(one(page, "cache-control", &at) == "no-store", !is_kept, "{at}");
        assert!(one(page, "x-request-id", &at).len() >= 16, "{at}");
        for header in
            ["access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-methods"]
        {
            assert!(page.header(header).is_none(), "{at}");
        }
        for header in ["server", "x-powered-by", "via", "x-aspnet-version"] {
            assert!(page.header(header).is_none(), "{header} of {at}");
        }
        self.content(page, &at);
        for cookie in page.headers.get_all("set-cookie") {
            self.cookie(cookie.to_str().unwrap(), &at);
        }
        // What a stack trace, a query or a file of ours would give away, and the panic's answer.
        for inner in
            ["panicked", "src/", ".rs:", "SELECT ", "INSERT ", "sqlx", "backtrace", "/tmp/", "went wrong on our side"]
        {
            // The way back from the sign-in says what was asked for.
            assert!(asked.contains(inner) || !page.body.contains(inner), "{inner} in {at}: {}", page.body);
        }
        assert!(page.status.as_u16() != 500, "{at}");
    }

    /// Type and policy fit what is in the body.
    fn content(&mut self, page: &Page, at: &str) {
        let policy = one(page, "content-security-policy", at);
        let content_type = page.header("content-type");
        if page.body.is_empty() {
            assert!(
                content_type.is_none_or(|kind| kind.contains("charset=utf-8") || !kind.starts_with("text/")),
                "{at}"
            );
        } else {
            let kind = content_type.unwrap_or_else(|| panic!("no type: {at}"));
            let has_charset = kind.ends_with("; charset=utf-8");
            assert!(has_charset || kind == "application/json", "{at}");
            let is_html = page.body.starts_with("<!DOCTYPE html>") || page.body.contains("<html");
            assert_eq!(is_html, is_html && kind.starts_with("text/html"), "{at}");
        }
        let Some(nonce) = nonce_of(policy) else {
            assert_eq!(policy, OTHER_POLICY, "{at}");
            assert!(!page.body.contains("<script"), "a page without a policy of its own: {at}");
            return;
        };
        let (before, after) = policy.split_once("form-action 'self' ").unwrap();
        let after = after.split_once("; ").unwrap();
        assert!(after.0.parse::<Url>().is_ok_and(|authority| authority.path() == "/"), "{at}");
        let shape = [before, "form-action 'self' ; ", after.1].concat().replace(&nonce, "");
        assert_eq!(shape, PAGE_POLICY, "{at}");
        assert!(nonce.len() >= 22, "128 bits: {at}");
        assert!(self.nonces.insert(nonce.clone()), "a nonce has come twice: {at}");
        for script in page.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "<script{tag}>: {at}");
        }
        for loose in ["javascript:", " onclick=", " onload=", " onerror=", " style=\""] {
            assert!(!page.body.contains(loose), "{loose} in {at}");
        }
    }

    fn cookie(&mut self, cookie: &str, at: &str) {
        let mut parts = cookie.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let attributes: BTreeSet<_> = parts.map(str::to_ascii_lowercase).collect();
        let has = |attribute: &str| attributes.contains(attribute);
        assert!(name.starts_with("__Host-"), "{cookie}: {at}");
        assert!(has("secure") && has("path=/") && has("httponly"), "{cookie}: {at}");
        assert!(has("samesite=lax") || has("samesite=strict"), "{cookie}: {at}");
        assert!(!attributes.iter().any(|attribute| attribute.starts_with("domain")), "{cookie}: {at}");
        assert!(!name.contains(value) || value.is_empty(), "{cookie}");
        // The others end in the hash of their sign-in's state.
        self.cookies.insert(if name.starts_with(SIGN_IN) { SIGN_IN } else { name }.to_owned());
    }
}

/// The only header of this name.
fn one<'a>(page: &'a Page, name: &str, at: &str) -> &'a str {
    let mut values = page.headers.get_all(name).iter();
    let value = values.next().unwrap_or_else(|| panic!("no {name}: {at}"));
    assert!(values.next().is_none(), "{name} twice: {at}");
    value.to_str().unwrap()
}

fn nonce_of(policy: &str) -> Option<String> {
    Some(policy.split_once("'nonce-")?.1.split_once('\'')?.0.to_owned())
}

/// The same people at the portal that is reached over https: in their browsers the cookie has its stricter name.
fn over_https(everybody: &Everybody, https: &Url) -> Vec<(&'static str, Browser)> {
    let again = |(name, browser): &(&'static str, Browser)| {
        let mut over_https = Browser::new(https.clone());
        let session = browser.cookies().find(|(name, _)| *name == "portal").map(|(_, value)| value.to_owned());
        if let Some(session) = session {
            over_https.say(&[("cookie", &format!("__Host-portal={session}"))]);
        }
        (*name, over_https)
    };
    everybody.people.iter().map(again).collect()
}

fn is_last(request: &Request) -> bool {
    request.pattern == "/auth/sign-out"
}

#[tokio::test]
async fn every_answer_to_everybody_carries_the_security_headers() {
    let everybody = Everybody::gather().await;
    let https = everybody.world.start_portal_as(PUBLIC).await;
    let mut people = over_https(&everybody, &https);
    let is_full = switch(IN_FULL).is_some();
    people.retain(|(who, _)| is_full || ["anonymous", "manager 1", "reseller A"].contains(who));
    let mut judge = Judge::default();
    let own = everybody.records.first().unwrap().1.clone();
    let nobodys = "0193b0a0-0000-7000-8000-000000000000";
    for request in inventory().iter().filter(|request| !is_last(request)) {
        for (who, browser) in &mut people {
            for id in [own.as_str(), nobodys] {
                let page = request.ask(browser, id).await;
                judge.look(who, &format!("{} {} of {id}", request.method, request.pattern), &page);
                if !request.names_a_record() {
                    break;
                }
            }
        }
    }
    // Every address in the ways in which it is not meant to be asked.
    let (_, manager) = people.iter_mut().find(|(who, _)| *who == "manager 1").unwrap();
    let session = manager.clone();
    for (at, request) in inventory().iter().enumerate() {
        let (_, path, body) = request.as_sent(&own);
        let turn = |one_in: usize| is_full || at.is_multiple_of(one_in);
        let is_get = request.method == Method::GET;
        for (method, is_asked) in [("HEAD", true), ("OPTIONS", turn(3)), ("PUT", turn(9)), ("GET", !is_get)] {
            if is_asked {
                let page = manager.ask(method.parse().unwrap(), &path, None).await;
                judge.look("manager 1", &format!("{method} {}", request.pattern), &page);
            }
        }
        let posts = [
            ("70 kB", "text/plain", "x".repeat(70_000), turn(9)),
            ("text", "text/plain", "x".to_owned(), request.is_function()),
            ("%", body.as_ref().map_or("text/plain", |(kind, _)| kind), "%".to_owned(), body.is_some()),
        ];
        for (what, content_type, text, is_asked) in posts {
            if is_asked {
                let page = session.clone().ask(Method::POST, &path, Some((content_type, text))).await;
                judge.look("manager 1", &format!("POST {what} {}", request.pattern), &page);
            }
        }
        if turn(5) {
            let mut of_others = session.clone();
            of_others.come_from("https://evil.example");
            let page = of_others.ask(Method::POST, &path, Some(("text/plain", String::new()))).await;
            assert_eq!(page.status, 403, "{path}");
            judge.look("another origin", &format!("POST {}", request.pattern), &page);
        }
    }
    for path in
        ["/robots.txt", "/favicon.svg", "/icons.svg", "/pkg/", "/pkg/nothing/portal.js", "/nowhere", "/api/nothing"]
    {
        let page = manager.ask(Method::GET, path, None).await;
        judge.look("manager 1", path, &page);
    }
    let page = manager.ask(Method::GET, "/sign-in?problem=failed", None).await;
    let stylesheet = page.body.split_once("href=\"/pkg/").unwrap().1.split('"').next().unwrap();
    let stylesheet = format!("/pkg/{stylesheet}");
    let page = manager.ask(Method::GET, &stylesheet, None).await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, Some("text/css; charset=utf-8")));
    judge.look("manager 1", &stylesheet, &page);
    // A sign-in, whose cookies are of that browser alone; and its end.
    let mut anybody = Browser::new(https.clone());
    let page = anybody.ask(Method::GET, "/auth/start?return_to=/customers", None).await;
    judge.look("anybody", "GET /auth/start", &page);
    let page = anybody.ask(Method::GET, "/auth/callback?code=a&state=b", None).await;
    judge.look("anybody", "GET /auth/callback", &page);
    for request in inventory().iter().filter(|request| is_last(request)) {
        for (who, browser) in &mut people {
            let page = request.ask(browser, "").await;
            judge.look(who, "POST /auth/sign-out", &page);
            assert_eq!(page.header("clear-site-data"), Some("\"cache\""), "{who}");
        }
    }
    eprintln!("{} answers: {:?}; cookies {:?}", judge.answers, judge.statuses, judge.cookies);
    for status in [200, 303, 401, 403, 404, 405, 409, 413, 415, 422] {
        assert!(judge.statuses.contains_key(&status), "no answer was {status}: {:?}", judge.statuses);
    }
    let cookies: Vec<_> = judge.cookies.iter().map(String::as_str).collect();
    assert!(cookies.contains(&"__Host-portal") && cookies.contains(&"__Host-portal-sign-in-"), "{cookies:?}");
}

#[tokio::test]
async fn a_sign_in_over_https_sets_cookies_for_the_host_alone() {
    let world = World::start().await;
    let https = world.start_portal_as(PUBLIC).await;
    let mut browser = Browser::new(https.clone());
    let begun = browser.ask(Method::GET, &format!("/auth/start?login_hint={ADELE}"), None).await;
    let mut judge = Judge::default();
    judge.look("anybody", "GET /auth/start", &begun);
    let authority: Url = begun.header("location").unwrap().parse().unwrap();
    let agreed = browser.http_get(&authority, authority.as_str()).await;
    let back: Url = agreed.header("location").unwrap().parse().unwrap();
    assert_eq!(back.origin().ascii_serialization(), PUBLIC);
    let page = browser.ask(Method::GET, &format!("{}?{}", back.path(), back.query().unwrap()), None).await;
    judge.look("Adele", "GET /auth/callback", &page);
    let page = browser.ask(Method::GET, "/customers", None).await;
    judge.look("Adele", "GET /customers", &page);
    assert_eq!(page.status, 200);
    let names: BTreeSet<_> =
        browser.cookies().map(|(name, _)| name.to_owned()).filter(|name| name.contains("portal")).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["__Host-portal"]);
    // The value is nowhere but in the cookie.
    let session = browser.cookies().find(|(name, _)| *name == "__Host-portal").unwrap().1.to_owned();
    assert!(!page.body.contains(&session) && session.len() >= 22, "128 bits at least");
}

#[tokio::test]
async fn no_page_of_another_origin_is_allowed_to_read_an_answer() {
    let world = World::start().await;
    let https = world.start_portal_as(PUBLIC).await;
    let session = world.browser_of(ADELE).await.cookies().find(|(name, _)| *name == "portal").unwrap().1.to_owned();
    let (mut judge, cookie) = (Judge::default(), format!("__Host-portal={session}"));
    let mut browser = Browser::new(https);
    for (at, request) in inventory().iter().filter(|request| !is_last(request)).enumerate() {
        let (_, path, _) = request.as_sent("0193b0a0-0000-7000-8000-000000000000");
        // Each origin at two addresses, and each address by two origins.
        for origin in (0..FOREIGN_ORIGINS.len()).filter(|origin| (origin + at) % 15 == 0).map(|at| FOREIGN_ORIGINS[at])
        {
            browser.say_nothing_but(&[("origin", origin), ("cookie", &cookie), ("sec-fetch-site", "cross-site")]);
            let page = browser.ask(Method::GET, &path, None).await;
            judge.look("Adele", &format!("GET {path} from {origin}"), &page);
            browser.say_nothing_but(&[
                ("origin", origin),
                ("access-control-request-method", "POST"),
                ("access-control-request-headers", "content-type"),
            ]);
            let page = browser.ask(Method::OPTIONS, &path, None).await;
            judge.look("a preflight", &format!("OPTIONS {path} from {origin}"), &page);
            assert!(!page.status.is_success(), "{path} from {origin}: {}", page.status);
        }
    }
    assert!(judge.answers > 200, "{}", judge.answers);
}

#[tokio::test]
async fn trace_is_refused_everywhere_and_repeats_nothing() {
    let world = World::start().await;
    let https = world.start_portal_as(PUBLIC).await;
    let (mut judge, mut browser) = (Judge::default(), Browser::new(https));
    for request in inventory() {
        let (_, path, _) = request.as_sent("0193b0a0-0000-7000-8000-000000000000");
        for (site, expected) in [("same-origin", 405), ("cross-site", 403)] {
            browser.say_nothing_but(&[("sec-fetch-site", site), ("x-canary", "canary-header")]);
            for (method, expected) in [("TRACE", 405), ("TRACK", expected), ("CONNECTED", expected)] {
                let page = browser.ask(method.parse().unwrap(), &path, None).await;
                assert_eq!(page.status, expected, "{method} {path} {site}");
                assert!(!page.body.contains("canary-header"), "{method} {path}");
                judge.look("anybody", &format!("{method} {path}"), &page);
            }
        }
    }
}

#[tokio::test]
async fn of_thousands_of_pages_no_two_have_the_same_nonce() {
    let pages: usize = switch(NONCES).map_or(200, |text| text.parse().unwrap());
    let world = World::set(&[("PORTAL_RATE_FACTOR", "100000")]).await;
    let https = world.start_portal_as(PUBLIC).await;
    let (mut judge, mut browser) = (Judge::default(), Browser::new(https));
    let session = world.browser_of(ADELE).await.cookies().find(|(name, _)| *name == "portal").unwrap().1.to_owned();
    browser.say(&[("cookie", &format!("__Host-portal={session}"))]);
    for at in 0..pages {
        let path = ["/customers/new", "/", "/customers", "/sign-in?problem=failed&ref=4F2A91C7", "/nowhere"][at % 5];
        let page = browser.ask(Method::GET, path, None).await;
        judge.look("Adele", path, &page);
    }
    eprintln!("{} pages, {} nonces", pages, judge.nonces.len());
    assert_eq!(judge.nonces.len(), pages);
}

/// What is looked for on any machine of the internet: files of repositories and settings, consoles, health, back doors.
fn probes() -> Vec<String> {
    let files = "/.git/config /.git/HEAD /.git/index /.gitignore /.svn/entries /.hg/hgrc /.env /.env.local /.env.production \
        /.env.bak /.DS_Store /.htaccess /.htpasswd /.npmrc /.dockerenv /.aws/credentials /.ssh/id_rsa /.ssh/authorized_keys \
        /.bash_history /.vscode/settings.json /.idea/workspace.xml /.well-known/security.txt /.well-known/openid-configuration \
        /Cargo.toml /Cargo.lock /src/main.rs /Makefile /Dockerfile /docker-compose.yml /package.json /package-lock.json \
        /node_modules/ /composer.json /requirements.txt /Gemfile /web.config /app.config /appsettings.json /config.json \
        /config.yml /config.php /settings.py /secrets.yml /credentials.json /id_rsa /server.key /privkey.pem /portal.db \
        /portal.db-wal /portal.keys.json /portal.env /keys.json /backup.sql /dump.sql /database.sql /db.sqlite3 /backup.zip \
        /backup.tar.gz /www.zip /site.tar.gz /error.log /access.log /debug.log /logs/app.log /nohup.out /core /crossdomain.xml \
        /clientaccesspolicy.xml /sitemap.xml /humans.txt /ads.txt /readme.html /README.md /CHANGELOG.md /LICENSE /THREATS.md";
    let consoles = "/actuator /actuator/health /actuator/env /actuator/heapdump /actuator/gateway/routes /health /healthz \
        /readyz /livez /status /metrics /prometheus /stats /server-status /server-info /nginx_status /info /version /debug \
        /debug/pprof/ /debug/vars /trace /dump /heapdump /threaddump /jolokia /console /h2-console /admin /administrator \
        /admin/login /login /signin /register /user /users /api /api/ /api/v1 /api/v1/users /api/docs /api-docs /swagger \
        /swagger.json /swagger-ui.html /swagger/v1/swagger.json /openapi.json /openapi.yaml /redoc /docs /graphql /graphiql \
        /playground /rpc /soap /wsdl /ws /socket.io/ /sockjs-node /__webpack_hmr /webpack.config.js /vite.config.js \
        /@vite/client /_next/static/ /_ignition/execute-solution /_profiler /_debugbar /__debug__/ /telescope /horizon \
        /rails/info /elmah.axd /trace.axd /phpinfo.php /info.php /test.php /index.php /shell.php /cmd.php /wp-login.php \
        /wp-admin/ /wp-config.php /wp-content/ /xmlrpc.php /phpmyadmin/ /pma/ /adminer.php /cgi-bin/ /cgi-bin/test.cgi \
        /manager/html /jenkins /solr/ /kibana /grafana /_cat/indices /_simulator/ledger /_simulator/faults /_simulator/reset \
        /_page/attack /oauth/token /oauth2/token /auth /auth/ /auth/token /auth/admin /auth/start/ /auth/logout";
    let climbing = "/../../etc/passwd /..%2f..%2fetc%2fpasswd /%2e%2e/%2e%2e/etc/passwd /%2e%2e%2f%2e%2e%2fetc%2fpasswd \
        /..%5c..%5cwindows%5cwin.ini /....//....//etc/passwd /..;/actuator /..%c0%af..%c0%afetc/passwd /pkg/../../portal.db \
        /pkg/..%2f..%2fportal.db /pkg/%2e%2e/%2e%2e/keys.json /pkg/..%5c..%5cportal.db /pkg/%00 /pkg/portal.js.map \
        /pkg/portal_bg.wasm.map /pkg/.env /static/../../etc/passwd /files?path=../../etc/passwd /etc/passwd /proc/self/environ \
        /%00 /%0d%0aSet-Cookie:%20x=y /%252e%252e%252fetc%252fpasswd /customers/..%2f..%2fsettings /customers/%2e%2e%2fsettings \
        //evil.example/ ///evil.example /http://evil.example/ /https:%2f%2fevil.example /\\\\evil.example /;/settings /settings; \
        /SETTINGS /settings/ /audit/ /customers/new/ /customers// /customers/export.csv.bak /customers.json";
    [files, consoles, climbing].iter().flat_map(|list| list.split_ascii_whitespace()).map(str::to_owned).collect()
}

#[tokio::test]
async fn nothing_is_found_at_two_hundred_addresses_where_others_have_something() {
    let world = World::start().await;
    let https = world.start_portal_as(PUBLIC).await;
    let (probes, mut judge) = (probes(), Judge::default());
    assert_eq!(probes.iter().collect::<BTreeSet<_>>().len(), probes.len(), "each once");
    assert!(probes.len() >= 200, "{}", probes.len());
    let session = world
        .browser_of("nestor@tailwind.example")
        .await
        .cookies()
        .find(|(name, _)| *name == "portal")
        .unwrap()
        .1
        .to_owned();
    for cookie in ["", &format!("__Host-portal={session}")] {
        for probe in &probes {
            let answer = raw(
                &https,
                &format!("GET {probe} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"),
            )
            .await;
            let page = read(&https, &answer);
            // What is no address at all is refused before anybody is asked; below /api nothing answers a GET; and whoever is
            // not signed in is asked to, wherever a record could be.
            let is_customers = cookie.is_empty() && probe.starts_with("/customers/");
            let may = match page.status.as_u16() {
                400 => page.body.is_empty(),
                404 => true,
                405 => probe.starts_with("/api/"),
                303 => is_customers && page.header("location").is_some_and(|to| to.starts_with("/sign-in")),
                _ => false,
            };
            assert!(may, "{probe}: {answer}");
            if page.status == 400 {
                continue;
            }
            for content in ["root:", "[core]", "PORTAL_", "\"writing\"", "SQLite format"] {
                assert!(!page.body.contains(content), "{probe}: {}", page.body);
            }
            judge.look(if cookie.is_empty() { "anybody" } else { "an administrator" }, &format!("GET {probe}"), &page);
        }
    }
    eprintln!("{} addresses, {} answers: {:?}", probes.len(), judge.answers, judge.statuses);
    let not_found = judge.statuses.get(&404).copied().unwrap_or_default();
    assert!(not_found >= 400, "two hundred by each of two: {:?}", judge.statuses);
}

/// Sends what no client would and reads the answer to its end.
async fn raw(to: &Url, request: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect((to.host_str().unwrap(), to.port().unwrap())).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// An answer as it came over the wire.
fn read(url: &Url, answer: &str) -> Page {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse::<u16>().unwrap();
    let mut headers = reqwest::header::HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        headers.append(name.parse::<reqwest::header::HeaderName>().unwrap(), value.parse().unwrap());
    }
    let body = body.to_owned();
    Page { url: url.clone(), status: status.try_into().unwrap(), headers, body }
}
