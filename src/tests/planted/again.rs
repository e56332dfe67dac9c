//! A test that is run once more, with a bug in the portal. The unit tests have this file, too.

use std::{env, process::Command};

use super::Bug;

/// A bug that a test of this target must catch.
pub(crate) struct Planted(pub(crate) Bug);

impl Planted {
    /// Runs a test in a process of its own with the bug in it. It must fail, and say these words: another failure would be
    /// no proof.
    pub(crate) fn must_fail(&self, test: &str, words: &str) {
        self.must_fail_with(test, words, &[]);
    }

    /// The same with settings of the test's own.
    pub(crate) fn must_fail_with(&self, test: &str, words: &str, settings: &[(&str, &str)]) {
        let bug = self.0.name();
        let ran = Command::new(env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env("PORTAL_PLANT", bug)
            .envs(settings.iter().copied())
            .output()
            .unwrap();
        let said = [ran.stdout, ran.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains("running 1 test"), "there is no test {test}: {said}");
        assert!(!ran.status.success(), "{bug} was not caught by {test}");
        assert!(said.contains(words), "{test} fails for another reason than {bug}: {said}");
    }
}
