//! Cursors of lists that are read straight from a stream: opaque, and bound to the list that gave them.

use eventlog::{Revision, StreamName};
use sha2::{Digest, Sha256};

use crate::problem::{Answer, Problem, codes};

const NUMBER_BYTES: usize = 8;
const SEAL_BYTES: usize = 8;

/// The cursor of the page of `stream` that begins with `next`.
pub(crate) fn of(stream: &StreamName, next: Revision) -> String {
    let number = next.get().to_be_bytes();
    let mut bytes = number.to_vec();
    bytes.extend(seal(stream, number));
    hex::encode(bytes)
}

/// The revision that a page begins with.
///
/// # Errors
/// `request.bad-cursor` when the cursor belongs to another list.
pub(crate) fn read(stream: &StreamName, cursor: &str) -> Answer<Revision> {
    let mut bytes = [0; NUMBER_BYTES + SEAL_BYTES];
    let decoded = hex::decode_to_slice(cursor, &mut bytes);
    let (number, sealed) = bytes.split_at(NUMBER_BYTES);
    match <[u8; NUMBER_BYTES]>::try_from(number) {
        Ok(number) if decoded.is_ok() && sealed == seal(stream, number) => {
            Ok(Revision::new(u64::from_be_bytes(number)))
        }
        Ok(_) | Err(_) => Err(refused()),
    }
}

/// The refusal of a cursor.
pub(crate) fn refused() -> Problem {
    let detail = "This cursor belongs to another list or filter: begin with the first page, without a cursor.";
    Problem::new(&codes::BAD_CURSOR, detail)
}

fn seal(stream: &StreamName, number: [u8; NUMBER_BYTES]) -> [u8; SEAL_BYTES] {
    let digest = Sha256::new().chain_update(stream.as_str()).chain_update(number).finalize();
    let mut seal = [0; SEAL_BYTES];
    seal.copy_from_slice(&digest[..SEAL_BYTES]);
    seal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_good_for_its_own_stream_only() {
        let (one, other): (StreamName, StreamName) = ("plan-1".parse().unwrap(), "plan-2".parse().unwrap());
        let cursor = of(&one, Revision::new(7));
        assert_eq!(read(&one, &cursor).unwrap(), Revision::new(7));
        for (stream, cursor) in [(&other, cursor.as_str()), (&one, "7"), (&one, &cursor[2..]), (&one, "")] {
            assert_eq!(read(stream, cursor).unwrap_err().code().name, "request.bad-cursor");
        }
    }
}
