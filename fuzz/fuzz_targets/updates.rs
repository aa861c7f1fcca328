#![no_main]

libfuzzer_sys::fuzz_target!(init: zhuanjie_fuzz::load(), |data: &[u8]| zhuanjie_fuzz::updates(data));
