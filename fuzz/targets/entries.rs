//! See `baiying_fuzz::entries`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| baiying_fuzz::entries(data));
