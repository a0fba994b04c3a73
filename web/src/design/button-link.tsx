import { Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes } from "react";

type Props = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps> & ButtonProps;

function Anchor(props: Props) {
  return <Button component="a" {...props} />;
}

/** A link that looks like a button. */
export const ButtonLink = createLink(Anchor);
