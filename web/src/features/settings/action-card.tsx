import type { ActionType } from "@/api/types";
import { OutsideMark, ReversibilityMark } from "@/design/impact-marks";
import { KindIcon } from "@/design/kind-icon";
import { type Field, fieldsOf } from "@/design/schema-form/schema";
import css from "./action-card.module.css";

/** One action of the catalogue; it opens to its parameters. */
export function ActionCard({ action }: { action: ActionType }) {
  const fields = fieldsOf(action.params_schema);
  return (
    <details className={css.card}>
      <summary className={css.summary}>
        <KindIcon name={action.name} />
        <span className={css.title}>{action.title}</span>
        <code className={css.name}>{action.name}</code>
        <span className={css.marks}>
          <ReversibilityMark kind={action.reversibility} always />
          {action.outside && <OutsideMark />}
        </span>
      </summary>
      <div className={css.body}>
        <p>{action.description}</p>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Parameter</th>
              <th scope="col">Takes</th>
              <th scope="col">Meaning</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field.name}>
                <th scope="row">
                  <code>{field.name}</code>
                  {field.required && <span className={css.needed}> needed</span>}
                </th>
                <td>{takes(field)}</td>
                <td>{field.help}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function takes(field: Field): string {
  switch (field.kind) {
    case "text":
      return "text";
    case "date":
      return "date, or date and time";
    case "number":
      return field.whole ? "whole number" : "number";
    case "boolean":
      return "yes or no";
    case "choice":
      return field.choices.join(", ");
    case "reference":
      return `a ${field.to.join(" or ")}`.replace("a any", "anything");
    case "references":
      return `list of ${field.to.join(" or ")}`;
    case "words":
      return "list of texts";
    case "rows":
      return `list of ${field.fields.map((part) => part.name).join(", ")}`;
    case "json":
      return "JSON";
  }
}
