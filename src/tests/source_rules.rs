//! What the sources and the manifest must not contain, where neither the compiler nor clippy sees to it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const MANIFEST: &str = include_str!("../../Cargo.toml");

/// Every file below `folder` with one of these endings.
fn files(folder: &str, endings: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)) {
                found.push((path.clone(), fs::read_to_string(path).unwrap()));
            }
        }
    }
    found
}

/// Of the portal itself: no tests, no rigs, no simulator.
fn is_the_portals(path: &Path) -> bool {
    let text = path.display().to_string();
    // The last is a file of tests alone.
    let others = [
        "src/tests/",
        "src/torture/",
        "src/bench/",
        "src/simulator/",
        "/tests/",
        "tests.rs",
        "src/bin/",
        "src/journal/transitions.rs",
    ];
    !others.iter().any(|other| text.contains(other))
}

/// The files in which one of these words stands, in code that is released.
fn with(words: &[&str]) -> BTreeSet<String> {
    let sources = files("src", &["rs", "js"]).into_iter().filter(|(path, _)| is_the_portals(path));
    let has = |text: &str| {
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        words.iter().any(|word| code.contains(word))
    };
    sources.filter(|(_, text)| has(text)).map(|(path, _)| path.display().to_string()).collect()
}

fn only(words: &[&str], allowed: &[&str]) {
    let found = with(words);
    let allowed: BTreeSet<_> = allowed.iter().map(|file| (*file).to_owned()).collect();
    assert_eq!(found, allowed, "{words:?}: a new place has to be looked at, and a former one taken from this list");
}

#[test]
fn markup_is_put_into_a_page_at_one_place_and_nothing_is_run_that_came_as_text() {
    let sinks =
        ["inner_html", "innerHTML", "outerHTML", "insert_adjacent_html", "insertAdjacentHTML", "document.write"];
    // Parts of the server's own pages, escaped there.
    only(&sinks, &["src/islands/browser.rs"]);
    only(&["eval(", "new Function(", "Function::new_with_args", "javascript:", "srcdoc"], &[]);
}

#[test]
fn no_other_program_is_started() {
    only(&["process::Command", "Command::new(", "posix_spawn", "libc::exec"], &[]);
}

#[test]
fn a_statement_that_is_put_together_is_put_together_where_it_is_known_of_what() {
    // The driver takes nothing but constants without this word; each of these makes its text of constants and parameters.
    only(
        &["AssertSqlSafe"],
        &[
            "src/audit/search.rs",
            "src/audit/verify.rs",
            "src/database/append_only.rs",
            "src/journal/begin.rs",
            "src/listing/statement.rs",
            "src/rotation/mod.rs",
            "src/server/demo/crowd.rs",
        ],
    );
}

/// The lines of one table of the manifest.
fn table(name: &str) -> Vec<&'static str> {
    let rest = MANIFEST.split_once(&format!("\n[{name}]\n")).unwrap_or_else(|| panic!("[{name}]")).1;
    rest.split("\n[").next().unwrap().lines().collect()
}

#[test]
fn memory_is_safe_and_numbers_that_overflow_are_noticed() {
    assert!(table("workspace.lints.rust").contains(&"unsafe_code = \"forbid\""));
    for (path, text) in files("src/hydrate", &["toml"]) {
        assert!(text.contains("[lints]\nworkspace = true"), "{}", path.display());
    }
    assert!(MANIFEST.contains("[lints]\nworkspace = true"));
    assert!(
        table("profile.release.package.reseller-portal").iter().any(|line| line.starts_with("overflow-checks = true"))
    );
}

#[test]
fn cryptography_is_that_of_these_crates_and_no_other() {
    let ours = table("dependencies").into_iter().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
    let cryptographic = [
        "aes",
        "argon",
        "blake",
        "bcrypt",
        "cipher",
        "chacha",
        "crypt",
        "des",
        "dsa",
        "ed25519",
        "hash",
        "hmac",
        "jsonwebtoken",
        "md5",
        "md-5",
        "openssl",
        "rand",
        "ring",
        "rsa",
        "rustls",
        "scrypt",
        "secp",
        "sha",
        "tls",
        "aws-lc",
    ];
    let found: BTreeSet<_> = ours.filter(|name| cryptographic.iter().any(|word| name.contains(word))).collect();
    // Chance, signatures of ID tokens, the envelope of stored secrets, hashes; the simulator's own keys and chance. TLS is
    // rustls in reqwest and sqlx: .deny.toml bans the others.
    let known = ["aws-lc-rs", "chacha20poly1305", "getrandom", "jsonwebtoken", "rand_chacha", "sha2"];
    assert_eq!(found, known.into());
    let simulator = table("features").join("\n");
    let simulator = simulator.split_once("simulator = [").unwrap().1.split(']').next().unwrap();
    assert!(["aws-lc-rs", "rand_chacha"].iter().all(|name| simulator.contains(name)), "{simulator}");
    only(&["chacha20poly1305"], &["src/keyring/mod.rs"]);
    only(&["sha1", "Sha1", "md5", "Md5", "AES_", "Aes128", "EcbMode"], &[]);
}
