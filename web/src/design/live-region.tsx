import { useEffect, useState } from "react";
import { speakWith } from "./announcer";

/** The page's one polite live region. */
export function LiveRegion() {
  const [text, setText] = useState("");
  useEffect(() => speakWith(setText), []);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
