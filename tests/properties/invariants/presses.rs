//! What members hand back: IDs they read aloud, and the bytes of buttons.

use rand::SeedableRng;
use rand::rngs::StdRng;
use zhuanjie::reply::press::{BYTES, Press};
use zhuanjie::transfer::{TransferId, code_like, id};

/// IDs are found where they stand, are read as they print, and leave no trace where they are taken out.
pub fn ids(text: &str) {
    let found = id::find(text);
    for id in &found {
        assert_eq!(TransferId::parse(&id.to_string()), Some(*id), "an ID is read as it prints");
        assert_eq!(id::find(&id.to_string()), [*id]);
    }
    if let Some(id) = TransferId::parse(text) {
        assert_eq!(TransferId::parse(&id.to_string()), Some(id));
        assert_eq!(TransferId::parse(&id.to_string().to_lowercase()), Some(id), "case does not matter");
    }
    let without = id::without_ids(text);
    assert_eq!(without.matches("〔记录编号〕").count(), found.len() + text.matches("〔记录编号〕").count());
    assert!(id::find(&without).is_empty(), "an ID is left");
    if let Some(code) = code_like(text) {
        assert!(!code.is_empty() && text.contains(code), "a foreign number stands in the text");
    }

    // A drawn ID is found among any words that do not touch it.
    let drawn = TransferId::random(&mut StdRng::seed_from_u64(text.len() as u64));
    assert!(id::find(&format!("编号{drawn}，{text}")).contains(&drawn), "an ID at the beginning is found");
}

/// What a button hands back is read or refused; what is read is what a button may hold.
pub fn presses(code: &str) {
    let Some(press) = Press::parse(code) else { return };
    let Some(again) = press.code() else {
        assert!(code.len() > BYTES, "what came in short goes out short");
        return;
    };
    assert!(again.len() <= BYTES);
    assert_eq!(Press::parse(&again), Some(press), "what is written is read");

    let cut = Press::option("000", code);
    let Press::Option { label, .. } = &cut else { panic!("an option") };
    assert!(code.starts_with(label.as_str()), "a label is cut, not changed");
    assert_eq!(cut.code().and_then(|code| Press::parse(&code)), Some(cut), "an option always fits");
}
