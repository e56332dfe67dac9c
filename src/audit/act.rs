//! What an entry of the audit says.

use std::net::IpAddr;

use crate::{
    database::DatabaseError,
    domain::{CorrelationId, OnboardingId, Operator, PersonKey, RequestId, Role, Side},
    i18n::t,
};

/// A closed list of words: an enum, the word that is stored for each, and what a page says.
macro_rules! words {
    ($(#[$outer:meta])* $name:ident in $column:literal { $($(#[$inner:meta])* $variant:ident = $word:literal, $label:ident;)* }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$inner])* $variant,)* }

        impl $name {
            /// Every one, in the order in which a page offers them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As it is stored and exported.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// In words, for a page; in English for an export.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => t!(words.$label),)* }
            }

            /// As it was stored.
            pub fn parse(text: &str) -> Result<Self, DatabaseError> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text).ok_or(DatabaseError::Corrupt($column))
            }
        }
    };
}

words! {
    /// What was done, or tried.
    Act in "audit_event.act" {
        /// Somebody signed in, or was not let in.
        SignIn = "sign_in", sign_in;
        /// Somebody signed out.
        SignOut = "sign_out", sign_out;
        /// An intent was committed: from here on one tenant comes of it, or none. Its first send follows at once.
        Submit = "submit", onboarding_submitted;
        /// An address goes out as it was typed, although Microsoft would write it differently; with the reason.
        KeepAddress = "keep_address", address_kept_as_typed;
        /// A reseller's onboarding waits for an approval from here on.
        AskForApproval = "ask_for_approval", approval_asked_for;
        /// What waited was approved: the intent is committed, under the hash that was looked at.
        Approve = "approve", onboarding_approved;
        /// What waited was sent back with a comment.
        SendBack = "send_back", onboarding_sent_back;
        /// Its owner took back what waited.
        Withdraw = "withdraw", onboarding_taken_back;
        /// What waited or was left behind goes out to Microsoft.
        Send = "send", sent_to_microsoft;
        /// Microsoft has created the tenant, or refused to.
        Create = "create", tenant_created;
        /// Microsoft's answer was lost; the portal finds out.
        LoseAnswer = "lose_answer", microsofts_answer_lost;
        /// It was found out that nothing was created.
        FindNothing = "find_nothing", found_no_tenant;
        /// A person has to act before it goes on.
        AskForAttention = "ask_for_attention", needs_attention;
        /// Somebody let an onboarding that stood still go on.
        Resume = "resume", onboarding_resumed;
        /// Somebody took the answers of an onboarding into a new draft.
        Copy = "copy", answers_copied;
        /// Somebody deleted a draft, or the portal did because nobody had touched it for long.
        DeleteDraft = "delete_draft", draft_deleted;
        /// Admin credentials were shown, or refused.
        ClaimCredentials = "claim_credentials", credentials_opened;
        /// The page that opened them asked again within the time for it.
        RepeatCredentials = "repeat_credentials", credentials_shown_again;
        /// "I have stored it."
        ConfirmCredentials = "confirm_credentials", credentials_confirmed;
        /// They were sealed to the reseller.
        HandOverCredentials = "hand_over_credentials", credentials_handed_over;
        /// They were sealed to their former owner again.
        TakeBackCredentials = "take_back_credentials", credentials_taken_back;
        /// Nobody opened them in time; they are erased.
        ExpireCredentials = "expire_credentials", credentials_expired;
        /// They were opened and never confirmed; they are erased.
        ForgetCredentials = "forget_credentials", credentials_unconfirmed;
        /// Somebody attested that a customer has accepted the customer agreement; it goes out to Microsoft.
        AttestAgreement = "attest_agreement", customer_agreement_attested;
        /// Microsoft has it on record, or not.
        RecordAgreement = "record_agreement", customer_agreement_recorded;
        /// Somebody asked for a new first password, with a reason; it goes out to Microsoft.
        AskForPassword = "ask_for_password", new_first_password_asked_for;
        /// Microsoft has set it, or not.
        SetPassword = "set_password", new_first_password_set;
        /// Whether a reseller's onboardings need an approval was changed.
        SetSubmission = "set_submission", resellers_setting_changed;
        /// An administrator took back what refusals had taught about a country.
        ForgetLessons = "forget_lessons", lessons_taken_back;
        /// An administrator shut a person out of the portal.
        EndAccess = "end_access", person_shut_out;
        /// An administrator let a person sign in again.
        GiveAccess = "give_access", person_let_in_again;
        /// An administrator connected the account with which resellers' onboardings run.
        Connect = "connect", account_connected;
        /// An administrator took it away.
        Disconnect = "disconnect", account_disconnected;
        /// Somebody asked for a record that is not there for that person, or did what the role does not allow.
        Access = "access", access;
        /// Partner Center has a record of a customer that was not added by the portal.
        FindOutside = "find_outside", made_outside_the_portal;
        /// The list of customers was exported.
        ExportCustomers = "export_customers", customers_exported;
        /// The audit was exported.
        ExportAudit = "export_audit", audit_exported;
        /// A sealing key was added.
        AddKey = "add_key", sealing_key_added;
        /// Everything was sealed with a new key.
        RotateKeys = "rotate_keys", sealing_keys_rotated;
        /// A sealing key was removed.
        RetireKey = "retire_key", sealing_key_removed;
        /// The portal noticed that the rows before do not lead to the sealed end of the chain.
        InterruptAudit = "interrupt_audit", audit_did_not_fit;
    }
}

words! {
    /// What an act was about.
    RecordKind in "audit_event.record_kind" {
        /// An onboarding, by its id.
        Onboarding = "onboarding", onboarding;
        /// A customer's tenant, by its id.
        Customer = "customer", customer;
        /// A reseller, by its tenant.
        Reseller = "reseller", reseller;
        /// Somebody who has signed in, by tenant and object id.
        Person = "person", person;
        /// The account with which resellers' onboardings run, by tenant and object id.
        Connection = "connection", connected_account;
        /// A country, by its code.
        Country = "country", country;
        /// A sealing key, by its id.
        Key = "key", sealing_key;
        /// A page or a function of the portal, by the pattern of its address.
        Address = "address", address;
    }
}

words! {
    /// What somebody was at the time of an act.
    ActorRole in "audit_event.role" {
        /// Administrator of the provider.
        Admin = "admin", administrator;
        /// Account manager of the provider.
        AccountManager = "account_manager", account_manager;
        /// Support of the provider.
        Support = "support", support;
        /// A person of a reseller.
        Reseller = "reseller", reseller;
        /// Nobody who is signed in.
        Nobody = "nobody", not_signed_in;
        /// The portal itself, by the time or to end what somebody began.
        Portal = "portal", the_portal;
        /// Somebody at the machine, by a command.
        Command = "command", command_line;
    }
}

/// Who did it.
#[derive(Clone, Copy, Debug)]
pub enum Actor<'a> {
    /// A signed-in person.
    Operator(&'a Operator),
    /// Somebody who is not signed in; the person if the authority has named one.
    Nobody {
        /// Identity, as far as it is known.
        key: Option<&'a PersonKey>,
        /// Name, as far as it is known.
        name: Option<&'a str>,
        /// Where the request came from.
        address: Option<IpAddr>,
    },
    /// The portal itself.
    Portal,
    /// Somebody at the machine.
    Command,
}

impl Actor<'_> {
    pub(super) fn role(self) -> ActorRole {
        match self {
            Self::Operator(operator) => match operator.side {
                Side::Provider(Role::Admin) => ActorRole::Admin,
                Side::Provider(Role::AccountManager) => ActorRole::AccountManager,
                Side::Provider(Role::Support) => ActorRole::Support,
                Side::Reseller(_) => ActorRole::Reseller,
            },
            Self::Nobody { .. } => ActorRole::Nobody,
            Self::Portal => ActorRole::Portal,
            Self::Command => ActorRole::Command,
        }
    }

    pub(super) fn key(&self) -> Option<&PersonKey> {
        match self {
            Self::Operator(operator) => Some(&operator.key),
            Self::Nobody { key, .. } => *key,
            Self::Portal | Self::Command => None,
        }
    }

    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Operator(operator) => Some(&operator.name),
            Self::Nobody { name, .. } => *name,
            Self::Portal | Self::Command => None,
        }
    }

    pub(super) fn address(self) -> Option<IpAddr> {
        match self {
            Self::Operator(operator) => operator.address,
            Self::Nobody { address, .. } => address,
            Self::Portal | Self::Command => None,
        }
    }
}

/// What is to be recorded of one act. Never a secret: whatever is in here is shown and exported.
#[derive(Clone, Debug)]
#[must_use = "an entry is nothing until it is recorded"]
pub struct Entry<'a> {
    pub(super) act: Act,
    pub(super) actor: Actor<'a>,
    /// Why it was refused; `None`: done.
    pub(super) why: Option<String>,
    pub(super) record: Option<(RecordKind, &'a str)>,
    pub(super) request_id: Option<&'a RequestId>,
    pub(super) correlation_id: Option<&'a CorrelationId>,
    pub(super) detail: Option<String>,
}

impl<'a> Entry<'a> {
    /// That `actor` did it.
    pub fn done(act: Act, actor: Actor<'a>) -> Self {
        Self { act, actor, why: None, record: None, request_id: None, correlation_id: None, detail: None }
    }

    /// That it was refused, and why: a word of ours, followed by a code of Microsoft's if there is one.
    pub fn refused(act: Act, actor: Actor<'a>, why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..Self::done(act, actor) }
    }

    /// About this record.
    pub fn on(self, kind: RecordKind, id: &'a str) -> Self {
        Self { record: Some((kind, id)), ..self }
    }

    /// About this onboarding.
    pub fn on_onboarding(self, id: &'a OnboardingId) -> Self {
        self.on(RecordKind::Onboarding, id.as_str())
    }

    /// Under these ids at Microsoft.
    pub fn under(self, request_id: &'a RequestId, correlation_id: &'a CorrelationId) -> Self {
        Self { request_id: Some(request_id), correlation_id: Some(correlation_id), ..self }
    }

    /// More in words or ids: what it led to, which comment was given.
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }
}
