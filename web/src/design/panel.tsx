import { Drawer } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { createPortal } from "react-dom";
import css from "./panel.module.css";

type Props = {
  title: React.ReactNode;
  /** What the panel is called by assistive technology. */
  label: string;
  onClose?: () => void;
  children: React.ReactNode;
  tools?: React.ReactNode;
};

/**
 * What is beside the list: a column where there is room, a drawer, or below the list when it cannot be closed, where
 * there is not. Turning a tablet moves what is in it from one to the other: what was typed in there stays.
 */
export function Panel({ title, label, onClose, children, tools }: Props) {
  const narrow = useMediaQuery("(max-width: 960px)", undefined, { getInitialValueInEffect: false });
  const [body] = useState(() => Object.assign(document.createElement("div"), { className: css.body }));
  const place = <div ref={(place) => place?.append(body)} />;
  return (
    <>
      {narrow && onClose !== undefined ? (
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
          {place}
        </Drawer>
      ) : (
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
          {place}
        </aside>
      )}
      {createPortal(children, body)}
    </>
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
