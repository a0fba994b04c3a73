import { ActionIcon, Button, Popover } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconChevronUp, IconX } from "@tabler/icons-react";
import { asProblem } from "@/api/problem";
import { count } from "@/design/impact-words";
import { ProblemNote } from "@/design/problem-note";
import css from "./draft-bar.module.css";
import { changeWords } from "./draft-words";
import type { Draft } from "./use-draft";

type Props = {
  draft: Draft;
  /** The plan is approved as it stands: changing its content voids that. */
  approved: boolean;
  titleOf: (step: string) => string;
};

/** What was changed and waits to be applied as one edit. */
export function DraftBar({ draft, approved, titleOf }: Props) {
  const { changes, applying } = draft;
  useHotkeys([["mod+Enter", () => changes.length > 0 && draft.apply()]], []);
  if (changes.length === 0) {
    return null;
  }
  const changed = count(changes.length, "change", "changes");
  return (
    <section className={css.bar} aria-label="Changes not applied yet">
      <ProblemNote problem={draft.refused} doing="apply the changes">
        {asProblem(draft.refused).isStale && <p>The plan is shown as it is now; apply again to put yours on top.</p>}
      </ProblemNote>
      {draft.overtaken && !draft.refused && (
        <p className={css.note}>Somebody changed the plan meanwhile. Your changes are shown on top of the new one.</p>
      )}
      <div className={css.line}>
        <Popover position="top-start" withinPortal>
          <Popover.Target>
            <button type="button" className={css.count}>
              {changed}
              <IconChevronUp size={14} aria-hidden="true" />
            </button>
          </Popover.Target>
          <Popover.Dropdown p={0}>
            <ul className={css.list} aria-label="Changes">
              {changes.map((change, index) => {
                const words = changeWords(change, titleOf);
                return (
                  <li key={words} className={css.change}>
                    <span>{words}</span>
                    <ActionIcon aria-label={`Take back: ${words}`} onClick={() => draft.undo(index)}>
                      <IconX size={16} aria-hidden="true" />
                    </ActionIcon>
                  </li>
                );
              })}
            </ul>
          </Popover.Dropdown>
        </Popover>
        <span className={css.hint}>{approved ? "applying them voids the approval" : "not applied yet"}</span>
        <Button variant="subtle" color="gray" data-quiet disabled={applying} onClick={draft.discard}>
          Discard
        </Button>
        <Button loading={applying} onClick={draft.apply}>
          Apply {changed}
        </Button>
      </div>
    </section>
  );
}
