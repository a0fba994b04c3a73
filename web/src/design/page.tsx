import { useDocumentTitle } from "@mantine/hooks";
import css from "./page.module.css";

type Props = { title: string; lead?: React.ReactNode; actions?: React.ReactNode; children: React.ReactNode };

/** A page: its title, what can be done on it, its content. */
export function Page({ title, lead, actions, children }: Props) {
  useDocumentTitle(`${title} · Cairn`);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <div className={css.titles}>
          <h1>{title}</h1>
          {lead && <p className="quiet">{lead}</p>}
        </div>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
