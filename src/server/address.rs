//! Where a request comes from: the other end of the connection, or who a trusted proxy says it was.

use std::{net::IpAddr, sync::Arc};

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderMap, HeaderName, header::FORWARDED};

use super::visit::ClientAddress;
use crate::config::TrustedProxies;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Puts the client's address in the place of a proxy's.
pub async fn find_out(proxies: Arc<TrustedProxies>, mut request: Request, next: Next) -> Response {
    if let Some(ClientAddress(peer)) = request.extensions().get::<ClientAddress>().copied() {
        let client = client_of(peer, request.headers(), &proxies);
        request.extensions_mut().insert(ClientAddress(client));
    }
    next.run(request).await
}

/// Who is behind `peer`.
///
/// Each proxy adds whom it has been asked by at the end (RFC 7239, section 4), so that what counts is the last address
/// that is not a proxy's: everything before it may have been written by the client. If both headers are there and
/// disagree, one of them is the client's own invention, and the proxy's address is all that is known.
fn client_of(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> IpAddr {
    let peer = peer.to_canonical();
    if !proxies.contains(peer) && !planted!(AnyProxyIsBelieved) {
        return peer;
    }
    let last_stranger = |hops: Vec<Option<IpAddr>>| {
        let mut client = peer;
        for hop in hops.into_iter().rev() {
            // What is no address hides who it was; the proxy that wrote it is known.
            let Some(hop) = hop else { break };
            client = hop;
            if !proxies.contains(hop) {
                break;
            }
        }
        client
    };
    let x_forwarded_for = hops(headers, &X_FORWARDED_FOR, address).map(last_stranger);
    let forwarded = hops(headers, &FORWARDED, address_of_element).map(last_stranger);
    match (x_forwarded_for, forwarded) {
        (Some(one), Some(other)) if one != other => peer,
        (Some(client), _) | (None, Some(client)) => client,
        (None, None) => peer,
    }
}

/// The addresses in all headers of this name; `None`: there is none.
fn hops(headers: &HeaderMap, name: &HeaderName, read: fn(&str) -> Option<IpAddr>) -> Option<Vec<Option<IpAddr>>> {
    let mut values = headers.get_all(name).iter().peekable();
    values.peek()?;
    Some(values.flat_map(|value| value.to_str().unwrap_or_default().split(',')).map(read).collect())
}

/// The `for` of one element of `Forwarded`: `for="[2001:db8::1]:4711";proto=https`.
fn address_of_element(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    address(value.trim().trim_matches('"'))
}

/// An address, with or without brackets and port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let host = match text.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']')?.0,
        None if text.matches(':').count() == 1 => text.split_once(':')?.0,
        None => text,
    };
    host.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        client_of(peer.parse().unwrap(), &map, &"127.0.0.1,10.0.0.0/8".parse().unwrap()).to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        let client_of_stranger = client("192.0.2.1", &[("x-forwarded-for", "203.0.113.7")]);
        assert_eq!(client_of_stranger, "192.0.2.1", "a stranger is believed");
        assert_eq!(client("192.0.2.1", &[("forwarded", "for=203.0.113.7")]), "192.0.2.1");
    }

    #[test]
    fn a_trusted_proxy_is_asked_for_the_last_address_that_is_not_a_proxys() {
        for (headers, expected) in [
            (vec![], "127.0.0.1"),
            (vec![("x-forwarded-for", "203.0.113.7")], "203.0.113.7"),
            (vec![("x-forwarded-for", "6.6.6.6, 203.0.113.7")], "203.0.113.7"),
            (vec![("x-forwarded-for", "6.6.6.6, 203.0.113.7, 10.1.2.3")], "203.0.113.7"),
            (vec![("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "203.0.113.7")], "203.0.113.7"),
            (vec![("x-forwarded-for", "10.1.2.3")], "10.1.2.3"),
            (vec![("x-forwarded-for", "203.0.113.7, unknown")], "127.0.0.1"),
            (vec![("x-forwarded-for", "203.0.113.7:4711")], "203.0.113.7"),
            (vec![("x-forwarded-for", "2001:db8::1")], "2001:db8::1"),
            (vec![("forwarded", "for=6.6.6.6, For=\"[2001:db8::1]:4711\";proto=https;by=10.0.0.1")], "2001:db8::1"),
            (vec![("forwarded", "proto=https;for=203.0.113.7")], "203.0.113.7"),
            (vec![("forwarded", "for=_hidden")], "127.0.0.1"),
        ] {
            assert_eq!(client("127.0.0.1", &headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn of_two_headers_that_disagree_one_is_the_clients_invention() {
        let both = [("x-forwarded-for", "6.6.6.6"), ("forwarded", "for=203.0.113.7")];
        assert_eq!(client("127.0.0.1", &both), "127.0.0.1");
        let both = [("x-forwarded-for", "203.0.113.7"), ("forwarded", "for=203.0.113.7")];
        assert_eq!(client("127.0.0.1", &both), "203.0.113.7");
    }
}
