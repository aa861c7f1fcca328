//! The table of what is kept says the truth: no table of the database is missing in it, and an erasure does to each what
//! it says.

use std::collections::BTreeMap;
use std::fmt::Write;

use rusqlite::types::Value;
use rusqlite::{Connection, params};
use zhuanjie::store::{
    Erasure, FILE, Feedback, HOLDINGS, Holding, Kept, Lesson, Of, Place, Planned, Rule, Store, Tx, Whose,
};

use crate::{Turn, append, day, id, known, miss, new_record, now, submitted};

/// Columns that lead to somebody by what is in them; foreign keys are found by themselves.
const LEAD: [&str; 4] = ["handle", "chat", "phone", "conversation"];

fn tables() -> impl Iterator<Item = (&'static str, &'static Holding)> {
    HOLDINGS.iter().filter_map(|holding| match holding.place {
        Place::Table(table) => Some((table, holding)),
        Place::Outside(_) => None,
    })
}

fn texts(raw: &Connection, sql: &str) -> Vec<String> {
    let mut statement = raw.prepare(sql).expect("a query");
    let rows = statement.query_map([], |row| row.get(0)).expect("read");
    rows.collect::<Result<_, _>>().expect("texts")
}

/// The columns of a table that are foreign keys.
fn keys(raw: &Connection, table: &str) -> Vec<String> {
    texts(raw, &format!("SELECT \"from\" FROM pragma_foreign_key_list('{table}')"))
}

/// The rows of a table, by column.
fn rows(raw: &Connection, table: &str) -> Vec<BTreeMap<String, Value>> {
    let mut statement = raw.prepare(&format!("SELECT * FROM {table}")).expect("a query");
    let columns: Vec<String> = statement.column_names().into_iter().map(String::from).collect();
    let rows = statement.query_map([], |row| {
        columns.iter().enumerate().map(|(at, column)| Ok((column.clone(), row.get(at)?))).collect()
    });
    rows.expect("read").collect::<Result<_, _>>().expect("rows")
}

#[test]
fn every_table_is_in_it() {
    let dir = tempfile::tempdir().expect("a folder");
    drop(Store::open(dir.path()).expect("opens"));
    let raw = Connection::open(dir.path().join(FILE)).expect("opens");
    let mut there = texts(&raw, "SELECT name FROM sqlite_master WHERE type = 'table'");
    let mut told: Vec<_> = tables().map(|(table, _)| table.to_owned()).collect();
    there.sort();
    told.sort();
    assert_eq!(there, told, "src/store/kept.rs has to say of every table what it keeps");
    for (table, holding) in tables() {
        let columns = texts(&raw, &format!("SELECT name FROM pragma_table_info('{table}')"));
        for link in holding.links {
            assert!(columns.iter().any(|c| c == link), "{table} has no column {link}");
        }
        let leading = columns.iter().filter(|c| LEAD.contains(&c.as_str())).cloned();
        for column in keys(&raw, table).into_iter().chain(leading) {
            assert!(holding.links.contains(&column.as_str()), "{table}.{column} leads to a member and is not told");
        }
        let on_delete = texts(&raw, &format!("SELECT on_delete FROM pragma_foreign_key_list('{table}')"));
        match holding.erasure {
            Erasure::Goes => assert!(on_delete.iter().all(|how| how == "CASCADE"), "{table}: {on_delete:?}"),
            Erasure::Cleared(cleared) => {
                assert!(cleared.iter().all(|c| columns.iter().any(|there| there == c)), "{table}: {cleared:?}");
                assert!(on_delete.iter().all(|how| how == "SET NULL"), "{table}: {on_delete:?}");
            }
            Erasure::Stays(why) => assert!(on_delete.is_empty() && !why.is_empty(), "{table}: {on_delete:?}"),
        }
    }
}

#[test]
fn every_rule_ends_something_and_what_is_of_a_member_has_an_end() {
    for rule in Rule::ALL {
        assert!(HOLDINGS.iter().any(|holding| holding.ends.contains(&rule)), "{rule:?} ends nothing");
    }
    for (table, holding) in tables().filter(|(_, holding)| holding.whose != Whose::Nobody) {
        assert!(!holding.ends.is_empty(), "nothing ends {table}");
    }
}

/// Everything that a member can leave, in every table.
fn populate(tx: &mut Tx<'_>, handle: &str, seed: u64) -> Turn<()> {
    let member = known(tx, handle);
    let mut record = new_record(id(seed));
    tx.insert_transfer(member, &record)?;
    append(tx, &mut record, submitted(), now(), "member")?;
    tx.plan_reminder(record.id, &Planned { deadline: "report".into(), due: day("2024-06-10"), at: now() })?;
    let delivery = tx.delivery(handle, "1");
    tx.keep_delivery(&delivery, Some(member), Some("{}"), now())?;
    tx.post(handle, Some(member), None, "{}".into(), now())?;
    tx.post(handle, Some(member), Some(Of { transfer: record.id, deadline: "report" }), "{}".into(), now())?;
    tx.keep_miss(&miss(Lesson::Missed, "转接", "2024-06-01"))?;
    tx.rate("fees", true)
}

#[test]
fn an_erasure_does_what_it_says_and_leaves_others_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(dir.path()).expect("opens");
    let raw = Connection::open(dir.path().join(FILE)).expect("opens");
    for (seed, handle) in [(1, "first"), (2, "second")] {
        store.turn(|tx| populate(tx, handle, seed)).expect("committed");
        let id = id(seed).to_string();
        let row = params![handle, id, handle.as_bytes(), "2024-06-02T09:00:00.000000+08:00"];
        for sql in [
            "INSERT INTO code (member, purpose, phone, mac, expires_at)
             SELECT id, 'roster', ?3, ?3, ?4 FROM member WHERE handle = ?1 AND ?2 = ?2",
            "INSERT INTO code_sent (phone, conversation, at) SELECT ?3, ?3, ?4 WHERE ?1 = ?1 AND ?2 = ?2",
            "INSERT INTO pass (transfer, nonce, expires_at) SELECT ?2, ?3, ?4 WHERE ?1 = ?1",
        ] {
            raw.execute(sql, row).expect("written");
        }
    }
    let before: BTreeMap<_, _> = tables().map(|(table, _)| (table, rows(&raw, table))).collect();
    let number = before["member"].iter().find(|row| row["handle"] == Value::Text("first".into())).expect("known");
    let (number, transfer) = (number["id"].clone(), Value::Text(id(1).to_string()));
    let (was, after) = store
        .turn(|tx| -> Turn<_> {
            let member = tx.member("first")?.expect("known").key;
            Ok((tx.erase(member)?, tx.kept(member)?))
        })
        .expect("committed");
    let seen_at = Some(now());
    let wanted = Kept { transfers: 1, entries: 1, reminders: 1, unsent: 2, replies: 1, codes: 1, passes: 1, seen_at };
    assert_eq!((was, after), (wanted, Kept::default()));

    for (table, holding) in tables() {
        let (was, is) = (&before[table], rows(&raw, table));
        let keys = keys(&raw, table);
        let first = |row: &BTreeMap<String, Value>| match table {
            "member" => row["id"] == number,
            _ => keys.iter().any(|key| row[key] == number || row[key] == transfer),
        };
        if !matches!(holding.erasure, Erasure::Stays(_)) {
            assert!(was.iter().any(first) && !was.iter().all(first), "{table} has nothing of both to begin with");
        }
        let wanted: Vec<_> = match holding.erasure {
            Erasure::Goes => was.iter().filter(|row| !first(row)).cloned().collect(),
            Erasure::Cleared(cleared) => was
                .iter()
                .cloned()
                .map(|mut row| {
                    if first(&row) {
                        cleared.iter().for_each(|column| drop(row.insert((*column).to_owned(), Value::Null)));
                    }
                    row
                })
                .collect(),
            Erasure::Stays(_) => was.clone(),
        };
        assert_eq!(is, wanted, "{table}");
    }
    let opinions = store.turn(|tx| tx.feedback()).expect("read");
    assert_eq!(opinions, [Feedback { entry: "fees".into(), useful: 2, useless: 0 }]);
}

/// The map of the project shows the table as it is.
#[test]
fn the_documentation_shows_it() {
    let shown: String = HOLDINGS.iter().fold(String::new(), |mut text, holding| {
        let (Place::Table(name) | Place::Outside(name)) = holding.place;
        let name = if matches!(holding.place, Place::Table(_)) { format!("`{name}`") } else { name.to_owned() };
        let erasure = match holding.erasure {
            Erasure::Goes => "goes".to_owned(),
            Erasure::Cleared(columns) => format!("{} are cleared", columns.join(" and ")),
            Erasure::Stays(why) => format!("stays: {why}"),
        };
        let ends: Vec<_> = holding.ends.iter().map(|rule| rule.code()).collect();
        let ends = if ends.is_empty() { "–".to_owned() } else { ends.join(", ") };
        writeln!(text, "| {name} | {} | {erasure} | {ends} |", holding.holds).expect("a string");
        text
    });
    let map = include_str!("../../ARCHITECTURE.md");
    assert!(map.contains(&shown), "ARCHITECTURE.md has to show this:\n{shown}");
}
