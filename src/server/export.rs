//! The list of customers as CSV: a page at a time from the database to the browser, so that its length costs no memory.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    response::{IntoResponse, Response},
};
use http::header;
use hyper::body::Frame;
use tokio::sync::mpsc;

use crate::{
    clock::Timestamp,
    components::onboarding::state_words,
    database::DatabaseError,
    domain::Operator,
    journal::OnboardingState,
    listing::{CustomerQuery, ListedCustomer, ListedOnboarding, ListedTenant, Listing, PasswordMark},
};

/// Rows that are read at once.
const BATCH: u32 = 1_000;

/// Batches that may wait for a slow browser.
const WAITING: usize = 2;

/// By the byte order mark spreadsheets know that it is UTF-8.
const HEAD: &str = "\u{feff}Company,Domain,Reseller,Reseller tenant ID,State,Admin password,Started by,Started (UTC),\
                    Last change (UTC),Customer tenant ID,Onboarding ID\r\n";

/// Signs that begin a formula in some spreadsheet.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Answers with everything that `query` asks for and `operator` may see.
pub(super) fn csv(listing: Listing, operator: Operator, query: CustomerQuery, now: Timestamp) -> Response {
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let _place = listing.export_place().await;
        if let Err(error) = write(&listing, &operator, &query, &sender).await {
            tracing::error!(%error, "an export broke off");
            // The browser is to see a broken download, not a short file.
            let _ = sender.send(Err(error)).await;
        }
    });
    let name = format!("attachment; filename=\"customers-{}.csv\"", now.strftime("%Y-%m-%d"));
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    (headers, Body::new(Stream(receiver))).into_response()
}

type Chunk = Result<Bytes, DatabaseError>;

async fn write(
    listing: &Listing,
    operator: &Operator,
    query: &CustomerQuery,
    sender: &mpsc::Sender<Chunk>,
) -> Result<(), DatabaseError> {
    let (mut text, mut cursor) = (HEAD.to_owned(), None);
    loop {
        let page = listing.page(operator, query, cursor.as_ref(), BATCH).await?;
        for row in &page.rows {
            add_row(&mut text, row);
        }
        // Nobody listens any more.
        if sender.send(Ok(Bytes::from(std::mem::take(&mut text)))).await.is_err() {
            return Ok(());
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

fn add_row(text: &mut String, row: &ListedCustomer) {
    match row {
        ListedCustomer::Onboarding(row) => add_cells(text, &onboarding_cells(row)),
        ListedCustomer::Tenant(row) => add_cells(text, &tenant_cells(row)),
    }
}

fn onboarding_cells(row: &ListedOnboarding) -> [String; 11] {
    let is_draft = row.state == OnboardingState::Draft;
    let direct = || if is_draft { String::new() } else { "Direct customer".to_owned() };
    [
        row.company_name.clone(),
        row.domain.clone(),
        row.reseller_name.clone().unwrap_or_else(direct),
        row.reseller_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        state_words(row.state).1.to_owned(),
        row.password.map(password_words).unwrap_or_default().to_owned(),
        row.owner_name.clone(),
        moment(row.created_at),
        moment(row.changed_at),
        row.customer_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        row.id.to_string(),
    ]
}

fn tenant_cells(row: &ListedTenant) -> [String; 11] {
    let mut cells: [String; 11] = Default::default();
    let [company, domain, _, _, state, _, _, _, _, customer_id, _] = &mut cells;
    row.company_name.clone_into(company);
    row.domain.clone_into(domain);
    "Not made here".clone_into(state);
    *customer_id = row.id.to_string();
    cells
}

fn password_words(mark: PasswordMark) -> &'static str {
    match mark {
        PasswordMark::NotOpened => "not opened",
        PasswordMark::NotConfirmed => "not confirmed",
        PasswordMark::Stored => "stored",
        PasswordMark::Lost => "lost",
    }
}

/// As spreadsheets read moments without being told how.
fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn add_cells(text: &mut String, cells: &[String]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        add_cell(text, cell);
    }
    text.push_str("\r\n");
}

/// One cell after RFC 4180; what a spreadsheet would take for a formula begins with an apostrophe.
fn add_cell(text: &mut String, cell: &str) {
    let is_formula = cell.starts_with(['\t', '\r', '\n']) || cell.trim_start().starts_with(FORMULA);
    let is_plain = !is_formula && !cell.contains([',', '"', '\r', '\n', ';']);
    if is_plain {
        text.push_str(cell);
        return;
    }
    text.push('"');
    if is_formula {
        text.push('\'');
    }
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}

/// What is sent as it comes.
struct Stream(mpsc::Receiver<Chunk>);

impl HttpBody for Stream {
    type Data = Bytes;
    type Error = DatabaseError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, DatabaseError>>> {
        self.0.poll_recv(context).map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        let mut cell = String::new();
        add_cell(&mut cell, text);
        cell
    }

    #[test]
    fn no_cell_begins_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u{ff1d}1", "=cmd|' /C calc'!A0"] {
            assert!(cell(text).starts_with("\"'"), "{text}");
        }
        assert_eq!(cell("3-2=1"), "3-2=1");
    }

    #[test]
    fn commas_quotes_and_lines_stay_in_their_cell() {
        assert_eq!(cell("Coho, \"Winery\"\r\nSeattle"), "\"Coho, \"\"Winery\"\"\r\nSeattle\"");
        assert_eq!(cell("Coho; Winery"), "\"Coho; Winery\"");
        assert_eq!(cell("\u{d6}sterreich"), "\u{d6}sterreich");
    }
}
