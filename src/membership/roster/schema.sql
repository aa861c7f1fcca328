-- Times are RFC 3339 text in +08:00 with six decimals, so that text order is time order.

-- Of the key under which phones are hashed.
CREATE TABLE key (
    fingerprint BLOB NOT NULL
) STRICT;

CREATE TABLE import (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    file        BLOB NOT NULL UNIQUE,   -- keyed hash of its bytes; its name may be a person's and is not kept
    rows        INTEGER NOT NULL,
    entries     INTEGER NOT NULL,
    imported_at TEXT NOT NULL
) STRICT;

CREATE TABLE entry (
    phone        BLOB NOT NULL,         -- keyed hash
    import       INTEGER NOT NULL REFERENCES import (number) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    organization TEXT NOT NULL,
    superior     TEXT,
    system       TEXT NOT NULL,
    contact      TEXT,
    PRIMARY KEY (phone, import)
) STRICT, WITHOUT ROWID;
