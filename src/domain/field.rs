//! The fields of the form, and what can be wrong with one.

use serde::{Deserialize, Serialize};

/// A field of the onboarding form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the field of NewCustomerForm of the same name")]
pub enum Field {
    CustomerOf,
    Reseller,
    Country,
    CompanyName,
    Domain,
    RegistrationNumber,
    AddressLine1,
    AddressLine2,
    AddressLine3,
    District,
    City,
    State,
    PostalCode,
    FirstName,
    MiddleName,
    LastName,
    Email,
    Phone,
    Culture,
    Language,
    Gdap,
}

impl Field {
    /// Every field, in the order of the form.
    pub const ALL: [Self; 21] = [
        Self::CustomerOf,
        Self::Reseller,
        Self::Country,
        Self::CompanyName,
        Self::Domain,
        Self::RegistrationNumber,
        Self::AddressLine1,
        Self::AddressLine2,
        Self::AddressLine3,
        Self::District,
        Self::City,
        Self::State,
        Self::PostalCode,
        Self::FirstName,
        Self::MiddleName,
        Self::LastName,
        Self::Email,
        Self::Phone,
        Self::Culture,
        Self::Language,
        Self::Gdap,
    ];

    /// Name of the HTML control, which is also its `id`. The reseller's is that of its visible text field.
    pub fn name(self) -> &'static str {
        match self {
            Self::CustomerOf => "customer_of",
            Self::Reseller => "reseller_search",
            Self::Country => "country",
            Self::CompanyName => "company_name",
            Self::Domain => "domain",
            Self::RegistrationNumber => "registration_number",
            Self::AddressLine1 => "address_line1",
            Self::AddressLine2 => "address_line2",
            Self::AddressLine3 => "address_line3",
            Self::District => "district",
            Self::City => "city",
            Self::State => "state",
            Self::PostalCode => "postal_code",
            Self::FirstName => "first_name",
            Self::MiddleName => "middle_name",
            Self::LastName => "last_name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Culture => "culture",
            Self::Language => "language",
            Self::Gdap => "gdap",
        }
    }

    /// The field whose control has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

/// What is wrong with a field; a closed set without free text, so that nobody's words but ours reach a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// Nothing was given where something must be.
    Missing,
    /// Shorter than `min` characters.
    TooShort {
        /// Characters.
        min: u32,
    },
    /// Longer than `max` characters.
    TooLong {
        /// Characters.
        max: u32,
    },
    /// Characters that the field cannot have: HTML brackets, control characters, or for the domain anything but a-z0-9.
    Characters,
    /// Not in the shape that the field must have; `sample` shows it.
    Shape {
        /// An example of the shape.
        sample: String,
    },
    /// Not one of the choices.
    NotAChoice,
    /// A country in which the provider does not take customers through this portal (`PORTAL_COUNTRIES`).
    NotServed,
    /// A legal form alone ("LLC"), one character repeated: not a company's name.
    NotAName,
    /// A placeholder ("test", "admin") where Microsoft wants a person's name.
    Placeholder,
    /// The domain belongs to another tenant already.
    Taken,
    /// Another onboarding in this portal has chosen the domain just now.
    Held,
    /// The mail address is at a domain that Microsoft refuses here (its own, the provider's, the reseller's).
    ForeignDomain,
    /// The reseller cannot get new customers now.
    NotReady,
    /// The country wants none, and Microsoft refuses one (600002).
    NotWanted,
    /// Microsoft refused the value when the tenant was to be created, without saying more.
    Refused,
}

/// One field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Where.
    pub field: Field,
    /// What.
    pub problem: Problem,
}

/// Everything that is wrong with a form, in the order of the form, at most one per field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Notes what is wrong with a field; the first word on a field stands.
    pub fn push(&mut self, field: Field, problem: Problem) {
        if self.get(field).is_none() {
            let at = self.0.partition_point(|known| known.field < field);
            self.0.insert(at, FieldError { field, problem });
        }
    }

    /// What is wrong with this field.
    pub fn get(&self, field: Field) -> Option<&Problem> {
        self.0.iter().find(|error| error.field == field).map(|error| &error.problem)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All, in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }
}

impl FromIterator<FieldError> for FieldErrors {
    fn from_iter<T: IntoIterator<Item = FieldError>>(errors: T) -> Self {
        let mut all = Self::default();
        for error in errors {
            all.push(error.field, error.problem);
        }
        all
    }
}
