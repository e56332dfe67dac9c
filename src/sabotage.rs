//! What `make torture` needs inside of a portal process: places to die at, bugs to be caught, and a faster clock.
//!
//! Only with the feature `torture`; without it the two macros are nothing, and nobody can name anything else in here.
//! A process with that feature talks to the simulator alone (`main.rs` sees to it). What it shall do stands in its
//! environment:
//!
//! - `PORTAL_CRASH=name` or `name:3`: abort when the place is reached, or reached for the third time;
//! - `PORTAL_PLANT=name`: behave as if this bug had been made;
//! - `PORTAL_CLOCK=factor@micros`: the time is `factor` times as fast since that instant, for every process alike;
//! - `PORTAL_CLOCK_JUMP=path`: the file holds seconds by which the wall clock is off just now.

/// Dies here if the environment says so.
#[cfg(feature = "torture")]
macro_rules! crash_point {
    ($place:ident) => {
        $crate::sabotage::reached($crate::sabotage::CrashPoint::$place)
    };
}
#[cfg(not(feature = "torture"))]
macro_rules! crash_point {
    ($place:ident) => {};
}

/// Whether this bug shall be there.
#[cfg(feature = "torture")]
macro_rules! planted {
    ($bug:ident) => {
        $crate::sabotage::is_planted($crate::sabotage::Bug::$bug)
    };
}
#[cfg(not(feature = "torture"))]
macro_rules! planted {
    ($bug:ident) => {
        false
    };
}

#[cfg(feature = "torture")]
pub use self::armed::*;

#[cfg(feature = "torture")]
mod armed {
    use std::{
        fs,
        path::PathBuf,
        process,
        sync::{
            LazyLock,
            atomic::{AtomicU32, Ordering},
        },
        time::Duration,
    };

    use jiff::{SignedDuration, Timestamp};

    /// An enum, its values in order, and their names as the environment has them.
    macro_rules! named {
        ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $text:literal,)* }) => {
            $(#[$about])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub enum $name { $($(#[$doc])* $value,)* }

            impl $name {
                /// Every one.
                pub const ALL: &[Self] = &[$(Self::$value,)*];

                /// As the environment names it.
                pub const fn name(self) -> &'static str {
                    match self { $(Self::$value => $text,)* }
                }

                /// By its name.
                pub fn by_name(name: &str) -> Option<Self> {
                    Self::ALL.iter().copied().find(|value| value.name() == name)
                }
            }
        };
    }

    named! {
        /// A place at which a process may die.
        CrashPoint {
            /// The intent is about to be committed.
            BeforeIntent = "before-intent",
            /// The intent is committed, nobody sends it yet.
            AfterIntent = "after-intent",
            /// Marked as being sent; the first byte has not gone out.
            BeforeSend = "before-send",
            /// Partner Center has answered, nothing is stored.
            AfterAnswer = "after-answer",
            /// The tenant is recorded, its password not sealed yet; nothing is committed.
            BeforeSeal = "before-seal",
            /// Sealed, not committed.
            BeforeOutcome = "before-outcome",
            /// The outcome is committed.
            AfterOutcome = "after-outcome",
            /// The claim has won, the envelope is not open yet.
            BeforeDecrypt = "before-decrypt",
            /// Decrypted, the claim is not committed.
            BeforeClaim = "before-claim",
            /// The claim is committed, the answer has not gone out.
            AfterClaim = "after-claim",
            /// The confirmation is not committed.
            BeforeConfirm = "before-confirm",
            /// The ciphertext is erased, the write-ahead log is not emptied.
            AfterConfirm = "after-confirm",
            /// New tokens are here, the refresh token is not committed.
            BeforeRefresh = "before-refresh",
            /// The new refresh token is committed, nobody has the access token yet.
            AfterRefresh = "after-refresh",
            /// The schema is up to date, the process has not begun to work.
            AfterMigration = "after-migration",
            /// An onboarding in doubt has been taken up.
            AfterTakingOver = "after-taking-over",
            /// A repeat brought no tenant; Partner Center is about to be searched.
            BeforeEvidence = "before-evidence",
            /// A batch of values is sealed anew, not committed (`portal keys rotate`).
            InRotation = "in-rotation",
            /// Told to stop, and waiting for what is running.
            InShutdown = "in-shutdown",
        }
    }

    named! {
        /// A bug that a test must catch.
        Bug {
            /// R1: who may open the credentials is read first and written later.
            ClaimReadsThenWrites = "claim-reads-then-writes",
            /// R2: the same page is not answered again.
            ClaimIsForfeit = "claim-is-forfeit",
            /// R3: a second submit begins anew.
            IntentTwice = "intent-twice",
            /// R4: everybody refreshes by himself.
            NoRefreshLock = "no-refresh-lock",
            /// F1: a repeat of the create has another request id.
            NewRequestId = "new-request-id",
            /// F1, F2: the tenant is committed before its password is sealed.
            SealApart = "seal-apart",
            /// F1: what Partner Center does not show yet counts as not there.
            NotFoundIsTrusted = "not-found-is-trusted",
            /// F1: a lost answer counts as a refusal.
            LostIsRefused = "lost-is-refused",
            /// R2: what was confirmed is not erased.
            NotErased = "not-erased",
            /// K: an access token in the log.
            TokenLogged = "token-logged",
            /// A2, A4: whose record it is does not count.
            NoOwnerFilter = "no-owner-filter",
            /// C1: a form of another origin counts as one of ours.
            NoOriginCheck = "no-origin-check",
            /// C1: a server function is called by whatever a plain form can send.
            AnyContentType = "any-content-type",
            /// O7: a response is taken whichever browser brings it.
            StateNotCompared = "state-not-compared",
            /// O1: the ID token of another sign-in will do.
            NonceNotCompared = "nonce-not-compared",
            /// O7: all sign-ins have the same verifier.
            OneVerifier = "one-verifier",
            /// O1: the ID token of another app will do.
            AudienceNotCompared = "audience-not-compared",
            /// O1: whoever has signed an ID token, it is believed.
            SignatureNotChecked = "signature-not-checked",
            /// O2: nobody looks for a second factor.
            OneFactorIsEnough = "one-factor-is-enough",
            /// O3: people of every tenant come in by the provider's door.
            AnyTenantSignsIn = "any-tenant-signs-in",
            /// O3: the roles that another tenant assigns count.
            AnyTenantsRoles = "any-tenants-roles",
            /// B3: a return address is used as it came.
            AnyReturnAddress = "any-return-address",
            /// O1: a redirect of the token endpoint is followed, and the secret goes along.
            RedirectsFollowed = "redirects-followed",
            /// O4: a session keeps its id when somebody signs in.
            SessionKeepsItsId = "session-keeps-its-id",
            /// Nobody who is away is signed out.
            SessionNeverEnds = "session-never-ends",
            /// R6: signing out takes the cookie alone.
            SignOutLeavesTheSession = "sign-out-leaves-the-session",
            /// K2: the database holds what cookies hold.
            SessionIdStored = "session-id-stored",
            /// W1: scripts can read the session's cookie.
            ScriptsReadTheCookie = "scripts-read-the-cookie",
            /// O5: a role is read at the sign-in and kept for good.
            RoleIsKept = "role-is-kept",
            /// O5: whom an administrator shuts out is not kept out.
            ShutOutStaysIn = "shut-out-stays-in",
            /// W1: browsers may keep the pages.
            NoStoreLeftOff = "no-store-left-off",
            /// W1: all pages have the same nonce.
            OneNonce = "one-nonce",
            /// L5: anybody may say where a request comes from.
            AnyProxyIsBelieved = "any-proxy-is-believed",
            /// L5: nobody asks too often.
            NoRateLimit = "no-rate-limit",
            /// L5: nobody creates too much a day.
            NoDailyCap = "no-daily-cap",
            /// B4: a body of any size is read.
            NoBodyLimit = "no-body-limit",
            /// K3: an envelope opens in any row.
            PlaceNotBound = "place-not-bound",
            /// R2: any page may ask again for a password that was shown.
            AnyPageAsksAgain = "any-page-asks-again",
            /// A1: whoever only looks on opens what was the own.
            SupportOpens = "support-opens",
            /// A1: a reseller's people approve what their colleagues ask for.
            AnybodyApproves = "anybody-approves",
            /// A password is shown without an entry in the audit.
            RevealNotOnRecord = "reveal-not-on-record",
            /// What is sent need not be what the review has shown.
            HashNotCompared = "hash-not-compared",
            /// A3: a reseller's form decides for whom the customer is.
            FormDecidesTheReseller = "form-decides-the-reseller",
            /// B6: a cell may begin a formula.
            FormulasStay = "formulas-stay",
            /// B8: what the upstream calls a code stands on the page, whatever it is.
            AnyCodeIsShown = "any-code-is-shown",
            /// B8: an answer to another call is taken for one to this.
            AnotherCallsAnswer = "another-calls-answer",
            /// F4: a token that was not accepted is sent again.
            RefusedTokenAgain = "refused-token-again",
        }
    }

    static CRASH: LazyLock<Option<(CrashPoint, u32)>> = LazyLock::new(|| {
        let text = setting("PORTAL_CRASH")?;
        let (name, nth) = text.split_once(':').unwrap_or((&text, "1"));
        Some((CrashPoint::by_name(name)?, nth.parse().ok()?))
    });
    static REACHED: AtomicU32 = AtomicU32::new(0);
    static PLANTED: LazyLock<Option<Bug>> = LazyLock::new(|| Bug::by_name(&setting("PORTAL_PLANT")?));
    static PACE: LazyLock<Pace> = LazyLock::new(Pace::of_this_process);

    /// Aborts if it is this place's turn.
    pub fn reached(place: CrashPoint) {
        let Some((armed, nth)) = *CRASH else { return };
        if armed == place && REACHED.fetch_add(1, Ordering::Relaxed) + 1 == nth {
            process::abort();
        }
    }

    /// Whether the environment asks for this bug.
    pub fn is_planted(bug: Bug) -> bool {
        *PLANTED == Some(bug)
    }

    /// How fast the portal's time runs, and since when.
    struct Pace {
        factor: u32,
        since: Timestamp,
        jump: Option<PathBuf>,
    }

    impl Pace {
        fn of_this_process() -> Self {
            let read = || {
                let text = setting("PORTAL_CLOCK")?;
                let (factor, since) = text.split_once('@')?;
                Some((factor.parse().ok()?, Timestamp::from_microsecond(since.parse().ok()?).ok()?))
            };
            let (factor, since) = read().unwrap_or((1, Timestamp::UNIX_EPOCH));
            Self { factor, since, jump: setting("PORTAL_CLOCK_JUMP").map(PathBuf::from) }
        }

        fn off_by(&self) -> SignedDuration {
            let read = || fs::read_to_string(self.jump.as_ref()?).ok()?.trim().parse().ok();
            SignedDuration::from_secs(read().unwrap_or(0))
        }
    }

    /// The portal's time at a time of the machine.
    pub fn hurried(machine: Timestamp) -> Timestamp {
        let since = machine.duration_since(PACE.since);
        let hurried = since.checked_mul(i32::try_from(PACE.factor).unwrap_or(1)).unwrap_or(since);
        PACE.since.saturating_add(hurried).and_then(|time| time.saturating_add(PACE.off_by())).unwrap_or(machine)
    }

    /// How long the machine waits when the portal waits so long.
    pub fn shortened(span: Duration) -> Duration {
        span / PACE.factor
    }

    /// How much of the portal's time has passed in so much of the machine's.
    pub fn lengthened(span: Duration) -> Duration {
        span.saturating_mul(PACE.factor)
    }

    #[expect(clippy::disallowed_methods, reason = "the settings of a test, which no portal that is released reads")]
    fn setting(name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}
