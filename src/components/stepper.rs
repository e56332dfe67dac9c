//! Where one is on the way through an onboarding.

use leptos::prelude::*;

use crate::i18n::t;

/// A step of an onboarding as the operator sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The form.
    Details,
    /// The review.
    Check,
    /// Microsoft is at work.
    Create,
    /// The admin credentials.
    Credentials,
}

impl Step {
    const ALL: [Self; 4] = [Self::Details, Self::Check, Self::Create, Self::Credentials];

    fn label(self) -> &'static str {
        match self {
            Self::Details => t!(components.details),
            Self::Check => t!(components.check),
            Self::Create => t!(components.create),
            Self::Credentials => t!(components.credentials),
        }
    }
}

/// The four steps, the current one marked.
#[component]
pub fn Stepper(
    /// Where one is.
    current: Step,
) -> impl IntoView {
    let steps = Step::ALL
        .into_iter()
        .map(|step| {
            let done = step < current;
            view! {
                <li data-done=done.then_some("") aria-current=(step == current).then_some("step")>
                    {done.then(|| view! { <span class="visually-hidden">{t!(components.done)}</span> })}
                    <span class="stepper__label">{step.label()}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <ol class="stepper" aria-label=t!(components.steps_of_the_onboarding)>
            {steps}
        </ol>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::testing::html;

    #[test]
    fn exactly_one_step_is_the_current_one() {
        let html = html(|| view! { <Stepper current=Step::Check/> });
        assert_eq!(html.matches(r#"aria-current="step""#).count(), 1, "{html}");
        assert_eq!(html.matches("Done: ").count(), 1, "{html}");
        assert!(html.contains(r#"<li><span class="stepper__label">Create</span></li>"#), "{html}");
    }
}
