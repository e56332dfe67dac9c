//! Keyboard shortcuts: what there are, said in a dialog that `?` or a button at the foot of every page opens. The
//! script is `keys.js`; without it there are no shortcuts, and nothing says that there were.

use leptos::{nonce::use_nonce, prelude::*};

use crate::{domain::Operator, i18n::t, paths};

/// A key of a single character, where it leads, and what that is.
type Shortcut = (&'static str, &'static str, &'static str);

/// The field in which customers are searched.
const SEARCH: &str = "/customers#q";

/// What one character does.
fn shortcuts(operator: &Operator) -> Vec<Shortcut> {
    let new = operator.may_onboard().then_some(("n", paths::NEW_CUSTOMER, t!(shell.onboard_a_customer)));
    let everybody = [
        ("h", paths::HOME, t!(shell.go_to_home)),
        ("c", paths::CUSTOMERS, t!(shell.go_to_customers)),
        ("/", SEARCH, t!(shell.search_customers)),
    ];
    new.into_iter().chain(everybody).collect()
}

/// The foot of a page: the list of shortcuts, and what opens it.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "what a component takes is its own")]
pub fn Keys(
    /// Who is signed in.
    operator: Operator,
    /// Address of the script.
    script: String,
) -> impl IntoView {
    let row = |(key, address, does): Shortcut| {
        view! {
            <div class="keys__row">
                <dt>
                    <kbd>{key}</kbd>
                </dt>
                <dd>
                    <a href=address data-key=key>
                        {does}
                    </a>
                </dd>
            </div>
        }
    };
    let proceeds = operator.may_onboard().then(|| {
        view! {
            <div class="keys__row">
                <dt>
                    <kbd>{t!(shell.ctrl)}</kbd> " + " <kbd>{t!(shell.enter)}</kbd>
                </dt>
                <dd>{t!(shell.continue_in_the_form_also)}</dd>
            </div>
        }
    });
    view! {
        <footer class="foot">
            <button class="button button--quiet" type="button" id="keys-open" hidden>
                {t!(shell.keyboard_shortcuts)}
            </button>
        </footer>
        <dialog class="keys" id="keys" aria-labelledby="keys-title">
            <h2 id="keys-title">{t!(shell.keyboard_shortcuts)}</h2>
            <dl class="keys__list">
                {shortcuts(&operator).into_iter().map(row).collect_view()}
                {proceeds}
                <div class="keys__row">
                    <dt>
                        <kbd>"?"</kbd>
                    </dt>
                    <dd>{t!(shell.show_this_list)}</dd>
                </div>
            </dl>
            <div class="choice">
                <input type="checkbox" id="keys-on" aria-describedby="keys-hint" autocomplete="off"/>
                <label for="keys-on">{t!(shell.keys_of_a_single_character)}</label>
                <p class="choice__hint" id="keys-hint">
                    {t!(shell.they_work_outside_of_fields)}
                </p>
            </div>
            <form class="actions" method="dialog">
                <button class="button" type="submit">
                    {t!(shell.close)}
                </button>
            </form>
        </dialog>
        <script type="module" src=script nonce=use_nonce()></script>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{components::testing::sample_operator, domain::Role};

    #[test]
    fn nobody_is_offered_a_key_to_what_is_closed() {
        let keys = |role| shortcuts(&sample_operator(role)).into_iter().map(|(key, ..)| key).collect::<Vec<_>>();
        assert_eq!(keys(Role::AccountManager), ["n", "h", "c", "/"]);
        assert_eq!(keys(Role::Support), ["h", "c", "/"]);
    }
}
