-- +goose Up

-- A witness whose word looks unusual stands and is shown, and lifts no proof.
ALTER TABLE witness ADD COLUMN weighed BOOLEAN NOT NULL DEFAULT FALSE;

-- What is weighed: the acts that witnesses lifted.
CREATE INDEX act_witnessed ON act (movement_id, id) WHERE proof = 1 AND state = 'live' AND NOT outside;

-- The movements whose witnesses are to be weighed, and from when on.
CREATE TABLE weight_due (
    movement_id BIGINT NOT NULL PRIMARY KEY,
    due_at      BIGINT NOT NULL
);
CREATE INDEX weight_due_at ON weight_due (due_at);

-- What a week's marks are made with; erased when the week is over, so that no mark
-- leads back to a network from then on.
CREATE TABLE weight_key (
    week  BIGINT NOT NULL PRIMARY KEY,           -- since 1970
    value {{blob}} NOT NULL
);

-- From where, as coarsely as it can be, an act was told and witnessed: an HMAC of
-- movement and network. Erased after five weeks.
CREATE TABLE weight_mark (
    act_id     BIGINT NOT NULL,
    account_id BIGINT NOT NULL,                  -- its doer, or a witness
    mark       BIGINT NOT NULL,
    made_at    BIGINT NOT NULL,
    PRIMARY KEY (act_id, account_id)
);
CREATE INDEX weight_mark_account ON weight_mark (account_id);
CREATE INDEX weight_mark_made ON weight_mark (made_at);

-- What speaks against a witness's word; written with witness.weighed.
CREATE TABLE weight (
    act_id      BIGINT NOT NULL,
    witness_id  BIGINT NOT NULL,
    movement_id BIGINT NOT NULL,
    doer_id     BIGINT NOT NULL,
    reason      TEXT   NOT NULL,                 -- second, burst, ring; the figures are weight.Suspicion's
    people      BIGINT NOT NULL,
    acts        BIGINT NOT NULL,
    of_all      BIGINT NOT NULL,
    usual       BIGINT NOT NULL,
    found_at    BIGINT NOT NULL,
    PRIMARY KEY (act_id, witness_id)
);
CREATE INDEX weight_movement ON weight (movement_id, act_id);
CREATE INDEX weight_doer ON weight (doer_id);
CREATE INDEX weight_witness ON weight (witness_id);

-- What organisers found to be fine: one act, or all of a doer's in the movement.
CREATE TABLE weight_fine (
    movement_id BIGINT NOT NULL,
    doer_id     BIGINT NOT NULL,
    act_id      BIGINT NOT NULL,                 -- 0 for all
    by_id       BIGINT,                          -- who said so; null once their account is gone
    said_at     BIGINT NOT NULL,
    PRIMARY KEY (movement_id, doer_id, act_id)
);
CREATE INDEX weight_fine_doer ON weight_fine (doer_id);
CREATE INDEX weight_fine_act ON weight_fine (act_id);
CREATE INDEX weight_fine_by ON weight_fine (by_id) WHERE by_id IS NOT NULL;
