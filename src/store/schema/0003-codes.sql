-- What proves who asks. Nothing here holds a phone number or a code in clear: phones and conversations are keyed hashes,
-- and the key stands outside this database.

-- A code on its way to a phone; a conversation has one for each purpose.
CREATE TABLE code (
    member     INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    purpose    TEXT NOT NULL,
    phone      BLOB NOT NULL,
    mac        BLOB NOT NULL,       -- keyed hash of purpose, phone, conversation and digits
    expires_at TEXT NOT NULL,
    tries      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (member, purpose)
) STRICT, WITHOUT ROWID;

CREATE INDEX code_of_phone ON code (phone, purpose);
CREATE INDEX code_by_age ON code (expires_at);

-- That a code was sent, so that nobody is flooded. It has to outlive an erasure by a day, or erasing would lift the limits.
CREATE TABLE code_sent (
    id           INTEGER PRIMARY KEY,
    phone        BLOB NOT NULL,
    conversation BLOB NOT NULL,
    at           TEXT NOT NULL
) STRICT;

CREATE INDEX code_sent_to_phone ON code_sent (phone, at);
CREATE INDEX code_sent_from_conversation ON code_sent (conversation, at);
CREATE INDEX code_sent_by_age ON code_sent (at);

-- Lets whoever has its digits look at one transfer. The digits follow from the key, the transfer and the nonce.
CREATE TABLE pass (
    transfer   TEXT PRIMARY KEY REFERENCES transfer (id) ON DELETE CASCADE,
    nonce      BLOB NOT NULL,
    expires_at TEXT NOT NULL,
    tries      INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX pass_by_age ON pass (expires_at);
