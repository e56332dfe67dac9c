//! What the form knows, and how it changes: what was typed, what is wrong with it, what the country wants. Nothing here
//! knows a browser or a server; what is to be done outside is answered as [`Effect`]s.

use serde::{Deserialize, Serialize};

use super::{
    advice::{AddressState, DomainState},
    checks::{Answer, reseller_answer},
    combobox::{Found, List, Offer, Step},
    split::{Split, SplitStep},
    values,
};
use crate::{
    domain::{
        AddressAnswer, AddressParts, CountryCode, CountryRules, CustomerOf, DomainAnswer, DomainQuestion, Field,
        NewCustomerForm, Problem, ResellerId, ResellerReadiness, TenantQuestion, UsualChoices, words,
    },
    error::PortalError,
    i18n::{Phrasebook, p},
    json::read_struct,
};

/// What the form starts with, besides what is in its fields; printed into the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Start {
    /// The onboarding that the form's draft belongs to.
    pub(crate) draft: String,
    /// What the chosen country wants, or what is known before one is chosen.
    pub(crate) rules: CountryRules,
    /// The reseller of `form.reseller_id`.
    pub(crate) reseller: Option<Offer>,
    /// What the last customer of that reseller had, if the form begins with it.
    pub(crate) usual: Option<UsualChoices>,
    /// Name of a field and what is wrong with it, in the order of the form.
    pub(crate) faults: Vec<(String, String)>,
    /// Whether the person may create a customer of the provider itself.
    pub(crate) may_create_direct: bool,
    /// Whether it is settled whose customer it is to be: that of `reseller`, for whom the person works.
    pub(crate) is_resellers_own: bool,
    /// `.onmicrosoft.com` or its like in another cloud.
    pub(crate) domain_suffix: String,
    /// What was said of the domain when the form was posted, for browsers without script.
    pub(crate) domain_answer: Option<DomainAnswer>,
    /// So many times were other domains asked for.
    pub(crate) domain_round: u32,
    /// What the form can say.
    pub(crate) phrases: Phrasebook,
}

read_struct!(Start {
    draft,
    rules,
    reseller,
    usual,
    faults,
    may_create_direct,
    is_resellers_own,
    domain_suffix,
    domain_answer,
    domain_round,
    phrases
});

/// A field and what is said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub field: Field,
    pub words: String,
}

/// Everything.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each asked alone")]
pub(super) struct Model {
    /// As typed.
    pub form: NewCustomerForm,
    /// What the country wants; those of another one, or of none, until the rules of the chosen one are there.
    pub rules: CountryRules,
    /// What is said beside the fields now.
    pub faults: Vec<Fault>,
    /// What was wrong at the last attempt to continue; stands still until the next, so that nothing jumps while typing.
    pub summary: Vec<Fault>,
    /// The chosen reseller; always that of `form.reseller_id`.
    pub reseller: Option<Offer>,
    /// The list of resellers.
    pub list: List,
    /// Is the domain free, and what else may be?
    pub domain: DomainState,
    /// Does Microsoft know the address, and what was decided about it?
    pub address: AddressState,
    /// Can customers be created for the reseller?
    pub readiness: Answer,
    /// What speaks for it that the company has a tenant already.
    pub tenant: Vec<String>,
    /// The onboarding that the form's draft belongs to.
    pub draft: String,
    /// `.onmicrosoft.com` or its like in another cloud.
    pub domain_suffix: String,
    /// Whether the person may create a customer of the provider itself.
    pub may_create_direct: bool,
    /// Whether the reseller is settled.
    pub is_resellers_own: bool,
    /// Whether the browser's half is at work.
    pub live: bool,
    /// What the last customer of the reseller had.
    pub usual: Option<UsualChoices>,
    /// Fields in which that stands.
    pub taken: Vec<Field>,
    /// An address that was pasted in one piece.
    pub split: Split,
    /// Fields that the person has written to.
    touched: Vec<Field>,
    /// Set for a moment after a submit, so that a double click sends once.
    sent: bool,
}

/// What happens to the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A person wrote into a field.
    Typed(Field, String),
    /// A person left a field.
    Left(Field),
    /// A person wants to continue.
    Continue,
    /// A moment after the form was sent.
    SentLongAgo,
    /// A key or a click on the list of resellers.
    List(Step),
    /// A suggested domain is to be used.
    UseDomain(String),
    /// Other domains are to be suggested.
    OtherDomains,
    /// The suggested spelling of the address at this place is to be used.
    UseAddress(usize),
    /// A person wrote why the typed address is right.
    Reason(String),
    /// What was typed is to stay.
    KeepAddress,
    /// The portal is being asked.
    Asking(Question),
    /// The rules of a country have come.
    Rules(Box<CountryRules>),
    /// The answer to this question.
    Domain(DomainQuestion, Result<DomainAnswer, PortalError>),
    /// The answer to a question about this address.
    Address(AddressParts, Result<AddressAnswer, PortalError>),
    /// The answer to this question.
    Tenant(TenantQuestion, Result<Vec<String>, PortalError>),
    /// The answer to a question about this reseller.
    Readiness(ResellerId, Result<ResellerReadiness, PortalError>),
    /// What the last customer of this reseller had, if there is one.
    Usual(ResellerId, Option<UsualChoices>),
    /// Something was pasted into the first line of the address.
    Pasted(String),
    /// The parts of what was pasted, if they can be told.
    MayBeSplit(Option<AddressParts>),
    /// What a person says to splitting it.
    Split(SplitStep),
    /// The answer to this search; and whether the person is still in the field.
    Resellers { query: String, answer: Result<Found, PortalError>, focused: bool },
}

/// A question to the portal that is worth waiting for until typing rests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// Is this prefix free, and what else may be?
    Domain(DomainQuestion),
    /// Does Microsoft know this address?
    Address(AddressParts),
    /// Is this reseller ready?
    Readiness(ResellerId),
    /// Has this company a tenant?
    Tenant(TenantQuestion),
}

/// What is to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Ask once typing rests, if the question still stands then.
    Ask(Question),
    /// Ask for the rules of a country.
    AskRules(CountryCode),
    /// Ask what the last customer of a reseller had.
    AskUsual(ResellerId),
    /// Ask what the parts of an address are.
    AskSplit { text: String, country: String },
    /// Search resellers; at once, or once typing rests.
    Search { query: String, at_once: bool },
    /// Move the focus to the element with this id.
    Focus(&'static str),
    /// Bring an option into view.
    ShowOption(usize),
    /// Say in the title that something is wrong.
    MarkTitle,
    /// Say so when the form was sent long ago.
    Wait,
}

impl Model {
    pub(super) fn new(start: Start, form: NewCustomerForm) -> Self {
        let faults: Vec<Fault> = start
            .faults
            .into_iter()
            .filter_map(|(name, words)| Field::from_name(&name).map(|field| Fault { field, words }))
            .collect();
        let mut model = Self {
            form,
            rules: start.rules,
            summary: faults.clone(),
            faults,
            reseller: start.reseller,
            list: List::default(),
            domain: DomainState::new(start.domain_answer, start.domain_round),
            address: AddressState::default(),
            readiness: Answer::default(),
            tenant: Vec::new(),
            draft: start.draft,
            domain_suffix: start.domain_suffix,
            may_create_direct: start.may_create_direct,
            is_resellers_own: start.is_resellers_own,
            live: false,
            usual: start.usual,
            taken: Vec::new(),
            split: Split::default(),
            touched: Vec::new(),
            sent: false,
        };
        model.complete();
        model.take_usual();
        model
    }

    /// Fills in what follows from the rest.
    fn complete(&mut self) {
        if let Some(reseller) = &self.reseller {
            self.form.reseller_id.clone_from(&reseller.id);
            if self.form.reseller_search.is_empty() {
                self.form.reseller_search.clone_from(&reseller.name);
            }
        }
        if self.form.customer_of.is_empty() {
            "reseller".clone_into(&mut self.form.customer_of);
        }
        for field in [Field::Culture, Field::Language] {
            if let Some(first) = values::choices(&self.rules, field).first()
                && values::get(&self.form, field).is_empty()
            {
                values::put(&mut self.form, field, first.value.clone());
            }
        }
    }

    /// The browser's half begins: checks what is there already.
    pub(super) fn begin(&mut self) -> Vec<Effect> {
        self.live = true;
        let mut effects = Vec::new();
        // The browser may have kept other texts than the server printed.
        let differs = |offer: &Offer| !self.is_resellers_own && offer.name != self.form.reseller_search;
        if self.reseller.as_ref().is_some_and(differs) {
            self.forget_reseller();
        }
        if !self.knows_country() {
            effects.extend(self.ask_rules());
        }
        // What was answered when the form was posted stands.
        if self.domain.is_empty() {
            effects.extend(self.ask_domain());
        }
        effects.extend(self.ask_address());
        effects.extend(self.ask_readiness());
        effects.extend(self.ask_tenant());
        if !self.summary.is_empty() {
            effects.push(Effect::Focus(super::SUMMARY_ID));
        }
        effects
    }

    /// Lets something happen.
    pub(super) fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Typed(field, value) => self.typed(field, value),
            Event::Left(Field::Reseller) => self.left_list(),
            Event::Left(field) => {
                self.blame(field);
                Vec::new()
            }
            Event::Continue => self.send(),
            Event::SentLongAgo => {
                self.sent = false;
                Vec::new()
            }
            Event::List(step) => self.step(step),
            Event::UseDomain(prefix) => {
                let effects = self.set(Field::Domain, prefix);
                effects.into_iter().chain([Effect::Focus(Field::Domain.name())]).collect()
            }
            Event::OtherDomains => {
                self.domain.round += 1;
                vec![Effect::Ask(Question::Domain(self.domain_question()))]
            }
            Event::UseAddress(place) => self.use_address(place),
            Event::Reason(reason) => {
                self.form.address_reason = reason;
                Vec::new()
            }
            Event::KeepAddress => self.keep_address(),
            Event::Asking(question) => {
                self.asking(&question);
                Vec::new()
            }
            Event::Rules(rules) => self.adopt(*rules),
            Event::Domain(question, answer) => {
                if self.stands(&Question::Domain(question.clone())) {
                    self.domain.answered(&question, answer);
                }
                Vec::new()
            }
            Event::Address(asked, answer) => {
                if self.stands(&Question::Address(asked)) {
                    self.address.answered(answer);
                }
                Vec::new()
            }
            Event::Tenant(question, answer) => {
                if self.stands(&Question::Tenant(question)) {
                    // Nobody is told that nothing could be found out.
                    self.tenant = answer.unwrap_or_default();
                }
                Vec::new()
            }
            Event::Readiness(reseller, answer) => {
                if self.stands(&Question::Readiness(reseller)) {
                    self.readiness = reseller_answer(answer);
                }
                Vec::new()
            }
            Event::Usual(reseller, usual) => self.usually(&reseller, usual),
            Event::Pasted(text) => self.pasted(text),
            Event::MayBeSplit(parts) => self.may_be_split(parts),
            Event::Split(step) => self.step_of_split(step),
            Event::Resellers { query, answer, focused } => self.found(query, answer, focused),
        }
    }

    // What the view asks.

    /// What the field is called in the chosen country.
    pub(super) fn label(&self, field: Field) -> String {
        words::label(field, &self.rules)
    }

    /// Help with a field.
    pub(super) fn hint(&self, field: Field) -> Option<String> {
        words::hint(field, &self.rules)
    }

    /// What is said beside a field.
    pub(super) fn fault(&self, field: Field) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.words.as_str())
    }

    /// Whether the rules are those of the country that is chosen now.
    pub(super) fn knows_country(&self) -> bool {
        self.rules.country.as_str() == self.form.country
    }

    /// Whether the customer is to be the provider's own.
    pub(super) fn is_direct(&self) -> bool {
        self.form.customer_of() == Some(CustomerOf::Direct)
    }

    /// The fields that still have to be filled in.
    pub(super) fn missing(&self) -> Vec<Field> {
        let is_missing = |field: &Field| self.problem(*field) == Some(Problem::Missing);
        Field::ALL.into_iter().filter(is_missing).collect()
    }

    /// A third line is offered to those who have used the second.
    pub(super) fn shows_third_line(&self) -> bool {
        !self.form.address_line2.is_empty() || !self.form.address_line3.is_empty()
    }

    fn problem(&self, field: Field) -> Option<Problem> {
        self.form.problem(field, &self.rules)
    }

    // What a person does.

    fn typed(&mut self, field: Field, mut value: String) -> Vec<Effect> {
        if field == Field::Domain {
            value.make_ascii_lowercase();
        }
        self.touched.push(field);
        self.taken.retain(|taken| *taken != field);
        self.set(field, value)
    }

    /// Whether the person has written to a field.
    pub(super) fn is_touched(&self, field: Field) -> bool {
        self.touched.contains(&field)
    }

    /// Changes the value of a field and everything that hangs on it.
    pub(super) fn set(&mut self, field: Field, value: String) -> Vec<Effect> {
        values::put(&mut self.form, field, value);
        let effect = match field {
            Field::Reseller => Some(self.edited_list()),
            Field::Country => self.ask_rules(),
            Field::Domain => {
                self.domain = DomainState::default();
                self.ask_domain()
            }
            // A domain that is wanted, and a tenant that is there, hang on the company.
            Field::CompanyName | Field::Email => {
                self.relent(field);
                let domain = if self.form.domain.is_empty() { self.ask_domain() } else { None };
                return domain.into_iter().chain(self.ask_tenant()).collect();
            }
            Field::AddressLine1 | Field::AddressLine2 | Field::City | Field::State | Field::PostalCode => {
                self.ask_address()
            }
            _ => None,
        };
        self.relent(field);
        effect.into_iter().collect()
    }

    /// An error goes, or changes its words, with the keystroke that fixes it; none comes.
    fn relent(&mut self, field: Field) {
        if self.fault(field).is_some() {
            let problem = self.problem(field);
            self.say(field, problem.as_ref());
        }
    }

    /// A field was left: blamed only for what will not become right by itself.
    fn blame(&mut self, field: Field) {
        if let Some(problem) = self.problem(field).filter(|problem| *problem != Problem::Missing) {
            self.say(field, Some(&problem));
        }
    }

    fn say(&mut self, field: Field, problem: Option<&Problem>) {
        self.faults.retain(|fault| fault.field != field);
        if let Some(problem) = problem {
            self.faults.push(Fault { field, words: words::message(field, problem, &self.rules) });
        }
    }

    /// Whether the form may be sent; if not, why.
    pub(super) fn may_send(&self) -> bool {
        !self.sent && self.problems().is_empty()
    }

    fn problems(&self) -> Vec<Fault> {
        // A country whose rules did not arrive is judged by the server.
        if !self.form.country.is_empty() && !self.knows_country() {
            return Vec::new();
        }
        let problems = self.form.problems(&self.rules);
        problems
            .iter()
            .map(|error| Fault { field: error.field, words: words::message(error.field, &error.problem, &self.rules) })
            .collect()
    }

    fn send(&mut self) -> Vec<Effect> {
        if self.sent {
            return Vec::new();
        }
        let faults = self.problems();
        if faults.is_empty() {
            self.sent = true;
            return vec![Effect::Wait];
        }
        self.faults.clone_from(&faults);
        self.summary = faults;
        vec![Effect::MarkTitle, Effect::Focus(super::SUMMARY_ID)]
    }

    // The country.

    fn ask_rules(&self) -> Option<Effect> {
        self.form.country.parse().ok().map(Effect::AskRules)
    }

    /// Makes the rules of a country those of the form.
    fn adopt(&mut self, rules: CountryRules) -> Vec<Effect> {
        // Another country may have been chosen meanwhile.
        if rules.country.as_str() != self.form.country {
            return Vec::new();
        }
        let touched = std::mem::take(&mut self.touched);
        values::carry_over(&mut self.form, &self.rules, &rules, |field| touched.contains(&field));
        self.touched = touched;
        self.rules = rules;
        self.take_usual();
        // What was wrong only in the former country is wrong no more; where a field has other words for it now, it says
        // those. Of what only the server sees, nothing hangs on the country.
        let blamed: Vec<Field> = self.faults.iter().map(|fault| fault.field).collect();
        for field in blamed {
            let problem = self.problem(field);
            if problem.is_some() || depends_on_country(field) {
                self.say(field, problem.as_ref());
            }
        }
        self.ask_address().into_iter().collect()
    }

    // The live checks.

    /// Asks about what was typed; as long as nothing was, for suggestions, once there is a name to make them of.
    fn ask_domain(&mut self) -> Option<Effect> {
        let is_name = self.form.domain.is_empty() && self.problem(Field::CompanyName).is_none();
        let asks = is_name || self.problem(Field::Domain).is_none();
        asks.then(|| Effect::Ask(Question::Domain(self.domain_question())))
    }

    fn domain_question(&self) -> DomainQuestion {
        let form = &self.form;
        DomainQuestion {
            prefix: form.domain.clone(),
            company_name: form.company_name.clone(),
            // Half an address would change what is suggested with every letter.
            email: if self.problem(Field::Email).is_none() { form.email.clone() } else { String::new() },
            country: form.country.clone(),
            draft: self.draft.clone(),
            round: self.domain.round,
        }
    }

    fn ask_address(&mut self) -> Option<Effect> {
        self.address = AddressState::default();
        let complete = self.knows_country() && ADDRESS.into_iter().all(|field| self.problem(field).is_none());
        complete.then(|| Effect::Ask(Question::Address(self.form.address_parts())))
    }

    fn ask_readiness(&mut self) -> Option<Effect> {
        self.readiness = Answer::default();
        self.reseller_id().map(|id| Effect::Ask(Question::Readiness(id)))
    }

    fn ask_tenant(&mut self) -> Option<Effect> {
        self.tenant.clear();
        let knows = [Field::CompanyName, Field::Email].into_iter().all(|field| self.problem(field).is_none());
        knows.then(|| Effect::Ask(Question::Tenant(self.tenant_question())))
    }

    fn tenant_question(&self) -> TenantQuestion {
        let form = &self.form;
        TenantQuestion {
            company_name: form.company_name.clone(),
            email: form.email.clone(),
            // Of a domain that is taken the form says so itself.
            prefix: String::new(),
            reseller_id: form.reseller_id.clone(),
            draft: self.draft.clone(),
        }
    }

    /// Whether what was asked about is still what stands in the form.
    pub(super) fn stands(&self, question: &Question) -> bool {
        match question {
            // Suggestions hang on the company, what was typed on nothing else.
            Question::Domain(asked) => {
                self.form.domain == asked.prefix
                    && self.domain.round == asked.round
                    && (!asked.prefix.is_empty() || self.form.company_name == asked.company_name)
            }
            Question::Address(parts) => self.form.address_parts() == *parts,
            Question::Readiness(reseller) => self.reseller_id().as_ref() == Some(reseller),
            Question::Tenant(asked) => self.form.company_name == asked.company_name && self.form.email == asked.email,
        }
    }

    fn asking(&mut self, question: &Question) {
        match question {
            Question::Domain(asked) => self.domain.asking(asked),
            Question::Address(_) => self.address.answer = Answer::checking(),
            Question::Readiness(_) => self.readiness = Answer::checking(),
            // Nobody waits for it.
            Question::Tenant(_) => {}
        }
    }

    fn use_address(&mut self, place: usize) -> Vec<Effect> {
        let Some(mut suggested) = self.address.suggestions.get(place).cloned() else { return Vec::new() };
        let state = values::find_choice(values::choices(&self.rules, Field::State), &suggested.state);
        if let Some(choice) = state {
            suggested.state.clone_from(&choice.value);
        }
        self.form.use_address(suggested);
        for field in ADDRESS {
            self.relent(field);
        }
        // Microsoft says itself that this is how it writes it.
        self.ask_address().into_iter().chain([Effect::Focus(Field::AddressLine1.name())]).collect()
    }

    /// Keeps the address, if somebody has said why.
    fn keep_address(&mut self) -> Vec<Effect> {
        let reason = self.form.address_reason.clone();
        self.form.keep_address(&reason);
        if self.form.kept_address_reason().is_none() {
            self.address.wants_reason = true;
        }
        vec![Effect::Focus(super::advice::REASON_ID)]
    }

    // The reseller.

    pub(super) fn reseller_id(&self) -> Option<ResellerId> {
        self.reseller.as_ref()?.id.parse().ok()
    }

    fn forget_reseller(&mut self) {
        self.reseller = None;
        self.form.reseller_id.clear();
        self.readiness = Answer::default();
    }

    fn edited_list(&mut self) -> Effect {
        self.forget_reseller();
        self.list.show(None);
        Effect::Search { query: self.form.reseller_search.clone(), at_once: false }
    }

    fn step(&mut self, step: Step) -> Vec<Effect> {
        match step {
            Step::Open(active) => {
                self.list.show(active);
                return self.search().into_iter().collect();
            }
            Step::Move(to) => {
                self.list.show(Some(to));
                return vec![Effect::ShowOption(to)];
            }
            Step::Take(at) => return self.take(at),
            Step::Close => self.list.close(),
            Step::Clear => {
                self.form.reseller_search.clear();
                self.forget_reseller();
                self.relent(Field::Reseller);
            }
            Step::Edit => self.list.show(None),
        }
        Vec::new()
    }

    /// Asks for the resellers that fit the text, unless they are there already.
    fn search(&self) -> Option<Effect> {
        let query = self.form.reseller_search.clone();
        (self.list.query.as_ref() != Some(&query)).then_some(Effect::Search { query, at_once: true })
    }

    fn found(&mut self, query: String, answer: Result<Found, PortalError>, focused: bool) -> Vec<Effect> {
        // The text may have been edited meanwhile; then another answer is on its way.
        if query != self.form.reseller_search {
            return Vec::new();
        }
        self.list.answered(query, answer);
        if focused { Vec::new() } else { self.take_exact() }
    }

    /// Takes the option at a place in the list, unless it cannot be taken.
    fn take(&mut self, at: usize) -> Vec<Effect> {
        let Some(offer) = self.list.found.offers.get(at).cloned() else { return Vec::new() };
        if let Some(reason) = &offer.unavailable {
            self.list.status = [&offer.name, ": ", reason].concat();
            return Vec::new();
        }
        self.choose(offer)
    }

    fn choose(&mut self, offer: Offer) -> Vec<Effect> {
        self.list.close();
        self.list.status = p!(form.chosen, name = &offer.name);
        self.form.reseller_id.clone_from(&offer.id);
        self.form.reseller_search.clone_from(&offer.name);
        self.reseller = Some(offer);
        self.relent(Field::Reseller);
        self.ask_readiness().into_iter().chain(self.ask_usual()).collect()
    }

    /// The list was left: nothing is taken that a person did not name in full.
    fn left_list(&mut self) -> Vec<Effect> {
        self.list.close();
        if self.reseller.is_some() || self.form.reseller_search.trim().is_empty() {
            return Vec::new();
        }
        match self.search() {
            Some(search) => vec![search],
            None => self.take_exact(),
        }
    }

    fn take_exact(&mut self) -> Vec<Effect> {
        match self.list.exact(&self.form.reseller_search) {
            Some(offer) if self.reseller.is_none() => self.choose(offer),
            _ => {
                self.say_unknown();
                Vec::new()
            }
        }
    }

    /// A text that names no reseller is said to, with the one that may have been meant. Nothing is said as long as the
    /// list could not be had: that is no fault of the person's.
    fn say_unknown(&mut self) {
        let typed = self.form.reseller_search.trim();
        if self.reseller.is_some() || typed.is_empty() || self.list.query.is_none() {
            return;
        }
        let nearest = self.list.found.offers.iter().find(|offer| offer.unavailable.is_none());
        let words = words::unknown_reseller(typed, nearest.map(|offer| offer.name.as_str()));
        self.faults.retain(|fault| fault.field != Field::Reseller);
        self.faults.push(Fault { field: Field::Reseller, words });
    }
}

/// The fields that make an address.
const ADDRESS: [Field; 6] =
    [Field::Country, Field::AddressLine1, Field::AddressLine2, Field::City, Field::State, Field::PostalCode];

/// Whether the country's rules decide about the field.
fn depends_on_country(field: Field) -> bool {
    matches!(
        field,
        Field::Country
            | Field::RegistrationNumber
            | Field::District
            | Field::City
            | Field::State
            | Field::PostalCode
            | Field::MiddleName
            | Field::Phone
            | Field::Culture
            | Field::Language
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{
        domain::{
            Advice, DomainCandidate, Tone,
            testing::{united_states, wingtip_toys},
        },
        i18n::Phrasebook,
        islands::onboarding::samples::{first_up, germany},
    };

    pub(in super::super) fn start(rules: CountryRules) -> Start {
        Start {
            draft: String::new(),
            rules,
            reseller: None,
            usual: None,
            faults: Vec::new(),
            may_create_direct: false,
            is_resellers_own: false,
            domain_suffix: ".onmicrosoft.com".to_owned(),
            domain_answer: None,
            domain_round: 0,
            phrases: Phrasebook::default(),
        }
    }

    fn empty() -> Model {
        let form = NewCustomerForm { country: "US".to_owned(), ..NewCustomerForm::default() };
        let mut model = Model::new(start(united_states()), form);
        model.begin();
        model
    }

    fn filled() -> Model {
        let start = Start { reseller: Some(first_up()), ..start(united_states()) };
        let mut model = Model::new(start, wingtip_toys());
        model.begin();
        model
    }

    fn typed(model: &mut Model, field: Field, value: &str) -> Vec<Effect> {
        model.update(Event::Typed(field, value.to_owned()))
    }

    fn found(offer: Offer) -> Found {
        Found { total: 1, offers: vec![offer] }
    }

    #[test]
    fn nothing_is_blamed_while_it_is_typed_or_while_it_is_empty() {
        let mut model = empty();
        typed(&mut model, Field::PostalCode, "9805");
        assert_eq!(model.fault(Field::PostalCode), None);
        model.update(Event::Left(Field::City));
        assert_eq!(model.fault(Field::City), None);
    }

    #[test]
    fn what_cannot_become_right_is_blamed_on_leaving_and_praised_on_the_keystroke_that_fixes_it() {
        let mut model = empty();
        typed(&mut model, Field::PostalCode, "9805");
        model.update(Event::Left(Field::PostalCode));
        assert_eq!(model.fault(Field::PostalCode), Some("ZIP code must look like 95014"));
        typed(&mut model, Field::PostalCode, "98052");
        assert_eq!(model.fault(Field::PostalCode), None);
        typed(&mut model, Field::PostalCode, "980522");
        assert_eq!(model.fault(Field::PostalCode), None);
    }

    #[test]
    fn an_attempt_to_continue_says_everything_and_goes_nowhere() {
        let mut model = empty();
        assert!(!model.may_send());
        assert_eq!(
            model.update(Event::Continue),
            [Effect::MarkTitle, Effect::Focus(crate::islands::onboarding::SUMMARY_ID)]
        );
        assert!(model.fault(Field::City).is_some() && model.fault(Field::Reseller).is_some());
        let summary = model.summary.clone();
        typed(&mut model, Field::City, "Redmond");
        assert_eq!(model.fault(Field::City), None);
        assert_eq!(model.summary, summary, "nothing jumps while typing");
    }

    #[test]
    fn a_double_click_sends_once() {
        let mut model = filled();
        assert!(model.may_send(), "{:?}", model.problems());
        assert_eq!(model.update(Event::Continue), [Effect::Wait]);
        assert!(!model.may_send());
        model.update(Event::SentLongAgo);
        assert!(model.may_send());
    }

    #[test]
    fn a_country_without_rules_is_left_to_the_server() {
        let mut model = filled();
        typed(&mut model, Field::Country, "DE");
        assert!(model.may_send());
    }

    #[test]
    fn the_rules_of_a_country_that_was_left_again_are_ignored() {
        let mut model = empty();
        assert_eq!(
            typed(&mut model, Field::Country, "DE"),
            [Effect::AskRules("DE".parse().unwrap_or_else(|_| unreachable!()))]
        );
        typed(&mut model, Field::Country, "US");
        model.update(Event::Rules(Box::new(germany())));
        assert!(model.knows_country());
        assert_eq!(model.rules, united_states());
    }

    #[test]
    fn another_country_takes_the_errors_of_vanished_fields_away_and_keeps_what_was_typed() {
        let mut model = empty();
        typed(&mut model, Field::City, "Berlin");
        model.update(Event::Continue);
        assert!(model.fault(Field::State).is_some());
        typed(&mut model, Field::Country, "DE");
        model.update(Event::Rules(Box::new(germany())));
        assert_eq!(model.fault(Field::State), None);
        assert!(model.fault(Field::CompanyName).is_some());
        assert_eq!(model.form.city, "Berlin");
        assert_eq!(model.form.culture, "de-DE");
    }

    #[test]
    fn what_only_the_server_sees_stays_until_the_field_is_edited() {
        let faults = vec![("domain".to_owned(), "This domain is already used. Try another".to_owned())];
        let mut model = Model::new(Start { faults, ..start(united_states()) }, wingtip_toys());
        assert!(model.begin().contains(&Effect::Focus(crate::islands::onboarding::SUMMARY_ID)));
        typed(&mut model, Field::Country, "DE");
        model.update(Event::Rules(Box::new(germany())));
        assert!(model.fault(Field::Domain).is_some());
        typed(&mut model, Field::Domain, "wingtiptoys2");
        assert_eq!(model.fault(Field::Domain), None);
    }

    fn asked(effects: &[Effect]) -> Question {
        let mut questions = effects.iter().filter_map(|effect| match effect {
            Effect::Ask(question) => Some(question.clone()),
            _ => None,
        });
        questions.next_back().unwrap_or_else(|| panic!("{effects:?}"))
    }

    fn about_domain(effects: &[Effect]) -> DomainQuestion {
        match asked(effects) {
            Question::Domain(question) => question,
            other => panic!("{other:?}"),
        }
    }

    fn said(tone: Tone, words: &str) -> DomainAnswer {
        DomainAnswer { advice: Some(Advice { tone, words: words.to_owned() }), candidates: Vec::new() }
    }

    fn candidate(prefix: &str) -> DomainCandidate {
        DomainCandidate { prefix: prefix.to_owned(), advice: Advice { tone: Tone::Good, words: "free".to_owned() } }
    }

    #[test]
    fn domains_are_lower_case_and_asked_about_only_when_they_may_exist() {
        let mut model = empty();
        assert_eq!(about_domain(&typed(&mut model, Field::Domain, "Contoso")).prefix, "contoso");
        assert_eq!(model.form.domain, "contoso");
        assert_eq!(typed(&mut model, Field::Domain, "con toso"), []);
    }

    #[test]
    fn a_late_answer_is_ignored() {
        let mut model = empty();
        let first = about_domain(&typed(&mut model, Field::Domain, "contoso"));
        let second = about_domain(&typed(&mut model, Field::Domain, "contosoo"));
        model.update(Event::Domain(first, Ok(said(Tone::Bad, "taken"))));
        assert!(model.domain.is_empty());
        model.update(Event::Domain(second, Ok(said(Tone::Good, "free"))));
        assert_eq!(model.domain.answer, Answer::of(Advice { tone: Tone::Good, words: "free".to_owned() }));
    }

    #[test]
    fn domains_are_suggested_for_a_name_used_by_a_click_and_others_asked_for() {
        let mut model = empty();
        let question = about_domain(&typed(&mut model, Field::CompanyName, "Contoso AB"));
        assert_eq!((question.prefix.as_str(), question.round), ("", 0));
        let candidates = vec![candidate("contoso"), candidate("contosose")];
        let answer = DomainAnswer { advice: None, candidates: candidates.clone() };
        model.update(Event::Domain(question, Ok(answer)));
        assert_eq!(model.domain.candidates, candidates);
        assert_eq!(about_domain(&model.update(Event::OtherDomains)).round, 1);
        model.update(Event::UseDomain("contosose".to_owned()));
        assert_eq!(model.form.domain, "contosose");
        assert!(model.domain.candidates.is_empty());
    }

    #[test]
    fn a_mail_address_that_is_typed_meanwhile_leaves_no_check_unanswered() {
        let mut model = empty();
        let question = about_domain(&typed(&mut model, Field::Domain, "contoso"));
        typed(&mut model, Field::Email, "gena@contoso.example");
        assert!(model.stands(&Question::Domain(question)));
    }

    fn doubtful(suggestions: Vec<AddressParts>) -> AddressAnswer {
        let advice = Advice { tone: Tone::Unknown, words: "Microsoft finds the street incomplete".to_owned() };
        AddressAnswer { advice, is_doubtful: true, suggestions }
    }

    #[test]
    fn an_address_is_asked_about_when_it_is_complete() {
        let mut model = empty();
        typed(&mut model, Field::AddressLine1, "One Microsoft Way");
        typed(&mut model, Field::City, "Redmnd");
        typed(&mut model, Field::State, "WA");
        let effects = typed(&mut model, Field::PostalCode, "98052");
        let parts = model.form.address_parts();
        assert_eq!(effects, [Effect::Ask(Question::Address(parts.clone()))]);
        let better = AddressParts { city: "Redmond".to_owned(), ..parts.clone() };
        model.update(Event::Address(parts, Ok(doubtful(vec![better]))));
        assert_eq!(model.form.city, "Redmnd", "never silently replaced");
        let effects = model.update(Event::UseAddress(0));
        assert_eq!(model.form.city, "Redmond");
        assert_eq!(
            asked(&effects),
            Question::Address(model.form.address_parts()),
            "Microsoft says itself that it is right"
        );
        assert!(model.address.suggestions.is_empty());
    }

    #[test]
    fn an_address_is_kept_for_a_reason_and_never_in_the_way() {
        let mut model = filled();
        let parts = model.form.address_parts();
        model.update(Event::Address(parts, Ok(doubtful(Vec::new()))));
        assert!(model.may_send(), "advice, not a gate");
        model.update(Event::KeepAddress);
        assert!(model.address.wants_reason);
        model.update(Event::Reason("New building".to_owned()));
        model.update(Event::KeepAddress);
        assert_eq!(model.form.kept_address_reason(), Some("New building"));
        typed(&mut model, Field::City, "Seattle");
        assert_eq!(model.form.kept_address_reason(), None, "another address");
    }

    #[test]
    fn a_tenant_that_is_there_is_told_of_and_forgotten_with_the_company() {
        let mut model = filled();
        let Question::Tenant(question) = asked(&typed(&mut model, Field::Email, "a@woodgrove.example")) else {
            panic!("the tenant is asked for");
        };
        model.update(Event::Tenant(question, Ok(vec!["A Microsoft tenant already has it.".to_owned()])));
        assert_eq!(model.tenant.len(), 1);
        assert!(model.may_send(), "a choice, not a wall");
        typed(&mut model, Field::Email, "a@wingtiptoys.example");
        assert!(model.tenant.is_empty());
    }

    #[test]
    fn any_edit_forgets_the_chosen_reseller() {
        let mut model = filled();
        assert!(!model.form.reseller_id.is_empty());
        typed(&mut model, Field::Reseller, "First Up Consultant");
        assert_eq!(model.form.reseller_id, "");
        assert_eq!(model.reseller, None);
    }

    #[test]
    fn a_name_in_full_is_taken_on_leaving_even_when_the_answer_comes_late() {
        let mut model = empty();
        typed(&mut model, Field::Reseller, "first up consultants");
        let query = "first up consultants".to_owned();
        assert_eq!(
            model.update(Event::Left(Field::Reseller)),
            [Effect::Search { query: query.clone(), at_once: true }]
        );
        model.update(Event::Resellers { query, answer: Ok(found(first_up())), focused: false });
        assert_eq!(model.form.reseller_id, first_up().id);
        assert_eq!(model.form.reseller_search, "First Up Consultants");
    }

    #[test]
    fn a_name_that_is_no_resellers_is_said_to_be_none_with_the_nearest_one() {
        let mut model = empty();
        typed(&mut model, Field::Reseller, "First");
        model.update(Event::Left(Field::Reseller));
        model.update(Event::Resellers { query: "First".to_owned(), answer: Ok(found(first_up())), focused: false });
        assert_eq!(
            model.fault(Field::Reseller),
            Some("\"First\" is not one of your resellers. Did you mean First Up Consultants?")
        );
        model.update(Event::List(Step::Open(Some(0))));
        model.update(Event::List(Step::Take(0)));
        assert_eq!(model.fault(Field::Reseller), None);
    }

    #[test]
    fn nobody_is_blamed_for_a_list_that_could_not_be_had() {
        let mut model = empty();
        typed(&mut model, Field::Reseller, "First");
        model.update(Event::Left(Field::Reseller));
        model.update(Event::Resellers {
            query: "First".to_owned(),
            answer: Err(PortalError::Upstream),
            focused: false,
        });
        assert_eq!(model.fault(Field::Reseller), None);
    }

    #[test]
    fn a_reseller_that_cannot_get_customers_is_not_taken() {
        let mut model = empty();
        let offer = Offer { unavailable: Some("relationship is Suspended".to_owned()), ..first_up() };
        model.update(Event::List(Step::Open(None)));
        model.update(Event::Resellers { query: String::new(), answer: Ok(found(offer)), focused: true });
        model.update(Event::List(Step::Take(0)));
        assert_eq!(model.form.reseller_id, "");
        assert_eq!(model.list.status, "First Up Consultants: relationship is Suspended");
    }

    #[test]
    fn a_reseller_is_taken_by_taking_it() {
        let mut model = empty();
        model.update(Event::Continue);
        model.update(Event::List(Step::Open(Some(0))));
        model.update(Event::Resellers { query: String::new(), answer: Ok(found(first_up())), focused: true });
        assert_eq!(model.form.reseller_id, "");
        let effects = model.update(Event::List(Step::Take(0)));
        assert!(matches!(effects.as_slice(), [Effect::Ask(Question::Readiness(_))]));
        assert_eq!(model.fault(Field::Reseller), None);
    }
}
