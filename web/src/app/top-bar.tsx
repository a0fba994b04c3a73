import { spotlight } from "@mantine/spotlight";
import { IconMenu2, IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Mark } from "@/design/mark";
import { ConnectionChip } from "./connection-chip";
import css from "./top-bar.module.css";

/** The bar over the page on a phone. */
export function TopBar({ onMenu }: { onMenu: () => void }) {
  return (
    <section className={css.bar} aria-label="Top bar">
      <button type="button" className={css.button} onClick={onMenu} aria-label="Open the navigation">
        <IconMenu2 size={20} aria-hidden="true" />
      </button>
      <Link to="/" className={css.brand}>
        <Mark size={22} />
        Cairn
      </Link>
      <ConnectionChip />
      <button type="button" className={css.button} onClick={spotlight.open} aria-label="Search and commands">
        <IconSearch size={18} aria-hidden="true" />
      </button>
    </section>
  );
}
