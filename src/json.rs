//! JSON, as the browser reads it: with its own parser.
//!
//! What the server writes with serde is parsed by the browser itself, and a type is made of what that has found. serde's
//! own reading of the same types was a tenth of the WebAssembly.
//!
//! A type says what it is read from in one line beside its definition: [`read_struct!`](crate::json::read_struct) names
//! its fields, [`read_enum!`](crate::json::read_enum) its variants as serde writes them. A field that is forgotten does
//! not compile; that both sides mean the same is a test. On the server the same lines read a `serde_json::Value`.

/// A value.
pub(crate) struct Json(engine::Value);

/// What can be made of JSON.
pub(crate) trait Read: Sized {
    /// `None`: it is something else.
    fn read(json: &Json) -> Option<Self>;
}

/// Makes something of a text.
pub(crate) fn read<T: Read>(text: &str) -> Option<T> {
    T::read(&engine::parse(text)?)
}

impl Json {
    /// A field; one that is not there is read like `null`.
    pub(crate) fn field<T: Read>(&self, name: &str) -> Option<T> {
        T::read(&self.get(name))
    }
}

#[cfg(not(feature = "ssr"))]
mod engine {
    use js_sys::{Array, JSON, Reflect};
    use wasm_bindgen::{JsCast, JsValue};

    use crate::json::Json;

    pub(super) type Value = JsValue;

    #[inline(never)]
    pub(super) fn parse(text: &str) -> Option<Json> {
        JSON::parse(text).ok().map(Json)
    }

    impl Json {
        /// The value of a field.
        #[inline(never)]
        pub(super) fn get(&self, name: &str) -> Self {
            // Fails for what is no object.
            Self(Reflect::get(&self.0, &name.into()).unwrap_or(JsValue::NULL))
        }

        /// A text.
        #[inline(never)]
        pub(crate) fn text(&self) -> Option<String> {
            self.0.as_string()
        }

        pub(super) fn number(&self) -> Option<f64> {
            self.0.as_f64()
        }

        pub(super) fn flag(&self) -> Option<bool> {
            self.0.as_bool()
        }

        #[inline(never)]
        pub(super) fn items(&self) -> Option<Vec<Self>> {
            Some(self.0.dyn_ref::<Array>()?.iter().map(Self).collect())
        }

        pub(super) fn is_nothing(&self) -> bool {
            self.0.is_null() || self.0.is_undefined()
        }
    }
}

#[cfg(feature = "ssr")]
mod engine {
    use serde_json::Value as Tree;

    use crate::json::Json;

    pub(super) type Value = Tree;

    pub(super) fn parse(text: &str) -> Option<Json> {
        serde_json::from_str(text).ok().map(Json)
    }

    impl Json {
        pub(super) fn get(&self, name: &str) -> Self {
            Self(self.0.get(name).cloned().unwrap_or_default())
        }

        pub(crate) fn text(&self) -> Option<String> {
            self.0.as_str().map(ToOwned::to_owned)
        }

        pub(super) fn number(&self) -> Option<f64> {
            self.0.as_f64()
        }

        pub(super) fn flag(&self) -> Option<bool> {
            self.0.as_bool()
        }

        pub(super) fn items(&self) -> Option<Vec<Self>> {
            Some(self.0.as_array()?.iter().cloned().map(Self).collect())
        }

        pub(super) fn is_nothing(&self) -> bool {
            self.0.is_null()
        }
    }
}

impl Read for String {
    fn read(json: &Json) -> Option<Self> {
        json.text()
    }
}

impl Read for bool {
    fn read(json: &Json) -> Option<Self> {
        json.flag()
    }
}

impl Read for u32 {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, and there is no other conversion from a float"
    )]
    fn read(json: &Json) -> Option<Self> {
        json.number().map(|number| number as Self)
    }
}

impl Read for () {
    fn read(_: &Json) -> Option<Self> {
        Some(())
    }
}

impl<T: Read> Read for Option<T> {
    fn read(json: &Json) -> Option<Self> {
        if json.is_nothing() { Some(None) } else { T::read(json).map(Some) }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(json: &Json) -> Option<Self> {
        json.items()?.iter().map(T::read).collect()
    }
}

impl<A: Read, B: Read> Read for (A, B) {
    fn read(json: &Json) -> Option<Self> {
        let [first, second] = <[Json; 2]>::try_from(json.items()?).ok()?;
        Some((A::read(&first)?, B::read(&second)?))
    }
}

/// `read_struct!(Advice { tone, words })`.
macro_rules! read_struct {
    ($name:ident { $($field:ident),+ $(,)? }) => {
        impl $crate::json::Read for $name {
            fn read(json: &$crate::json::Json) -> Option<Self> {
                Some(Self { $($field: json.field(stringify!($field))?),+ })
            }
        }
    };
}
pub(crate) use read_struct;

/// `read_enum!(Tone { "good" => Good, "bad" => Bad })`.
macro_rules! read_enum {
    ($name:ident { $($word:literal => $variant:ident),+ $(,)? }) => {
        impl $crate::json::Read for $name {
            fn read(json: &$crate::json::Json) -> Option<Self> {
                match &*json.text()? {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use read_enum;

/// `read_text!(CountryCode)`: what is made of a text by `TryFrom<String>`.
macro_rules! read_text {
    ($name:ident) => {
        impl $crate::json::Read for $name {
            fn read(json: &$crate::json::Json) -> Option<Self> {
                json.text()?.try_into().ok()
            }
        }
    };
}
pub(crate) use read_text;

#[cfg(test)]
#[cfg(feature = "ssr")] // the half that has something to write it with
mod tests {
    use std::fmt::Debug;

    use serde::Serialize;

    use crate::{
        api::{ResellerMatches, ShownCredentials},
        domain::{
            AddressAnswer, Advice, CountryCode, CountryRules, DomainAnswer, DomainCandidate, Pattern,
            RegistrationNumberRule, ResellerChoice, ResellerReadiness, ResellerState, RulesSource, Tone, UsualChoices,
            all_countries,
            testing::{united_states, wingtip_toys},
        },
        i18n::{area, phrasebook},
        islands::{Start, samples::first_up},
        json::{Read, read},
    };

    #[track_caller]
    fn comes_back<T: Serialize + Read + PartialEq + Debug>(value: T) {
        let text = serde_json::to_string(&value).unwrap();
        assert_eq!(read::<T>(&text), Some(value), "{text}");
    }

    fn advice(tone: Tone) -> Advice {
        Advice { tone, words: "\"Ååå\"\n\u{1f600}".to_owned() }
    }

    #[test]
    fn the_rules_of_every_country_are_read_as_they_were_written() {
        for (code, _) in all_countries() {
            let code: CountryCode = code.parse().unwrap();
            comes_back(CountryRules::built_in(&code));
        }
        for source in [RulesSource::Live, RulesSource::Kept, RulesSource::BuiltIn] {
            comes_back(CountryRules { source, ..united_states() });
        }
        let number = |pattern, sample| {
            Some(RegistrationNumberRule { local_name: "CNPJ".to_owned(), required: true, pattern, sample })
        };
        comes_back(CountryRules {
            registration_number: number(Some(Pattern::new(r"^\d+$")), Some("1".to_owned())),
            ..united_states()
        });
        comes_back(CountryRules { registration_number: number(None, None), state: None, ..united_states() });
        comes_back(CountryRules { district_label: Some("District".to_owned()), ..united_states() });
    }

    #[test]
    fn answers_are_read_as_they_were_written() {
        for tone in [Tone::Good, Tone::Bad, Tone::Unknown] {
            let candidates = vec![DomainCandidate { prefix: "contoso".to_owned(), advice: advice(tone) }];
            comes_back(DomainAnswer { advice: Some(advice(tone)), candidates });
        }
        comes_back(DomainAnswer::default());
        let parts = wingtip_toys().address_parts();
        comes_back(AddressAnswer { advice: advice(Tone::Bad), is_doubtful: true, suggestions: vec![parts.clone()] });
        comes_back(Some(parts));
        comes_back(None::<UsualChoices>);
        comes_back(Some(UsualChoices { gdap: "on".to_owned(), ..UsualChoices::default() }));
        comes_back(vec!["A tenant has it.".to_owned()]);
        for readiness in [
            ResellerReadiness::Ready,
            ResellerReadiness::Inactive,
            ResellerReadiness::AgreementMissing,
            ResellerReadiness::CouldNotCheck,
        ] {
            comes_back(readiness);
        }
        for state in [ResellerState::Active, ResellerState::Inactive("Suspended".to_owned())] {
            let reseller = ResellerChoice {
                id: "484e548c-f5f3-4528-93a9-c16c6373cb59".parse().unwrap(),
                name: "First Up Consultants".to_owned(),
                mpn_id: "4847383".to_owned(),
                location: "US".to_owned(),
                state,
            };
            comes_back(ResellerMatches { matches: vec![reseller], total: 12_345 });
        }
        comes_back(());
    }

    #[test]
    fn what_the_form_starts_with_is_read_as_it_was_written() {
        let start = Start {
            draft: "d".to_owned(),
            rules: united_states(),
            reseller: None,
            usual: None,
            faults: Vec::new(),
            may_create_direct: true,
            is_resellers_own: false,
            domain_suffix: ".onmicrosoft.com".to_owned(),
            domain_answer: None,
            domain_round: 2,
            phrases: phrasebook(&area::form),
        };
        comes_back(Start {
            reseller: Some(first_up()),
            usual: Some(UsualChoices::default()),
            faults: vec![("city".to_owned(), "Enter the city".to_owned())],
            domain_answer: Some(DomainAnswer::default()),
            ..start.clone()
        });
        comes_back(start);
    }

    #[test]
    fn credentials_are_read_to_the_letter() {
        let text = serde_json::to_string(&ShownCredentials {
            user_name: "admin@contoso.onmicrosoft.com".to_owned(),
            password: r#"0K<"\ha*Io"#.to_owned(),
            sign_in_address: "https://admin.microsoft.com".to_owned(),
            seconds_left: 120,
        });
        let shown = read::<ShownCredentials>(&text.unwrap()).unwrap();
        assert_eq!((shown.password.as_str(), shown.seconds_left), (r#"0K<"\ha*Io"#, 120));
    }

    #[test]
    fn what_is_something_else_is_nothing() {
        for text in ["", "<html>", "null", "[]", "3", r#"{"tone":"good"}"#, r#"{"tone":"great","words":""}"#] {
            assert_eq!(read::<Advice>(text), None, "{text}");
        }
    }
}
