//! Where the tokens for Partner Center come from.

use std::pin::Pin;

use secrecy::SecretString;

use super::Provisioning;
use crate::{
    domain::PersonKey,
    entra::{Entra, TokenError},
};

/// A token that is on its way.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<SecretString, TokenError>> + Send + 'a>>;

/// Gives the access token with which a person's onboardings run.
///
/// Of the provider's people that is their own, of a reseller's people that of the account that the provider has connected.
/// Sign-in does; a test has its own.
pub trait TokenSource: Send + Sync {
    /// A token that is good for at least another minute.
    fn access_token<'a>(&'a self, person: &'a PersonKey) -> TokenFuture<'a>;

    /// A token of the account with which the onboardings of resellers run.
    fn borrowed_token(&self) -> TokenFuture<'_>;

    /// Forgets the token at hand, so that the next one is made of what the person has granted last: perhaps in another
    /// process, of which this one knows nothing.
    fn discard(&self, person: &PersonKey);

    /// Whether the person has no token of its own, so that somebody else has to act when there is none.
    fn is_borrowed(&self, person: &PersonKey) -> bool;
}

impl Provisioning {
    /// A token for what the portal asks on nobody's behalf: the connected account's. Where none is connected, or it gives
    /// none, it is that of the first of these people who has one, and the log says so.
    pub(super) async fn background_token(
        &self,
        people: impl IntoIterator<Item = PersonKey>,
    ) -> Result<SecretString, TokenError> {
        let missing = match self.tokens.borrowed_token().await {
            Ok(token) => return Ok(token),
            Err(error) => error,
        };
        let mut refused = TokenError::SignInAgain;
        for person in people {
            match self.tokens.access_token(&person).await {
                Ok(token) => {
                    let PersonKey { tid, oid } = &person;
                    tracing::info!(%missing, tid, oid, "Partner Center is asked in the name of a person, not of the connected account");
                    return Ok(token);
                }
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }
}

impl TokenSource for Entra {
    fn access_token<'a>(&'a self, person: &'a PersonKey) -> TokenFuture<'a> {
        if self.is_provider(person) { Box::pin(Self::access_token(self, person)) } else { self.borrowed_token() }
    }

    fn borrowed_token(&self) -> TokenFuture<'_> {
        Box::pin(self.connection_token())
    }

    fn discard(&self, person: &PersonKey) {
        if self.is_provider(person) {
            self.discard_access_token(person);
        } else {
            self.discard_connection_token();
        }
    }

    fn is_borrowed(&self, person: &PersonKey) -> bool {
        !self.is_provider(person)
    }
}

#[cfg(test)]
#[cfg(feature = "simulator")] // as those of `entra`, whose provider they use
mod tests {
    use super::*;
    use crate::entra::fake_provider::FakeProvider;

    #[tokio::test]
    async fn people_of_other_tenants_work_with_the_connected_accounts_token() {
        let entra = FakeProvider::start().await.entra();
        let foreign = PersonKey { tid: "484e548c-f5f3-4528-93a9-c16c6373cb59".to_owned(), ..FakeProvider::adele() };
        assert!(!entra.is_borrowed(&FakeProvider::adele()));
        assert!(entra.is_borrowed(&foreign));
    }
}
