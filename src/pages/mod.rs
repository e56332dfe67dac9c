//! The pages: each is a view of plain data, made on the server alone.

mod audit;
mod credentials;
mod customer;
mod customers;
mod home;
mod new_customer;
mod problem;
mod resellers;
mod review;
mod sent_otherwise;
mod settings;
mod sign_in;
#[cfg(test)]
mod tests;

pub use self::{
    audit::{AuditPage, AuditView, audit_query},
    credentials::{AlreadyOpenedPage, AlreadyOpenedView, CredentialsPage, CredentialsView},
    customer::{CustomerPage, CustomerView, customer_title, progress_content, refresh_seconds},
    customers::{CustomersPage, CustomersView},
    home::{HomePage, HomeView},
    new_customer::{NewCustomerPage, NewCustomerPageProps, NewCustomerView, ResellerPick},
    problem::{Problem, problem_page},
    resellers::{ResellersPage, ResellersView},
    review::{ReviewPage, ReviewView},
    sent_otherwise::{SentOtherwisePage, SentOtherwiseView},
    settings::{ConnectionView, Finding, KnownPersonView, SettingsPage, SettingsResult, SettingsView},
    sign_in::{SignInNotice, SignInPage, SignInView},
};
