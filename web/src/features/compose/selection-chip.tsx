import { IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Entity } from "@/api/types";
import { entityTitle, words } from "@/design/entity-words";
import { KindIcon } from "@/design/kind-icon";
import css from "./selection-chip.module.css";

/** The thing the request is about: "this idea". */
export function SelectionChip({ entity, onClear }: { entity: Entity; onClear: () => void }) {
  return (
    <span className={css.chip}>
      <KindIcon name={entity.kind} />
      <span className={css.kind}>{words(entity.kind)}</span>
      <Link to="/workspace/$entityId" params={{ entityId: entity.id }} className={css.title}>
        {entityTitle(entity)}
      </Link>
      <button type="button" className={css.clear} onClick={onClear} aria-label={`Leave ${entityTitle(entity)} out`}>
        <IconX size={14} aria-hidden="true" />
      </button>
    </span>
  );
}
