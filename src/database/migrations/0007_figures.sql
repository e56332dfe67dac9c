-- What the metrics ask at every scrape: how many onboardings there are in each state, and since when the oldest.
CREATE INDEX onboarding_by_state ON onboarding (state, changed_at);
