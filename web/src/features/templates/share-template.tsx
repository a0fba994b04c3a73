import { ActionIcon, Button, Modal, Select, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { useTemplateVerb } from "@/api/templates";
import type { Template, TemplateShare } from "@/api/types";
import { announce } from "@/design/announcer";
import { visible } from "@/design/hidden";
import { ProblemNote } from "@/design/problem-note";
import css from "./share-template.module.css";
import { shareProblem } from "./sharing";
import shared from "./templates.module.css";

const kinds = [
  { value: "person", label: "A person" },
  { value: "role", label: "A role" },
  { value: "tenant", label: "Everybody" },
];

const rights = [
  { value: "use", label: "May use it" },
  { value: "edit", label: "May edit it" },
];

/** Says who else may use or edit a template. */
export function ShareTemplate({ template, onClose }: { template: Template; onClose: () => void }) {
  const [shares, setShares] = useState<TemplateShare[]>(template.shares);
  const [tried, setTried] = useState(false);
  const verb = useTemplateVerb(template.id);
  const wrong = shares.map((share, at) => shareProblem(share, shares.slice(0, at)));
  const set = (at: number, share: TemplateShare) => setShares(shares.map((one, place) => (place === at ? share : one)));
  const save = () => {
    setTried(true);
    if (wrong.every((problem) => problem === undefined)) {
      verb.mutate(
        { verb: "share", shares },
        {
          onSuccess: () => {
            announce("The template is shared so");
            onClose();
          },
        },
      );
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={`Share “${visible(template.name)}”`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        className={shared.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <p>Whoever made it may always use and edit it. To everybody who is not named here, it is not there.</p>
        {shares.length === 0 && <p className="quiet">Nobody else may use it.</p>}
        <ul className={css.list} aria-label="Shared with">
          {shares.map((share, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a share has no identity but its place
            <li key={at} className={css.line}>
              <Select
                aria-label={`Who, line ${at + 1}`}
                data={kinds}
                allowDeselect={false}
                value={share.kind}
                onChange={(kind) =>
                  set(at, { ...share, kind: (kind ?? "person") as TemplateShare["kind"], id: share.id ?? "" })
                }
              />
              {share.kind === "tenant" ? (
                <span className={`${css.all} ${css.whom}`}>in this house</span>
              ) : (
                <TextInput
                  className={css.whom}
                  aria-label={share.kind === "role" ? `Name of the role, line ${at + 1}` : `Person, line ${at + 1}`}
                  placeholder={share.kind === "role" ? "Name of the role" : "The name they sign in with"}
                  value={share.id ?? ""}
                  error={tried ? wrong[at] : undefined}
                  onChange={(event) => set(at, { ...share, id: event.target.value })}
                />
              )}
              <Select
                aria-label={`Right, line ${at + 1}`}
                className={css.right}
                data={rights}
                allowDeselect={false}
                value={share.right}
                error={tried && share.kind === "tenant" ? wrong[at] : undefined}
                onChange={(right) => set(at, { ...share, right: (right ?? "use") as TemplateShare["right"] })}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                className={css.drop}
                aria-label={`Remove line ${at + 1}`}
                onClick={() => setShares(shares.filter((_, place) => place !== at))}
              >
                <IconX size={16} aria-hidden="true" />
              </ActionIcon>
            </li>
          ))}
        </ul>
        <div>
          <Button
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden="true" />}
            onClick={() => setShares([...shares, { kind: "person", id: "", right: "use" }])}
          >
            Add somebody
          </Button>
        </div>
        <ProblemNote problem={verb.error && asProblem(verb.error)} doing="share the template" />
        <div className={shared.foot}>
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" loading={verb.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Modal>
  );
}
