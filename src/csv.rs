//! Lines of a table as spreadsheets read them.

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

/// One cell after RFC 4180; what a spreadsheet would take for a formula begins with an apostrophe.
fn add_cell(text: &mut String, cell: &str) {
    let is_formula = cell.starts_with(['\t', '\r', '\n']) || cell.trim_start().starts_with(FORMULA);
    let is_plain = !is_formula && !cell.contains([',', '"', '\r', '\n', ';']);
    if is_plain {
        text.push_str(cell);
        return;
    }
    text.push('"');
    if is_formula {
        text.push('\'');
    }
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        let mut cell = String::new();
        add_cell(&mut cell, text);
        cell
    }

    #[test]
    fn no_cell_begins_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u{ff1d}1", "=cmd|' /C calc'!A0"] {
            assert!(cell(text).starts_with("\"'"), "{text}");
        }
        assert_eq!(cell("3-2=1"), "3-2=1");
    }

    #[test]
    fn commas_quotes_and_lines_stay_in_their_cell() {
        assert_eq!(cell("Coho, \"Winery\"\r\nSeattle"), "\"Coho, \"\"Winery\"\"\r\nSeattle\"");
        assert_eq!(cell("Coho; Winery"), "\"Coho; Winery\"");
        assert_eq!(cell("\u{d6}sterreich"), "\u{d6}sterreich");
    }
}
