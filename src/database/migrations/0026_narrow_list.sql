-- What the list searches, filters and sorts by, without the forms and payloads that make its rows large: thousands are
-- looked at for a page, and only those of the page are read.
CREATE INDEX onboarding_listed
    ON onboarding (id, list_key, domain, state, reseller_id, owner_tid, owner_oid, changed_at);
