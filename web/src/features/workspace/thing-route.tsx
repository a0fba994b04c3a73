import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { asProblem } from "@/api/problem";
import { entityQuery } from "@/api/workspace";
import { entityTitle } from "@/design/entity-words";
import { KindIcon } from "@/design/kind-icon";
import { Panel } from "@/design/panel";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
import { ThingDetail } from "./thing-detail";
import css from "./thing-detail.module.css";

/** The thing the URL names, in the panel beside the list. */
export function ThingRoute() {
  const { entityId } = useParams({ from: "/workspace/$entityId" });
  const search = useSearch({ from: "/workspace" });
  const navigate = useNavigate();
  const {
    data: entity,
    error,
    isPending,
  } = useQuery({
    ...entityQuery(entityId, search.as_of),
    placeholderData: (before) => (search.as_of !== undefined && before?.id === entityId ? before : undefined),
  });
  const title = entity ? (
    <span className={css.title}>
      <KindIcon name={entity.kind} size={18} />
      {entityTitle(entity)}
    </span>
  ) : (
    "Thing"
  );
  return (
    <Panel
      title={title}
      label={entity ? entityTitle(entity) : "Thing"}
      onClose={() => void navigate({ to: "/workspace", search })}
    >
      {isPending && <SkeletonRows what="the thing" rows={5} />}
      {error &&
        (asProblem(error).isMissing ? (
          <p>{search.as_of === undefined ? "There is no such thing." : "It was not there yet."}</p>
        ) : (
          <ProblemNote problem={error} doing="read it" />
        ))}
      {entity && <ThingDetail key={entity.id} entity={entity} past={search.as_of !== undefined} />}
    </Panel>
  );
}
