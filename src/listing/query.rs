//! What is asked of the list: words, filters, order. Every text is a query; what is not understood asks for nothing.

use sha2::{Digest, Sha256};
use url::form_urlencoded::Serializer;

use crate::{
    clock::Timestamp,
    domain::{Operator, PersonKey, ResellerId},
    i18n::t,
    journal::OnboardingState,
    search_index::words,
};

/// Words of a search that count; more only make it slower.
const MOST_WORDS: usize = 6;

/// Which states are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateFilter {
    /// Being filled in.
    Draft,
    /// The portal is at work.
    Working,
    /// There is a tenant.
    Created,
    /// There is none: refused, or found out.
    NotCreated,
    /// A person has to act.
    Attention,
    /// Tenants that Partner Center lists and that were not made here.
    Elsewhere,
}

impl StateFilter {
    /// Every one, in the order of the list.
    pub const ALL: [Self; 6] =
        [Self::Attention, Self::Working, Self::Created, Self::NotCreated, Self::Draft, Self::Elsewhere];

    /// As it stands in an address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Working => "working",
            Self::Created => "created",
            Self::NotCreated => "not-created",
            Self::Attention => "attention",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => t!(words.draft),
            Self::Working => t!(words.being_created),
            Self::Created => t!(words.created),
            Self::NotCreated => t!(words.refused_or_not_created),
            Self::Attention => t!(words.needs_attention),
            Self::Elsewhere => t!(words.not_made_here),
        }
    }

    /// The states of onboardings that it stands for.
    pub(super) fn states(self) -> Vec<OnboardingState> {
        OnboardingState::ALL
            .into_iter()
            .filter(|state| match self {
                Self::Draft => *state == OnboardingState::Draft,
                Self::Working => state.is_working(),
                Self::Created => *state == OnboardingState::Created,
                Self::NotCreated => matches!(state, OnboardingState::Rejected | OnboardingState::NotCreated),
                Self::Attention => *state == OnboardingState::NeedsAttention,
                Self::Elsewhere => false,
            })
            .collect()
    }
}

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// What was begun last first; tenants that were there before the portal last.
    #[default]
    Newest,
    /// By company name.
    Company,
    /// What has changed last first.
    Changed,
}

impl Sort {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Newest, Self::Company, Self::Changed];

    /// As it stands in an address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Company => "company",
            Self::Changed => "changed",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Newest => t!(words.newest_first),
            Self::Company => t!(words.company_a_to_z),
            Self::Changed => t!(words.last_change_first),
        }
    }
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sought {
    /// Everything.
    Anything,
    /// A GUID of any kind, in lower case.
    Id(String),
    /// Each of these words is part of company, reseller or person, or begins the domain; the longest first.
    Words(Vec<String>),
}

/// A day, in an address and in a date field: `2026-11-20`, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day(jiff::civil::Date);

impl Day {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// Its first moment.
    fn start(self) -> Option<Timestamp> {
        Some(self.0.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    }

    /// The day after.
    fn next(self) -> Option<Self> {
        self.0.tomorrow().ok().map(Self)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What is asked of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerQuery {
    /// The search box, as typed.
    pub text: String,
    /// Which states.
    pub state: Option<StateFilter>,
    /// Which reseller.
    pub reseller: Option<ResellerId>,
    /// Begun by whom.
    pub person: Option<PersonKey>,
    /// Begun on this day or later.
    pub from: Option<Day>,
    /// Begun on this day or earlier.
    pub to: Option<Day>,
    /// Only those whose password nobody has opened yet.
    pub unopened: bool,
    /// In which order.
    pub sort: Sort,
}

impl CustomerQuery {
    /// Reads the fields of the form; `me` is who asks. The reseller is named by its id.
    pub fn read(field: impl Fn(&str) -> Option<String>, me: &Operator) -> Self {
        let text = |name| field(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        let by_word = |word: String| StateFilter::ALL.into_iter().find(|state| state.word() == word);
        Self {
            text: text("q").chars().take(200).collect(),
            state: by_word(text("state")),
            reseller: text("reseller").parse().ok(),
            person: person(&text("person"), me),
            from: Day::parse(&text("from")),
            to: Day::parse(&text("to")),
            unopened: !text("unopened").is_empty(),
            sort: Sort::ALL.into_iter().find(|sort| sort.word() == text("sort")).unwrap_or_default(),
        }
    }

    /// The fields of the form that ask for this, in one order and without those that ask for nothing.
    pub fn fields(&self, me: &Operator) -> Vec<(&'static str, String)> {
        let mut fields = Vec::new();
        let mut add = |name, value: Option<String>| fields.extend(value.map(|value| (name, value)));
        add("q", (!self.text.is_empty()).then(|| self.text.clone()));
        add("state", self.state.map(|state| state.word().to_owned()));
        add("reseller", self.reseller.as_ref().map(ToString::to_string));
        add("person", self.person.as_ref().map(|person| person_word(person, me)));
        add("from", self.from.map(|day| day.to_string()));
        add("to", self.to.map(|day| day.to_string()));
        add("unopened", self.unopened.then(|| "yes".to_owned()));
        add("sort", (self.sort != Sort::default()).then(|| self.sort.word().to_owned()));
        fields
    }

    /// Whether anything is left out of the list.
    pub fn is_filtered(&self) -> bool {
        *self != Self { sort: self.sort, ..Self::default() }
    }

    /// Tells one question from another, for cursors; also who asks, because `me` may be part of it.
    pub(super) fn fingerprint(&self, viewer: &Operator) -> [u8; 8] {
        let mut text = Serializer::new(format!("{}/{}?", viewer.key.tid, viewer.key.oid));
        text.extend_pairs(self.fields(viewer));
        let digest = Sha256::digest(text.finish());
        let mut fingerprint = [0; 8];
        for (byte, of_digest) in fingerprint.iter_mut().zip(digest) {
            *byte = of_digest;
        }
        fingerprint
    }

    /// What the text of the search box looks for.
    pub(super) fn sought(&self) -> Sought {
        let text = self.text.trim();
        if let Ok(id) = text.trim_matches(['{', '}']).parse::<ResellerId>() {
            return Sought::Id(id.into());
        }
        // `admin@contoso.onmicrosoft.com` and `contoso.onmicrosoft.com` are the domain that begins with `contoso`.
        let words = text.split_whitespace().flat_map(|part| {
            let part = part.rsplit('@').next().unwrap_or_default();
            let is_domain = part.split_once('.').is_some_and(|(_, rest)| rest.starts_with("onmicrosoft"));
            words(if is_domain { part.split('.').next().unwrap_or_default() } else { part })
        });
        let mut words = words.take(MOST_WORDS).collect::<Vec<_>>();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        if words.is_empty() { Sought::Anything } else { Sought::Words(words) }
    }

    /// Ids of onboardings that were begun in the wanted time lie between these; a UUID v7 begins with its milliseconds.
    pub(super) fn id_range(&self) -> (Option<String>, Option<String>) {
        let id = |day: Day| Some(first_id_of(day.start()?));
        (self.from.and_then(id), self.to.and_then(Day::next).and_then(id))
    }
}

/// The smallest UUID v7 of a moment.
pub(super) fn first_id_of(at: Timestamp) -> String {
    let millis = format!("{:012x}", at.as_millisecond().max(0));
    let (high, low) = millis.split_at_checked(8).unwrap_or((&millis, "0000"));
    format!("{high}-{low}-0000-0000-000000000000")
}

fn person(word: &str, me: &Operator) -> Option<PersonKey> {
    if word == "me" {
        return Some(me.key.clone());
    }
    let (tid, oid) = word.split_once('/')?;
    Some(PersonKey { tid: tid.to_owned(), oid: oid.to_owned() })
}

/// A person as an address names one.
pub fn person_word(person: &PersonKey, me: &Operator) -> String {
    if *person == me.key { "me".to_owned() } else { format!("{}/{}", person.tid, person.oid) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::testing::adele;

    fn sought(text: &str) -> Sought {
        CustomerQuery { text: text.to_owned(), ..CustomerQuery::default() }.sought()
    }

    #[test]
    fn every_query_survives_its_address() {
        let person = PersonKey { tid: "t".to_owned(), oid: "o/1".to_owned() };
        let query = CustomerQuery {
            text: "winery & co".to_owned(),
            state: Some(StateFilter::Attention),
            reseller: "484e548c-f5f3-4528-93a9-c16c6373cb59".parse().ok(),
            person: Some(person),
            from: Day::parse("2026-11-01"),
            to: Day::parse("2026-11-20"),
            unopened: true,
            sort: Sort::Company,
        };
        for query in [query.clone(), CustomerQuery { person: Some(adele().key), ..query }, CustomerQuery::default()] {
            let fields = query.fields(&adele());
            let read = CustomerQuery::read(
                |name| fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()),
                &adele(),
            );
            assert_eq!(read, query);
        }
    }

    #[test]
    fn what_is_not_understood_asks_for_nothing() {
        let nonsense =
            CustomerQuery::read(|name| (name != "q" && name != "unopened").then(|| "?!".to_owned()), &adele());
        assert_eq!(nonsense, CustomerQuery::default());
        assert!(!nonsense.is_filtered());
    }

    #[test]
    fn a_text_is_an_id_or_words() {
        assert_eq!(sought("  "), Sought::Anything);
        assert_eq!(sought("%_"), Sought::Anything);
        assert_eq!(
            sought("{484E548C-F5F3-4528-93A9-C16C6373CB59}"),
            Sought::Id("484e548c-f5f3-4528-93a9-c16c6373cb59".to_owned())
        );
        let words = |words: &[&str]| Sought::Words(words.iter().map(|&word| word.to_owned()).collect());
        assert_eq!(sought("Coho  Winery"), words(&["winery", "coho"]));
        assert_eq!(sought("admin@Contoso.onmicrosoft.com"), words(&["contoso"]));
        assert_eq!(sought("contoso.onmicrosoft.us"), words(&["contoso"]));
    }

    #[test]
    fn days_are_ranges_of_ids() {
        let query =
            CustomerQuery { from: Day::parse("2026-11-20"), to: Day::parse("2026-11-20"), ..CustomerQuery::default() };
        let (from, to) = query.id_range();
        let noon = "2026-11-20T12:00:00Z".parse().unwrap();
        let next = "2026-11-21T00:00:00Z".parse().unwrap();
        assert!(from.unwrap() < first_id_of(noon));
        assert_eq!(to.unwrap(), first_id_of(next));
        assert_eq!(first_id_of(noon).len(), 36);
    }
}
