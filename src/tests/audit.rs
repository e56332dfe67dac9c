//! The audit as an administrator meets it: what an onboarding leaves in it, who may see it, how it leaves the portal, and
//! what `portal audit` says of it.

use std::process::Command;

use super::{
    browser::{Browser, Page},
    support::{ADELE, WINGTIP, World, onboard, save},
};

const NESTOR: &str = "nestor@tailwind.example";
const GRADY: &str = "grady@tailwind.example";

/// Everything, as objects, oldest first.
async fn exported(browser: &mut Browser, search: &[(&str, &str)]) -> Vec<serde_json::Value> {
    let mut form = search.to_vec();
    form.push(("format", "jsonl"));
    let file = browser.post("/audit/export", &form).await;
    assert_eq!(file.status, 200);
    assert_eq!(file.header("content-type"), Some("application/jsonl; charset=utf-8"));
    let mut rows: Vec<_> = file.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    rows.reverse();
    rows
}

fn texts<'a>(rows: &'a [serde_json::Value], name: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[name].as_str().unwrap_or_default()).collect()
}

async fn claim(browser: &mut Browser, page: &Page) -> Page {
    let token = page.value("token").expect("a one-time token");
    browser.post(&format!("{}/credentials", page.url.path()), &[("token", &token)]).await
}

#[tokio::test]
async fn an_onboarding_leaves_who_what_when_from_where_on_which_record_and_under_which_ids() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    let page = onboard(&mut adele, WINGTIP).await;
    claim(&mut adele, &page).await;
    assert_eq!(claim(&mut adele, &page).await.status, 409);
    adele.post(&format!("{}/credentials/stored", page.url.path()), &[]).await;

    let mut nestor = world.browser_of(NESTOR).await;
    let id = page.url.path().rsplit('/').next().unwrap();
    let rows = exported(&mut nestor, &[("record", id)]).await;
    let acts: Vec<_> =
        rows.iter().map(|row| (row["act"].as_str().unwrap(), row["outcome"].as_str().unwrap())).collect();
    let expected = [
        ("submit", "done"),
        ("create", "done"),
        ("claim_credentials", "done"),
        ("claim_credentials", "refused"),
        ("confirm_credentials", "done"),
    ];
    assert_eq!(acts, expected, "two entries a create, and one for each hand on the password");
    assert_eq!(texts(&rows, "name"), ["Adele Vance", "", "Adele Vance", "Adele Vance", "Adele Vance"]);
    assert_eq!(
        texts(&rows, "role"),
        ["account_manager", "portal", "account_manager", "account_manager", "account_manager"]
    );
    assert_eq!(texts(&rows, "address"), ["127.0.0.1", "", "127.0.0.1", "127.0.0.1", "127.0.0.1"]);
    let tenant = &world.simulator.ledger().customers[0];
    assert!(rows[1]["detail"].as_str().unwrap().contains(&tenant.id.to_string()));
    assert!(!rows[1]["request_id"].as_str().unwrap().is_empty());
    assert_eq!(rows[0]["request_id"], rows[1]["request_id"]);
    let all = exported(&mut nestor, &[]).await;
    assert!(!serde_json::to_string(&all).unwrap().contains(&tenant.password), "and never a secret");
}

#[tokio::test]
async fn the_audit_is_for_administrators_alone_and_says_who_else_has_tried() {
    let world = World::start().await;
    for person in [ADELE, GRADY] {
        let mut browser = world.browser_of(person).await;
        for page in [browser.get("/audit").await, browser.post("/audit/export", &[("format", "csv")]).await] {
            assert_eq!(page.status, 403);
            assert!(page.body.contains("administrators of the portal alone"), "{}", page.body);
            assert!(!page.body.contains("Sign-in") && !page.body.contains("href=\"/audit\""), "{}", page.body);
        }
    }
    assert!(world.browser().get("/audit").await.url.path().ends_with("/sign-in"), "nobody sees it unasked");

    let mut nestor = world.browser_of(NESTOR).await;
    let page = nestor.get("/audit?act=access&outcome=refused").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.body.matches("forbidden").count(), 4, "{}", page.body);
    assert!(page.body.contains("Grady Archie") && page.body.contains("Adele Vance"));
    assert!(nestor.get("/").await.body.contains("href=\"/audit\""), "an administrator is led there");
    let page = nestor.get("/audit?person=grady&act=access").await;
    assert_eq!(page.body.matches("forbidden").count(), 2, "{}", page.body);
    assert!(nestor.get("/audit?person=nobody+like+this").await.body.contains("Nothing fits"));
    assert!(nestor.get("/audit?from=2020-01-01&to=2020-01-02").await.body.contains("Nothing fits"));
}

#[tokio::test]
async fn who_is_not_let_in_is_on_record_with_the_reason() {
    let world = World::start().await;
    for person in ["irvin@tailwind.example", "lidia@tailwind.example"] {
        let refused = world.browser().sign_in(person).await;
        assert_eq!(refused.url.path(), "/sign-in");
    }
    let mut adele = world.browser_of(ADELE).await;
    adele.post("/auth/sign-out", &[]).await;
    let mut nestor = world.browser_of(NESTOR).await;
    let rows = exported(&mut nestor, &[("act", "sign_in")]).await;
    let whys: std::collections::BTreeSet<_> = texts(&rows, "why").into_iter().collect();
    assert_eq!(whys.into_iter().collect::<Vec<_>>(), ["", "no-role", "second-factor"], "{rows:?}");
    assert!(texts(&rows, "name").contains(&"Irvin Sayers"));
    let rows = exported(&mut nestor, &[("act", "sign_out")]).await;
    assert_eq!(texts(&rows, "name"), ["Adele Vance"]);
}

#[tokio::test]
async fn a_record_that_is_not_there_for_somebody_is_refused_on_record_whether_or_not_it_exists() {
    let world = World::start().await;
    let mut nestor = world.browser_of(NESTOR).await;
    let draft = save(&mut nestor, WINGTIP).await;

    let mut adele = world.browser_of(ADELE).await;
    let absent = "01930000-0000-7000-8000-000000000000";
    for id in [draft.as_str(), absent] {
        assert_eq!(adele.get(&format!("/customers/{id}")).await.status, 404);
    }
    for id in [draft.as_str(), absent] {
        let rows = exported(&mut nestor, &[("record", id), ("act", "access")]).await;
        assert_eq!((texts(&rows, "name"), texts(&rows, "why")), (vec!["Adele Vance"], vec!["not_found"]), "{id}");
        assert_eq!(texts(&rows, "detail"), ["GET /customers/{id}"]);
    }
    adele.get("/nowhere").await;
    let rows = exported(&mut nestor, &[("act", "access")]).await;
    assert_eq!(rows.len(), 2, "an address that does not exist is no record");
}

#[tokio::test]
async fn an_export_is_a_file_that_spreadsheets_read_and_an_entry_itself() {
    let world = World::start().await;
    let mut nestor = world.browser_of(NESTOR).await;
    let file = nestor.post("/audit/export", &[("format", "csv"), ("act", "sign_in")]).await;
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    let name = file.header("content-disposition").unwrap();
    assert!(name.starts_with("attachment; filename=\"audit-") && name.ends_with(".csv\""), "{name}");
    assert!(file.body.trim_start_matches('\u{feff}').starts_with("position,at,act,outcome,why,role,"), "{}", file.body);
    assert_eq!(file.body.lines().count(), 2, "{}", file.body);
    assert_eq!(nestor.post("/audit/export", &[("format", "xls")]).await.status, 422);
    let rows = exported(&mut nestor, &[]).await;
    assert_eq!(texts(&rows, "act"), ["sign_in", "export_audit", "export_audit"]);
    assert_eq!(texts(&rows, "detail"), ["", "a part, csv", "all, jsonl"]);
    assert_eq!(nestor.get("/audit/export").await.status, 405, "opening an address exports nothing");
}

#[tokio::test]
async fn a_long_audit_is_read_a_page_at_a_time() {
    let world = World::start().await;
    let mut nestor = world.browser_of(NESTOR).await;
    for _ in 0..54 {
        nestor.post("/audit/export", &[("format", "jsonl"), ("act", "resume")]).await;
    }
    let first = nestor.get("/audit").await;
    assert!(first.body.contains("data-label=\"No.\" class=\"mono\">55<"), "{}", first.body);
    let older = first.body.split("href=\"").find(|rest| rest.starts_with("/audit?before=")).expect("a way on");
    let older = super::browser::unescape(older.split('"').next().unwrap());
    let second = nestor.get(&older).await;
    assert_eq!(
        first.body.matches("data-label=\"No.\"").count() + second.body.matches("data-label=\"No.\"").count(),
        55
    );
    assert!(second.body.contains("data-label=\"No.\" class=\"mono\">1<") && !second.body.contains("rel=\"next\""));
}

#[tokio::test]
async fn where_a_request_came_from_is_a_trusted_proxys_word_and_nobody_elses() {
    for (world, address) in [
        (World::start().await, "127.0.0.1"),
        (World::set(&[("PORTAL_TRUSTED_PROXIES", "127.0.0.1")]).await, "203.0.113.7"),
    ] {
        let mut nestor = world.browser();
        nestor.say(&[("x-forwarded-for", "203.0.113.7")]);
        nestor.sign_in(NESTOR).await;
        let rows = exported(&mut nestor, &[("act", "sign_in")]).await;
        assert_eq!(texts(&rows, "address"), [address]);
    }
}

fn portal(world: &World, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
    let output = command.args(arguments).envs(world.storage()).output().unwrap();
    (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_verifies_from_the_start_or_from_what_was_noted_and_exports() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    onboard(&mut adele, WINGTIP).await;
    let (fine, said) = portal(&world, &["audit", "verify"]);
    assert!(fine && said.starts_with("3 rows, the last one is 3:"), "{said}");
    let noted = said.trim().rsplit(' ').next().unwrap().to_owned();
    let (fine, exported) = portal(&world, &["audit", "export", "--format", "csv"]);
    assert!(fine && exported.starts_with('\u{feff}') && exported.lines().count() == 5, "{exported}");
    let (fine, said) = portal(&world, &["audit", "verify", "--from", &noted]);
    assert!(fine && said.starts_with("1 rows"), "the export is the only new one: {said}");
    let (fine, said) = portal(&world, &["audit", "verify", "--from", "2:another"]);
    assert!(!fine && said.contains("row 2 is not the one that was noted"), "{said}");
    let (fine, said) = portal(&world, &["keys", "rotate"]);
    assert!(fine, "{said}");
    let (fine, said) = portal(&world, &["audit", "verify"]);
    assert!(fine && said.starts_with("5 rows"), "a rotation breaks nothing, and is on record: {said}");
}
