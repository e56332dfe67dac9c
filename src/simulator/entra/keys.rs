//! The signing key, and compact JWTs. Signed with aws-lc alone: no code is shared with whoever verifies.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::{
    encoding::AsDer,
    error::Unspecified,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// An RSA key of 2,048 bits and its name.
#[derive(Debug)]
pub(in crate::simulator) struct SigningKey {
    pair: RsaKeyPair,
    id: String,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl SigningKey {
    /// A new key. It comes from the system, not from the seed: making one takes a while, so share it.
    pub(in crate::simulator) fn generate() -> Result<Self, Unspecified> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
        let public: RsaPublicKeyComponents<Vec<u8>> = pair.public_key().into();
        let id = URL_SAFE_NO_PAD.encode(&Sha256::digest(pair.public_key().as_der()?.as_ref())[..20]);
        Ok(Self { pair, id, modulus: public.n, exponent: public.e })
    }

    /// The one key that all simulators of a process start with.
    pub(in crate::simulator) fn of_this_process() -> Result<Arc<Self>, Unspecified> {
        static KEY: Mutex<Option<Arc<SigningKey>>> = Mutex::new(None);
        let mut key = KEY.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = key.as_ref() {
            return Ok(Arc::clone(key));
        }
        let made = Arc::new(Self::generate()?);
        *key = Some(Arc::clone(&made));
        Ok(made)
    }

    /// The public half, as Entra publishes it: without `alg`.
    pub(super) fn jwk(&self, issuer: &str) -> Value {
        json!({
            "kty": "RSA",
            "use": "sig",
            "kid": self.id,
            "x5t": self.id,
            "n": URL_SAFE_NO_PAD.encode(&self.modulus),
            "e": URL_SAFE_NO_PAD.encode(&self.exponent),
            "issuer": issuer,
        })
    }

    /// A JWT signed with RS256.
    pub(in crate::simulator) fn sign(&self, claims: &Value) -> Result<String, Unspecified> {
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": self.id, "x5t": self.id });
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The claims of a JWT, if this key has signed it.
    pub(in crate::simulator) fn verify(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        RsaPublicKeyComponents { n: &self.modulus, e: &self.exponent }
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
            .ok()?;
        let (_, claims) = signed.split_once('.')?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }
}

fn encode(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}
