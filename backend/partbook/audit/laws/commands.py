"""`partbook mark check`: what the labelling rules of a law ask of a file, each with pass or fail."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from partbook.audit.laws import cn, eu
from partbook.audit.laws.evidence import gather
from partbook.audit.laws.rules import NO_ADVICE, Answer, judged
from partbook.core.status import ExitStatus
from partbook.core.terminal import progress, put, put_json, say
from partbook.core.visible import one_line
from partbook.watermark import MarkKey


class Law(StrEnum):
    """Whose rules."""

    EU = "eu"
    CN = "cn"


RULES = {Law.EU: eu.RULES, Law.CN: cn.RULES}


def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A sound file; it stays as it is.")],
    law: Annotated[Law, typer.Option(help="Whose rules: those of the EU, or of China.")],
    key_file: Annotated[
        list[Path] | None, typer.Option(help="A private mark key, tried beside the public one; may be repeated.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Say which labelling rules of a law a file keeps, by what is in the file itself.

    Exit code 1: a rule fails.
    """
    keys = [MarkKey.read(each) for each in key_file or ()]
    with progress(one_line(f"reading {file.name}"), quiet=json_) as advance:
        found = gather(file, context.obj, keys, advance)
    answer = judged(law.value, RULES[law], found)
    if json_:
        put_json({"file": str(file), **answer.as_json()})
    else:
        _tell(file, answer)
    if not answer.ok:
        raise typer.Exit(ExitStatus.FINDING)


def _tell(file: Path, answer: Answer) -> None:
    counts = dict.fromkeys(("pass", "fail", "open"), 0)
    for rule, ruling in answer.rulings:
        counts[ruling.result.value] += 1
        put(f"{ruling.result.value}  {rule.id}  {rule.asks}  [{rule.reference}]")
        put(f"            {one_line(ruling.evidence)}")
    put(one_line(f"{file}: {counts['pass']} pass, {counts['fail']} fail, {counts['open']} open"))
    say(NO_ADVICE)
