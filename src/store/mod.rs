//! All that changes, in one SQLite database with one writer.
