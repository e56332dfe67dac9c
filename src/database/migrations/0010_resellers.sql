-- The provider's indirect resellers, as Partner Center listed them last. A person of another tenant is let in by this
-- table and nothing else.
CREATE TABLE reseller (
    id        TEXT   NOT NULL PRIMARY KEY, -- tenant id
    name      TEXT   NOT NULL,
    mpn_id    TEXT   NOT NULL,
    location  TEXT   NOT NULL,             -- country, ISO 3166-1 alpha-2
    state     TEXT   NOT NULL,             -- 'active'; 'gone': no longer listed; else as Partner Center names it
    seen_at   BIGINT NOT NULL              -- when a list that had it was asked for
);

-- Who somebody is gets read again while the person works; the column roles_read_at is the last sign-in.
ALTER TABLE operator ADD COLUMN checked_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE operator ADD COLUMN check_tried_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE operator ADD COLUMN disabled_at BIGINT; -- shut out of the portal by an administrator
UPDATE operator SET checked_at = roles_read_at;

-- The account of the provider with which the onboardings of resellers run. What it has granted is in entra_grant.
CREATE TABLE provider_connection (
    name          TEXT   NOT NULL PRIMARY KEY, -- always 'provider': there is one row
    tid           TEXT   NOT NULL,
    oid           TEXT   NOT NULL,
    person        TEXT   NOT NULL,             -- display name
    sign_in_name  TEXT   NOT NULL,
    connected_by  TEXT   NOT NULL,             -- name of the administrator
    connected_at  BIGINT NOT NULL,
    used_at       BIGINT NOT NULL,             -- when a token was last had by it
    trouble       TEXT,                        -- why none could be had since, in a word
    trouble_code  BIGINT,                      -- AADSTS number, if Entra gave one
    trouble_at    BIGINT
);
