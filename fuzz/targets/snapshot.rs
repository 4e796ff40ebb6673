//! See `baiying_fuzz::snapshot`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| baiying_fuzz::snapshot(data));
