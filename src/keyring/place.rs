//! Where sealed values stand.

use super::VERSION;

/// What a sealed value belongs to; bound to it as associated data, so that a ciphertext opens only in its own place.
#[derive(Clone, Copy, Debug)]
pub struct SealedIn<'a> {
    /// Table.
    pub table: &'a str,
    /// Column.
    pub column: &'a str,
    /// Primary key of the row.
    pub row: &'a str,
    /// To whom the row belongs, e.g. `tid/oid`.
    pub owner: &'a str,
}

impl SealedIn<'_> {
    /// The associated data. Every part is preceded by its length, so that no two places (`a`, `bc` and `ab`, `c`) give
    /// the same bytes.
    pub(super) fn associated_data(self, key_id: &str) -> Vec<u8> {
        let mut data = Vec::new();
        if planted!(PlaceNotBound) {
            return data;
        }
        for part in [VERSION, key_id, self.table, self.column, self.row, self.owner] {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            data.extend_from_slice(&length.to_be_bytes());
            data.extend_from_slice(part.as_bytes());
        }
        data
    }
}

/// A column whose values are sealed, and the columns beside it that say where each of them belongs.
///
/// Whoever owns the column names it once, for its own statements and for those that seal everything anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedColumn {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// Columns of the primary key; joined by `/` they are the place's row.
    pub row: &'static [&'static str],
    /// Columns that name the owner; joined by `/` they are the place's owner.
    pub owner: &'static [&'static str],
}

impl SealedColumn {
    /// The place of one value.
    pub fn place<'a>(&self, row: &'a str, owner: &'a str) -> SealedIn<'a> {
        SealedIn { table: self.table, column: self.column, row, owner }
    }
}
