'use strict';

// A table of the types in an assembly and where they stand in its file, as bytes
// that are searched as they are. Turning 23,000 names into strings would take
// longer than all the rest of loading a provider.
//
// It is a row for each type, then the names of all of them. A row has three
// unsigned 32-bit numbers: where the name ends among the names, and where the
// type starts and ends in the file. Rows are sorted by the bytes of the names.

const ROW = 12;

// Returns the bytes of a table of [name, start, end], or undefined if these are
// not in order. jsii writes types in this order, and a table has no other.
function encodeTable(types) {
  const names = types.map(([name]) => Buffer.from(name));
  if (names.some((name, i) => i > 0 && Buffer.compare(names[i - 1], name) >= 0)) return undefined;
  const rows = Buffer.alloc(ROW * types.length);
  let nameEnd = 0;
  types.forEach(([, start, end], i) => {
    nameEnd += names[i].length;
    rows.writeUInt32LE(nameEnd, ROW * i);
    rows.writeUInt32LE(start, ROW * i + 4);
    rows.writeUInt32LE(end, ROW * i + 8);
  });
  return Buffer.concat([rows, ...names]);
}

class Table {
  constructor(bytes, length) {
    this.length = length;
    this.rows = bytes;
    this.namesStart = ROW * length;
  }

  // Returns [start, end] of a type in the file, or undefined if it is not there.
  find(name) {
    const wanted = Buffer.from(name);
    for (let low = 0, high = this.length - 1; low <= high; ) {
      const i = (low + high) >>> 1;
      const order = this.rows.compare(wanted, 0, wanted.length, this.nameStart(i), this.nameEnd(i));
      if (order === 0) return [this.rows.readUInt32LE(ROW * i + 4), this.rows.readUInt32LE(ROW * i + 8)];
      if (order < 0) low = i + 1;
      else high = i - 1;
    }
    return undefined;
  }

  names() {
    return Array.from({ length: this.length }, (_, i) => this.rows.toString('utf8', this.nameStart(i), this.nameEnd(i)));
  }

  nameStart(i) {
    return i === 0 ? this.namesStart : this.nameEnd(i - 1);
  }

  nameEnd(i) {
    return this.namesStart + this.rows.readUInt32LE(ROW * i);
  }
}

module.exports = { encodeTable, Table };
