'use strict';

// Loads a provider's assembly, which is jsii's name for the type description in
// the file .jsii, without reading most of it.

const fs = require('fs');
const path = require('path');

const { openIndex } = require('./index.js');
const { redirect } = require('./redirect.js');

// Members larger than this are read when they are asked for. Only "submodules"
// is, beside "types", and the kernel asks for it never.
const SMALL = 64 * 1024;

// Returns the assembly in the given file, or undefined where it should be read
// as usual.
function loadAssembly(debug, file, validate) {
  try {
    // Validation looks at everything, and is what the user asked for.
    if (validate) return undefined;

    const directory = path.dirname(file);
    const eager = path.join(directory, 'lib', 'index.js');
    const lazy = path.join(directory, 'lib', 'lazy-index.js');
    // Only prebuilt providers have a lazy index. Others are small.
    if (!fs.existsSync(lazy)) return undefined;

    const manifest = fs.readFileSync(path.join(directory, 'package.json'));
    const { name, version, main } = JSON.parse(manifest.toString());
    if (path.join(directory, String(main)) !== eager) throw new Error(`the entry point is ${main}`);

    const started = process.hrtime.bigint();
    const fd = fs.openSync(file, 'r');
    const index = openIndex({ debug, fd, manifest, name, version, eager, lazy });
    const assembly = assemble(debug, fd, index);
    if (assembly.name !== name) throw new Error(`the assembly says it is ${assembly.name}`);
    // The kernel refuses assemblies that need what it does not support.
    if (assembly.usedFeatures !== undefined) throw new Error('the assembly uses optional features');
    if (index.lazy) redirect(eager, lazy);

    const took = Number(process.hrtime.bigint() - started) / 1e6;
    debug(`${name}@${version}: ${index.types.length} types by need in ${took.toFixed(1)} ms`);
    return assembly;
  } catch (error) {
    debug(`${file} loads as usual: ${error.message}`);
    return undefined;
  }
}

function assemble(debug, fd, index) {
  const assembly = {};
  for (const [key, start, end] of index.members) {
    if (key === 'types') {
      assembly.types = lazyTypes(debug, fd, index);
    } else if (end - start < SMALL) {
      assembly[key] = readJson(fd, start, end);
    } else {
      defineLazily(assembly, key, () => readJson(fd, start, end));
    }
  }
  return assembly;
}

// A stand-in for the object of all types that parses a type when it is first
// asked for, and otherwise behaves as the object would.
function lazyTypes(debug, fd, index) {
  const position = new Map();
  for (let i = 0; i < index.types.length; i++) position.set(index.types[i], i);

  let everything; // the whole object, once the index has proved wrong

  function parse(target, key) {
    if (everything === undefined) {
      const i = position.get(key);
      try {
        const type = readJson(fd, index.starts[i], index.ends[i]);
        // Every type says its own name: a wrong offset cannot go unnoticed.
        if (type.fqn !== key) throw new Error(`found ${type.fqn}`);
        target[key] = type;
        return type;
      } catch (error) {
        debug(`the index is wrong about ${key} (${error.message}): reading everything`);
        index.discard();
        everything = JSON.parse(fs.readFileSync(fd, 'utf8')).types;
      }
    }
    target[key] = everything[key];
    return target[key];
  }

  const pending = (target, key) => typeof key === 'string' && !Object.hasOwn(target, key) && position.has(key);

  return new Proxy({}, {
    get: (target, key, receiver) => (pending(target, key) ? parse(target, key) : Reflect.get(target, key, receiver)),
    has: (target, key) => position.has(key) || Reflect.has(target, key),
    ownKeys: (target) => index.types,
    getOwnPropertyDescriptor: (target, key) =>
      pending(target, key)
        ? { get: () => parse(target, key), enumerable: true, configurable: true }
        : Reflect.getOwnPropertyDescriptor(target, key),
  });
}

function defineLazily(object, key, read) {
  Object.defineProperty(object, key, {
    get() {
      const value = read();
      Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
      return value;
    },
    enumerable: true,
    configurable: true,
  });
}

function readJson(fd, start, end) {
  const bytes = Buffer.allocUnsafe(end - start);
  if (fs.readSync(fd, bytes, 0, bytes.length, start) !== bytes.length) throw new Error('the file is too short');
  return JSON.parse(bytes.toString());
}

module.exports = { loadAssembly };
