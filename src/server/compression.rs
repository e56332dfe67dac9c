//! Compression of the one large page. Over a slow network, three quarters fewer bytes are two trips less; on a quick one,
//! to compress costs about as much as to make the page, so it is done as lightly as gzip can.
//!
//! Only what holds no secret is compressed: where an attacker's words and a secret are compressed together, the length
//! tells whether they are alike (BREACH). Passwords, and the tokens that open them, are on pages that are sent as they are.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, header};

/// Whether the client reads gzip (RFC 9110, section 12.5.3): it names it, or everything, and not with a weight of zero.
pub fn is_accepted(headers: &HeaderMap) -> bool {
    let weight = |name: &str| {
        let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let mut codings = values.flat_map(|value| value.split(','));
        codings.find_map(|coding| {
            let (known, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
            let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse::<f32>().ok());
            known.trim().eq_ignore_ascii_case(name).then(|| weight.unwrap_or(0.0))
        })
    };
    weight("gzip").or_else(|| weight("*")).is_some_and(|weight| weight > 0.0)
}

/// A text as gzip; `None` if it cannot be compressed, which a text in memory always can.
pub fn gzip(text: &str) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 3), Compression::fast());
    encoder.write_all(text.as_bytes()).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;
    use http::HeaderValue;

    use super::*;

    #[test]
    fn gzip_is_sent_to_whom_it_is_not_refused_by() {
        let says = |lines: &[&'static str]| {
            let lines = lines.iter().map(|line| (header::ACCEPT_ENCODING, HeaderValue::from_static(line)));
            is_accepted(&lines.collect::<HeaderMap>())
        };
        for lines in
            [&["gzip"][..], &["gzip, deflate, br, zstd"], &["br", "GZIP;q=0.5"], &["*"], &["identity, gzip ; q=1"]]
        {
            assert!(says(lines), "{lines:?}");
        }
        for lines in [&[][..], &["br"], &["gzip;q=0, *"], &["*;q=0.0"], &["gzip;q=many"], &["xgzip"], &["identity"]] {
            assert!(!says(lines), "{lines:?}");
        }
    }

    #[test]
    fn what_was_compressed_is_the_same_again() {
        let text = "<option value=\"SE\">Sverige – Schweden</option>".repeat(900);
        let compressed = gzip(&text).unwrap();
        assert!(compressed.len() * 4 < text.len());
        let mut again = String::new();
        GzDecoder::new(compressed.as_slice()).read_to_string(&mut again).unwrap();
        assert_eq!(again, text);
    }
}
