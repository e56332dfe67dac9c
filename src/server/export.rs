//! The list of customers as CSV: a page at a time from the database to the browser, so that its length costs no memory.

use axum::{
    body::{Body, Bytes},
    response::{IntoResponse, Response},
};
use http::header;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    clock::Timestamp,
    components::onboarding::state_words,
    csv::{MARK, add_cells},
    database::DatabaseError,
    domain::Operator,
    journal::OnboardingState,
    listing::{CustomerQuery, ListedCustomer, ListedOnboarding, ListedTenant, Listing, PasswordMark},
};

/// Rows that are read at once.
const BATCH: u32 = 1_000;

/// Batches that may wait for a slow browser.
const WAITING: usize = 2;

const HEAD: &str = "Company,Domain,Reseller,Reseller tenant ID,State,Admin password,Started by,Started (UTC),\
                    Last change (UTC),Customer tenant ID,Onboarding ID\r\n";

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
    (headers, Body::from_stream(ReceiverStream::new(receiver))).into_response()
}

type Chunk = Result<Bytes, DatabaseError>;

async fn write(
    listing: &Listing,
    operator: &Operator,
    query: &CustomerQuery,
    sender: &mpsc::Sender<Chunk>,
) -> Result<(), DatabaseError> {
    let (mut text, mut cursor) = ([MARK, HEAD].concat(), None);
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
