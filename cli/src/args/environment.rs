//! What only the environment says, because it is secret or belongs to the place and not to a start.

/// Shown below the flags of `cairn serve`.
pub(crate) const WITHOUT_FLAGS: &str = "\
Environment without flags:
  CAIRN_KEYS=DIR                          the keys of people, when not in the data folder; nodes share it
  CAIRN_EVENTSTORE_USER=NAME              who we are at EventStoreDB
  CAIRN_EVENTSTORE_PASSWORD=PASSWORD
  CAIRN_EVENTSTORE_PASSWORD_FILE=FILE
  CAIRN_POSTGRES_USER=NAME                who we are at PostgreSQL
  CAIRN_POSTGRES_PASSWORD=PASSWORD
  CAIRN_POSTGRES_PASSWORD_FILE=FILE
  CAIRN_LEASE_SECONDS=SECONDS             how long a node that is not heard from keeps its plans (2 to 600) [15]
  CAIRN_PLANS_AT_ONCE=NUMBER              how many plans one of several nodes carries out at once (1 to 10000) [256]
  CAIRN_LOG=FILTER                        which lines go to stderr, such as debug or info,cairn_execution=debug";
