//! See `baiying_fuzz::api`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| baiying_fuzz::api(data));
