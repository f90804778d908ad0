'use strict';

// Changes the text of the jsii kernel, which is one bundled file without exports:
// the only way in is its text, as Node compiles it. Kernels are minified since
// 1.128, so a place is known by what is called there, and the names of variables
// are taken from it. Every change stays on its line, so that the kernel's stack
// traces do not move.

// The function that reads the type description of a package, called an assembly.
const READ = /\bfunction loadAssemblyFromFile\(\s*(\w+)\s*,\s*(\w+)\b[^(){}]*\)\s*\{/g;

// Since 1.139 it is called by one that first looks for an index of jsii's own,
// which would leave all modules to load. What it is told of that is in its options.
const READ_INDEXED = /\bfunction loadRuntimeAssembly\(\s*(\w+)\s*,\s*(\w+)\s*\)\s*\{(?=[^{}]*\{\s*cached\s*:[^{}]*\bvalidate\s*:[^{}]*\}\s*=\s*\2\b)/g;
const HAS_INDEX = /\bfunction loadRuntimeAssembly\b/;

// How types are counted, to say how many there are.
const COUNT_KEYS = /\bObject\.keys(?=(\((?:[^()]|\([^()]*\))*\))\.length)/g;

// For every value that passes through the kernel, since 1.139 for every type, it
// composes the message of a check that does not fail, which takes longer than the check.
const CHECK_MESSAGE = '`Kernel error: expected type information';
const CHECK_TYPE = /([\w$.]+|\(0,\s*[\w$.]+\))\(\s*([\w$]+\s*!=\s*null|null\s*!=\s*[\w$]+)\s*,\s*$/;

// The file of a package, 34 MB for AWS, is hashed to find what was unpacked of it
// before, in pieces of 16 KB; since 1.142 each has a buffer of its own, which is
// given to a function that may keep it. So it does when it unpacks.
const HASH_FILE = /(\bfunction \w+\(\s*\w+\s*,\s*(?:(\w+)\s*,\s*)?\.\.\.\s*\w+\s*\)\s*\{[^{};]*\bcreateHash\b(?:(?!\bfunction\b)[^]){0,200}?)\bBuffer\.alloc\(16384\)/g;

const once = (source, pattern) => source.match(pattern)?.length === 1;

// Returns the text of the kernel with calls of the hook, which is an expression,
// or undefined for a kernel that we do not know. What could be left as it is, since
// only it was not found, is told to usual.
function change(source, hook, usual) {
  const indexed = HAS_INDEX.test(source);
  if (!once(source, READ) || (indexed && !once(source, READ_INDEXED))) return undefined;
  const changed = source
    .replace(READ, (start, file, validate) => `${start}const ours=${hook}.loadAssembly(${file},${validate});if(ours!==undefined)return ours;`)
    .replace(READ_INDEXED, (start, folder, options) => `${start}${options}=${hook}.withoutIndex(${folder},${options});`)
    .replace(COUNT_KEYS, (keys, object) => (/\.types\b/.test(object) ? `${hook}.countKeys` : keys));
  return withoutMessages(withLargePieces(changed, hook, usual), usual);
}

function withLargePieces(source, hook, usual) {
  if (once(source, HASH_FILE)) {
    return source.replace(HASH_FILE, (_, before, keep) => `${before}${hook}.piece(${keep ?? ''})`);
  }
  usual('hashes packages');
  return source;
}

function withoutMessages(source, usual) {
  const parts = source.split(CHECK_MESSAGE);
  if (parts.length === 2) {
    // Only what stands before the message is searched: all of the text would take longer.
    const before = parts[0].slice(-200);
    const changed = before.replace(CHECK_TYPE, '$2||$1(false,');
    if (changed !== before) return parts[0].slice(0, -200) + changed + CHECK_MESSAGE + parts[1];
  }
  usual('checks types');
  return source;
}

module.exports = { change };
