-- Who did what, when, from where, on which record, with which outcome. Rows are added, never changed and never removed:
-- they outlive Partner Center's own audit records, which end after 90 days.
CREATE TABLE audit_event (
    position        BIGINT NOT NULL PRIMARY KEY, -- 1, 2, 3 ... without gaps
    happened_at     BIGINT NOT NULL,
    act             TEXT   NOT NULL,
    outcome         TEXT   NOT NULL,             -- done, refused
    why             TEXT,                        -- of a refusal: a word of ours, and Microsoft's code if there is one
    role            TEXT   NOT NULL,             -- what the person was then; portal: nobody asked; command: at the machine
    tid             TEXT,
    oid             TEXT,
    name            TEXT,
    address         TEXT,                        -- where the request came from
    record_kind     TEXT,
    record          TEXT,                        -- id of what the act was about
    request_id      TEXT,                        -- MS-RequestId
    correlation_id  TEXT,                        -- MS-CorrelationId
    detail          TEXT,
    former_hash     TEXT   NOT NULL,             -- hash of the row before
    hash            TEXT   NOT NULL              -- SHA-256 over former_hash and the row, hex
);

CREATE INDEX audit_event_by_record ON audit_event (record, position);
CREATE INDEX audit_event_by_person ON audit_event (oid, position);
CREATE INDEX audit_event_by_act ON audit_event (act, position);
CREATE INDEX audit_event_by_time ON audit_event (happened_at);

-- Where the chain ends, sealed: whoever has the database alone cannot make another end for it.
CREATE TABLE audit_head (
    name    TEXT NOT NULL PRIMARY KEY,           -- always 'head': there is one row, and who adds to the chain locks it
    sealed  TEXT NOT NULL                        -- position and hash of the last row; empty before the first
);

INSERT INTO audit_head (name, sealed) VALUES ('head', '');

-- When the audit is compared with Partner Center's records of added customers; one row, and of several processes one does.
CREATE TABLE audit_comparison (
    name        TEXT   NOT NULL PRIMARY KEY,     -- always 'partner_center'
    due_at      BIGINT NOT NULL,
    compared_at BIGINT                           -- when it came to its end last
);

INSERT INTO audit_comparison (name, due_at) VALUES ('partner_center', 0);
