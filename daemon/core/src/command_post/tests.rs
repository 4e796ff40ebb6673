//! The overlay in a response.
