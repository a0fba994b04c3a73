import { Button, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconPlayerPause, IconPlayerPlay, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { type PlanVerb, usePlanVerb } from "@/api/plans";
import type { Plan } from "@/api/types";
import { announce } from "@/design/announcer";
import { assertNever } from "@/design/assert-never";
import { ProblemNote } from "@/design/problem-note";
import { isHeld, undoable } from "@/design/rollback-words";
import { approvalObstacles } from "./approval";
import { ApproveDialog } from "./approve-dialog";
import css from "./plan-header.module.css";
import { StopDialog, type Stopping } from "./stop-dialog";

type Props = {
  plan: Plan;
  pending: number;
  onStarted: () => void;
  onRollBack: (scope: string) => void;
  /** What can be done whatever the plan's status. */
  children?: React.ReactNode;
};

/** What can be told to the plan as it stands. */
export function PlanActions({ plan, pending, onStarted, onRollBack, children }: Props) {
  const [approving, setApproving] = useState(false);
  const [stopping, setStopping] = useState<Stopping>();
  const verb = usePlanVerb(plan.id);
  const tell = (told: PlanVerb, said: string, then?: () => void) =>
    verb.mutate(told, {
      onSuccess: () => {
        announce(said);
        then?.();
      },
    });
  const telling = (name: PlanVerb["verb"]) => verb.isPending && verb.variables.verb === name;
  const early = plan.status === "draft" || plan.status === "approved";
  const cancel = (
    <Button
      variant={early ? "subtle" : "default"}
      color={early ? "gray" : undefined}
      data-quiet
      leftSection={<IconX size={14} aria-hidden="true" />}
      onClick={() => setStopping("cancel")}
    >
      Cancel plan
    </Button>
  );

  const done = plan.steps.some((step) => step.status === "completed");
  const rollBack = done && (
    <Button
      variant="default"
      leftSection={<IconArrowBackUp size={15} aria-hidden="true" />}
      onClick={() => onRollBack("plan")}
    >
      Roll back…
    </Button>
  );

  return (
    <div className={css.actions}>
      {children}
      {buttons()}
      {verb.error && (
        <div className={css.refused}>
          <ProblemNote problem={verb.error} doing={`${verb.variables?.verb ?? "change"} the plan`} />
        </div>
      )}
      {approving && (
        <ApproveDialog
          plan={plan}
          onStarted={() => {
            setApproving(false);
            onStarted();
          }}
          onClose={() => setApproving(false)}
        />
      )}
      {stopping && <StopDialog plan={plan.id} what={stopping} onClose={() => setStopping(undefined)} />}
    </div>
  );

  function buttons() {
    switch (plan.status) {
      case "draft":
        return (
          <>
            {cancel}
            <ApproveButton reasons={approvalObstacles(plan, pending)} onClick={() => setApproving(true)} />
          </>
        );
      case "approved":
        return (
          <>
            {cancel}
            <StartButton
              reason={pending > 0 ? "Apply or discard your changes first" : undefined}
              loading={telling("start")}
              onClick={() => tell({ verb: "start" }, "The plan is started", onStarted)}
            />
          </>
        );
      case "executing":
        return (
          <>
            <Button
              variant="default"
              leftSection={<IconPlayerPause size={14} aria-hidden="true" />}
              onClick={() => setStopping("pause")}
            >
              Pause…
            </Button>
            {rollBack}
            {cancel}
          </>
        );
      case "paused":
        return (
          <>
            <Button
              loading={telling("resume")}
              leftSection={<IconPlayerPlay size={14} aria-hidden="true" />}
              onClick={() => tell({ verb: "resume" }, "The plan goes on")}
            >
              Resume
            </Button>
            {rollBack}
            {cancel}
          </>
        );
      case "failed":
        return (
          <>
            {rollBack}
            {cancel}
          </>
        );
      // while it is drafted, the way to cancel stands beside the draft
      case "drafting":
        return null;
      case "needs_answer":
        return cancel;
      case "completed":
      case "cancelled":
        return rollBack;
      case "rolling_back":
        return (
          <Button
            variant="default"
            loading={telling("resume")}
            leftSection={
              isHeld(plan) ? (
                <IconPlayerPlay size={14} aria-hidden="true" />
              ) : (
                <IconPlayerPause size={14} aria-hidden="true" />
              )
            }
            onClick={() => (isHeld(plan) ? tell({ verb: "resume" }, "The rollback goes on") : setStopping("hold"))}
          >
            {isHeld(plan) ? "Resume" : "Pause…"}
          </Button>
        );
      case "rolled_back":
        return (
          <>
            {undoable(plan) && (
              <Button
                variant="default"
                leftSection={<IconArrowForwardUp size={15} aria-hidden="true" />}
                onClick={() => onRollBack(`rollback:${undoable(plan)}`)}
              >
                Undo this rollback…
              </Button>
            )}
            {rollBack}
          </>
        );
      case "rejected":
      case "rollback_stuck":
        return null;
      default:
        return assertNever(plan.status);
    }
  }
}

function ApproveButton({ reasons, onClick }: { reasons: string[]; onClick: () => void }) {
  const off = reasons.length > 0;
  return (
    <Tooltip label={reasons.join(". ")} disabled={!off}>
      <Button data-disabled={off || undefined} aria-disabled={off} onClick={off ? undefined : onClick}>
        Approve…
      </Button>
    </Tooltip>
  );
}

function StartButton({ reason, loading, onClick }: { reason?: string; loading: boolean; onClick: () => void }) {
  return (
    <Tooltip label={reason} disabled={reason === undefined}>
      <Button
        loading={loading}
        data-disabled={reason !== undefined || undefined}
        aria-disabled={reason !== undefined}
        leftSection={<IconPlayerPlay size={14} aria-hidden="true" />}
        onClick={reason === undefined ? onClick : undefined}
      >
        Start
      </Button>
    </Tooltip>
  );
}
