//! What the rules of a country cost: to look them up, and to send them to a browser.

use std::time::Instant;

use reseller_portal::domain::{CountryCode, CountryRules, all_countries};
use serde_json::json;

use super::{browser::Browser, percentile};

/// Look-ups of each country.
const TIMES: usize = 40;

/// Measures and prints the rows of the table.
pub(super) async fn measure(browser: &mut Browser) {
    let countries: Vec<CountryCode> = all_countries().iter().map(|(code, _)| code.parse().unwrap()).collect();
    let mut microseconds = Vec::new();
    for _ in 0..TIMES {
        for country in &countries {
            let started = Instant::now();
            let rules = CountryRules::built_in(country);
            microseconds.push(started.elapsed().as_secs_f64() * 1e6);
            assert!(!rules.cultures.is_empty());
        }
    }
    let mut bytes = Vec::new();
    for country in &countries {
        let answer = browser.call("/api/country-rules", &json!({ "country": country })).await;
        assert_eq!(answer.status, 200, "{country}: {}", answer.body);
        bytes.push(answer.body.len() as f64);
    }
    println!(
        "| rules of a country, look-up, p50 of {} | {:.1} \u{b5}s | |",
        microseconds.len(),
        percentile(&microseconds, 50)
    );
    println!("| rules of a country, look-up, p99 | {:.1} \u{b5}s | 50 \u{b5}s |", percentile(&microseconds, 99));
    println!(
        "| rules of a country as the browser gets them, largest of {} | {:.2} kB | 3 kB |",
        bytes.len(),
        percentile(&bytes, 100) / 1000.0
    );
}
