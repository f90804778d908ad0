'use strict';

// A stand-in for the jsii kernel, with the lines that lazyload knows it by. It
// loads the packages in the folders it is given and says what it found.

const fs = require('fs');
const path = require('path');

function loadAssemblyFromFile(pathToFile, validate, supportedFeatures) {
  return JSON.parse(fs.readFileSync(pathToFile).toString());
}

function loadAssemblyFromPath(directory, validate, supportedFeatures) {
  const assemblyFile = path.join(directory, '.jsii');
  return loadAssemblyFromFile(assemblyFile, validate, supportedFeatures);
}

function assert(condition, message) {
  if (!condition) throw new Error(message);
}

let composed = 0;
const util_1 = { inspect: (value) => `${value}, message ${++composed}` };

function serializationType(typeRef, lookup) {
  assert(typeRef != null, `Kernel error: expected type information, got ${(0, util_1.inspect)(typeRef)}`);
}

function checkTypes() {
  serializationType('one');
  serializationType('two');
  try {
    serializationType(undefined);
  } catch (error) {
    return error.message;
  }
}

function load(directory) {
  const assmSpec = loadAssemblyFromPath(directory, !!process.env.VALIDATE, []);
  let _c;
  const count = Object.keys((_c = assmSpec.types) !== null && _c !== void 0 ? _c : {}).length;
  const types = Object.getOwnPropertyDescriptor(assmSpec, 'types')?.value ?? {};
  const names = Object.keys(types);
  const unread = names.filter((name) => Object.getOwnPropertyDescriptor(types, name).get).length;
  const closure = require(directory);
  return {
    count,
    names,
    unread,
    entry: path.basename(require.resolve(directory)),
    exports: Object.getOwnPropertyNames(closure).filter((name) => name !== '__esModule'),
    modules: Object.keys(require.cache).filter((file) => /module-\d/.test(file)).length,
    used: closure.one?.name,
    absent: [types.absent, types.constructor === Object, 'absent' in types, names[0] in types],
    first: types[names[0]],
    same: types[names[0]] === types[names[0]],
    whole: JSON.stringify(assmSpec),
  };
}

const nodeOptions = process.env.NODE_OPTIONS;
console.log(JSON.stringify({ nodeOptions, check: checkTypes(), packages: process.argv.slice(2).map(load) }));
