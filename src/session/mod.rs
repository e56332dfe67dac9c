//! Sessions: who is signed in, in which browser.

use tower_sessions::Session;

/// Sessions and operators.
#[derive(Clone)]
pub struct Sessions {}

impl Sessions {
    /// A stable text that identifies the browser session; `None` without one.
    pub async fn browser_session_key(&self, session: &Session) -> Option<String> {
        todo!("{session:?}")
    }
}
