//! Generated types of Baiying's schemas. The schemas under `baiying/` are the documentation; nothing is written by hand here.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    reason = "generated code is documented in the schemas"
)]

/// The public API, `baiying.v1`.
pub mod v1 {
    tonic::include_proto!("baiying.v1");

    /// The encoded descriptor set, for reflection.
    pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/baiying_v1.bin"));
}

/// Stored records, `baiying.journal.v1`. Never used by the API.
pub mod journal {
    /// Version 1 of the stored records.
    pub mod v1 {
        tonic::include_proto!("baiying.journal.v1");
    }
}
