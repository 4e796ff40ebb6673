//! Power losses: crash images are rebuilt from the calls that a journal really made, and opened.
