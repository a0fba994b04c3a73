import { type PlanVerb, usePlanVerb } from "@/api/plans";
import { announce } from "@/design/announcer";
import { assertNever } from "@/design/assert-never";
import { ReasonDialog } from "@/design/reason-dialog";

/** What can be stopped, for a while or for good. */
export type Stopping = "cancel" | "pause" | "hold";

/** Asks why something is stopped: the reason is part of the history. */
export function StopDialog({ plan, what, onClose }: { plan: string; what: Stopping; onClose: () => void }) {
  const verb = usePlanVerb(plan);
  const { said, ...words } = wording(what);
  return (
    <ReasonDialog
      {...words}
      danger={what === "cancel"}
      pending={verb.isPending}
      problem={verb.error}
      onConfirm={(reason) =>
        verb.mutate(told(what, reason), {
          onSuccess: () => {
            announce(said);
            onClose();
          },
        })
      }
      onClose={onClose}
    />
  );
}

function told(what: Stopping, reason: string): PlanVerb {
  return { verb: what === "cancel" ? "cancel" : "pause", reason };
}

function wording(what: Stopping) {
  switch (what) {
    case "cancel":
      return {
        title: "Cancel the plan?",
        text: "No further step starts; what runs comes to its end. What was done stays done.",
        confirm: "Cancel the plan",
        doing: "cancel the plan",
        said: "The plan is cancelled",
      };
    case "pause":
      return {
        title: "Pause the plan?",
        text: "No further step starts until somebody resumes it; what runs comes to its end.",
        confirm: "Pause the plan",
        doing: "pause the plan",
        said: "The plan is paused",
      };
    case "hold":
      return {
        title: "Pause the rollback?",
        text: "Nothing further is taken back until somebody resumes it; what runs comes to its end.",
        confirm: "Pause the rollback",
        doing: "pause the rollback",
        said: "The rollback is paused",
      };
    default:
      return assertNever(what);
  }
}
