//! Entra's numbers in words: what went wrong, and whose move it is.

use crate::i18n::{Language, t};

/// What a number of Entra's (`AADSTS…`) means for this portal; `None` for one that is not known to come here.
///
/// Source: Microsoft's list "Microsoft Entra authentication and authorization error codes".
pub fn aadsts_words(language: Language, number: u32) -> Option<&'static str> {
    Some(match number {
        50_011 => t!(in language; entra.the_redirect_uri_is_not),
        50_020 => t!(in language; entra.the_account_belongs_to_another),
        50_057 => t!(in language; entra.the_account_is_disabled_an),
        50_072 | 50_079 => t!(in language; entra.the_account_has_to_set),
        50_074 | 50_076 | 50_078 => t!(in language; entra.microsoft_wants_the_second_factor),
        50_105 => t!(in language; entra.the_app_wants_an_assigned),
        50_126 => t!(in language; entra.the_name_or_the_password),
        50_173 => t!(in language; entra.the_password_was_changed_or),
        53_000..=53_004 => t!(in language; entra.a_conditional_access_policy_of),
        65_001 | 90_094 => t!(in language; entra.consent_is_missing_an_administrator),
        70_000 | 70_008 | 700_082 => {
            t!(in language; entra.what_was_granted_has_ended)
        }
        70_011 | 500_011 => {
            t!(in language; entra.the_app_may_not_ask)
        }
        90_002 => t!(in language; entra.there_is_no_such_tenant),
        700_016 => t!(in language; entra.the_app_is_not_known),
        7_000_215 => t!(in language; entra.the_client_secret_is_wrong),
        7_000_222 => t!(in language; entra.the_client_secret_has_ended),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_that_ask_for_a_renewal_say_so() {
        for number in [50_076, 50_078, 50_173] {
            assert!(
                aadsts_words(Language::English, number)
                    .is_some_and(|words| words.contains("Connect the account again")),
                "{number}"
            );
        }
        assert_eq!(aadsts_words(Language::English, 1), None);
    }

    #[test]
    fn every_number_that_is_known_to_come_here_has_words_of_its_own() {
        let alike: [&[u32]; 16] = [
            &[50_011],
            &[50_020],
            &[50_057],
            &[50_072, 50_079],
            &[50_074, 50_076, 50_078],
            &[50_105],
            &[50_126],
            &[50_173],
            &[53_000, 53_001, 53_002, 53_003, 53_004],
            &[65_001, 90_094],
            &[70_000, 70_008, 700_082],
            &[70_011, 500_011],
            &[90_002],
            &[700_016],
            &[7_000_215],
            &[7_000_222],
        ];
        let mut seen = std::collections::HashSet::new();
        for numbers in alike {
            let words: Vec<_> = numbers.iter().map(|number| aadsts_words(Language::English, *number)).collect();
            assert!(words[0].is_some() && words.iter().all(|other| *other == words[0]), "{numbers:?}: {words:?}");
            assert!(seen.insert(words[0]), "{numbers:?}");
        }
    }
}
