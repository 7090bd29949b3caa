-- The event log: rows are added, never changed. See `store/chain.rs` for what each hash covers.
CREATE TABLE visit (
    id         TEXT PRIMARY KEY,          -- UUID
    token_hash BLOB NOT NULL,             -- SHA-256 of the bearer token
    opened_at  TEXT NOT NULL              -- RFC 3339, UTC
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    position        INTEGER PRIMARY KEY,  -- 1, 2, 3 … over the whole log, no gaps
    visit_id        TEXT NOT NULL REFERENCES visit (id),
    seq             INTEGER NOT NULL,     -- 0, 1, 2 … within the visit
    at              TEXT NOT NULL,        -- RFC 3339, UTC
    kind            TEXT NOT NULL,
    idempotency_key TEXT,                 -- repeats a field of the body, for the index
    salt            BLOB,                 -- NULL once erased
    body            TEXT,                 -- JSON; NULL once erased
    body_hash       BLOB NOT NULL,
    prev_hash       BLOB NOT NULL,
    hash            BLOB NOT NULL,
    UNIQUE (visit_id, seq)
) STRICT;

CREATE UNIQUE INDEX event_idempotency ON event (visit_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;

-- The last row of the log, so that a cut tail is found too.
CREATE TABLE head (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL,
    hash     BLOB NOT NULL
) STRICT;
INSERT INTO head (id, position, hash) VALUES (1, 0, zeroblob(32));
