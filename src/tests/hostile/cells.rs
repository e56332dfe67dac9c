//! Exported files as a spreadsheet and a terminal read them.

/// The cells of a file after RFC 4180, or what is wrong with it.
pub(crate) fn table(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut signs = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(sign) = signs.next() {
        match (quoted, sign) {
            (true, '"') if signs.peek() == Some(&'"') => {
                signs.next();
                cell.push('"');
            }
            (true, '"') => quoted = false,
            (false, '"') => {
                assert!(cell.is_empty(), "a quote in a plain cell: {cell:?}");
                quoted = true;
            }
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') => assert_eq!(signs.peek(), Some(&'\n')),
            (false, '\n') => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (_, sign) => cell.push(sign),
        }
    }
    assert!(!quoted && cell.is_empty() && row.is_empty(), "the file ends in the middle of a row");
    rows
}

/// No spreadsheet computes it, no terminal obeys it.
pub(crate) fn is_neutral(cell: &str) {
    let begins = |sign: char| sign.is_whitespace() || sign.is_control() || INVISIBLE.contains(&sign);
    let first = cell.trim_start_matches(begins).chars().next();
    let is_formula = first.is_some_and(|first| "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}".contains(first));
    assert!(!is_formula || cell.starts_with('\''), "{cell:?} would be computed");
    let obeyed = |sign: char| sign.is_control() && !"\t\r\n".contains(sign);
    assert!(!cell.contains(obeyed), "{cell:?} would be obeyed");
}

const INVISIBLE: [char; 12] = [
    '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{202e}', '\u{2060}', '\u{feff}', '\u{ad}',
    '\u{61c}', '\u{34f}', '\u{180e}',
];
