-- +goose Up

-- The keys that sign badges: one at a time signs, the public halves of all stay,
-- so that what they signed can be verified.
CREATE TABLE badge_key (
    id      TEXT     NOT NULL PRIMARY KEY,       -- 64 random bits, hexadecimal; part of the key's address
    period  BIGINT   NOT NULL,                   -- which stretch of time it signs in, see badge.keyFor
    public  {{blob}} NOT NULL,                   -- PKIX, DER
    private {{blob}}                             -- PKCS #8, DER; NULL once a newer one signs
);
CREATE UNIQUE INDEX badge_key_period ON badge_key (period);

-- What was handed out. One without its act is revoked, and says nothing any more of
-- whose it was.
CREATE TABLE badge (
    id       TEXT   NOT NULL PRIMARY KEY,        -- 128 random bits as a UUID (version 4)
    issuer   BIGINT NOT NULL,                    -- the movement that the server speaks for; 0 for none
    month    TEXT   NOT NULL,                    -- which list would tell that it is revoked: 2026-11
    act_id   BIGINT REFERENCES act (id),         -- NULL: revoked
    named_by TEXT   NOT NULL,                    -- what it knows the doer by: profile or address; '' once revoked
    quantity BIGINT NOT NULL                     -- what it says the act came to; 0 once revoked
);
CREATE UNIQUE INDEX badge_act ON badge (act_id, named_by) WHERE act_id IS NOT NULL;
CREATE INDEX badge_revoked ON badge (issuer, month, id) WHERE act_id IS NULL;
