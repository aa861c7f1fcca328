-- What was said is kept apart from what is still to be sent: a channel that is read from needs the reply of a delivery
-- again, a channel that sends needs each message until it has gone out and not a moment longer.

-- A delivery is known by a hash for as long as it may come again. An erasure takes the member and the reply from it.
CREATE TABLE delivery (
    id     INTEGER PRIMARY KEY,
    hash   BLOB NOT NULL UNIQUE,
    member INTEGER REFERENCES member (id) ON DELETE SET NULL,
    reply  TEXT,                    -- JSON; for channels that read it back
    at     TEXT NOT NULL
) STRICT;

CREATE TRIGGER member_is_gone BEFORE DELETE ON member
BEGIN
    UPDATE delivery SET member = NULL, reply = NULL WHERE member = OLD.id;
END;

CREATE INDEX delivery_of_member ON delivery (member) WHERE member IS NOT NULL;

INSERT INTO delivery (hash, member, reply, at)
SELECT delivery, member, body, created_at FROM outgoing WHERE delivery IS NOT NULL ORDER BY id;

DROP TABLE outgoing;

-- Messages to be sent, in the order of their ids within a chat. A row is deleted when its message has gone out.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    chat       TEXT NOT NULL,       -- where to, as the channel names it
    member     INTEGER REFERENCES member (id) ON DELETE CASCADE,   -- none for what may be linked to nobody
    transfer   TEXT REFERENCES transfer (id) ON DELETE CASCADE,    -- of a reminder
    deadline   TEXT,                -- of a reminder
    body       TEXT NOT NULL,       -- the message, as the channel will read it
    created_at TEXT NOT NULL
) STRICT;

-- Since when a member cannot be reached.
ALTER TABLE member ADD COLUMN blocked_at TEXT;

-- Whether the member wants to be reminded of this transfer.
ALTER TABLE transfer ADD COLUMN reminding TEXT NOT NULL DEFAULT 'unasked'
    CHECK (reminding IN ('unasked', 'asked', 'on', 'off'));

-- What is to be said when the time has come.
CREATE TABLE reminder (
    transfer TEXT NOT NULL REFERENCES transfer (id) ON DELETE CASCADE,
    deadline TEXT NOT NULL,         -- the rule
    due      TEXT NOT NULL,         -- its last day
    at       TEXT NOT NULL,
    PRIMARY KEY (transfer, deadline, at)
) STRICT, WITHOUT ROWID;

CREATE INDEX reminder_by_time ON reminder (at);

-- What members think of answers; nothing says who.
CREATE TABLE feedback (
    entry   TEXT PRIMARY KEY,
    useful  INTEGER NOT NULL,
    useless INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
