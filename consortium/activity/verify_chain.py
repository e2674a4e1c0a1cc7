#!/usr/bin/env python3
"""Verify exported event chains. One file, needs only Python: `python verify_chain.py events.jsonl [HEAD]`.

Each line of the export is one event as JSON. The digest of an event is the SHA-256 of the digest before it, a line feed, and
the event without its own digest as JSON with sorted keys, no spaces, UTF-8. A chain begins with 64 zeros. If HEAD (as printed
in a paper) is given, it must be the digest of some event.
"""

import hashlib
import json
import sys
from pathlib import Path

FIRST = "0" * 64
COVERED = (
    "chain",
    "number",
    "happened_at",
    "actor_id",
    "actor_name",
    "verb",
    "subject_kind",
    "subject_id",
    "subject_name",
    "others",
    "facts",
)


def digest(before: str, event: dict) -> str:
    """The digest of one event, given the digest of the event before it."""
    plain = json.dumps({key: event[key] for key in COVERED}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{before}\n{plain}".encode("utf-8", "surrogatepass")).hexdigest()


def verify(events, head: str = ""):
    """The number of events and chains that hold; raises ValueError that names the first broken link."""
    last: dict[str, tuple[int, str]] = {}
    count, seen = 0, False
    for event in events:
        number, before = last.get(event["chain"], (0, FIRST))
        place = f"event {event['number']} of chain {event['chain']}"
        if event["number"] != number + 1:
            raise ValueError(f"{place}: number {number + 1} was expected; an event is missing or doubled.")
        if event["before"] != before:
            raise ValueError(f"{place}: does not follow the event before it.")
        if event["digest"] != digest(before, event):
            raise ValueError(f"{place}: was changed after it was written.")
        last[event["chain"]] = (event["number"], event["digest"])
        count, seen = count + 1, seen or event["digest"] == head
    if head and not seen:
        raise ValueError(f"No event has the digest {head}: the chain was rewritten or cut.")
    return count, len(last)


if __name__ == "__main__":
    try:
        # A line ends at a line feed and nowhere else: what people typed may hold other characters at which Python cuts.
        with Path(sys.argv[1]).open(encoding="utf-8", newline="\n") as lines:
            count, chains = verify((json.loads(line) for line in lines), *sys.argv[2:3])
    except ValueError as error:
        sys.exit(str(error))
    print(f"{count} events in {chains} chains hold.")
