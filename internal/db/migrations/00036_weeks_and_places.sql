-- +goose Up
-- How somebody's weeks with an act are counted, for them alone. The weeks themselves are
-- counted from their acts each time.
CREATE TABLE deed_weeks (
    account_id BIGINT PRIMARY KEY,
    off        BOOLEAN NOT NULL DEFAULT FALSE, -- they do not wish it
    zone       TEXT    NOT NULL DEFAULT ''     -- IANA name; '' is UTC
);

-- Where an act was done, only as precisely as its doer chose: a name that is finer than
-- that is never written here, and no coordinates ever are.
CREATE TABLE act_place (
    act_id     BIGINT PRIMARY KEY,
    country    TEXT NOT NULL DEFAULT '',
    region     TEXT NOT NULL DEFAULT '',
    town       TEXT NOT NULL DEFAULT '',
    spot       TEXT NOT NULL DEFAULT '',
    visibility TEXT NOT NULL                   -- public, movement, organisers, me; never more people than see the act
);
