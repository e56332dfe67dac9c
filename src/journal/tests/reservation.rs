//! A domain is chosen by one onboarding at a time.

use super::*;
use crate::journal::{
    Chosen, RESERVED_FOR,
    testing::{RESELLER, diego, journal, megan, of_reseller},
};

const DOMAIN: &str = "wingtiptoys.onmicrosoft.com";

#[tokio::test]
async fn of_two_people_who_choose_a_domain_one_wins_and_the_other_is_told() {
    let (clock, ambient) = ambient();
    let journal = journal(&ambient).await;
    let (first, second) = (ambient.uuid_v7().into(), ambient.uuid_v7().into());
    let (adele, diego) = (adele(), diego());
    let chosen = tokio::join!(journal.choose(&adele, &first, DOMAIN), journal.choose(&diego, &second, DOMAIN));
    let chosen = [chosen.0.unwrap(), chosen.1.unwrap()];
    assert!(chosen.contains(&Chosen::ByNobodyElse) && chosen.contains(&Chosen::Elsewhere), "{chosen:?}");

    clock.advance(RESERVED_FOR);
    for (who, id) in [(&adele, &first), (&diego, &second)] {
        let other = if who.key == adele.key { &diego } else { &adele };
        assert_eq!(journal.choose(who, id, DOMAIN).await.unwrap(), Chosen::ByNobodyElse, "it has ended");
        assert_eq!(journal.chosen(other, None, DOMAIN).await.unwrap(), Chosen::Elsewhere);
        clock.advance(RESERVED_FOR);
    }
    journal.sweep_reservations().await.unwrap();
    assert_eq!(journal.chosen(&adele, None, DOMAIN).await.unwrap(), Chosen::ByNobodyElse);
}

#[tokio::test]
async fn a_choice_ends_with_another_domain_and_moves_between_the_drafts_of_one_person() {
    let (_, ambient) = ambient();
    let journal = journal(&ambient).await;
    let (first, second) = (ambient.uuid_v7().into(), ambient.uuid_v7().into());
    journal.choose(&adele(), &first, DOMAIN).await.unwrap();
    assert_eq!(journal.choose(&adele(), &second, DOMAIN).await.unwrap(), Chosen::ByNobodyElse);
    journal.choose(&adele(), &second, "another.onmicrosoft.com").await.unwrap();
    assert_eq!(journal.chosen(&diego(), None, DOMAIN).await.unwrap(), Chosen::ByNobodyElse);
    assert_eq!(journal.chosen(&diego(), None, "another.onmicrosoft.com").await.unwrap(), Chosen::Elsewhere);
    let summary = DraftSummary { domain: "", ..DraftSummary::default() };
    journal.save_draft(&adele(), &second, &wingtip_toys(), summary).await.unwrap();
    assert_eq!(journal.chosen(&diego(), None, "another.onmicrosoft.com").await.unwrap(), Chosen::ByNobodyElse);
}

#[tokio::test]
async fn nobody_lets_go_of_what_somebody_else_has_chosen() {
    let (_, ambient) = ambient();
    let journal = journal(&ambient).await;
    let id = ambient.uuid_v7().into();
    journal.choose(&adele(), &id, DOMAIN).await.unwrap();
    journal.choose(&diego(), &id, "another.onmicrosoft.com").await.unwrap();
    assert_eq!(journal.chosen(&person("nestor", Role::Admin), None, DOMAIN).await.unwrap(), Chosen::Elsewhere);
}

#[tokio::test]
async fn a_reseller_is_not_told_what_others_choose() {
    let (_, ambient) = ambient();
    let journal = journal(&ambient).await;
    let id = ambient.uuid_v7().into();
    let other = of_reseller("alex", "b01b1487-b36e-4e6d-9b5e-0b58974c4b28");
    journal.choose(&megan(), &id, DOMAIN).await.unwrap();
    assert_eq!(journal.chosen(&other, None, DOMAIN).await.unwrap(), Chosen::OutOfSight);
    assert_eq!(journal.chosen(&adele(), None, DOMAIN).await.unwrap(), Chosen::Elsewhere);
    let colleague = of_reseller("colleague", RESELLER);
    assert_eq!(journal.chosen(&colleague, None, DOMAIN).await.unwrap(), Chosen::Elsewhere);
}

#[tokio::test]
async fn an_onboarding_that_is_under_way_holds_its_domain_and_one_that_has_ended_does_not() {
    let world = World::new().await;
    let id = world.draft(&adele()).await;
    world.journal.choose(&adele(), &id, DOMAIN).await.unwrap();
    let committed = world.begin(&adele(), &id).await.unwrap();
    world.clock.advance(RESERVED_FOR);
    assert_eq!(world.journal.chosen(&diego(), None, DOMAIN).await.unwrap(), Chosen::Elsewhere, "long after the choice");
    assert_eq!(world.journal.chosen(&adele(), Some(&id), DOMAIN).await.unwrap(), Chosen::ByNobodyElse, "the own one");
    let sending = world.journal.mark_sending(committed).await.unwrap();
    world.finish_created(&sending, &"626099fe-17af-4756-9fd0-6a73b7127859".parse().unwrap()).await.unwrap();
    assert_eq!(
        world.journal.chosen(&diego(), None, DOMAIN).await.unwrap(),
        Chosen::ByNobodyElse,
        "Microsoft knows it now"
    );
}

#[tokio::test]
async fn a_company_is_known_to_those_alone_who_may_see_its_onboarding() {
    let world = World::new().await;
    let sending = world.sending(&adele()).await;
    let tenant = "626099fe-17af-4756-9fd0-6a73b7127859";
    world.finish_created(&sending, &tenant.parse().unwrap()).await.unwrap();
    let known = async |viewer: &Operator, name: &str, domain: &str, tenant: Option<&str>| {
        world.journal.of_company(viewer, None, name, domain, tenant).await.unwrap().len()
    };
    let stranger = of_reseller("alex", "b01b1487-b36e-4e6d-9b5e-0b58974c4b28");
    for (name, domain, tenant) in
        [("WINGTIP toys", "", None), ("", DOMAIN, None), ("Another", "", Some(tenant)), ("Wingtip Toys", DOMAIN, None)]
    {
        assert_eq!(known(&diego(), name, domain, tenant).await, 1, "{name} {domain} {tenant:?}");
        assert_eq!(known(&megan(), name, domain, tenant).await, 1, "sold by her reseller");
        assert_eq!(known(&stranger, name, domain, tenant).await, 0, "as if there were none");
    }
    assert_eq!(known(&diego(), "Wingtip", "", None).await, 0, "another company");
    assert_eq!(known(&diego(), "", "", None).await, 0);
    world.draft(&diego()).await;
    assert_eq!(known(&diego(), "Wingtip Toys", "", None).await, 1, "a draft is no tenant");
}

#[tokio::test]
async fn an_address_that_is_kept_goes_on_record_with_its_reason() {
    let world = World::new().await;
    let id = world.new_id();
    let mut form = wingtip_toys();
    form.keep_address("As in the register");
    world.save(&adele(), &id, &form).await.unwrap();
    let intent = Intent { form: &form, payload: &payload(), reseller_name: None };
    world.journal.begin(&adele(), &id, intent).await.unwrap();
    let row = sqlx::query("SELECT detail FROM audit_event WHERE act = 'keep_address' AND record = $1")
        .bind(id.as_str())
        .fetch_one(world.db.read())
        .await
        .unwrap();
    assert_eq!(row.try_get::<String, _>("detail").unwrap(), "As in the register");
}
