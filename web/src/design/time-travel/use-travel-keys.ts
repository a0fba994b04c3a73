import { useEffect } from "react";

type Keys = { onPrevious: () => void; onNext: () => void; onPlay?: () => void };

/** The keys of a time line, anywhere on the page except while typing: comma, full stop, K. */
export function useTravelKeys({ onPrevious, onNext, onPlay }: Keys): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const target = event.target;
      const typing =
        target instanceof HTMLElement &&
        (target.isContentEditable ||
          target.matches("input:not([type=range]), textarea, select, [role=combobox], [role=dialog] *"));
      if (typing || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      if (event.key === ",") {
        onPrevious();
      } else if (event.key === ".") {
        onNext();
      } else if (event.key === "k" && onPlay) {
        onPlay();
      }
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [onPrevious, onNext, onPlay]);
}
