//! Regular expressions of .NET, as Microsoft's country rules have them, in the words that our two engines share:
//! `regex-lite` on the server, the browser's own in the form.
//!
//! What cannot be said in linear time (looking around, back references), what the two engines read in different ways
//! (Unicode classes), and what would take the browser's engine for ever (unbounded repetition within one) is refused by
//! name, so that whoever runs the portal hears of it. A rule without its expression lets every text pass, and Microsoft
//! decides.

use std::{fmt::Write, iter::Peekable, str::Chars};

use super::Pattern;

/// Characters of an expression; the longest one that was seen has 120.
const LONGEST: usize = 1_000;
/// Most that a part may be repeated.
const MOST_REPEATS: u32 = 1_000;
/// Most states that an expression may have once its repetitions are written out.
const MOST_STATES: u32 = 20_000;
/// From so many on, a repetition of changing length counts as one without bound: both double the work of an engine that
/// tries everything with each sign.
const UNBOUNDED: u32 = 5;
/// Deepest groups.
const DEEPEST: u32 = 20;

/// Why an expression is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untranslatable {
    /// Longer than any rule of a country can be.
    #[error("it is too long or too large")]
    TooLarge,
    /// `(?=`, `(?!`, `(?<=`, `(?<!`.
    #[error("it looks ahead or behind")]
    LookAround,
    /// `\1`, `\k<name>`, `(?(1)...)`.
    #[error("it refers back to what has matched")]
    BackReference,
    /// `(?>...)`, balancing groups.
    #[error("it has a kind of group that only .NET has")]
    Group,
    /// `\p{...}`, `[a-z-[aeiou]]`.
    #[error("it has a class of Unicode or a class without another")]
    Class,
    /// `(a+)+`.
    #[error("it has an unbounded repetition within another")]
    NestedRepetition,
    /// Not an expression at all.
    #[error("it is not well formed")]
    Malformed,
}

impl Pattern {
    /// Translates an expression of .NET.
    pub fn from_dotnet(regex: &str) -> Result<Self, Untranslatable> {
        let regex = regex.trim();
        if regex.chars().count() > LONGEST {
            return Err(Untranslatable::TooLarge);
        }
        let mut reader = Reader { rest: regex.chars().peekable(), ignores_case: false, skips_blanks: false, depth: 0 };
        let whole = reader.alternatives()?;
        match reader.rest.next() {
            None if whole.states <= MOST_STATES => {
                let pattern = Self::new(whole.text);
                if pattern.is_understood() { Ok(pattern) } else { Err(Untranslatable::Malformed) }
            }
            None => Err(Untranslatable::TooLarge),
            Some(_) => Err(Untranslatable::Malformed),
        }
    }
}

/// A translated part.
#[derive(Default)]
struct Part {
    text: String,
    /// How large it becomes once its repetitions are written out.
    states: u32,
    /// Whether something in it repeats without bound.
    unbounded: bool,
    /// Whether it is a place and not a text.
    is_anchor: bool,
}

impl Part {
    fn sign(text: impl Into<String>) -> Self {
        Self { text: text.into(), states: 1, ..Self::default() }
    }

    fn anchor(text: &str) -> Self {
        Self { is_anchor: true, ..Self::sign(text) }
    }

    fn add(&mut self, other: &Self) {
        self.text.push_str(&other.text);
        self.states = self.states.saturating_add(other.states);
        self.unbounded |= other.unbounded;
    }
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    ignores_case: bool,
    skips_blanks: bool,
    depth: u32,
}

type Translated = Result<Part, Untranslatable>;

impl Reader<'_> {
    fn takes(&mut self, sign: char) -> bool {
        self.rest.next_if_eq(&sign).is_some()
    }

    fn alternatives(&mut self) -> Translated {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Untranslatable::TooLarge);
        }
        let mut all = self.sequence()?;
        while self.takes('|') {
            all.text.push('|');
            let other = self.sequence()?;
            all.add(&other);
        }
        self.depth -= 1;
        Ok(all)
    }

    fn sequence(&mut self) -> Translated {
        let mut all = Part::default();
        while let Some(sign) = self.rest.next_if(|sign| !matches!(sign, '|' | ')')) {
            if self.skips_blanks && sign.is_whitespace() {
                continue;
            }
            if self.skips_blanks && sign == '#' {
                while self.rest.next_if(|sign| *sign != '\n').is_some() {}
                continue;
            }
            if let Some(part) = self.atom(sign)? {
                let part = self.repeated(part)?;
                all.add(&part);
            }
        }
        Ok(all)
    }

    /// `None`: options or a comment, which match nothing by themselves.
    fn atom(&mut self, sign: char) -> Result<Option<Part>, Untranslatable> {
        Ok(Some(match sign {
            '(' => return self.group(),
            '[' => self.class()?,
            '\\' => self.escape()?,
            '.' => Part::sign("."),
            '^' | '$' => Part::anchor(&sign.to_string()),
            '*' | '+' | '?' => return Err(Untranslatable::Malformed),
            sign => Part::sign(self.letter(sign)),
        }))
    }

    /// A sign that stands for itself, in both cases where case does not matter.
    fn letter(&self, sign: char) -> String {
        if self.ignores_case && sign.is_ascii_alphabetic() {
            return ['[', sign.to_ascii_lowercase(), sign.to_ascii_uppercase(), ']'].iter().collect();
        }
        literal(sign)
    }

    fn group(&mut self) -> Result<Option<Part>, Untranslatable> {
        let outside = (self.ignores_case, self.skips_blanks);
        if self.takes('?') {
            match self.rest.next() {
                Some(':') => {}
                Some('#') => {
                    while self.rest.next_if(|sign| *sign != ')').is_some() {}
                    return if self.takes(')') { Ok(None) } else { Err(Untranslatable::Malformed) };
                }
                Some('=' | '!') => return Err(Untranslatable::LookAround),
                Some('<') if matches!(self.rest.peek(), Some('=' | '!')) => return Err(Untranslatable::LookAround),
                Some('<') => self.name('>')?,
                Some('\'') => self.name('\'')?,
                Some('>') => return Err(Untranslatable::Group),
                Some('(') => return Err(Untranslatable::BackReference),
                Some(sign) => {
                    self.options(sign)?;
                    // `(?i)` holds until the group around it ends.
                    if self.takes(')') {
                        return Ok(None);
                    }
                    if !self.takes(':') {
                        return Err(Untranslatable::Malformed);
                    }
                }
                None => return Err(Untranslatable::Malformed),
            }
        }
        let inner = self.alternatives()?;
        (self.ignores_case, self.skips_blanks) = outside;
        if self.takes(')') {
            Ok(Some(Part { text: ["(?:", &inner.text, ")"].concat(), ..inner }))
        } else {
            Err(Untranslatable::Malformed)
        }
    }

    /// The name of a group, which nothing refers to.
    fn name(&mut self, end: char) -> Result<(), Untranslatable> {
        for sign in self.rest.by_ref() {
            match sign {
                sign if sign == end => return Ok(()),
                '-' => return Err(Untranslatable::Group),
                sign if sign.is_alphanumeric() || sign == '_' => {}
                _ => break,
            }
        }
        Err(Untranslatable::Malformed)
    }

    /// `i`, `m`, `n`, `s`, `x`, those after a hyphen switched off. What is matched has one line, so `m` and `s` say
    /// nothing.
    fn options(&mut self, first: char) -> Result<(), Untranslatable> {
        let (mut next, mut on) = (Some(first), true);
        while let Some(sign) = next {
            match sign {
                '-' => on = false,
                'i' => self.ignores_case = on,
                'x' => self.skips_blanks = on,
                'm' | 'n' | 's' => {}
                _ => return Err(Untranslatable::Malformed),
            }
            next = self.rest.next_if(|sign| !matches!(sign, ')' | ':'));
        }
        Ok(())
    }

    /// Lazy and greedy are the same to somebody who asks only whether all of a text fits.
    fn repeated(&mut self, mut part: Part) -> Translated {
        loop {
            while self.skips_blanks && self.rest.next_if(|sign| sign.is_whitespace()).is_some() {}
            let (fewest, most) = match self.rest.peek() {
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('?') => (0, Some(1)),
                Some('{') => match self.counts() {
                    Some(counts) => counts,
                    None => return Ok(part),
                },
                _ => return Ok(part),
            };
            if self.rest.peek() == Some(&'{') {
                while self.rest.next_if(|sign| *sign != '}').is_some() {}
            }
            self.rest.next();
            self.takes('?');
            part = repeat(part, fewest, most)?;
        }
    }

    /// `{2}`, `{2,}`, `{2,4}` without taking it; braces around anything else stand for themselves.
    fn counts(&self) -> Option<(u32, Option<u32>)> {
        let inside: String = self.rest.clone().skip(1).take_while(|sign| *sign != '}').take(12).collect();
        let is_closed = self.rest.clone().nth(inside.chars().count() + 1) == Some('}');
        let number = |text: &str| text.bytes().all(|sign| sign.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        match inside.split_once(',') {
            _ if !is_closed => None,
            None => number(&inside).map(|count| (count, Some(count))),
            Some((fewest, "")) => number(fewest).map(|fewest| (fewest, None)),
            Some((fewest, most)) => Some((number(fewest)?, Some(number(most)?))),
        }
    }

    /// An escape outside of a class.
    fn escape(&mut self) -> Translated {
        let sign = self.rest.next().ok_or(Untranslatable::Malformed)?;
        Ok(match sign {
            'd' | 'D' | 'w' | 'W' | 's' | 'S' => Part::sign(['\\', sign].iter().collect::<String>()),
            'A' | 'G' => Part::anchor("^"),
            'z' | 'Z' => Part::anchor("$"),
            'b' | 'B' => Part::anchor(&['\\', sign].iter().collect::<String>()),
            'p' | 'P' => return Err(Untranslatable::Class),
            '1'..='9' | 'k' => return Err(Untranslatable::BackReference),
            sign => {
                let meant = self.meant(sign)?;
                Part::sign(self.letter(meant))
            }
        })
    }

    /// The one sign that an escape stands for.
    fn meant(&mut self, sign: char) -> Result<char, Untranslatable> {
        Ok(match sign {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            'v' => '\u{b}',
            'e' => '\u{1b}',
            'a' => '\u{7}',
            'x' => self.code(2)?,
            'u' => self.code(4)?,
            sign if sign.is_ascii_alphanumeric() => return Err(Untranslatable::Malformed),
            sign => sign,
        })
    }

    fn code(&mut self, digits: usize) -> Result<char, Untranslatable> {
        let digits: String = self.rest.by_ref().take(digits).collect();
        u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).ok_or(Untranslatable::Malformed)
    }

    fn class(&mut self) -> Translated {
        let mut text = String::from("[");
        if self.takes('^') {
            text.push('^');
        }
        let mut is_first = true;
        loop {
            let sign = self.rest.next().ok_or(Untranslatable::Malformed)?;
            match sign {
                ']' if !is_first => break,
                '[' if self.rest.peek() == Some(&':') => return Err(Untranslatable::Class),
                // `[a-z-[aeiou]]`
                '-' if self.rest.peek() == Some(&'[') => return Err(Untranslatable::Class),
                _ => self.member(sign, &mut text)?,
            }
            is_first = false;
        }
        text.push(']');
        Ok(Part::sign(text))
    }

    /// A member of a class: a sign, a range, or a class by its letter.
    fn member(&mut self, sign: char, text: &mut String) -> Result<(), Untranslatable> {
        let from = match sign {
            '\\' => match self.rest.next().ok_or(Untranslatable::Malformed)? {
                class @ ('d' | 'D' | 'w' | 'W' | 's' | 'S') => {
                    text.extend(['\\', class]);
                    return Ok(());
                }
                'p' | 'P' => return Err(Untranslatable::Class),
                'b' => '\u{8}',
                escaped => self.meant(escaped)?,
            },
            sign => sign,
        };
        let mut ahead = self.rest.clone();
        let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|after| !matches!(after, ']' | '['));
        let to = if is_range {
            self.rest.next();
            match self.rest.next() {
                Some('\\') => {
                    let escaped = self.rest.next().ok_or(Untranslatable::Malformed)?;
                    self.meant(escaped)?
                }
                Some(sign) => sign,
                None => return Err(Untranslatable::Malformed),
            }
        } else {
            from
        };
        if from > to {
            return Err(Untranslatable::Malformed);
        }
        range(from, to, text);
        if self.ignores_case {
            for (first, last, other) in [('a', 'z', 'A'), ('A', 'Z', 'a')] {
                let (from, to) = (from.max(first), to.min(last));
                if from <= to {
                    range(shifted(from, first, other), shifted(to, first, other), text);
                }
            }
        }
        Ok(())
    }
}

/// The letter at the same place of the other alphabet.
fn shifted(letter: char, first: char, other: char) -> char {
    let place = u32::from(letter) - u32::from(first);
    char::from_u32(u32::from(other) + place).unwrap_or(letter)
}

fn range(from: char, to: char, text: &mut String) {
    text.push_str(&in_class(from));
    if from != to {
        text.push('-');
        text.push_str(&in_class(to));
    }
}

/// A sign of a class, as both engines read it.
fn in_class(sign: char) -> String {
    if matches!(sign, '\\' | ']' | '[' | '^' | '-') { ['\\', sign].iter().collect() } else { sign.to_string() }
}

/// A sign outside of a class, as both engines read it.
fn literal(sign: char) -> String {
    if r"\^$.*+?()[]{}|/".contains(sign) { ['\\', sign].iter().collect() } else { sign.to_string() }
}

fn repeat(part: Part, fewest: u32, most: Option<u32>) -> Translated {
    if part.is_anchor {
        return Err(Untranslatable::Malformed);
    }
    let times = most.unwrap_or(fewest.saturating_add(1));
    if times > MOST_REPEATS {
        return Err(Untranslatable::TooLarge);
    }
    if most.is_some_and(|most| most < fewest) {
        return Err(Untranslatable::Malformed);
    }
    let is_unbounded = most.is_none_or(|most| most > UNBOUNDED && most != fewest);
    if is_unbounded && part.unbounded {
        return Err(Untranslatable::NestedRepetition);
    }
    let mut text = part.text;
    // `a{2}{3}` is one thing repeated, which has to stand in a group for both engines.
    if text.ends_with(['}', '*', '+', '?']) && !text.ends_with("\\}") {
        text = ["(?:", &text, ")"].concat();
    }
    // Writing to a text cannot fail.
    let _ = match (fewest, most) {
        (0, None) => text.write_str("*"),
        (1, None) => text.write_str("+"),
        (0, Some(1)) => text.write_str("?"),
        (fewest, None) => write!(text, "{{{fewest},}}"),
        (fewest, Some(most)) if fewest == most => write!(text, "{{{fewest}}}"),
        (fewest, Some(most)) => write!(text, "{{{fewest},{most}}}"),
    };
    Ok(Part {
        text,
        states: part.states.saturating_mul(times.max(1)),
        unbounded: part.unbounded || is_unbounded,
        is_anchor: false,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn translated(regex: &str) -> String {
        Pattern::from_dotnet(regex).unwrap_or_else(|error| panic!("{regex}: {error}")).as_str().to_owned()
    }

    #[test]
    fn what_both_engines_read_alike_stays() {
        for (dotnet, ours) in [
            (r"^\d{5}(-\d{4})?$", r"^\d{5}(?:-\d{4})?$"),
            ("^[0-9]{6,6}$", "^[0-9]{6}$"),
            (r"^DE[\d]{9,9}$", r"^DE[\d]{9}$"),
            (r"^(?<area>\d{3})[- ]?(?'rest'\d+?)\Z", r"^(?:\d{3})[\- ]?(?:\d+)$"),
            (r"^(1[ \-\/\.]?)?(\d{3})$", r"^(?:1[ \-/.]?)?(?:\d{3})$"),
            (r"\A[A-Z\x2d\u00c5]+\z", "^[A-Z\\-\u{c5}]+$"),
            (r"a\-b/c{d}", r"a-b\/c\{d\}"),
            ("(?#five digits)[0-9]{5}", "[0-9]{5}"),
            ("(?x) \\d {2} # two\n [ ] x", r"\d{2}[ ]x"),
            ("[]a]", r"[\]a]"),
        ] {
            assert_eq!(translated(dotnet), ours, "{dotnet}");
        }
    }

    #[test]
    fn case_that_does_not_matter_is_written_out() {
        let pattern = Pattern::from_dotnet("(?i)^ec[1-9m-o][Q]$").unwrap();
        assert!(pattern.matches("EC1q") && pattern.matches("eCNq") && !pattern.matches("ecpq"));
        assert!(!Pattern::from_dotnet("(?i:a)b").unwrap().matches("AB"), "it ends with its group");
        assert!(Pattern::from_dotnet("((?i)a)b").unwrap().matches("Ab"));
        assert!(Pattern::from_dotnet("(?i)a(?-i)b").unwrap().matches("Ab"));
    }

    #[test]
    fn what_cannot_be_said_is_refused_by_name() {
        use Untranslatable::{BackReference, Class, Group, LookAround, Malformed, NestedRepetition, TooLarge};
        for (dotnet, why) in [
            (r"^(?!00000)\d{5}$", LookAround),
            (r"(?<=a)b", LookAround),
            (r"(\d)\1", BackReference),
            (r"(?<a>x)\k<a>", BackReference),
            (r"(?(1)a|b)", BackReference),
            (r"(?>a+)b", Group),
            (r"(?<a-b>x)", Group),
            (r"\p{IsGreek}+", Class),
            (r"[a-z-[aeiou]]", Class),
            (r"[[:alpha:]]", Class),
            (r"^(a+)+$", NestedRepetition),
            (r"((a|b*)c)*", NestedRepetition),
            (r"(a{1,40}){1,40}", NestedRepetition),
            (r"(a{1000}){1000}", TooLarge),
            (r"a{1001}", TooLarge),
            (r"(unclosed", Malformed),
            (r"closed)", Malformed),
            (r"[open", Malformed),
            (r"*a", Malformed),
            (r"a{3,2}", Malformed),
            (r"[z-a]", Malformed),
            (r"\q", Malformed),
            ("\\", Malformed),
        ] {
            assert_eq!(Pattern::from_dotnet(dotnet), Err(why), "{dotnet}");
        }
        assert_eq!(Pattern::from_dotnet(&"a".repeat(1_001)), Err(TooLarge));
        assert_eq!(Pattern::from_dotnet(&"(".repeat(900)), Err(TooLarge));
    }

    proptest! {
        #[test]
        fn whatever_comes_is_translated_or_refused(regex in "[a-c0-9()\\[\\]{}|?*+^$.,:=!<>#\\\\dwpiux'-]{0,40}", text in "[a-c0-9]{0,20}") {
            if let Ok(pattern) = Pattern::from_dotnet(&regex) {
                let _ = pattern.matches(&text);
                // What was translated is read by the next reader as what it is.
                prop_assert!(Pattern::from_dotnet(pattern.as_str()).is_ok(), "{} {}", regex, pattern.as_str());
            }
        }
    }
}
