//! The statements over sealed columns. Names of tables and columns are constants of ours, and lengths are numbers; every
//! value is bound.

use crate::keyring::SealedColumn;

/// What every sealed value begins with; anything else in such a column is a value that was erased or used up.
const SEALED: &str = "SUBSTR({column}, 1, 3) = 'v1.'";

/// Rows that are not sealed with the key of `current` ($1), at most $2, after the row whose key is in $3 and so on.
pub(super) fn batch(column: SealedColumn, current: &str) -> String {
    let keys = column.row.join(", ");
    format!(
        "{} WHERE {} AND {} <> $1 AND ({keys}) > ({}) ORDER BY {keys} LIMIT $2",
        select(column),
        sealed(column),
        start(column, current),
        parameters(3, column.row.len()),
    )
}

/// Puts $1 in place of $2 in the row whose key is in $3 and so on.
pub(super) fn replace(column: SealedColumn) -> String {
    let SealedColumn { table, column: name, row, .. } = column;
    let keys = row.join(", ");
    format!("UPDATE {table} SET {name} = $1 WHERE {name} = $2 AND ({keys}) = ({})", parameters(3, row.len()))
}

/// One row that is sealed with the key of the prefix $1.
pub(super) fn one_of_key(column: SealedColumn, prefix: &str) -> String {
    format!("{} WHERE {} = $1 LIMIT 1", select(column), start(column, prefix))
}

/// One row that is sealed with none of the keys of these prefixes, $1 and so on.
pub(super) fn one_of_no_key(column: SealedColumn, prefixes: &[String]) -> String {
    let others = prefixes.iter().enumerate();
    let others = others.map(|(at, prefix)| format!(" AND {} <> ${}", start(column, prefix), at + 1));
    format!("{} WHERE {}{} LIMIT 1", select(column), sealed(column), others.collect::<String>())
}

/// How many rows are sealed with the key of the prefix $1.
pub(super) fn count(column: SealedColumn, prefix: &str) -> String {
    format!("SELECT COUNT(*) FROM {} WHERE {} = $1", column.table, start(column, prefix))
}

fn select(column: SealedColumn) -> String {
    let mut names: Vec<&str> = column.row.iter().chain(column.owner).copied().collect();
    names.sort_unstable();
    names.dedup();
    format!("SELECT {}, {} AS sealed_value FROM {}", names.join(", "), column.column, column.table)
}

fn sealed(column: SealedColumn) -> String {
    SEALED.replace("{column}", column.column)
}

/// As many first characters as the prefix has.
fn start(column: SealedColumn, prefix: &str) -> String {
    format!("SUBSTR({}, 1, {})", column.column, prefix.len())
}

fn parameters(first: usize, count: usize) -> String {
    (first..first + count).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ")
}
