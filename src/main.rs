//! The one binary; what it can do is in [`zhuanjie::cli`].

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    zhuanjie::cli::main()
}
