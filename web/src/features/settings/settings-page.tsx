import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { actionsQuery } from "@/api/actions";
import { KeyList } from "@/design/key-list";
import { Page } from "@/design/page";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
import { ActionCard } from "./action-card";
import { PlannerList } from "./planner-list";
import css from "./settings-page.module.css";

/** The theme, the keys, the planners, and what steps can do. */
export function SettingsPage() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const actions = useQuery(actionsQuery);
  return (
    <Page title="Settings">
      <div className={css.sections}>
        <section aria-labelledby="theme">
          <h2 id="theme">Theme</h2>
          <SegmentedControl
            aria-label="Theme"
            value={colorScheme}
            onChange={(value) => setColorScheme(value as typeof colorScheme)}
            data={[
              { value: "light", label: "Light" },
              { value: "dark", label: "Dark" },
              { value: "auto", label: "As the system" },
            ]}
          />
        </section>
        <section aria-labelledby="keys">
          <h2 id="keys">Keys</h2>
          <KeyList />
        </section>
        <section aria-labelledby="planners">
          <h2 id="planners">Planners</h2>
          <p className="quiet">Who drafts plans. It is chosen where the server is started; keys are never shown.</p>
          <PlannerList />
        </section>
        <section aria-labelledby="actions">
          <h2 id="actions">Actions</h2>
          <p className="quiet">What a step can do, what it needs, and whether it can be taken back.</p>
          <ProblemNote problem={actions.error} doing="read the catalogue" />
          {actions.isPending && <SkeletonRows what="the catalogue" />}
          <ul>
            {actions.data?.items.map((action) => (
              <li key={action.name}>
                <ActionCard action={action} />
              </li>
            ))}
          </ul>
        </section>
      </div>
    </Page>
  );
}
