//! The licences of everything the program is built from.

use std::process::Command;

use serde_json::Value;
use spdx::{Expression, LicenseReq, ParseMode};

/// Licences under which the program may be given away as it is, without its source.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    // Data: the root certificates.
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn allowed(licence: &LicenseReq) -> bool {
    licence.license.id().is_some_and(|id| ALLOWED.contains(&id.name))
}

fn judge(expression: &str) -> Result<(), String> {
    // Old manifests write `MIT/Apache-2.0`.
    let parsed = Expression::parse_mode(expression, ParseMode::LAX).map_err(|e| e.to_string())?;
    if parsed.evaluate(allowed) { Ok(()) } else { Err(format!("`{expression}` is not allowed")) }
}

#[test]
fn every_dependency_may_be_shipped() {
    // What other platforms would need is neither built nor downloaded here.
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let rustc = String::from_utf8(rustc.stdout).unwrap();
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 50, "only {} packages", packages.len());
    let offenders: Vec<String> = packages
        .iter()
        .filter_map(|package| {
            let verdict = package["license"].as_str().map_or(Err("names no licence".to_owned()), judge);
            verdict.err().map(|why| format!("{} {}: {why}", package["name"], package["version"]))
        })
        .collect();
    assert!(offenders.is_empty(), "{}", offenders.join("\n"));
}

#[test]
fn a_licence_is_judged_by_the_whole_expression() {
    assert!(judge("MIT OR GPL-3.0-only").is_ok());
    assert!(judge("MIT/Apache-2.0").is_ok());
    assert!(judge("MIT AND GPL-3.0-only").is_err());
    assert!(judge("nonsense").is_err());
}
