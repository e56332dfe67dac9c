-- Which page has stored a draft last, and which save of that page it was: two windows of the same person must not
-- overwrite each other unnoticed.
ALTER TABLE onboarding ADD COLUMN draft_page TEXT;
ALTER TABLE onboarding ADD COLUMN draft_save BIGINT;

-- Drafts that nobody has touched for long.
CREATE INDEX onboarding_draft_by_change ON onboarding (changed_at) WHERE state = 'draft';
