//! What is in the store, in lines that can be compared between two runs.

use serde_json::{Value, json};
use zhuanjie::store::{StoreError, Tx};

use super::audit::blind;

/// Everything that is kept of these members, and what is kept of nobody. IDs and the names of pages are chance.
pub(crate) fn snapshot(tx: &mut Tx<'_>, handles: &[String]) -> Result<Vec<String>, StoreError> {
    let mut lines = Vec::new();
    for handle in handles {
        let Some(member) = tx.member(handle)? else {
            lines.push(format!("{handle}: not known"));
            continue;
        };
        let mut state: Value = serde_json::from_str(&member.state).expect("a state is JSON");
        state["page"] = json!("");
        state["plan_page"] = json!("");
        lines.push(format!("{handle}: seen {}, blocked {:?}, {state}", member.seen_at, member.blocked_at));
        for record in tx.transfers(member.key)? {
            lines.push(format!("{handle}: {} {:?} {}", record.created_at, record.reminding, record.situation));
            lines.extend(record.log.iter().map(|entry| format!("{handle}: {entry:?}")));
            let reminders = tx.reminders(record.id)?;
            lines.extend(reminders.iter().map(|planned| format!("{handle}: to be reminded, {planned:?}")));
        }
    }
    lines.extend(tx.feedback()?.iter().map(|opinion| format!("{opinion:?}")));
    let mut misses: Vec<String> = tx.misses()?.iter().map(|miss| format!("{miss:?}")).collect();
    misses.sort_unstable();
    lines.extend(misses);
    Ok(lines.iter().map(|line| blind(line)).collect())
}

/// The first lines in which two snapshots differ.
pub(crate) fn difference(expected: &[String], found: &[String]) -> Option<String> {
    let at = (0..expected.len().max(found.len())).find(|at| expected.get(*at) != found.get(*at))?;
    Some(format!("expected {:?}\nfound    {:?}", expected.get(at), found.get(at)))
}
