/** The API's shapes under short names. The generated schema is the source; nothing is declared here by hand. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Accepted = Schemas["Accepted"];
export type ForgottenPerson = Schemas["Forgotten"];
export type ActionType = Schemas["ActionType"];
export type Actor = Schemas["Actor"];
export type Difference = Schemas["Difference"];
export type EditChange = Schemas["EditChange"];
export type Effect = Schemas["Effect"];
export type Entity = Schemas["Entity"];
export type EntityKind = Schemas["EntityKind"];
export type EntityPage = Schemas["EntityPage"];
export type FieldDifference = Schemas["FieldDifference"];
export type FieldProblem = Schemas["FieldProblem"];
export type DraftFigures = Schemas["DraftFigures"];
export type Impact = Schemas["Impact"];
export type ImpactLevel = Schemas["ImpactLevel"];
export type Insights = Schemas["Insights"];
export type LiveDraft = Schemas["LiveDraft"];
export type NewPlan = Schemas["NewPlan"];
export type OnFailure = Schemas["OnFailure"];
export type Plan = Schemas["Plan"];
export type PlanDiff = Schemas["PlanDiff"];
export type PlanProof = Schemas["PlanProof"];
export type PlannerChoice = Schemas["PlannerChoice"];
export type PlannerOption = Schemas["PlannerOption"];
export type PlanStatus = Schemas["PlanStatus"];
export type PlanSummary = Schemas["PlanSummary"];
export type Policy = Schemas["Policy"];
export type PredictedChange = Schemas["PredictedChange"];
export type Problem = Schemas["Problem"];
export type Question = Schemas["Question"];
export type RecordedEvent = Schemas["RecordedEvent"];
export type Reversibility = Schemas["Reversibility"];
export type Rollback = Schemas["Rollback"];
export type RollbackChange = Schemas["Change"];
export type RollbackChoice = Schemas["Choice"];
export type RollbackChoiceFor = Schemas["ChoiceFor"];
export type RollbackPreview = Schemas["Preview"];
export type RollbackScope = Schemas["Look"];
export type RollbackStep = Schemas["PreviewStep"];
export type Step = Schemas["Step"];
export type StepDifference = Schemas["StepDifference"];
export type StepInput = Schemas["StepInput"];
export type StepOutcomes = Schemas["StepOutcomes"];
export type StepPatch = Schemas["StepPatch"];
export type StepStatus = Schemas["StepStatus"];
export type TimelineEvent = Schemas["TimelineEvent"];
export type ValueSource = Schemas["ValueSource"];
export type Warning = Schemas["Warning"];

/** A step's params or an entity's fields: what a JSON Schema describes. */
export type Fields = Record<string, unknown>;
