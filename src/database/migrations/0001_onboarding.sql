-- One attempt to create a customer, from draft to its end.
CREATE TABLE onboarding (
    id              TEXT   NOT NULL PRIMARY KEY, -- UUID v7, made by the form's page: it sorts by time
    state           TEXT   NOT NULL,
    owner_tid       TEXT   NOT NULL,
    owner_oid       TEXT   NOT NULL,
    owner_name      TEXT   NOT NULL,
    form            TEXT   NOT NULL,             -- JSON, as typed
    reseller_id     TEXT,
    reseller_name   TEXT,
    company_name    TEXT   NOT NULL,
    domain          TEXT   NOT NULL,             -- in full; empty in a draft without one
    -- From the commit of the intent on: what is sent, and by which ids.
    payload         TEXT,                        -- canonical JSON
    payload_hash    TEXT,                        -- SHA-256, hex
    request_id      TEXT   UNIQUE,
    correlation_id  TEXT,
    in_doubt        BIGINT NOT NULL,             -- 1: an attempt may have arrived and its outcome is not known
    -- Who sends it just now; a lease that ran out belongs to a dead process.
    lease           TEXT,
    lease_until_at  BIGINT,
    -- The outcome.
    customer_id     TEXT,
    failure_reason  TEXT,
    failure_status  BIGINT,
    failure_code    TEXT,
    failure_ms_cv   TEXT,
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL
);

-- What of mine is waiting. The list of all goes by the primary key.
CREATE INDEX onboarding_by_owner ON onboarding (owner_tid, owner_oid, id);
-- What a dead process has left behind.
CREATE INDEX onboarding_by_lease ON onboarding (lease_until_at);

-- Every step of an onboarding; rows are added, never changed.
CREATE TABLE onboarding_event (
    onboarding_id  TEXT   NOT NULL REFERENCES onboarding (id),
    position       BIGINT NOT NULL,              -- 1, 2, 3 ... within the onboarding
    to_state       TEXT   NOT NULL,
    actor          TEXT,                         -- name of a person; NULL: the portal itself
    happened_at    BIGINT NOT NULL,
    PRIMARY KEY (onboarding_id, position)
);

-- The admin credentials of a created tenant. What is erased leaves its row behind: who and when.
CREATE TABLE credential (
    onboarding_id  TEXT   NOT NULL PRIMARY KEY REFERENCES onboarding (id),
    state          TEXT   NOT NULL,              -- sealed, claimed, confirmed, unconfirmed, expired, missing
    owner_tid      TEXT   NOT NULL,
    owner_oid      TEXT   NOT NULL,
    sealed         TEXT,                         -- envelope of the keyring; NULL once erased
    sealed_at      BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    -- The one claim.
    claimant_tid   TEXT,
    claimant_oid   TEXT,
    claimant_name  TEXT,
    token_hash     TEXT,
    session_hash   TEXT,
    claimed_at     BIGINT,
    claim_until_at BIGINT,
    confirmed_at   BIGINT
);

-- What is to be erased by its time.
CREATE INDEX credential_by_expiry ON credential (state, expires_at);
CREATE INDEX credential_by_claim ON credential (state, claim_until_at);
