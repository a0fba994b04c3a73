//! The messages and services of the protocol, generated from its own files.

#![allow(clippy::all, clippy::pedantic, unreachable_pub, missing_docs, reason = "generated")]

tonic::include_proto!("protocol");
