-- The domain that an onboarding has chosen and that nobody else here chooses meanwhile. No reference to the onboarding:
-- a form chooses before its draft is stored.
CREATE TABLE domain_reservation (
    domain         TEXT   NOT NULL PRIMARY KEY, -- in full
    onboarding_id  TEXT   NOT NULL,
    owner_tid      TEXT   NOT NULL,
    owner_oid      TEXT   NOT NULL,
    until_at       BIGINT NOT NULL
);
CREATE INDEX domain_reservation_of ON domain_reservation (onboarding_id);
CREATE INDEX domain_reservation_by_end ON domain_reservation (until_at);

-- Who else wants, or has, this domain?
CREATE INDEX onboarding_by_domain ON onboarding (domain);
