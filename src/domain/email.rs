//! The contact's mail address, read more strictly than the standards allow.
//!
//! Microsoft makes the tenant first and looks at the address afterwards (error 27002): an address that it refuses
//! burns the domain. So no quoted local parts, no address literals, no host names without a dot, ASCII only.

use super::{Problem, text::required};

/// Longest address (RFC 5321).
const MAX: u32 = 254;
/// Longest part before the `@`.
const MAX_LOCAL: usize = 64;
/// Longest label of a domain.
const MAX_LABEL: usize = 63;

/// Understands an address; the case of the letters stays as typed.
pub(super) fn parse(text: &str) -> Result<&str, Problem> {
    let address = required(text, MAX)?;
    match address.rsplit_once('@') {
        Some((local, domain)) if is_local_part(local) && is_domain(domain) => {
            if is_microsofts(domain) {
                Err(Problem::ForeignDomain)
            } else {
                Ok(address)
            }
        }
        _ => Err(Problem::Shape { sample: "name@example.com".to_owned() }),
    }
}

fn is_local_part(local: &str) -> bool {
    local.len() <= MAX_LOCAL && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_byte))
}

/// `atext` of RFC 5322.
fn is_atom_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// Two or more labels, the last of which is a name and not a number.
fn is_domain(domain: &str) -> bool {
    domain.split('.').all(is_label) && domain.rsplit_once('.').is_some_and(|(_, top)| is_top_level(top))
}

fn is_top_level(label: &str) -> bool {
    label.len() >= 2 && (label.bytes().all(|byte| byte.is_ascii_alphabetic()) || label.starts_with("xn--"))
}

fn is_label(label: &str) -> bool {
    (1..=MAX_LABEL).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Microsoft refuses its own addresses as a customer's contact.
fn is_microsofts(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    domain == "microsoft.com" || domain.ends_with(".microsoft.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_addresses_pass_as_typed() {
        for address in [
            "Gena@wingtiptoys.com",
            "a@b.co",
            "first.last+tag@mail.example.co.uk",
            "o'neill@example.com",
            "1@xn--caf-dma.xn--p1ai",
        ] {
            assert_eq!(parse(address), Ok(address));
        }
        assert_eq!(parse(" gena@wingtiptoys.com\n"), Ok("gena@wingtiptoys.com"));
    }

    #[test]
    fn what_microsoft_might_refuse_later_is_refused_now() {
        let shape = Problem::Shape { sample: "name@example.com".to_owned() };
        for address in [
            "gena",
            "@b.co",
            "gena@",
            "a@b",
            "a..b@example.com",
            ".a@example.com",
            "a.@example.com",
            "a@ex..com",
            "a@.com",
            "a@example.com.",
            "a@-example.com",
            "a@example-.com",
            "\"x y\"@example.com",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a b@example.com",
            "a@exa_mple.com",
            "a@b@example.com",
            "a@example.c",
            "josé@example.com",
            "a@café.fr",
            "a@example.com,b@example.com",
        ] {
            assert_eq!(parse(address), Err(shape.clone()), "{address}");
        }
        assert_eq!(parse(&format!("{}@example.com", "a".repeat(65))), Err(shape));
        assert_eq!(parse(&format!("a@{}.com", "a.".repeat(126))), Err(Problem::TooLong { max: 254 }));
        assert_eq!(parse("Gena <gena@wingtiptoys.com>"), Err(Problem::Characters));
        assert_eq!(parse(""), Err(Problem::Missing));
    }

    #[test]
    fn microsofts_own_addresses_are_foreign() {
        assert_eq!(parse("a@microsoft.com"), Err(Problem::ForeignDomain));
        assert_eq!(parse("a@Corp.MICROSOFT.com"), Err(Problem::ForeignDomain));
        assert_eq!(parse("a@notmicrosoft.com"), Ok("a@notmicrosoft.com"));
    }
}
