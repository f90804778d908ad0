'use strict';

// Loads a provider's assembly, which is jsii's name for the type description in
// the file .jsii, without reading most of it.

const fs = require('fs');
const path = require('path');

const { readBytes, readJson } = require('./file.cjs');
const { openIndex } = require('./index.cjs');
const { redirect } = require('./redirect.cjs');

// The file of an assembly.
const ASSEMBLY = '.jsii';

// Members larger than this are read when they are asked for. Beside "types"
// only "submodules" is, and the kernel never asks for it.
const SMALL = 64 * 1024;

// Returns the assembly in the given file, or undefined where the kernel should
// read it as usual.
function loadAssembly(debug, file, validate) {
  let fd;
  let index;
  try {
    // Validation looks at everything, and is what the user asked for.
    if (validate) return undefined;

    const folder = path.dirname(file);
    const eager = path.join(folder, 'lib', 'index.js');
    const lazy = path.join(folder, 'lib', 'lazy-index.js');
    // Only prebuilt providers have a lazy index, and only they are large.
    if (!fs.existsSync(lazy)) return undefined;

    const started = process.hrtime.bigint();
    fd = fs.openSync(file, 'r');
    index = openIndex(debug, { folder, fd, eager, lazy });
    if (index.refused !== undefined) throw new Error(index.refused);
    const assembly = assemble(debug, fd, index);
    if (index.lazy) redirect(eager, lazy);
    else debug(`${index.name}: its two indexes differ, so all of its modules load`);

    const took = Number(process.hrtime.bigint() - started) / 1e6;
    debug(`${index.name}: ${index.types.length} types by need, ready in ${took.toFixed(1)} ms`);
    return assembly;
  } catch (error) {
    debug(`${file} loads as usual: ${error.message}`);
    if (index !== undefined && index.refused === undefined) index.discard();
    if (fd !== undefined) fs.closeSync(fd);
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
      const get = () => setValue(assembly, key, readJson(fd, start, end));
      Object.defineProperty(assembly, key, { get, enumerable: true, configurable: true });
    }
  }
  return assembly;
}

// A stand-in for the object of all types that reads a type when it is first
// asked for, and otherwise is as the object would be.
function lazyTypes(debug, fd, index) {
  let everything; // the object itself, once the index has proved wrong

  function readType(name, start, end) {
    if (everything !== undefined) return everything[name];
    try {
      const type = readJson(fd, start, end);
      // Every type says its own name: a wrong offset cannot go unnoticed.
      if (type.fqn !== name) throw new Error(`found ${type.fqn}`);
      return type;
    } catch (error) {
      debug(`the index is wrong about ${name}, reading everything: ${error.message}`);
      index.discard();
      everything = JSON.parse(readBytes(fd, 0, fs.fstatSync(fd).size).toString()).types;
      return everything[name];
    }
  }

  const find = (read, name) =>
    Object.hasOwn(read, name) || typeof name !== 'string' ? undefined : index.types.find(name);
  const get = (read, name, [start, end]) => setValue(read, name, readType(name, start, end));

  const types = new Proxy(
    {}, // the types that have been read
    {
      get(read, name) {
        const place = find(read, name);
        return place === undefined ? read[name] : get(read, name, place);
      },
      has: (read, name) => name in read || find(read, name) !== undefined,
      ownKeys: () => index.types.names(),
      getOwnPropertyDescriptor(read, name) {
        const place = find(read, name);
        if (place === undefined) return Reflect.getOwnPropertyDescriptor(read, name);
        return { get: () => get(read, name, place), enumerable: true, configurable: true };
      },
    },
  );
  counts.set(types, index.types.length);
  return types;
}

function setValue(object, key, value) {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  return value;
}

const counts = new WeakMap();

// How much of a file is read at once to hash it.
const PIECE = 256 * 1024;
let shared;

// What the kernel calls, in the places that kernel.cjs knows.
function hook(debug) {
  const loaded = new Map(); // by file, until the kernel asks for it

  function loadOnce(file, validate) {
    const assembly = loaded.get(file) ?? loadAssembly(debug, file, validate);
    loaded.delete(file);
    return assembly;
  }

  return {
    loadAssembly: loadOnce,

    // Returns the options with which the kernel loads the assembly in a folder:
    // without jsii's own index where ours serves, which is smaller and quicker.
    withoutIndex(folder, options) {
      const file = path.join(folder, ASSEMBLY);
      const assembly = loadOnce(file, options.validate);
      if (assembly === undefined) return options;
      loaded.set(file, assembly);
      return { ...options, cached: false };
    },

    // Like the length of Object.keys, in an object: listing the types to count
    // them would take longer than to read what is used.
    countKeys: (object) => ({ length: counts.get(object) ?? Object.keys(object).length }),

    // Returns a buffer for a piece of a file. What takes no argument does not keep it.
    piece: (keep) => (keep === undefined || keep.length === 0 ? (shared ??= Buffer.alloc(PIECE)) : Buffer.alloc(PIECE)),
  };
}

module.exports = { hook };
