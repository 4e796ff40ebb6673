//! Tests read as the domain: a district, commands, what the board says.
