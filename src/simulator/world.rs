//! What exists: resellers, customers, domains, and the creates that are running or remembered.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;
use uuid::Uuid;

use super::{
    faults::FaultScript,
    ledger::{Ledger, LedgerEntry},
    operation::Operation,
    partner_center::{
        answer::Refusal,
        country_rules,
        wire::{self, Customer},
    },
    people::{self, FIRST_UP, RELECLOUD},
    random::stable_uuid,
    resellers::{self, Reseller},
};

/// Countries in which the provider may not sell.
pub(super) const UNSUPPORTED_COUNTRIES: [&str; 2] = ["BY", "RU"];

/// Domains of tenants that are not the provider's customers.
const FOREIGN_DOMAINS: [&str; 8] =
    ["adatum", "contoso", "fabrikam", "firstup", "microsoft", "relecloud", "tailwind", "woodgrove"];

/// Of these, the ones that have signed up by themselves with a domain of their own: `woodgrove.example` and so on.
const DOMAINS_OF_THEIR_OWN: [&str; 2] = ["adatum", "woodgrove"];

/// Initial domains that Entra ID knows and Partner Center calls free: the two need not agree.
const KNOWN_TO_ENTRA_ALONE: [&str; 1] = ["phantom"];

/// A customer, and what is not on the wire.
#[derive(Clone, Debug)]
pub(super) struct KnownCustomer {
    pub(super) customer: Customer,
    pub(super) created_at: Timestamp,
    pub(super) visible_from: Timestamp,
    pub(super) created_by: Option<&'static str>,
    pub(super) correlation_id: Option<Uuid>,
    pub(super) agreements: Vec<Value>,
}

impl KnownCustomer {
    pub(super) fn id(&self) -> Uuid {
        self.customer.id
    }
}

/// Names one create: partner tenant and `MS-RequestId`.
pub(super) type CreateKey = (Uuid, Uuid);

/// How a create ended.
pub(super) type CreateOutcome = Result<Customer, Refusal>;

/// A create that is running or finished.
#[derive(Clone, Debug)]
pub(super) struct RememberedCreate {
    /// The body, with property names in lower case.
    pub(super) body: Value,
    /// `None` while it runs.
    pub(super) outcome: watch::Receiver<Option<CreateOutcome>>,
}

/// All state of the Partner Center side, the ledger and the faults to come.
#[derive(Debug)]
pub(super) struct World {
    pub(super) resellers: Vec<Reseller>,
    pub(super) customers: Vec<KnownCustomer>,
    /// Domains in lower case that are taken, by whomever.
    pub(super) taken_domains: HashSet<String>,
    pub(super) creates: HashMap<CreateKey, RememberedCreate>,
    pub(super) passwords_given: usize,
    pub(super) ledger: Ledger,
    pub(super) faults: FaultScript,
    /// What is otherwise about people, by the name that the list has.
    pub(super) changes: HashMap<&'static str, people::Change>,
    /// Rules of countries that the control has changed.
    pub(super) countries: country_rules::Changes,
    /// Counts resets, so that a create that was running during one does not write into the new world.
    pub(super) generation: u64,
}

impl World {
    /// A fresh world.
    pub(super) fn new(now: Timestamp) -> Self {
        let mut world = Self {
            resellers: resellers::default_resellers(),
            customers: Vec::new(),
            taken_domains: FOREIGN_DOMAINS.iter().map(|prefix| format!("{prefix}.onmicrosoft.com")).collect(),
            creates: HashMap::new(),
            passwords_given: 0,
            ledger: Ledger::default(),
            faults: FaultScript::default(),
            changes: HashMap::new(),
            countries: country_rules::Changes::new(),
            generation: 0,
        };
        for (name, prefix, reseller) in [
            ("Coho Winery", "cohowinery", Some(FIRST_UP)),
            ("Graphic Design Institute", "graphicdesigninstitute", Some(FIRST_UP)),
            ("Humongous Insurance", "humongousinsurance", Some(RELECLOUD)),
            ("Lucerne Publishing", "lucernepublishing", None),
        ] {
            world.add_settled_customer(name, prefix, reseller, now);
        }
        world
    }

    /// Forgets everything that has happened.
    pub(super) fn reset(&mut self, now: Timestamp) {
        *self = Self { generation: self.generation + 1, ..Self::new(now) };
    }

    /// Puts `resellers` and `customers` invented ones into the world, instead of those that are there.
    pub(super) fn load(&mut self, resellers: Option<usize>, customers: Option<usize>, now: Timestamp) {
        if let Some(count) = resellers {
            self.resellers = resellers::default_resellers().into_iter().take(count).collect();
            let missing = count - self.resellers.len();
            self.resellers.extend(resellers::many_resellers(missing));
        }
        if let Some(count) = customers {
            self.customers.clear();
            for number in 0..count {
                let reseller = self.resellers.get(number % self.resellers.len().max(1)).map(|reseller| reseller.id);
                self.add_settled_customer(
                    &format!("Customer {number:05}"),
                    &format!("customer{number:05}"),
                    reseller,
                    now,
                );
            }
        }
    }

    /// Changes the rules of a country; false if there is none with this code.
    pub(super) fn change_country(&mut self, iso2: &str, rules: &Value, create: &Value) -> bool {
        let changed = country_rules::ChangedRules::of(iso2, rules, create);
        changed.is_some_and(|changed| {
            self.countries.insert(iso2.to_ascii_uppercase(), changed);
            true
        })
    }

    /// What is otherwise about a person.
    pub(super) fn change_of(&self, person: &people::Person) -> people::Change {
        self.changes.get(person.upn).cloned().unwrap_or_default()
    }

    pub(super) fn reseller(&self, id: Uuid) -> Option<&Reseller> {
        self.resellers.iter().find(|reseller| reseller.id == id)
    }

    /// A customer that `GET` finds; a new one is not found at first.
    pub(super) fn visible_customer(&self, id: Uuid, now: Timestamp) -> Option<&KnownCustomer> {
        self.customers.iter().find(|known| known.id() == id && known.visible_from <= now)
    }

    /// The same, to change it.
    pub(super) fn visible_customer_mut(&mut self, id: Uuid, now: Timestamp) -> Option<&mut KnownCustomer> {
        self.customers.iter_mut().find(|known| known.id() == id && known.visible_from <= now)
    }

    /// True if the domain was free and is taken now.
    pub(super) fn take_domain(&mut self, domain: &str) -> bool {
        self.taken_domains.insert(domain.to_ascii_lowercase())
    }

    pub(super) fn is_taken(&self, domain: &str) -> bool {
        self.taken_domains.contains(&domain.to_ascii_lowercase())
    }

    /// The tenant that has a domain: the initial one, or one of its own, which the settled customers and some strangers have
    /// (`cohowinery.example`, `woodgrove.example`).
    pub(super) fn tenant_of_domain(&self, domain: &str) -> Option<Uuid> {
        let domain = domain.to_ascii_lowercase();
        let own = domain.strip_suffix(".example");
        let initial = own.map_or_else(|| domain.clone(), |prefix| format!("{prefix}.onmicrosoft.com"));
        let customer = self.customers.iter().find(|known| {
            known.customer.company_profile.domain.eq_ignore_ascii_case(&initial)
                && (own.is_none() || known.visible_from == Timestamp::UNIX_EPOCH)
        });
        if let Some(customer) = customer {
            return Some(customer.id());
        }
        let stranger = if let Some(prefix) = own {
            DOMAINS_OF_THEIR_OWN.contains(&prefix)
        } else {
            let prefix = initial.strip_suffix(".onmicrosoft.com").unwrap_or_default();
            self.taken_domains.contains(&initial) || KNOWN_TO_ENTRA_ALONE.contains(&prefix)
        };
        stranger.then(|| stable_uuid(&format!("tenant {initial}")))
    }

    pub(super) fn count(&mut self, operation: Operation) {
        *self.ledger.operations.entry(operation).or_default() += 1;
    }

    /// Counts an answer to a create in the ledger.
    pub(super) fn count_answer(&mut self, request_id: Uuid, replayed: bool) {
        if let Some(entry) = self.ledger.customers.iter_mut().find(|entry| entry.request_id == request_id) {
            entry.answered += 1;
            entry.replayed += u64::from(replayed);
        }
    }

    /// Records a new tenant everywhere.
    pub(super) fn add_customer(&mut self, entry: LedgerEntry, customer: Customer, invisible_for: Duration) {
        let visible_from = entry.created_at + jiff::SignedDuration::try_from(invisible_for).unwrap_or_default();
        self.customers.push(KnownCustomer {
            customer,
            created_at: entry.created_at,
            visible_from,
            created_by: entry.created_by,
            correlation_id: Some(entry.correlation_id),
            agreements: Vec::new(),
        });
        self.ledger.customers.push(entry);
    }

    fn add_settled_customer(&mut self, name: &str, prefix: &str, reseller: Option<Uuid>, now: Timestamp) {
        let domain = format!("{prefix}.onmicrosoft.com");
        self.take_domain(&domain);
        let customer = wire::settled_customer(stable_uuid(&format!("customer {domain}")), &domain, name, reseller);
        self.customers.push(KnownCustomer {
            customer,
            created_at: now,
            visible_from: Timestamp::UNIX_EPOCH,
            created_by: None,
            correlation_id: None,
            agreements: Vec::new(),
        });
    }
}
