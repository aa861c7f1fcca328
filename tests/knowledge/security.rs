//! SECURITY.md names a test for each line; each of them has to be there.

use std::fs;
use std::path::Path;

#[test]
fn every_test_that_is_named_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("SECURITY.md")).expect("SECURITY.md");
    let mut named = 0;
    for row in text.lines().filter(|line| line.starts_with('|') && line.contains(".rs`")) {
        let shown = row.trim_end_matches('|').rsplit('|').next().expect("a last cell");
        let quoted: Vec<&str> = shown.split('`').skip(1).step_by(2).collect();
        let (test, file) = match quoted[..] {
            [script, file, test] => {
                assert!(root.join(script).exists(), "{script} is not there");
                (test, file)
            }
            [file, test] => (test, file),
            _ => panic!("neither a file and a test, nor a script, a file and a test: {shown}"),
        };
        let source = fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(
            source.contains(&format!("#[test]\nfn {test}()")) || source.contains(&format!("    fn {test}()")),
            "{file} has no test {test}"
        );
        named += 1;
    }
    assert!(named > 20, "{named} tests are named");
}
