-- +goose Up

-- When and where people of a call come together: a date of an event, a shift of
-- a volunteering.
CREATE TABLE call_date (
    id             {{id}},
    call_id        BIGINT  NOT NULL,
    movement_id    BIGINT  NOT NULL,
    series_id      BIGINT,                          -- date_series; none for a single one
    title          TEXT    NOT NULL DEFAULT '',     -- what happens then; '' is the call's
    note           TEXT    NOT NULL DEFAULT '',
    starts_at      BIGINT  NOT NULL,
    ends_at        BIGINT  NOT NULL,
    zone           TEXT    NOT NULL,                -- IANA name; the clock of the place
    place          TEXT    NOT NULL DEFAULT '',
    latitude       BIGINT,                          -- millionths of a degree, with longitude
    longitude      BIGINT,
    access         TEXT    NOT NULL DEFAULT '',     -- ramps, quiet corners, signing
    online         TEXT    NOT NULL DEFAULT '',     -- a link, for those who come alone
    skills         TEXT    NOT NULL DEFAULT '',
    capacity       BIGINT,                          -- places; none is without limit
    guests_most    BIGINT  NOT NULL DEFAULT 0,      -- whom one person may bring
    taken          BIGINT  NOT NULL DEFAULT 0,      -- people and guests of rows that come
    waiting        BIGINT  NOT NULL DEFAULT 0,      -- rows that wait
    names          TEXT    NOT NULL,                -- who sees who comes: comers, organisers
    coordinator_id BIGINT,                          -- account: checks people in and confirms hours
    state          TEXT    NOT NULL DEFAULT 'on',   -- on, cancelled
    reason         TEXT    NOT NULL DEFAULT '',     -- why it was cancelled
    sequence       BIGINT  NOT NULL DEFAULT 0,      -- of iCalendar: changes of time, place and state
    turn           BIGINT  NOT NULL DEFAULT 0,      -- of the check-in code: a new one takes the next
    reminded       BIGINT  NOT NULL DEFAULT 0,      -- 0 none, 1 a day before, 2 an hour before
    created_by     BIGINT  NOT NULL,
    created_at     BIGINT  NOT NULL,
    changed_at     BIGINT  NOT NULL
);
CREATE INDEX call_date_call ON call_date (call_id, starts_at);
CREATE INDEX call_date_movement ON call_date (movement_id, starts_at);
CREATE INDEX call_date_series ON call_date (series_id, starts_at) WHERE series_id IS NOT NULL;
CREATE INDEX call_date_coordinator ON call_date (coordinator_id) WHERE coordinator_id IS NOT NULL;
CREATE INDEX call_date_due ON call_date (starts_at) WHERE state = 'on' AND reminded < 2;

-- By which rule dates were made: the clock's own time, so that a weekly 18:00
-- stays 18:00 when the clocks change.
CREATE TABLE date_series (
    id         {{id}},
    call_id    BIGINT NOT NULL,
    rule       TEXT   NOT NULL,                     -- an RRULE of RFC 5545
    starts     TEXT   NOT NULL,                     -- the first, by the clock of the zone: 2026-05-17T18:00
    ends       TEXT   NOT NULL,
    zone       TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

-- Who comes to a date, waits for a place, and was there. Whoever withdraws has
-- no row.
CREATE TABLE coming (
    id           {{id}},                            -- also the order of those who wait
    date_id      BIGINT  NOT NULL,
    account_id   BIGINT  NOT NULL,
    guests       BIGINT  NOT NULL DEFAULT 0,        -- beside the person
    state        TEXT    NOT NULL,                  -- comes, waits
    shown        BOOLEAN NOT NULL DEFAULT TRUE,     -- by name to the others who come
    visibility   TEXT    NOT NULL,                  -- of the act that a check-in makes
    created_at   BIGINT  NOT NULL,
    came_at      BIGINT,                            -- when they were checked in
    came_how     TEXT    NOT NULL DEFAULT '',       -- code, list
    act_id       BIGINT,                            -- what they did there
    minutes      BIGINT,                            -- of a shift, as the person logged them
    hours        TEXT    NOT NULL DEFAULT '',       -- '', logged, confirmed, disputed
    hours_note   TEXT    NOT NULL DEFAULT '',       -- the person's own words
    hours_reason TEXT    NOT NULL DEFAULT '',       -- why they are disputed
    hours_by     BIGINT,                            -- account that confirmed or disputed
    hours_at     BIGINT
);
CREATE UNIQUE INDEX coming_once ON coming (date_id, account_id);
CREATE INDEX coming_queue ON coming (date_id, state, id);
CREATE INDEX coming_account ON coming (account_id, date_id);
CREATE INDEX coming_act ON coming (act_id) WHERE act_id IS NOT NULL;

-- Something that those who come are being told, and how far the telling is:
-- each is told in the transaction that moves it on, so once.
CREATE TABLE date_telling (
    id         {{id}},
    what       TEXT   NOT NULL,                     -- see meet.What
    call_id    BIGINT NOT NULL,
    date_id    BIGINT,                              -- of one date
    series_id  BIGINT,                              -- of a series, from that time on
    from_at    BIGINT,
    upto       BIGINT NOT NULL DEFAULT 0,           -- account told last
    created_at BIGINT NOT NULL
);

-- Who wants no mails about dates.
CREATE TABLE date_mail_off (
    account_id BIGINT PRIMARY KEY
);

-- The secret address of an account's own calendar.
CREATE TABLE calendar_key (
    account_id BIGINT PRIMARY KEY,
    hash       {{blob}} NOT NULL,                   -- SHA-256 of the secret in the address
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX calendar_key_hash ON calendar_key (hash);
