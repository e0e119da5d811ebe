import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { go } from "../route";

/** A link within the page: opens without a reload, and in a new tab when asked to. */
export function Link({ href, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const open = (click: MouseEvent) => {
    if (click.metaKey || click.ctrlKey || click.shiftKey || click.button !== 0) return;
    click.preventDefault();
    go(href);
  };
  return <a href={href} onClick={open} {...rest} />;
}
