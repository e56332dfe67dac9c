//! How often somebody may ask, so that no one's haste or script is at the cost of all others.
//!
//! Each kind of request has a pace for one person (for one address, of people who are not signed in), and a wider one
//! for everybody of one reseller together. Who is faster is answered 429 with `Retry-After`, before anything is looked
//! up. The counting is `governor`'s (GCRA: one number a caller) and this process's own: of two processes each allows the
//! pace. What may happen a day is counted in the database, by [`journal`](crate::journal).

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use axum::{
    Json,
    extract::{FromRequestParts, MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::keyed::HashMapStateStore,
};
use http::{HeaderValue, Method, StatusCode, header};
use leptos::server_fn::ServerFn;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::visit::{ClientAddress, Visit};
use crate::{
    api::{self, ClaimCredentials},
    domain::{Operator, PersonKey, ResellerId},
    error::PortalError,
    measure,
    pages::Problem,
    paths,
    state::AppState,
};

/// Requests that are answered at the same time; what comes beyond is told to come again. Each holds a body and a page at
/// most, so that this many fit into memory whatever they ask for.
const AT_THE_SAME_TIME: usize = 512;
/// Bodies that are on their way at once: 64 megabytes of them. Whoever sends slowly holds a place here and none above.
const READ_AT_THE_SAME_TIME: usize = 1_024;
/// The pace of all people of one reseller, as a multiple of one person's.
const OF_A_RESELLER: u32 = 5;

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    /// Beginning or ending a sign-in: writes a row, asks Entra ID.
    SignIn,
    /// A question of the form: asks Partner Center.
    Check,
    /// A list, a search or an export.
    Search,
    /// Sending an onboarding, or asking for its outcome.
    Create,
    /// Opening credentials.
    Reveal,
}

impl Act {
    const ALL: [Self; 5] = [Self::SignIn, Self::Check, Self::Search, Self::Create, Self::Reveal];

    /// What a request is; `None`: a page that costs little.
    fn of(request: &Request) -> Option<Self> {
        let pattern = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let is_post = request.method() == Method::POST;
        match pattern {
            paths::AUTH_START | paths::AUTH_CALLBACK => Some(Self::SignIn),
            paths::CUSTOMERS | paths::RESELLERS | paths::AUDIT | paths::AUDIT_EXPORT => Some(Self::Search),
            paths::NEW_CUSTOMER | paths::DRAFT_SAVE | "/customers/{id}/address" if is_post => Some(Self::Check),
            "/customers/{id}/relationship" => Some(Self::Check),
            "/customers/{id}/review" | "/customers/{id}/resume" | "/customers/{id}/approval" if is_post => {
                Some(Self::Create)
            }
            "/customers/{id}/credentials"
            | "/customers/{id}/credentials/hand-over"
            | "/customers/{id}/credentials/take-back" => Some(Self::Reveal),
            _ if request.uri().path() == ClaimCredentials::PATH => Some(Self::Reveal),
            _ if pattern.starts_with(api::PREFIX) => Some(Self::Check),
            _ => None,
        }
    }

    /// So many a minute, and so many at once, for one person or one address.
    ///
    /// A person who works fast sends a create a minute and types a field in two seconds. Sign-ins are counted by address,
    /// behind which a whole office may sit down at nine.
    const fn pace(self) -> (u32, u32) {
        match self {
            Self::SignIn => (300, 150),
            Self::Check => (600, 120),
            Self::Search => (300, 60),
            Self::Create | Self::Reveal => (30, 20),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Check => "check",
            Self::Search => "search",
            Self::Create => "create",
            Self::Reveal => "reveal",
        }
    }
}

/// Who is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Caller {
    Person(PersonKey),
    Reseller(ResellerId),
    Address(IpAddr),
}

impl Caller {
    /// One customer of a network has a whole /64 of IPv6, so that is what counts.
    fn address(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
            v4 @ IpAddr::V4(_) => v4,
        })
    }

    /// The person, and whoever the person works for; of somebody who is not signed in the address.
    fn all(operator: Option<&Operator>, address: Option<IpAddr>) -> Vec<Self> {
        let Some(operator) = operator else { return address.map(Self::address).into_iter().collect() };
        let reseller = operator.reseller().map(|reseller| Self::Reseller(reseller.id.clone()));
        std::iter::once(Self::Person(operator.key.clone())).chain(reseller).collect()
    }
}

type Counter<C> = RateLimiter<Caller, HashMapStateStore<Caller>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// What has been counted of one kind.
struct Counters<C: Clock> {
    of_one: Counter<C>,
    of_a_reseller: Counter<C>,
}

/// The paces, and how far everybody has used theirs. Cheap to clone.
pub struct Limits<C: Clock = DefaultClock> {
    counters: Arc<[(Act, Counters<C>); Act::ALL.len()]>,
    running: Arc<Semaphore>,
    reading: Arc<Semaphore>,
    clock: C,
}

impl<C: Clock + Clone> Clone for Limits<C> {
    fn clone(&self) -> Self {
        Self {
            counters: Arc::clone(&self.counters),
            running: Arc::clone(&self.running),
            reading: Arc::clone(&self.reading),
            clock: self.clock.clone(),
        }
    }
}

impl Limits {
    /// `factor` times the usual paces (`PORTAL_RATE_FACTOR`).
    pub fn new(factor: NonZeroU32) -> Self {
        Self::with_clock(factor, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Limits<C> {
    fn with_clock(factor: NonZeroU32, clock: C) -> Self {
        let counter = |(a_minute, at_once): (u32, u32), times: u32| {
            let times = factor.saturating_mul(NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN));
            let scaled = |number: u32| times.saturating_mul(NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN));
            let quota = Quota::per_minute(scaled(a_minute)).allow_burst(scaled(at_once));
            RateLimiter::new(quota, HashMapStateStore::default(), clock.clone())
        };
        let counters = Act::ALL.map(|act| {
            (act, Counters { of_one: counter(act.pace(), 1), of_a_reseller: counter(act.pace(), OF_A_RESELLER) })
        });
        Self {
            counters: Arc::new(counters),
            running: Arc::new(Semaphore::new(AT_THE_SAME_TIME)),
            reading: Arc::new(Semaphore::new(READ_AT_THE_SAME_TIME)),
            clock,
        }
    }

    /// Counts one act of each caller, or says how long the one who is too fast has to wait.
    fn count(&self, act: Act, callers: &[Caller]) -> Result<(), Duration> {
        let Some((_, counters)) = self.counters.iter().find(|(counted, _)| *counted == act) else { return Ok(()) };
        for caller in callers {
            let counter =
                if matches!(caller, Caller::Reseller(_)) { &counters.of_a_reseller } else { &counters.of_one };
            counter.check_key(caller).map_err(|until| until.wait_time_from(self.clock.now()))?;
        }
        Ok(())
    }

    /// Forgets callers who have all of their pace again, so that as many addresses as there are cannot fill the memory.
    pub fn sweep(&self) {
        for (_, counters) in self.counters.iter() {
            for counter in [&counters.of_one, &counters.of_a_reseller] {
                counter.retain_recent();
                counter.shrink_to_fit();
            }
        }
    }
}

/// Refuses who asks too often.
pub async fn keep(State((state, limits)): State<(AppState, Limits)>, request: Request, next: Next) -> Response {
    let counted = Act::of(&request).filter(|_| !planted!(NoRateLimit));
    let Some(act) = counted else { return next.run(request).await };
    let address = request.extensions().get::<ClientAddress>().map(|client| client.0);
    let operator = request.extensions().get::<Operator>();
    match limits.count(act, &Caller::all(operator, address)) {
        Ok(()) => next.run(request).await,
        Err(wait) => {
            let person = operator.map(|operator| operator.key.oid.as_str());
            tracing::warn!(act = act.word(), person, ?address, "somebody asks too often and is told to wait");
            measure::too_often(act.word());
            too_often(&state, request, wait).await
        }
    }
}

async fn too_often(state: &AppState, request: Request, wait: Duration) -> Response {
    let mut response = if request.uri().path().starts_with(api::PREFIX) {
        (StatusCode::TOO_MANY_REQUESTS, Json(PortalError::TooOften)).into_response()
    } else {
        let mut parts = request.into_parts().0;
        let Ok(visit) = Visit::from_request_parts(&mut parts, state).await;
        visit.problem(Problem::TooOften)
    };
    // Whole seconds, and never one too few.
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
    response
}

/// Turns away what is too much at the same time, while there is memory to say so.
pub async fn shed(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let Ok(_place) = limits.running.try_acquire() else { return busy() };
    next.run(request).await
}

/// A place among the bodies that are being read, until it is dropped, if there is one.
pub(super) fn place_to_read(limits: &Limits) -> Option<SemaphorePermit<'_>> {
    limits.reading.try_acquire().ok()
}

/// The answer to who comes at the wrong moment.
pub(super) fn busy() -> Response {
    measure::too_often("all");
    let come_again = [(header::RETRY_AFTER, HeaderValue::from_static("1"))];
    (StatusCode::SERVICE_UNAVAILABLE, come_again, "The portal is busy. Try again in a moment.").into_response()
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;
    use crate::domain::{ResellerOfPerson, Role, Side};

    const ONE: NonZeroU32 = NonZeroU32::MIN;

    fn limits(factor: NonZeroU32) -> (FakeRelativeClock, Limits<FakeRelativeClock>) {
        let clock = FakeRelativeClock::default();
        (clock.clone(), Limits::with_clock(factor, clock))
    }

    fn operator(name: &str, side: Side) -> Operator {
        let key = PersonKey { tid: "tid".to_owned(), oid: name.to_owned() };
        Operator { key, name: String::new(), sign_in_name: String::new(), side, address: None }
    }

    fn manager(name: &str) -> Vec<Caller> {
        Caller::all(Some(&operator(name, Side::Provider(Role::AccountManager))), None)
    }

    fn contoso(name: &str) -> Vec<Caller> {
        let id = "484e548c-f5f3-4528-93a9-c16c6373cb59".parse().unwrap();
        Caller::all(Some(&operator(name, Side::Reseller(ResellerOfPerson { id, name: String::new() }))), None)
    }

    /// How many of `tries` are let through.
    fn allowed(limits: &Limits<FakeRelativeClock>, act: Act, callers: &[Caller], tries: u32) -> usize {
        (0..tries).filter(|_| limits.count(act, callers).is_ok()).count()
    }

    #[test]
    fn a_person_may_hurry_for_a_moment_and_then_has_to_keep_the_pace() {
        let (clock, limits) = limits(ONE);
        assert_eq!(allowed(&limits, Act::Create, &manager("adele"), 100), 20);
        let wait = limits.count(Act::Create, &manager("adele")).unwrap_err();
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(2), "{wait:?}");
        clock.advance(wait);
        assert_eq!(allowed(&limits, Act::Create, &manager("adele"), 100), 1);
        clock.advance(Duration::from_mins(1));
        assert_eq!(allowed(&limits, Act::Create, &manager("adele"), 100), 20);
    }

    #[test]
    fn one_abuser_takes_nothing_from_others_and_one_act_nothing_from_another() {
        let (_, limits) = limits(ONE);
        for act in Act::ALL {
            assert_eq!(
                allowed(&limits, act, &manager("abuser"), 10_000),
                usize::try_from(act.pace().1).unwrap(),
                "{act:?}"
            );
            for honest in 0..50 {
                assert!(limits.count(act, &manager(&format!("honest-{honest}"))).is_ok(), "{act:?}");
            }
        }
    }

    #[test]
    fn the_people_of_a_reseller_have_a_pace_together() {
        let (_, limits) = limits(ONE);
        let each: Vec<usize> =
            (0..8).map(|person| allowed(&limits, Act::Reveal, &contoso(&person.to_string()), 100)).collect();
        assert_eq!(each, [20, 20, 20, 20, 20, 0, 0, 0]);
        assert_eq!(allowed(&limits, Act::Reveal, &manager("adele"), 100), 20);
    }

    #[test]
    fn who_is_not_signed_in_is_counted_by_address_and_a_network_by_its_prefix() {
        let (_, limits) = limits(ONE);
        let from = |address: &str| Caller::all(None, Some(address.parse().unwrap()));
        assert_eq!(allowed(&limits, Act::SignIn, &from("2001:db8::1"), 1_000), 150);
        assert_eq!(allowed(&limits, Act::SignIn, &from("2001:db8::ffff:2"), 1_000), 0);
        assert_eq!(allowed(&limits, Act::SignIn, &from("2001:db8:0:1::1"), 1_000), 150);
        assert_eq!(allowed(&limits, Act::SignIn, &from("::ffff:192.0.2.7"), 1_000), 150);
        assert_eq!(allowed(&limits, Act::SignIn, &from("192.0.2.7"), 1_000), 0);
    }

    #[test]
    fn the_setting_widens_every_pace() {
        let (_, limits) = limits(NonZeroU32::new(3).unwrap());
        assert_eq!(allowed(&limits, Act::Create, &manager("adele"), 1_000), 60);
    }

    #[test]
    fn callers_who_have_rested_are_forgotten() {
        let (clock, limits) = limits(ONE);
        for number in 0..1_000_u32 {
            limits.count(Act::SignIn, &[Caller::address(IpAddr::V4(number.into()))]).unwrap();
        }
        let kept = || limits.counters.iter().map(|(_, counters)| counters.of_one.len()).sum::<usize>();
        assert_eq!(kept(), 1_000);
        clock.advance(Duration::from_mins(2));
        limits.sweep();
        assert_eq!(kept(), 0);
    }
}
