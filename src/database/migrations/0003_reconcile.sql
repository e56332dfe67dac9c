-- Finding out what became of an attempt, and reading a new tenant back, on a schedule that survives restarts.
--
-- A row has a lease (somebody is at work), or a next attempt (somebody will be), or is parked (until its owner signs in
-- again), or nobody's turn is left: the person's, or none.
ALTER TABLE onboarding ADD COLUMN next_attempt_at BIGINT;
ALTER TABLE onboarding ADD COLUMN parked_at BIGINT;
ALTER TABLE onboarding ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0; -- of the step that it is in
ALTER TABLE onboarding ADD COLUMN repeats BIGINT NOT NULL DEFAULT 0;  -- of the create, after the outcome became unknown
ALTER TABLE onboarding ADD COLUMN last_sent_at BIGINT;                -- when a create may have gone out last
-- After the tenant was made: when it was read back, and when its reseller was found to be the right one.
ALTER TABLE onboarding ADD COLUMN visible_at BIGINT;
ALTER TABLE onboarding ADD COLUMN reseller_verified_at BIGINT;

CREATE INDEX onboarding_by_next_attempt ON onboarding (next_attempt_at);
CREATE INDEX onboarding_by_park ON onboarding (parked_at) WHERE parked_at IS NOT NULL;
CREATE INDEX onboarding_by_customer ON onboarding (customer_id) WHERE customer_id IS NOT NULL;

-- What was found each time the portal looked for a tenant whose create had no answer; rows are added, never changed.
CREATE TABLE onboarding_evidence (
    onboarding_id  TEXT   NOT NULL REFERENCES onboarding (id),
    position       BIGINT NOT NULL,              -- 1, 2, 3 ... within the onboarding
    found          TEXT   NOT NULL,              -- JSON
    verdict        TEXT   NOT NULL,
    gathered_at    BIGINT NOT NULL,
    PRIMARY KEY (onboarding_id, position)
);

-- What an older portal has left standing is taken up again.
UPDATE onboarding SET next_attempt_at = changed_at, last_sent_at = changed_at
 WHERE state IN ('unknown', 'created') AND lease IS NULL;
UPDATE onboarding SET parked_at = changed_at WHERE state = 'needs_attention' AND failure_reason = 'sign_in_again';
UPDATE onboarding SET state = 'submitted', next_attempt_at = changed_at
 WHERE state = 'needs_attention' AND failure_reason IN ('not_sent', 'throttled');
