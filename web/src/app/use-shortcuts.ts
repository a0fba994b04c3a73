import { spotlight } from "@mantine/spotlight";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

/** How long after `g` the second key may come, in milliseconds. */
const SEQUENCE_MS = 1000;

const places = { p: "/plans", h: "/history", w: "/workspace", s: "/settings", c: "/" } as const;

/** The keys that work everywhere except while typing. */
export function useShortcuts({ onKeys }: { onKeys: () => void }): void {
  const navigate = useNavigate();
  const leader = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        spotlight.open();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
        return;
      }
      if (event.key === "?") {
        onKeys();
      } else if (event.key === "g") {
        leader.current = event.timeStamp;
      } else if (event.timeStamp - leader.current < SEQUENCE_MS && event.key in places) {
        leader.current = Number.NEGATIVE_INFINITY;
        void navigate({ to: places[event.key as keyof typeof places] });
      } else if (event.key === "c") {
        void navigate({ to: "/" });
      }
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [navigate, onKeys]);
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select, [role=dialog] *"))
  );
}
