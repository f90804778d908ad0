"""Tells which event patterns match which events, by moto's EventBridge.

patterns.py stands before this program.

Standard input holds {"patterns": [...], "events": [...]}; standard output gets,
for each pattern, the list of the indexes of the events that it matches.
"""

import json
import sys


def main():
    correct_patterns()  # noqa: F821
    question = json.load(sys.stdin)
    # Prepared once, since every pattern is held against every event.
    events = [[EventPattern._flatten_dict(alternative) for alternative in alternatives(event)] for event in question["events"]]  # noqa: F821
    answer = []
    for text in question["patterns"]:
        pattern = EventPattern.load(text)  # noqa: F821
        parts, matches = pattern.get_pattern(), pattern._does_event_match
        # A pattern names its sources in full: most events are of others.
        sources = parts.get("source")
        answer.append([i for i, event in enumerate(events) if (not sources or event[0]["source"] in sources) and any(matches(flat, parts) for flat in event)])
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
