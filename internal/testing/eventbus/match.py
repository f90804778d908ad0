"""Tells which event patterns match which events, by moto's EventBridge.

Standard input holds {"patterns": [...], "events": [...]}; standard output gets,
for each pattern, the list of the indexes of the events that it matches.
"""

import json
import sys

from moto.events.models import EventPattern


def main():
    question = json.load(sys.stdin)
    answer = []
    for text in question["patterns"]:
        pattern = EventPattern.load(text)
        answer.append([i for i, event in enumerate(question["events"]) if pattern.matches_event(event)])
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
