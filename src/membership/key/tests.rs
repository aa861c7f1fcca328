use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;

fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

fn counting() -> Key {
    let mut bytes = [0; BYTES];
    (0..).zip(&mut bytes).for_each(|(number, byte)| *byte = number);
    Key(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn load(dir: &Path, seed: u64) -> Result<Key, String> {
    Key::load(Some(dir), |_| None, &mut rng(seed)).map_err(|error| error.to_string())
}

/// Computed elsewhere.
#[test]
fn a_hash_is_that_of_the_parts_with_separators() {
    let parts = ["bind_phone", "+8613800138000", "7f0c2a4e-1b5d-4c8a-9a55-0d2f6c1e9b30", "482913"];
    let mac = counting().mac("otp/v1", &parts);
    assert_eq!(hex(&mac), "c208232a6af47891616f33f18bbd5764a772a35f36a71847d4d8305be0e91805");
    assert!(counting().verify("otp/v1", &parts, &mac));
    let other = [parts[0], parts[1], parts[2], "482914"];
    assert_eq!(
        hex(&counting().mac("otp/v1", &other)),
        "c65c086b52f00576b1159695d99aa382362de1533e3878b3a9559556033db466"
    );
    assert!(!counting().verify("otp/v1", &other, &mac));
    assert!(!counting().verify("otp/v1", &parts, &mac[..31]) && !counting().verify("otp/v2", &parts, &mac));
}

#[test]
fn different_parts_never_make_the_same_message() {
    let key = counting();
    let mut all: Vec<[u8; 32]> = [
        &[][..],
        &[""],
        &["", ""],
        &["a", "b"],
        &["ab"],
        &["a\u{1f}b"],
        &["a\u{1b}1b"],
        &["a\u{1b}", "1b"],
        &["\u{1f}"],
        &["\u{1b}"],
    ]
    .map(|parts| key.mac("test", parts))
    .to_vec();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn a_phone_is_hashed_under_the_key_and_its_country() {
    let phone = |text| Phone::parse(text).expect("a number");
    let key = counting();
    assert_eq!(key.phone(&phone("13800138000")), key.phone(&phone("+86 138-0013-8000")));
    assert_eq!(key.phone(&phone("13800138000")).bytes(), &key.mac("phone/v1", &["+8613800138000"]));
    assert_ne!(key.phone(&phone("13800138000")), Key::random(&mut rng(1)).phone(&phone("13800138000")));
    assert_ne!(key.fingerprint(), Key::random(&mut rng(1)).fingerprint());
}

#[test]
fn nothing_is_printed_of_it() {
    let key = counting();
    let phone = key.phone(&Phone::parse("13800138000").expect("a number"));
    assert_eq!(format!("{key:?} {phone:?}"), "*** PhoneHash(***)");
}

#[test]
fn the_environment_goes_before_the_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let text = format!(" {}\n", hex(&counting().0).to_uppercase());
    let environment = |name: &str| (name == ENVIRONMENT).then(|| text.clone());
    assert_eq!(Key::load(Some(dir.path()), environment, &mut rng(1)).expect("a key"), counting());
    assert!(!dir.path().join(FILE).exists());
    for (bad, says) in [("c0ffee", "6 hex digits"), ("my secret", "no hex digits"), (&"z".repeat(64), "no hex digits")]
    {
        let error = Key::load(None, |_| Some(bad.to_owned()), &mut rng(1)).expect_err("no key").to_string();
        assert!(error.contains(ENVIRONMENT) && error.contains(says) && !error.contains(bad), "{error}");
    }
}

#[test]
fn the_file_is_made_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("data");
    let first = load(&folder, 1).expect("made");
    assert_eq!(load(&folder, 2).expect("read"), first);
    assert_eq!(fs::read_to_string(folder.join(FILE)).expect("read"), first.hex());
    assert_ne!(Key::load(None, |_| None, &mut rng(2)).expect("random"), first);
}

#[test]
fn many_at_once_make_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path();
    let keys: Vec<Key> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16).map(|seed| scope.spawn(move || load(path, seed).expect("a key"))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a key")).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));
}

#[cfg(unix)]
#[test]
fn the_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join(FILE);
    load(dir.path(), 1).expect("made");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
    let error = load(dir.path(), 1).expect_err("others can read it");
    assert!(error.contains(&format!("chmod 600 {}", path.display())), "{error}");
}

#[test]
fn a_file_that_is_no_key_is_told() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join(FILE);
    load(dir.path(), 1).expect("made");
    for (content, says) in [("", "is empty"), ("0123abc", "7 hex digits"), (&"g".repeat(64), "no hex digits")] {
        fs::write(&path, content).expect("written");
        let error = load(dir.path(), 1).expect_err("no key");
        assert!(error.contains(says), "{error}");
    }
}
