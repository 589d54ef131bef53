-- +goose Up
-- One index serves both what a notice is unique by and what is looked up by who
-- caused it: each like, share and follow keeps one page fewer.
DROP INDEX notice_from;
DROP INDEX notice_once;
CREATE UNIQUE INDEX notice_once ON notice (from_id, account_id, kind, subject);
