//! Where the models of a test are kept.

use std::{pin::Pin, sync::Arc};

use pgserver::Server;
use projections_postgres::{Login, PostgresModels, Settings};
use projections_sqlite::SqliteModels;
use projections_store::ModelStorage;

/// A place of its own for one test; what is kept there stays when it is opened again.
pub(super) enum Place {
    Folder(tempfile::TempDir),
    Schema { server: &'static Server, name: String },
}

impl Place {
    pub(super) fn folder() -> Self {
        Self::Folder(tempfile::tempdir().unwrap())
    }

    pub(super) fn schema(server: &'static Server) -> Self {
        Self::Schema { server, name: server.fresh_name() }
    }

    /// Another one of the same sort.
    pub(super) fn another(&self) -> Self {
        match self {
            Self::Folder(_) => Self::folder(),
            Self::Schema { server, .. } => Self::schema(server),
        }
    }

    /// Opens it, as a process that starts does.
    pub(super) fn open(&self) -> Arc<dyn ModelStorage> {
        match self {
            Self::Folder(folder) => Arc::new(SqliteModels::open(folder.path()).unwrap()),
            Self::Schema { server, name } => {
                let connection = format!("{}&schema={name}", server.url());
                let settings = Settings::parse(&connection, Login::default()).unwrap();
                Arc::new(PostgresModels::open(settings).unwrap())
            }
        }
    }
}

/// Something that holds wherever the models are kept.
pub(super) type Fact = fn(Place) -> Pin<Box<dyn Future<Output = ()>>>;

/// Makes a test of each fact, with the models in a folder, and a list of them for other places.
macro_rules! facts {
    ($($name:ident),* $(,)?) => {
        mod in_a_folder {
            use crate::tests::place::Place;

            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    super::$name(Place::folder()).await;
                }
            )*
        }

        pub(super) const FACTS: &[(&str, crate::tests::place::Fact)] = &[
            $((stringify!($name), |place| Box::pin($name(place)))),*
        ];
    };
}

pub(super) use facts;
