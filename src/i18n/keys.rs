//! Which messages there are, as the compiler sees it: their names, and the names of their variables.
//!
//! A key is found in the English file of its area by a constant, so that a missing one, or one with other variables than
//! the code gives, does not compile; nor does a file of another language that lacks a message, has one too many, or names
//! other variables. What is left to run time is Fluent's grammar, which a test reads through.

/// Names of the variables of a message, as the code gives them; no message has more.
const MOST_VARIABLES: usize = 8;

/// A message as the compiler sees it: where its name stands, and a sum over each name in it.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    #[cfg(feature = "ssr")]
    pub(super) start: usize,
    #[cfg(feature = "ssr")]
    pub(super) end: usize,
    name: u64,
    pub(super) variables: [u64; MOST_VARIABLES],
}

const NO_ENTRY: Entry = Entry {
    #[cfg(feature = "ssr")]
    start: 0,
    #[cfg(feature = "ssr")]
    end: 0,
    name: 0,
    variables: [0; MOST_VARIABLES],
};

/// FNV-1a.
const fn hash(text: &[u8], from: usize, to: usize) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = from;
    while at < to {
        #[expect(clippy::as_conversions, reason = "`u64::from` is not const")]
        let byte = text[at] as u64;
        sum = (sum ^ byte).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    sum
}

const fn belongs_to_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

const fn end_of_name(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < text.len() && belongs_to_a_name(text[at]) {
        at += 1;
    }
    at
}

/// How many messages a file has: lines that begin with a letter.
const fn count(text: &str) -> usize {
    let text = text.as_bytes();
    let (mut at, mut count, mut line_begins) = (0, 0, true);
    while at < text.len() {
        if line_begins && text[at].is_ascii_lowercase() {
            count += 1;
        }
        line_begins = text[at] == b'\n';
        at += 1;
    }
    count
}

const fn add(variables: &mut [u64; MOST_VARIABLES], name: u64) {
    let mut slot = 0;
    while variables[slot] != 0 {
        if variables[slot] == name {
            return;
        }
        slot += 1;
    }
    variables[slot] = name;
}

/// The messages of a file, in its order.
const fn index<const N: usize>(text: &str) -> [Entry; N] {
    let text = text.as_bytes();
    let mut entries = [NO_ENTRY; N];
    let (mut at, mut count, mut line_begins, mut is_comment) = (0, 0, true, false);
    while at < text.len() {
        if line_begins {
            is_comment = text[at] == b'#';
        }
        if line_begins && text[at].is_ascii_lowercase() {
            let end = end_of_name(text, at);
            let name = hash(text, at, end);
            assert!(find(&entries, name).is_none(), "a message stands twice in a file");
            entries[count].name = name;
            #[cfg(feature = "ssr")]
            {
                entries[count].start = at;
                entries[count].end = end;
            }
            count += 1;
            at = end;
        } else if text[at] == b'$' && !is_comment && count > 0 {
            let end = end_of_name(text, at + 1);
            add(&mut entries[count - 1].variables, hash(text, at + 1, end));
            at = end - 1;
        }
        line_begins = text[at] == b'\n';
        at += 1;
    }
    entries
}

const fn holds(variables: &[u64; MOST_VARIABLES], name: u64) -> bool {
    let mut at = 0;
    while at < MOST_VARIABLES {
        if variables[at] == name {
            return true;
        }
        at += 1;
    }
    false
}

const fn find(entries: &[Entry], name: u64) -> Option<usize> {
    let mut at = 0;
    while at < entries.len() {
        if entries[at].name == name {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The messages of one file of the English ones.
pub(crate) struct Area {
    pub(super) number: usize,
    entries: &'static [Entry],
}

/// A message that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(super) area: usize,
    pub(super) message: usize,
}

/// A variable of a phrase: its name for Fluent, its place in a template for the browser.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Variable {
    #[cfg(feature = "ssr")]
    pub(super) name: &'static str,
    #[cfg(not(feature = "ssr"))]
    pub(super) place: usize,
}

impl Area {
    /// Its number among the areas.
    pub(crate) const fn number(&self) -> usize {
        self.number
    }

    /// The message of this name with these variables; anything else does not compile.
    pub(crate) const fn key(&self, name: &str, variables: &[&str]) -> Key {
        let Some(message) = find(self.entries, hash(name.as_bytes(), 0, name.len())) else {
            panic!("{}", name);
        };
        let known = &self.entries[message].variables;
        let mut at = 0;
        while at < variables.len() {
            let variable = variables[at];
            // The compiler names the place; the name is what it can be told by.
            assert!(holds(known, hash(variable.as_bytes(), 0, variable.len())), "the message has no such variable");
            at += 1;
        }
        assert!(at == MOST_VARIABLES || known[at] == 0, "the message has a variable that is not given");
        Key { area: self.number, message }
    }

    /// A variable of a message that has it.
    pub(crate) const fn variable(&self, key: Key, name: &'static str) -> Variable {
        #[cfg(feature = "ssr")]
        {
            assert!(key.area == self.number, "a key of another area");
            Variable { name }
        }
        #[cfg(not(feature = "ssr"))]
        {
            let (known, sought) = (&self.entries[key.message].variables, hash(name.as_bytes(), 0, name.len()));
            let mut place = 0;
            while known[place] != sought {
                place += 1;
            }
            Variable { place }
        }
    }
}

/// Does not compile unless `translated` has the messages of `english`, and no others, each with the same variables.
#[cfg(feature = "ssr")]
const fn compare(english: &[Entry], text: &str, translated: &[Entry]) {
    let mut at = 0;
    while at < translated.len() {
        let entry = &translated[at];
        let (_, rest) = text.split_at(entry.start);
        let (name, _) = rest.split_at(entry.end - entry.start);
        let Some(same) = find(english, entry.name) else { panic!("{}", name) };
        let known = &english[same].variables;
        let mut variable = 0;
        while variable < MOST_VARIABLES {
            let is_same = holds(known, entry.variables[variable]) && holds(&entry.variables, known[variable]);
            assert!(is_same, "{}", name);
            variable += 1;
        }
        at += 1;
    }
    assert!(translated.len() == english.len(), "a message of the English file is missing in the translated one");
}

/// Declares the areas: for each a constant of its name.
macro_rules! areas {
    ($($area:ident),+ $(,)?) => {
        /// The areas by name, for [`t!`](super::t) and its like.
        #[expect(non_upper_case_globals, reason = "they are written as the files are called")]
        pub(crate) mod area {
            use super::{Area, Entry, Number, count, index};
            #[cfg(feature = "ssr")]
            use super::compare;
            $(
                pub(crate) const $area: Area = {
                    const ENGLISH: &str = include_str!(concat!("en/", stringify!($area), ".ftl"));
                    const ENTRIES: [Entry; count(ENGLISH)] = index(ENGLISH);
                    Area { number: Number::$area.of(), entries: &ENTRIES }
                };
                areas!(@compare $area "sv/");
                areas!(@compare $area "nl/");
                areas!(@compare $area "tr/");
                areas!(@compare $area "zh_hant/");
            )+
        }

        #[expect(non_camel_case_types, reason = "they are written as the files are called")]
        enum Number { $($area),+ }

        impl Number {
            #[expect(clippy::as_conversions, reason = "the number of a variant")]
            const fn of(self) -> usize {
                self as usize
            }
        }

        /// Of each area, in every language: its messages, and the files.
        #[cfg(feature = "ssr")]
        pub(super) const AREAS: &[(&[Entry], [&str; 5])] = &[$((
            area::$area.entries,
            [
                include_str!(concat!("en/", stringify!($area), ".ftl")),
                include_str!(concat!("sv/", stringify!($area), ".ftl")),
                include_str!(concat!("nl/", stringify!($area), ".ftl")),
                include_str!(concat!("tr/", stringify!($area), ".ftl")),
                include_str!(concat!("zh_hant/", stringify!($area), ".ftl")),
            ],
        )),+];
    };
    (@compare $area:ident $folder:literal) => {
        #[cfg(feature = "ssr")]
        const _: () = {
            const TRANSLATED: &str = include_str!(concat!($folder, stringify!($area), ".ftl"));
            const ENTRIES: [Entry; count(TRANSLATED)] = index(TRANSLATED);
            compare($area.entries, TRANSLATED, &ENTRIES);
        };
    };
}

#[cfg(feature = "ssr")]
areas!(
    advice,
    agreement,
    approval,
    audit,
    components,
    copying,
    countries,
    credentials,
    customer,
    customers,
    doctor,
    draft,
    entra,
    failure,
    form,
    home,
    labels,
    new_customer,
    new_password,
    opening,
    pages,
    problem,
    refusals,
    relationship,
    resellers,
    review,
    settings,
    shell,
    sign_in,
    spelling,
    time,
    words,
);

// What islands can say.
#[cfg(not(feature = "ssr"))]
areas!(copying, form, opening, spelling);
