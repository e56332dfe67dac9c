-- The rules of countries as Partner Center gave them: a row a version, the last one is in force.
CREATE TABLE country_rules_version (
    country        TEXT   NOT NULL,        -- ISO 3166-1 alpha-2, or one of Microsoft's own
    version        BIGINT NOT NULL,        -- from 1
    hash           TEXT   NOT NULL,        -- SHA-256 of the rules, hexadecimal
    rules          TEXT   NOT NULL,        -- JSON
    first_seen_at  BIGINT NOT NULL,
    last_seen_at   BIGINT NOT NULL,
    PRIMARY KEY (country, version)
);

-- What refusals of a create have taught about registration numbers. The last lesson of a kind holds.
CREATE TABLE country_lesson (
    country     TEXT   NOT NULL,
    subject     TEXT   NOT NULL,           -- 'number' or 'format'
    lesson      TEXT   NOT NULL,           -- 'wanted', 'not_wanted'; of a format the expression that Microsoft named
    learned_at  BIGINT NOT NULL,
    last_at     BIGINT NOT NULL,           -- when it was taught again
    times       BIGINT NOT NULL,
    PRIMARY KEY (country, subject)
);
