-- What operators learn from, without an order and without a time of day: with both, a row could be held against the time
-- of a member's last message or the order of deliveries. The same words on one day are one row, counted.
CREATE TABLE lesson (
    day     TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('missed', 'near', 'unhelpful')),
    words   TEXT NOT NULL,
    nearest TEXT NOT NULL,          -- the entry or statement that came nearest or answered; may be empty
    times   INTEGER NOT NULL,
    PRIMARY KEY (day, kind, words, nearest)
) STRICT, WITHOUT ROWID;

INSERT INTO lesson (day, kind, words, nearest, times)
SELECT substr(at, 1, 10), 'missed', text_masked, nearest, count(*) FROM miss GROUP BY 1, 3, 4;

DROP TABLE miss;
ALTER TABLE lesson RENAME TO miss;

-- The times of then are not to stay behind in the file either.
INSERT OR REPLACE INTO meta (key, value) VALUES ('traces', x'01');
