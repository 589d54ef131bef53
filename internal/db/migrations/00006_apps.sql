-- +goose Up

-- Apps: programs that registered themselves, to ask people for leave to act as
-- them (OAuth 2, RFC 6749). Rows do not change but for used_at.
CREATE TABLE app (
    id         {{id}},
    client_id  TEXT     NOT NULL,                -- what the app calls itself by; no secret
    secret     {{blob}} NOT NULL,                -- SHA-256 of the client secret
    name       TEXT     NOT NULL,
    website    TEXT     NOT NULL DEFAULT '',
    redirects  TEXT     NOT NULL,                -- where answers may go, one a line, compared exactly
    scopes     TEXT     NOT NULL,                -- the most it may ask for; Mastodon's names, separated by spaces
    created_at BIGINT   NOT NULL,
    used_at    BIGINT                            -- somebody first gave it leave; never: it is swept away
);
CREATE UNIQUE INDEX app_client ON app (client_id);
CREATE INDEX app_unused ON app (id) WHERE used_at IS NULL;

-- Codes: that a person gave an app leave, until the app fetches its token.
CREATE TABLE app_code (
    id         {{id}},
    hash       {{blob}} NOT NULL,                -- SHA-256 of the code
    app_id     BIGINT   NOT NULL,
    account_id BIGINT   NOT NULL,
    redirect   TEXT     NOT NULL,                -- where it was sent; the app names it again
    scopes     TEXT     NOT NULL,
    challenge  TEXT     NOT NULL DEFAULT '',     -- PKCE by S256 (RFC 7636), '' without
    created_at BIGINT   NOT NULL,
    expires_at BIGINT   NOT NULL,
    used_at    BIGINT                            -- a code that comes twice ends its token, so it stays a while
);
CREATE UNIQUE INDEX app_code_hash ON app_code (hash);
CREATE INDEX app_code_app ON app_code (app_id);
CREATE INDEX app_code_account ON app_code (account_id);
CREATE INDEX app_code_expiry ON app_code (expires_at);

-- A token of an app itself, for nobody, has the account_id 0.
ALTER TABLE token ADD COLUMN app_id BIGINT;      -- NULL for one made by hand or by command
ALTER TABLE token ADD COLUMN code_id BIGINT;     -- the code that it was fetched by
ALTER TABLE token ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0; -- last used, to a day
CREATE INDEX token_app ON token (app_id) WHERE app_id IS NOT NULL;
CREATE INDEX token_code ON token (code_id) WHERE code_id IS NOT NULL;
