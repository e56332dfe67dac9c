-- Many customers ({customers}), made by SQLite itself: everything follows from the number of the row. The same for
-- PostgreSQL is beside this file.
-- Names, resellers and people repeat as they do in life; one reseller has a fifth of all customers.
CREATE TEMP TABLE syllable AS WITH s(n, t) AS (VALUES
    (0, 'ba'), (1, 'ko'), (2, 'ri'), (3, 'ne'), (4, 'du'), (5, 'fa'), (6, 'mi'), (7, 'lo'), (8, 'su'), (9, 'te'),
    (10, 'wa'), (11, 'zi'), (12, 'pe'), (13, 'ga'), (14, 'ho'), (15, 'vu'), (16, 'ra'), (17, 'ki'), (18, 'do'), (19, 'le')
) SELECT n, t FROM s;
CREATE TEMP TABLE first_word AS SELECT a.n * 400 + b.n * 20 + c.n AS n, a.t || b.t || c.t AS t
    FROM syllable a, syllable b, syllable c;
CREATE TEMP TABLE second_word AS WITH s(n, t) AS (VALUES
    (0, 'winery'), (1, 'traders'), (2, 'works'), (3, 'toys'), (4, 'coffee'), (5, 'insurance'), (6, 'publishing'),
    (7, 'maschinenbau'), (8, 'logistik'), (9, 'solutions'), (10, 'healthcare'), (11, 'institute'), (12, 'airlines')
) SELECT n, t FROM s;
CREATE INDEX temp.first_word_n ON first_word (n);

CREATE TEMP TABLE customer AS
WITH RECURSIVE number(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM number WHERE i + 1 < {customers}),
plan AS (
    SELECT i, 1577836800000 + i * 215000 AS ms, (i * 7919) % 8000 AS one, (i * 31) % 13 AS two, i % 200 AS person,
        CASE WHEN i % 5 = 0 THEN 0 ELSE (i * 104729) % 10000 END AS reseller FROM number
)
SELECT i, ms, person, reseller, f.t AS one, s.t AS two, r.t AS reseller_word, p.t AS person_word,
    printf('%08x-%04x-7000-8000-%012x', ms >> 16, ms & 65535, (i * 1000003) & 1099511627775) AS id,
    printf('%s%d', f.t, i % 100000) AS label
FROM plan JOIN first_word f ON f.n = plan.one JOIN second_word s ON s.n = plan.two
JOIN first_word r ON r.n = (plan.reseller * 7) % 8000 JOIN first_word p ON p.n = plan.person * 3;

INSERT INTO onboarding (id, state, owner_tid, owner_oid, owner_name, form, reseller_id, reseller_name, company_name, domain,
    payload, payload_hash, request_id, correlation_id, in_doubt, customer_id, created_at, changed_at, list_key)
SELECT id, CASE WHEN i % 20011 = 0 THEN 'needs_attention' WHEN i % 25 = 0 THEN 'rejected' WHEN i % 51 = 0 THEN 'draft' ELSE 'created' END,
    'bench', printf('person-%d', person), person_word, printf('{"company_name":"%s %s","domain":"%s","country":"US","reseller_search":"%.300c"}', one, two, label, 'x'),
    printf('%08x-0000-4000-8000-%012x', reseller, reseller), reseller_word || ' Partners', one || ' ' || two, label || '.onmicrosoft.com',
    printf('%.600c', 'x'), printf('%.64c', 'a'), printf('%08x-0000-4001-8000-%012x', i, i), printf('%08x-0000-4002-8000-%012x', i, i), 0,
    printf('%08x-0000-4003-8000-%012x', i, i), ms * 1000, ms * 1000 + (i * 7907) % 100000 * 1000000,
    CAST(one || ' ' || two || char(10) || reseller_word || ' partners' || char(10) || person_word AS BLOB)
FROM customer ORDER BY id;
INSERT INTO onboarding_event (onboarding_id, position, to_state, actor, happened_at)
SELECT id, 1, 'draft', person_word, ms * 1000 FROM customer ORDER BY id;
INSERT INTO credential (onboarding_id, state, owner_tid, owner_oid, sealed_at, expires_at)
SELECT id, CASE WHEN i % 2003 = 0 THEN 'sealed' ELSE 'confirmed' END, 'bench', printf('person-%d', person), ms * 1000, 9000000000000000
FROM customer ORDER BY id;
INSERT INTO listed_reseller SELECT DISTINCT printf('%08x-0000-4000-8000-%012x', reseller, reseller), reseller_word || ' Partners' FROM customer;

INSERT INTO search_word SELECT DISTINCT CAST(word AS BLOB), id FROM (
    SELECT one AS word, id FROM customer UNION ALL SELECT two, id FROM customer UNION ALL SELECT reseller_word, id FROM customer
    UNION ALL SELECT 'partners', id FROM customer UNION ALL SELECT person_word, id FROM customer
    UNION ALL SELECT '.' || label, id FROM customer
) ORDER BY 1, 2;
INSERT INTO search_part WITH RECURSIVE tail(part, word) AS (
    SELECT t, t FROM first_word UNION SELECT t, t FROM second_word UNION SELECT 'partners', 'partners'
    UNION ALL SELECT substr(part, 2), word FROM tail WHERE length(part) > 1
) SELECT DISTINCT CAST(part AS BLOB), CAST(word AS BLOB) FROM tail
UNION ALL SELECT DISTINCT CAST(label AS BLOB), CAST('.' || label AS BLOB) FROM customer ORDER BY 1, 2;
