//! The tree over the heads of all streams: one hash that stands for all of them, and short proofs that one is among
//! them.
//!
//! It is the Merkle tree of RFC 6962 (Certificate Transparency), section 2.1, over SHA-256: a leaf is hashed behind the
//! byte 0, an inner node behind the byte 1, so that neither can be taken for the other; a tree of n leaves splits at the
//! largest power of two below n. Checking a proof follows RFC 9162, section 2.1.3.2.
//!
//! Deliberately absent: what a leaf means. [`heads`](crate::heads) says that.

use eventlog::Hash32;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const LEAF: u8 = 0;
const NODE: u8 = 1;

/// Hashes the bytes of a leaf.
pub fn leaf_hash(bytes: &[u8]) -> Hash32 {
    Hash32::new(Sha256::new().chain_update([LEAF]).chain_update(bytes).finalize().into())
}

fn node_hash(left: Hash32, right: Hash32) -> Hash32 {
    let hasher = Sha256::new().chain_update([NODE]).chain_update(left.as_bytes()).chain_update(right.as_bytes());
    Hash32::new(hasher.finalize().into())
}

/// The hash of a whole tree, from the hashes of its leaves in order. A tree without leaves has the hash of no bytes.
pub fn root(leaves: &[Hash32]) -> Hash32 {
    match leaves {
        [] => Hash32::new(Sha256::digest([]).into()),
        [leaf] => *leaf,
        more => {
            let (left, right) = more.split_at(split(more.len()));
            node_hash(root(left), root(right))
        }
    }
}

/// The largest power of two below `size`, which is at least 2.
fn split(size: usize) -> usize {
    size.next_power_of_two() / 2
}

/// Proof that a leaf is in a tree: the hashes beside its path to the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inclusion {
    /// Which leaf, counted from 0.
    pub index: u64,
    /// How many leaves the tree has.
    pub size: u64,
    /// The hashes beside the path, the lowest first.
    pub path: Vec<Hash32>,
}

impl Inclusion {
    /// Proves that the leaf `index` is in the tree over these leaves; `None` when there is no such leaf.
    pub fn prove(leaves: &[Hash32], index: usize) -> Option<Self> {
        leaves.get(index)?;
        let mut path = Vec::new();
        collect(leaves, index, &mut path);
        Some(Self { index: index as u64, size: leaves.len() as u64, path })
    }

    /// The root that the tree must have if the leaf is in it where the proof says; `None` for a proof that fits no tree.
    pub fn root_with(&self, leaf: Hash32) -> Option<Hash32> {
        if self.index >= self.size {
            return None;
        }
        let (mut at, mut last, mut hash) = (self.index, self.size - 1, leaf);
        for beside in &self.path {
            if last == 0 {
                return None;
            }
            if at % 2 == 1 || at == last {
                hash = node_hash(*beside, hash);
                while at.is_multiple_of(2) && at != 0 {
                    at /= 2;
                    last /= 2;
                }
            } else {
                hash = node_hash(hash, *beside);
            }
            at /= 2;
            last /= 2;
        }
        (last == 0).then_some(hash)
    }
}

fn collect(leaves: &[Hash32], index: usize, path: &mut Vec<Hash32>) {
    if leaves.len() < 2 {
        return;
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    if index < left.len() {
        collect(left, index, path);
        path.push(root(right));
    } else {
        collect(right, index - left.len(), path);
        path.push(root(left));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The leaves and roots that the reference implementation of Certificate Transparency tests with.
    const LEAVES: [&str; 8] =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn leaves(count: usize) -> Vec<Hash32> {
        LEAVES[..count].iter().map(|leaf| leaf_hash(&hex::decode(leaf).unwrap())).collect()
    }

    #[test]
    fn roots_are_those_of_certificate_transparency() {
        for (count, expected) in ROOTS.iter().enumerate() {
            assert_eq!(root(&leaves(count)).to_string(), *expected, "{count} leaves");
        }
    }

    #[test]
    fn every_leaf_of_every_tree_is_proved_and_no_other() {
        let many: Vec<Hash32> = (0..37_u8).map(|n| leaf_hash(&[n])).collect();
        for size in 1..=many.len() {
            let tree = &many[..size];
            for index in 0..size {
                let proof = Inclusion::prove(tree, index).unwrap();
                assert_eq!(proof.root_with(tree[index]), Some(root(tree)), "leaf {index} of {size}");
                assert_ne!(proof.root_with(leaf_hash(b"other")), Some(root(tree)));
                for wrong in [index + 1, size] {
                    let moved = Inclusion { index: wrong as u64, ..proof.clone() };
                    assert_ne!(moved.root_with(tree[index]), Some(root(tree)), "leaf {index} of {size} as {wrong}");
                }
            }
            assert_eq!(Inclusion::prove(tree, size), None);
        }
    }

    #[test]
    fn a_proof_with_a_hash_too_many_or_too_few_fits_no_tree() {
        let tree = leaves(7);
        let proof = Inclusion::prove(&tree, 2).unwrap();
        let mut longer = proof.clone();
        longer.path.push(Hash32::ZERO);
        let mut shorter = proof;
        shorter.path.pop();
        assert_eq!((longer.root_with(tree[2]), shorter.root_with(tree[2])), (None, None));
    }
}
