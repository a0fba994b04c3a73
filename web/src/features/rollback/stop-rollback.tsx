import { Button } from "@mantine/core";
import { IconPlayerStop } from "@tabler/icons-react";
import { useState } from "react";
import { useStopRollback } from "@/api/rollbacks";
import type { Plan, Rollback } from "@/api/types";
import { announce } from "@/design/announcer";
import { ReasonDialog } from "@/design/reason-dialog";
import { halfWay } from "./half-way";

/** Leaves a rollback that is stuck or paused where it is: a button, and the dialog that says what that means. */
export function StopRollback({ plan, rollback }: { plan: Plan; rollback: Rollback }) {
  const [asking, setAsking] = useState(false);
  const stop = useStopRollback(plan.id);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={14} aria-hidden="true" />}
        onClick={() => setAsking(true)}
      >
        Stop half-way…
      </Button>
      {asking && (
        <ReasonDialog
          title="Stop the rollback half-way?"
          text={`${halfWay(plan, rollback)} You can roll back the rest another time.`}
          confirm="Stop half-way"
          doing="stop the rollback"
          danger
          pending={stop.isPending}
          problem={stop.error}
          onConfirm={(reason) =>
            stop.mutate(reason, {
              onSuccess: () => {
                announce("The rollback is stopped");
                setAsking(false);
              },
            })
          }
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
