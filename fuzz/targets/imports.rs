//! See `baiying_fuzz::imports`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| baiying_fuzz::imports(data));
