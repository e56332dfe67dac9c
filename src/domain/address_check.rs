//! Microsoft's address check (`POST /v1/validations/address`): advice, never a gate.

use super::{AddressParts, Field, NewCustomerForm, text::tidy};

/// Longest reason, in UTF-16 units: that of a comment.
const LONGEST_REASON: u32 = 500;

/// What Microsoft says of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressStatus {
    /// Known, and mail arrives.
    VerifiedShippable,
    /// Known.
    Verified,
    /// Known once much of it is changed.
    InteractionRequired,
    /// The street is incomplete.
    StreetPartial,
    /// The number or unit is incomplete.
    PremisesPartial,
    /// Several parts are incomplete.
    Multiple,
    /// Not known.
    None,
    /// Microsoft could not check it.
    NotValidated,
    /// No answer, or one that is not understood.
    NoAnswer,
}

impl AddressStatus {
    /// By its name on the wire, whatever its case; the documentation puts blanks between the words.
    pub fn from_name(name: &str) -> Self {
        let name: String = name.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
        match name.as_str() {
            "verifiedshippable" => Self::VerifiedShippable,
            "verified" => Self::Verified,
            "interactionrequired" => Self::InteractionRequired,
            "streetpartial" => Self::StreetPartial,
            "premisespartial" => Self::PremisesPartial,
            "multiple" => Self::Multiple,
            "none" => Self::None,
            "notvalidated" => Self::NotValidated,
            _ => Self::NoAnswer,
        }
    }

    /// Microsoft knows it as it is.
    pub fn is_verified(self) -> bool {
        matches!(self, Self::VerifiedShippable | Self::Verified)
    }

    /// Somebody has to look at it: use another spelling, or keep this one and say why.
    pub fn is_doubtful(self) -> bool {
        matches!(
            self,
            Self::InteractionRequired | Self::StreetPartial | Self::PremisesPartial | Self::Multiple | Self::None
        )
    }
}

/// The whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressCheck {
    /// What it comes to.
    pub status: AddressStatus,
    /// Other spellings, at most three; none for an address that is known as it is.
    pub suggestions: Vec<AddressParts>,
    /// The fields that do not fit, as far as Microsoft names them.
    pub doubtful: Vec<Field>,
}

impl AddressCheck {
    /// An answer that is no more than its status.
    pub fn new(status: AddressStatus) -> Self {
        Self { status, suggestions: Vec::new(), doubtful: Vec::new() }
    }

    /// No answer.
    pub fn no_answer() -> Self {
        Self::new(AddressStatus::NoAnswer)
    }

    /// The same without what says nothing new about `typed`.
    #[must_use]
    pub fn about(mut self, typed: &AddressParts) -> Self {
        if self.status.is_verified() {
            self.suggestions.clear();
        }
        let same = |one: &str, other: &str| one.trim().eq_ignore_ascii_case(other.trim());
        self.suggestions.retain(|other| {
            !(same(&other.address_line1, &typed.address_line1)
                && same(&other.address_line2, &typed.address_line2)
                && same(&other.city, &typed.city)
                && same(&other.state, &typed.state)
                && same(&other.postal_code, &typed.postal_code))
        });
        self
    }
}

/// The parts of two addresses side by side: field, one, other. Parts that neither has are left out.
pub fn compare_addresses<'a>(one: &'a AddressParts, other: &'a AddressParts) -> Vec<(Field, &'a str, &'a str)> {
    [
        (Field::AddressLine1, &one.address_line1, &other.address_line1),
        (Field::AddressLine2, &one.address_line2, &other.address_line2),
        (Field::City, &one.city, &other.city),
        (Field::State, &one.state, &other.state),
        (Field::PostalCode, &one.postal_code, &other.postal_code),
    ]
    .into_iter()
    .map(|(field, one, other)| (field, one.trim(), other.trim()))
    .filter(|(_, one, other)| !(one.is_empty() && other.is_empty()))
    .collect()
}

impl NewCustomerForm {
    /// Puts another spelling into the address; what was decided about the former one is void.
    pub fn use_address(&mut self, parts: AddressParts) {
        let AddressParts { address_line1, address_line2, city, state, postal_code, country: _ } = parts;
        self.address_line1 = address_line1;
        self.address_line2 = address_line2;
        self.city = city;
        self.postal_code = postal_code;
        // Where Microsoft leaves the state out, it has no other one to offer.
        if !state.trim().is_empty() {
            self.state = state;
        }
        self.address_kept.clear();
        self.address_reason.clear();
    }

    /// Keeps the address as it is typed, for a reason.
    pub fn keep_address(&mut self, reason: &str) {
        self.address_kept = self.address_parts().fingerprint();
        reason.trim().clone_into(&mut self.address_reason);
    }

    /// Why the address is kept as it is typed; a reason that was given for another address is none.
    pub fn kept_address_reason(&self) -> Option<&str> {
        let reason = tidy(&self.address_reason, LONGEST_REASON).ok()??;
        let stands = self.address_kept == self.address_parts().fingerprint();
        stands.then_some(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::wingtip_toys;

    #[test]
    fn a_status_is_known_however_it_is_spelt() {
        for (name, status) in [
            ("VerifiedShippable", AddressStatus::VerifiedShippable),
            ("Verified shippable", AddressStatus::VerifiedShippable),
            ("NONE", AddressStatus::None),
            ("Not validated", AddressStatus::NotValidated),
            ("SomethingNew", AddressStatus::NoAnswer),
            ("", AddressStatus::NoAnswer),
        ] {
            assert_eq!(AddressStatus::from_name(name), status, "{name}");
        }
    }

    #[test]
    fn a_reason_holds_for_the_address_that_it_was_given_for() {
        let mut form = wingtip_toys();
        assert_eq!(form.kept_address_reason(), None);
        form.keep_address("  As in the register ");
        assert_eq!(form.kept_address_reason(), Some("As in the register"));
        form.address_line1.push_str(", Building 7");
        assert_eq!(form.kept_address_reason(), None, "another address");
        for no_reason in [" ", "<b>", "a\u{202e}b"] {
            form.keep_address(no_reason);
            assert_eq!(form.kept_address_reason(), None, "{no_reason:?}");
        }
    }

    #[test]
    fn another_spelling_takes_the_place_of_the_typed_one_and_of_what_was_decided() {
        let mut form = wingtip_toys();
        form.keep_address("New building");
        form.use_address(AddressParts { postal_code: "98052-8300".to_owned(), ..form.address_parts() });
        assert_eq!(form.postal_code, "98052-8300");
        assert_eq!((form.kept_address_reason(), form.address_reason.as_str()), (None, ""));
        let state = form.state.clone();
        form.use_address(AddressParts { state: String::new(), ..form.address_parts() });
        assert_eq!(form.state, state, "an answer without a state takes none away");
    }

    #[test]
    fn a_spelling_that_says_nothing_new_is_none() {
        let typed = wingtip_toys().address_parts();
        let same = AddressParts { city: "REDMOND ".to_owned(), ..typed.clone() };
        let other = AddressParts { postal_code: "98052-8300".to_owned(), ..typed.clone() };
        let check =
            AddressCheck { suggestions: vec![same, other.clone()], ..AddressCheck::new(AddressStatus::Multiple) };
        assert_eq!(check.clone().about(&typed).suggestions, [other]);
        let verified = AddressCheck { status: AddressStatus::Verified, ..check };
        assert!(verified.about(&typed).suggestions.is_empty(), "known as it is");
    }
}
