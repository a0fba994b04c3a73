import { Autocomplete, Radio, Stack, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Question } from "@/api/types";
import { entitiesQuery } from "@/api/workspace";
import { entityTitle } from "@/design/entity-words";
import { visible } from "@/design/hidden";
import { answerField } from "./questions";

type Props = { question: Question; value: string; onChange: (value: string) => void; first: boolean };

/** One question, with what its answer looks like. */
export function QuestionField({ question, value, onChange, first }: Props) {
  const label = visible(question.text);
  const shared = { label, value, "data-autofocus": first || undefined };
  switch (answerField(question)) {
    case "choices":
      return <Choices question={question} value={value} onChange={onChange} />;
    case "search":
      return <Autocomplete {...shared} data={[...new Set(question.choices)]} limit={20} onChange={onChange} />;
    case "people":
      return <People label={label} value={value} onChange={onChange} />;
    case "date":
      return <TextInput {...shared} type="date" maw={220} onChange={(event) => onChange(event.target.value)} />;
    case "number":
      return <TextInput {...shared} type="number" maw={220} onChange={(event) => onChange(event.target.value)} />;
    case "yes_no":
      return (
        <Radio.Group label={label} value={value} onChange={onChange}>
          <Stack gap="xs" mt="xs">
            <Radio value="yes" label="Yes" />
            <Radio value="no" label="No" />
          </Stack>
        </Radio.Group>
      );
    case "text":
      return <Textarea {...shared} autosize minRows={1} onChange={(event) => onChange(event.target.value)} />;
  }
}

const OTHER = " other";

/** The choices, and room for other words. */
function Choices({ question, value, onChange }: Omit<Props, "first">) {
  const [other, setOther] = useState(false);
  const choose = (chosen: string) => {
    setOther(chosen === OTHER);
    onChange(chosen === OTHER ? "" : chosen);
  };
  return (
    <div>
      <Radio.Group label={visible(question.text)} value={other ? OTHER : value} onChange={choose}>
        <Stack gap="xs" mt="xs">
          {question.choices.map((choice) => (
            <Radio key={choice} value={choice} label={visible(choice)} />
          ))}
          <Radio value={OTHER} label="Something else" />
        </Stack>
      </Radio.Group>
      {other && (
        <TextInput
          mt="xs"
          ml="xl"
          aria-label="In your words"
          placeholder="In your words"
          autoFocus
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </div>
  );
}

function People({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const people = useQuery(entitiesQuery({ kind: "person" })).data?.items ?? [];
  const names = [...new Set(people.map(entityTitle))];
  return <Autocomplete label={label} placeholder="A name" data={names} limit={20} value={value} onChange={onChange} />;
}
