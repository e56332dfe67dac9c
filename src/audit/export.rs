//! The audit as a file: a piece at a time, so that its length costs no memory.

use super::{Act, Actor, Audit, AuditError, Entry, RecordedAct, Search};
use crate::csv::{MARK, add_cells};

/// Entries in one piece.
const PIECE: u32 = 500;

/// The columns of the table, by the names under which JSON has them.
const HEADINGS: [&str; 17] = [
    "position",
    "at",
    "act",
    "outcome",
    "why",
    "role",
    "tid",
    "oid",
    "name",
    "address",
    "record_kind",
    "record",
    "request_id",
    "correlation_id",
    "detail",
    "former_hash",
    "hash",
];

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, UTF-8 with its mark, which spreadsheets need.
    Csv,
    /// A JSON object a line.
    JsonLines,
}

impl Format {
    /// By the word of the form and the command line.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "csv" => Some(Self::Csv),
            "jsonl" => Some(Self::JsonLines),
            _ => None,
        }
    }

    /// The word, which is the end of the file's name too.
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    /// Type of the content.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::JsonLines => "application/jsonl; charset=utf-8",
        }
    }

    /// What stands before the first entry.
    fn head(self) -> String {
        match self {
            Self::Csv => format!("{MARK}{}\r\n", HEADINGS.join(",")),
            Self::JsonLines => String::new(),
        }
    }

    fn line(self, act: &RecordedAct) -> String {
        match self {
            Self::Csv => csv_line(act),
            Self::JsonLines => format!("{}\n", serde_json::to_string(act).unwrap_or_default()),
        }
    }
}

/// An export that is under way.
pub struct Export {
    audit: Audit,
    search: Search,
    format: Format,
    before: Option<i64>,
    started: bool,
}

impl Audit {
    /// Begins an export, and records that `actor` asked for it; it does so before the first piece is made.
    pub async fn export(&self, actor: Actor<'_>, search: Search, format: Format) -> Result<Export, AuditError> {
        let what = if search.is_narrow() { "a part" } else { "all" };
        let entry = Entry::done(Act::ExportAudit, actor).with_detail(format!("{what}, {}", format.word()));
        self.record_alone(&entry).await?;
        Ok(Export { audit: self.clone(), search, format, before: None, started: false })
    }
}

impl Export {
    /// The next piece; `None`: that was all. Newest first; what is added meanwhile is not part of it.
    pub async fn next(&mut self) -> Result<Option<String>, AuditError> {
        let acts = self.audit.search(&self.search, self.before, PIECE).await?;
        let head = if std::mem::replace(&mut self.started, true) { String::new() } else { self.format.head() };
        let Some(oldest) = acts.last() else { return Ok((!head.is_empty()).then_some(head)) };
        self.before = Some(oldest.position);
        Ok(Some(acts.iter().fold(head, |text, act| text + &self.format.line(act))))
    }
}

fn csv_line(act: &RecordedAct) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let cells = [
        act.position.to_string(),
        act.at.to_string(),
        act.act.clone(),
        act.outcome.clone(),
        text(&act.why),
        act.role.clone(),
        text(&act.tid),
        text(&act.oid),
        text(&act.name),
        text(&act.address),
        text(&act.record_kind),
        text(&act.record),
        text(&act.request_id),
        text(&act.correlation_id),
        text(&act.detail),
        act.former_hash.clone(),
        act.hash.clone(),
    ];
    let mut line = String::new();
    add_cells(&mut line, &cells);
    line
}
