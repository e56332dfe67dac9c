-- What was done at Microsoft with a tenant after it was created: one row an intent, committed before the call. Of each kind
-- one is under way at a time.
CREATE TABLE tenant_act (
    id              TEXT   NOT NULL PRIMARY KEY, -- UUID v7, made by the form's page: one form, one act
    onboarding_id   TEXT   NOT NULL REFERENCES onboarding (id),
    kind            TEXT   NOT NULL,             -- agreement, password
    content         TEXT   NOT NULL,             -- JSON: who has accepted and when; why a password is set anew. Never a secret
    state           TEXT   NOT NULL,             -- sending, done, refused, unknown
    request_id      TEXT   NOT NULL,
    correlation_id  TEXT   NOT NULL,
    actor_tid       TEXT   NOT NULL,
    actor_oid       TEXT   NOT NULL,
    actor_name      TEXT   NOT NULL,
    hindrance       TEXT,                        -- why it was not done, or is not known
    failure_status  BIGINT,
    failure_code    TEXT,
    failure_ms_cv   TEXT,
    lease_until_at  BIGINT NOT NULL,             -- of one that is being sent: later its process counts as dead
    begun_at        BIGINT NOT NULL,
    ended_at        BIGINT
);

CREATE UNIQUE INDEX tenant_act_under_way ON tenant_act (onboarding_id, kind) WHERE state = 'sending';
CREATE INDEX tenant_act_by_onboarding ON tenant_act (onboarding_id, kind, id);
