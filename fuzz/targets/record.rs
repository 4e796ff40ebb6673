//! See `baiying_fuzz::record`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| baiying_fuzz::record(data));
