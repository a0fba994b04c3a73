//! What the board is asked.

use domain::ids::PlanId;

use super::{BoardPlan, table};
use crate::{ModelError, ModelName, Models};

impl Models {
    /// Gives a plan as its events left it; none when there is no such plan.
    pub async fn plan(&self, id: PlanId) -> Result<Option<BoardPlan>, ModelError> {
        Ok(self.read(ModelName::PlanBoard, move |reads| table::plan(reads, id)).await?.0)
    }
}
