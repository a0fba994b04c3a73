import { Button, Modal, Select, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { proposalQuery, templatesQuery, useSaveTemplate } from "@/api/templates";
import type { Plan, TemplateProposal } from "@/api/types";
import { announce } from "@/design/announcer";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
import { type Choice, choicesOf, marked } from "./choices";
import { pointedAt } from "./editing";
import { FoundItem } from "./found-item";
import css from "./templates.module.css";

/** Saves a plan as a template: what was found in it is ticked, renamed and typed. */
export function SaveTemplateDialog({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const { data, error, isPending } = useQuery(proposalQuery(plan.id));
  return (
    <Modal opened onClose={onClose} size="xl" title="Save as template" closeButtonProps={{ "aria-label": "Close" }}>
      <ProblemNote problem={error} doing="look for parameters" />
      {isPending && <SkeletonRows what="what may be a parameter" rows={6} />}
      {data && <SaveForm plan={plan} proposal={data} onClose={onClose} />}
    </Modal>
  );
}

type Props = { plan: Plan; proposal: TemplateProposal; onClose: () => void };

function SaveForm({ plan, proposal, onClose }: Props) {
  const [name, setName] = useState(proposal.name);
  const [description, setDescription] = useState("");
  const [tags, setTags] = useState<string[]>([]);
  const [into, setInto] = useState<string>();
  const [choices, setChoices] = useState(() => choicesOf(proposal));
  const templates = useQuery(templatesQuery()).data?.items ?? [];
  const save = useSaveTemplate();
  const navigate = useNavigate();
  const problems = save.error ? asProblem(save.error).errors : [];
  const ticked = choices.filter((choice) => choice.ticked);

  const change = (index: number, choice: Choice) => setChoices(choices.map((one, at) => (at === index ? choice : one)));
  const submit = () =>
    save.mutate(
      { into, plan_id: plan.id, name, description, tags, parameters: ticked.map(marked) },
      {
        onSuccess: ({ template_id }) => {
          announce("The template is saved");
          void navigate({ to: "/templates/$templateId", params: { templateId: template_id } });
        },
      },
    );

  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Select
        label="Save as"
        data={[
          { value: "", label: "A new template" },
          ...templates.map((template) => ({ value: template.id, label: `The next version of ${template.name}` })),
        ]}
        allowDeselect={false}
        value={into ?? ""}
        onChange={(chosen) => setInto(chosen || undefined)}
      />
      {into === undefined && (
        <>
          <TextInput
            label="Template name"
            withAsterisk
            data-autofocus
            value={name}
            error={pointedAt(problems, "/name")}
            onChange={(event) => setName(event.target.value)}
          />
          <Textarea
            label="What it is for"
            autosize
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
          <TagsInput label="Tags" value={tags} onChange={setTags} />
        </>
      )}
      <h3>What will be another thing the next time</h3>
      {choices.length === 0 && <p className="quiet">Nothing was found: every plan will be the same.</p>}
      <ul className={css.parameters} aria-label="What may be a parameter">
        {choices.map((choice, index) => (
          <FoundItem
            key={`${choice.found.why} ${choice.found.name}`}
            choice={choice}
            error={choice.ticked ? pointedAt(problems, `/parameters/${ticked.indexOf(choice)}`) : undefined}
            onChange={(changed) => change(index, changed)}
          />
        ))}
      </ul>
      <ProblemNote problem={save.error} doing="save the template" />
      <div className={css.foot}>
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button type="submit" loading={save.isPending} disabled={into === undefined && name.trim() === ""}>
          {into === undefined ? "Save template" : "Save version"}
        </Button>
      </div>
    </form>
  );
}
