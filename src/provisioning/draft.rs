//! From what was typed to what may be sent.

use std::borrow::Cow;

use super::{
    Provisioning, ProvisioningError, Review, Stored, checks::address_of, directory::RESELLERS_AGE, doubts::doubts,
    own_domain::is_own, require_onboarding, slot::Age,
};
use crate::{
    domain::{
        AddressParts, Comment, CountryCode, CountryRules, CustomerOf, DomainAvailability, Field, FieldErrors,
        NewCustomer, NewCustomerForm, OnboardingId, Operator, Problem, ResellerChoice, ResellerId, ResellerReadiness,
        ResellerState, SoldBy, country_name, country_of_address, split_address,
    },
    journal::{DraftSummary, DraftVersion, JournalError, Onboarding, OnboardingState, Payload, Window},
};

/// As long as a company's name can be.
const LONGEST_LISTED: usize = 255;

/// Whose rules stand in while no country is chosen; what depends on the country is not judged then.
const ANY_COUNTRY: &str = "US";

/// What a draft is made of.
enum Origin<'a> {
    /// What was typed into a page.
    Page(Window<'a>),
    /// The answers of another onboarding.
    Copy(&'a Onboarding),
}

impl Provisioning {
    /// Under which id a form is stored that names this draft, if it names any; a foreign one is as good as nobody's.
    pub(super) async fn place_of_named(&self, operator: &Operator, named: &str) -> Option<OnboardingId> {
        self.journal.place_of_draft(operator, &named.parse().ok()?).await.ok()
    }

    /// Stores the draft under `id` (made by the page). `NotFound` if it is somebody else's; if it is no draft any more,
    /// `AlreadySent`, or `SentOtherwise` if other answers were sent.
    pub async fn save_draft(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        form: &NewCustomerForm,
    ) -> Result<(), ProvisioningError> {
        self.save_draft_from(operator, id, form, Window::default()).await.map(drop)
    }

    /// The same from a page; `ChangedElsewhere` if another one has stored it since this one was made.
    pub async fn save_draft_from(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        form: &NewCustomerForm,
        window: Window<'_>,
    ) -> Result<DraftVersion, ProvisioningError> {
        require_onboarding(operator)?;
        let form = &on_behalf(operator, form);
        match self.store_draft(operator, id, form, Origin::Page(window)).await {
            Err(JournalError::Conflict) => Err(self.sent_already(operator, id, form).await?),
            stored => Ok(stored?),
        }
    }

    /// Under which id the form of a page that names this draft is stored: see [`crate::journal::Journal::place_of_draft`].
    pub async fn place_of_draft(
        &self,
        operator: &Operator,
        named: &OnboardingId,
    ) -> Result<OnboardingId, ProvisioningError> {
        Ok(self.journal.place_of_draft(operator, named).await?)
    }

    /// Deletes a draft of the operator's own; `AlreadySent` if it is none any more.
    pub async fn delete_draft(&self, operator: &Operator, id: &OnboardingId) -> Result<(), ProvisioningError> {
        require_onboarding(operator)?;
        Ok(self.journal.delete_draft(operator, id).await?)
    }

    /// A draft of the operator's own, to be looked at before it is deleted; `AlreadySent` if it is none any more.
    pub async fn find_draft(&self, operator: &Operator, id: &OnboardingId) -> Result<Onboarding, ProvisioningError> {
        self.own_draft(operator, id).await
    }

    /// Stores it with what lists show of it.
    async fn store_draft(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        form: &NewCustomerForm,
        origin: Origin<'_>,
    ) -> Result<DraftVersion, JournalError> {
        let reseller_id = chosen_reseller(form);
        let reseller_name = reseller_id.as_ref().and_then(|id| self.known_name(operator, id));
        let (company_name, prefix) = (listed(&form.company_name), listed(&form.domain).to_lowercase());
        let domain = if prefix.is_empty() { prefix } else { self.full_domain(&prefix) };
        let summary = DraftSummary {
            reseller_id: reseller_id.as_ref(),
            reseller_name: reseller_name.as_deref(),
            company_name: &company_name,
            domain: &domain,
        };
        match origin {
            Origin::Copy(ended) => self.journal.save_copy(operator, id, ended, summary).await,
            Origin::Page(window) => self.journal.save_draft_from(operator, id, form, summary, window).await,
        }
    }

    /// Whether a form that comes too late says what was sent. What counts is what would be sent, not how it was typed.
    async fn sent_already(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        form: &NewCustomerForm,
    ) -> Result<ProvisioningError, ProvisioningError> {
        let sent = self.journal.find(operator, id).await?;
        if sent.form == *form {
            return Ok(ProvisioningError::AlreadySent);
        }
        let rules = self.rules_for(operator, form).await;
        let hash = form.parse(&rules).ok().map(|customer| Payload::new(customer, self.cloud.domain_suffix()).hash());
        Ok(if hash.is_some() && hash == sent.payload_hash {
            ProvisioningError::AlreadySent
        } else {
            ProvisioningError::SentOtherwise(Box::new(sent))
        })
    }

    /// A new draft with the answers of an onboarding that was refused or came to nothing. `AlreadySent` if it did not.
    pub async fn copy_to_draft(
        &self,
        operator: &Operator,
        id: &OnboardingId,
    ) -> Result<OnboardingId, ProvisioningError> {
        require_onboarding(operator)?;
        let ended = self.journal.find(operator, id).await?;
        if !ended.may_be_copied() {
            return Err(ProvisioningError::AlreadySent);
        }
        let copy = OnboardingId::from(self.ambient.uuid_v7());
        self.store_draft(operator, &copy, &ended.form, Origin::Copy(&ended)).await?;
        Ok(copy)
    }

    /// Everything that is wrong with a form that is to be sent: its domain is the onboarding's from then on, if it can be.
    pub async fn problems_before_review(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        form: &NewCustomerForm,
    ) -> Result<FieldErrors, ProvisioningError> {
        self.find_problems(operator, id, form, true).await
    }

    /// Everything that is wrong with a form: fields, reseller in the live list and ready, domain not taken and not chosen
    /// by somebody else.
    pub async fn problems(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        form: &NewCustomerForm,
    ) -> Result<FieldErrors, ProvisioningError> {
        self.find_problems(operator, id, form, false).await
    }

    /// The same; `chooses`: its domain is the onboarding's from then on, if it can be.
    async fn find_problems(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        form: &NewCustomerForm,
        chooses: bool,
    ) -> Result<FieldErrors, ProvisioningError> {
        let form = &on_behalf(operator, form);
        let rules = self.rules_for(operator, form).await;
        let mut errors = form.parse(&rules).err().unwrap_or_default();
        self.add_own_problems(operator, form, &mut errors);
        let ask_domain = errors.get(Field::Domain).is_none();
        let (reseller, availability) = tokio::join!(self.reseller_problem(operator, form, &errors), async {
            match (ask_domain, chooses) {
                (true, true) => self.choose_domain(operator, id, &form.domain).await,
                (true, false) => self.check_domain(operator, Some(id), &form.domain).await,
                (false, _) => DomainAvailability::CouldNotCheck,
            }
        });
        if let Some(problem) = reseller? {
            errors.push(Field::Reseller, problem);
        }
        match availability {
            DomainAvailability::Taken => errors.push(Field::Domain, Problem::Taken),
            DomainAvailability::Held => errors.push(Field::Domain, Problem::Held),
            DomainAvailability::Free | DomainAvailability::CouldNotCheck => {}
        }
        Ok(errors)
    }

    /// The parts of an address of several lines, by the rules of `country` or else of the one that it names.
    pub async fn split_address(&self, operator: &Operator, text: &str, country: &str) -> Option<AddressParts> {
        let country = country.parse().ok().or_else(|| country_of_address(text)?.parse().ok())?;
        let rules = self.country_rules(operator, &country).await;
        split_address(text, &rules)
    }

    /// The stored draft, understood, with everything that the review names.
    pub async fn review(&self, operator: &Operator, id: &OnboardingId) -> Result<Review, ProvisioningError> {
        let draft = self.own_draft(operator, id).await?;
        let rules = self.rules_for(operator, &draft.form).await;
        let customer = self.parse(operator, &draft.form, &rules)?;
        let review = self.look_over(operator, id, &Payload::new(customer, self.cloud.domain_suffix())).await?;
        Ok(Review { address_kept: draft.form.kept_address_reason().map(str::to_owned), ..review })
    }

    /// What would be sent, with what Microsoft says of it now.
    pub(super) async fn look_over(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        payload: &Payload,
    ) -> Result<Review, ProvisioningError> {
        let (seller, review) = tokio::join!(
            self.seller(operator, payload.customer()),
            self.look_over_without_seller(operator, id, payload)
        );
        let (reseller, readiness) = seller?.unzip();
        Ok(Review { reseller, readiness, ..review })
    }

    /// The same but for who sells to it.
    pub(super) async fn look_over_without_seller(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        payload: &Payload,
    ) -> Review {
        let customer = payload.customer();
        let address = address_of(customer);
        let ((availability, existing), rules, address_check) = tokio::join!(
            async {
                let availability = self.check_domain(operator, Some(id), customer.domain_prefix()).await;
                (availability, self.existing_tenant_of(operator, id, customer, availability).await)
            },
            self.country_rules(operator, customer.default_address().country()),
            self.check_address(operator, &address),
        );
        Review {
            id: id.clone(),
            payload_hash: payload.hash(),
            domain: payload.domain(),
            customer: payload.customer().clone(),
            reseller: None,
            readiness: None,
            rules,
            availability,
            address_check,
            address_kept: None,
            existing,
            doubts: doubts(customer),
        }
    }

    /// Uses another spelling of a draft's address.
    pub async fn use_address(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        parts: AddressParts,
    ) -> Result<(), ProvisioningError> {
        let mut form = self.own_draft(operator, id).await?.form;
        form.use_address(parts);
        self.save_draft(operator, id, &form).await
    }

    /// Keeps a draft's address as it was typed, for a reason. `ChangedSinceReview` if it is another one by now than the
    /// one with this fingerprint.
    pub async fn keep_address(
        &self,
        operator: &Operator,
        id: &OnboardingId,
        fingerprint: &str,
        reason: &Comment,
    ) -> Result<(), ProvisioningError> {
        let draft = self.own_draft(operator, id).await?;
        let rules = self.rules_for(operator, &draft.form).await;
        let customer = self.parse(operator, &draft.form, &rules)?;
        if address_of(&customer).fingerprint() != fingerprint {
            return Err(ProvisioningError::ChangedSinceReview);
        }
        let mut form = draft.form;
        form.keep_address(reason.as_str());
        self.save_draft(operator, id, &form).await
    }

    /// The operator's own draft. `AlreadySent` if it is none any more.
    async fn own_draft(&self, operator: &Operator, id: &OnboardingId) -> Result<Onboarding, ProvisioningError> {
        match self.own(operator, id).await? {
            Stored::Draft(draft) => Ok(*draft),
            Stored::Sent(_) => Err(ProvisioningError::AlreadySent),
        }
    }

    /// What the operator has under this id.
    pub(super) async fn own(&self, operator: &Operator, id: &OnboardingId) -> Result<Stored, ProvisioningError> {
        require_onboarding(operator)?;
        let found = Box::new(self.journal.find(operator, id).await?);
        if found.owner != operator.key {
            return Err(ProvisioningError::NotFound);
        }
        Ok(if found.state == OnboardingState::Draft { Stored::Draft(found) } else { Stored::Sent(found) })
    }

    /// A stored form, understood.
    pub(super) async fn understand(
        &self,
        operator: &Operator,
        form: &NewCustomerForm,
    ) -> Result<NewCustomer, ProvisioningError> {
        let rules = self.rules_for(operator, form).await;
        self.parse(operator, form, &rules)
    }

    fn parse(
        &self,
        operator: &Operator,
        form: &NewCustomerForm,
        rules: &CountryRules,
    ) -> Result<NewCustomer, ProvisioningError> {
        let form = &on_behalf(operator, form);
        let mut errors = FieldErrors::default();
        self.add_own_problems(operator, form, &mut errors);
        match form.parse(rules) {
            Ok(customer) if errors.is_empty() => Ok(customer),
            Ok(_) => Err(ProvisioningError::Invalid(errors)),
            Err(others) => {
                let all = errors.iter().chain(others.iter()).cloned().collect();
                Err(ProvisioningError::Invalid(all))
            }
        }
    }

    /// The rules of the chosen country.
    async fn rules_for(&self, operator: &Operator, form: &NewCustomerForm) -> CountryRules {
        let known = |code: &CountryCode| country_name(code.as_str()).is_some();
        match form.country.trim().parse().ok().filter(known) {
            Some(country) => self.country_rules(operator, &country).await,
            None => CountryRules::built_in(&any_country()),
        }
    }

    /// What the form cannot know of itself: who may sell to whom, where, and whose address the contact's is.
    fn add_own_problems(&self, operator: &Operator, form: &NewCustomerForm, errors: &mut FieldErrors) {
        self.add_seller_problem(operator, form, errors);
        if form.country.trim().parse().is_ok_and(|country: CountryCode| !self.serves(&country)) {
            errors.push(Field::Country, Problem::NotServed);
        }
        if is_own(operator, &form.email) {
            errors.push(Field::Email, Problem::ForeignDomain);
        }
    }

    /// Direct customers are for those who may make them; resellers' customers are for clouds that have resellers.
    fn add_seller_problem(&self, operator: &Operator, form: &NewCustomerForm, errors: &mut FieldErrors) {
        let possible = match form.customer_of() {
            Some(CustomerOf::Direct) => operator.may_create_direct(),
            Some(CustomerOf::Reseller) => self.cloud.has_indirect_resellers(),
            None => return, // the form says so itself
        };
        if !possible {
            errors.push(Field::CustomerOf, Problem::NotAChoice);
        }
    }

    /// What speaks against the chosen reseller. That its agreement could not be checked does not.
    async fn reseller_problem(
        &self,
        operator: &Operator,
        form: &NewCustomerForm,
        errors: &FieldErrors,
    ) -> Result<Option<Problem>, ProvisioningError> {
        let Some(id) = chosen_reseller(form).filter(|_| errors.get(Field::CustomerOf).is_none()) else {
            return Ok(None);
        };
        let Some(listed) = self.listed_reseller(operator, &id, RESELLERS_AGE).await? else {
            return Ok(Some(Problem::NotAChoice));
        };
        Ok(match self.readiness(operator, &listed).await {
            ResellerReadiness::Inactive | ResellerReadiness::AgreementMissing => Some(Problem::NotReady),
            ResellerReadiness::Ready | ResellerReadiness::CouldNotCheck => None,
        })
    }

    /// The reseller of a customer with its readiness, for the review; `None` for a direct customer.
    async fn seller(
        &self,
        operator: &Operator,
        customer: &NewCustomer,
    ) -> Result<Option<(ResellerChoice, ResellerReadiness)>, ProvisioningError> {
        let SoldBy::Reseller(id) = customer.sold_by() else { return Ok(None) };
        let listed = self.listed_reseller(operator, id, RESELLERS_AGE).await?;
        let listed = listed.ok_or_else(|| invalid(Field::Reseller, Problem::NotAChoice))?;
        let readiness = self.readiness(operator, &listed).await;
        Ok(Some((listed, readiness)))
    }

    /// The reseller of a customer as Partner Center lists it, at this moment or that long ago, active; `None` for a direct customer.
    pub(super) async fn confirmed_reseller(
        &self,
        operator: &Operator,
        customer: &NewCustomer,
        age: Age,
    ) -> Result<Option<ResellerChoice>, ProvisioningError> {
        let SoldBy::Reseller(id) = customer.sold_by() else { return Ok(None) };
        let listed = self.listed_reseller(operator, id, age).await?;
        let listed = listed.ok_or_else(|| invalid(Field::Reseller, Problem::NotAChoice))?;
        if listed.state == ResellerState::Active {
            Ok(Some(listed))
        } else {
            Err(invalid(Field::Reseller, Problem::NotReady))
        }
    }

    fn known_name(&self, operator: &Operator, id: &ResellerId) -> Option<String> {
        if let Some(own) = operator.reseller() {
            return Some(own.name.clone());
        }
        let resellers = self.directory.known_resellers()?;
        resellers.iter().find(|reseller| reseller.id == *id).map(|reseller| reseller.name.clone())
    }
}

/// What lists and titles show of a text as it was typed: one line of it, without what no database and no terminal wants.
fn listed(text: &str) -> String {
    let line: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    line.trim().chars().take(LONGEST_LISTED).collect()
}

/// The form as it counts: for whom a reseller's person creates customers is the person's relationship, and no answer.
fn on_behalf<'a>(operator: &Operator, form: &'a NewCustomerForm) -> Cow<'a, NewCustomerForm> {
    let own = operator.reseller().filter(|_| !planted!(FormDecidesTheReseller));
    let Some(own) = own else { return Cow::Borrowed(form) };
    Cow::Owned(NewCustomerForm {
        customer_of: "reseller".to_owned(),
        reseller_id: own.id.as_str().to_owned(),
        reseller_search: own.name.clone(),
        ..form.clone()
    })
}

/// The reseller that was chosen from the list, if the customer is to be a reseller's.
fn chosen_reseller(form: &NewCustomerForm) -> Option<ResellerId> {
    match form.customer_of() {
        Some(CustomerOf::Reseller) => form.reseller_id.trim().parse().ok(),
        Some(CustomerOf::Direct) | None => None,
    }
}

fn invalid(field: Field, problem: Problem) -> ProvisioningError {
    let mut errors = FieldErrors::default();
    errors.push(field, problem);
    ProvisioningError::Invalid(errors)
}

#[expect(clippy::expect_used, reason = "a constant of ours, and it is two letters")]
fn any_country() -> CountryCode {
    ANY_COUNTRY.parse().expect("two letters")
}
