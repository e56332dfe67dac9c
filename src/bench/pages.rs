//! The form page beside the two yardsticks, and how large it is.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use super::{browser::Browser, figures::Figures, load::Question, median, percentile, processes::Processes};

/// One measurement of one server.
const ROUND: Duration = Duration::from_secs(2);
/// Rounds of each, one after the other, so that what disturbs the machine disturbs all; the median counts.
const ROUNDS: usize = 5;

/// Measures all of it.
pub(super) async fn measure(figures: &mut Figures, dist: &Path, processes: &Processes, browser: &mut Browser) {
    let page = browser.get("/customers/new").await;
    assert_eq!(page.status, 200, "the form");
    let yardstick = processes.start_yardstick(&page.body).await;
    let sent = Question::get(&yardstick, "");
    let by_hand = Question::get(&yardstick.join("/by-hand").unwrap(), "");
    let form = Question::get(&page.url, &browser.cookie_header());
    let zipped = form.compressed();
    let mut rates = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        for (question, rates) in [&sent, &by_hand, &form, &zipped].into_iter().zip(&mut rates) {
            rates.push(question.per_second(ROUND).await);
        }
    }
    let [sent_rate, by_hand_rate, form_rate, zipped_rate] = rates.each_ref().map(|rates| median(rates));
    figures.know("static axum, requests/s", sent_rate, "/s");
    figures.know("axum writing the page by hand, requests/s", by_hand_rate, "/s");
    figures.know("form page, signed in, requests/s", form_rate, "/s");
    figures.know("form page, signed in and compressed, requests/s", zipped_rate, "/s");
    figures.least("form page against static axum", form_rate / sent_rate, "", 0.15);
    figures.least("form page against axum by hand", form_rate / by_hand_rate, "", 0.30);

    let (of_static, of_form) =
        (sent.latencies(sent_rate / 2.0, ROUND).await, form.latencies(form_rate / 2.0, ROUND).await);
    let (of_static, of_form) = (percentile(&of_static, 99), percentile(&of_form, 99));
    figures.know("static axum at half load, p99", of_static, "ms");
    figures.know("form page at half load, p99", of_form, "ms");
    figures.most("form page p99 against that of static axum, each at half load", of_form / of_static, "", 4.0);

    figures.most("form page, HTML", page.body.len() as f64 / 1000.0, "kB", 35.0);
    figures.most("form page, HTML with brotli", with_brotli(&page.body) / 1000.0, "kB", 8.0);
    figures.most(
        "form page, WebAssembly and JavaScript with brotli",
        script(&dist.join("site/pkg")) / 1000.0,
        "kB",
        75.0,
    );
}

/// Bytes of what the browser loads for the form besides HTML and CSS.
fn script(pkg: &Path) -> f64 {
    let loaded = ["form.js.br", "form_bg.wasm.br", "keys.js.br"];
    loaded.map(|name| fs::metadata(pkg.join(name)).expect("dist/site/pkg: run `make build`").len() as f64).iter().sum()
}

/// Bytes of a text, as small as brotli makes it; Node.js has one.
fn with_brotli(text: &str) -> f64 {
    const SCRIPT: &str =
        "process.stdout.write(String(require('zlib').brotliCompressSync(require('fs').readFileSync(0)).length))";
    let mut node =
        Command::new("node").args(["-e", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    node.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let answer = node.wait_with_output().unwrap();
    String::from_utf8(answer.stdout).unwrap().parse().unwrap()
}
