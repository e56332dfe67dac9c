//! The pages.

mod new_customer;

pub use self::new_customer::{NewCustomerPage, NewCustomerPageProps, NewCustomerView, ResellerPick};
