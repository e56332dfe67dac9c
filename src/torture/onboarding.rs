//! One onboarding as a person does it: form, review, create, wait, credentials, stored.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    browser::{Browser, Lost, Page},
    world::World,
};

/// Between two looks at a page that waits.
const LOOK_AGAIN: Duration = Duration::from_millis(400);
/// How long a person waits for an outcome, in the portal's time: past its own ten minutes, and what goes before them.
const PATIENCE: Duration = Duration::from_mins(25);

/// A customer to be. The last letter of the domain says what a repeat of its create brings.
#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub(crate) name: String,
    /// Prefix of the domain.
    pub(crate) domain: String,
}

impl Customer {
    /// Mode `a`: the same answer; `b`: no password; `c`: conflict.
    pub(crate) fn new(bar: &str, number: usize, mode: char) -> Self {
        Self { name: format!("Torture {bar} {number}"), domain: format!("{bar}n{number:05}{mode}") }
    }

    pub(crate) fn mode(&self) -> char {
        self.domain.chars().last().unwrap_or('a')
    }

    fn form(&self) -> Vec<(&str, &str)> {
        vec![
            ("customer_of", "reseller"),
            ("reseller_id", "484e548c-f5f3-4528-93a9-c16c6373cb59"),
            ("country", "US"),
            ("company_name", &self.name),
            ("domain", &self.domain),
            ("address_line1", "One Microsoft Way"),
            ("city", "Redmond"),
            ("state", "WA"),
            ("postal_code", "98052"),
            ("first_name", "Gena"),
            ("last_name", "Soto"),
            ("email", "Gena@wingtiptoys.com"),
            ("phone", "4255550101"),
            ("culture", "en-US"),
            ("language", "en"),
            ("gdap", "on"),
        ]
    }
}

/// A form that was checked and waits for its approval.
#[derive(Clone, Debug)]
pub(crate) struct Review {
    pub(crate) id: String,
    pub(crate) hash: String,
}

impl Review {
    pub(crate) fn path(&self) -> String {
        format!("/customers/{}/review", self.id)
    }

    pub(crate) fn page(&self) -> String {
        format!("/customers/{}", self.id)
    }
}

/// How it stands when the portal has finished its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    /// Created, the password waits.
    Sealed,
    /// Created, and the page says that nobody has the password.
    Missing,
    /// Refused, or found not to have been created.
    NotCreated,
    /// Somebody has opened the password.
    Opened,
    /// Still not known, or a person has to act; the title of the page says what.
    Unsettled(String),
}

/// From the empty form to the review.
pub(crate) async fn fill_in(browser: &mut Browser, customer: &Customer) -> Result<Review, String> {
    let page = browser.get("/customers/new").await.map_err(|Lost| "no form")?;
    let draft = page.value("draft").ok_or_else(|| format!("a form without a draft: {}", title(&page)))?;
    submit(browser, customer, &draft).await
}

/// Sends the form for this draft.
async fn submit(browser: &mut Browser, customer: &Customer, draft: &str) -> Result<Review, String> {
    let mut form = customer.form();
    form.extend([("draft", draft), ("intent", "continue")]);
    for _ in 0..20 {
        let page = browser.post("/customers/new", &form).await.map_err(|Lost| "no answer to the form")?;
        if let Some(hash) = page.value("payload_hash") {
            // Where the form was stored is the portal's to say.
            let id = page.url.path().split('/').nth(2).unwrap_or_default().to_owned();
            return Ok(Review { id, hash });
        }
        if page.status != 422 {
            return Err(format!("no review but {} {}", page.status, title(&page)));
        }
        // A check that could not be made just now counts as a problem of the field.
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Err("the form does not pass".to_owned())
}

/// Sends another form for a draft that was approved; the answer as it comes.
pub(crate) async fn submit_changed(browser: &mut Browser, customer: &Customer, draft: &str) -> Result<Page, Lost> {
    let mut form = customer.form();
    form.retain(|(name, _)| *name != "company_name");
    form.extend([("company_name", "Changed afterwards"), ("draft", draft), ("intent", "continue")]);
    browser.post("/customers/new", &form).await
}

/// Approves until the onboarding has begun.
pub(crate) async fn approve(browser: &mut Browser, review: &Review) -> Result<(), String> {
    let mut hash = review.hash.clone();
    for _ in 0..20 {
        let page = browser.post(&review.path(), &[("payload_hash", &hash)]).await.map_err(|Lost| "no approval")?;
        if page.url.path() == review.page() {
            return Ok(());
        }
        match page.value("payload_hash") {
            Some(changed) => hash = changed,
            None => return Err(format!("not approved: {} {} {}", page.status, page.url.path(), title(&page))),
        }
    }
    Err("never approved".to_owned())
}

/// Waits for the outcome. The portal finds it out by itself; the one thing that a person does is to sign in again.
pub(crate) async fn follow(browser: &mut Browser, world: &World, review: &Review) -> Result<Stand, String> {
    let started = Instant::now();
    let mut stand = Stand::Unsettled(String::new());
    while started.elapsed() < world.machine_time(PATIENCE) {
        let page = browser.get(&review.page()).await.map_err(|Lost| "no page")?;
        stand = read(&page);
        if !matches!(stand, Stand::Unsettled(_)) {
            return Ok(stand);
        }
        if page.body.contains("Sign in again to go on") && browser.sign_in().await {
            let _ = browser.post(&format!("{}/resume", review.page()), &[]).await;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(stand)
}

fn read(page: &Page) -> Stand {
    let says = |text| page.body.contains(text);
    if page.value("token").is_some() {
        Stand::Sealed
    } else if says("Nobody has the admin password") {
        Stand::Missing
    } else if says("Opened on") {
        Stand::Opened
    } else if says("Change the details") {
        Stand::NotCreated
    } else {
        Stand::Unsettled(title(page))
    }
}

/// What a page is about, without the rest.
pub(crate) fn title(page: &Page) -> String {
    let about = page.body.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    about.map_or_else(|| page.body.chars().take(80).collect(), |(title, _)| title.to_owned())
}

/// What the answer to a claim says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claimed {
    /// The password.
    Shown(String),
    /// Refused with this status.
    Refused(u16),
}

/// Claims with a token as a page with script does: the same token again until there is an answer.
pub(crate) async fn claim(browser: &mut Browser, id: &str, token: &str) -> Result<Claimed, Lost> {
    let body = json!({ "id": id, "token": token });
    Ok(read_claim(&browser.call("/api/claim-credentials", &body).await?))
}

/// The same, once.
pub(crate) async fn claim_once(browser: &mut Browser, id: &str, token: &str) -> Result<Claimed, Lost> {
    let body = json!({ "id": id, "token": token });
    Ok(read_claim(&browser.call_once("/api/claim-credentials", &body).await?))
}

fn read_claim(page: &Page) -> Claimed {
    let shown = serde_json::from_str::<Value>(&page.body).ok();
    let password = shown.as_ref().and_then(|shown| shown["password"].as_str());
    match password {
        Some(password) if page.status == 200 => Claimed::Shown(password.to_owned()),
        _ => Claimed::Refused(page.status.as_u16()),
    }
}

/// "I have stored it."
pub(crate) async fn confirm(browser: &mut Browser, id: &str) -> Result<u16, Lost> {
    Ok(browser.call("/api/confirm-credentials", &json!({ "id": id })).await?.status.as_u16())
}

/// From the form to a sealed password, where nothing is meant to go wrong.
pub(crate) async fn seal_one(browser: &mut Browser, world: &World, customer: &Customer) -> Result<Review, String> {
    let review = fill_in(browser, customer).await?;
    approve(browser, &review).await?;
    match follow(browser, world, &review).await? {
        Stand::Sealed => Ok(review),
        other => Err(format!("{}: {other:?}", customer.domain)),
    }
}
