-- +goose Up

-- Outside people who confirmed an address are one for each address and movement,
-- whatever their names; those that were imported are one for each name.
ALTER TABLE outsider ADD COLUMN address_key {{blob}}; -- HMAC of the confirmed address; NULL for an imported name
DROP INDEX outsider_name;
CREATE UNIQUE INDEX outsider_name ON outsider (movement_id, folded) WHERE address_key IS NULL;
CREATE UNIQUE INDEX outsider_address ON outsider (movement_id, address_key) WHERE address_key IS NOT NULL;

-- The texts of a petition, from its first signature on.
CREATE TABLE petition_text (
    call_id    BIGINT NOT NULL,
    version    BIGINT NOT NULL,                  -- from 1
    title      TEXT   NOT NULL,
    body       TEXT   NOT NULL,                  -- Markdown
    created_at BIGINT NOT NULL,
    PRIMARY KEY (call_id, version)
);

-- What a signature has beside its act; gone when the act is withdrawn.
CREATE TABLE signature (
    act_id        BIGINT PRIMARY KEY,
    call_id       BIGINT NOT NULL,
    outsider_id   BIGINT,                        -- who signed, where it was no account
    address_key   {{blob}},                      -- HMAC of the call and the address; NULL for an account without one
    version       BIGINT NOT NULL,               -- of the text
    withdraw_hash {{blob}},                      -- SHA-256 of the secret in an outside person's mail
    address       TEXT   NOT NULL DEFAULT '',    -- of an outside person who wishes to hear what becomes of it
    language      TEXT   NOT NULL DEFAULT '',    -- to write to them in
    hidden_reason TEXT   NOT NULL DEFAULT '',    -- the story of the act, which organisers hid
    hidden_by     BIGINT
);
-- One person, one signature.
CREATE UNIQUE INDEX signature_person ON signature (call_id, address_key) WHERE address_key IS NOT NULL;
CREATE UNIQUE INDEX signature_withdraw ON signature (withdraw_hash) WHERE withdraw_hash IS NOT NULL;
CREATE INDEX signature_reader ON signature (call_id, act_id) WHERE address <> '';
CREATE INDEX signature_address ON signature (act_id) WHERE address <> '';
CREATE INDEX signature_hider ON signature (hidden_by) WHERE hidden_by IS NOT NULL;
CREATE INDEX signature_hidden ON signature (call_id, act_id) WHERE hidden_reason <> '';

-- Signatures from outside that wait for their address to be confirmed. They
-- count nowhere, and are erased with their address when they expire.
CREATE TABLE signing (
    id            {{id}},
    call_id       BIGINT  NOT NULL,
    address_key   {{blob}} NOT NULL,             -- as in signature
    address       TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    open          BOOLEAN NOT NULL,              -- the name may be shown
    updates       BOOLEAN NOT NULL,              -- keep the address, to tell what becomes of it
    version       BIGINT  NOT NULL,              -- of the text that was shown
    via_kind      TEXT    NOT NULL DEFAULT '',   -- what moved them, as in act
    via_id        BIGINT,
    language      TEXT    NOT NULL DEFAULT '',
    confirm_hash  {{blob}},                      -- SHA-256 of the secrets in the mail; NULL until it is sent
    withdraw_hash {{blob}},
    expires_at    BIGINT  NOT NULL
);
CREATE INDEX signing_person ON signing (call_id, address_key);
CREATE INDEX signing_expiry ON signing (expires_at);
CREATE UNIQUE INDEX signing_confirm ON signing (confirm_hash) WHERE confirm_hash IS NOT NULL;
CREATE UNIQUE INDEX signing_withdraw ON signing (withdraw_hash) WHERE withdraw_hash IS NOT NULL;
-- How many mails an address was sent since a day began for it.
CREATE TABLE signing_mail (
    address_key {{blob}} PRIMARY KEY,            -- HMAC of the address alone
    sent        BIGINT NOT NULL,
    ends_at     BIGINT NOT NULL
);
CREATE INDEX signing_mail_end ON signing_mail (ends_at);

-- Whom a petition speaks to: an account, or an office or person by name.
CREATE TABLE addressee (
    id         {{id}},
    call_id    BIGINT NOT NULL,
    account_id BIGINT,
    name       TEXT   NOT NULL,                  -- '' for an account, which has its own
    role       TEXT   NOT NULL,                  -- in which they are spoken to
    created_at BIGINT NOT NULL
);
CREATE INDEX addressee_call ON addressee (call_id, id);
CREATE UNIQUE INDEX addressee_account ON addressee (account_id, call_id) WHERE account_id IS NOT NULL;

-- That the signatures were handed over.
CREATE TABLE delivery (
    id           {{id}},
    call_id      BIGINT NOT NULL,
    addressee_id BIGINT,                         -- NULL for all of them
    delivered_at BIGINT NOT NULL,                -- the day
    signatures   BIGINT NOT NULL,                -- how many there were when it was noted
    how          TEXT   NOT NULL,
    by_id        BIGINT,                         -- the organiser who noted it; NULL once erased
    created_at   BIGINT NOT NULL
);
CREATE INDEX delivery_call ON delivery (call_id, id);
CREATE INDEX delivery_by ON delivery (by_id) WHERE by_id IS NOT NULL;

-- What addressees answered in public.
CREATE TABLE petition_answer (
    id           {{id}},
    call_id      BIGINT NOT NULL,
    addressee_id BIGINT NOT NULL,
    body         TEXT   NOT NULL,
    source       TEXT   NOT NULL,                -- where it was said; '' where the addressee wrote it here
    by_id        BIGINT,                         -- who wrote or noted it; NULL once erased
    created_at   BIGINT NOT NULL
);
CREATE INDEX petition_answer_call ON petition_answer (call_id, id);
CREATE INDEX petition_answer_addressee ON petition_answer (addressee_id);
CREATE INDEX petition_answer_by ON petition_answer (by_id) WHERE by_id IS NOT NULL;

-- What addressees promised, and whether they kept it.
CREATE TABLE commitment (
    id           {{id}},
    call_id      BIGINT NOT NULL,
    addressee_id BIGINT NOT NULL,
    promise      TEXT   NOT NULL,
    source       TEXT   NOT NULL,                -- as of an answer
    due_at       BIGINT NOT NULL,
    remind_at    BIGINT,                         -- when to ask what became of it; NULL once done
    state        TEXT   NOT NULL DEFAULT 'open', -- open, kept, broken: that of the last ruling
    by_id        BIGINT,
    created_at   BIGINT NOT NULL
);
CREATE INDEX commitment_call ON commitment (call_id, id);
CREATE INDEX commitment_addressee ON commitment (addressee_id);
CREATE INDEX commitment_due ON commitment (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX commitment_by ON commitment (by_id) WHERE by_id IS NOT NULL;
-- Each change of it, which stays on record.
CREATE TABLE commitment_ruling (
    id            {{id}},
    commitment_id BIGINT NOT NULL,
    state         TEXT   NOT NULL,
    evidence      TEXT   NOT NULL,               -- a link, or what was seen
    by_id         BIGINT,
    created_at    BIGINT NOT NULL
);
CREATE INDEX commitment_ruling_of ON commitment_ruling (commitment_id, id);
CREATE INDEX commitment_ruling_by ON commitment_ruling (by_id) WHERE by_id IS NOT NULL;
