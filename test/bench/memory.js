'use strict';

// Says that a Node process runs, and when it ends how much memory it needed at most.

const file = require('path').join(process.env.BENCH_MEMORY, String(process.pid));
const fs = require('fs');

fs.writeFileSync(`${file}.runs`, '');
process.on('exit', () => {
  const { maxRSS } = process.resourceUsage();
  fs.writeFileSync(`${file}.runs`, String(maxRSS));
  fs.renameSync(`${file}.runs`, file);
});
