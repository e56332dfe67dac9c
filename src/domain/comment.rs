//! What one person tells another about an onboarding.

use super::{
    Problem,
    text::{optional, required},
};

/// Longest comment, in UTF-16 units: some sentences.
pub const LONGEST_COMMENT: u32 = 500;

/// A comment that is not empty. It is shown to people of another organisation: no place for a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment(String);

impl Comment {
    /// Where something has to be said.
    pub fn required(typed: &str) -> Result<Self, Problem> {
        required(typed, LONGEST_COMMENT).map(|text| Self(text.to_owned()))
    }

    /// Where nothing need be said.
    pub fn optional(typed: &str) -> Result<Option<Self>, Problem> {
        Ok(optional(typed, LONGEST_COMMENT, false)?.map(|text| Self(text.to_owned())))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_trimmed_and_says_something() {
        assert_eq!(Comment::required("  The ZIP code is wrong. ").unwrap().as_str(), "The ZIP code is wrong.");
        assert_eq!(Comment::required(" \n"), Err(Problem::Missing));
        assert_eq!(Comment::optional(" "), Ok(None));
        assert_eq!(Comment::optional("<b>"), Err(Problem::Characters));
        assert_eq!(Comment::optional(&"x".repeat(501)), Err(Problem::TooLong { max: LONGEST_COMMENT }));
    }
}
