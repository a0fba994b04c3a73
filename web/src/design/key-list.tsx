import { Kbd } from "@mantine/core";
import css from "./key-list.module.css";
import { keyList } from "./keys";

export function KeyList() {
  return (
    <dl className={css.list}>
      {keyList.map(({ keys, does }) => (
        <div key={does} className={css.row}>
          <dt>
            {keys.map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}
