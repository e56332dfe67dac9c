-- How many onboardings were sent today (UTC): by each person, for each reseller, by everybody.
CREATE TABLE daily_creates (
    who      TEXT   NOT NULL PRIMARY KEY,  -- 'person/<tid>/<oid>', 'reseller/<id>' or 'everybody'
    day      TEXT   NOT NULL,              -- the last day on which there was one, YYYY-MM-DD
    creates  BIGINT NOT NULL               -- on that day
);
