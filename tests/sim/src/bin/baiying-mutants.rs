//! Breaks the product on purpose.
fn main() {}
