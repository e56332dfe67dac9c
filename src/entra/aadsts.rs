//! Entra's numbers in words: what went wrong, and whose move it is.

/// What a number of Entra's (`AADSTS…`) means for this portal; `None` for one that is not known to come here.
///
/// Source: Microsoft's list "Microsoft Entra authentication and authorization error codes".
pub fn aadsts_words(number: u32) -> Option<&'static str> {
    Some(match number {
        50_011 => "The redirect URI is not registered with the app. Register the one that this page shows.",
        50_020 => "The account belongs to another organisation.",
        50_057 => "The account is disabled. An administrator of Microsoft Entra can enable it.",
        50_072 | 50_079 => "The account has to set up a second factor. Sign in with it once at microsoft.com.",
        50_074 | 50_076 | 50_078 => "Microsoft wants the second factor again. Connect the account again.",
        50_105 => "The app wants an assigned role, and the account has none.",
        50_126 => "The name or the password was wrong.",
        50_173 => "The password was changed, or its sessions were ended. Connect the account again.",
        53_000..=53_004 => "A conditional access policy of the organisation refuses the sign-in.",
        65_001 | 90_094 => "Consent is missing. An administrator of Microsoft Entra has to consent for the app.",
        70_000 | 70_008 | 700_082 => {
            "What was granted has ended, because it was not used for 90 days or was withdrawn."
        }
        70_011 | 500_011 => {
            "The app may not ask for Partner Center. Add the permission user_impersonation of Microsoft Partner Center."
        }
        90_002 => "There is no such tenant. Check PORTAL_ENTRA_TENANT_ID.",
        700_016 => "The app is not known in the tenant. Check PORTAL_ENTRA_CLIENT_ID.",
        7_000_215 => "The client secret is wrong. It must be its value, not its id.",
        7_000_222 => "The client secret has ended. Make a new one in Microsoft Entra.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::aadsts_words;

    #[test]
    fn the_numbers_that_ask_for_a_renewal_say_so() {
        for number in [50_076, 50_078, 50_173] {
            assert!(aadsts_words(number).is_some_and(|words| words.contains("Connect the account again")), "{number}");
        }
        assert_eq!(aadsts_words(1), None);
    }
}
