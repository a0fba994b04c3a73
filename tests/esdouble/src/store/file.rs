//! The file of the log: one length and one message for each append. What a crash cut off at the end is dropped.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
};

use anyhow::Context;
use prost::Message;

use super::record::Written;

const LENGTH: usize = 4;

pub(super) struct LogFile(File);

impl LogFile {
    /// Opens the file and reads what was appended.
    pub(super) fn open(path: &Path) -> anyhow::Result<(Self, Vec<Written>)> {
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let mut appends = Vec::new();
        let mut begin = 0;
        while let Some(end) = end_of_message(&bytes, begin) {
            let message = &bytes[begin + LENGTH..end];
            appends.push(Written::decode(message).with_context(|| format!("at byte {begin} of {}", path.display()))?);
            begin = end;
        }
        file.set_len(u64::try_from(begin)?)?;
        file.seek(SeekFrom::End(0))?;
        Ok((Self(file), appends))
    }

    /// Adds an append.
    pub(super) fn add(&mut self, written: &Written) -> anyhow::Result<()> {
        let message = written.encode_to_vec();
        let mut bytes = Vec::with_capacity(LENGTH + message.len());
        bytes.extend_from_slice(&u32::try_from(message.len())?.to_le_bytes());
        bytes.extend_from_slice(&message);
        Ok(self.0.write_all(&bytes)?)
    }
}

fn end_of_message(bytes: &[u8], begin: usize) -> Option<usize> {
    let length = bytes.get(begin..begin + LENGTH)?.try_into().ok().map(u32::from_le_bytes)?;
    let end = begin + LENGTH + usize::try_from(length).ok()?;
    (end <= bytes.len()).then_some(end)
}
