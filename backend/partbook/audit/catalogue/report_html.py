"""The report as a page for people: one file, no scripts, nothing from elsewhere, legible in light and dark."""

from collections.abc import Iterator
from html import escape
from typing import Any

from partbook.audit.catalogue.entry import FAILED, SKIPPED, Entry
from partbook.audit.catalogue.report_json import Report
from partbook.audit.catalogue.signature import Signature
from partbook.audit.catalogue.tally import needs_a_look
from partbook.core.money import percent

FILE = "report.html"
MOST_ROWS = 5000
"""In each table; browsers grow slow beyond. The CSV and the JSON have every file."""

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2528; --soft: #56646b; --line: #d5dcdf; --paper: #ffffff; --look: #a3260f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eced; --soft: #a3b0b6; --line: #3b464b; --paper: #14191b; --look: #ff9a85; }
}
body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto;
  max-width: 76rem; padding: 0 1rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.5rem; } p.soft, td.soft { color: var(--soft); }
dl { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; } dt { color: var(--soft); } dd { font-size: 1.6rem; margin: 0; }
div.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .8rem .35rem 0; text-align: left; vertical-align: top; }
th { white-space: nowrap; }
td.path { overflow-wrap: anywhere; min-width: 14rem; unicode-bidi: isolate; }
td.soft { overflow-wrap: anywhere; } summary { margin-top: 2rem; cursor: pointer; }
td.look { color: var(--look); font-weight: 600; }
code { font-size: .85rem; overflow-wrap: anywhere; }
"""


def html_lines(report: Report, signature: Signature) -> Iterator[str]:
    """The page, a line at a time."""
    heading, counts = report.heading, report.counts
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>Audit of {counts['files']} files</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    yield f"<h1>Audit of {counts['files']} files</h1>\n"
    yield f'<p class="soft">{escape(_made_with(heading))}</p>\n'
    yield from _counts(counts)
    yield f"<h2>Needs a look: {counts['needs_a_look']}</h2>\n"
    looked = (entry for entry in report.entries() if needs_a_look(entry))
    yield from _table(looked, counts["needs_a_look"], heading) if counts["needs_a_look"] else ["<p>Nothing.</p>\n"]
    yield f"<h2>Every file of sound: {counts['files']}</h2>\n"
    sound = (entry for entry in report.entries() if entry["state"] != SKIPPED)
    yield from _table(sound, counts["files"], heading)
    if counts["skipped"]:
        yield f"<details><summary>Skipped, since they are no sound: {counts['skipped']}</summary>\n"
        skipped = (entry for entry in report.entries() if entry["state"] == SKIPPED)
        yield from _table(skipped, counts["skipped"], heading)
        yield "</details>\n"
    yield "<h2>What this proves</h2>\n"
    yield (
        "<p>A mark names a registration, and the sound confirms it; a mark alone is a claim. Where no mark was found, "
        "that proves nothing about how a file was made.</p>\n"
    )
    yield f"<p>{escape(signature.in_words)}</p>\n"
    yield f"<p>SHA-256 of report.json: <code>{escape(signature.report_sha256)}</code></p>\n</body>\n</html>\n"


def _made_with(heading: dict[str, Any]) -> str:
    registry, keys = heading["registry"], len(heading["keys"])
    private = f" and {keys} private {'key' if keys == 1 else 'keys'}" if keys else ""
    return (
        f"Partbook {heading['partbook']}, engine {heading['engine']}, with the public reading key{private}. "
        f"The registry held {_many(registry['works'], 'work', 'works')}, "
        f"{_many(registry['recordings'], 'recording', 'recordings')} and "
        f"{_many(registry['sales'], 'sold copy', 'sold copies')}."
    )


def _many(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def _counts(counts: dict[str, Any]) -> Iterator[str]:
    numbers = {name: counts[name] for name in ("files", "marked", "unmarked", "failed", "skipped")}
    verdicts = {name: count for name, count in counts["verdicts"].items() if count}
    for group in (numbers, verdicts):
        cells = (
            f"<div><dt>{escape(name.replace('_', ' '))}</dt><dd>{count}</dd></div>" for name, count in group.items()
        )
        yield f"<dl>{''.join(cells)}</dl>\n"


def _table(entries: Iterator[Entry], total: int, heading: dict[str, Any]) -> Iterator[str]:
    several = heading["paths"] > 1
    yield '<div class="wide"><table>\n<thead><tr><th>File</th><th>Verdict</th><th>Work</th><th>AI share</th>'
    yield "<th>Why</th></tr></thead>\n<tbody>\n"
    for number, entry in enumerate(entries):
        if number == MOST_ROWS:
            break
        yield _row(entry, several)
    yield "</tbody>\n</table></div>\n"
    if total > MOST_ROWS:
        yield f'<p class="soft">The first {MOST_ROWS} of {total}; report.csv and report.json have them all.</p>\n'


def _row(entry: Entry, several: bool) -> str:
    work = entry.get("work")
    title = f", “{work['title']}”" if work and work["title"] else ""
    named = f"{work['work_id']}{title}" if work else ""
    says = entry["error"]["message"] if "error" in entry else " ".join(entry["reasons"])
    verdict = entry["state"] if entry["state"] in (FAILED, SKIPPED) else entry["verdict"].replace("_", " ")
    path = f"{entry['root']}: {entry['path']}" if several else entry["path"]
    share = "" if entry.get("ai_bps") is None else percent(entry["ai_bps"])
    look = ' class="look"' if needs_a_look(entry) else ""
    return (
        f'<tr><td class="path" dir="auto">{escape(path)}</td><td{look}>{escape(verdict)}</td>'
        f"<td>{escape(named)}</td><td>{escape(share)}</td>"
        f'<td class="soft">{escape(says)}</td></tr>\n'
    )
