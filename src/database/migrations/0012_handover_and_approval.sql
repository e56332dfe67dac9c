-- Credentials that are sealed to a reseller instead of being opened. The row then belongs to the reseller's tenant
-- (owner_tid) and to nobody in particular there (owner_oid is empty); these columns say how it came to that.
ALTER TABLE credential ADD COLUMN handed_at BIGINT;                -- NULL: not handed over
ALTER TABLE credential ADD COLUMN handed_to_name TEXT;             -- name of the reseller
ALTER TABLE credential ADD COLUMN handed_by_tid TEXT;
ALTER TABLE credential ADD COLUMN handed_by_oid TEXT;
ALTER TABLE credential ADD COLUMN handed_by_name TEXT;
-- To whom and until when they come back if they are taken back.
ALTER TABLE credential ADD COLUMN former_tid TEXT;
ALTER TABLE credential ADD COLUMN former_oid TEXT;
ALTER TABLE credential ADD COLUMN former_expires_at BIGINT;

-- Home pages ask: what may be opened by these people, what have I handed over, what of mine was handed over?
CREATE INDEX credential_by_owner ON credential (owner_tid, owner_oid, state);
CREATE INDEX credential_by_giver ON credential (handed_by_tid, handed_by_oid) WHERE handed_at IS NOT NULL;
CREATE INDEX credential_by_former ON credential (former_tid, former_oid) WHERE handed_at IS NOT NULL;

-- How a reseller's own onboardings go on: a reseller that is not in here submits directly.
CREATE TABLE reseller_setting (
    reseller_id  TEXT   NOT NULL PRIMARY KEY,
    submission   TEXT   NOT NULL,              -- direct, approved
    set_by_name  TEXT   NOT NULL,
    set_at       BIGINT NOT NULL
);

-- What an account manager has sent back, until it is sent again.
ALTER TABLE onboarding ADD COLUMN sent_back_by TEXT;
ALTER TABLE onboarding ADD COLUMN sent_back_at BIGINT;
ALTER TABLE onboarding ADD COLUMN sent_back_comment TEXT;

-- What a person said about a step.
ALTER TABLE onboarding_event ADD COLUMN comment TEXT;
