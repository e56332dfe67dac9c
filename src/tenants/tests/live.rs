//! What Partner Center says of a tenant.

use super::*;

impl World {
    async fn describes_itself(&self) {
        let customer = json!({ "companyProfile": { "domain": "wingtiptoys.onmicrosoft.com" },
            "billingProfile": { "companyName": "Wingtip Toys" } });
        let end = format!("/customers/{TENANT}$");
        self.answer("GET", &end, ok(&customer)).await;
        self.answer("GET", "/relationships$", ok(&json!({ "items": [] }))).await;
        self.answer("GET", "/validationStatus$", ok(&json!({ "status": "Allowed" }))).await;
        self.answer("GET", "/customers/.*/agreements$", ok(&json!({ "items": [] }))).await;
        self.answer("GET", "/directSigned.*$", ok(&json!({ "isSigned": false }))).await;
    }
}

#[tokio::test]
async fn a_tenant_is_asked_about_once_a_minute_however_many_look() {
    let world = World::new().await;
    world.describes_itself().await;
    let id = world.created(None).await;
    let tenants = world.tenants(PasswordReset::Admins);
    let onboarding = world.journal.find(&adele(), &id).await.unwrap();
    let (adele, grady) = (adele(), person("grady", Role::Support));
    assert!(tenants.known(&onboarding).is_none());
    let (one, two) = tokio::join!(tenants.live(&adele, &onboarding, false), tenants.live(&grady, &onboarding, false));
    assert_eq!(one.unwrap().asked_at, two.unwrap().asked_at);
    assert!(tenants.known(&onboarding).is_some(), "the page has it at once");
    tenants.live(&grady, &onboarding, true).await;
    assert_eq!(world.calls("GET", TENANT).await.len(), 1, "nor is Partner Center asked again within ten seconds");
    world.clock.advance(SignedDuration::from_secs(11));
    tenants.live(&grady, &onboarding, true).await;
    world.clock.advance(SignedDuration::from_secs(61));
    tenants.live(&grady, &onboarding, false).await;
    assert_eq!(world.calls("GET", TENANT).await.len(), 3);
    world.clock.advance(SignedDuration::from_mins(11));
    assert!(tenants.known(&onboarding).is_none(), "too old to be shown");
}

#[tokio::test]
async fn that_one_person_may_not_ask_says_nothing_to_another() {
    let world = World::new().await;
    world.describes_itself().await;
    let end = format!("/customers/{TENANT}$");
    world.answer_once("GET", &end, refused(403, "900308")).await;
    let id = world.created(None).await;
    let tenants = world.tenants(PasswordReset::Admins);
    let onboarding = world.journal.find(&adele(), &id).await.unwrap();
    let grady = tenants.live(&person("grady", Role::Support), &onboarding, false).await.unwrap();
    assert_eq!(grady.customer.unwrap_err(), NotTold::NoRole);
    assert!(tenants.live(&adele(), &onboarding, false).await.unwrap().customer.is_ok());

    *world.tokens.signed_out.lock().unwrap() = true;
    world.clock.advance(SignedDuration::from_secs(61));
    let signed_out = tenants.live(&adele(), &onboarding, false).await.unwrap();
    assert_eq!(signed_out.customer.unwrap_err(), NotTold::SignInAgain);
}

#[tokio::test]
async fn what_was_sent_is_there_to_be_compared() {
    let world = World::new().await;
    world.describes_itself().await;
    let id = world.created(None).await;
    let onboarding = world.journal.find(&adele(), &id).await.unwrap();
    let sent = world.journal.sent(&onboarding).await.unwrap().unwrap();
    let live = world.tenants(PasswordReset::Admins).live(&adele(), &onboarding, false).await.unwrap();
    let finding =
        |subject| compare(&onboarding, &sent, &live).into_iter().find(|line| line.subject == subject).unwrap();
    assert_eq!(finding(Subject::Domain).finding, Finding::Same);
    assert_eq!(
        finding(Subject::Email).finding,
        Finding::Missing,
        "what Partner Center leaves out differs from nothing"
    );
}
