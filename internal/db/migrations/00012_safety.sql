-- +goose Up

-- What moderators laid on an account, beside its state.
ALTER TABLE account ADD COLUMN limited BOOLEAN NOT NULL DEFAULT FALSE;    -- comes to no stranger who did not ask for it
ALTER TABLE account ADD COLUMN sensitized BOOLEAN NOT NULL DEFAULT FALSE; -- all its posts are marked as sensitive
ALTER TABLE account ADD COLUMN disabled BOOLEAN NOT NULL DEFAULT FALSE;   -- nobody may sign in or act as it
CREATE INDEX account_curbed ON account (id) WHERE limited OR sensitized OR disabled;
CREATE INDEX account_role ON account (role) WHERE role <> '';

-- Somebody told the moderators of an account.
CREATE TABLE report (
    id          {{id}},
    account_id  BIGINT,                          -- who told; NULL once deleted
    target_id   BIGINT  NOT NULL,
    category    TEXT    NOT NULL,                -- spam, legal, violation, other
    comment     TEXT    NOT NULL DEFAULT '',     -- erased with either account
    post_ids    TEXT    NOT NULL DEFAULT '[]',   -- JSON list of the target's posts
    rule_ids    TEXT    NOT NULL DEFAULT '[]',   -- JSON list, of category violation
    forward     BOOLEAN NOT NULL DEFAULT FALSE,  -- it may be told to the target's server
    assigned_id BIGINT,                          -- the moderator who looks after it
    done_by     BIGINT,
    done_at     BIGINT,                          -- NULL while it is open
    created_at  BIGINT  NOT NULL,
    changed_at  BIGINT  NOT NULL
);
CREATE INDEX report_account ON report (account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX report_target ON report (target_id, id);
CREATE INDEX report_open ON report (id) WHERE done_at IS NULL;
CREATE INDEX report_done ON report (done_at) WHERE done_at IS NOT NULL;

-- What moderators decided, for good: who, what, when and why.
CREATE TABLE decision (
    id           {{id}},
    moderator_id BIGINT,                         -- NULL: the server itself
    target_id    BIGINT,                         -- account; NULL of what is about none
    subject      TEXT   NOT NULL DEFAULT '',     -- the domain, address or hashtag that it is about
    action       TEXT   NOT NULL,                -- safety.Action
    report_id    BIGINT,
    post_ids     TEXT   NOT NULL DEFAULT '[]',   -- JSON list: those of the report
    rule_ids     TEXT   NOT NULL DEFAULT '[]',
    reason       TEXT   NOT NULL DEFAULT '',     -- as told to the account; erased with it
    told         BOOLEAN NOT NULL DEFAULT FALSE, -- the account sees it
    key          {{blob}},                       -- SHA-256 of the secret in the mail, by which one who is kept out sees it
    created_at   BIGINT NOT NULL
);
CREATE INDEX decision_target ON decision (target_id, id) WHERE target_id IS NOT NULL;
CREATE INDEX decision_report ON decision (report_id) WHERE report_id IS NOT NULL;
CREATE UNIQUE INDEX decision_key ON decision (key) WHERE key IS NOT NULL;

-- "I disagree", once for each decision.
CREATE TABLE appeal (
    decision_id BIGINT PRIMARY KEY,
    account_id  BIGINT NOT NULL,
    text        TEXT   NOT NULL,
    state       TEXT   NOT NULL,                 -- pending, approved, rejected
    decided_by  BIGINT,
    created_at  BIGINT NOT NULL,
    decided_at  BIGINT
);
CREATE INDEX appeal_account ON appeal (account_id);
CREATE INDEX appeal_pending ON appeal (decision_id) WHERE state = 'pending';

-- Other servers.
CREATE TABLE domain_rule (
    id              {{id}},
    domain          TEXT    NOT NULL,            -- folded
    kind            TEXT    NOT NULL,            -- block, allow
    severity        TEXT    NOT NULL DEFAULT '', -- of a block: noop, silence, suspend
    reject_media    BOOLEAN NOT NULL DEFAULT FALSE,
    reject_reports  BOOLEAN NOT NULL DEFAULT FALSE,
    private_comment TEXT    NOT NULL DEFAULT '',
    public_comment  TEXT    NOT NULL DEFAULT '',
    obfuscate       BOOLEAN NOT NULL DEFAULT FALSE, -- shown in public with stars
    created_at      BIGINT  NOT NULL
);
CREATE UNIQUE INDEX domain_rule_domain ON domain_rule (kind, domain);
CREATE INDEX domain_rule_kind ON domain_rule (kind, id);

-- Mail addresses that may not sign up: all of a domain, or one by its hash.
CREATE TABLE mail_domain_block (
    id         {{id}},
    domain     TEXT   NOT NULL,                  -- folded
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX mail_domain_block_domain ON mail_domain_block (domain);
CREATE TABLE mail_block (
    id         {{id}},
    hash       TEXT   NOT NULL,                  -- SHA-256, in hex, of the canonical address
    account_id BIGINT,                           -- the suspended account it came from, if any
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX mail_block_hash ON mail_block (hash);
CREATE INDEX mail_block_account ON mail_block (account_id) WHERE account_id IS NOT NULL;

-- Addresses of the network.
CREATE TABLE ip_block (
    id         {{id}},
    prefix     TEXT   NOT NULL,                  -- masked, as netip.Prefix writes it
    severity   TEXT   NOT NULL,                  -- sign_up_requires_approval, sign_up_block, no_access
    comment    TEXT   NOT NULL DEFAULT '',
    expires_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX ip_block_prefix ON ip_block (prefix);
CREATE INDEX ip_block_expiry ON ip_block (expires_at) WHERE expires_at IS NOT NULL;
