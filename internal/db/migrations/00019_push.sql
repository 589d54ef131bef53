-- +goose Up

-- Devices that are told of notices by Web Push; one for each token of an app.
CREATE TABLE push_subscription (
    id         {{id}},
    account_id BIGINT   NOT NULL,
    token_id   BIGINT   NOT NULL,
    token_hash {{blob}} NOT NULL,                -- token.hash: by it the end of a token is heard of
    endpoint   TEXT     NOT NULL,                -- where its push service takes messages
    public_key {{blob}} NOT NULL,                -- the device's, a point on P-256
    secret     {{blob}} NOT NULL,                -- that it authenticates messages by, 16 bytes
    standard   BOOLEAN  NOT NULL,                -- RFC 8291; else the draft before it
    alerts     TEXT     NOT NULL DEFAULT '',     -- types of notifications, in clients' words, separated by spaces
    policy     TEXT     NOT NULL,                -- all, followed, follower, none
    sent_id    BIGINT   NOT NULL,                -- the last notice that was looked at for it
    sent_at    BIGINT   NOT NULL DEFAULT 0,      -- when a message went out last
    failures   BIGINT   NOT NULL DEFAULT 0,      -- in a row
    retry_at   BIGINT   NOT NULL DEFAULT 0       -- not before this
);
CREATE UNIQUE INDEX push_subscription_token ON push_subscription (token_id);
CREATE INDEX push_subscription_hash ON push_subscription (token_hash);
CREATE INDEX push_subscription_account ON push_subscription (account_id, id);
