//! `/v1/customers`.

mod checks;
mod create;
mod list;
mod names;
mod read;
mod request;

#[cfg(test)]
pub(in crate::simulator) use self::{checks::refusal_of_fields, names::is_company_name};
pub(super) use self::{
    create::create,
    list::list,
    read::{
        billing_profile, company_profile, customer_id, direct_signed, get, not_found, relationships, reset_password,
        users, validation_status,
    },
};
