import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from "@tanstack/react-router";
import type { AsOf } from "@/api/as-of";
import { Broken } from "./broken";
import { NotFound } from "./not-found";
import {
  composeSearch,
  historySearch,
  opsSearch,
  planSearch,
  plansSearch,
  templateSearch,
  templatesSearch,
  workspaceSearch,
} from "./search";
import { Shell } from "./shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const compose = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: composeSearch,
  component: lazyRouteComponent(() => import("@/features/compose/compose-page"), "ComposePage"),
});

/** Who looks at the past stays there, from page to page, until told to come back. */
const stayInThePast = { middlewares: [retainSearchParams<{ as_of?: AsOf }>(["as_of"])] };

const plans = createRoute({
  getParentRoute: () => root,
  path: "/plans",
  validateSearch: plansSearch,
  search: stayInThePast,
  component: lazyRouteComponent(() => import("@/features/plans/plans-page"), "PlansPage"),
});

const plan = createRoute({
  getParentRoute: () => root,
  path: "/plans/$planId",
  validateSearch: planSearch,
  search: stayInThePast,
  component: lazyRouteComponent(() => import("./plan-page"), "PlanPage"),
});

const templates = createRoute({
  getParentRoute: () => root,
  path: "/templates",
  validateSearch: templatesSearch,
  component: lazyRouteComponent(() => import("@/features/templates/templates-page"), "TemplatesPage"),
});

const template = createRoute({
  getParentRoute: () => root,
  path: "/templates/$templateId",
  validateSearch: templateSearch,
  component: lazyRouteComponent(() => import("@/features/templates/template-page"), "TemplatePage"),
});

const history = createRoute({
  getParentRoute: () => root,
  path: "/history",
  validateSearch: historySearch,
  component: lazyRouteComponent(() => import("@/features/history/history-page"), "HistoryPage"),
});

const workspace = createRoute({
  getParentRoute: () => root,
  path: "/workspace",
  validateSearch: workspaceSearch,
  search: stayInThePast,
  component: lazyRouteComponent(() => import("@/features/workspace/workspace-page"), "WorkspacePage"),
});

const thing = createRoute({
  getParentRoute: () => workspace,
  path: "$entityId",
  component: lazyRouteComponent(() => import("@/features/workspace/thing-route"), "ThingRoute"),
});

const insights = createRoute({
  getParentRoute: () => root,
  path: "/insights",
  component: lazyRouteComponent(() => import("@/features/insights/insights-page"), "InsightsPage"),
});

const ops = createRoute({
  getParentRoute: () => root,
  path: "/ops",
  validateSearch: opsSearch,
  component: lazyRouteComponent(() => import("@/features/ops/ops-page"), "OpsPage"),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/features/settings/settings-page"), "SettingsPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    compose,
    plans,
    plan,
    templates,
    template,
    history,
    workspace.addChildren([thing]),
    insights,
    ops,
    settings,
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
