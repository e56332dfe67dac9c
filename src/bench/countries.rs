//! What the rules of a country cost: to look them up, and to send them to a browser.

use std::time::Instant;

use reseller_portal::domain::{CountryCode, CountryRules, all_countries};
use serde_json::json;

use super::{browser::Browser, figures::Figures, percentile};

/// Look-ups of each country.
const TIMES: usize = 40;

/// Measures both.
pub(super) async fn measure(figures: &mut Figures, browser: &mut Browser) {
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
    figures.know("rules of a country, look-up, p50", percentile(&microseconds, 50), "\u{b5}s");
    figures.most("rules of a country, look-up, p99", percentile(&microseconds, 99), "\u{b5}s", 50.0);
    figures.most("rules of a country as the browser gets them, largest", percentile(&bytes, 100) / 1000.0, "kB", 3.0);
}
