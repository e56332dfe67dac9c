//! How a draft is kept: what the form's page says of it, and the page on which it is deleted. All words about drafts
//! stand in this file.

use leptos::prelude::*;

use crate::{
    clock::Timestamp,
    components::{
        notice::{Notice, NoticeKind},
        onboarding::name_or_placeholder,
        time::relative,
    },
    domain::OnboardingId,
    i18n::{rich, t},
    islands::{AT_ID, Element, FORM_ID, KEPT_ID, SAID_ID, SAVE_ID, STORED_ID, el, icon},
    journal::DRAFT_KEPT,
    paths,
};

/// Stands where the browser puts the time of its own clock.
const TIME: &str = "{time}";

/// For how long drafts are kept, in days.
pub(super) fn days_kept() -> i64 {
    DRAFT_KEPT.as_hours() / 24
}

/// How the draft of a form's page is kept.
#[derive(Clone, Debug, Default)]
pub struct Keeping {
    /// Tells the page from every other.
    pub page: String,
    /// The version of the draft that the page is made of; 0: there is none.
    pub version: i64,
    /// When it was stored.
    pub saved_at: Option<Timestamp>,
    /// When another window has stored it, if what is on this page is not stored for that reason.
    pub changed_elsewhere: Option<Timestamp>,
    /// What time it is for the page.
    pub now: Timestamp,
}

impl Keeping {
    /// Whether there is no draft yet, here or in another window.
    pub(super) fn is_not_stored(&self) -> bool {
        self.version == 0 && self.saved_at.is_none() && self.changed_elsewhere.is_none()
    }

    /// What the form sends along.
    pub(super) fn fields(&self) -> Vec<Element> {
        let hidden = |name: &str, value: &str| {
            el("input").attr("type", "hidden").attr("name", name).attr("value", value).attr("autocomplete", "off")
        };
        vec![
            hidden("page", &self.page),
            hidden("version", &self.version.to_string()),
            hidden("save", "0").id(SAVE_ID),
            hidden("at", "").id(AT_ID),
        ]
    }

    /// What is said of it beside the form.
    pub(super) fn line(&self, id: &OnboardingId) -> Vec<Element> {
        let saved = self.saved_at.filter(|_| self.changed_elsewhere.is_none());
        let kept = match saved {
            Some(at) => saved_line(id, &t!(draft.saved, relative = relative(at, self.now))),
            None => Vec::new(),
        };
        vec![
            el("div").class("draft-line").id(KEPT_ID).attr("data-not-saved", t!(draft.not_saved)).all(kept),
            el("p").class("visually-hidden").id(SAID_ID).attr("role", "status"),
        ]
    }

    /// That another window was faster, and what can be done about it.
    pub(super) fn changed_elsewhere_notice(&self, id: &OnboardingId) -> Option<impl IntoView + use<>> {
        let at = relative(self.changed_elsewhere?, self.now);
        let other = paths::draft(id);
        Some(view! {
            <Notice kind=NoticeKind::Warning title=t!(draft.changed_in_another_window)>
                <p>
                    {rich!(
                        draft.what_you_typed_is_below,
                        at = at,
                        look = view! { <a href=other target="_blank">{t!(draft.look_at_the_other)}</a> },
                    )}
                </p>
            </Notice>
        })
    }
}

/// What came of saving while somebody typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is stored.
    Saved,
    /// Nobody is signed in any more.
    SignedOut,
    /// Another window has stored it, so many moments ago.
    ChangedElsewhere {
        /// When.
        at: Timestamp,
        /// What time it is.
        now: Timestamp,
    },
    /// It was sent in the meantime.
    Sent,
    /// It is not this person's.
    Foreign,
}

/// The same in words, as a part of the form's page; `{time}` is the browser's to fill in.
pub fn kept(what: Kept, id: &OnboardingId) -> String {
    let submit = |intent: &str, label: &str| {
        let button = el("button").class("button button--secondary").attr("type", "submit").attr("form", FORM_ID);
        button.attr("name", "intent").attr("value", intent).text(label)
    };
    let problem = |words: &str, ways: Vec<Element>| {
        let said = el("p").class("draft-line__problem").child(icon("/icons.svg#alert")).child(el("span").text(words));
        vec![said, el("div").class("actions").all(ways)]
    };
    let link = |href: &str, label: &str| el("a").attr("href", href).attr("target", "_blank").text(label);
    let parts = match what {
        Kept::Saved => saved_line(id, &t!(draft.saved_at, time = TIME)),
        Kept::SignedOut => problem(t!(draft.session_ended), vec![submit("sign-in", t!(draft.sign_in_and_go_on))]),
        Kept::ChangedElsewhere { at, now } => problem(
            &t!(draft.not_saved_changed, relative = relative(at, now)),
            vec![submit("replace", t!(draft.replace_it)), link(&paths::draft(id), t!(draft.look_at_the_other_tab))],
        ),
        Kept::Sent => {
            problem(t!(draft.not_saved_sent), vec![link(&paths::customer(id), t!(draft.see_where_it_stands))])
        }
        Kept::Foreign => problem(t!(draft.not_saved_foreign), Vec::new()),
    };
    let mut html = String::new();
    for part in parts {
        part.print(&mut html);
    }
    html
}

fn saved_line(id: &OnboardingId, words: &str) -> Vec<Element> {
    let saved = el("span").child(icon("/icons.svg#check")).text(words);
    let delete = el("a").id(STORED_ID).attr("data-draft", &paths::draft(id));
    let delete = delete.attr("href", &paths::draft_delete(id)).text(t!(draft.delete_this_draft));
    vec![saved, delete]
}

/// What is asked before a draft is deleted.
#[derive(Clone, Debug)]
pub struct DeleteDraftView {
    /// The draft.
    pub id: OnboardingId,
    /// Registered name, may be empty.
    pub company_name: String,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// What time it is for the page.
    pub now: Timestamp,
}

/// Asks if a draft is to be deleted.
#[component]
pub fn DeleteDraftPage(
    /// What it shows.
    view: DeleteDraftView,
) -> impl IntoView {
    let DeleteDraftView { id, company_name, saved_at, now } = view;
    let name = name_or_placeholder(&company_name);
    view! {
        <div class="page page--form">
            <h1 class="page__title">{t!(draft.delete_title)}</h1>
            <p>
                {rich!(
                    draft.everything_is_erased,
                    name = view! { <strong>{name}</strong> },
                    relative = relative(saved_at, now),
                )}
            </p>
            <form class="actions" method="post" action=paths::draft_delete(&id)>
                <button class="button" type="submit">
                    {t!(draft.delete)}
                </button>
                <a class="button button--secondary" href=paths::draft(&id)>
                    {t!(draft.keep)}
                </a>
            </form>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> OnboardingId {
        "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
    }

    #[test]
    fn what_was_saved_can_be_deleted() {
        let html = kept(Kept::Saved, &id());
        assert!(html.contains("Saved at {time}") && html.contains("/delete\">Delete this draft</a>"), "{html}");
    }

    #[test]
    fn no_answer_is_a_dead_end() {
        let at: Timestamp = "2026-11-20T19:27:05Z".parse().unwrap();
        let now = "2026-11-20T19:30:05Z".parse().unwrap();
        for (what, words) in [
            (Kept::SignedOut, r#"value="sign-in">Sign in and go on here"#),
            (Kept::ChangedElsewhere { at, now }, "another window, 3 minutes ago"),
            (Kept::ChangedElsewhere { at, now }, r#"value="replace">Replace it with this"#),
            (Kept::Sent, "See where it stands"),
            (Kept::Foreign, "Sign out there"),
        ] {
            let html = kept(what, &id());
            assert!(html.contains(words), "{html}");
        }
    }
}
