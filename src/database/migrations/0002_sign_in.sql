-- Sign-ins that have been started and not yet finished; ten minutes each.
CREATE TABLE sign_in_transaction (
    id          TEXT   NOT NULL PRIMARY KEY, -- SHA-256 of the state, base64url; also the end of the cookie's name
    binding     TEXT   NOT NULL,             -- SHA-256 of the cookie's value, base64url
    sealed      TEXT   NOT NULL,             -- nonce, verifier, issuer, way back; empty once used
    started_at  BIGINT NOT NULL,
    used_at     BIGINT NOT NULL              -- 0: not yet
);

CREATE INDEX sign_in_transaction_age ON sign_in_transaction (started_at);

-- What a person has granted: the refresh token of the last sign-in.
CREATE TABLE entra_grant (
    tid            TEXT   NOT NULL,
    oid            TEXT   NOT NULL,
    refresh_token  TEXT   NOT NULL,          -- sealed
    version        BIGINT NOT NULL,          -- changes with the refresh token
    lease          TEXT   NOT NULL,          -- who is refreshing; empty: nobody
    lease_ends_at  BIGINT NOT NULL,
    refreshed_at   BIGINT NOT NULL,
    PRIMARY KEY (tid, oid)
);

-- The people who have signed in, as their last sign-in described them.
CREATE TABLE operator (
    tid            TEXT   NOT NULL,
    oid            TEXT   NOT NULL,
    name           TEXT   NOT NULL,
    sign_in_name   TEXT   NOT NULL,          -- for display alone: it can be reassigned
    role           TEXT   NOT NULL,          -- value of the app role
    roles_read_at  BIGINT NOT NULL,
    PRIMARY KEY (tid, oid)
);

CREATE TABLE session (
    id       TEXT   NOT NULL PRIMARY KEY,    -- SHA-256 of the cookie's value, base64url
    tid      TEXT   NOT NULL,
    oid      TEXT   NOT NULL,
    made_at  BIGINT NOT NULL,
    seen_at  BIGINT NOT NULL                 -- to the minute
);

CREATE INDEX session_person ON session (tid, oid);
CREATE INDEX session_made ON session (made_at);

-- Forms that were sent without a session; they wait here for the sign-in.
CREATE TABLE parked_form (
    id         TEXT   NOT NULL PRIMARY KEY,  -- SHA-256 of the key, base64url
    sealed     TEXT   NOT NULL,
    parked_at  BIGINT NOT NULL
);

CREATE INDEX parked_form_age ON parked_form (parked_at);
