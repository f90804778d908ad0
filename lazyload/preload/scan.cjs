'use strict';

// Finds the members of a JSON object in bytes without parsing their values.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

// Calls found(key, start, end) for each member of the object that begins at
// position, and returns the position after it. Where skip(key, start) is given
// and returns a position, it has passed over the value itself.
function membersOf(bytes, position, { skip, found }) {
  position = space(bytes, expect(bytes, space(bytes, position), OPEN_BRACE));
  if (bytes[position] === CLOSE_BRACE) return position + 1;
  for (;;) {
    expect(bytes, position, QUOTE);
    const afterKey = skipString(bytes, position);
    const key = JSON.parse(bytes.toString('utf8', position, afterKey));
    const start = space(bytes, expect(bytes, space(bytes, afterKey), COLON));
    const end = skip?.(key, start) ?? skipValue(bytes, start);
    found(key, start, end);
    position = space(bytes, end);
    if (bytes[position] === CLOSE_BRACE) return position + 1;
    position = space(bytes, expect(bytes, position, COMMA));
  }
}

function expect(bytes, position, byte) {
  if (bytes[position] !== byte) throw new Error(`no ${String.fromCharCode(byte)} at byte ${position}`);
  return position + 1;
}

function space(bytes, position) {
  while (bytes[position] <= 0x20) position++;
  return position;
}

function skipString(bytes, position) {
  for (position++; position < bytes.length; position++) {
    const byte = bytes[position];
    if (byte === QUOTE) return position + 1;
    if (byte === BACKSLASH) position++;
  }
  throw new Error('a string does not end');
}

function skipValue(bytes, position) {
  const first = bytes[position];
  if (first === QUOTE) return skipString(bytes, position);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) {
    while (position < bytes.length && ![COMMA, CLOSE_BRACE, CLOSE_BRACKET].includes(bytes[position])) position++;
    return position;
  }
  let depth = 0;
  while (position < bytes.length) {
    const byte = bytes[position];
    if (byte === QUOTE) {
      position = skipString(bytes, position);
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    position++;
    if (depth === 0) return position;
  }
  throw new Error('a value does not end');
}

module.exports = { membersOf };
