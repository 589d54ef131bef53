-- +goose Up

-- Who may do what only one node does at a time, until when (UTC milliseconds).
CREATE TABLE lease (
  name   TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until  BIGINT NOT NULL
);

-- Counters: what is shown is base plus the deltas that are not folded in yet.
CREATE TABLE tally (
  subject BIGINT NOT NULL,
  name    TEXT NOT NULL,
  base    BIGINT NOT NULL,
  PRIMARY KEY (subject, name)
);

CREATE TABLE tally_delta (
  id      {{seq}},
  subject BIGINT NOT NULL,
  name    TEXT NOT NULL,
  n       BIGINT NOT NULL
);

CREATE INDEX tally_delta_subject ON tally_delta (subject);

-- What a repeated request is answered with; result is NULL until it is known.
CREATE TABLE once_key (
  account_id BIGINT NOT NULL,
  kind       TEXT NOT NULL,
  key        TEXT NOT NULL,
  hash       {{blob}} NOT NULL,
  result     BIGINT,
  at         BIGINT NOT NULL,
  PRIMARY KEY (account_id, kind, key)
);

CREATE INDEX once_key_at ON once_key (at);

-- Unique jobs that wait: who enqueues one more only counts it here. The token
-- says which job takes the row away when it begins.
CREATE TABLE job_waiting (
  key   TEXT PRIMARY KEY,
  token TEXT NOT NULL,
  again BIGINT NOT NULL
);
