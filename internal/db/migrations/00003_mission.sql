-- +goose Up

-- A movement shares its id with its own account, which holds its slug
-- (username), its name and its picture.
CREATE TABLE movement (
    id          {{id}},
    hashtag     TEXT    NOT NULL,                -- folded; the main one
    purpose     TEXT    NOT NULL,                -- one sentence
    story       TEXT    NOT NULL DEFAULT '',     -- Markdown
    rules       TEXT    NOT NULL DEFAULT '',     -- Markdown
    town        TEXT    NOT NULL DEFAULT '',
    online      BOOLEAN NOT NULL DEFAULT TRUE,
    state       TEXT    NOT NULL DEFAULT 'open', -- open, archived
    sample      BOOLEAN NOT NULL DEFAULT FALSE,
    created_by  BIGINT,
    created_at  BIGINT  NOT NULL,
    changed_at  BIGINT  NOT NULL
);
CREATE TABLE movement_tag (
    tag         TEXT    PRIMARY KEY,             -- folded: one movement a hashtag
    display     TEXT    NOT NULL,
    movement_id BIGINT  NOT NULL,
    main        BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX movement_tag_movement ON movement_tag (movement_id);
CREATE TABLE movement_cause (
    cause       TEXT   NOT NULL,
    movement_id BIGINT NOT NULL,
    PRIMARY KEY (cause, movement_id)
);
CREATE INDEX movement_cause_movement ON movement_cause (movement_id);
CREATE TABLE member (
    id          {{id}},
    movement_id BIGINT NOT NULL,
    account_id  BIGINT NOT NULL,
    role        TEXT   NOT NULL,                 -- member, organiser, ambassador, partner, removed
    disclosed   TEXT   NOT NULL DEFAULT '',      -- what links an ambassador or partner
    created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX member_pair ON member (movement_id, account_id);
CREATE INDEX member_account ON member (account_id, movement_id);
CREATE INDEX member_role ON member (movement_id, role, id);
-- A handover is offered by an organiser and taken by who is to be one.
CREATE TABLE handover (
    id          {{id}},
    movement_id BIGINT NOT NULL,
    from_id     BIGINT NOT NULL,
    to_id       BIGINT NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX handover_movement ON handover (movement_id);
CREATE INDEX handover_to ON handover (to_id);
CREATE TABLE resource (
    id          {{id}},
    movement_id BIGINT NOT NULL,
    title       TEXT   NOT NULL,
    body        TEXT   NOT NULL DEFAULT '',      -- Markdown
    url         TEXT   NOT NULL DEFAULT '',
    source      TEXT   NOT NULL DEFAULT '',
    position    BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL
);
CREATE INDEX resource_movement ON resource (movement_id, position, id);
-- Which posts a movement carries, and which it was told not to.
CREATE TABLE carried (
    movement_id BIGINT NOT NULL,
    post_id     BIGINT NOT NULL,
    share_id    BIGINT,                          -- the movement's share; NULL once removed
    by_id       BIGINT,                          -- the organiser who took it in or out
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (post_id, movement_id)
);
CREATE INDEX carried_movement ON carried (movement_id, post_id);

CREATE TABLE call (
    id          {{id}},
    movement_id BIGINT  NOT NULL,
    kind        TEXT    NOT NULL,                -- petition, fundraiser, volunteering, event, challenge, deed
    title       TEXT    NOT NULL,
    body        TEXT    NOT NULL DEFAULT '',     -- Markdown
    unit        TEXT    NOT NULL,                -- signatures, minutes, people, challenges, deeds, or an ISO 4217 code
    goal        BIGINT,                          -- in the smallest unit
    counts_from BIGINT  NOT NULL DEFAULT 0,      -- weakest proof that counts toward the goal: 0 told, 1 witnessed, 2 confirmed
    place       TEXT    NOT NULL DEFAULT '',
    online      BOOLEAN NOT NULL DEFAULT FALSE,
    minutes     BIGINT,                          -- what it asks of a person, for matching
    starts_at   BIGINT,
    ends_at     BIGINT,
    zone        TEXT    NOT NULL DEFAULT '',     -- IANA name of the place's time zone
    closes_at   BIGINT,
    state       TEXT    NOT NULL,                -- draft, open, closed, cancelled
    reason      TEXT    NOT NULL DEFAULT '',     -- why it was cancelled
    visibility  TEXT    NOT NULL DEFAULT 'public', -- usual visibility of its acts
    nominees    BIGINT  NOT NULL DEFAULT 0,      -- how many a doer may nominate
    answer_ms   BIGINT  NOT NULL DEFAULT 86400000, -- from a nomination to its deadline
    window_ms   BIGINT  NOT NULL DEFAULT 1209600000, -- W of R
    beneficiary_id BIGINT,                       -- account: the partner of a fundraiser
    answered    BOOLEAN NOT NULL DEFAULT FALSE,  -- has acts: its kind and unit are settled
    created_by  BIGINT  NOT NULL,
    created_at  BIGINT  NOT NULL,
    changed_at  BIGINT  NOT NULL
);
CREATE INDEX call_movement ON call (movement_id, state, id);
CREATE INDEX call_closing ON call (closes_at) WHERE state = 'open' AND closes_at IS NOT NULL;
-- Sums that a partner published: never mixed with acts here.
CREATE TABLE reported (
    id          {{id}},
    call_id     BIGINT  NOT NULL,
    unit        TEXT    NOT NULL,
    amount      BIGINT  NOT NULL,                -- running total in the smallest unit
    at_least    BOOLEAN NOT NULL DEFAULT FALSE,
    as_of       BIGINT  NOT NULL,
    source      TEXT    NOT NULL,
    created_by  BIGINT  NOT NULL,
    created_at  BIGINT  NOT NULL
);
CREATE INDEX reported_call ON reported (call_id, as_of, id);

-- Outside people: known by a confirmed address or an imported name.
CREATE TABLE outsider (
    id         {{id}},
    movement_id BIGINT NOT NULL,
    name       TEXT   NOT NULL,
    folded     TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX outsider_name ON outsider (movement_id, folded);

CREATE TABLE act (
    id          {{id}},
    doer_id     BIGINT  NOT NULL,                -- account or outsider
    outside     BOOLEAN NOT NULL DEFAULT FALSE,
    movement_id BIGINT,
    call_id     BIGINT,
    kind        TEXT    NOT NULL,                -- the call's kind; deed when free
    one_only    BOOLEAN NOT NULL DEFAULT FALSE,  -- one a person and call
    done_at     BIGINT  NOT NULL,
    created_at  BIGINT  NOT NULL,
    edited_at   BIGINT,
    unit        TEXT    NOT NULL,
    quantity    BIGINT  NOT NULL,                -- in the smallest unit
    story       TEXT    NOT NULL DEFAULT '',
    visibility  TEXT    NOT NULL,                -- public, movement, organisers, me
    evidence_visibility TEXT NOT NULL DEFAULT 'organisers',
    proof       BIGINT  NOT NULL DEFAULT 0,      -- 0 told, 1 witnessed, 2 confirmed
    confirmed_by BIGINT,
    confirmed_at BIGINT,
    confirmed_how TEXT  NOT NULL DEFAULT '',
    parent_id   BIGINT,
    via_kind    TEXT    NOT NULL DEFAULT '',     -- '', post, nomination, act
    via_id      BIGINT,
    root_id     BIGINT  NOT NULL,
    generation  BIGINT  NOT NULL DEFAULT 0,
    nominated   BIGINT  NOT NULL DEFAULT 0,      -- how many the turn was passed to; at most the call's nominees
    post_id     BIGINT,                          -- the post that tells of it
    state       TEXT    NOT NULL DEFAULT 'live', -- live, withdrawn (a link without content), staging (an import not counted yet)
    version     BIGINT  NOT NULL DEFAULT 1,
    import_id   BIGINT                           -- batch; not counted until the batch is switched on
);
CREATE UNIQUE INDEX act_one ON act (call_id, doer_id) WHERE one_only AND state = 'live';
CREATE INDEX act_movement ON act (movement_id, id);
CREATE INDEX act_call ON act (call_id, id);
CREATE INDEX act_doer ON act (doer_id, id);
CREATE INDEX act_parent ON act (parent_id, id) WHERE parent_id IS NOT NULL;
CREATE INDEX act_root ON act (root_id, doer_id);
CREATE INDEX act_via ON act (via_kind, via_id) WHERE via_id IS NOT NULL;
CREATE INDEX act_done ON act (movement_id, done_at);
CREATE INDEX act_private ON act (movement_id, call_id, id) WHERE visibility <> 'public' AND state = 'live';
CREATE INDEX act_import ON act (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE witness (
    act_id     BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    state      TEXT   NOT NULL,                  -- asked (by the doer), offered (by the witness), stands
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (act_id, account_id)
);
CREATE INDEX witness_account ON witness (account_id, state, act_id);

-- Who did how many acts of a kind of total: makes people exact.
CREATE TABLE taken_part (
    scope_id BIGINT NOT NULL,                    -- call or movement
    total    TEXT   NOT NULL,                    -- '' (anything), or unit/proof
    doer_id  BIGINT NOT NULL,
    acts     BIGINT NOT NULL,
    PRIMARY KEY (scope_id, total, doer_id)
);

CREATE TABLE nomination (
    id           {{id}},
    call_id      BIGINT  NOT NULL,
    movement_id  BIGINT  NOT NULL,
    act_id       BIGINT  NOT NULL,               -- the nominator's act
    nominator_id BIGINT  NOT NULL,
    nominee_id   BIGINT  NOT NULL,
    state        TEXT    NOT NULL,               -- open, accepted, declined, answered, expired, withdrawn
    hidden       BOOLEAN NOT NULL DEFAULT FALSE, -- never shown to the nominee: taken, blocked, not wished
    active       BOOLEAN NOT NULL,               -- holds the nominee's place until the deadline
    created_at   BIGINT  NOT NULL,
    deadline     BIGINT  NOT NULL,
    accepted_at  BIGINT,
    answer_id    BIGINT,                         -- the act that answered it
    answered_at  BIGINT,
    remind_at    BIGINT,                         -- when to remind the nominee; NULL once done, or never
    ended_at     BIGINT                          -- when the deadline was acted on
);
CREATE UNIQUE INDEX nomination_place ON nomination (call_id, nominee_id) WHERE active;
-- Erased names are 0.
CREATE UNIQUE INDEX nomination_pair ON nomination (act_id, nominee_id) WHERE nominee_id <> 0;
CREATE INDEX nomination_reminder ON nomination (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX nomination_due ON nomination (deadline) WHERE ended_at IS NULL;
CREATE INDEX nomination_nominee ON nomination (nominee_id, id);
CREATE INDEX nomination_nominator ON nomination (nominator_id, id);
CREATE INDEX nomination_movement ON nomination (movement_id, id);

-- The ripple, folded upward: one row for each act or post with acts beneath.
CREATE TABLE moved (
    subject_id BIGINT PRIMARY KEY,               -- act or post
    acts       BIGINT NOT NULL,
    people     BIGINT NOT NULL
);
-- What is still to be folded; deleted as it is.
CREATE TABLE ripple_due (
    id          {{seq}},
    what        TEXT   NOT NULL,                 -- new, gone, tree
    act_id      BIGINT NOT NULL,                 -- of a tree: its root
    doer_id     BIGINT NOT NULL DEFAULT 0,       -- who is counted, or was
    movement_id BIGINT
);
CREATE INDEX ripple_due_act ON ripple_due (act_id);
CREATE INDEX ripple_due_doer ON ripple_due (doer_id) WHERE what = 'gone';
-- A movement's measures as last computed, and whether its acts changed since.
CREATE TABLE ripple_measure (
    movement_id BIGINT PRIMARY KEY,
    computed_at BIGINT NOT NULL,
    stale_since BIGINT,
    measure     TEXT   NOT NULL                  -- JSON
);

CREATE TABLE import_batch (
    id          {{id}},
    movement_id BIGINT NOT NULL,
    call_id     BIGINT NOT NULL,
    state       TEXT   NOT NULL,                 -- staging, live
    created_at  BIGINT NOT NULL
);
CREATE TABLE imported (
    movement_id BIGINT NOT NULL,
    external_id TEXT   NOT NULL,                 -- the id in the organiser's file
    act_id      BIGINT NOT NULL,
    import_id   BIGINT NOT NULL,
    PRIMARY KEY (movement_id, external_id)
);
CREATE INDEX imported_batch ON imported (import_id);
