//! From a view to the bytes of a page.
//!
//! Every page is complete when it leaves: handlers gather the data first, so there is nothing to stream, no resource to
//! serialise, and status and headers are known before the first byte. What becomes live in the browser are the islands
//! in it, and nothing else. There is no client-side router; links are links.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::{context::provide_context, nonce::Nonce, prelude::*};

use crate::{
    components::shell::{Frame, Shell},
    i18n::{Language, speaking},
};

/// Renders one page as a complete HTML document.
///
/// `nonce` is the value that the answer's `Content-Security-Policy` names; the scripts of the islands carry it. `body`
/// makes the content of the `main` landmark; it is called inside the page's own reactive owner, which is gone with
/// everything in it when this returns.
pub fn render<V>(frame: Frame, title: &str, nonce: &str, body: impl FnOnce() -> V + Send + 'static) -> String
where
    V: IntoView + 'static,
{
    // In islands mode nothing is live by default; each island switches hydration on for itself.
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = speaking(frame.language, || {
        owner.with(|| {
            provide_context(Nonce::from_value(nonce));
            let title = title.to_owned();
            view! { <Shell frame title>{body()}</Shell> }.to_html()
        })
    });
    owner.unset_with_forced_cleanup();
    html
}

/// Renders a part of a page, without islands and without a document around it.
pub fn render_fragment<V: IntoView + 'static>(language: Language, body: impl FnOnce() -> V) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = speaking(language, || owner.with(|| body().into_view().to_html()));
    owner.unset_with_forced_cleanup();
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::{shell::Script, testing::sample_frame};

    #[island]
    fn Greeting(name: String) -> impl IntoView {
        view! { <p>"Hello, " {name}</p> }
    }

    #[island]
    fn Frill(children: Children) -> impl IntoView {
        view! { <div class="frill">{children()}</div> }
    }

    #[test]
    fn a_page_with_an_island_names_it_and_carries_the_nonce_on_its_script() {
        let frame = Frame { scripts: Some(Script::Pages), ..sample_frame() };
        let html = render(frame, "Home", "abc123", || view! { <Greeting name="Ann \"<b>\"".to_owned()/> });
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\""), "{html}");
        assert!(html.contains("<leptos-island data-component=\"Greeting_"), "{html}");
        assert!(html.contains(r#"data-props="{&quot;name&quot;:"#), "{html}");
        assert!(html.contains("Ann \"&lt;b&gt;\""), "{html}");
        assert!(html.contains(r#"<script type="module" nonce="abc123">"#), "{html}");
        assert!(html.contains("/pkg/pages.js"), "{html}");
    }

    #[test]
    fn children_of_an_island_are_marked_as_not_live() {
        let frame = Frame { scripts: Some(Script::Pages), ..sample_frame() };
        let html = render(frame, "Home", "n", || {
            view! {
                <Frill>
                    <p>"inside"</p>
                </Frill>
            }
        });
        assert!(html.contains("<leptos-children><p>inside</p></leptos-children>"), "{html}");
    }

    #[test]
    fn a_page_without_islands_has_the_keys_and_no_other_script() {
        let html = render(sample_frame(), "Home", "n", || view! { <p>"plain"</p> });
        assert!(!html.contains("<script"), "{html}");
        assert!(!html.contains("leptos-island"), "{html}");
        let html = render(Frame { bare: false, ..sample_frame() }, "Home", "n", || view! { <p>"plain"</p> });
        assert!(html.contains(r#"<script type="module" src="/pkg/keys.js" nonce="n"></script>"#), "{html}");
        assert_eq!(html.matches("<script").count(), 1, "{html}");
    }

    #[test]
    fn titles_and_texts_are_escaped() {
        let html = render(sample_frame(), "</title><script>", "n", || view! { <p>{"<i>".to_owned()}</p> });
        assert!(html.contains("<title>&lt;/title&gt;&lt;script&gt; - Reseller portal</title>"), "{html}");
        assert!(html.contains("<p>&lt;i&gt;</p>"), "{html}");
    }

    #[test]
    fn a_page_rendered_after_another_knows_nothing_of_it() {
        render(sample_frame(), "First", "first", || view! { <p>"1"</p> });
        let frame = Frame { scripts: Some(Script::Pages), ..sample_frame() };
        let html = render(frame, "Second", "second", || view! { <p>"2"</p> });
        assert!(!html.contains("first"), "{html}");
        assert!(use_context::<Nonce>().is_none());
    }
}
