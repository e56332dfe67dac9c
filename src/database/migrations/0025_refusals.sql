-- The field of the form that Microsoft names in a refusal, by the name of its control.
ALTER TABLE onboarding ADD COLUMN failure_field TEXT;
-- MS-CV of the answer that brought the tenant: Microsoft's support finds the call by it.
ALTER TABLE onboarding ADD COLUMN created_ms_cv TEXT;
-- The onboarding whose answers became this draft: the form says there what was wrong with them. It is no reference: those
-- are never deleted, and each deletion of a draft would have to look through the whole table.
ALTER TABLE onboarding ADD COLUMN copy_of TEXT;
