//! The pages: each is a view of plain data, made on the server alone.

mod act;
mod address_choice;
mod agreement;
mod approval;
mod audit;
mod countries;
mod credentials;
mod customer;
mod customers;
mod draft;
mod empty_form;
mod home;
mod new_customer;
mod new_password;
mod problem;
mod relationship;
mod reseller;
mod resellers;
mod review;
mod sent_otherwise;
mod settings;
mod sign_in;
mod support;
#[cfg(test)]
mod tests;
mod whose_move;

pub use self::{
    address_choice::RefusedReason,
    agreement::{AgreementPage, AgreementView},
    approval::{ApprovalPage, ApprovalView, Refused},
    audit::{AuditPage, AuditView, audit_query},
    countries::CountryView,
    credentials::{AlreadyOpenedPage, AlreadyOpenedView, CredentialsPage, CredentialsView},
    customer::{
        CustomerPage, CustomerView, LivePage, LiveView, customer_title, live_content, progress_content, refresh_seconds,
    },
    customers::{CustomersPage, CustomersView, ResellerFilter, TenantPage, TenantView, list_fields},
    draft::{DeleteDraftPage, DeleteDraftView, Keeping, Kept, kept},
    home::{HomePage, HomeView},
    new_customer::{NewCustomerPage, NewCustomerPageProps, NewCustomerView, RefusedBefore, ResellerPick},
    new_password::{NewPasswordPage, NewPasswordView},
    problem::{Problem, problem_page},
    relationship::{RelationshipPage, RelationshipView},
    reseller::{ResellerPage, ResellerView},
    resellers::{ResellersPage, ResellersView},
    review::{ReviewPage, ReviewView, review_title},
    sent_otherwise::{SentOtherwisePage, SentOtherwiseView},
    settings::{ConnectionView, Finding, KnownPersonView, SettingsPage, SettingsResult, SettingsView},
    sign_in::{SignInNotice, SignInPage, SignInView},
    whose_move::Said,
};
