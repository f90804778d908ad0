'use strict';

// The index of an assembly: where in its file each type stands. It is built once
// for every version of a provider and kept beside this script, in a folder that
// nobody else can write to.

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const { readBytes, readJson } = require('./file.cjs');
const { sameExports } = require('./redirect.cjs');
const { membersOf } = require('./scan.cjs');
const { encodeTable, Table } = require('./table.cjs');

const FOLDER = __dirname;

// The last bytes of an assembly hold its version and its fingerprint, which is a
// hash that jsii made of all the rest.
const TAIL = 512;

// An unfinished index this old belongs to a process that is gone.
const ABANDONED_MS = 60 * 60 * 1000;

// Returns the index of the provider in a folder, whose assembly is open as fd:
//   name     of the provider
//   refused  why the assembly has to be read as usual, if so; then nothing else
//   members  of the assembly, each as [key, start, end]
//   types    their Table
//   lazy     whether the provider's lazy index can stand in for its eager one
//   discard  a function that makes the next process build the index anew
function openIndex(debug, { folder, fd, eager, lazy }) {
  const manifest = fs.readFileSync(path.join(folder, 'package.json'));
  const { name, version, main } = JSON.parse(manifest.toString());
  const { size } = fs.fstatSync(fd);

  const identity = crypto.createHash('sha256');
  identity.update(JSON.stringify([size, fs.statSync(eager).size, fs.statSync(lazy).size]));
  identity.update(manifest);
  identity.update(readBytes(fd, Math.max(0, size - TAIL), size));
  const slug = `${name}-${version}`.replace(/[^A-Za-z0-9.]+/g, '-').replace(/^-/, '');
  const file = path.join(FOLDER, `${slug}.${identity.digest('hex').slice(0, 32)}.index`);

  let body = read(debug, file);
  if (body === undefined) {
    const started = process.hrtime.bigint();
    body = build(name, fd, size, path.join(folder, String(main)) === eager && { eager, lazy });
    const took = Number(process.hrtime.bigint() - started) / 1e6;
    debug(`indexed ${name}@${version} in ${took.toFixed(1)} ms`);
    write(debug, file, body);
  }
  return { ...decode(body), discard: () => fs.rmSync(file, { force: true }) };
}

// A body is a line of JSON and, unless the assembly is refused, its table.
function decode(body) {
  const newline = body.indexOf('\n');
  const head = JSON.parse(body.toString('utf8', 0, newline));
  if (head.refused !== undefined) return head;
  return { ...head, types: new Table(body.subarray(newline + 1), head.types) };
}

function encode(head, table = Buffer.alloc(0)) {
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), table]);
}

function build(name, fd, size, indexes) {
  const members = [];
  const types = [];
  try {
    const bytes = readBytes(fd, 0, size);
    membersOf(bytes, 0, {
      skip(key, start) {
        return key === 'types' ? membersOf(bytes, start, { found: (...type) => types.push(type) }) : undefined;
      },
      found: (...member) => members.push(member),
    });
  } catch (error) {
    if (error.code !== undefined) throw error; // from the system, and may pass
    return encode({ name, refused: error.message });
  }

  const valueOf = (key) => {
    const member = members.find(([other]) => other === key);
    return member && readJson(fd, member[1], member[2]);
  };
  // A compressed assembly is a short file that only says where the other one is.
  if (valueOf('name') !== name) return encode({ name, refused: `the assembly says its name is ${valueOf('name')}` });
  // The kernel looks at these before it accepts an assembly.
  if (valueOf('usedFeatures') !== undefined) return encode({ name, refused: 'it uses optional features of jsii' });
  const table = encodeTable(types);
  if (table === undefined) return encode({ name, refused: 'its types are not in order' });

  const lazy = indexes && sameExports(fs.readFileSync(indexes.eager, 'utf8'), fs.readFileSync(indexes.lazy, 'utf8'));
  return encode({ name, members, types: types.length, lazy }, table);
}

// On disk, a line with the hash of the body comes first.
const hash = (body) => crypto.createHash('sha256').update(body).digest('hex');

function read(debug, file) {
  try {
    const bytes = fs.readFileSync(file);
    const newline = bytes.indexOf('\n');
    const body = bytes.subarray(newline + 1);
    if (newline < 0 || bytes.toString('latin1', 0, newline) !== hash(body)) throw new Error('it is damaged');
    return body;
  } catch (error) {
    if (error.code !== 'ENOENT') debug(`cannot use the index ${file}: ${error.message}`);
    return undefined;
  }
}

// A reader sees the old index or the new one, never half of one: the file gets
// its name only when it is whole. Without a place to keep it, it serves once.
function write(debug, file, body) {
  const unfinished = `${file}.${process.pid}.${crypto.randomBytes(4).toString('hex')}.tmp`;
  try {
    removeAbandoned();
    fs.writeFileSync(unfinished, Buffer.concat([Buffer.from(`${hash(body)}\n`), body]), { flag: 'wx', mode: 0o600 });
    fs.renameSync(unfinished, file);
  } catch (error) {
    debug(`the index is not kept: ${error.message}`);
    fs.rmSync(unfinished, { force: true });
  }
}

function removeAbandoned() {
  for (const entry of fs.readdirSync(FOLDER)) {
    if (!entry.endsWith('.tmp')) continue;
    const file = path.join(FOLDER, entry);
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > ABANDONED_MS) fs.rmSync(file, { force: true });
  }
}

module.exports = { openIndex };
