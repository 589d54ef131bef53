-- +goose Up

-- Acts that are shown under another name than their doer's, and whose they are. No
-- answer to anybody but the doer may depend on it.
CREATE TABLE veiled (
    act_id     BIGINT PRIMARY KEY,               -- its doer_id is an outsider
    account_id BIGINT NOT NULL
);
CREATE INDEX veiled_account ON veiled (account_id, act_id);

CREATE TABLE fundraiser (
    call_id    BIGINT PRIMARY KEY,
    give_url   TEXT   NOT NULL DEFAULT '',       -- the charity's own page for gifts
    changed_at BIGINT NOT NULL
);
-- Gifts that the beneficiary does not find: they count for nothing until confirmed.
CREATE TABLE gift_doubt (
    act_id     BIGINT PRIMARY KEY,
    call_id    BIGINT NOT NULL,
    amount     BIGINT NOT NULL,                  -- what the doer says, in the act's smallest unit
    reason     TEXT   NOT NULL DEFAULT '',
    by_id      BIGINT,                           -- account; NULL once deleted
    created_at BIGINT NOT NULL
);
CREATE INDEX gift_doubt_call ON gift_doubt (call_id, act_id);
CREATE INDEX gift_doubt_by ON gift_doubt (by_id) WHERE by_id IS NOT NULL;

-- Somebody promises to add what others give, up to an amount and a day.
CREATE TABLE matching (
    id         {{id}},
    call_id    BIGINT NOT NULL,
    account_id BIGINT NOT NULL,                  -- who promises
    unit       TEXT   NOT NULL,                  -- ISO 4217
    most       BIGINT NOT NULL,
    until_at   BIGINT NOT NULL,
    state      TEXT   NOT NULL,                  -- offered, stands, refused, withdrawn
    basis      BIGINT NOT NULL DEFAULT 0,        -- confirmed gifts when it began to stand
    final      BIGINT,                           -- confirmed gifts when its day had come
    paid       BIGINT NOT NULL DEFAULT 0,        -- what the beneficiary says that it received
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX matching_call ON matching (call_id, id);
CREATE INDEX matching_account ON matching (account_id);
CREATE INDEX matching_due ON matching (until_at) WHERE state = 'stands' AND final IS NULL;

-- What the beneficiary spent. Rows are never changed: a correction is a row more,
-- which stands in place of an earlier one.
CREATE TABLE spending (
    id         {{id}},
    call_id    BIGINT NOT NULL,
    purpose    TEXT   NOT NULL,
    unit       TEXT   NOT NULL,                  -- ISO 4217
    amount     BIGINT NOT NULL,                  -- in the smallest unit; 0 only in a correction
    spent_at   BIGINT NOT NULL,
    note       TEXT   NOT NULL DEFAULT '',
    corrects   BIGINT,                           -- the row in whose place it stands
    created_by BIGINT,                           -- account; NULL once deleted
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX spending_corrects ON spending (corrects) WHERE corrects IS NOT NULL;
CREATE INDEX spending_call ON spending (call_id, id);
CREATE INDEX spending_by ON spending (created_by) WHERE created_by IS NOT NULL;
