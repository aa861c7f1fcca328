//! How sending goes, as the operator sees it.

use std::sync::Arc;

use zhuanjie::membership::sender::SendError;
use zhuanjie::service::codes::{CODES, Watched};
use zhuanjie::service::health::Health;
use zhuanjie::service::metrics::Metrics;

use super::again::{Scripted, unclear, unsent};
use super::{log, private, send};

#[test]
fn health_follows_the_last_sends() {
    log::listen();
    let broken = || Err(SendError::Broken("out of money".to_owned()));
    let throttled = || Err(SendError::Throttled { why: "a limit".to_owned(), wait: None });
    let refused = || Err(SendError::Refused("a landline".to_owned()));
    let failed = "at least 3 in a row failed, the last one: cannot connect";
    let script = [
        (Ok(()), Ok(())),
        (broken(), Err("out of money")),
        // A number that had enough says nothing of the sender.
        (throttled(), Err("out of money")),
        (Ok(()), Ok(())),
        (throttled(), Ok(())),
        (refused(), Ok(())),
        (Err(unsent()), Ok(())),
        (Err(unclear()), Ok(())),
        (Ok(()), Ok(())),
        (Err(unsent()), Ok(())),
        (Err(unclear()), Ok(())),
        (Err(unsent()), Err(failed)),
        (Err(unsent()), Err(failed)),
        (Ok(()), Ok(())),
    ];
    let (health, metrics) = (Arc::new(Health::default()), Arc::new(Metrics::default()));
    let inner = Arc::new(Scripted::new(script.iter().map(|(result, _)| result.clone()), false));
    let sender = Watched::new(inner, Arc::clone(&health), Arc::clone(&metrics));
    let how = || health.all().remove(CODES).expect("noted");
    assert_eq!(how(), Ok(()));
    for (step, (result, expected)) in script.into_iter().enumerate() {
        assert_eq!(send(&sender, "m-1"), result, "{step}");
        assert_eq!(how(), expected.map_err(str::to_owned), "{step}");
    }
    let text = metrics.text();
    for (outcome, count) in
        [("sent", 4), ("broken", 1), ("throttled", 2), ("refused", 1), ("unsent", 4), ("unclear", 2)]
    {
        let line = format!("zhuanjie_codes_total{{sender=\"scripted\",outcome=\"{outcome}\"}} {count}\n");
        assert!(text.contains(&line), "{line}{text}");
    }
    let said = log::said();
    assert!(said.contains("no codes can be sent: out of money") && said.contains("codes can be sent again"), "{said}");
    private(&text);
}
