//! What tests of views share.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::{config::LeptosOptions, prelude::*};

use super::shell::Frame;
use crate::{
    config::Environment,
    domain::{Operator, PersonKey, Role, Side},
    i18n::Language,
    paths,
};

/// Does something under an owner like that of a page, in which islands may have children.
pub(crate) fn as_on_a_page<T>(act: impl FnOnce() -> T) -> T {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let result = owner.with(act);
    owner.unset_with_forced_cleanup();
    result
}

/// The markup of a view, without the comments that mark places for the browser's half.
pub(crate) fn html<V: IntoView + 'static>(view: impl FnOnce() -> V) -> String {
    as_on_a_page(|| view().to_html()).replace("<!>", "").replace("<!---->", "")
}

/// An account manager in front of the simulator, on a page without islands.
pub(crate) fn sample_frame() -> Frame {
    Frame {
        options: LeptosOptions::builder().output_name("portal").site_pkg_dir("pkg").build(),
        environment: Environment::Simulator,
        operator: Some(sample_operator(Role::AccountManager)),
        path: paths::HOME.to_owned(),
        language: Language::English,
        same_page: paths::HOME.to_owned(),
        languages: Language::offered(false),
        stylesheet: "/main.css".to_owned(),
        scripts: None,
        bare: true,
        has_errors: false,
        refresh_seconds: None,
    }
}

/// Adele Vance of the provider, in this role.
pub(crate) fn sample_operator(role: Role) -> Operator {
    Operator {
        key: PersonKey { tid: "a1b2c3d4-0000-4000-8000-00000000c0de".to_owned(), oid: "adele".to_owned() },
        name: "Adele Vance".to_owned(),
        sign_in_name: "adele@tailwind.example".to_owned(),
        side: Side::Provider(role),
        address: None,
    }
}
