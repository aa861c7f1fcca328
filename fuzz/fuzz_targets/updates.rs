#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| zhuanjie_fuzz::updates(data));
