//! The demo people and the tenants they belong to.

use uuid::Uuid;

/// The provider: Tailwind Traders.
pub const PROVIDER_TENANT: Uuid = Uuid::from_u128(0xa1b2_c3d4_0000_4000_8000_0000_0000_c0de);
/// Domain of the provider.
pub const PROVIDER_DOMAIN: &str = "tailwind.example";
/// Name of the provider.
pub const PROVIDER_NAME: &str = "Tailwind Traders";
/// Reseller of Microsoft's example: First Up Consultants.
pub const FIRST_UP: Uuid = Uuid::from_u128(0x484e_548c_f5f3_4528_93a9_c16c_6373_cb59);
/// The other one: `ReleCloud`.
pub const RELECLOUD: Uuid = Uuid::from_u128(0xb01b_1487_b36e_4e6d_9b5e_0b58_974c_4b28);

/// What a person may do in Partner Center; not the same as the app role that the portal reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartnerRole {
    /// Creates customers.
    AdminAgent,
    /// Reads.
    HelpdeskAgent,
    /// Nothing.
    None,
}

/// Somebody who can sign in.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) upn: &'static str,
    pub(super) name: &'static str,
    pub(super) oid: Uuid,
    pub(super) tenant: Uuid,
    pub(super) organisation: &'static str,
    /// App role in the provider's tenant, the claim `roles`.
    pub(super) app_role: Option<&'static str>,
    pub(super) partner_role: PartnerRole,
    /// In a security group that has the role User Administrator by GDAP, with every customer that has GDAP at all.
    pub(super) manages_users: bool,
    pub(super) mfa: bool,
}

impl Person {
    /// The claim `amr`.
    pub(super) fn amr(&self) -> &'static [&'static str] {
        if self.mfa { &["pwd", "mfa"] } else { &["pwd"] }
    }

    /// What the sign-in page says about the person.
    pub(super) fn part(&self) -> &'static str {
        match (self.app_role, self.mfa) {
            (_, false) => "Account manager, signs in without a second factor",
            (Some("Portal.Admin"), true) => "Administrator",
            (Some("Portal.Support"), true) => "Support",
            (Some(_), true) => "Account manager",
            (None, true) if self.tenant == PROVIDER_TENANT => "No role in the portal",
            (None, true) => "Indirect reseller",
        }
    }
}

const fn provider_person(
    number: u128,
    upn: &'static str,
    name: &'static str,
    app_role: Option<&'static str>,
    partner_role: PartnerRole,
) -> Person {
    Person {
        upn,
        name,
        oid: Uuid::from_u128(0x0b1e_c700_0000_4000_8000_0000_0000_0000 + number),
        tenant: PROVIDER_TENANT,
        organisation: PROVIDER_NAME,
        app_role,
        partner_role,
        manages_users: true,
        mfa: true,
    }
}

const fn reseller_person(
    number: u128,
    upn: &'static str,
    name: &'static str,
    tenant: Uuid,
    organisation: &'static str,
) -> Person {
    Person { tenant, organisation, ..provider_person(number, upn, name, None, PartnerRole::AdminAgent) }
}

/// Everybody, in the order of the sign-in page.
pub(super) static PEOPLE: [Person; 8] = [
    provider_person(1, "adele@tailwind.example", "Adele Vance", Some("Portal.AccountManager"), PartnerRole::AdminAgent),
    Person {
        manages_users: false,
        ..provider_person(
            2,
            "diego@tailwind.example",
            "Diego Siciliani",
            Some("Portal.AccountManager"),
            PartnerRole::AdminAgent,
        )
    },
    provider_person(3, "nestor@tailwind.example", "Nestor Wilke", Some("Portal.Admin"), PartnerRole::AdminAgent),
    provider_person(4, "grady@tailwind.example", "Grady Archie", Some("Portal.Support"), PartnerRole::HelpdeskAgent),
    Person {
        mfa: false,
        ..provider_person(
            5,
            "lidia@tailwind.example",
            "Lidia Holloway",
            Some("Portal.AccountManager"),
            PartnerRole::AdminAgent,
        )
    },
    provider_person(6, "irvin@tailwind.example", "Irvin Sayers", None, PartnerRole::None),
    reseller_person(7, "megan@firstup.example", "Megan Bowen", FIRST_UP, "First Up Consultants"),
    reseller_person(8, "alex@relecloud.example", "Alex Wilber", RELECLOUD, "ReleCloud"),
];

/// What is otherwise about a person than the list says, because somebody has changed it since. What is `None` is as
/// listed.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Change {
    /// Values of the claim `roles`: what the administrators of the person's own tenant have assigned.
    pub(super) roles: Option<Vec<String>>,
    /// Another object id, as after the account was deleted and made anew.
    pub(super) oid: Option<Uuid>,
    /// Another sign-in name, as after a marriage.
    pub(super) sign_in_name: Option<String>,
    /// The account is disabled.
    pub(super) disabled: bool,
    /// What was granted up to now is refused, as after `revokeSignInSessions`.
    pub(super) revoked: bool,
}

/// A demo person, for those who introduce them.
#[derive(Clone, Copy, Debug)]
pub struct DemoPerson {
    /// What the person signs in with.
    pub sign_in_name: &'static str,
    /// Display name.
    pub name: &'static str,
    /// What the person may do, in words.
    pub part: &'static str,
}

/// Everybody who can sign in.
pub fn demo_people() -> impl Iterator<Item = DemoPerson> {
    PEOPLE.iter().map(|person| DemoPerson { sign_in_name: person.upn, name: person.name, part: person.part() })
}

/// Who signs in with this name.
pub(super) fn by_upn(upn: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.upn.eq_ignore_ascii_case(upn))
}

/// Whose object id this is.
pub(super) fn by_oid(oid: Uuid) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.oid == oid)
}
