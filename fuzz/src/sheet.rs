//! The command line's files: whatever is taken for a spreadsheet is read whole, or refused with its place.

use crate::input::Input;

const ENCODINGS: [Option<&str>; 6] = [
    None,
    None,
    Some("gbk"),
    Some("utf-16le"),
    Some("shift_jis"),
    Some("nonsense"),
];

/// Which columns, which encoding, the file.
pub fn sheet(data: &[u8]) {
    let mut input = Input(data);
    let (columns, encoding) = (input.byte(), usize::from(input.byte()));
    let encoding = ENCODINGS[encoding % ENCODINGS.len()];
    baiying_cli::fuzzing::sheet(columns, encoding, input.0);
    baiying_cli::fuzzing::roster(encoding, input.0);
}
