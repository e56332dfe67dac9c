//! `/audit`, its export, and `portal audit`.

use std::io::{self, Write};

use axum::{
    body::{Body, Bytes},
    extract::Query,
    response::{IntoResponse, Response},
};
use http::header;
use leptos::prelude::*;
use secrecy::ExposeSecret;
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{
    form::PlainForm,
    visit::{Administrator, Sending, SignedIn},
};
use crate::{
    audit::{Act, Actor, Audit, AuditError, Export, Format, Link, Search},
    clock::{Ambient, Timestamp},
    config::StorageConfig,
    database::Database,
    error::PortalError,
    i18n::t,
    keyring::Keyring,
    pages::{AuditPage, AuditView},
};

/// Rows of one page.
const PAGE: u8 = 50;

/// Pieces of an export that wait for a slow reader; no more are made meanwhile.
const PIECES: usize = 2;

/// What a search sends, and the form of an export with it. What cannot be understood does not matter: the page shows what
/// it has looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AuditQuery {
    person: String,
    record: String,
    act: String,
    outcome: String,
    from: String,
    to: String,
    before: Option<String>,
    format: String,
}

impl AuditQuery {
    fn search(&self) -> Search {
        Search {
            person: searched(&self.person),
            record: searched(&self.record),
            act: Act::parse(&self.act).ok(),
            refused: match self.outcome.as_str() {
                "refused" => Some(true),
                "done" => Some(false),
                _ => None,
            },
            from: day(&self.from),
            to: day(&self.to),
        }
    }
}

/// What is looked for: nothing that is stored has a control character in it, and PostgreSQL takes no NUL.
fn searched(text: &str) -> String {
    text.trim().chars().filter(|sign| !sign.is_control()).collect()
}

/// The beginning of a day, UTC.
fn day(text: &str) -> Option<Timestamp> {
    let day: jiff::civil::Date = text.parse().ok()?;
    Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}

/// Who did what, newest first.
pub async fn show(Administrator(SignedIn { visit, .. }): Administrator, Query(query): Query<AuditQuery>) -> Response {
    let search = query.search();
    let before = query.before.as_deref().and_then(|text| text.parse().ok());
    let audit = &visit.state.audit;
    // One more than is shown tells whether there is another page.
    let found = tokio::try_join!(audit.search(&search, before, u32::from(PAGE) + 1), audit.last());
    let (mut acts, last) = match found {
        Ok(found) => found,
        Err(error) => return visit.failure(unavailable(&error)),
    };
    let compared_at = match visit.state.journal.compared_at().await {
        Ok(at) => at,
        Err(error) => return visit.failure(error),
    };
    let more = acts.len() > usize::from(PAGE);
    acts.truncate(usize::from(PAGE));
    let older_than = acts.last().filter(|_| more).map(|oldest| oldest.position);
    let view = AuditView { search, acts, older_than, first: before.is_none(), last, compared_at };
    visit.page(t!(in visit.language; pages.audit), Sending::default(), move || view! { <AuditPage view/> })
}

/// The same as a file.
pub async fn export(
    Administrator(SignedIn { visit, operator }): Administrator,
    PlainForm(query): PlainForm<AuditQuery>,
) -> Response {
    let Some(format) = Format::from_word(&query.format) else {
        return visit.failure(PortalError::Invalid(crate::domain::FieldErrors::default()));
    };
    let export = match visit.state.audit.export(Actor::Operator(&operator), query.search(), format).await {
        Ok(export) => export,
        Err(error) => return visit.failure(unavailable(&error)),
    };
    let name = visit.state.ambient.now().strftime("audit-%Y-%m-%d").to_string();
    let disposition = format!("attachment; filename=\"{name}.{}\"", format.word());
    let headers =
        [(header::CONTENT_TYPE, format.content_type().to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (headers, Body::from_stream(pieces(export))).into_response()
}

fn unavailable(error: &AuditError) -> PortalError {
    tracing::error!(%error, "the audit could not be read");
    PortalError::Unavailable
}

/// Makes the pieces as they are read.
fn pieces(mut export: Export) -> ReceiverStream<Result<Bytes, AuditError>> {
    let (sender, receiver) = mpsc::channel(PIECES);
    // It ends with the export, or when the reader has gone away.
    tokio::spawn(async move {
        loop {
            let piece = match export.next().await {
                Ok(Some(piece)) => Ok(Bytes::from(piece)),
                Ok(None) => return,
                Err(error) => {
                    tracing::error!(%error, "an export of the audit broke off");
                    Err(error)
                }
            };
            let was_the_last = piece.is_err();
            if sender.send(piece).await.is_err() || was_the_last {
                return;
            }
        }
    });
    ReceiverStream::new(receiver)
}

/// What to do with the audit.
#[derive(Clone, Debug)]
pub enum AuditCommand {
    /// Say whether anything was changed, from a link that was noted before on, or from the start.
    Verify(Option<Link>),
    /// Write all of it to standard output.
    Export(Format),
}

/// Carries out `portal audit …`.
pub async fn run(command: AuditCommand) -> Result<(), String> {
    let config = StorageConfig::from_env().map_err(text)?;
    let keyring = Keyring::open_file(&config.keys_file, Ambient::system()).map_err(text)?;
    let db = Database::connect(config.database_url.expose_secret()).await.map_err(text)?;
    let audit = Audit::new(db.clone(), keyring, Ambient::system());
    let done = match command {
        AuditCommand::Verify(start) => verify(&audit, start.as_ref()).await,
        AuditCommand::Export(format) => write_out(&audit, format).await,
    };
    db.close().await;
    done
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
async fn verify(audit: &Audit, start: Option<&Link>) -> Result<(), String> {
    let verified = audit.verify(start).await.map_err(text)?;
    for fault in &verified.faults {
        println!("{fault}");
    }
    println!("{} rows, the last one is {}", verified.rows, verified.end);
    if verified.faults.is_empty() { Ok(()) } else { Err("the audit is not as the portal has written it".to_owned()) }
}

async fn write_out(audit: &Audit, format: Format) -> Result<(), String> {
    let mut export = audit.export(Actor::Command, Search::default(), format).await.map_err(text)?;
    let mut output = io::stdout().lock();
    while let Some(piece) = export.next().await.map_err(text)? {
        output.write_all(piece.as_bytes()).map_err(text)?;
    }
    output.flush().map_err(text)
}

#[expect(clippy::needless_pass_by_value, reason = "a function for `map_err`")]
fn text(error: impl ToString) -> String {
    error.to_string()
}
