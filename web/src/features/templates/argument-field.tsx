import { NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { EntityKind, TemplateParameter } from "@/api/types";
import { entitiesQuery } from "@/api/workspace";
import { entityTitle } from "@/design/entity-words";
import { visible } from "@/design/hidden";

type Props = { parameter: TemplateParameter; value: string; error?: string; onChange: (value: string) => void };

/** The field that asks for one parameter. */
export function ArgumentField({ parameter, value, error, onChange }: Props) {
  const shared = {
    label: visible(parameter.label || parameter.name),
    description: parameter.help ? visible(parameter.help) : undefined,
    withAsterisk: parameter.required,
    error,
    name: parameter.name,
  };
  switch (parameter.type) {
    case "date":
      return <TextInput {...shared} type="date" value={value} onChange={(event) => onChange(event.target.value)} />;
    case "number":
      return <NumberInput {...shared} value={value} onChange={(given) => onChange(String(given))} />;
    case "choice":
      return <Choice shared={shared} value={value} onChange={onChange} data={parameter.choices ?? []} />;
    case "yes_no":
      return <Choice shared={shared} value={value} onChange={onChange} data={yesNo} />;
    case "person":
    case "project":
    case "idea":
    case "task":
      return <Thing shared={shared} kind={parameter.type} value={value} onChange={onChange} />;
    default:
      return value.length > 60 ? (
        <Textarea {...shared} autosize value={value} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <TextInput {...shared} value={value} onChange={(event) => onChange(event.target.value)} />
      );
  }
}

const yesNo = [
  { value: "yes", label: "Yes" },
  { value: "no", label: "No" },
];

type Shared = { label: string; description?: string; withAsterisk?: boolean; error?: string; name: string };
type Option = string | { value: string; label: string };
type ChoiceProps = { shared: Shared; value: string; onChange: (value: string) => void; data: Option[] };

function Choice({ shared, value, onChange, data }: ChoiceProps) {
  return (
    <Select
      {...shared}
      searchable
      clearable={!shared.withAsterisk}
      placeholder="Choose"
      nothingFoundMessage="Nothing of this kind"
      data={data}
      value={value || null}
      onChange={(given) => onChange(given ?? "")}
    />
  );
}

type ThingProps = Omit<ChoiceProps, "data"> & { kind: EntityKind };

/** Things of the workspace by what they are called. */
function Thing({ kind, ...rest }: ThingProps) {
  const things = useQuery(entitiesQuery({ kind })).data?.items ?? [];
  const me = kind === "person" ? [{ value: "me", label: "Me" }] : [];
  const data = [...me, ...things.map((thing) => ({ value: thing.id, label: entityTitle(thing) }))];
  return <Choice {...rest} data={data} />;
}
