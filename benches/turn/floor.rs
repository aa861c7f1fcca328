//! The least that a turn could cost: one query over the same index and one row committed as durably.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, params};
use zhuanjie::assistant::Engine;
use zhuanjie::search::Features;

use crate::timed;

/// The table of deliveries with their replies as the store has it.
const TABLE: &str = "
    CREATE TABLE delivery (
        id     INTEGER PRIMARY KEY,
        hash   BLOB NOT NULL UNIQUE,
        member INTEGER,
        reply  TEXT,
        at     TEXT NOT NULL
    ) STRICT;
    CREATE INDEX delivery_of_member ON delivery (member) WHERE member IS NOT NULL;";

pub(crate) struct Floor {
    engine: Arc<Engine>,
    connection: Connection,
    rows: u64,
}

impl Floor {
    pub(crate) fn new(engine: &Arc<Engine>, folder: &Path) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let connection = Connection::open(folder.join("floor.db")).unwrap();
        for pragma in ["journal_mode=WAL", "synchronous=FULL"] {
            connection.execute_batch(&format!("PRAGMA {pragma}")).unwrap();
        }
        connection.execute_batch(TABLE).unwrap();
        Self { engine: Arc::clone(engine), connection, rows: 0 }
    }

    /// The time of a query for a text, and of a row with a reply.
    pub(crate) fn sample(&mut self, text: &str, body: &str) -> (Duration, Duration) {
        let features = Features::of(&self.engine.segmenter, text);
        let (_, query) = timed(|| self.engine.search.query(&features).unwrap());
        self.rows += 1;
        let delivery = self.rows.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes().repeat(4);
        let (_, row) = timed(|| {
            let insert = "INSERT INTO delivery (member, hash, reply, at) VALUES (?1, ?2, ?3, ?4)";
            self.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
            let at = "2024-06-01T09:00:00.000000+08:00";
            let row = params![(self.rows % 400) as i64, delivery, body, at];
            self.connection.prepare_cached(insert).unwrap().execute(row).unwrap();
            self.connection.execute_batch("COMMIT").unwrap();
        });
        (query, row)
    }
}
