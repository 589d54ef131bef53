-- +goose Up
-- What a doer writes of an act for themselves; nobody else reads it.
CREATE TABLE deed_note (
    act_id     BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,              -- whose act it is
    words      TEXT   NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX deed_note_account ON deed_note (account_id);
