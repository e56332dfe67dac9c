//! The languages, and which one a request is answered in.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};
use leptos::prelude::use_context;
use unic_langid::{
    LanguageIdentifier,
    subtags::{Region, Script},
};

/// A language of the interface. The customer's culture and language are the customer's, and another choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// What the others are translated from, and what is said where nothing else is asked for.
    #[default]
    English,
    /// Swedish.
    Swedish,
    /// Dutch.
    Dutch,
    /// Turkish.
    Turkish,
    /// Chinese in traditional characters, with the words of Taiwan.
    TraditionalChinese,
    /// English with accents, about 40% longer; for tests.
    Pseudo,
    /// The same from right to left; for tests.
    PseudoRightToLeft,
}

tokio::task_local! {
    /// What is spoken while a page is made: asked for with every phrase, of which a page has hundreds.
    static SPOKEN: Language;
}

/// Name of the cookie that keeps what somebody has chosen.
pub const LANGUAGE_COOKIE: &str = "portal-language";

impl Language {
    /// Every language, those for tests last.
    pub const ALL: [Self; 7] = [
        Self::English,
        Self::Swedish,
        Self::Dutch,
        Self::Turkish,
        Self::TraditionalChinese,
        Self::Pseudo,
        Self::PseudoRightToLeft,
    ];

    /// What can be chosen: those for tests in front of the simulator alone.
    pub fn offered(with_those_for_tests: bool) -> &'static [Self] {
        const ALL: &[Language] = &Language::ALL;
        let (spoken, _) = ALL.split_at(5);
        if with_those_for_tests { ALL } else { spoken }
    }

    /// As HTML and HTTP name it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Swedish => "sv",
            Self::Dutch => "nl",
            Self::Turkish => "tr",
            Self::TraditionalChinese => "zh-Hant",
            Self::Pseudo => "en-XA",
            Self::PseudoRightToLeft => "ar-XB",
        }
    }

    /// Its own name for itself, as speakers look for it in a list.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Swedish => "Svenska",
            Self::Dutch => "Nederlands",
            Self::Turkish => "Türkçe",
            Self::TraditionalChinese => "繁體中文",
            Self::Pseudo => "Þšéúđó",
            Self::PseudoRightToLeft => "Þšéúđó (RTL)",
        }
    }

    /// `dir` of the document.
    pub fn direction(self) -> &'static str {
        if self == Self::PseudoRightToLeft { "rtl" } else { "ltr" }
    }

    /// Whether it is for tests alone.
    fn is_for_tests(self) -> bool {
        matches!(self, Self::Pseudo | Self::PseudoRightToLeft)
    }

    /// The language of this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(tag))
    }

    /// The language of the page that is being made; English where none is.
    pub fn of_page() -> Self {
        // Server functions run where the framework wants, and only a context goes there with them.
        SPOKEN.try_with(|language| *language).ok().or_else(use_context).unwrap_or_default()
    }

    /// Which plural rules it has.
    pub(super) fn plural_tag(self) -> &'static str {
        if self.is_for_tests() { "en" } else { self.tag() }
    }

    /// Its place in [`ALL`](Self::ALL).
    pub(crate) fn number(self) -> usize {
        Self::ALL.iter().position(|language| *language == self).unwrap_or_default()
    }

    /// Which of the files of an area is read.
    pub(super) fn file(self) -> usize {
        if self.is_for_tests() { 0 } else { self.number() }
    }

    /// What a request is answered in: what was chosen, else what the browser asks for, else English.
    pub fn of_request(headers: &HeaderMap) -> Self {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let chosen = cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == LANGUAGE_COOKIE).then(|| Self::from_tag(value)).flatten());
        let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        chosen.or_else(|| asked.and_then(accepted)).unwrap_or_default()
    }
}

/// The first of an `Accept-Language` that there is; those of the same weight count in their order.
fn accepted(asked: &str) -> Option<Language> {
    let mut ranges: Vec<(f32, &str)> = asked.split(',').filter_map(range).collect();
    ranges.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    ranges.into_iter().find_map(|(_, tag)| spoken(tag))
}

/// Weight and tag of one range; `None` for what is not wanted at all.
fn range(text: &str) -> Option<(f32, &str)> {
    let mut parts = text.split(';').map(str::trim);
    let tag = parts.next()?;
    let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |weight| weight.parse().ok())?;
    (weight > 0.0).then_some((weight, tag))
}

/// The language that serves somebody who asks for `tag`. Simplified Chinese is another language.
fn spoken(tag: &str) -> Option<Language> {
    let tag: LanguageIdentifier = tag.parse().ok()?;
    let is = |subtag: Option<&str>, among: &[&str]| subtag.is_some_and(|subtag| among.contains(&subtag));
    match tag.language.as_str() {
        "en" => Some(Language::English),
        "sv" => Some(Language::Swedish),
        "nl" => Some(Language::Dutch),
        "tr" => Some(Language::Turkish),
        "zh" => {
            let script = tag.script.as_ref().map(Script::as_str);
            let region = tag.region.as_ref().map(Region::as_str);
            let traditional = script.map_or_else(|| is(region, &["TW", "HK", "MO"]), |script| script == "Hant");
            traditional.then_some(Language::TraditionalChinese)
        }
        _ => None,
    }
}

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of_request(&parts.headers))
    }
}

/// Does something in a language.
pub(crate) fn speaking<T>(language: Language, act: impl FnOnce() -> T) -> T {
    SPOKEN.sync_scope(language, act)
}

/// The same for what takes its time.
pub(crate) async fn speaking_through<F: Future>(language: Language, work: F) -> F::Output {
    SPOKEN.scope(language, work).await
}
