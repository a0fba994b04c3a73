import { MantineProvider } from "@mantine/core";
import { act, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { Panel } from "./panel";

const { matchMedia } = window;

afterEach(() => {
  window.matchMedia = matchMedia;
});

/** A screen that is turned: whoever asks for its width is told. */
function turnable() {
  const told = new Set<(event: { matches: boolean }) => void>();
  let narrow = false;
  window.matchMedia = vi.fn((media: string) => ({
    ...matchMedia(media),
    get matches() {
      return media.includes("max-width") && narrow;
    },
    addEventListener: (_: string, listener: never) => told.add(listener),
    removeEventListener: (_: string, listener: never) => told.delete(listener),
  })) as never;
  return () =>
    act(() => {
      narrow = !narrow;
      for (const listener of told) {
        listener({ matches: narrow });
      }
    });
}

it("what was typed in a panel stays when the screen is turned and the panel becomes a drawer", () => {
  const turn = turnable();
  render(
    <MantineProvider env="test">
      <Panel title="A thing" label="A thing" onClose={() => {}}>
        <input aria-label="Reason" />
      </Panel>
    </MantineProvider>,
  );
  const typed = () => screen.getByRole("textbox", { name: "Reason" });
  expect(screen.queryByRole("dialog")).toBeNull();
  fireEvent.change(typed(), { target: { value: "They asked us to" } });
  turn();
  expect(screen.getByRole("dialog")).toContainElement(typed());
  expect(typed()).toHaveValue("They asked us to");
  turn();
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(screen.getByRole("complementary")).toContainElement(typed());
  expect(typed()).toHaveValue("They asked us to");
});
