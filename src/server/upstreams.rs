//! What `/readyz` says about Microsoft. It decides nothing: a portal without Microsoft still has drafts to keep and
//! states to show, and taking every process out of service would help nobody.

use std::{fmt::Write, time::Duration};

use crate::measure::{self, LastHeard, Upstream};

/// One line for each upstream, with the age of what is known.
pub fn lines() -> String {
    Upstream::ALL.into_iter().fold(String::new(), |mut text, upstream| {
        let _ = writeln!(text, "{}: {}", upstream.label(), said(measure::last_heard(upstream)));
        text
    })
}

fn said(heard: LastHeard) -> String {
    let ago = |time: Duration| format!("{} s ago", time.as_secs());
    match (heard.answered, heard.silent) {
        (None, None) => "not asked yet".to_owned(),
        (Some(answered), None) => format!("answered {}", ago(answered)),
        (None, Some(silent)) => format!("no answer {}, and none before", ago(silent)),
        (Some(answered), Some(silent)) => format!("no answer {}, the last one {}", ago(silent), ago(answered)),
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    #[test]
    fn the_age_of_what_is_known_is_said() {
        let seconds = |number| Some(Duration::from_secs(number));
        let said = |answered, silent| said(LastHeard { answered, silent });
        assert_eq!(said(None, None), "not asked yet");
        assert_eq!(said(seconds(12), None), "answered 12 s ago");
        assert_eq!(said(seconds(17), seconds(5)), "no answer 5 s ago, the last one 17 s ago");
        assert_eq!(said(None, seconds(5)), "no answer 5 s ago, and none before");
    }

    #[test]
    fn an_error_is_an_answer_and_ends_a_silence() {
        let call = |status| measure::upstream_call(Upstream::Entra, "metadata", status, Duration::ZERO);
        let heard = || measure::last_heard(Upstream::Entra);
        call(None);
        assert!(heard().silent.is_some());
        call(Some(StatusCode::SERVICE_UNAVAILABLE));
        assert!(heard().answered.is_some() && heard().silent.is_none());
        assert_eq!(lines().lines().count(), 2);
    }
}
