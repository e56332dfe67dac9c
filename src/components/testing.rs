//! What tests of views share.

use leptos::{config::LeptosOptions, prelude::*};

use super::shell::Frame;
use crate::{
    config::Environment,
    domain::{Operator, PersonKey, Role},
    paths,
};

/// The markup of a view, without the comments that mark places for the browser's half.
pub(crate) fn html<V: IntoView + 'static>(view: impl FnOnce() -> V) -> String {
    Owner::new().with(|| view().to_html()).replace("<!>", "").replace("<!---->", "")
}

/// An account manager in front of the simulator, on a page without islands.
pub(crate) fn sample_frame() -> Frame {
    Frame {
        options: LeptosOptions::builder().output_name("portal").site_pkg_dir("pkg").build(),
        environment: Environment::Simulator,
        operator: Some(sample_operator(Role::AccountManager)),
        path: paths::HOME.to_owned(),
        stylesheet: "/main.css".to_owned(),
        scripts: false,
        title_prefix: None,
        refresh_seconds: None,
    }
}

/// Adele Vance of the provider, in this role.
pub(crate) fn sample_operator(role: Role) -> Operator {
    Operator {
        key: PersonKey { tid: "a1b2c3d4-0000-4000-8000-00000000c0de".to_owned(), oid: "adele".to_owned() },
        name: "Adele Vance".to_owned(),
        sign_in_name: "adele@tailwind.example".to_owned(),
        role,
    }
}
