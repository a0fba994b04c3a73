import "@mantine/spotlight/styles.css";
import { useMantineColorScheme } from "@mantine/core";
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from "@mantine/spotlight";
import {
  IconActivity,
  IconChartBar,
  IconHistory,
  IconKeyboard,
  IconListDetails,
  IconMoon,
  IconPencilPlus,
  IconSettings,
  IconStack2,
  IconSun,
  IconTemplate,
} from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { plansQuery } from "@/api/plans";
import { entitiesQuery } from "@/api/workspace";
import { entityTitle, words } from "@/design/entity-words";
import { KindIcon } from "@/design/kind-icon";
import { planLook } from "@/design/status";

const icon = { size: 18, stroke: 1.7, "aria-hidden": true } as const;

/** The command palette: places, plans, things of the workspace, the theme. */
export default function Palette({ onKeys }: { onKeys: () => void }) {
  const [opened, setOpened] = useState(false);
  const commands = useCommands(onKeys);
  const plans = useFoundPlans(opened);
  const things = useFoundThings(opened);
  const groups: SpotlightActionGroupData[] = [
    { group: "Go to", actions: commands },
    { group: "Plans", actions: plans },
    { group: "Workspace", actions: things },
  ];
  return (
    <Spotlight
      actions={groups.filter((group) => group.actions.length > 0)}
      onSpotlightOpen={() => setOpened(true)}
      shortcut={null}
      limit={12}
      highlightQuery
      nothingFound="Nothing is called that"
      searchProps={{ placeholder: "Where to, or which plan or thing?", "aria-label": "Search and commands" }}
      attributes={{ content: { "aria-label": "Search and commands" } }}
      scrollable
      maxHeight={420}
    />
  );
}

function useCommands(onKeys: () => void): SpotlightActionData[] {
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const go =
    (to: "/" | "/plans" | "/templates" | "/workspace" | "/history" | "/insights" | "/ops" | "/settings") => () =>
      void navigate({ to });
  return [
    { id: "compose", label: "Compose a request", leftSection: <IconPencilPlus {...icon} />, onClick: go("/") },
    { id: "plans", label: "Plans", leftSection: <IconListDetails {...icon} />, onClick: go("/plans") },
    { id: "templates", label: "Templates", leftSection: <IconTemplate {...icon} />, onClick: go("/templates") },
    { id: "workspace", label: "Workspace", leftSection: <IconStack2 {...icon} />, onClick: go("/workspace") },
    { id: "history", label: "History", leftSection: <IconHistory {...icon} />, onClick: go("/history") },
    { id: "insights", label: "Insights", leftSection: <IconChartBar {...icon} />, onClick: go("/insights") },
    { id: "ops", label: "Operations", leftSection: <IconActivity {...icon} />, onClick: go("/ops") },
    { id: "settings", label: "Settings", leftSection: <IconSettings {...icon} />, onClick: go("/settings") },
    { id: "keys", label: "List the keys", leftSection: <IconKeyboard {...icon} />, onClick: onKeys },
    { id: "light", label: "Light theme", leftSection: <IconSun {...icon} />, onClick: () => setColorScheme("light") },
    { id: "dark", label: "Dark theme", leftSection: <IconMoon {...icon} />, onClick: () => setColorScheme("dark") },
  ];
}

function useFoundPlans(enabled: boolean): SpotlightActionData[] {
  const navigate = useNavigate();
  const { data } = useInfiniteQuery({ ...plansQuery({}), enabled });
  return (data?.pages[0]?.items ?? []).map((plan) => ({
    id: plan.id,
    label: plan.name,
    description: planLook(plan.status).word,
    leftSection: <IconListDetails {...icon} />,
    onClick: () => void navigate({ to: "/plans/$planId", params: { planId: plan.id } }),
  }));
}

function useFoundThings(enabled: boolean): SpotlightActionData[] {
  const navigate = useNavigate();
  const { data } = useQuery({ ...entitiesQuery(), enabled });
  return (data?.items ?? []).map((entity) => ({
    id: entity.id,
    label: entityTitle(entity),
    description: words(entity.kind),
    leftSection: <KindIcon name={entity.kind} size={18} />,
    onClick: () => void navigate({ to: "/workspace/$entityId", params: { entityId: entity.id } }),
  }));
}
