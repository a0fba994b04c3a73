import { IconEraser } from "@tabler/icons-react";
import type { RecordedEvent } from "@/api/types";
import { useMe } from "@/api/use-me";
import { actorName } from "@/design/actor-words";
import { Moment } from "@/design/moment";
import css from "./forget-person.module.css";

/** Says that a person was forgotten, by whom, when and why: that is all that is kept. */
export function ForgottenNote({ history }: { history: RecordedEvent[] }) {
  const me = useMe();
  const event = history.findLast(({ type }) => type === "PersonForgotten");
  return (
    <section className={css.note} aria-label="Forgotten">
      <IconEraser size={18} aria-hidden="true" />
      <div>
        <p>
          <strong>This person was forgotten.</strong> What was known of them is gone for good.
        </p>
        {event && (
          <p className="quiet">
            {actorName(event.actor, me)}, <Moment at={event.at} />: {event.reason}
          </p>
        )}
      </div>
    </section>
  );
}
