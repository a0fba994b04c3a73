import { screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { aPlan } from "@/testing/plan";
import { show } from "@/testing/render";
import { FitsNote } from "./plan-origin";

vi.mock("@tanstack/react-router", () => ({
  Link: ({ search, children }: { search: unknown; children: React.ReactNode }) => (
    <a href={`?${JSON.stringify(search)}`}>{children}</a>
  ),
}));

const fits = { id: "tpl_1", name: "Project launch", version: 2, arguments: { project_name: "Osprey" } };

it("a template that fits is named, and leads there filled in, while the plan is a draft", () => {
  const plan = aPlan([], { status: "draft" });
  const { unmount } = show(<FitsNote plan={{ ...plan, origin: { ...plan.origin, fits } }} />);
  expect(screen.getByText("Project launch")).toBeVisible();
  const link = screen.getByRole("link", { name: "Use it instead, filled in" });
  expect(link.getAttribute("href")).toContain('"project_name":"Osprey"');
  unmount();
  show(<FitsNote plan={{ ...plan, status: "approved", origin: { ...plan.origin, fits } }} />);
  expect(screen.queryByText("Project launch")).toBeNull();
});
