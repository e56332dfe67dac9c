//! The domain of a mail address, as far as it tells whose company it is.

use super::email;

/// Services at which anybody has an address, and the registered name in front of any ending.
const MAIL_SERVICES: &[&str] = &[
    "126",
    "163",
    "aol",
    "bluewin",
    "comcast",
    "daum",
    "docomo",
    "email",
    "fastmail",
    "freenet",
    "gmail",
    "gmx",
    "googlemail",
    "hanmail",
    "hey",
    "hotmail",
    "icloud",
    "inbox",
    "laposte",
    "libero",
    "live",
    "mac",
    "mail",
    "me",
    "msn",
    "naver",
    "nate",
    "orange",
    "outlook",
    "pm",
    "proton",
    "protonmail",
    "qq",
    "rediffmail",
    "seznam",
    "sina",
    "sohu",
    "t-online",
    "tutanota",
    "uol",
    "verizon",
    "wanadoo",
    "web",
    "wp",
    "yahoo",
    "yandex",
    "yeah",
    "ymail",
    "zoho",
];

/// The domain of a company's mail address, in small letters; `None` for what is no address, and for mail services.
pub fn company_mail_domain(address: &str) -> Option<String> {
    let (_, domain) = email::parse(address).ok()?.rsplit_once('@')?;
    let domain = domain.to_ascii_lowercase();
    let mut labels = domain.split('.');
    let is_service =
        labels.next().is_some_and(|name| MAIL_SERVICES.contains(&name)) && labels.all(|label| label.len() <= 3);
    (!is_service).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_companys_address_names_it_and_that_of_a_mail_service_does_not() {
        for (address, domain) in [
            ("Gena@WingtipToys.com", Some("wingtiptoys.com")),
            ("gena@mail.wingtiptoys.co.uk", Some("mail.wingtiptoys.co.uk")),
            ("gena@mail.ru", None),
            ("gena@gmail.com", None),
            ("gena@hotmail.co.uk", None),
            ("gena", None),
            ("", None),
        ] {
            assert_eq!(company_mail_domain(address).as_deref(), domain, "{address}");
        }
    }
}
