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

function withLazyAssemblies(source) {
  const { change } = require('./kernel.js');
  const hook = `globalThis[Symbol.for(${JSON.stringify(HOOK.description)})]`;
  const changed = change(source, hook, (what) => debug(`this jsii kernel ${what} as usual`));
  if (changed === undefined) debug('this jsii kernel is not one we know: everything loads as usual');
  return changed ?? source;
}

function install() {
  const Module = require('module');
  const { hook } = require('./assembly.js');
  Object.defineProperty(globalThis, HOOK, { value: hook(debug) });

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
