//! The one binary; what it can do is in [`zhuanjie::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    zhuanjie::cli::main()
}
