-- +goose Up

-- When somebody was last offered a step by direct post, for a day; not which.
CREATE TABLE step_day (
    account_id BIGINT PRIMARY KEY,
    at         BIGINT NOT NULL
);
CREATE INDEX step_day_at ON step_day (at);
