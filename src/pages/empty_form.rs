//! An empty form is the same for everybody who may create the same customers, but for the names of its draft and of its
//! page. So it is printed once for each kind, and from then on copied with the two names put in: two thirds of the work
//! for the page that is opened most.

use std::sync::{Arc, Mutex, PoisonError};

use leptos::tachys::html::InertElement;

use super::new_customer::{NewCustomerView, live_form};
use crate::{
    domain::{CountryRules, FieldErrors, NewCustomerForm, OnboardingId, ResellerChoice, ServedCountries, UsualChoices},
    i18n::Language,
};

/// Stand for the two names while a form is printed. Neither is ever one: an onboarding's id tells when it was made, and
/// this one is of 1970; a page's name has no space.
const DRAFT: &str = "00000000-0000-7000-8000-000000000000";
const PAGE: &str = "name of the page";

/// Forms of so many kinds are kept: languages times kinds of people, with room for chosen resellers.
const KEPT: usize = 64;

static PRINTED: Mutex<Vec<(Kind, Arc<Vec<Piece>>)>> = Mutex::new(Vec::new());

/// Everything that an empty form depends on, besides the two names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kind {
    language: Language,
    form: NewCustomerForm,
    rules: Option<CountryRules>,
    chosen_reseller: Option<ResellerChoice>,
    usual: Option<UsualChoices>,
    may_create_direct: bool,
    is_resellers_own: bool,
    domain_suffix: &'static str,
    served: ServedCountries,
}

/// A printed form is made of these.
#[derive(Debug)]
enum Piece {
    Markup(String),
    Draft,
    Page,
}

impl Kind {
    /// `None`: something was typed, found or stored, and the form is like no other.
    fn of(view: &NewCustomerView) -> Option<Self> {
        // Each field is named, so that a new one does not get forgotten.
        let NewCustomerView {
            keeping,
            draft: _,
            form,
            errors,
            rules,
            resellers: None,
            domain_answer: None,
            domain_round: 0,
            chosen_reseller,
            usual,
            may_create_direct,
            is_resellers_own,
            not_connected: _,
            domain_suffix,
            shows_errors: _,
            served,
            sent_back: _,
            refused: _,
            list_refused: _,
            upstream_down: _,
        } = view
        else {
            return None;
        };
        let NewCustomerForm { customer_of, reseller_id, country, gdap, .. } = form.clone();
        let chosen = NewCustomerForm { customer_of, reseller_id, country, gdap, ..NewCustomerForm::default() };
        let is_empty = *form == chosen && *errors == FieldErrors::default() && keeping.is_not_stored();
        is_empty.then(|| Self {
            language: Language::of_page(),
            form: chosen,
            rules: rules.clone(),
            chosen_reseller: chosen_reseller.clone(),
            usual: usual.clone(),
            may_create_direct: *may_create_direct,
            is_resellers_own: *is_resellers_own,
            domain_suffix,
            served: served.clone(),
        })
    }
}

/// The form of a page.
pub(super) fn printed(view: NewCustomerView) -> InertElement {
    let (Some(kind), Ok(draft)) = (Kind::of(&view), DRAFT.parse::<OnboardingId>()) else {
        return live_form(view).into_html();
    };
    let (name, page) = (view.draft.to_string(), view.keeping.page.clone());
    let kept = find(&kind);
    let pieces = kept.unwrap_or_else(|| {
        let mut view = NewCustomerView { draft, ..view };
        PAGE.clone_into(&mut view.keeping.page);
        keep(kind, &live_form(view).to_html())
    });
    let mut html = String::with_capacity(pieces.iter().map(Piece::length).sum());
    for piece in pieces.iter() {
        html.push_str(match piece {
            Piece::Markup(markup) => markup,
            Piece::Draft => &name,
            // Base64url, so there is nothing in it to escape.
            Piece::Page => &page,
        });
    }
    InertElement::new(html)
}

fn find(kind: &Kind) -> Option<Arc<Vec<Piece>>> {
    let printed = PRINTED.lock().unwrap_or_else(PoisonError::into_inner);
    printed.iter().find(|(known, _)| known == kind).map(|(_, pieces)| Arc::clone(pieces))
}

fn keep(kind: Kind, html: &str) -> Arc<Vec<Piece>> {
    let pieces = Arc::new(pieces(html));
    let mut printed = PRINTED.lock().unwrap_or_else(PoisonError::into_inner);
    if printed.len() >= KEPT {
        printed.remove(0);
    }
    printed.push((kind, Arc::clone(&pieces)));
    pieces
}

fn pieces(html: &str) -> Vec<Piece> {
    let markup = |text: &str| Piece::Markup(text.to_owned());
    let mut pieces = Vec::new();
    for (at, part) in html.split(DRAFT).enumerate() {
        if at > 0 {
            pieces.push(Piece::Draft);
        }
        for (at, part) in part.split(PAGE).enumerate() {
            if at > 0 {
                pieces.push(Piece::Page);
            }
            pieces.push(markup(part));
        }
    }
    pieces
}

impl Piece {
    fn length(&self) -> usize {
        match self {
            Self::Markup(markup) => markup.len(),
            Self::Draft | Self::Page => 48,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::testing::united_states, i18n::speaking, pages::Keeping};

    fn view(draft: &str, page: &str) -> NewCustomerView {
        NewCustomerView {
            draft: draft.parse().unwrap(),
            keeping: Keeping { page: page.to_owned(), ..Keeping::default() },
            ..super::super::new_customer::testing::empty()
        }
    }

    fn anew(view: &NewCustomerView) -> String {
        live_form(view.clone()).to_html()
    }

    fn again(view: &NewCustomerView) -> String {
        use leptos::prelude::RenderHtml;
        printed(view.clone()).to_html()
    }

    #[test]
    fn a_copied_form_is_the_one_that_would_have_been_printed() {
        let one = view("01890a5d-ac96-774b-bcce-b302099a8057", "Zm9v");
        let other = view("01890a5d-ac96-774b-bcce-b302099a8058", "YmFy");
        let direct = NewCustomerView { may_create_direct: true, ..other.clone() };
        let american = NewCustomerView { rules: Some(united_states()), ..one.clone() };
        for view in [&one, &other, &direct, &american, &one, &direct, &other] {
            assert_eq!(again(view), anew(view));
        }
        for language in [Language::Swedish, Language::English] {
            speaking(language, || assert_eq!(again(&one), anew(&one)));
        }
    }

    #[test]
    fn what_somebody_typed_is_never_kept() {
        let mut typed = view("01890a5d-ac96-774b-bcce-b302099a8057", "Zm9v");
        assert!(Kind::of(&typed).is_some());
        for field in ["company_name", "email", "reseller_search"] {
            let form = serde_json::from_value(serde_json::json!({ field: "Wingtip" })).unwrap();
            assert!(Kind::of(&NewCustomerView { form, ..typed.clone() }).is_none(), "{field}");
        }
        typed.keeping.version = 1;
        assert!(Kind::of(&typed).is_none(), "a stored draft");
    }

    #[test]
    fn no_more_kinds_are_kept_than_there_is_room_for() {
        for number in 0..2 * KEPT {
            let mut view = view("01890a5d-ac96-774b-bcce-b302099a8057", "Zm9v");
            view.form.reseller_id = number.to_string();
            again(&view);
        }
        assert!(PRINTED.lock().unwrap().len() <= KEPT);
    }
}
