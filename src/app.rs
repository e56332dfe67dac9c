//! The shell and the route table.
