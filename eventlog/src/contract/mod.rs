//! What every adapter of the log must do, one function for each fact.
