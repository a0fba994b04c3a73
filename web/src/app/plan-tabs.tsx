import { IconClockHour4, IconLayoutRows, IconList, IconSitemap } from "@tabler/icons-react";
import css from "./plan-tabs.module.css";
import type { PlanShow, PlanView } from "./search";

type Props = {
  view: PlanView;
  show: PlanShow;
  pending: number;
  /** Whether there are steps to list or draw. */
  shows: boolean;
  ran: boolean;
  /** Whether it is shown as it stood, so that there is nothing to edit. */
  past: boolean;
  onView: (view: PlanView) => void;
  onShow: (show: PlanShow) => void;
  /** Opens the time line; not there while it is open. */
  onLookBack?: () => void;
};

/** The views of a plan, and whether its steps are listed or drawn. */
export function PlanTabs({ view, show, pending, shows, ran, past, onView, onShow, onLookBack }: Props) {
  const views: { view: PlanView; name: string }[] = [
    { view: "review", name: ran || past ? "Plan" : "Review and edit" },
    ...(ran ? [{ view: "run" as const, name: "Execution" }] : []),
    { view: "history", name: "History" },
    { view: "compare", name: "Compare" },
  ];
  const walk = (event: React.KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = views[views.findIndex((one) => one.view === view) + by];
    if (by !== 0 && next) {
      onView(next.view);
      document.getElementById(`tab-${next.view}`)?.focus();
    }
  };
  return (
    <div className={css.line}>
      <div role="tablist" aria-label="Views of the plan" className={css.tabs} onKeyDown={walk}>
        {views.map((one) => (
          <button
            key={one.view}
            type="button"
            role="tab"
            id={`tab-${one.view}`}
            className={css.tab}
            aria-selected={one.view === view}
            aria-controls="plan-view"
            tabIndex={one.view === view ? 0 : -1}
            onClick={() => onView(one.view)}
          >
            {one.name}
            {one.view === "review" && pending > 0 && <span className={css.count}>{pending}</span>}
          </button>
        ))}
      </div>
      <div className={css.tools}>
        {onLookBack && (
          <button type="button" className={css.look} onClick={onLookBack} title="Look back   T">
            <IconClockHour4 size={15} aria-hidden="true" />
            <span className={css.name}>Look back</span>
          </button>
        )}
        {shows && (
          <fieldset className={css.shows}>
            <legend className="visually-hidden">Show the steps as</legend>
            <Show
              name="List"
              icon={<IconList size={15} aria-hidden="true" />}
              on={show === "list"}
              act={() => onShow("list")}
            />
            {view === "review" && (
              <Show
                name="Both"
                icon={<IconLayoutRows size={15} aria-hidden="true" />}
                on={show === "both"}
                act={() => onShow("both")}
              />
            )}
            <Show
              name="Graph"
              icon={<IconSitemap size={15} aria-hidden="true" />}
              on={show === "graph"}
              act={() => onShow("graph")}
            />
          </fieldset>
        )}
      </div>
    </div>
  );
}

function Show({ name, icon, on, act }: { name: string; icon: React.ReactNode; on: boolean; act: () => void }) {
  return (
    <button type="button" className={css.show} aria-pressed={on} onClick={act}>
      {icon}
      <span className={css.name}>{name}</span>
    </button>
  );
}
