//! What things cost the portal's core, whoever waits for whom meanwhile.

use reseller_portal::paths;
use serde_json::json;

use super::{browser::Browser, figures::Figures, load::Question, processes::Processes};

/// Calls of a server function.
const CALLS: u32 = 2000;
/// People who sign in.
const SIGN_INS: u32 = 200;

/// Measures all of it.
pub(super) async fn measure(figures: &mut Figures, processes: &Processes, browser: &Browser) {
    let cookie = browser.cookie_header();
    let url = |path: &str| processes.portal.join(path).unwrap();
    // What is no domain is answered without asking anybody; what is one asks Partner Center each time.
    for (prefix, name, most) in [
        ("-", "server function (domain check, nothing asked upstream), CPU", Some(120.0)),
        ("wingtiptoys", "server function (domain check, with its questions upstream), CPU", None),
    ] {
        let question = json!({ "question": {
            "prefix": prefix, "company_name": "", "email": "", "country": "US", "draft": "", "round": 0
        } });
        let call = Question::call(&url("/api/check-domain"), &cookie, &question);
        let each = each(processes, &call, if most.is_some() { CALLS } else { CALLS / 10 }).await;
        match most {
            Some(most) => figures.most(name, each, "\u{b5}s", most),
            None => figures.know(name, each, "\u{b5}s"),
        }
    }
    let search = Question::call(&url("/api/search-resellers"), &cookie, &json!({ "query": "lake" }));
    figures.know("server function (search of resellers), CPU", each(processes, &search, CALLS).await, "\u{b5}s");
    let home = Question::get(&url(paths::HOME), &cookie);
    figures.know("home page, CPU", each(processes, &home, CALLS).await, "\u{b5}s");

    let before = processes.cpu_seconds();
    for _ in 0..SIGN_INS {
        let mut browser = Browser::new(processes.portal.clone());
        assert_eq!(browser.sign_in("adele@tailwind.example").await.status, 200);
    }
    let each = (processes.cpu_seconds() - before) * 1000.0 / f64::from(SIGN_INS);
    figures.most("sign-in with the home page, CPU", each, "ms", 2.0);
}

/// Microseconds of the portal's core for one of so many.
async fn each(processes: &Processes, question: &Question, count: u32) -> f64 {
    question.times(count / 10).await;
    let before = processes.cpu_seconds();
    question.times(count).await;
    (processes.cpu_seconds() - before) * 1e6 / f64::from(count)
}
