import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { aStep } from "@/testing/plan";
import { show } from "@/testing/render";
import { StepList } from "./step-list";

const steps = [aStep("a"), aStep("b", { depends_on: ["a"] }), aStep("c", { depends_on: ["a", "b"] })];
const names = { entity: () => undefined, step: () => undefined, kind: () => undefined };

function list(selected: string, editable = true) {
  const told = { onSelect: vi.fn(), onMove: vi.fn(), onRemove: vi.fn() };
  show(
    <StepList steps={steps} selected={selected} editable={editable} troubled={() => false} names={names} {...told} />,
  );
  screen.getByRole("button", { name: new RegExp(`Do ${selected}`) }).focus();
  return told;
}

it("arrow keys select the step before and after", async () => {
  const { onSelect } = list("b");
  await userEvent.keyboard("{ArrowDown}{ArrowUp}{Escape}");
  expect(onSelect.mock.calls).toEqual([["c"], ["a"], [undefined]]);
});

it("Alt and an arrow key move the selected step", async () => {
  const { onMove } = list("b");
  await userEvent.keyboard("{Alt>}{ArrowUp}{ArrowDown}{/Alt}");
  expect(onMove.mock.calls).toEqual([
    ["b", null],
    ["b", "c"],
  ]);
});

it("a plan that cannot be edited is not moved and not removed from", async () => {
  const { onMove, onRemove } = list("b", false);
  await userEvent.keyboard("{Alt>}{ArrowUp}{/Alt}{Delete}");
  expect(onMove).not.toHaveBeenCalled();
  expect(onRemove).not.toHaveBeenCalled();
});

it("a row says after which steps it starts", () => {
  list("c");
  expect(screen.getAllByRole("listitem")[2]).toHaveTextContent("after step 1, 2");
});
