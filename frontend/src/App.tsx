import { useEffect, useRef } from "react";
import { Catalogue } from "./pages/Catalogue";
import { Check } from "./pages/Check";
import { Concerts } from "./pages/Concerts";
import { WorkPage } from "./pages/WorkPage";
import { Link } from "./parts/Link";
import { usePath } from "./route";

const PAGES = [
  { href: "/", name: "Catalogue" },
  { href: "/concerts", name: "Concerts" },
  { href: "/check", name: "Check a file" },
];

/** The frame of every page, and which page is in it. */
export function App() {
  const path = usePath();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else main.current?.focus();
  }, [path]);
  return (
    <>
      <a className="skip" href="#main">Skip to content</a>
      <header className="top">
        <Link href="/" className="brand"><img src="/partbook.svg" alt="" width="28" height="28" /> Partbook</Link>
        <nav aria-label="Main">
          {PAGES.map(({ href, name }) => (
            <Link key={href} href={href} aria-current={path === href ? "page" : undefined}>{name}</Link>
          ))}
        </nav>
      </header>
      <main id="main" ref={main} tabIndex={-1}>{pageAt(path)}</main>
      <footer>
        Demo coins on a local chain. The AI share is a measure of contribution, not of legal authorship.
      </footer>
    </>
  );
}

function pageAt(path: string) {
  if (path === "/") return <Catalogue />;
  if (path === "/check") return <Check />;
  if (path === "/concerts") return <Concerts />;
  const work = /^\/works\/(\d+)$/.exec(path);
  if (work) return <WorkPage id={Number(work[1])} key={path} />;
  return (
    <section>
      <h1>Nothing here</h1>
      <p>There is no page at {path}. <Link href="/">Go to the catalogue.</Link></p>
    </section>
  );
}
