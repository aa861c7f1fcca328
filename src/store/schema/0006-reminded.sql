-- Up to when the member was reminded of this transfer: what they wrote before that and what comes late plans none of it anew.
ALTER TABLE transfer ADD COLUMN reminded_at TEXT;
