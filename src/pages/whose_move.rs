//! A failure in three parts, always in the same order: what happened, whose move it is, what the move is.

use leptos::prelude::*;

use crate::refusals::{Mover, Names, Row};

/// The three parts.
pub(super) fn whose_move(what: String, title: String, advice: String) -> AnyView {
    view! {
        <p>{what}</p>
        <p>
            <strong>{title} ":"</strong>
            " "
            {advice}
        </p>
    }
    .into_any()
}

/// A line of the table for whoever looks at the page.
pub(super) fn row_said(row: &Row, names: Names<'_>) -> AnyView {
    whose_move(row.what(names), row.mover.title().to_owned(), row.advice(names))
}

/// The move as a person of the provider reads it, where the operator is somebody with a name.
pub(super) fn title_for(mover: Mover, operator: &str) -> String {
    if mover == Mover::Operator { format!("The move of {operator}") } else { mover.title().to_owned() }
}
