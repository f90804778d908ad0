"""Corrects how moto 5.2.1 matches event patterns, for match.py and the emulator.

EventBridge looks into lists: a field of a pattern matches when some element of
the list that the event has there does, and fields of one object must match in
the same element. See "Event pattern matching" in the EventBridge User Guide. Moto
looks into lists of texts only, so that a pattern about resources[].ARN matches
nothing. Its wildcards stop at the end of a line, which EventBridge's do not.
"""

import re

from moto.events.models import EventPattern

flat = EventPattern.matches_event


def alternatives(value):
    """The copies of a value in which each list of objects is one of its objects."""
    if isinstance(value, dict):
        copies = [{}]
        for key, child in value.items():
            copies = [{**copy, key: choice} for copy in copies for choice in alternatives(child)]
        # What is an empty list has nothing that could match.
        return [{key: child for key, child in copy.items() if child != []} for copy in copies]
    if isinstance(value, list) and any(isinstance(element, (dict, list)) for element in value):
        return [choice for element in value for choice in alternatives(element)]
    return [value]


def matches_event(self, event):
    return any(flat(self, alternative) for alternative in alternatives(event))


def wildcard_match(item, pattern):
    if not isinstance(item, str):
        return False
    parts = re.findall(r"\\[*\\]|\*|[^*\\]+|\\", pattern)
    expression = "".join(".*" if part == "*" else re.escape(part[1:] if part[:1] == "\\" and part[1:] else part) for part in parts)
    return re.fullmatch(expression, item, re.DOTALL) is not None


def correct_patterns():
    EventPattern.matches_event = matches_event
    EventPattern._wildcard_match = staticmethod(wildcard_match)
