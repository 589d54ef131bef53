-- +goose Up

-- Films and sound take long to make fit, so they wait for it: a row is there, in
-- state waiting, before its files are.
ALTER TABLE media ADD COLUMN state TEXT NOT NULL DEFAULT 'ready';       -- ready, waiting, or why it failed: unreadable, long, large
ALTER TABLE media ADD COLUMN small_type TEXT NOT NULL DEFAULT '';       -- content type of the preview's blob; '' is type
ALTER TABLE media ADD COLUMN duration BIGINT NOT NULL DEFAULT 0;        -- milliseconds
ALTER TABLE media ADD COLUMN frame_rate TEXT NOT NULL DEFAULT '';       -- as a fraction: 30000/1001
ALTER TABLE media ADD COLUMN sound BOOLEAN NOT NULL DEFAULT FALSE;      -- it is to be heard
ALTER TABLE media ADD COLUMN raw_key TEXT NOT NULL DEFAULT '';          -- blob of what came in, while it waits
ALTER TABLE media ADD COLUMN demuxer TEXT NOT NULL DEFAULT '';          -- how to read it, from its first bytes
ALTER TABLE media ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;           -- of making it fit; what ends the process is not tried for ever
CREATE INDEX media_waiting ON media (account_id) WHERE state = 'waiting';
CREATE INDEX media_raw_key ON media (raw_key) WHERE raw_key <> '';
