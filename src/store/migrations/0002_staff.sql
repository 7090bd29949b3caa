-- Staff, what they did, and what lists say of visits. Nothing of 0001 changes.

-- What lists and figures say of a visit; written in the transaction of each of its events, gone with its erasure.
CREATE TABLE listing (
    visit_id    TEXT PRIMARY KEY REFERENCES visit (id),
    code        TEXT NOT NULL,            -- XXXX-XXXX
    day         TEXT NOT NULL,            -- YYYY-MM-DD in +08:00
    urgency     INTEGER NOT NULL,         -- higher is more urgent; -1 nothing said yet
    opened_at   TEXT NOT NULL,            -- RFC 3339, UTC
    patient_ref TEXT,
    shown       INTEGER NOT NULL,         -- 0 on no list, 1 code and urgency, 2 all
    reviewed    INTEGER NOT NULL,         -- 1 signed off
    waits       INTEGER NOT NULL,         -- 1 at the desk
    body        TEXT NOT NULL             -- JSON
) STRICT, WITHOUT ROWID;

CREATE INDEX listing_day ON listing (day, shown, urgency DESC, opened_at);
CREATE INDEX listing_code ON listing (code);
CREATE INDEX listing_ref ON listing (patient_ref) WHERE patient_ref IS NOT NULL;

-- What staff did: rows are added, never changed. See `store/audit.rs` for what each hash covers.
CREATE TABLE audit (
    position  INTEGER PRIMARY KEY,        -- 1, 2, 3 … no gaps
    at        TEXT NOT NULL,              -- RFC 3339, UTC
    who       TEXT NOT NULL,              -- name of an account; - when there is no such account
    role      TEXT NOT NULL,
    action    TEXT NOT NULL,
    visit_id  TEXT NOT NULL,              -- empty when it is about none
    detail    TEXT NOT NULL,              -- never words of a patient
    prev_hash BLOB NOT NULL,
    hash      BLOB NOT NULL
) STRICT;

CREATE INDEX audit_at ON audit (at);

CREATE TABLE audit_head (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL,
    hash     BLOB NOT NULL
) STRICT;
INSERT INTO audit_head (id, position, hash) VALUES (1, 0, zeroblob(32));

CREATE TABLE staff (
    name         TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    role         TEXT NOT NULL,
    password     TEXT NOT NULL,           -- argon2id in PHC form
    totp_secret  BLOB NOT NULL,
    totp_step    INTEGER NOT NULL,        -- last step whose code was used
    added_at     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE staff_session (
    token_hash BLOB PRIMARY KEY,          -- SHA-256 of the cookie
    name       TEXT NOT NULL REFERENCES staff (name) ON DELETE CASCADE,
    created_ms INTEGER NOT NULL,          -- Unix time
    seen_ms    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Failures to sign in, by SHA-256 of the name that was given, whether or not there is such an account.
CREATE TABLE staff_attempt (
    name_hash       BLOB PRIMARY KEY,
    failures        INTEGER NOT NULL,
    locked_until_ms INTEGER NOT NULL,
    at_ms           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Phrases that a doctor says were understood wrongly, with the patient's consent; gone with the visit or the consent.
CREATE TABLE phrase (
    id       INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    visit_id TEXT NOT NULL REFERENCES visit (id),
    turn     INTEGER NOT NULL,
    start    INTEGER NOT NULL,
    "end"    INTEGER NOT NULL,
    text     TEXT NOT NULL,
    note     TEXT NOT NULL,
    concept  TEXT NOT NULL,
    by       TEXT NOT NULL
) STRICT;

CREATE INDEX phrase_visit ON phrase (visit_id);
