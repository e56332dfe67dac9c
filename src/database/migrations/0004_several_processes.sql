-- The access token of the last refresh, so that one process refreshes for all.
ALTER TABLE entra_grant ADD COLUMN access_token TEXT;                        -- sealed; NULL: none
ALTER TABLE entra_grant ADD COLUMN access_ends_at BIGINT NOT NULL DEFAULT 0;

-- The one machine that may have a SQLite file open; empty on PostgreSQL.
CREATE TABLE host_claim (
    claim  TEXT   NOT NULL PRIMARY KEY,  -- always 'host': there is one row
    host   TEXT   NOT NULL,              -- boot id of the machine; empty: it has let go
    beat   BIGINT NOT NULL               -- counts signs of life
);
