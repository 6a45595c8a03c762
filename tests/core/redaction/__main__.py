"""Print what the redactor finds, how often it is wrong, how long it takes: ``python -m tests.core.redaction``."""

from __future__ import annotations

import argparse
import sys

from tests.core.redaction.measures import false_alarms, recall, seconds_for


def main() -> None:
    """Measure and print one line per kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", action="store_true", help="print what was missed or taken wrongly")
    given = parser.parse_args()
    for title, measured in (
        ("recall", recall(given.texts, given.seed)),
        ("false alarms", false_alarms(given.texts, given.seed)),
    ):
        sys.stdout.write(f"{title}: {measured.share:.4%} of {measured.count}\n")
        for kind, share in measured.by_kind.items():
            sys.stdout.write(f"  {kind}: {share:.2%}\n")
        if given.misses:
            sys.stdout.write("\n".join(f"  ! {text}" for text in measured.wrong[:200]) + "\n")
    for column in ("地址", "标题"):
        sys.stdout.write(f"a million of {column}: {seconds_for(column, 1_000_000):.2f} s of processor time\n")


if __name__ == "__main__":
    main()
