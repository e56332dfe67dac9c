//! What may be wrong and cannot be known: said before the create, and never a reason to stop.

use crate::domain::NewCustomer;

/// What somebody should look at once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The number is none of the country's, by the numbering plans that are known here. They are older than the world:
    /// only Microsoft's own expression is a wall.
    Phone,
}

/// Doubts about a customer.
pub(super) fn doubts(customer: &NewCustomer) -> Vec<Doubt> {
    let address = customer.default_address();
    let is_doubtful = address.phone_number().is_some_and(|number| !is_known(number, address.country().as_str()));
    is_doubtful.then_some(Doubt::Phone).into_iter().collect()
}

/// Whether a number may exist, as it is dialled in the country or with a country code. A country that the plans do not
/// know (XK) has nothing to doubt.
fn is_known(number: &str, country: &str) -> bool {
    let Ok(region) = country.parse::<phonenumber::country::Id>() else { return true };
    phonenumber::parse(Some(region), number).is_ok_and(|number| phonenumber::is_valid(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_known_as_people_write_them() {
        for (number, country) in [
            ("4255550101", "US"),
            ("+55(11)989661259", "BR"),
            ("08-123 456 78", "SE"),
            ("06 1 234 5678", "HU"),
            ("098765 43210", "IN"),
            ("+44 0 20 7946 0000", "SE"),
            ("12345", "AN"),
        ] {
            assert!(is_known(number, country), "{number} {country}");
        }
        for (number, country) in [("20612341234", "US"), ("12", "SE"), ("08-123 456 78 90 12 34", "SE")] {
            assert!(!is_known(number, country), "{number} {country}");
        }
    }
}
