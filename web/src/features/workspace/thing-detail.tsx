import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Entity } from "@/api/types";
import { useMe } from "@/api/use-me";
import { useNames } from "@/api/use-names";
import { entityHistoryQuery, useArchiveEntity } from "@/api/workspace";
import { actorName } from "@/design/actor-words";
import { ButtonLink } from "@/design/button-link";
import { CopyText } from "@/design/copy-text";
import { words } from "@/design/entity-words";
import { Moment } from "@/design/moment";
import { Section } from "@/design/panel";
import { ParamList } from "@/design/param-list";
import { ProblemNote } from "@/design/problem-note";
import { shortId } from "@/design/short-id";
import { ChangeDialog } from "./change-dialog";
import { ForgetPerson } from "./forget-person";
import { ForgottenNote } from "./forgotten-note";
import { makeable } from "./kinds";
import css from "./thing-detail.module.css";

/** One thing: what is known of it, what it is linked to, what happened to it, what can be done with it. */
export function ThingDetail({ entity, past }: { entity: Entity; past: boolean }) {
  const [changing, setChanging] = useState(false);
  const archive = useArchiveEntity(entity.id);
  const names = useNames();
  const me = useMe();
  const events = useQuery(entityHistoryQuery(entity.id)).data?.items ?? [];
  const until = entity.as_of?.position ?? Number.POSITIVE_INFINITY;
  const history = events.filter(({ position }) => position <= until);
  const offered = offerFor(entity.kind);
  return (
    <>
      {past ? (
        <p className="quiet">Nothing can be done to it in the past.</p>
      ) : (
        <div className={css.actions}>
          {offered && !entity.archived && !entity.forgotten && (
            <ButtonLink to="/" search={{ selection: entity.id, request: offered }}>
              {offered}
            </ButtonLink>
          )}
          {!entity.forgotten && (
            <ButtonLink to="/" search={{ selection: entity.id }} variant="default">
              Plan something with it
            </ButtonLink>
          )}
          {makeable.includes(entity.kind) && !entity.forgotten && (
            <Button variant="default" onClick={() => setChanging(true)}>
              Change
            </Button>
          )}
          <Button
            variant="default"
            loading={archive.isPending}
            onClick={() => archive.mutate(entity.archived ? "restore" : "archive")}
          >
            {entity.archived ? "Restore" : "Archive"}
          </Button>
          {entity.kind === "person" && <ForgetPerson entity={entity} />}
        </div>
      )}
      <ProblemNote problem={archive.error} doing={entity.archived ? "restore it" : "archive it"} />
      {entity.archived && <p className={css.archived}>This {words(entity.kind).toLowerCase()} is archived.</p>}
      {entity.forgotten && <ForgottenNote history={history} />}
      <Section title={words(entity.kind)}>
        <ParamList values={untitled(entity)} names={names} empty="Nothing is known of it." />
        <p className="quiet">
          <CopyText text={entity.id} what="id" /> revision {entity.revision}
        </p>
      </Section>
      <Links entity={entity} nameOf={names.entity} />
      {history.length > 0 && (
        <Section title="History">
          <ol className={css.history}>
            {history.toReversed().map((event) => (
              <li key={event.id}>
                <span>{words(event.type.replace(/^(Entity|Person)/, ""))}</span>
                <span className="quiet">
                  {actorName(event.actor, me)}, <Moment at={event.at} />
                </span>
              </li>
            ))}
          </ol>
        </Section>
      )}
      {changing && <ChangeDialog entity={entity} onClose={() => setChanging(false)} />}
    </>
  );
}

function Links({ entity, nameOf }: { entity: Entity; nameOf: (id: string) => string | undefined }) {
  const links = [
    ...entity.links.map((link) => ({ key: link.id, words: words(link.relation), id: link.to, title: nameOf(link.to) })),
    ...(entity.linked_from ?? []).map((link) => ({
      key: `${link.from} ${link.relation}`,
      words: `${words(link.relation)} of`,
      id: link.from,
      title: link.title,
    })),
  ];
  if (links.length === 0) {
    return null;
  }
  return (
    <Section title="Links">
      <ul className={css.history}>
        {links.map((link) => (
          <li key={link.key}>
            <span className="quiet">{link.words}</span>
            <Link to="/workspace/$entityId" params={{ entityId: link.id }}>
              {link.title ?? shortId(link.id)}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The fields without the one the panel is headed by. */
function untitled(entity: Entity): Entity["fields"] {
  const rest = Object.entries(entity.fields).filter(([, value]) => value !== entity.title);
  return Object.fromEntries(rest);
}

/** The request that is most likely wanted of a thing. */
function offerFor(kind: Entity["kind"]): string | undefined {
  switch (kind) {
    case "idea":
      return "Convert this idea to a project";
    case "person":
      return "Follow up with this person";
    case "project":
      return "Plan the launch of this project";
    case "task":
    case "reminder":
    case "note":
    case "message":
    case "calendar_entry":
      return undefined;
  }
}
