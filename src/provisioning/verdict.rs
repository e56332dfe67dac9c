//! What follows from what was found. Pure: no clock, no call.

use serde::{Deserialize, Serialize};

use crate::{clock::SignedDuration, domain::CustomerId, journal::Reason};

/// A `GET` that does not find a customer proves nothing until so long after the last create that may have gone out.
pub const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// Everything that is known of a create whose answer was lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What the last repeat of the create brought.
    pub repeat: Repeat,
    /// The provider's customer with the domain.
    pub customer: CustomerFound,
    /// The domain.
    pub domain: DomainFound,
    /// The audit records.
    pub audit: AuditFound,
}

/// What a repeat of the create with the same request id brought, other than a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// It was not made: repeats enough have been.
    NotMade,
    /// No usable answer.
    Lost,
    /// A refusal, which may be the lost attempt's own doing.
    Refused {
        /// HTTP status.
        status: u16,
        /// Error code.
        code: Option<String>,
    },
}

/// Whether the provider has a customer with the domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerFound {
    /// The list could not be read.
    CouldNotCheck,
    /// Not in the list.
    No,
    /// In the list.
    Yes {
        /// The tenant.
        id: CustomerId,
        /// Whether it is the company that was sent.
        company: Match,
        /// Whether it is the reseller that was sent.
        reseller: Match,
        /// Whether another onboarding has ended with it.
        is_outcome_of_another: bool,
    },
}

/// Whether what was found is what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// It is.
    Same,
    /// It is something else.
    Other,
    /// It could not be read, or nothing stands there yet.
    Unknown,
}

/// Whether the domain is taken, by whomever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainFound {
    /// Could not be asked for.
    CouldNotCheck,
    /// Nobody has it.
    Free,
    /// Somebody has it.
    Taken,
}

/// What the audit records say of the create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditFound {
    /// They could not be read.
    CouldNotCheck,
    /// Nothing.
    Nothing,
    /// That it failed, or is not over.
    NotSucceeded,
    /// That a customer with this domain was added.
    Succeeded {
        /// The tenant.
        id: Option<CustomerId>,
        /// Whether the record names the correlation id of this onboarding.
        is_ours: bool,
    },
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing yet: look again.
    NotYet,
    /// This tenant is the outcome.
    Created(CustomerId),
    /// Nothing was created.
    NotCreated,
    /// It does not fit together: a person has to look.
    Unclear(Reason),
}

impl Verdict {
    /// In a word, for the journal.
    pub fn word(&self) -> &'static str {
        match self {
            Self::NotYet => "not_yet",
            Self::Created(_) => "created",
            Self::NotCreated => "not_created",
            Self::Unclear(_) => "unclear",
        }
    }
}

/// The rules: which evidence leads to which outcome, `elapsed` after a create may have gone out last.
pub fn decide(evidence: &Evidence, elapsed: SignedDuration) -> Verdict {
    match &evidence.customer {
        CustomerFound::CouldNotCheck => Verdict::NotYet,
        CustomerFound::Yes { id, company, reseller, is_outcome_of_another } => {
            let is_ours_for_certain = matches!(&evidence.audit, AuditFound::Succeeded { id: Some(audited), is_ours: true }
                if audited == id);
            match (is_ours_for_certain, is_outcome_of_another, company, reseller) {
                // Whether its reseller is right is asked after the create, and said loudly.
                (true, ..) => Verdict::Created(id.clone()),
                (_, true, ..) => Verdict::Unclear(Reason::OutcomeOfAnother),
                (_, _, Match::Other, _) | (_, _, _, Match::Other) => Verdict::Unclear(Reason::FoundOther),
                (_, _, _, Match::Same) => Verdict::Created(id.clone()),
                (_, _, _, Match::Unknown) if elapsed < PATIENCE => Verdict::NotYet,
                (_, _, _, Match::Unknown) => Verdict::Unclear(Reason::FoundOther),
            }
        }
        CustomerFound::No if elapsed < PATIENCE && !planted!(NotFoundIsTrusted) => Verdict::NotYet,
        CustomerFound::No => match (&evidence.audit, evidence.domain) {
            (AuditFound::Succeeded { .. }, _) => Verdict::Unclear(Reason::NotVisible),
            (_, DomainFound::Taken) => Verdict::Unclear(Reason::DomainTaken),
            // The domain is gone from the first moment of a create; as long as nobody has it, there is no tenant.
            (_, DomainFound::Free) => Verdict::NotCreated,
            (_, DomainFound::CouldNotCheck) => Verdict::NotYet,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATE: SignedDuration = PATIENCE;
    const EARLY: SignedDuration = SignedDuration::from_secs(9 * 60 + 59);

    fn id(last: u8) -> CustomerId {
        format!("626099fe-17af-4756-9fd0-6a73b712785{last}").parse().unwrap()
    }

    fn found(company: Match, reseller: Match) -> CustomerFound {
        CustomerFound::Yes { id: id(9), company, reseller, is_outcome_of_another: false }
    }

    fn of_another() -> CustomerFound {
        CustomerFound::Yes { id: id(9), company: Match::Same, reseller: Match::Same, is_outcome_of_another: true }
    }

    fn succeeded(last: u8, is_ours: bool) -> AuditFound {
        AuditFound::Succeeded { id: Some(id(last)), is_ours }
    }

    #[test]
    fn evidence_leads_to_outcomes_as_in_this_table() {
        use AuditFound::{CouldNotCheck as NoAudit, NotSucceeded, Nothing};
        use CustomerFound::{CouldNotCheck as NoList, No};
        use DomainFound::{CouldNotCheck as NoDomain, Free, Taken};
        use Match::{Other, Same, Unknown};
        use Verdict::{NotCreated, NotYet, Unclear};
        let created = || Verdict::Created(id(9));
        for (why, customer, domain, audit, elapsed, expected) in [
            ("ours", found(Same, Same), Taken, Nothing, EARLY, created()),
            ("ours, the list has no name", found(Unknown, Same), Taken, NoAudit, EARLY, created()),
            ("ours, whatever the domain says", found(Same, Same), Free, Nothing, LATE, created()),
            ("its reseller may yet appear", found(Same, Unknown), Taken, Nothing, EARLY, NotYet),
            ("its reseller never appeared", found(Same, Unknown), Taken, Nothing, LATE, Unclear(Reason::FoundOther)),
            ("another company", found(Other, Same), Taken, Nothing, EARLY, Unclear(Reason::FoundOther)),
            ("another reseller", found(Same, Other), Taken, Nothing, LATE, Unclear(Reason::FoundOther)),
            ("another reseller, our call", found(Same, Other), Taken, succeeded(9, true), EARLY, created()),
            ("our call made another", found(Other, Same), Taken, succeeded(8, true), LATE, Unclear(Reason::FoundOther)),
            ("not our call", found(Other, Same), Taken, succeeded(9, false), LATE, Unclear(Reason::FoundOther)),
            ("a colleague's", of_another(), Taken, Nothing, EARLY, Unclear(Reason::OutcomeOfAnother)),
            (
                "a colleague's, says audit too",
                of_another(),
                Taken,
                succeeded(9, false),
                LATE,
                Unclear(Reason::OutcomeOfAnother),
            ),
            ("nothing, too early", No, Free, Nothing, EARLY, NotYet),
            ("taken, too early", No, Taken, Nothing, EARLY, NotYet),
            ("made and not visible, too early", No, Taken, succeeded(9, true), EARLY, NotYet),
            ("nothing", No, Free, Nothing, LATE, NotCreated),
            ("nothing, audit says failed", No, Free, NotSucceeded, LATE, NotCreated),
            ("nothing, audit not to be had", No, Free, NoAudit, LATE, NotCreated),
            ("taken, not by us", No, Taken, Nothing, LATE, Unclear(Reason::DomainTaken)),
            ("taken, audit says failed", No, Taken, NotSucceeded, LATE, Unclear(Reason::DomainTaken)),
            ("made and never visible", No, Taken, succeeded(9, true), LATE, Unclear(Reason::NotVisible)),
            ("made, domain free", No, Free, succeeded(9, true), LATE, Unclear(Reason::NotVisible)),
            ("not listed, domain not to be had", No, NoDomain, Nothing, LATE, NotYet),
            ("no list", NoList, Free, Nothing, LATE, NotYet),
            ("no list, audit says done", NoList, Taken, succeeded(9, true), LATE, NotYet),
        ] {
            let repeat = Repeat::Refused { status: 409, code: None };
            for repeat in [Repeat::NotMade, Repeat::Lost, repeat] {
                let evidence = Evidence { repeat, customer: customer.clone(), domain, audit: audit.clone() };
                assert_eq!(decide(&evidence, elapsed), expected, "{why}");
            }
        }
    }

    #[test]
    fn nothing_that_was_not_found_is_an_outcome_before_patience_ends() {
        for domain in [DomainFound::Free, DomainFound::Taken, DomainFound::CouldNotCheck] {
            for audit in [AuditFound::CouldNotCheck, AuditFound::Nothing, AuditFound::NotSucceeded, succeeded(9, true)]
            {
                for customer in [CustomerFound::No, CustomerFound::CouldNotCheck] {
                    let evidence = Evidence { repeat: Repeat::Lost, customer, domain, audit: audit.clone() };
                    for elapsed in [SignedDuration::from_secs(-3600), SignedDuration::ZERO, EARLY] {
                        assert_eq!(decide(&evidence, elapsed), Verdict::NotYet);
                    }
                }
            }
        }
    }

    #[test]
    fn the_journal_has_a_word_for_each_verdict() {
        let verdicts =
            [Verdict::NotYet, Verdict::Created(id(9)), Verdict::NotCreated, Verdict::Unclear(Reason::NoEvidence)];
        assert_eq!(verdicts.map(|verdict| verdict.word()), ["not_yet", "created", "not_created", "unclear"]);
    }
}
