-- +goose Up

-- When those who took part in a call were told of it in the last day: what is
-- removed since was told all the same.
CREATE TABLE call_telling (
    call_id BIGINT NOT NULL,
    about   TEXT   NOT NULL,                     -- what is counted apart: see call.TellingIn
    told_at BIGINT NOT NULL
);
CREATE INDEX call_telling_call ON call_telling (call_id, about, told_at);

-- What an addressee said itself has no source: it goes with its account, and
-- nobody else takes it back.
UPDATE petition_answer SET source = '' WHERE by_id = (SELECT account_id FROM addressee WHERE addressee.id = petition_answer.addressee_id);
UPDATE commitment SET source = '' WHERE by_id = (SELECT account_id FROM addressee WHERE addressee.id = commitment.addressee_id);

-- What is on record no more takes what was told of it with it.
CREATE INDEX notice_petition ON notice (subject, id) WHERE kind IN ('petition_answer', 'commitment_kept', 'commitment_broken', 'commitment_due');
