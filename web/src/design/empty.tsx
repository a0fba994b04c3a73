import css from "./empty.module.css";
import { StoneStack } from "./stone-stack";

/** An empty place: the stones, one sentence, one action. */
export function Empty({ text, children }: { text: string; children?: React.ReactNode }) {
  return (
    <div className={css.empty}>
      <StoneStack tones={["empty", "empty", "empty", "empty"]} height={72} />
      <p>{text}</p>
      {children}
    </div>
  );
}
