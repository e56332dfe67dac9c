//! nginx in front of the portal as `.deploy/nginx.conf` has it, and then with a cache that somebody has switched on
//! although that file asks not to: still nobody is given what was made for somebody else.
#![expect(clippy::print_stderr, reason = "what is skipped is said, and figures")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::Url;

use super::Everybody;
use crate::{
    browser::{Browser, Page, unescape},
    ports::free_port,
    resellers::{ALEX, MEGAN},
};

const EXAMPLE: &str = include_str!("../../../.deploy/nginx.conf");

/// nginx at work; it ends with this value.
struct Nginx {
    child: Child,
    url: Url,
}

fn program() -> Option<PathBuf> {
    ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"]
        .map(PathBuf::from)
        .into_iter()
        .find(|file| file.exists())
}

/// The example with other addresses, without TLS, and with `location` added to what it says of the portal.
fn configuration(folder: &Path, port: u16, portal: &Url, location: &str) -> String {
    let upstream = format!("server {}:{};", portal.host_str().unwrap(), portal.port().unwrap());
    let (formats, servers) = EXAMPLE.split_once("server {\n    listen 80;").unwrap();
    let (_, server) = servers.split_once("\n}\n").unwrap();
    let server = server
        .lines()
        .filter(|line| !["listen [", "ssl_", "access_log"].iter().any(|start| line.trim().starts_with(start)))
        .collect::<Vec<_>>()
        .join("\n");
    assert!(
        server.contains("proxy_cache off;") && formats.contains("server 127.0.0.1:3000;"),
        "the example has changed"
    );
    let server = server
        .replace("listen 443 ssl http2;", &format!("listen 127.0.0.1:{port};"))
        .replace("server_name portal.example.com;", "server_name _;")
        .replace("proxy_set_header Host $host;", "proxy_set_header Host $http_host;")
        .replace("proxy_cache off;", location);
    let formats = formats.replace("server 127.0.0.1:3000;", &upstream);
    let at = folder.display();
    format!(
        "daemon off; master_process off; pid {at}/nginx.pid; error_log {at}/error.log;\n\
         events {{ worker_connections 256; }}\n\
         http {{\n\
         client_body_temp_path {at}/body; proxy_temp_path {at}/proxy; fastcgi_temp_path {at}/fastcgi;\n\
         uwsgi_temp_path {at}/uwsgi; scgi_temp_path {at}/scgi; access_log off;\n\
         proxy_cache_path {at}/cache keys_zone=everything:10m;\n\
         {formats}\n{server}\n}}\n"
    )
}

impl Nginx {
    async fn start(folder: &Path, program: &Path, portal: &Url, location: &str, port: u16) -> Self {
        fs::create_dir_all(folder).unwrap();
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration(folder, port, portal, location)).unwrap();
        let log = fs::File::create(folder.join("out")).unwrap();
        let child = Command::new(program)
            .args(["-e", &folder.join("error.log").display().to_string(), "-c"])
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let nginx = Self { child, url: format!("http://127.0.0.1:{port}").parse().unwrap() };
        for _ in 0..100 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return nginx;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let said = ["out", "error.log"].map(|name| fs::read_to_string(folder.join(name)).unwrap_or_default());
        panic!("nginx does not start: {}", said.concat());
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A reseller's person at a browser behind nginx, and what is that reseller's alone.
struct Person {
    browser: Browser,
    own: [&'static str; 3],
}

/// Nothing of the other's, and not from the cache.
fn look(page: &Page, who: &str, others: &[&str]) {
    let text = format!("{:?} {}", page.headers, unescape(&page.body));
    for canary in others {
        assert!(!text.contains(canary), "{who} is given {canary} at {}: {text}", page.url);
    }
    assert!(page.header("x-cache-status").is_none_or(|status| status != "HIT"), "{} is from the cache", page.url);
}

#[tokio::test]
async fn a_cache_in_front_gives_nobody_what_was_made_for_somebody_else() {
    let Some(program) = program() else {
        eprintln!(
            "SKIPPED: there is no nginx here, and no cache was put in front of the portal (apt install nginx-light)"
        );
        return;
    };
    let caches = "proxy_cache everything; proxy_cache_valid any 1h; proxy_cache_methods GET HEAD POST; \
                  proxy_cache_key \"$request_method$request_uri$request_body\"; \
                  add_header X-Cache-Status $upstream_cache_status always;";
    let everybody = Everybody::gather().await;
    let world = &everybody.world;
    let address = format!("/customers/{}", everybody.records.first().unwrap().1);
    let tenants = world.simulator.ledger().customers;
    let password = tenants.iter().find(|tenant| tenant.domain.starts_with("canarya")).unwrap().password.as_str();
    for (setting, location) in [("as the example has it", "proxy_cache off;"), ("with a cache for everything", caches)]
    {
        let port = free_port();
        let portal = world.start_portal_as(&format!("http://127.0.0.1:{port}")).await;
        let folder = world.keys_file().with_file_name(format!("nginx-{port}"));
        let nginx = Nginx::start(&folder, &program, &portal, location, port).await;
        let mut people = Vec::new();
        for (upn, own) in
            [(MEGAN, ["Megan Bowen", "Canary A", "First Up"]), (ALEX, ["Alex Wilber", "Canary B", "ReleCloud"])]
        {
            let mut browser = Browser::new(nginx.url.clone());
            let home = browser.get(&format!("/auth/start?as=reseller&login_hint={upn}")).await;
            assert!(own.iter().any(|own| unescape(&home.body).contains(own)), "{}", home.body);
            people.push(Person { browser, own });
        }
        let [mut megan, mut alex]: [Person; 2] = people.try_into().ok().unwrap();
        let everybodys =
            ["/", "/customers", "/customers/new", "/customers?q=canary", "/customers/export.csv", "/nowhere"];
        let mut answers = 0;
        for _ in 0..3 {
            for path in everybodys.into_iter().chain([address.as_str()]) {
                let page = megan.browser.get(path).await;
                look(&page, megan.own[0], &alex.own);
                let is_list = path.starts_with("/customers?") || path == "/customers";
                assert!(!is_list || page.body.contains("Canary A"), "there is something to be seen: {}", page.body);
                look(&alex.browser.get(path).await, alex.own[0], &megan.own);
                let anybody = Browser::new(nginx.url.clone()).get(path).await;
                look(&anybody, "nobody", &[megan.own, alex.own].concat());
                answers += 3;
            }
        }
        // The password: to Megan, once, whoever sends the same bytes afterwards.
        let page = megan.browser.get(&address).await;
        if let Some(token) = page.value("token") {
            let (opening, fields) = (format!("{address}/credentials"), [("token", token.as_str())]);
            let shown = megan.browser.post(&opening, &fields).await;
            assert!(unescape(&shown.body).contains(password), "{}", shown.body);
            for other in [&mut alex.browser, &mut Browser::new(nginx.url.clone())] {
                let page = other.post(&opening, &fields).await;
                look(&page, "another", &[password]);
            }
            answers += 3;
        } else {
            // It was opened at the first turn.
            assert!(setting.starts_with("with"), "{}", page.body);
        }
        megan.browser.post("/auth/sign-out", &[]).await;
        assert_eq!(megan.browser.get(&address).await.url.path(), "/sign-in");
        let kept = files_in(&folder.join("cache"));
        for file in &kept {
            let bytes = fs::read(file).unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            for canary in [password, "Canary", "Megan", "Alex", "Set-Cookie", "set-cookie", "<html"] {
                assert!(!text.contains(canary), "{canary} is in the cache: {text}");
            }
        }
        eprintln!(
            "nginx {setting}: {answers} answers to three people, {} files in the cache, 0 cross hits",
            kept.len()
        );
    }
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] })
        .collect()
}
