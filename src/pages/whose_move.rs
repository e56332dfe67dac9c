//! A failure in three parts, always in the same order: what happened, whose move it is, what the move is.

use leptos::prelude::*;

use crate::{
    i18n::t,
    refusals::{Mover, Names, Row},
};

/// What happened, and what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What happened.
    pub what: String,
    /// What the move is.
    pub advice: String,
}

impl Said {
    /// In our own words.
    pub(super) fn new(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what: what.into(), advice: advice.into() }
    }

    /// As the table says it.
    pub fn of(row: &Row, names: Names<'_>) -> Self {
        Self { what: row.what(names), advice: row.advice(names) }
    }
}

/// The three parts.
pub(super) fn whose_move(said: Said, title: String) -> AnyView {
    let Said { what, advice } = said;
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
    whose_move(Said::of(row, names), row.mover.title().to_owned())
}

/// The move as a person of the provider reads it, where the operator is somebody with a name.
pub(super) fn title_for(mover: Mover, operator: &str) -> String {
    if mover == Mover::Operator { t!(failure.the_move_of, name = operator) } else { mover.title().to_owned() }
}
