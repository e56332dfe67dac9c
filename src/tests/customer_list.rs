//! The list of customers, over the wire.

use super::{
    browser::{Browser, Page},
    support::{ADELE, World, fill_in, onboard, until, wingtip_with},
};

const GRADY_OF_SUPPORT: &str = "grady@tailwind.example";

/// The shown companies, in their order.
fn companies(page: &Page) -> Vec<String> {
    let rows = page.body.split("<tbody").nth(1).unwrap_or_default().split("scope=\"row\"").skip(1);
    rows.filter_map(|row| Some(row.split("<a href=").nth(1)?.split_once('>')?.1.split_once("</a>")?.0.to_owned()))
        .collect()
}

async fn draft(browser: &mut Browser, company: &str) {
    let page = browser.get("/customers/new").await;
    let draft = page.value("draft").unwrap();
    browser.post("/customers/new", &[("draft", &draft), ("company_name", company), ("intent", "save")]).await;
}

#[tokio::test]
async fn what_is_searched_for_is_found_and_nobody_sees_the_drafts_of_others() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    onboard(&mut adele, &wingtip_with(&[])).await;
    draft(&mut adele, "Secret plan").await;
    for question in
        ["q=gtip", "q=wingtipto", "q=first+up+toys", "q=ADELE", "state=created", "unopened=yes", "person=me"]
    {
        let page = adele.get(&format!("/customers?{question}&state=created")).await;
        assert_eq!(companies(&page), ["Wingtip Toys"], "{question}");
    }
    let tenant = world.simulator.ledger().customers[0].clone();
    let mut grady = world.browser_of(GRADY_OF_SUPPORT).await;
    for id in [tenant.id.to_string(), tenant.request_id.to_string(), tenant.correlation_id.to_string()] {
        let page = grady.get(&format!("/customers?q={id}")).await;
        assert_eq!(companies(&page), ["Wingtip Toys"], "{id}");
        assert!(!super::browser::unescape(&page.body).contains(&tenant.password), "no secret");
    }
    assert_eq!(companies(&adele.get("/customers?q=secret").await), ["Secret plan"]);
    let nothing = grady.get("/customers?q=secret").await;
    assert!(companies(&nothing).is_empty() && nothing.body.contains("No customer fits"), "{}", nothing.body);
    assert!(!nothing.body.contains("Secret plan"));
}

#[tokio::test]
async fn pages_lead_forth_and_back_and_to_nowhere_else() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    for number in 10..62 {
        draft(&mut adele, &format!("Company {number}")).await;
    }
    let first = adele.get("/customers?sort=company").await;
    assert_eq!((companies(&first).len(), companies(&first)[0].as_str()), (50, "Company 10"));
    let link = |page: &Page, rel: &str| {
        let tag = page.body.split("<a ").find(|tag| tag.contains(&format!("rel=\"{rel}\"")))?;
        Some(super::browser::unescape(tag.split_once("href=\"")?.1.split_once('"')?.0))
    };
    let second = adele.get(&link(&first, "next").unwrap()).await;
    assert_eq!(companies(&second), ["Company 60", "Company 61"]);
    assert!(link(&second, "next").is_none());
    let back = adele.get(&link(&second, "prev").unwrap()).await;
    assert_eq!(companies(&back), companies(&first));
    let cursor = link(&first, "next").unwrap();
    let of_another_question = adele.get(&cursor.replace("sort=company", "sort=changed")).await;
    assert_eq!(companies(&of_another_question).len(), 50, "the first page of the other question");
    assert_eq!(adele.get("/customers?at=nonsense&sort=nonsense&state=nonsense&from=nonsense").await.status, 200);
}

#[tokio::test]
async fn an_export_is_the_list_as_spreadsheets_read_it() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    onboard(&mut adele, &wingtip_with(&[])).await;
    draft(&mut adele, "=HYPERLINK(\"http://evil.example\")").await;
    let file = adele.get("/customers/export.csv").await;
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(file.header("content-disposition").unwrap().starts_with("attachment; filename=\"customers-"));
    assert!(file.body.starts_with("\u{feff}Company,Domain,"), "{}", file.body);
    assert!(file.body.contains("\"'=HYPERLINK(\"\"http://evil.example\"\")\""), "{}", file.body);
    let tenant = world.simulator.ledger().customers[0].clone();
    assert!(file.body.contains(&tenant.id.to_string()) && file.body.contains("not opened"), "{}", file.body);
    assert!(!file.body.contains(&tenant.password));
    let mut grady = world.browser_of(GRADY_OF_SUPPORT).await;
    let file = grady.get("/customers/export.csv?state=created").await;
    assert_eq!(file.body.lines().count(), 2, "{}", file.body);
    assert!(!grady.get("/customers/export.csv").await.body.contains("HYPERLINK"), "a draft of another");
    let stranger = world.browser().get("/customers/export.csv").await;
    assert_eq!(stranger.url.path(), "/sign-in");
}

#[tokio::test]
async fn tenants_of_partner_center_that_were_not_made_here_are_listed_and_marked() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    onboard(&mut adele, &wingtip_with(&[])).await;
    let asked = adele.post("/customers/tenants/read", &[]).await;
    assert_eq!(asked.url.as_str().split('/').next_back(), Some("customers?state=elsewhere"));
    let page = until(&mut adele, "/customers?state=elsewhere&sort=company", "Coho Winery").await;
    assert_eq!(
        companies(&page),
        ["Coho Winery", "Graphic Design Institute", "Humongous Insurance", "Lucerne Publishing"],
        "what was made here is not among them"
    );
    let everything = companies(&adele.get("/customers").await);
    assert_eq!(everything.first().map(String::as_str), Some("Wingtip Toys"), "those that were there before come last");
    assert_eq!(everything.len(), 5);
    let found = adele.get("/customers?q=cohowin").await;
    let address = found.body.split("/customers/tenants/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut grady = world.browser_of(GRADY_OF_SUPPORT).await;
    let page = grady.get(&format!("/customers/tenants/{address}")).await;
    assert!(page.body.contains("cohowinery.onmicrosoft.com") && page.body.contains("Not made here"), "{}", page.body);
    let absent = grady.get("/customers/tenants/0193b0a0-0000-7000-8000-000000000000").await;
    assert_eq!((absent.status.as_u16(), grady.get("/customers/tenants/nonsense").await.status.as_u16()), (404, 404));
    assert_eq!(grady.post("/customers/tenants/read", &[]).await.status, 403, "support only looks on");
}

#[tokio::test]
async fn a_reseller_is_filtered_by_its_name_or_part_of_it() {
    let world = World::start().await;
    let mut adele = world.browser_of(ADELE).await;
    onboard(&mut adele, &wingtip_with(&[])).await;
    let other = [("reseller_id", "b01b1487-b36e-4e6d-9b5e-0b58974c4b28"), ("reseller_search", "ReleCloud")];
    let changes = [&other[..], &[("company_name", "Tailspin Toys"), ("domain", "tailspintoys")]].concat();
    fill_in(&mut adele, &wingtip_with(&changes)).await;
    assert_eq!(companies(&adele.get("/customers?reseller=first").await), ["Wingtip Toys"]);
    assert_eq!(companies(&adele.get("/customers?reseller=relecloud").await), ["Tailspin Toys"]);
    let several = adele.get("/customers?reseller=c").await;
    assert!(several.body.contains("Several resellers fit"), "{}", several.body);
    assert_eq!(companies(&several).len(), 2);
    let none = adele.get("/customers?reseller=%3Cb%3E").await;
    assert!(none.body.contains("No reseller with customers here"), "{}", none.body);
    assert!(!none.body.contains("<b>"));
}
