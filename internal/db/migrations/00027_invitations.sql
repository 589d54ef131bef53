-- +goose Up
-- Turns passed on to people who need not have an account: by a link, or by mail.
-- The secret of a link is computed from the row's id and never kept.
CREATE TABLE invitation (
    id            {{id}},
    act_id        BIGINT  NOT NULL,              -- the inviter's
    call_id       BIGINT  NOT NULL,
    movement_id   BIGINT  NOT NULL,
    inviter_id    BIGINT  NOT NULL,
    by_mail       BOOLEAN NOT NULL,
    address       TEXT    NOT NULL DEFAULT '',   -- '' of a link, and once erased
    address_key   {{blob}},                      -- HMAC of the mailbox; NULL likewise
    note          TEXT    NOT NULL DEFAULT '',   -- what the inviter wrote
    language      TEXT    NOT NULL,              -- of the mail
    state         TEXT    NOT NULL,              -- open, accepted, declined, taken_up, expired, withdrawn
    hidden        BOOLEAN NOT NULL DEFAULT FALSE, -- never sent: refused, asked already, asked too often, not wished
    active        BOOLEAN NOT NULL,              -- holds the mailbox's place until the deadline
    created_at    BIGINT  NOT NULL,
    deadline      BIGINT  NOT NULL,
    accepted_at   BIGINT,
    remind_at     BIGINT,                        -- when to mail once more; NULL once done, or never
    ended_at      BIGINT,                        -- when the deadline was acted on
    nomination_id BIGINT                         -- what became of it once somebody took it up
);
-- Nobody is invited to a call twice at once.
CREATE UNIQUE INDEX invitation_place ON invitation (call_id, address_key) WHERE active AND address_key IS NOT NULL;
CREATE INDEX invitation_inviter ON invitation (inviter_id, id);
CREATE INDEX invitation_act ON invitation (act_id);
CREATE INDEX invitation_due ON invitation (deadline) WHERE ended_at IS NULL;
CREATE INDEX invitation_reminder ON invitation (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX invitation_erase ON invitation (deadline) WHERE address_key IS NOT NULL;

-- What was mailed to a mailbox lately, by anybody, and whether it refuses for good.
CREATE TABLE invited_mailbox (
    address_key {{blob}} PRIMARY KEY,            -- HMAC of the mailbox
    refused     BOOLEAN NOT NULL DEFAULT FALSE,
    since       BIGINT  NOT NULL,                -- begin of the week that mails are counted in
    mails       BIGINT  NOT NULL
);
CREATE INDEX invited_mailbox_since ON invited_mailbox (since) WHERE NOT refused;
-- How many mails an account had sent on a day.
CREATE TABLE inviting (
    account_id BIGINT NOT NULL,
    day        BIGINT NOT NULL,                  -- days since 1970 in UTC
    mails      BIGINT NOT NULL,
    PRIMARY KEY (account_id, day)
);
CREATE INDEX inviting_day ON inviting (day);
