//! The list of mutations: ways to break the product on purpose.
