// The bench command measures how long apps for CDKTF take and how much memory
// the Node process behind them needs. From the root of the repository:
//
//	go run ./test/bench
//
// It builds the programs first, then runs all of them in turns, so that what
// else the machine does falls on all alike, and compares runs of the same turn.
// The report is a table in Markdown, for docs/performance.md.
package main
