//! Access tokens: one refresh at a time for each person, whichever process asks.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tracing::Instrument;

use super::{
    Door, EntraError, Identity, Inner, TokenError, connection,
    grants::{Holder, Lease, Leased, SIGN_OF_LIFE, Wanted},
    id_token::{self, Expected},
    token_endpoint::{self, TokenCallError, Tokens as Answer},
};
use crate::{
    clock::{self, SignedDuration, Timestamp},
    domain::PersonKey,
};

/// A token that ends sooner is refreshed first, so that it lasts for the call it is meant for.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// How long a process waits for another one that is refreshing the same person's token, and how often it looks. Longer
/// than the lease of one that was killed.
const PATIENCE: u32 = 60;
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// An access token and its end.
pub(super) struct HeldToken {
    secret: SecretString,
    ends_at: Timestamp,
    /// It was refused, and is not to be used again.
    discarded: bool,
}

impl HeldToken {
    pub(super) fn new(secret: SecretString, ends_at: Timestamp) -> Self {
        Self { secret, ends_at, discarded: false }
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.secret.expose_secret() == other.secret.expose_secret()
    }

    pub(super) fn secret(&self) -> &SecretString {
        &self.secret
    }

    pub(super) fn ends_at(&self) -> Timestamp {
        self.ends_at
    }

    /// The token of an answer that has come just now.
    pub(super) fn from_answer(answer: &Answer, now: Timestamp) -> Self {
        let lifetime = SignedDuration::try_from(answer.lifetime).unwrap_or(SignedDuration::MAX);
        Self::new(answer.access_token.clone(), now.saturating_add(lifetime).unwrap_or(now))
    }

    pub(super) fn is_good(&self, now: Timestamp) -> bool {
        !self.discarded && self.ends_at.duration_since(now) >= MARGIN
    }
}

/// The place of one person's token; whoever holds its lock is refreshing.
type Slot = Arc<AsyncMutex<Option<HeldToken>>>;

/// The access tokens of this process.
#[derive(Default)]
pub(super) struct Tokens(Mutex<HashMap<PersonKey, Slot>>);

impl Tokens {
    fn slot(&self, person: &PersonKey) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(person.clone()).or_default())
    }

    pub(super) async fn keep(&self, person: &PersonKey, token: HeldToken) {
        *self.slot(person).lock_owned().await = Some(token);
    }

    pub(super) fn forget(&self, person: &PersonKey) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(person);
    }

    /// The token at hand is not to be used again. Whoever is at it just now gets another one anyway.
    pub(super) fn discard(&self, person: &PersonKey) {
        if let Ok(mut held) = self.slot(person).try_lock_owned()
            && let Some(token) = held.as_mut()
        {
            token.discarded = true;
        }
    }

    /// The same for everybody of whom this holds.
    pub(super) fn discard_where(&self, holds: impl Fn(&PersonKey) -> bool) {
        let people: Vec<PersonKey> = {
            let slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            slots.keys().filter(|person| holds(person)).cloned().collect()
        };
        for person in people {
            self.discard(&person);
        }
    }

    /// Drops the tokens that have ended, unless somebody is at them.
    pub(super) fn sweep(&self, now: Timestamp) {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|_, slot| {
            Arc::strong_count(slot) > 1
                || slot.try_lock().is_ok_and(|held| held.as_ref().is_some_and(|token| token.is_good(now)))
        });
    }
}

/// The token at hand, or a refreshed one.
pub(super) async fn access_token(inner: &Arc<Inner>, person: &PersonKey) -> Result<SecretString, TokenError> {
    let slot = if planted!(NoRefreshLock) { Slot::default() } else { inner.tokens.slot(person) };
    let held = slot.lock_owned().await;
    if let Some(token) = held.as_ref().filter(|token| token.is_good(inner.ambient.now())) {
        return Ok(token.secret.clone());
    }
    // A task of its own: a browser that goes away must not drop a refresh whose answer holds the only good token.
    let refresh = refresh_into(Arc::clone(inner), person.clone(), held).in_current_span();
    tokio::spawn(refresh).await.unwrap_or(Err(TokenError::Unavailable))
}

async fn refresh_into(
    inner: Arc<Inner>,
    person: PersonKey,
    mut held: OwnedMutexGuard<Option<HeldToken>>,
) -> Result<SecretString, TokenError> {
    let discarded = held.take().filter(|token| token.discarded);
    let token = match wait_for_lease(&inner, &person, Wanted::Token { discarded: discarded.as_ref() }).await? {
        Waited::Refreshed(token) => token,
        Waited::Leased(leased) => refresh(&inner, &person, leased).await?.0,
    };
    let secret = token.secret.clone();
    *held = Some(token);
    Ok(secret)
}

/// Who the person is by now: what the authority says when it is asked for new tokens.
pub(super) async fn reread(inner: &Arc<Inner>, person: &PersonKey) -> Result<Identity, TokenError> {
    let held = inner.tokens.slot(person).lock_owned().await;
    let reread = reread_into(Arc::clone(inner), person.clone(), held).in_current_span();
    tokio::spawn(reread).await.unwrap_or(Err(TokenError::Unavailable))
}

async fn reread_into(
    inner: Arc<Inner>,
    person: PersonKey,
    mut held: OwnedMutexGuard<Option<HeldToken>>,
) -> Result<Identity, TokenError> {
    let Waited::Leased(leased) = wait_for_lease(&inner, &person, Wanted::Refresh).await? else {
        return Err(TokenError::Unavailable);
    };
    let (token, identity) = refresh(&inner, &person, leased).await?;
    *held = Some(token);
    // An authority need not say it again; then only a sign-in tells.
    identity.ok_or(TokenError::SignInAgain)
}

/// The new access token, and who the person is by now, if the authority has said it again.
type Refreshed = (HeldToken, Option<Identity>);

/// Uses the refresh token of a grant that is ours, and keeps it ours for as long as that takes.
async fn refresh(inner: &Inner, person: &PersonKey, leased: Leased) -> Result<Refreshed, TokenError> {
    let holder = leased.holder();
    tokio::select! {
        refreshed = exchange(inner, person, leased) => refreshed,
        never = keep_alive(inner, person, &holder) => match never {},
    }
}

/// Says again and again that a refresh is under way: for as long as the authority takes, and no longer than the process
/// lives. Whether the lease was lost is decided by the commit, which compares it.
async fn keep_alive(inner: &Inner, person: &PersonKey, holder: &Holder) -> Infallible {
    loop {
        clock::sleep(SIGN_OF_LIFE).await;
        match inner.grants.renew(person, holder).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!("entra.grant: the lease of a refresh has gone to somebody else"),
            Err(error) => tracing::warn!(%error, "entra.grant: the lease of a refresh could not be renewed"),
        }
    }
}

async fn exchange(inner: &Inner, person: &PersonKey, mut leased: Leased) -> Result<Refreshed, TokenError> {
    let answer = match call(inner, inner.settings.door_of(person), &leased).await {
        Ok(answer) => answer,
        Err(error) => return Err(give_up(inner, person, &leased, error).await),
    };
    crash_point!(BeforeRefresh);
    if !inner.grants.commit(person, &mut leased, answer.refresh_token.as_ref()).await? {
        return Err(TokenError::SignInAgain);
    }
    crash_point!(AfterRefresh);
    let identity = match check_refreshed(inner, person, &answer).await {
        Ok(identity) => identity,
        Err(error) => {
            match error {
                TokenError::SignInAgain => inner.grants.forget(person).await?,
                _ => inner.grants.release(person, &leased).await?,
            }
            return Err(error);
        }
    };
    let token = HeldToken::from_answer(&answer, inner.ambient.now());
    // What is not shared is refreshed once more by whoever needs it; here it is good.
    if let Err(error) = inner.grants.share(person, &leased, &token).await {
        tracing::warn!(%error, "entra.token: a refreshed token could not be shared with other processes");
    }
    Ok((token, identity))
}

/// What the wait for a lease has brought.
enum Waited {
    Leased(Leased),
    Refreshed(HeldToken),
}

/// Whether others wait longer for a lease than it lasts without a sign of life.
#[cfg(test)]
pub(super) fn waits_longer_than(lease: SignedDuration) -> bool {
    SignedDuration::try_from(LOOK_AGAIN * PATIENCE).is_ok_and(|patience| patience > lease)
}

async fn wait_for_lease(inner: &Inner, person: &PersonKey, wanted: Wanted<'_>) -> Result<Waited, TokenError> {
    for _ in 0..PATIENCE {
        match inner.grants.lease(person, wanted).await? {
            Lease::Ours(leased) => return Ok(Waited::Leased(leased)),
            Lease::Refreshed(token) => return Ok(Waited::Refreshed(token)),
            Lease::NoGrant => return Err(TokenError::SignInAgain),
            Lease::Taken => clock::sleep(LOOK_AGAIN).await,
        }
    }
    Err(TokenError::Unavailable)
}

/// Asks for new tokens; once more with the same refresh token if the answer got lost, which Entra allows.
async fn call(inner: &Inner, door: Door, leased: &Leased) -> Result<Answer, TokenCallError> {
    let provider = inner.discovery(door).provider().await.map_err(|_| TokenCallError::NoAnswer)?;
    let client = token_endpoint::oauth_client(&inner.settings, &provider);
    let call = || token_endpoint::refresh(&client, &inner.http, &leased.refresh_token, inner.settings.scopes(door));
    match call().await {
        Err(TokenCallError::NoAnswer) => call().await,
        answer => answer,
    }
}

/// Decides what a failed refresh means for the grant.
async fn give_up(inner: &Inner, person: &PersonKey, leased: &Leased, error: TokenCallError) -> TokenError {
    tracing::warn!(tid = person.tid, oid = person.oid, ?error, "entra.token: refresh failed");
    let (stored, verdict) = match error {
        TokenCallError::Refused(refusal) if refusal.error.needs_person() => {
            if connection::is_connection(person) {
                inner.note_trouble(Some(refusal)).await;
            }
            (inner.grants.revoke(person, leased).await, TokenError::SignInAgain)
        }
        TokenCallError::Refused(_) | TokenCallError::NoAnswer | TokenCallError::Malformed => {
            (inner.grants.release(person, leased).await, TokenError::Unavailable)
        }
    };
    stored.map_or_else(TokenError::from, |()| verdict)
}

/// Checks that the new tokens are the same person's and still stand on a second factor. An authority need not repeat
/// the ID token; if it does, it has to be right (OpenID Connect Core 1.0, section 12.2), and says who the person is now.
async fn check_refreshed(inner: &Inner, person: &PersonKey, answer: &Answer) -> Result<Option<Identity>, TokenError> {
    let verified = match &answer.id_token {
        None => None,
        Some(id_token) => Some(verified_again(inner, person, id_token, answer).await?),
    };
    let methods = verified.as_ref().and_then(|verified| verified.methods.as_deref());
    match id_token::second_factor(methods, answer.access_token.expose_secret()) {
        Some(false) => Err(TokenError::SignInAgain),
        Some(true) | None => Ok(verified.map(|verified| verified.identity)),
    }
}

async fn verified_again(
    inner: &Inner,
    person: &PersonKey,
    id_token: &SecretString,
    answer: &Answer,
) -> Result<id_token::Verified, TokenError> {
    match verify(inner, inner.settings.door_of(person), id_token, answer, None).await {
        Ok(verified) if verified.identity.key == connection::person_of(person) => Ok(verified),
        Ok(_) => {
            tracing::error!("entra.token: a refresh has brought the token of another person");
            Err(TokenError::SignInAgain)
        }
        Err(EntraError::MetadataUnavailable(_)) => Err(TokenError::Unavailable),
        Err(error) => {
            tracing::error!(%error, "entra.token: a refresh has brought an ID token that is not to be trusted");
            Err(TokenError::SignInAgain)
        }
    }
}

/// Verifies the ID token of an answer.
pub(super) async fn verify(
    inner: &Inner,
    door: Door,
    id_token: &SecretString,
    answer: &Answer,
    nonce: Option<&str>,
) -> Result<id_token::Verified, EntraError> {
    let id_token = id_token.expose_secret();
    let key_id = id_token::key_id(id_token)?;
    let provider = inner.discovery(door).provider_for_key(key_id.as_deref()).await?;
    let expected = Expected {
        issuer: &provider.issuer,
        client_id: &inner.settings.client_id,
        door,
        provider: &inner.settings.tenant_id,
        nonce,
        access_token: answer.access_token.expose_secret(),
        now: inner.ambient.now(),
    };
    id_token::verify(id_token, &provider.keys, &expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tokens_that_have_ended_leave_the_memory_unless_somebody_is_at_them() {
        let (tokens, now) = (Tokens::default(), Timestamp::UNIX_EPOCH);
        let person = |oid: &str| PersonKey { tid: "t".to_owned(), oid: oid.to_owned() };
        for (oid, minutes) in [("good", 60), ("ended", 0), ("ended and in use", 0)] {
            let ends_at = now.saturating_add(SignedDuration::from_mins(minutes)).unwrap();
            tokens.keep(&person(oid), HeldToken::new("token".into(), ends_at)).await;
        }
        let in_use = tokens.slot(&person("ended and in use"));
        tokens.sweep(now);
        let left = || {
            let slots = tokens.0.lock().unwrap();
            let mut left: Vec<String> = slots.keys().map(|person| person.oid.clone()).collect();
            left.sort_unstable();
            left
        };
        assert_eq!(left(), ["ended and in use", "good"]);
        drop(in_use);
        tokens.sweep(now);
        assert_eq!(left(), ["good"]);
    }
}
