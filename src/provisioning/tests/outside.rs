//! Customers that were made outside the portal.

use super::*;
use crate::{
    audit::{Act, Audit, RecordedAct, Search},
    domain::CorrelationId,
};

const STRANGER: &str = "6c3b7a1e-0000-4000-8000-00000000beef";

impl World {
    /// Adele can be asked for: she has signed in and granted.
    async fn adele_has_granted(&self) {
        for statement in [
            "INSERT INTO operator (tid, oid, name, sign_in_name, role, roles_read_at) \
             VALUES ('a1b2c3d4-0000-4000-8000-00000000c0de', 'oid-of-adele', 'adele', '', 'Portal.AccountManager', 0)",
            "INSERT INTO entra_grant (tid, oid, refresh_token, version, lease, lease_ends_at, refreshed_at) \
             VALUES ('a1b2c3d4-0000-4000-8000-00000000c0de', 'oid-of-adele', '', 1, '', 0, 0)",
        ] {
            sqlx::query(statement).execute(self.db.write()).await.unwrap();
        }
    }

    /// Partner Center has these customers on record, by tenant and correlation id.
    async fn answer_added(&self, customers: &[(&str, &str)]) {
        let items: Vec<_> = customers
            .iter()
            .map(|(customer, correlation)| {
                json!({ "operationType": "add_customer", "operationStatus": "succeeded", "customerId": customer,
                        "customerName": "Tailspin Toys", "userPrincipalName": "megan@tailwind.example",
                        "originalCorrelationId": correlation, "operationDate": "2026-11-19T08:30:00.0000000Z",
                        "customizedData": [{ "key": "PrimaryDomainName", "value": "tailspin.onmicrosoft.com" }] })
            })
            .collect();
        self.answer("GET", "^/v1/auditrecords$", ok(&json!({ "items": items }))).await;
    }

    async fn outsiders(&self) -> Vec<RecordedAct> {
        let audit = Audit::new(self.db.clone(), self.keyring.clone(), self.ambient.clone());
        audit.search(&Search { act: Some(Act::FindOutside), ..Search::default() }, None, 10).await.unwrap()
    }
}

#[tokio::test]
async fn what_was_made_outside_the_portal_is_recorded_once_and_what_it_made_is_not() {
    let world = World::new().await;
    world.adele_has_granted().await;
    world.answer_creates(1, created()).await;
    let ours = world.onboard(&adele(), &wingtip_toys()).await;
    let ours = (ours.customer_id.unwrap().to_string(), ours.correlation_id.unwrap().to_string());
    let of_ours: CorrelationId = ours.1.parse().unwrap();
    // The third is on its way under an intent of ours: its tenant is not in the journal yet.
    let strange = world.ambient.uuid_v4().to_string();
    world.answer_added(&[(&ours.0, &strange), (STRANGER, &strange), (RESELLER, of_ours.as_str())]).await;
    for _ in 0..3 {
        world.provisioning.compare_with_partner_center().await.unwrap();
        world.clock.advance(SignedDuration::from_hours(25));
    }
    assert_eq!(world.calls("GET", "/v1/auditrecords").await.len(), 3, "once a day");
    let outsiders = world.outsiders().await;
    assert_eq!(outsiders.len(), 1, "{outsiders:?}");
    assert_eq!(outsiders[0].record.as_deref(), Some(STRANGER));
    assert_eq!(
        outsiders[0].detail.as_deref(),
        Some("Tailspin Toys, tailspin.onmicrosoft.com, by megan@tailwind.example, on 2026-11-19 at 08:30 UTC")
    );
}

#[tokio::test]
async fn of_two_processes_one_compares_and_what_fails_is_tried_again_in_an_hour() {
    let world = World::new().await;
    world.answer_added(&[(STRANGER, STRANGER)]).await;
    world.provisioning.compare_with_partner_center().await.unwrap();
    assert_eq!(world.journal.compared_at().await.unwrap(), None, "there is nobody to ask for");
    world.adele_has_granted().await;
    world.tokens.sign_out(true);
    let refused = world.provisioning.compare_with_partner_center().await;
    assert!(matches!(refused, Err(ProvisioningError::SignInAgain)), "her sign-in has ended");
    world.tokens.sign_out(false);
    world.provisioning.compare_with_partner_center().await.unwrap();
    assert_eq!(world.calls("GET", "/v1/auditrecords").await.len(), 0, "not before an hour has passed");
    world.clock.advance(SignedDuration::from_hours(1));
    let another = world.another_process();
    let (one, other) =
        tokio::join!(world.provisioning.compare_with_partner_center(), another.compare_with_partner_center());
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(world.calls("GET", "/v1/auditrecords").await.len(), 1);
    assert_eq!(world.journal.compared_at().await.unwrap(), Some(world.ambient.now()));
    assert_eq!(world.outsiders().await.len(), 1);
}

impl World {
    /// With whose tokens Partner Center was asked at this address.
    async fn asked_with(&self, at: &str) -> Vec<String> {
        let calls = self.calls("GET", at).await;
        calls.iter().map(|call| header(call, "authorization").replace("Bearer ", "")).collect()
    }
}

#[tokio::test]
async fn what_the_portal_asks_by_itself_it_asks_with_the_connected_account() {
    let world = World::new().await;
    world.answer_added(&[]).await;
    world.answer("GET", "^/v1/customers$", ok(&json!({ "totalCount": 0, "items": [] }))).await;
    let tenants = crate::listing::Listing::new(world.db.clone(), world.ambient.clone()).tenants();
    // Without an account and without people nobody is asked; people are what is left where no account is connected.
    world.provisioning.compare_with_partner_center().await.unwrap();
    world.provisioning.read_tenants_if_due(&tenants).await;
    world.adele_has_granted().await;
    for connected in [false, true] {
        world.tokens.connect(connected);
        tenants.ask(&adele()).await.unwrap();
        world.provisioning.read_tenants_if_due(&tenants).await;
        world.provisioning.compare_with_partner_center().await.unwrap();
        world.clock.advance(SignedDuration::from_hours(25));
    }
    // Nobody of the provider is signed in any more: the account goes on.
    world.tokens.sign_out(true);
    sqlx::query("DELETE FROM entra_grant").execute(world.db.write()).await.unwrap();
    sqlx::query(
        "INSERT INTO provider_connection (name, tid, oid, person, sign_in_name, connected_by, connected_at, used_at) \
         VALUES ('provider', 't', 'o', 'Service', '', 'Nestor', 0, 0)",
    )
    .execute(world.db.write())
    .await
    .unwrap();
    world.provisioning.read_tenants_if_due(&tenants).await;
    world.provisioning.compare_with_partner_center().await.unwrap();
    let expected = [TOKEN, CONNECTED_TOKEN, CONNECTED_TOKEN];
    assert_eq!(world.asked_with("/v1/auditrecords").await, expected);
    assert_eq!(world.asked_with("/v1/customers").await, expected);
    let status = tenants.status().await.unwrap();
    assert_eq!(status.finished_at, Some(world.ambient.now()), "the last reading has come to its end");
}
