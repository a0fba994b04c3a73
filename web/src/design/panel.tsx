import { Drawer } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconX } from "@tabler/icons-react";
import css from "./panel.module.css";

type Props = {
  title: React.ReactNode;
  /** What the panel is called by assistive technology. */
  label: string;
  onClose?: () => void;
  children: React.ReactNode;
  tools?: React.ReactNode;
};

/** What is beside the list: a column where there is room, a drawer, or below the list when it cannot be closed, where there is not. */
export function Panel({ title, label, onClose, children, tools }: Props) {
  const narrow = useMediaQuery("(max-width: 960px)", undefined, { getInitialValueInEffect: false });
  if (narrow && onClose !== undefined) {
    return (
      <Drawer
        opened
        onClose={onClose}
        position="right"
        size="min(440px, 100vw)"
        title={title}
        aria-label={label}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {tools}
        <div className={css.body}>{children}</div>
      </Drawer>
    );
  }
  return (
    <aside className={css.panel} aria-label={label}>
      <div className={css.head}>
        <h2 className={css.title}>{title}</h2>
        {onClose && (
          <button type="button" className={css.close} onClick={onClose} aria-label="Close">
            <IconX size={16} aria-hidden="true" />
          </button>
        )}
      </div>
      {tools}
      <div className={css.body}>{children}</div>
    </aside>
  );
}

/** A part of a panel under a small heading. */
export function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className={css.section}>
      <h3 className={css.heading}>{title}</h3>
      {children}
    </section>
  );
}
