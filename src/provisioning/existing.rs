//! "This company already has a tenant": then a relationship is asked for, instead of a second tenant. Signs, never a wall.

use url::Url;

use super::{Provisioning, ProvisioningError, Stored};
use crate::{
    domain::{
        DomainAvailability, NewCustomer, OnboardingId, Operator, ResellerId, SoldBy, TenantQuestion,
        advice_words::{self, TenantSign},
        company_mail_domain, domain_candidates, domain_prefix,
    },
    entra::TenantFound,
    journal::Onboarding,
    partner_center::CustomerSummary,
};

/// What speaks for it that a company has a tenant already; nothing: nothing was found, or nobody could say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExistingTenant {
    /// Domain of the contact's mail address, if a tenant has it.
    pub mail_domain: Option<String>,
    /// Initial domain in full, if another tenant has it.
    pub initial_domain: Option<String>,
    /// Customers of the provider at Partner Center; for the provider's people alone.
    pub customers: Vec<KnownTenant>,
    /// Onboardings of this portal that the person may see.
    pub onboardings: Vec<(OnboardingId, KnownTenant)>,
}

/// A tenant by its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownTenant {
    /// Registered name, may be empty.
    pub company_name: String,
    /// Initial domain in full, may be empty.
    pub domain: String,
}

impl ExistingTenant {
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Each sign in a sentence, the surest first, with the onboarding that it is about, if it is about one.
    pub fn sentences(&self) -> Vec<(String, Option<&OnboardingId>)> {
        let onboardings = self.onboardings.iter().map(|(id, KnownTenant { company_name, domain })| {
            (advice_words::tenant_sign(&TenantSign::Onboarding { company_name, domain }), Some(id))
        });
        let customers = self.customers.iter().map(|KnownTenant { company_name, domain }| {
            (advice_words::tenant_sign(&TenantSign::Customer { company_name, domain }), None)
        });
        let mail =
            self.mail_domain.iter().map(|domain| (advice_words::tenant_sign(&TenantSign::MailDomain(domain)), None));
        let initial = self
            .initial_domain
            .iter()
            .map(|domain| (advice_words::tenant_sign(&TenantSign::InitialDomain(domain)), None));
        onboardings.chain(customers).chain(mail).chain(initial).collect()
    }
}

/// What is asked about.
struct Company<'a> {
    name: &'a str,
    email: &'a str,
    /// Prefix of the initial domain, and whether another tenant has it.
    prefix: Option<(String, DomainAvailability)>,
    reseller: Option<&'a ResellerId>,
}

impl Provisioning {
    /// What speaks for it that the company of a form has a tenant already.
    pub async fn existing_tenant(&self, operator: &Operator, question: &TenantQuestion) -> ExistingTenant {
        let id = self.place_of_named(operator, &question.draft).await;
        let reseller = question.reseller_id.parse().ok();
        let prefix = match domain_prefix(&question.prefix) {
            Some(prefix) => {
                let availability = self.check_domain(operator, id.as_ref(), &prefix).await;
                Some((prefix, availability))
            }
            None => None,
        };
        let company =
            Company { name: &question.company_name, email: &question.email, prefix, reseller: reseller.as_ref() };
        self.find_existing(operator, id.as_ref(), company).await
    }

    /// The same of answers that are understood.
    pub(super) async fn existing_tenant_of(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        customer: &NewCustomer,
        availability: DomainAvailability,
    ) -> ExistingTenant {
        let reseller = match customer.sold_by() {
            SoldBy::Reseller(reseller) => Some(reseller),
            SoldBy::Direct => None,
        };
        let company = Company {
            name: customer.company_name(),
            email: customer.email(),
            prefix: Some((customer.domain_prefix().to_owned(), availability)),
            reseller,
        };
        self.find_existing(operator, Some(id), company).await
    }

    async fn find_existing(
        &self,
        operator: &Operator,
        id: Option<&OnboardingId>,
        company: Company<'_>,
    ) -> ExistingTenant {
        let mail_domain = company_mail_domain(company.email);
        let tenant = match &mail_domain {
            Some(domain) => match self.tenant_of(domain).await {
                // A contact at the reseller or the provider says nothing of the customer's tenant.
                TenantFound::Tenant(tenant) if !is_partners(operator, company.reseller, &tenant) => Some(tenant),
                _ => None,
            },
            None => None,
        };
        let taken = company.prefix.as_ref().filter(|(_, availability)| *availability == DomainAvailability::Taken);
        let taken = taken.map(|(prefix, _)| prefix.clone());
        let full = taken.as_deref().map(|prefix| self.full_domain(prefix)).unwrap_or_default();
        let (onboardings, customers) = tokio::join!(
            self.journal.of_company(operator, id, company.name, &full, tenant.as_deref()),
            self.listed_customers(operator, taken.as_deref(), company.email, tenant.as_deref()),
        );
        let onboardings = onboardings.unwrap_or_else(|error| {
            tracing::warn!(%error, "onboardings of the same company could not be looked up");
            Vec::new()
        });
        let known = |domain: &str| {
            let same = |other: &str| other.eq_ignore_ascii_case(domain);
            onboardings.iter().any(|onboarding| same(&onboarding.domain))
                || customers.iter().any(|customer| customer.domain.as_deref().is_some_and(same))
        };
        let initial_domain = (!full.is_empty() && !known(&full)).then_some(full.clone());
        // What was onboarded here is in Partner Center's list, too.
        let is_ours = |customer: &CustomerSummary| {
            onboardings.iter().any(|onboarding| onboarding.customer_id.as_ref() == Some(&customer.id))
        };
        let customers = customers.iter().filter(|customer| !is_ours(customer)).map(KnownTenant::of_customer).collect();
        ExistingTenant {
            mail_domain: mail_domain.filter(|_| tenant.is_some()),
            initial_domain,
            customers,
            onboardings: onboardings.iter().map(|one| (one.id.clone(), KnownTenant::of_onboarding(one))).collect(),
        }
    }

    /// Customers of the provider with a domain that is taken, or with the name that the mail's domain has. Partner Center
    /// does not say through which reseller a listed customer is sold, so that a reseller's people are told of none.
    async fn listed_customers(
        &self,
        operator: &Operator,
        held: Option<&str>,
        email: &str,
        tenant: Option<&str>,
    ) -> Vec<CustomerSummary> {
        if operator.reseller().is_some() || (held.is_none() && tenant.is_none()) {
            return Vec::new();
        }
        let Ok(token) = self.tokens.access_token(&operator.key).await else { return Vec::new() };
        // What a tenant with this mail domain has most likely called its initial one.
        let of_mail = tenant.and_then(|_| domain_candidates("", email, "").into_iter().next());
        let mut labels: Vec<&str> = held.into_iter().chain(of_mail.as_deref()).collect();
        labels.dedup();
        let mut found: Vec<CustomerSummary> = Vec::new();
        for label in labels {
            let listed = self.partner_center.customers_by_domain(&token, label).await.unwrap_or_else(|error| {
                tracing::debug!(%error, "the list of customers could not be asked for a domain");
                Vec::new()
            });
            let full = self.full_domain(label);
            found.extend(listed.into_iter().filter(|customer| {
                let is_it = customer.domain.as_deref().is_some_and(|domain| domain.eq_ignore_ascii_case(&full));
                is_it || tenant.is_some_and(|tenant| customer.id.as_str().eq_ignore_ascii_case(tenant))
            }));
        }
        found.dedup_by(|one, other| one.id == other.id);
        found
    }

    /// The operator's own draft, what speaks for a tenant, and the link with which the customer agrees to a relationship;
    /// no link: Partner Center has given none. `AlreadySent` if it is no draft any more.
    pub async fn relationship_request(
        &self,
        operator: &Operator,
        id: &OnboardingId,
    ) -> Result<(Onboarding, ExistingTenant, Option<Url>), ProvisioningError> {
        let draft = match self.own(operator, id).await? {
            Stored::Draft(draft) => *draft,
            Stored::Sent(_) => return Err(ProvisioningError::AlreadySent),
        };
        let question = TenantQuestion {
            company_name: draft.form.company_name.clone(),
            email: draft.form.email.clone(),
            prefix: draft.form.domain.clone(),
            reseller_id: draft.reseller_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            draft: id.to_string(),
        };
        let (existing, link) = tokio::join!(
            self.existing_tenant(operator, &question),
            self.relationship_link(operator, draft.reseller_id.as_ref())
        );
        Ok((draft, existing, link))
    }

    async fn relationship_link(&self, operator: &Operator, reseller: Option<&ResellerId>) -> Option<Url> {
        let token = self.tokens.access_token(&operator.key).await.ok()?;
        match self.partner_center.relationship_request(&token, reseller).await {
            Ok(link) => Some(link),
            Err(error) => {
                tracing::warn!(%error, "Partner Center gave no link for a relationship request");
                None
            }
        }
    }
}

fn is_partners(operator: &Operator, reseller: Option<&ResellerId>, tenant: &str) -> bool {
    operator.key.tid.eq_ignore_ascii_case(tenant)
        || reseller.is_some_and(|reseller| reseller.as_str().eq_ignore_ascii_case(tenant))
}

impl KnownTenant {
    fn of_customer(customer: &CustomerSummary) -> Self {
        Self {
            company_name: customer.company_name.clone().unwrap_or_default(),
            domain: customer.domain.clone().unwrap_or_default(),
        }
    }

    fn of_onboarding(onboarding: &Onboarding) -> Self {
        Self { company_name: onboarding.company_name.clone(), domain: onboarding.domain.clone() }
    }
}
