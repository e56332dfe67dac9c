//! Imports run one way. What each module may import stands in a table of `ARCHITECTURE.md`; these tests hold the
//! sources to it.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs,
    path::{Path, PathBuf},
};

type Outcome = Result<(), Box<dyn Error>>;

const ARCHITECTURE: &str = include_str!("../ARCHITECTURE.md");

/// The only header that the table has; other tables of the document look different.
const TABLE_HEADER: &str = "| Module | Side | What it is | May import |";

/// Folders of `src` that are crates of their own, or none: they see the library from outside.
const OTHER_CRATES: [&str; 5] = ["bench", "bin", "hydrate", "tests", "torture"];

/// Module of the top level -> the modules of the top level that it may import, lowest first.
struct ImportTable(Vec<(String, BTreeSet<String>)>);

impl ImportTable {
    fn read(document: &str) -> Self {
        let rows = document.lines().skip_while(|line| *line != TABLE_HEADER).skip(2);
        Self(rows.take_while(|line| line.starts_with('|')).flat_map(rows_of).collect())
    }

    fn modules(&self) -> BTreeSet<&str> {
        self.0.iter().map(|(module, _)| module.as_str()).collect()
    }

    fn allows(&self, module: &str, imported: &str) -> bool {
        module == imported || self.0.iter().any(|(known, allowed)| known == module && allowed.contains(imported))
    }
}

/// One row of the table; it may name several modules that have the same rights.
fn rows_of(row: &str) -> Vec<(String, BTreeSet<String>)> {
    let cells = row.trim_matches('|').split('|').map(in_backticks).collect::<Vec<_>>();
    match cells.as_slice() {
        [modules, _, _, allowed] => modules.iter().map(|module| (module.clone(), allowed.clone())).collect(),
        _ => Vec::new(),
    }
}

fn in_backticks(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The modules of the top level that a source names by `crate::`, in imports and in expressions.
fn imports_of(source: &str) -> BTreeSet<String> {
    let code = without_comments_and_strings(source);
    let mut imported = BTreeSet::new();
    for (at, path) in code.match_indices("crate::") {
        let is_whole_word = !code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let rest = &code[at + path.len()..];
        if is_whole_word {
            match rest.strip_prefix('{') {
                Some(group) => imported.extend(heads_of_group(group)),
                None => imported.extend(identifier(rest)),
            }
        }
    }
    imported
}

/// The first name of each path of `{a::b, c::{d, e}, f}`, given from behind the opening brace on.
fn heads_of_group(group: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let mut depth = 1_u32;
    let mut path = String::new();
    for character in group.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && character == ',') {
            heads.extend(identifier(path.trim()));
            path.clear();
        } else {
            path.push(character);
        }
        if depth == 0 {
            break;
        }
    }
    heads
}

fn identifier(text: &str) -> Option<String> {
    let end = text.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}

/// Enough of a lexer for this: neither prose nor the reason of a lint is an import.
fn without_comments_and_strings(source: &str) -> String {
    let mut code = String::new();
    for line in source.lines() {
        let outside = line.split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
        let end = outside.find("//").unwrap_or(outside.len());
        code.push_str(&outside[..end]);
        code.push('\n');
    }
    code
}

/// What a file is without its unit tests, which may look anywhere.
fn without_unit_tests(source: &str) -> &str {
    source.find("\nmod tests {").map_or(source, |at| &source[..at])
}

/// The root of the crate is so many steps above a file of the module tree; whoever climbs there imports by another name.
fn climbs_to_the_root(file: &Path, source: &str) -> bool {
    let is_root_of_a_folder = file.file_name().is_some_and(|name| name == "mod.rs");
    let depth = file.components().count() - usize::from(is_root_of_a_folder);
    without_comments_and_strings(source).contains(&"super::".repeat(depth))
}

/// What is wrong with the imports of one file, given relative to `src`.
fn violations(table: &ImportTable, file: &Path, source: &str) -> Vec<String> {
    let Some(module) = module_of(file) else { return Vec::new() };
    // The simulator's unit tests, too: it knows nothing of the portal, so that both cannot make the same mistake.
    let code = if module == "simulator" { source } else { without_unit_tests(source) };
    let forbidden = imports_of(code).into_iter().filter(|imported| !table.allows(&module, imported));
    let mut found = forbidden.map(|imported| format!("{}: imports `{imported}`", file.display())).collect::<Vec<_>>();
    if climbs_to_the_root(file, code) {
        found.push(format!("{}: climbs to the crate by `super::`; say `crate::`", file.display()));
    }
    found
}

/// The module of the top level that a file belongs to; none for the crate's root and for other crates.
fn module_of(file: &Path) -> Option<String> {
    let first = file.components().next()?.as_os_str().to_str()?;
    let module = first.strip_suffix(".rs").unwrap_or(first);
    (!["lib", "main"].contains(&module) && !OTHER_CRATES.contains(&module)).then(|| module.to_owned())
}

fn is_unit_test(file: &Path) -> bool {
    file.components().any(|part| {
        let name = part.as_os_str().to_string_lossy();
        name == "tests" || name == "testing.rs" || name.ends_with("tests.rs")
    })
}

/// Every source under `src`, by its path relative to it.
pub(crate) fn sources() -> Result<BTreeMap<PathBuf, String>, Box<dyn Error>> {
    let root = PathBuf::from("src");
    let mut found = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.insert(path.strip_prefix(&root)?.to_owned(), fs::read_to_string(&path)?);
            }
        }
    }
    Ok(found)
}

#[test]
fn every_import_is_one_that_the_table_allows() -> Outcome {
    let table = ImportTable::read(ARCHITECTURE);
    let found = sources()?
        .iter()
        .filter(|(file, _)| file.starts_with("simulator") || !is_unit_test(file))
        .flat_map(|(file, source)| violations(&table, file, source))
        .collect::<Vec<_>>();
    assert!(found.is_empty(), "not allowed by the table in src/ARCHITECTURE.md:\n{}", found.join("\n"));
    Ok(())
}

#[test]
fn the_table_names_every_module_of_the_crate_and_no_other() {
    let declared = include_str!("../lib.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect::<BTreeSet<_>>();
    assert_eq!(ImportTable::read(ARCHITECTURE).modules(), declared);
}

#[test]
fn no_module_may_import_one_that_stands_below_it_in_the_table() {
    let mut above = BTreeSet::new();
    for (module, allowed) in ImportTable::read(ARCHITECTURE).0 {
        let upwards = allowed.difference(&above).collect::<Vec<_>>();
        assert!(upwards.is_empty(), "`{module}` may import {upwards:?}, which the table names later");
        above.insert(module);
    }
}

#[test]
fn the_simulator_may_import_nothing() {
    let table = ImportTable::read(ARCHITECTURE);
    assert!(table.0.iter().any(|(module, allowed)| module == "simulator" && allowed.is_empty()));
}

#[test]
fn a_planted_import_of_a_forbidden_module_is_found() {
    let table = ImportTable::read(ARCHITECTURE);
    let planted = [
        ("domain/email.rs", "use crate::clock::Clock;"),
        ("partner_center/call.rs", "use crate::{\n    domain::CustomerId,\n    entra::{Entra, Token},\n};"),
        ("simulator/mod.rs", "fn now() -> Timestamp { crate::clock::now() }"),
        ("simulator/world.rs", "#[cfg(test)]\nmod tests {\n    use crate::domain::Field;\n}"),
        ("journal/mod.rs", "pub(in crate::server) fn f() {}"),
        ("paths.rs", "use super::clock::Clock;"),
        ("islands/mod.rs", "use super::pages::Problem;"),
        ("islands/copy.rs", "use super::super::pages::Problem;"),
    ];
    for (file, source) in planted {
        assert_eq!(violations(&table, Path::new(file), source).len(), 1, "{file}: {source}");
    }
}

#[test]
fn an_allowed_import_prose_and_a_reason_are_no_violation() {
    let table = ImportTable::read(ARCHITECTURE);
    let innocent = [
        (
            "journal/mod.rs",
            "use crate::{\n    clock::{Ambient, Timestamp},\n    domain::OnboardingId,\n    journal::row,\n};",
        ),
        ("domain/email.rs", "//! See [`crate::server`].\nuse super::Field; // as crate::pages does"),
        ("domain/email.rs", "#[expect(clippy::x, reason = \"the host is crate::server's\")]\nfn f() {}"),
        ("domain/email.rs", "fn f() {}\n\n#[cfg(test)]\nmod tests {\n    use crate::clock::Clock;\n}"),
        ("pages/problem.rs", "pub(crate) fn f() { super::show(mycrate::server) }"),
        ("lib.rs", "use crate::server;"),
        ("tests/support.rs", "use crate::server;"),
    ];
    for (file, source) in innocent {
        assert_eq!(violations(&table, Path::new(file), source), Vec::<String>::new(), "{file}: {source}");
    }
}
