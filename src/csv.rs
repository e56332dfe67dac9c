//! Lines of a table as spreadsheets read them.

use std::borrow::Cow;

/// By the byte order mark they know that it is UTF-8.
pub const MARK: &str = "\u{feff}";

/// Signs that begin a formula in some spreadsheet.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Adds a line.
pub fn add_cells(text: &mut String, cells: &[String]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        add_cell(text, cell);
    }
    text.push_str("\r\n");
}

/// One cell after RFC 4180; what a spreadsheet would take for a formula begins with an apostrophe, and what a terminal would
/// obey is gone.
fn add_cell(text: &mut String, cell: &str) {
    let seen = cell.trim_start_matches(is_passed_over);
    let is_formula = !planted!(FormulasStay) && (cell.starts_with(['\t', '\r', '\n']) || seen.starts_with(FORMULA));
    let cell: Cow<'_, str> =
        if cell.contains(is_obeyed) { cell.replace(is_obeyed, "\u{fffd}").into() } else { cell.into() };
    let is_plain = !is_formula && !cell.contains([',', '"', '\r', '\n', ';']);
    if is_plain {
        text.push_str(&cell);
        return;
    }
    text.push('"');
    if is_formula {
        text.push('\'');
    }
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}

/// What somebody who looks at a cell does not see at its beginning, and some programs drop when they read it.
fn is_passed_over(sign: char) -> bool {
    sign.is_whitespace()
        || sign.is_control()
        || matches!(
            sign,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}

/// Control characters but those that are the layout of a text: a terminal obeys them.
fn is_obeyed(sign: char) -> bool {
    sign.is_control() && !matches!(sign, '\t' | '\r' | '\n')
}

#[cfg(test)]
#[path = "tests/hostile/cells.rs"]
mod cells;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hostile_texts;

    #[test]
    fn every_hostile_text_stays_in_its_cell_and_is_neither_computed_nor_obeyed() {
        let texts = hostile_texts::all();
        let mut file = MARK.to_owned();
        for text in &texts {
            add_cells(&mut file, &[text.clone(), "between".to_owned(), text.clone()]);
        }
        let rows = cells::table(&file);
        assert_eq!(rows.len(), texts.len());
        for (row, text) in rows.iter().zip(&texts) {
            assert_eq!((row.len(), row[1].as_str()), (3, "between"), "{text:?}");
            for cell in row {
                cells::is_neutral(cell);
            }
            let kept: String = text.chars().filter(|sign| !sign.is_control()).collect();
            let found: String = row[0].chars().filter(|sign| !sign.is_control() && *sign != '\u{fffd}').collect();
            let kept: String = kept.chars().filter(|sign| *sign != '\u{fffd}').collect();
            assert!(found == kept || found == format!("'{kept}"), "{text:?} became {found:?}");
        }
    }

    fn cell(text: &str) -> String {
        let mut cell = String::new();
        add_cell(&mut cell, text);
        cell
    }

    #[test]
    fn no_cell_begins_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u{ff1d}1", "=cmd|' /C calc'!A0"] {
            assert!(cell(text).starts_with("\"'"), "{text} begins a formula");
        }
        for text in ["\u{200b}=1", "\u{feff}+1", "\0=1", "\u{202e}@A", "\u{b}-1"] {
            assert!(cell(text).starts_with("\"'"), "{text:?}");
        }
        assert_eq!(cell("3-2=1"), "3-2=1");
    }

    #[test]
    fn no_cell_is_obeyed_by_a_terminal() {
        assert_eq!(cell("\u{1b}[31mCoho\u{7}"), "\u{fffd}[31mCoho\u{fffd}");
    }

    #[test]
    fn commas_quotes_and_lines_stay_in_their_cell() {
        assert_eq!(cell("Coho, \"Winery\"\r\nSeattle"), "\"Coho, \"\"Winery\"\"\r\nSeattle\"");
        assert_eq!(cell("Coho; Winery"), "\"Coho; Winery\"");
        assert_eq!(cell("\u{d6}sterreich"), "\u{d6}sterreich");
    }
}
