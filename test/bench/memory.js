'use strict';

// Says how much memory a Node process needed at most, when it ends.

process.on('exit', () => {
  const { maxRSS } = process.resourceUsage();
  const file = require('path').join(process.env.BENCH_MEMORY, String(process.pid));
  require('fs').writeFileSync(`${file}.tmp`, String(maxRSS));
  require('fs').renameSync(`${file}.tmp`, file);
});
