//! The ledger: all statements that were signed, in order, each naming the one before. One JSON object a line.
//!
//! Beside a checkpoint's text and signature stands which heads moved since the checkpoint before; so the ledger knows
//! the heads at every checkpoint and grows with what happens, not with what there is. A copy of the ledger that
//! somebody keeps elsewhere is an exported checkpoint: it needs nothing else to be checked.
//!
//! Deliberately absent: the log. [`verify`](crate::verify) holds the two against each other.

mod file;
mod line;

use std::{collections::BTreeMap, fmt};

use eventlog::{Hash32, StreamName, integrity::ChainEnd};

use crate::{
    key::{KeyId, PublicKey},
    standing::{Head, root_of},
    statement::{self, Checkpoint, NotAStatement, Rotation, Statement},
};

pub use file::{ExportError, LedgerFile, LedgerFileError, export};
pub use line::Line;

/// A checkpoint and the heads that moved since the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// The heads that moved since the checkpoint before, sorted by stream; empty in a ledger
    /// [without moves](Ledger::without_moves).
    pub moved: Vec<Head>,
}

/// A ledger whose statements were all found to be signed, in order and complete.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The digests of all statements.
    digests: Vec<Hash32>,
    /// All keys, the one that signs now last.
    keys: Vec<PublicKey>,
    checkpoints: Vec<Signed>,
    rotations: Vec<Rotation>,
    /// The heads of all streams at the last checkpoint.
    heads: BTreeMap<StreamName, ChainEnd>,
    /// The statements about keys, as they stand in the file.
    key_lines: Vec<Line>,
    /// The last checkpoint as it stands in the file, without its heads.
    last_line: Option<Line>,
    /// Whether the moves of each checkpoint are let go as soon as they are checked.
    lets_moves_go: bool,
}

/// What is wrong with a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerFault {
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub problem: Problem,
}

impl fmt::Display for LedgerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for LedgerFault {}

/// What can be wrong with a line of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// No JSON object with a statement and its signature.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// The statement is none.
    #[error("{0}")]
    Statement(#[from] NotAStatement),
    /// Statements are missing, or out of order.
    #[error("statement {found} stands where statement {expected} belongs")]
    Number {
        /// Which one belongs here.
        expected: u64,
        /// Which one stands here.
        found: u64,
    },
    /// A statement before was changed or exchanged.
    #[error("it does not follow from the statement before, which was changed or exchanged")]
    Previous,
    /// Only the first statement makes a key.
    #[error("a ledger begins with its first key and has no second one")]
    KeyPlace,
    /// Signed with a key that is not in charge.
    #[error("it names the key {found}, and {expected} is in charge")]
    Key {
        /// The key in charge.
        expected: KeyId,
        /// The key that is named.
        found: KeyId,
    },
    /// Changed after it was signed, or signed by somebody else.
    #[error("its signature does not fit: it was changed, or somebody else signed it")]
    Signature,
    /// The new key did not sign.
    #[error("the new key did not sign for itself")]
    Countersignature,
    /// The heads beside the checkpoint are not those that were signed.
    #[error("the heads beside the checkpoint are not those that were signed")]
    Heads,
    /// A checkpoint that goes back.
    #[error("it goes back behind the checkpoint before")]
    Backward,
}

impl Ledger {
    /// Begins an empty ledger that does not keep which heads moved at each checkpoint: its memory grows with the streams
    /// there are, not with all that ever happened. Enough for whoever signs.
    pub fn without_moves() -> Self {
        Self { lets_moves_go: true, ..Self::default() }
    }

    /// Reads a ledger. A last line without an end was never finished and does not count.
    ///
    /// # Errors
    /// The first line that is not as it was signed.
    pub fn read(text: &str) -> Result<Self, LedgerFault> {
        let mut ledger = Self::default();
        for line in text.split_inclusive('\n') {
            let Some(line) = line.strip_suffix('\n') else { break };
            ledger.take_text(line)?;
        }
        ledger.check_root()?;
        Ok(ledger)
    }

    /// Takes the next line in, as it stands in a file, without its end.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    fn take_text(&mut self, line: &str) -> Result<(), LedgerFault> {
        let number = self.len() + 1;
        let taken = Line::read(line).and_then(|line| self.take(line));
        taken.map_err(|problem| LedgerFault { line: number, problem })
    }

    /// Takes the next line in, if it follows from what is there and is signed.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn take(&mut self, line: Line) -> Result<(), Problem> {
        let statement: Statement = line.statement.parse()?;
        let expected = self.len();
        if statement.number() != expected {
            return Err(Problem::Number { expected, found: statement.number() });
        }
        if statement.previous() != self.last_digest() {
            return Err(Problem::Previous);
        }
        let digest = statement::digest(&line.statement);
        match statement {
            Statement::Key(made) => {
                if expected != 0 {
                    return Err(Problem::KeyPlace);
                }
                signed(&made.public, &line)?;
                self.keys.push(made.public);
                self.key_lines.push(line);
            }
            Statement::Rotation(rotation) => {
                signed(self.in_charge(rotation.from)?, &line)?;
                let countersigned =
                    line.countersignature.is_some_and(|by| rotation.public.signed(&line.statement, &by));
                if !countersigned {
                    return Err(Problem::Countersignature);
                }
                self.keys.push(rotation.public);
                self.rotations.push(rotation);
                self.key_lines.push(line);
            }
            Statement::Checkpoint(checkpoint) => {
                signed(self.in_charge(checkpoint.key)?, &line)?;
                self.take_checkpoint(checkpoint, line)?;
            }
        }
        self.digests.push(digest);
        Ok(())
    }

    fn take_checkpoint(&mut self, checkpoint: Checkpoint, mut line: Line) -> Result<(), Problem> {
        if root_of(&line.heads) != checkpoint.moved {
            return Err(Problem::Heads);
        }
        let before = self.last_checkpoint().map_or((0, 0), |last| (last.position.get(), last.events));
        let forward = |head: &Head| self.heads.get(&head.stream).is_none_or(|end| end.revision < head.revision);
        if (checkpoint.position.get(), checkpoint.events) <= before || !line.heads.iter().all(forward) {
            return Err(Problem::Backward);
        }
        self.heads.extend(line.heads.iter().map(|head| (head.stream.clone(), head.end())));
        if self.heads.len() as u64 != checkpoint.streams {
            return Err(Problem::Heads);
        }
        let mut moved = std::mem::take(&mut line.heads);
        if self.lets_moves_go {
            moved = Vec::new();
        }
        self.checkpoints.push(Signed { checkpoint, moved });
        self.last_line = Some(line);
        Ok(())
    }

    /// Checks that the heads make the root of the last checkpoint. For the earlier ones it follows from their moves.
    fn check_root(&self) -> Result<(), LedgerFault> {
        match self.last_checkpoint() {
            Some(last) if root_of(self.heads.iter().map(head)) != last.root => {
                Err(LedgerFault { line: self.len(), problem: Problem::Heads })
            }
            Some(_) | None => Ok(()),
        }
    }

    fn in_charge(&self, named: KeyId) -> Result<&PublicKey, Problem> {
        let key = self.keys.last().ok_or(Problem::KeyPlace)?;
        if key.id() == named { Ok(key) } else { Err(Problem::Key { expected: key.id(), found: named }) }
    }

    /// How many statements there are.
    pub fn len(&self) -> u64 {
        self.digests.len() as u64
    }

    /// Whether nothing was ever signed.
    pub fn is_empty(&self) -> bool {
        self.digests.is_empty()
    }

    /// The digests of all statements, the first first.
    pub fn digests(&self) -> &[Hash32] {
        &self.digests
    }

    /// The digest that the next statement has to name.
    pub fn last_digest(&self) -> Hash32 {
        self.digests.last().copied().unwrap_or(Hash32::ZERO)
    }

    /// The key that signs now.
    pub fn key(&self) -> Option<&PublicKey> {
        self.keys.last()
    }

    /// All keys there ever were, the first first.
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }

    /// All changes of the key, the first first.
    pub fn rotations(&self) -> &[Rotation] {
        &self.rotations
    }

    /// How this key took over.
    pub fn rotation_to(&self, key: KeyId) -> Option<&Rotation> {
        self.rotations.iter().find(|rotation| rotation.public.id() == key)
    }

    /// All checkpoints, the first first.
    pub fn checkpoints(&self) -> &[Signed] {
        &self.checkpoints
    }

    /// The last checkpoint.
    pub fn last_checkpoint(&self) -> Option<&Checkpoint> {
        self.checkpoints.last().map(|signed| &signed.checkpoint)
    }

    /// The statements about keys, the first first.
    pub fn key_lines(&self) -> &[Line] {
        &self.key_lines
    }

    /// The last checkpoint as it stands in the file, without its heads.
    pub fn last_line(&self) -> Option<&Line> {
        self.last_line.as_ref()
    }

    /// The ends of all streams at the last checkpoint.
    pub fn ends(&self) -> &BTreeMap<StreamName, ChainEnd> {
        &self.heads
    }

    /// The heads of all streams at the last checkpoint, sorted.
    pub fn heads(&self) -> Vec<Head> {
        self.heads.iter().map(head).collect()
    }
}

fn head((stream, end): (&StreamName, &ChainEnd)) -> Head {
    Head { stream: stream.clone(), revision: end.revision, hash: end.hash }
}

fn signed(by: &PublicKey, line: &Line) -> Result<(), Problem> {
    if by.signed(&line.statement, &line.signature) { Ok(()) } else { Err(Problem::Signature) }
}

#[cfg(test)]
mod tests;
