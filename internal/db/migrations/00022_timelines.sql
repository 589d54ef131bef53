-- +goose Up

-- What other servers' people write in public, and the pictures of one account's
-- posts: timelines of which there may be few among many.
CREATE INDEX post_remote ON post (id) WHERE visibility = 'public' AND share_of IS NULL AND reply_to IS NULL AND domain <> '';
CREATE INDEX media_posted ON media (account_id, owner_id) WHERE owner_kind = 'post';
