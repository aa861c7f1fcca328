-- Times are RFC 3339 text in +08:00 with six decimals, so that text order is time order; days are YYYY-MM-DD.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Makes delivery hashes useless outside this database.
INSERT INTO meta (key, value) VALUES ('salt', randomblob(32));

CREATE TABLE member (
    id      INTEGER PRIMARY KEY,
    handle  TEXT NOT NULL UNIQUE,   -- how the channel names them
    state   TEXT NOT NULL,          -- where their conversation stands, JSON
    version INTEGER NOT NULL,       -- of the format of that JSON
    seen_at TEXT NOT NULL
) STRICT;

CREATE TABLE transfer (
    id         TEXT PRIMARY KEY,
    member     INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    situation  TEXT NOT NULL,       -- what the plan desk needs to plan it again, JSON
    created_at TEXT NOT NULL
) STRICT;

CREATE INDEX transfer_of_member ON transfer (member, created_at);

CREATE TABLE entry (
    transfer    TEXT NOT NULL REFERENCES transfer (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL CHECK (number > 0),
    kind        TEXT NOT NULL CHECK (kind IN ('event', 'step_done', 'step_undone', 'corrected', 'struck')),
    event       TEXT CHECK ((event IS NOT NULL) = (kind = 'event')),
    day         TEXT CHECK ((day IS NOT NULL) = (kind IN ('event', 'corrected'))),
    target      INTEGER CHECK ((target IS NOT NULL) = (kind IN ('corrected', 'struck'))),
    step        TEXT CHECK ((step IS NOT NULL) = (kind IN ('step_done', 'step_undone'))),
    recorded_at TEXT NOT NULL,
    told_by     TEXT NOT NULL,
    PRIMARY KEY (transfer, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER entry_is_append_only BEFORE UPDATE ON entry
BEGIN
    SELECT RAISE(ABORT, 'an entry of a record is never changed');
END;

-- Everything said. The rows also answer the same delivery again.
CREATE TABLE outgoing (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,   -- the order of sending; never used again
    member     INTEGER REFERENCES member (id) ON DELETE CASCADE,
    delivery   BLOB UNIQUE,         -- a hash
    body       TEXT NOT NULL,       -- the reply, JSON
    created_at TEXT NOT NULL,
    sent_at    TEXT
) STRICT;

CREATE INDEX outgoing_of_member ON outgoing (member);
CREATE INDEX outgoing_by_age ON outgoing (created_at);

-- What was asked and not answered, for operators; nothing says by whom.
CREATE TABLE miss (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    text_masked TEXT NOT NULL,
    nearest     TEXT NOT NULL,
    at          TEXT NOT NULL
) STRICT;
