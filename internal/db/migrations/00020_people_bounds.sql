-- +goose Up

-- An app's own tokens, of which it keeps a few.
CREATE INDEX token_own ON token (app_id, id) WHERE account_id = 0;

-- No query asks for the decisions of a report.
DROP INDEX decision_report;
