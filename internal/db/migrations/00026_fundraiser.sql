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

-- Somebody went to pay at Stripe: what they chose, and how far it came.
CREATE TABLE checkout (
    id         {{id}},
    call_id    BIGINT  NOT NULL,
    account_id BIGINT,                           -- NULL without an account here, or once deleted
    monthly    BOOLEAN NOT NULL,
    unit       TEXT    NOT NULL,                 -- ISO 4217
    amount     BIGINT  NOT NULL,                 -- in the smallest unit by ISO, once or each month
    shown      TEXT    NOT NULL,                 -- named, pen, anonymous
    pen_name   TEXT    NOT NULL DEFAULT '',
    story      TEXT    NOT NULL DEFAULT '',
    via_kind   TEXT    NOT NULL DEFAULT '',      -- what inspired it, as in act
    via_id     BIGINT,
    language   TEXT    NOT NULL DEFAULT '',      -- of the receipt
    state      TEXT    NOT NULL,                 -- new, open, paid, expired, active, failing, ended
    session    TEXT    NOT NULL DEFAULT '',      -- Stripe's ids
    subscription TEXT  NOT NULL DEFAULT '',
    pay_url    TEXT    NOT NULL DEFAULT '',      -- where to pay; '' once that is over
    ending     BOOLEAN NOT NULL DEFAULT FALSE,   -- Stripe is to be told that the months end
    ask_at     BIGINT,                           -- when to ask Stripe about it; NULL for never
    created_at BIGINT  NOT NULL,
    changed_at BIGINT  NOT NULL
);
CREATE INDEX checkout_account ON checkout (account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX checkout_call ON checkout (call_id, id);
CREATE INDEX checkout_ask ON checkout (ask_at) WHERE ask_at IS NOT NULL;
CREATE UNIQUE INDEX checkout_subscription ON checkout (subscription) WHERE subscription <> '';
-- Money that came: one for a gift, one a month for monthly gifts. Facts come in any
-- order, so each has its row by Stripe's own id, and what they add up to is computed
-- whenever one comes.
CREATE TABLE payment (
    id          {{id}},
    stripe_key  TEXT   NOT NULL,                 -- the payment intent, or of monthly gifts the invoice
    checkout_id BIGINT NOT NULL,
    intent      TEXT   NOT NULL DEFAULT '',      -- the payment intent, '' while not known
    amount      BIGINT NOT NULL,                 -- in the smallest unit by ISO
    paid_at     BIGINT NOT NULL,
    act_id      BIGINT,                          -- the gift
    counted     BIGINT NOT NULL DEFAULT 0,       -- what the gift counts for: paid less refunded and disputed
    mail        TEXT   NOT NULL DEFAULT '',      -- where the receipt goes; erased once it went
    mailed_at   BIGINT
);
CREATE UNIQUE INDEX payment_key ON payment (stripe_key);
CREATE INDEX payment_intent ON payment (intent) WHERE intent <> '';
CREATE INDEX payment_checkout ON payment (checkout_id, id);
CREATE INDEX payment_act ON payment (act_id) WHERE act_id IS NOT NULL;
-- Which payment intent paid which invoice.
CREATE TABLE invoice_intent (
    invoice TEXT PRIMARY KEY,
    intent  TEXT NOT NULL
);
-- What was paid back, or taken back by a donor's bank.
CREATE TABLE payback (
    stripe_id TEXT   PRIMARY KEY,                -- of the refund or dispute
    intent    TEXT   NOT NULL,
    amount    BIGINT NOT NULL,                   -- in Stripe's unit
    unit      TEXT   NOT NULL,                   -- ISO 4217
    rank      BIGINT NOT NULL,                   -- of its status: a later one never gives way to an earlier
    counts    BOOLEAN NOT NULL                   -- whether it lowers the gift
);
CREATE INDEX payback_intent ON payback (intent);
-- Events of Stripe's that were applied, so that one that comes again changes nothing.
CREATE TABLE stripe_event (
    id          TEXT   PRIMARY KEY,
    received_at BIGINT NOT NULL
);
CREATE INDEX stripe_event_received ON stripe_event (received_at);
CREATE INDEX payment_unlinked ON payment (stripe_key) WHERE intent = '';
-- One row, which whoever applies what Stripe says holds until they are done: so each
-- sees all that was said before.
CREATE TABLE stripe_turn (
    id    BIGINT PRIMARY KEY,
    turns BIGINT NOT NULL
);
