'use strict';

// What Node loads before the program it was started for, in every process that
// inherits our NODE_OPTIONS. In all but one it does nothing: only the process
// that hosts the jsii kernel is changed, in memory, at a few calls. A failure here
// would keep Node from starting, so nothing that is thrown leaves this file.

const path = require('path');

const MODE = process.env.KMSTIER_LAZYLOAD;

// Two versions of this script can meet in one process, when an app starts
// another one. The first one serves, the second one steps back.
const HOOK = Symbol.for('github.com/neurocipher-io/kmstier/lazyload');

function debug(message) {
  if (MODE === 'debug') process.stderr.write(`lazyload: ${message}\n`);
}

// The jsii runtime is two processes: bin/jsii-runtime.js forwards messages to
// lib/program.js, which hosts the kernel.
function hostsKernel(main) {
  return (
    typeof main === 'string' &&
    path.basename(main) === 'program.js' &&
    require('fs').existsSync(path.join(path.dirname(main), '..', 'bin', 'jsii-runtime.js'))
  );
}

// The kernel is one bundled file without exports, so the only way in is its
// text, as Node compiles it. This is the one place through which it reads type
// descriptions; a kernel that does not have it exactly once is one we do not
// know, and is left alone.
const READ_ASSEMBLY = /\breturn (loadAssemblyFromFile\(assemblyFile, validate\b[^()]*\));/g;

// This is how it counts types, to say how many it has loaded. It may be absent.
const COUNT_TYPES = /\bObject\.keys\(\((\w+) = (\w+(?:\.\w+)*\.types)\) !== null && \1 !== void 0 \? \1 : \{\}\)\.length/g;

// For every value that passes through it, it composes the message of a check that
// does not fail, which takes longer than the check. It may be absent, too.
const CHECK_TYPE = /\bassert\((\w+) != null, (?=`Kernel error: expected type information)/;

// Every change stays on its line, so that the kernel's stack traces do not move.
function withLazyAssemblies(source) {
  const calls = source.match(READ_ASSEMBLY);
  if (calls === null || calls.length !== 1) {
    debug('this jsii kernel is not one we know: everything loads as usual');
    return source;
  }
  if (!CHECK_TYPE.test(source)) debug('this jsii kernel checks types as usual');
  const hook = `globalThis[Symbol.for(${JSON.stringify(HOOK.description)})]`;
  return source
    .replace(READ_ASSEMBLY, (_, call) => `return ${hook}.loadAssembly(assemblyFile, validate) ?? ${call};`)
    .replace(COUNT_TYPES, (count, _, types) => `(${hook}.countTypes(${types}) ?? ${count})`)
    .replace(CHECK_TYPE, (_, type) => `${type} != null || assert(false, `);
}

function install() {
  const Module = require('module');
  const { loadAssembly, countTypes } = require('./assembly.js');
  const hook = { loadAssembly: (file, validate) => loadAssembly(debug, file, validate), countTypes };
  Object.defineProperty(globalThis, HOOK, { value: hook });

  const compile = Module.prototype._compile;
  Module.prototype._compile = function (source, ...rest) {
    const isMain = this.id === '.';
    if (isMain) Module.prototype._compile = compile;
    return compile.call(this, isMain ? withLazyAssemblies(source) : source, ...rest);
  };
}

// What the kernel itself starts gets the user's NODE_OPTIONS back.
function leaveNodeOptions() {
  const own = `--require "${__filename.replace(/[\\"]/g, '\\$&')}"`;
  const [before, after] = (process.env.NODE_OPTIONS ?? '').split(own);
  if (after !== undefined) process.env.NODE_OPTIONS = before + after.replace(/^ /, '');
}

try {
  if (hostsKernel(process.argv[1])) {
    leaveNodeOptions();
    if (MODE !== 'off' && globalThis[HOOK] === undefined) install();
  }
} catch (error) {
  debug(`everything loads as usual: ${error.message}`);
}
