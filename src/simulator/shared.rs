//! What every handler sees.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::{
    clock::SimulatorClock,
    entra::{grants::Grants, keys::SigningKey},
    options::SimulatorOptions,
    people::{PROVIDER_DOMAIN, PROVIDER_TENANT},
    random::Random,
    world::World,
};

/// Client id of the portal's app registration.
pub const CLIENT_ID: Uuid = Uuid::from_u128(0x5e11_e700_0000_4000_8000_0000_0000_00c1);
/// Its secret. Good for nothing but the simulator.
pub const CLIENT_SECRET: &str = "simulator-only";

/// The state of router, handlers and control.
pub(super) type Simulation = Arc<Shared>;

/// Options, time, randomness and the two halves of the state.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) options: SimulatorOptions,
    /// Scheme, host and port, without a slash at the end.
    pub(super) origin: String,
    pub(super) clock: SimulatorClock,
    pub(super) random: Random,
    signing_key: Mutex<Arc<SigningKey>>,
    world: Mutex<World>,
    grants: Mutex<Grants>,
}

impl Shared {
    pub(super) fn new(options: SimulatorOptions, origin: String, signing_key: Arc<SigningKey>) -> Self {
        let clock = SimulatorClock::with_pace(options.pace);
        Self {
            random: Random::new(options.seed),
            signing_key: Mutex::new(signing_key),
            world: Mutex::new(World::new(clock.now())),
            grants: Mutex::default(),
            clock,
            options,
            origin,
        }
    }

    /// The Partner Center side. Never held over an await.
    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The Entra side. Never held over an await.
    pub(super) fn grants(&self) -> MutexGuard<'_, Grants> {
        self.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key that signs tokens at present.
    pub(super) fn signing_key(&self) -> Arc<SigningKey> {
        Arc::clone(&self.signing_key.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Signs with another key from now on; tokens signed before are no longer accepted.
    pub(super) fn replace_signing_key(&self, key: Arc<SigningKey>) {
        *self.signing_key.lock().unwrap_or_else(PoisonError::into_inner) = key;
    }

    /// Back to the first moment: world, grants, faults, clock. Sign-in keys stay.
    pub(super) fn reset(&self) {
        self.clock.reset();
        self.world().reset(self.clock.now());
        *self.grants() = Grants::default();
    }

    /// The tenant with this id or domain, if there is one.
    pub(super) fn tenant(&self, id_or_domain: &str) -> Option<Uuid> {
        if id_or_domain.eq_ignore_ascii_case(PROVIDER_DOMAIN) {
            return Some(PROVIDER_TENANT);
        }
        let world = self.world();
        let Ok(id) = Uuid::try_parse(id_or_domain) else { return world.tenant_of_domain(id_or_domain) };
        let known = id == PROVIDER_TENANT
            || world.reseller(id).is_some()
            || world.customers.iter().any(|known| known.id() == id);
        known.then_some(id)
    }
}
