//! Whose word on where a request came from is taken.

use std::{net::IpAddr, str::FromStr};

/// The reverse proxies in front of the portal. Nobody else's headers are believed: whoever can write them could write
/// any address into the audit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Network>);

/// Addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u32,
}

/// Not a list of addresses and networks, or everybody.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be addresses or networks of proxies, with commas in between, and not everybody's")]
pub struct NotProxies;

impl TrustedProxies {
    /// Whether `address` is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(address))
    }
}

impl FromStr for TrustedProxies {
    type Err = NotProxies;

    fn from_str(text: &str) -> Result<Self, NotProxies> {
        text.split(',').map(|part| part.trim().parse()).collect::<Result<_, _>>().map(Self)
    }
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                same_start(network.to_bits().into(), address.to_bits().into(), 32 - self.bits)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                same_start(network.to_bits(), address.to_bits(), 128 - self.bits)
            }
            _ => false,
        }
    }
}

/// Whether two numbers are the same without their last `rest` bits.
fn same_start(one: u128, other: u128, rest: u32) -> bool {
    (one ^ other).checked_shr(rest).unwrap_or(0) == 0
}

impl FromStr for Network {
    type Err = NotProxies;

    fn from_str(text: &str) -> Result<Self, NotProxies> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| NotProxies)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(longest), |bits| bits.parse().map_err(|_| NotProxies))?;
        // A network without a bit of its own is everybody, and everybody's word is nobody's.
        if (1..=longest).contains(&bits) { Ok(Self { address, bits }) } else { Err(NotProxies) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(proxies: &str, address: &str) -> bool {
        proxies.parse::<TrustedProxies>().unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn an_address_or_a_network_is_trusted_and_nobody_else() {
        for (proxies, trusted, stranger) in [
            ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
            ("127.0.0.1", "::ffff:127.0.0.1", "::1"),
            ("10.0.0.0/8, 192.0.2.7", "10.255.0.1", "11.0.0.1"),
            ("10.0.0.0/8, 192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("2001:db8::/32", "2001:db8:1::1", "2001:db9::1"),
        ] {
            assert!(contains(proxies, trusted), "{proxies} {trusted}");
            assert!(!contains(proxies, stranger), "{proxies} {stranger}");
        }
        assert!(!TrustedProxies::default().contains([127, 0, 0, 1].into()), "nobody is by default");
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "proxy.example",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "10.0.0.1,,10.0.0.2",
            "*",
            "0.0.0.0/0",
            "::/0",
        ] {
            assert_eq!(text.parse::<TrustedProxies>(), Err(NotProxies), "{text}");
        }
    }
}
