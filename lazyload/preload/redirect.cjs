'use strict';

// Makes Node load a provider's lazy index in place of its eager one.

const Module = require('module');

const redirected = new Map();

function redirect(eager, lazy) {
  if (redirected.size === 0) {
    const resolve = Module._resolveFilename;
    Module._resolveFilename = function (...args) {
      const filename = resolve.apply(this, args);
      return redirected.get(filename) ?? filename;
    };
  }
  redirected.set(eager, lazy);
}

// Statements of a compiled index. What has any other is not what we think it is.
const EAGER = /^exports\.(\w+) = require\("([^"]+)"\);$/;
const LAZY = /^Object\.defineProperty\(exports, '(\w+)', \{ get: function \(\) \{ return require\('([^']+)'\); \} \}\);$/;
const IGNORED = [
  /^$/,
  /^"use strict";$/,
  /^\/\//,
  /^(\/\*| \*)/,
  /^Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);$/,
  /^(exports\.\w+ = )+void 0;$/,
];

// Whether the two indexes export the same modules under the same names, and do
// nothing else.
function sameExports(eager, lazy) {
  const one = modules(eager, EAGER);
  const other = modules(lazy, LAZY);
  return (
    one !== undefined &&
    other !== undefined &&
    one.size === other.size &&
    [...one].every(([name, module]) => other.get(name) === module)
  );
}

function modules(source, statement) {
  const found = new Map();
  for (const line of source.split('\n')) {
    const match = statement.exec(line);
    if (match !== null) {
      found.set(match[1], match[2]);
    } else if (!IGNORED.some((ignored) => ignored.test(line))) {
      return undefined;
    }
  }
  return found;
}

module.exports = { redirect, sameExports };
