//! Where the tokens for Partner Center come from.

use std::pin::Pin;

use secrecy::SecretString;

use crate::{
    domain::PersonKey,
    entra::{Entra, TokenError},
};

/// A token that is on its way.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<SecretString, TokenError>> + Send + 'a>>;

/// Gives the access token of a person for Partner Center. Sign-in does; a test has its own.
pub trait TokenSource: Send + Sync {
    /// A token that is good for at least another minute.
    fn access_token<'a>(&'a self, person: &'a PersonKey) -> TokenFuture<'a>;

    /// Forgets the token at hand, so that the next one is made of what the person has granted last: perhaps in another
    /// process, of which this one knows nothing.
    fn discard(&self, person: &PersonKey);

    /// Whether the person has no token of its own, so that somebody else has to act when there is none.
    fn is_borrowed(&self, person: &PersonKey) -> bool;
}

impl TokenSource for Entra {
    fn access_token<'a>(&'a self, person: &'a PersonKey) -> TokenFuture<'a> {
        Box::pin(Self::access_token(self, person))
    }

    fn discard(&self, person: &PersonKey) {
        self.discard_access_token(person);
    }

    fn is_borrowed(&self, person: &PersonKey) -> bool {
        !self.is_provider(person)
    }
}
