-- The list of customers: what it is sorted by, what it is searched by, and the tenants that were not made here.
--
-- Keys and words are bytes and not text, so that they sort and compare alike on both engines, whatever collation a
-- database has.

-- Company, reseller and person in lower case, one line each; NULL: not there yet (see src/journal/listed.rs).
ALTER TABLE onboarding ADD COLUMN list_key BYTEA;
CREATE INDEX onboarding_unlisted ON onboarding (id) WHERE list_key IS NULL;

-- One for each order of the list. The newest first go by the primary key.
CREATE INDEX onboarding_by_change ON onboarding (changed_at, id);
CREATE INDEX onboarding_by_name ON onboarding (list_key, id);
CREATE INDEX onboarding_of_reseller ON onboarding (reseller_id, id);
CREATE INDEX onboarding_of_reseller_by_change ON onboarding (reseller_id, changed_at, id);
CREATE INDEX onboarding_of_reseller_by_name ON onboarding (reseller_id, list_key, id);
-- An id that somebody has at hand.
CREATE INDEX onboarding_by_correlation ON onboarding (correlation_id) WHERE correlation_id IS NOT NULL;

-- Which word stands in the row of which onboarding or tenant.
CREATE TABLE search_word (
    word  BYTEA  NOT NULL,             -- lower case, UTF-8; the first label of a domain begins with a full stop
    id    TEXT   NOT NULL,             -- of an onboarding, or a customer id
    PRIMARY KEY (word, id)
);

-- Every end of every word, so that a part of a word is the beginning of one of these. Words are shared by rows and stay.
CREATE TABLE search_part (
    part  BYTEA  NOT NULL,
    word  BYTEA  NOT NULL,
    PRIMARY KEY (part, word)
);

-- The resellers that onboardings name, each by its latest name.
CREATE TABLE listed_reseller (
    id    TEXT   NOT NULL PRIMARY KEY,
    name  TEXT   NOT NULL
);

-- Tenants that Partner Center lists and that were not made here, as they were read last.
CREATE TABLE partner_tenant (
    id            TEXT   NOT NULL PRIMARY KEY, -- customer id
    newest_key    TEXT   NOT NULL,             -- sorts among the ids of onboardings: by listed_at, then by id
    list_key      BYTEA  NOT NULL,             -- company name in lower case
    company_name  TEXT   NOT NULL,
    domain        TEXT   NOT NULL,             -- in full
    relationship  TEXT   NOT NULL,             -- as Partner Center spells it
    listed_at     BIGINT NOT NULL,             -- when it was seen first; 0: it was there when the portal first looked
    seen_in       BIGINT NOT NULL              -- number of the reading that saw it last
);
CREATE INDEX partner_tenant_newest ON partner_tenant (newest_key);
CREATE INDEX partner_tenant_by_listing ON partner_tenant (listed_at, id);
CREATE INDEX partner_tenant_by_name ON partner_tenant (list_key, id);
CREATE INDEX partner_tenant_by_reading ON partner_tenant (seen_in);

-- How the reading of them stands: one row.
CREATE TABLE partner_tenant_reading (
    one             TEXT   NOT NULL PRIMARY KEY, -- always 'one'
    number          BIGINT NOT NULL,             -- of the reading that runs or ran last
    lease           TEXT   NOT NULL,             -- who reads; empty: nobody
    lease_until_at  BIGINT NOT NULL,
    due_at          BIGINT NOT NULL,             -- when the next one begins
    asked_at        BIGINT NOT NULL,             -- when a person asked for one last; 0: never
    asked_tid       TEXT   NOT NULL,             -- who
    asked_oid       TEXT   NOT NULL,
    finished_at     BIGINT NOT NULL,             -- when one came to its end last; 0: never
    failed          BIGINT NOT NULL              -- 1: the last one did not
);
INSERT INTO partner_tenant_reading VALUES ('one', 0, '', 0, 0, 0, '', '', 0, 0);
