//! See `baiying_fuzz::queue`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| baiying_fuzz::queue(data));
