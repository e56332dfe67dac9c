//! The registered name of a company.

use super::{
    Problem,
    text::{case, repeats_one_character, required, squash},
};

/// Longest name that Microsoft takes.
const MAX: u32 = 255;
/// Fewest letters or digits.
const MIN: u32 = 2;

/// Legal forms that are no name by themselves, squashed. Those of several words are found word by word ("Pty Ltd").
const LEGAL_FORMS: [&str; 74] = [
    "llc",
    "inc",
    "incorporated",
    "ltd",
    "limited",
    "corp",
    "corporation",
    "co",
    "company",
    "plc",
    "llp",
    "lp",
    "pllc",
    "pty",
    "pvt",
    "private",
    "pte",
    "sdn",
    "bhd",
    "gmbh",
    "mbh",
    "ag",
    "kg",
    "kgaa",
    "ohg",
    "ug",
    "ek",
    "ev",
    "se",
    "bv",
    "nv",
    "vof",
    "ab",
    "as",
    "asa",
    "aps",
    "oy",
    "oyj",
    "ehf",
    "hf",
    "sa",
    "sas",
    "sasu",
    "sarl",
    "sàrl",
    "eurl",
    "srl",
    "sro",
    "spa",
    "sl",
    "slu",
    "sadecv",
    "srldecv",
    "sapidecv",
    "ltda",
    "lda",
    "eireli",
    "spzoo",
    "kft",
    "zrt",
    "nyrt",
    "doo",
    "dd",
    "ood",
    "eood",
    "ooo",
    "ооо",
    "оао",
    "зао",
    "пао",
    "kk",
    "株式会社",
    "有限公司",
    "股份有限公司",
];

/// Microsoft's rules for the name of a company: 2 to 255 characters, at least two of them letters or digits, and not
/// only a legal form, one character again and again, or single characters with blanks between.
pub(super) fn parse(text: &str) -> Result<&str, Problem> {
    let name = required(text, MAX)?;
    let squashed = squash(name);
    if squashed.chars().nth(1).is_none() {
        Err(Problem::TooShort { min: MIN })
    } else if is_only_legal_form(name) || repeats_one_character(&squashed) || is_spelled_out(name) {
        Err(Problem::NotAName)
    } else {
        Ok(name)
    }
}

fn is_legal_form(squashed: &str) -> bool {
    LEGAL_FORMS.contains(&squashed)
}

fn is_only_legal_form(name: &str) -> bool {
    is_legal_form(&squash(name)) || name.split_whitespace().all(|word| is_legal_form(&squash(word)))
}

/// "a b c"; but not "B & Q", where the sign between says that it is meant.
fn is_spelled_out(name: &str) -> bool {
    name.split_whitespace().all(|word| {
        let mut characters = word.chars();
        characters.next().is_some_and(case::is_letter_or_digit) && characters.next().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_names_pass() {
        for name in [
            "Wingtip Toys",
            "3M",
            "B & Q",
            "Contoso, Ltd.",
            "LLC Partners",
            "Müller GmbH & Co. KG",
            "AAB",
            "HH",
            "中国石油",
            "ООО Ромашка",
            "Smith & Sons (1998)",
            "Yahoo!",
        ] {
            assert_eq!(parse(name), Ok(name));
        }
        assert_eq!(parse("  Wingtip Toys "), Ok("Wingtip Toys"));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let short = Problem::TooShort { min: 2 };
        for (name, problem) in [
            ("", Problem::Missing),
            ("   ", Problem::Missing),
            ("A", short.clone()),
            ("-.-", short.clone()),
            ("é!", short),
            ("LLC", Problem::NotAName),
            ("Inc.", Problem::NotAName),
            ("S.A.", Problem::NotAName),
            ("Co., Ltd.", Problem::NotAName),
            ("Pty Ltd", Problem::NotAName),
            ("Sp. z o.o.", Problem::NotAName),
            ("S.A. de C.V.", Problem::NotAName),
            ("aaa", Problem::NotAName),
            ("A a A a", Problem::NotAName),
            ("a b c", Problem::NotAName),
            ("<script>alert(1)</script>", Problem::Characters),
            ("Wingtip\u{0}Toys", Problem::Characters),
        ] {
            assert_eq!(parse(name), Err(problem), "{name:?}");
        }
        assert_eq!(parse(&"ab".repeat(128)), Err(Problem::TooLong { max: 255 }));
    }
}
