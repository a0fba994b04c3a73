import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ForgottenPerson } from "@/api/types";
import { words } from "@/design/entity-words";
import { count } from "@/design/impact-words";
import css from "./forget-person.module.css";

/** What was done, and where the name still stands in what people typed. */
export function StillNamed({ forgotten, onClose }: { forgotten: ForgottenPerson; onClose: () => void }) {
  const { mentioned, mentions } = forgotten;
  return (
    <div className={css.done}>
      <p>The key is destroyed, and everything you can look at was built anew without it.</p>
      {mentioned === 0 ? (
        <p>The name stands nowhere else in this log.</p>
      ) : (
        <section aria-label="Still named">
          <h3>Still named in {count(mentioned, "event", "events")}, in words that somebody typed:</h3>
          <ul className={css.mentions}>
            {mentions.map((mention) => (
              <li key={mention.id}>
                <Place stream={mention.stream} onClose={onClose}>
                  {words(mention.type)}
                </Place>
                <span className="quiet">position {mention.position}</span>
              </li>
            ))}
          </ul>
          {mentions.length < mentioned && <p className="quiet">and {mentioned - mentions.length} more</p>}
        </section>
      )}
      <div className={css.end}>
        <Button onClick={onClose}>Done</Button>
      </div>
    </div>
  );
}

function Place({ stream, children, onClose }: { stream: string; children: React.ReactNode; onClose: () => void }) {
  const id = stream.replace(/^[a-z]+-/, "");
  return stream.startsWith("plan-") ? (
    <Link to="/plans/$planId" params={{ planId: id }} search={{ view: "history" }} onClick={onClose}>
      {children}
    </Link>
  ) : (
    <Link to="/workspace/$entityId" params={{ entityId: id }} onClick={onClose}>
      {children}
    </Link>
  );
}
