import { Button, Menu } from "@mantine/core";
import {
  IconArrowBackUp,
  IconDots,
  IconHistory,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { type ModelVerb, useModel } from "@/api/ops";
import type { ProjectionStatus } from "@/api/types";
import { ModelDialog } from "./model-dialog";
import css from "./model-menu.module.css";

type Props = { model: ProjectionStatus; onProblem: (problem: unknown) => void };

const icon = { size: 15, "aria-hidden": true } as const;

/** What can be done with a read model. Whatever changes what people see is confirmed first. */
export function ModelMenu({ model, onProblem }: Props) {
  const [asked, setAsked] = useState<ModelVerb>();
  const change = useModel();
  const { name } = model;
  const busy = model.rebuild != null || change.isPending;
  const atOnce = (verb: ModelVerb) => change.mutate({ name, verb }, { onSettled: (_, problem) => onProblem(problem) });
  return (
    <div className={css.menu}>
      <Button size="compact-sm" variant="default" disabled={busy} onClick={() => atOnce("verify")}>
        Verify
      </Button>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button size="compact-sm" variant="default" aria-label={`More for ${name}`}>
            <IconDots {...icon} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconRefresh {...icon} />} disabled={busy} onClick={() => setAsked("rebuild")}>
            Rebuild…
          </Menu.Item>
          <Menu.Item leftSection={<IconHistory {...icon} />} disabled={busy} onClick={() => setAsked("replay")}>
            Replay to a position…
          </Menu.Item>
          {model.paused ? (
            <Menu.Item leftSection={<IconPlayerPlay {...icon} />} disabled={busy} onClick={() => atOnce("resume")}>
              Resume
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconPlayerPause {...icon} />} disabled={busy} onClick={() => setAsked("pause")}>
              Pause…
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconArrowBackUp {...icon} />}
            disabled={busy || !model.can_swap_back}
            onClick={() => setAsked("swap-back")}
          >
            Swap back…
          </Menu.Item>
          <Menu.Item
            leftSection={<IconTrash {...icon} />}
            disabled={busy || !model.can_swap_back}
            onClick={() => setAsked("discard")}
          >
            Discard the earlier build…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked && (
        <ModelDialog
          verb={asked}
          model={model}
          pending={change.isPending}
          problem={change.error}
          onConfirm={(more) => change.mutate({ name, verb: asked, ...more }, { onSuccess: () => setAsked(undefined) })}
          onClose={() => {
            change.reset();
            setAsked(undefined);
          }}
        />
      )}
    </div>
  );
}
