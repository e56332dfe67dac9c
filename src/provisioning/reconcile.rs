//! Finding out what became of a create whose answer was lost: the same create once more under the same request id, then
//! what Partner Center shows. Never a second create.

use secrecy::SecretString;

use super::{
    Provisioning,
    completer::Token,
    schedule,
    sending::{Outcome, call_ids, log, lost, refused},
    verdict::{AuditFound, CustomerFound, DomainFound, Evidence, Match, Repeat, Verdict, decide},
};
use crate::{
    clock::SignedDuration,
    domain::{CorrelationId, CustomerId, DomainAvailability, ResellerId, SoldBy},
    entra::TokenError,
    journal::{Attempt, Doubtful, EvidenceRecord, Failure, JournalError, Reason},
    partner_center::{AuditRecord, AuditStatus, CreatedCustomer, CustomerSummary, PartnerCenterError, Refusal},
};

/// From this look on evidence counts even if no repeat was answered.
const LOOKS_BEFORE_EVIDENCE: u32 = 3;
/// A repeat that is answered with a refusal gets so many chances to be answered with the password after all (the lost
/// attempt may be running still), before what is found without a password counts.
const ANSWERS_BEFORE_EVIDENCE: u32 = 2;

/// Why the search ends for now.
enum Interruption {
    /// The token was not accepted: the owner has to sign in again, or the provider to connect its account.
    SignIn(Box<Refusal>),
    /// Asked to wait.
    Wait(Option<SignedDuration>),
}

impl Provisioning {
    /// One look at an onboarding in doubt.
    pub(super) async fn find_out(&self, token: Token, doubtful: &Doubtful) -> Result<(), JournalError> {
        let attempt = doubtful.sending().attempt();
        let token = match token {
            Ok(token) => token,
            Err(TokenError::SignInAgain | TokenError::NotConnected) => {
                return self.journal.park_in_doubt(doubtful, &self.whose_move(attempt.owner()).into()).await;
            }
            Err(error) => {
                tracing::warn!(%error, "an outcome cannot be looked for without a token");
                return self.look_again(doubtful, &Reason::LostAnswer.into(), None, false, None).await;
            }
        };
        if doubtful.repeats() >= schedule::MOST_REPEATS {
            return self.weigh(&token, doubtful, Repeat::NotMade, &Reason::LostAnswer.into()).await;
        }
        let answer = self.repeat(&token, attempt).await;
        log(attempt, &answer);
        match answer {
            Ok(created) => {
                self.conclude(doubtful.sending(), Outcome::Created(&created, None)).await;
                Ok(())
            }
            Err(PartnerCenterError::Refused(refusal)) if refusal.is_about_the_body() => {
                self.learn(attempt, &refusal).await;
                self.journal.finish_rejected(doubtful.sending(), &refused(&refusal, Reason::Refused)).await
            }
            Err(PartnerCenterError::Unauthorized { refusal, .. }) => {
                let reason = self.whose_move(attempt.owner());
                self.journal.park_in_doubt(doubtful, &refused(&refusal, reason)).await
            }
            Err(PartnerCenterError::Throttled { retry_after }) => self.wait(doubtful, retry_after).await,
            Err(PartnerCenterError::Refused(refusal)) => {
                let repeat = Repeat::Refused { status: refusal.status, code: refusal.code.clone() };
                self.weigh(&token, doubtful, repeat, &refused(&refusal, Reason::LostAnswer)).await
            }
            Err(PartnerCenterError::Lost(answer)) => self.weigh(&token, doubtful, Repeat::Lost, &lost(&answer)).await,
        }
    }

    async fn repeat(&self, token: &SecretString, attempt: &Attempt) -> Result<CreatedCustomer, PartnerCenterError> {
        let (customer, suffix) = (attempt.payload().customer(), attempt.payload().domain_suffix());
        self.partner_center.repeat_create_customer(token, &call_ids(attempt), customer, suffix).await
    }

    /// After a repeat without a tenant: looks for it, if it is time, and does what follows.
    async fn weigh(
        &self,
        token: &SecretString,
        doubtful: &Doubtful,
        repeat: Repeat,
        failure: &Failure,
    ) -> Result<(), JournalError> {
        let sent = repeat != Repeat::NotMade;
        let look = doubtful.attempts() + 1;
        let is_time = match repeat {
            Repeat::NotMade => true,
            Repeat::Refused { .. } => look >= ANSWERS_BEFORE_EVIDENCE,
            Repeat::Lost => look >= LOOKS_BEFORE_EVIDENCE,
        };
        if !is_time {
            return self.look_again(doubtful, failure, None, sent, None).await;
        }
        crash_point!(BeforeEvidence);
        let evidence = match self.gather(token, doubtful, repeat).await? {
            Ok(evidence) => evidence,
            Err(Interruption::SignIn(refusal)) => {
                let reason = self.whose_move(doubtful.sending().attempt().owner());
                return self.journal.park_in_doubt(doubtful, &refused(&refusal, reason)).await;
            }
            Err(Interruption::Wait(asked)) => return self.look_again(doubtful, failure, asked, sent, None).await,
        };
        let now = self.ambient.now();
        let last_sent_at = if sent { now } else { doubtful.last_sent_at() };
        let mut verdict = decide(&evidence, now.duration_since(last_sent_at));
        if verdict == Verdict::NotYet && look >= schedule::MOST_LOOKS {
            verdict = Verdict::Unclear(Reason::NoEvidence);
        }
        let record = record(&evidence, &verdict);
        tracing::info!(
            onboarding.id = %doubtful.sending().attempt().id(),
            ms.request_id = %doubtful.sending().attempt().request_id(),
            ?evidence,
            verdict = record.verdict,
            "looked for the tenant of a create whose answer was lost"
        );
        match verdict {
            Verdict::Created(id) => {
                // Its password nobody has.
                let found =
                    CreatedCustomer { id, user_name: None, password: None, associated_partner_id: None, ms_cv: None };
                self.conclude(doubtful.sending(), Outcome::Created(&found, Some(&record))).await;
                Ok(())
            }
            Verdict::NotCreated => self.journal.finish_not_created(doubtful, failure, &record).await,
            Verdict::Unclear(reason) => {
                let failure = Failure { reason, ..failure.clone() };
                self.journal.finish_unclear(doubtful, &failure, &record).await
            }
            Verdict::NotYet => self.look_again(doubtful, failure, None, sent, Some(&record)).await,
        }
    }

    async fn look_again(
        &self,
        doubtful: &Doubtful,
        failure: &Failure,
        asked: Option<SignedDuration>,
        sent: bool,
        record: Option<&EvidenceRecord>,
    ) -> Result<(), JournalError> {
        if record.is_none() && doubtful.attempts() + 1 >= schedule::MOST_LOOKS {
            let failure = Failure { reason: Reason::NoEvidence, ..failure.clone() };
            return self.journal.park_in_doubt(doubtful, &failure).await;
        }
        let at = schedule::next(&self.ambient, schedule::LOOKS, doubtful.attempts(), asked);
        self.journal.look_again(doubtful, failure, at, sent, record).await
    }

    /// Microsoft asks to wait.
    async fn wait(&self, doubtful: &Doubtful, asked: Option<SignedDuration>) -> Result<(), JournalError> {
        let failure = Failure { status: Some(429), ..Failure::because(Reason::Throttled) };
        if asked.is_some_and(|asked| asked > schedule::LONGEST_WAIT) {
            return self.journal.park_in_doubt(doubtful, &failure).await;
        }
        self.look_again(doubtful, &failure, asked, false, None).await
    }

    /// Asks everywhere, until somebody asks to wait or does not accept the token. The list comes first: what is found in
    /// it needs no more questions but one.
    async fn gather(
        &self,
        token: &SecretString,
        doubtful: &Doubtful,
        repeat: Repeat,
    ) -> Result<Result<Evidence, Interruption>, JournalError> {
        let attempt = doubtful.sending().attempt();
        let (domain, company) = (attempt.payload().domain(), attempt.payload().customer().company_name());
        let client = self.partner_center.once();
        let mut evidence = Evidence {
            repeat,
            customer: CustomerFound::CouldNotCheck,
            domain: DomainFound::CouldNotCheck,
            audit: AuditFound::CouldNotCheck,
        };
        let listed = match interrupted(client.customers_by_domain(token, &domain).await) {
            Ok(Some(customers)) => with_domain(customers, &domain),
            // Nobody there: no question would be answered now.
            Ok(None) => return Ok(Ok(evidence)),
            Err(interruption) => return Ok(Err(interruption)),
        };
        match interrupted(client.added_customers(token, company, doubtful.submitted_at()).await) {
            Ok(Some(records)) => evidence.audit = audit_found(records, attempt.correlation_id(), &domain),
            Ok(None) => {}
            Err(interruption) => return Ok(Err(interruption)),
        }
        if let Some(listed) = listed {
            evidence.customer = self.compare(token, attempt, listed).await?;
            evidence.domain = DomainFound::Taken;
        } else {
            evidence.customer = CustomerFound::No;
            evidence.domain = domain_found(client.domain_availability(token, &domain).await);
        }
        Ok(Ok(evidence))
    }

    /// Whether the customer with the domain is the one that was sent.
    async fn compare(
        &self,
        token: &SecretString,
        attempt: &Attempt,
        listed: CustomerSummary,
    ) -> Result<CustomerFound, JournalError> {
        let sent = attempt.payload().customer();
        let is_outcome_of_another = self.journal.is_outcome_of_another(attempt.id(), &listed.id).await?;
        let Ok(reseller) = self.reseller_of(token, &listed.id, reseller_sent(sent.sold_by())).await else {
            return Ok(CustomerFound::CouldNotCheck);
        };
        let company = match listed.company_name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
            None => Match::Unknown,
            Some(name) if name.to_lowercase() == sent.company_name().to_lowercase() => Match::Same,
            Some(_) => Match::Other,
        };
        Ok(CustomerFound::Yes { id: listed.id, company, reseller, is_outcome_of_another })
    }

    /// Whether Partner Center names this reseller for a customer; `Unknown` if it names none where one was sent.
    pub(super) async fn reseller_of(
        &self,
        token: &SecretString,
        customer: &CustomerId,
        sent: Option<&ResellerId>,
    ) -> Result<Match, PartnerCenterError> {
        let named = self.partner_center.once().customer_resellers(token, customer).await?;
        Ok(match sent {
            None if named.is_empty() => Match::Same,
            Some(_) if named.is_empty() => Match::Unknown,
            Some(sent) if named.iter().all(|reseller| reseller.id == *sent) => Match::Same,
            _ => Match::Other,
        })
    }
}

/// The reseller that is sent; `None` for a direct customer.
pub(super) fn reseller_sent(sold_by: &SoldBy) -> Option<&ResellerId> {
    match sold_by {
        SoldBy::Reseller(id) => Some(id),
        SoldBy::Direct => None,
    }
}

/// Filters say how a domain begins; this one has to be it.
fn with_domain(customers: Vec<CustomerSummary>, domain: &str) -> Option<CustomerSummary> {
    let has_it =
        |customer: &CustomerSummary| customer.domain.as_deref().is_some_and(|found| found.eq_ignore_ascii_case(domain));
    customers.into_iter().find(has_it)
}

/// What the records say of this create: those that name its correlation id or its domain.
fn audit_found(records: Vec<AuditRecord>, correlation_id: &CorrelationId, domain: &str) -> AuditFound {
    let is_ours = |record: &AuditRecord| record.correlation_id.as_ref() == Some(correlation_id);
    let has_domain =
        |record: &AuditRecord| record.domain.as_deref().is_some_and(|found| found.eq_ignore_ascii_case(domain));
    records
        .into_iter()
        .filter(|record| is_ours(record) || has_domain(record))
        .map(|record| match record.status {
            AuditStatus::Succeeded => AuditFound::Succeeded { is_ours: is_ours(&record), id: record.customer },
            AuditStatus::Failed | AuditStatus::UnderWay => AuditFound::NotSucceeded,
        })
        .max_by_key(weight)
        .unwrap_or(AuditFound::Nothing)
}

/// Of several records the one that says most counts.
fn weight(found: &AuditFound) -> u8 {
    match found {
        AuditFound::Succeeded { is_ours: true, .. } => 3,
        AuditFound::Succeeded { is_ours: false, .. } => 2,
        AuditFound::NotSucceeded => 1,
        AuditFound::Nothing | AuditFound::CouldNotCheck => 0,
    }
}

fn domain_found(availability: DomainAvailability) -> DomainFound {
    match availability {
        DomainAvailability::Free => DomainFound::Free,
        DomainAvailability::Taken => DomainFound::Taken,
        // Partner Center knows nothing of what is chosen here.
        DomainAvailability::Held | DomainAvailability::CouldNotCheck => DomainFound::CouldNotCheck,
    }
}

/// `None`: could not be asked, which is no reason not to ask elsewhere.
fn interrupted<T>(answer: Result<T, PartnerCenterError>) -> Result<Option<T>, Interruption> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(PartnerCenterError::Unauthorized { refusal, .. }) => Err(Interruption::SignIn(Box::new(refusal))),
        Err(PartnerCenterError::Throttled { retry_after }) => Err(Interruption::Wait(retry_after)),
        Err(PartnerCenterError::Refused(_) | PartnerCenterError::Lost(_)) => Ok(None),
    }
}

fn record(evidence: &Evidence, verdict: &Verdict) -> EvidenceRecord {
    // Words and ids: nothing in it can fail to become JSON.
    EvidenceRecord { found: serde_json::to_string(evidence).unwrap_or_default(), verdict: verdict.word() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_records_of_a_create_the_one_that_says_most_counts_and_those_of_others_do_not() {
        const DOMAIN: &str = "wingtiptoys.onmicrosoft.com";
        let id = |id: u128| CorrelationId::from(uuid::Uuid::from_u128(id));
        let (ours, another) = (id(1), id(2));
        let record = |status, correlation_id: &CorrelationId, domain: &str| AuditRecord {
            status,
            customer: None,
            domain: Some(domain.to_owned()),
            correlation_id: Some(correlation_id.clone()),
        };
        let ours_succeeded = || record(AuditStatus::Succeeded, &ours, "another.onmicrosoft.com");
        let another_succeeded = || record(AuditStatus::Succeeded, &another, "WingtipToys.onmicrosoft.com");
        let failed = || record(AuditStatus::Failed, &ours, DOMAIN);
        let foreign = || record(AuditStatus::Succeeded, &another, "another.onmicrosoft.com");
        let is_ours = |is_ours| AuditFound::Succeeded { id: None, is_ours };
        for (records, expected) in [
            (vec![], AuditFound::Nothing),
            (vec![foreign()], AuditFound::Nothing),
            (vec![failed(), foreign()], AuditFound::NotSucceeded),
            (vec![another_succeeded(), failed()], is_ours(false)),
            (vec![ours_succeeded(), another_succeeded(), failed()], is_ours(true)),
            (vec![failed(), another_succeeded(), ours_succeeded()], is_ours(true)),
        ] {
            assert_eq!(audit_found(records, &ours, DOMAIN), expected);
        }
    }
}
