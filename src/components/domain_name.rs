//! Names of domains, which are long and have one good place to break.

use leptos::prelude::*;

use super::printed::Html;

/// A domain in running text: monospace, never translated; a line that is too short for it breaks before a dot.
pub fn domain_name(domain: &str) -> impl IntoView + use<> {
    Html::of(|html| print(html, domain)).into_view()
}

/// The same in a row that is printed.
pub fn print(html: &mut Html, domain: &str) {
    html.markup("<span class=\"mono break\" translate=\"no\">");
    for (at, part) in domain.split('.').enumerate() {
        html.markup(if at == 0 { "" } else { "<wbr>." }).text(part);
    }
    html.markup("</span>");
}

/// `text` with a place to break before each dot; its characters are the same.
pub(super) fn breakable(text: &str) -> impl IntoView + use<> {
    let mut parts = text.split('.').map(str::to_owned);
    let first = parts.next();
    view! {
        {first}
        {parts
            .map(|part| {
                view! {
                    <wbr/>
                    {format!(".{part}")}
                }
            })
            .collect_view()}
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::testing::html;

    #[test]
    fn a_domain_breaks_before_its_dots_and_nowhere_else() {
        let html = html(|| domain_name("contoso.onmicrosoft.com"));
        assert!(html.contains("contoso<wbr>.onmicrosoft<wbr>.com"), "{html}");
    }
}
