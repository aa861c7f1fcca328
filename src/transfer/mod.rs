//! A transfer on record: its ID, what happened, and what follows from that.
